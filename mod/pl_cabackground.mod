TITLE Background Ca2+ current, linear

COMMENT
    ica = g (v - eca)

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (g 0.000592 nS/pF)

Units: g (S/cm2), v, eca (mV), ica (mA/cm2), outward positive. Reads eca, writes ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_cabackground
    USEION ca READ eca WRITE ica VALENCE 2
    RANGE g, ica
    REPRESENTS CHEBI:29108
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    g = 5.92e-7 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    eca (mV)
    ica (mA/cm2)
}

BREAKPOINT {
    LOCAL now
    CONDUCTANCE now USEION ca
    now = g
    ica = now*(v - eca)
}
