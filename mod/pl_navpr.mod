TITLE Na+ current of the soma of Pinsky and Rinzel's neuron, its activation instantaneous

COMMENT
    ina = gbar minf^2 h (v - ena),   dh/dt = alphah (1 - h) - betah h,   minf = alpham/(alpham + betam)

with B(x) = x/(exp(x) - 1):

    alpham = 0.32 4 B(-(v + 46.9)/4)        betam = 0.28 5 B((v + 19.9)/5)
    alphah = 0.128 exp(-(v + 43)/18)        betah = 4/(1 + exp(-(v + 20)/5))

Pinsky PF, Rinzel J (1994) J Comput Neurosci 1:39-60, doi:10.1007/BF00962717; V as it is measured, as in Saetra MJ,
    Einevoll GT, Halnes G (2020) PLoS Comput Biol 16:e1007661, doi:10.1371/journal.pcbi.1007661, ModelDB 267139 (gbar
    0.03 S/cm2). Temperature does not act.

Units: gbar (S/cm2), v, ena (mV), rates (/ms), ina (mA/cm2), outward positive.
Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_navpr
    USEION na READ ena WRITE ina
    RANGE gbar, ina
    REPRESENTS GO:0005248
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.03 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ena (mV)
    ina (mA/cm2)
}

STATE {
    h
}

INITIAL {
    h = alphah(v)/(alphah(v) + betah(v))
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ina = gbar*minf(v)^2*h*(v - ena)
}

DERIVATIVE gate {
    h' = alphah(v)*(1 - h) - betah(v)*h
}

FUNCTION minf(v (mV)) (1) {
    LOCAL alpha, beta
    alpha = 1.28*bernoulli(-(v + 46.9(mV))/4(mV))
    beta = 1.4*bernoulli((v + 19.9(mV))/5(mV))
    minf = alpha/(alpha + beta)
}

FUNCTION alphah(v (mV)) (/ms) {
    alphah = 0.128(/ms)*exp(-(v + 43(mV))/18(mV))
}

FUNCTION betah(v (mV)) (/ms) {
    betah = 4(/ms)/(1 + exp(-(v + 20(mV))/5(mV)))
}

INCLUDE "bernoulli.inc"
