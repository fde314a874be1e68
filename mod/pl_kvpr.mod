TITLE Delayed rectifier K+ current of the soma of Pinsky and Rinzel's neuron

COMMENT
    ik = gbar n (v - ek),   dn/dt = alphan (1 - n) - betan n

with B(x) = x/(exp(x) - 1):

    alphan = 0.016 5 B(-(v + 24.9)/5)       betan = 0.25 exp(-(v + 40)/40)

Pinsky PF, Rinzel J (1994) J Comput Neurosci 1:39-60, doi:10.1007/BF00962717; V as it is measured, as in Saetra MJ,
    Einevoll GT, Halnes G (2020) PLoS Comput Biol 16:e1007661, doi:10.1371/journal.pcbi.1007661, ModelDB 267139 (gbar
    0.015 S/cm2). Temperature does not act.

Units: gbar (S/cm2), v, ek (mV), rates (/ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kvpr
    USEION k READ ek WRITE ik
    RANGE gbar, ik
    REPRESENTS GO:0005251
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.015 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
}

STATE {
    n
}

INITIAL {
    n = alphan(v)/(alphan(v) + betan(v))
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = gbar*n*(v - ek)
}

DERIVATIVE gate {
    n' = alphan(v)*(1 - n) - betan(v)*n
}

FUNCTION alphan(v (mV)) (/ms) {
    alphan = 0.08(/ms)*bernoulli(-(v + 24.9(mV))/5(mV))
}

FUNCTION betan(v (mV)) (/ms) {
    betan = 0.25(/ms)*exp(-(v + 40(mV))/40(mV))
}

INCLUDE "bernoulli.inc"
