TITLE Ca2+ that enters below the membrane, diffuses along the cell and decays

NEURON {
    THREADSAFE
    SUFFIX cadiffuse
    USEION ca READ cai, ica WRITE cai
    RANGE tau, rest
}
UNITS { (mA) = (milliamp) (um) = (micron) (mM) = (milli/liter) F = (faraday) (coulomb) PI = (pi) (1) }
PARAMETER {
    tau = 40 (ms)
    rest = 1e-4 (mM)
    dca = 0.6 (um2/ms)
}
ASSIGNED { ica (mA/cm2) cai (mM) diam (um) }
STATE { ca (mM) <1e-6> }
INITIAL {
    ca = rest
    cai = ca
}
BREAKPOINT { SOLVE entering METHOD sparse }
KINETIC entering {
    COMPARTMENT PI*diam*diam/4 {ca}
    LONGITUDINAL_DIFFUSION dca*PI*diam*diam/4 {ca}
    ~ ca << (-(1e4)*ica*PI*diam/(2*F) + PI*diam*diam/4*(rest - ca)/tau)
    cai = ca
}
