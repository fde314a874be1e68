TITLE High-threshold Ca2+ current of Mainen and Sejnowski's neocortical cells

COMMENT
    ica = Q gbar m^2 h (v - e),   dm/dt = Q (am (1 - m) - bm m),   dh/dt = Q (ah (1 - h) - bh h)

with B(x) = x/(exp(x) - 1) and Q = 2.3^((celsius - 23)/10), which acts on the conductance too; e is a constant, 140 mV:

    am = 0.055 3.8 B(-(v + 27)/3.8)          bm = 0.94 exp(-(v + 75)/17)
    ah = 0.000457 exp(-(v + 13)/50)          bh = 0.0065/(1 + exp(-(v + 15)/28))

Reuveni I, Friedman A, Amitai Y, Gutnick MJ (1993) J Neurosci 13:4609-4621, as in Mainen ZF, Sejnowski TJ (1996) Nature
    382:363-366, doi:10.1038/382363a0, ModelDB 2488.

Units: gbar (S/cm2), v, e (mV), rates (/ms), ica (mA/cm2), outward positive.
Writes ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_cal5
    USEION ca WRITE ica
    RANGE gbar, e
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 3e-5 (S/cm2) <0, 1e9>
    e = 140 (mV)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ica (mA/cm2)
    q (1)
}

STATE {
    m
    h
}

INITIAL {
    q = 2.3^((celsius - 23(degC))/10(degC))
    m = am(v)/(am(v) + bm(v))
    h = ah(v)/(ah(v) + bh(v))
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ica = q*gbar*m*m*h*(v - e)
}

DERIVATIVE gates {
    m' = q*(am(v)*(1 - m) - bm(v)*m)
    h' = q*(ah(v)*(1 - h) - bh(v)*h)
}

FUNCTION am(v (mV)) (/ms) {
    am = 0.209(/ms)*bernoulli(-(v + 27(mV))/3.8(mV))
}

FUNCTION bm(v (mV)) (/ms) {
    bm = 0.94(/ms)*exp(-(v + 75(mV))/17(mV))
}

FUNCTION ah(v (mV)) (/ms) {
    ah = 0.000457(/ms)*exp(-(v + 13(mV))/50(mV))
}

FUNCTION bh(v (mV)) (/ms) {
    bh = 0.0065(/ms)/(1 + exp(-(v + 15(mV))/28(mV)))
}

INCLUDE "bernoulli.inc"
