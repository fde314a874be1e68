TITLE K+ current opened by Ca2+ and depolarisation of the dendrite of Pinsky and Rinzel's neuron

COMMENT
    ik = gbar c chi (v - ek),   dc/dt = alphac (1 - c) - betac c,   chi = min((cai - 99.8e-6)/2.5e-4, 1)

    v <= -10: alphac = 0.0527 exp((v + 50)/11 - (v + 53.5)/27)     betac = 2 exp(-(v + 53.5)/27) - alphac
    above:    alphac = 2 exp(-(v + 53.5)/27)                       betac = 0

Pinsky PF, Rinzel J (1994) J Comput Neurosci 1:39-60, doi:10.1007/BF00962717; V as it is measured and of the free Ca2+
    in mM, as in Saetra MJ, Einevoll GT, Halnes G (2020) PLoS Comput Biol 16:e1007661,
    doi:10.1371/journal.pcbi.1007661, ModelDB 267139 (gbar 0.015 S/cm2). Temperature does not act.

Units: gbar (S/cm2), v, ek (mV), cai (mM), rates (/ms), ik (mA/cm2), outward positive.
Reads ek and cai, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kcapr
    USEION k READ ek WRITE ik
    USEION ca READ cai VALENCE 2
    RANGE gbar, ik
    REPRESENTS GO:0060072
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.015 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    cai (mM)
    ik (mA/cm2)
}

STATE {
    c
}

INITIAL {
    c = alphac(v)/both(v)
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = gbar*c*chi(cai)*(v - ek)
}

DERIVATIVE gate {
    c' = alphac(v) - both(v)*c
}

FUNCTION both(v (mV)) (/ms) {    : alphac + betac
    both = 2(/ms)*exp(-(v + 53.5(mV))/27(mV))
}

FUNCTION alphac(v (mV)) (/ms) {
    if (v <= -10) {
        alphac = 0.0527(/ms)*exp((v + 50(mV))/11(mV) - (v + 53.5(mV))/27(mV))
    } else {
        alphac = both(v)
    }
}

FUNCTION chi(c (mM)) (1) {
    chi = (c - 99.8e-6(mM))/2.5e-4(mM)
    if (chi > 1) {
        chi = 1
    }
}
