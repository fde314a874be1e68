TITLE Voltage-gated Na+ current of neurons (NaV)

COMMENT
    ina = warmth gbar m^3 h (v - ena),   dm/dt = alpham (1 - m) - betam m,   dh/dt = alphah (1 - h) - betah h

with u = v - vt, Q the temperature factor q10_gates^((celsius - 36)/10):

    alpham = Q 0.32 4 B(-(u - 13)/4)        betam = Q 0.28 5 B((u - 40)/5)        B(x) = x/(exp(x) - 1)
    alphah = Q 0.128 exp(-(u - 17)/18)      betah = Q 4/(1 + exp(-(u - 40)/5))

Traub RD, Miles R (1991) Neuronal networks of the hippocampus. Cambridge University Press; in this form
    Pospischil M et al. (2008) Biol Cybern 99:427-441, doi:10.1007/s00422-008-0263-8 (36 degC, vt about -60 mV,
    gbar 0.05 S/cm2).
q10_gates = 3: that of squid axon's, Hodgkin AL, Huxley AF (1952) J Physiol 117:500-544,
    doi:10.1113/jphysiol.1952.sp004764
q10 = 1.5 of the conductance (warmth: temperature.inc): peak conductance of hippocampal neurons, Sah P et al. (1988), as
    in ModelDB 74298.

Units: gbar (S/cm2), v, ena, vt (mV), rates (/ms), ina (mA/cm2), outward positive.
Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nav
    USEION na READ ena WRITE ina
    RANGE gbar, vt, q10_gates, q10, tref, plateau, warmth, ina
    REPRESENTS GO:0005248
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.05 (S/cm2) <0, 1e9>
    vt = -60 (mV)
    q10 = 1.5 (1) <1e-3, 1e3>
    q10_gates = 3 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    ena (mV)
    ina (mA/cm2)
    pace (1)
}

STATE {
    m
    h
}

INITIAL {
    warm()
    pace = q10_gates^((celsius - 36(degC))/10(degC))
    m = alpham(v)/(alpham(v) + betam(v))
    h = alphah(v)/(alphah(v) + betah(v))
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION na
    SOLVE gates METHOD cnexp
    g = warmth*gbar*m*m*m*h
    ina = g*(v - ena)
}

DERIVATIVE gates {
    m' = pace*(alpham(v)*(1 - m) - betam(v)*m)
    h' = pace*(alphah(v)*(1 - h) - betah(v)*h)
}

FUNCTION alpham(v (mV)) (/ms) {
    alpham = 1.28(/ms)*bernoulli(-(v - vt - 13(mV))/4(mV))
}

FUNCTION betam(v (mV)) (/ms) {
    betam = 1.4(/ms)*bernoulli((v - vt - 40(mV))/5(mV))
}

FUNCTION alphah(v (mV)) (/ms) {
    alphah = 0.128(/ms)*exp(-(v - vt - 17(mV))/18(mV))
}

FUNCTION betah(v (mV)) (/ms) {
    betah = 4(/ms)/(1 + exp(-(v - vt - 40(mV))/5(mV)))
}

INCLUDE "bernoulli.inc"

INCLUDE "temperature.inc"
