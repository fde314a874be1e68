TITLE A synapse whose conductance lets Na+ through

NEURON {
    POINT_PROCESS NaSynapse
    USEION na READ ena WRITE ina
    RANGE g, decay, level
}
UNITS { (mV) = (millivolt) (nA) = (nanoamp) (uS) = (microsiemens) }
PARAMETER {
    level = 1e-5 (uS)
    decay = 50 (ms)
}
ASSIGNED { v (mV) ena (mV) ina (nA) }
STATE { g (uS) }
INITIAL { g = level }
BREAKPOINT {
    SOLVE close METHOD cnexp
    ina = g*(v - ena)
}
DERIVATIVE close { g' = (level - g)/decay }
NET_RECEIVE(weight (uS)) { g = g + weight }
