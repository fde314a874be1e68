TITLE Na+ current of CA1 pyramidal cells (Migliore et al. 1999), without slow inactivation

COMMENT
    ina = gbar m^3 h (v - ena),   dm/dt = (minf - m)/taum,   dh/dt = (hinf - h)/tauh

with B(x) = x/(exp(x) - 1) and Q = 2^((celsius - 24)/10):

    minf = am/(am + bm)                      taum = 1/(Q (am + bm)), at least 0.02 ms
    hinf = 1/(1 + exp((v + 50)/4))           tauh = 1/(Q (ah + bh)), at least 0.5 ms
    am = 0.4 7.2 B(-(v + 30)/7.2)            bm = 0.124 7.2 B((v + 30)/7.2)
    ah = 0.03 1.5 B(-(v + 45)/1.5)           bh = 0.01 1.5 B((v + 45)/1.5)

Migliore M, Hoffman DA, Magee JC, Johnston D (1999) J Comput Neurosci 7:5-15, doi:10.1023/A:1008906225285, ModelDB 2796.

Units: gbar (S/cm2), v, ena (mV), rates (/ms), ina (mA/cm2), outward positive.
Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_naca1
    USEION na READ ena WRITE ina
    RANGE gbar
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.032 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV)
    ina (mA/cm2)
    q (1)
}

STATE {
    m
    h
}

INITIAL {
    q = 2^((celsius - 24(degC))/10(degC))
    m = am(v)/(am(v) + bm(v))
    h = hinf(v)
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ina = gbar*m*m*m*h*(v - ena)
}

DERIVATIVE gates {
    m' = (am(v)/(am(v) + bm(v)) - m)/longer(1/(q*(am(v) + bm(v))), 0.02)
    h' = (hinf(v) - h)/longer(1/(q*(0.045(/ms)*bernoulli(-(v + 45(mV))/1.5(mV)) + 0.015(/ms)*bernoulli((v + 45(mV))/1.5(mV)))), 0.5)
}

FUNCTION am(v (mV)) (/ms) {
    am = 2.88(/ms)*bernoulli(-(v + 30(mV))/7.2(mV))
}

FUNCTION bm(v (mV)) (/ms) {
    bm = 0.8928(/ms)*bernoulli((v + 30(mV))/7.2(mV))
}

FUNCTION hinf(v (mV)) {
    hinf = 1/(1 + exp((v + 50(mV))/4(mV)))
}

FUNCTION longer(tau (ms), least (ms)) (ms) {
    longer = tau
    if (tau < least) {
        longer = least
    }
}

INCLUDE "bernoulli.inc"
