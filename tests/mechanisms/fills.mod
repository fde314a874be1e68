TITLE Na+ that enters and that nothing takes out

NEURON {
    THREADSAFE
    SUFFIX fills
    USEION na READ ina, nai WRITE nai
    RANGE start
}
UNITS { (mA) = (milliamp) (um) = (micron) (mM) = (milli/liter) F = (faraday) (coulomb) }
PARAMETER { start = 10 (mM) }
ASSIGNED { ina (mA/cm2) diam (um) }
STATE { nai (mM) }
INITIAL { nai = start }
BREAKPOINT { SOLVE fill METHOD derivimplicit }
DERIVATIVE fill { nai' = -(4e4)*ina/(F*diam) }
