TITLE Ca2+ that decays to a resting value; its concentration is the state itself

NEURON {
    THREADSAFE
    SUFFIX cadecay
    USEION ca READ ica WRITE cai
    RANGE tau, rest, start, depth
}
UNITS { (mA) = (milliamp) (um) = (micron) (mM) = (milli/liter) F = (faraday) (coulomb) }
PARAMETER {
    tau = 80 (ms)
    rest = 1e-4 (mM)
    start = 1e-3 (mM)
    depth = 0.1 (um)
}
ASSIGNED { ica (mA/cm2) }
STATE { cai (mM) }
INITIAL { cai = start }
BREAKPOINT { SOLVE decay METHOD cnexp }
DERIVATIVE decay { cai' = -(1e4)*ica/(2*F*depth) + (rest - cai)/tau }
