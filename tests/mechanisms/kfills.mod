TITLE K+ that leaves and that nothing brings back

NEURON {
    THREADSAFE
    SUFFIX kfills
    USEION k READ ik, ki WRITE ki
    RANGE start
}
UNITS { (mA) = (milliamp) (um) = (micron) (mM) = (milli/liter) F = (faraday) (coulomb) }
PARAMETER { start = 140 (mM) }
ASSIGNED { ik (mA/cm2) diam (um) }
STATE { ki (mM) }
INITIAL { ki = start }
BREAKPOINT { SOLVE fill METHOD derivimplicit }
DERIVATIVE fill { ki' = -(4e4)*ik/(F*diam) }
