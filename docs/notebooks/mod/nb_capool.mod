TITLE Ca2+ below the membrane, that decays to a resting value without current or energy

COMMENT
    dcai/dt = -ica/(2 F depth) + (rest - cai)/tau

Destexhe A, Babloyantz A, Sejnowski TJ (1993) Biophys J 65:1538-1552, its pump left out as in ModelDB 279 and 2488; depth,
    tau and rest as each cell has them.

Units: cai, rest (mM), depth (um), tau (ms), ica (mA/cm2), outward positive.
Reads ica, writes cai.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_capool
    USEION ca READ ica WRITE cai
    RANGE depth, tau, rest
}

UNITS {
    (mA) = (milliamp)
    (um) = (micron)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
}

PARAMETER {
    depth = 0.1 (um) <1e-6, 1e6>
    tau = 200 (ms) <1e-6, 1e9>
    rest = 1e-4 (mM)
}

ASSIGNED {
    ica (mA/cm2)
}

STATE {
    cai (mM)
}

INITIAL {
    cai = rest
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
}

DERIVATIVE decay {
    cai' = -(1e4)*ica/(2*F*depth) + (rest - cai)/tau
}
