TITLE Na+ current of Mainen and Sejnowski's neocortical cells

COMMENT
    ina = Q gbar m^3 h (v - ena),   dm/dt = Q (am (1 - m) - bm m),   dh/dt = Q (ah + bh) (hinf - h)

with B(x) = x/(exp(x) - 1) and Q = 2.3^((celsius - 23)/10), which acts on the conductance too:

    am = 0.182 9 B(-(v + 30)/9)      bm = 0.124 9 B((v + 30)/9)
    ah = 0.024 5 B(-(v + 45)/5)      bh = 0.0091 5 B((v + 70)/5)      hinf = 1/(1 + exp((v + 60)/6.2))

Mainen ZF, Sejnowski TJ (1996) Nature 382:363-366, doi:10.1038/382363a0; rates 5 mV lower than printed there, as its
    authors correct them in ModelDB 2488, and Q10 as there.

Units: gbar (S/cm2), v, ena (mV), rates (/ms), ina (mA/cm2), outward positive.
Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_nal5
    USEION na READ ena WRITE ina
    RANGE gbar
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.002 (S/cm2) <0, 1e9>
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
    q = 2.3^((celsius - 23(degC))/10(degC))
    m = am(v)/(am(v) + bm(v))
    h = hinf(v)
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ina = q*gbar*m*m*m*h*(v - ena)
}

DERIVATIVE gates {
    m' = q*(am(v)*(1 - m) - bm(v)*m)
    h' = q*(hinf(v) - h)*(0.12(/ms)*bernoulli(-(v + 45(mV))/5(mV)) + 0.0455(/ms)*bernoulli((v + 70(mV))/5(mV)))
}

FUNCTION am(v (mV)) (/ms) {
    am = 1.638(/ms)*bernoulli(-(v + 30(mV))/9(mV))
}

FUNCTION bm(v (mV)) (/ms) {
    bm = 1.116(/ms)*bernoulli((v + 30(mV))/9(mV))
}

FUNCTION hinf(v (mV)) {
    hinf = 1/(1 + exp((v + 60(mV))/6.2(mV)))
}

INCLUDE "bernoulli.inc"
