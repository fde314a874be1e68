TITLE Slow, muscarinic K+ current (M) of Mainen and Sejnowski's neocortical cells

COMMENT
    ik = Q gbar n (v - ek),   dn/dt = Q (a (1 - n) - b n)

with B(x) = x/(exp(x) - 1) and Q = 2.3^((celsius - 23)/10), which acts on the conductance too:

    a = 0.001 9 B(-(v + 30)/9)      b = 0.001 9 B((v + 30)/9)

Mainen ZF, Sejnowski TJ (1996) Nature 382:363-366, doi:10.1038/382363a0, its rates as its authors
    correct them in ModelDB 2488; Q10 as in ModelDB 2488.

Units: gbar (S/cm2), v, ek (mV), rates (/ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_kml5
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 1e-5 (S/cm2) <0, 1e9>
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
    a = 0.009(/ms)*bernoulli(-(v + 30(mV))/9(mV))
}

FUNCTION b(v (mV)) (/ms) {
    b = 0.009(/ms)*bernoulli((v + 30(mV))/9(mV))
}

INCLUDE "bernoulli.inc"
