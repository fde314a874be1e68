TITLE Delayed rectifier K+ current of Mainen and Sejnowski's neocortical cells

COMMENT
    ik = Q gbar n (v - ek),   dn/dt = Q (a (1 - n) - b n)

with B(x) = x/(exp(x) - 1) and Q = 2.3^((celsius - 23)/10), which acts on the conductance too:

    a = 0.02 9 B(-(v - 25)/9)      b = 0.002 9 B((v - 25)/9)

Mainen ZF, Sejnowski TJ (1996) Nature 382:363-366, doi:10.1038/382363a0; Q10 as in ModelDB 2488.

Units: gbar (S/cm2), v, ek (mV), rates (/ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_kvl5
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.02 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
    q (1)
}

STATE {
    n
}

INITIAL {
    q = 2.3^((celsius - 23(degC))/10(degC))
    n = a(v)/(a(v) + b(v))
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = q*gbar*n*(v - ek)
}

DERIVATIVE gate {
    n' = q*(a(v)*(1 - n) - b(v)*n)
}

FUNCTION a(v (mV)) (/ms) {
    a = 0.18(/ms)*bernoulli(-(v - 25(mV))/9(mV))
}

FUNCTION b(v (mV)) (/ms) {
    b = 0.018(/ms)*bernoulli((v - 25(mV))/9(mV))
}

INCLUDE "bernoulli.inc"
