TITLE K+ current of the after-hyperpolarisation, opened by Ca2+, of Pinsky and Rinzel's neuron

COMMENT
    ik = gbar q (v - ek),   dq/dt = alphaq (1 - q) - betaq q

    alphaq = min(20 (cai - 99.8e-6), 0.01)          betaq = 0.001

Pinsky PF, Rinzel J (1994) J Comput Neurosci 1:39-60, doi:10.1007/BF00962717; of the free Ca2+ in mM, as in Saetra MJ,
    Einevoll GT, Halnes G (2020) PLoS Comput Biol 16:e1007661, doi:10.1371/journal.pcbi.1007661, ModelDB 267139 (gbar
    0.0008 S/cm2). Temperature does not act.

Units: gbar (S/cm2), v, ek (mV), cai (mM), rates (/ms), ik (mA/cm2), outward positive.
Reads ek and cai, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kahppr
    USEION k READ ek WRITE ik
    USEION ca READ cai VALENCE 2
    RANGE gbar, ik
    REPRESENTS GO:0016286
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (S) = (siemens)
}

PARAMETER {
    gbar = 8e-4 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    cai (mM)
    ik (mA/cm2)
}

STATE {
    q
}

INITIAL {
    q = alphaq(cai)/(alphaq(cai) + 0.001(/ms))
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = gbar*q*(v - ek)
}

DERIVATIVE gate {
    q' = alphaq(cai)*(1 - q) - 0.001(/ms)*q
}

FUNCTION alphaq(c (mM)) (/ms) {
    alphaq = 20(/mM/ms)*(c - 99.8e-6(mM))
    if (alphaq > 0.01) {
        alphaq = 0.01(/ms)
    }
}
