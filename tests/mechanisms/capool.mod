TITLE Ca2+ that decays to a resting value; its concentration follows from a state of another name

NEURON {
    THREADSAFE
    SUFFIX capool
    USEION ca READ ica WRITE cai
    RANGE tau, rest, start
}
UNITS { (mA) = (milliamp) (mM) = (milli/liter) }
PARAMETER {
    tau = 80 (ms)
    rest = 1e-4 (mM)
    start = 1e-3 (mM)
}
ASSIGNED { ica (mA/cm2) cai (mM) }
STATE { ca (mM) <1e-5> }
INITIAL {
    ca = start
    cai = ca
}
BREAKPOINT { SOLVE decay METHOD derivimplicit }
DERIVATIVE decay {
    ca' = (rest - ca)/tau
    cai = ca
}
