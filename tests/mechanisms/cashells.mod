TITLE Ca2+ in three layers below the membrane, which also diffuses along the cell

NEURON {
    THREADSAFE
    SUFFIX cashells
    USEION ca READ cai, ica WRITE cai
    RANGE start, depth
}
UNITS { (mA) = (milliamp) (um) = (micron) (mM) = (milli/liter) F = (faraday) (coulomb) }
PARAMETER {
    start = 1e-3 (mM)
    depth = 0.1 (um)
    rate = 0.01 (/ms)
    clear = 0.02 (/ms)
    dca = 0.2 (um2/ms)
}
ASSIGNED { ica (mA/cm2) cai (mM) diam (um) }
STATE { ca[3] (mM) <1e-6> }
INITIAL {
    ca[0] = start
    ca[1] = 1e-4
    ca[2] = 1e-4
    cai = ca[0]
}
BREAKPOINT { SOLVE layers METHOD sparse }
KINETIC layers {
    COMPARTMENT i, diam*diam {ca}
    LONGITUDINAL_DIFFUSION i, dca*diam*diam {ca}
    ~ ca[0] <-> ca[1] (rate*diam*diam, rate*diam*diam)
    ~ ca[1] <-> ca[2] (rate*diam*diam, rate*diam*diam)
    ~ ca[2] << (clear*diam*diam*(1e-4(mM) - ca[2]))
    cai = ca[0]
}
