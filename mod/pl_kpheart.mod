TITLE Plateau K+ current of human ventricle

COMMENT
    ik = gbar (v - ek)/(1 + exp((25 - v)/5.98))

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (gbar 0.0146 nS/pF)

Units: gbar (S/cm2), v, ek (mV), ik (mA/cm2), outward positive. Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kpheart
    USEION k READ ek WRITE ik
    RANGE gbar, ik
    REPRESENTS GO:0005267
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.0146e-3 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
}

BREAKPOINT {
    LOCAL open, slope
    CONDUCTANCE slope USEION k
    open = 1/(1 + exp((25(mV) - v)/5.98(mV)))
    slope = gbar*open*(1 + (1 - open)*(v - ek)/5.98(mV))
    ik = gbar*open*(v - ek)
}
