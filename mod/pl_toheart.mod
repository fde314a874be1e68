TITLE Transient outward K+ current of human ventricle (epicardial)

COMMENT
    ik = gbar r s (v - ek),   dx/dt = (xinf - x)/taux

    rinf = 1/(1 + exp((20 - v)/6))      taur = 9.5 exp(-(v + 40)^2/1800) + 0.8
    sinf = 1/(1 + exp((v + 20)/5))      taus = 85 exp(-(v + 45)^2/320) + 5/(1 + exp((v - 20)/5)) + 3

as in the authors' equations, 37 degC; no Q10 is given.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (gbar 0.294 nS/pF)

Units: gbar (S/cm2), v, ek (mV), times (ms), ik (mA/cm2), outward positive. Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_toheart
    USEION k READ ek WRITE ik
    RANGE gbar, ik
    REPRESENTS GO:0005249
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.294e-3 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
}

STATE {
    r
    s
}

INITIAL {
    r = rinf(v)
    s = sinf(v)
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION k
    SOLVE gates METHOD cnexp
    g = gbar*r*s
    ik = g*(v - ek)
}

DERIVATIVE gates {
    r' = (rinf(v) - r)/(9.5(ms)*exp(-(v + 40(mV))^2/1800(mV2)) + 0.8(ms))
    s' = (sinf(v) - s)/(85(ms)*exp(-(v + 45(mV))^2/320(mV2)) + 5(ms)/(1 + exp((v - 20(mV))/5(mV))) + 3(ms))
}

FUNCTION rinf(v (mV)) {
    rinf = 1/(1 + exp((20(mV) - v)/6(mV)))
}

FUNCTION sinf(v (mV)) {
    sinf = 1/(1 + exp((v + 20(mV))/5(mV)))
}
