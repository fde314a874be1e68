TITLE Leak of no ion in particular, whose file comes after all of pumpleak's

NEURON {
    THREADSAFE
    SUFFIX zleak
    NONSPECIFIC_CURRENT i
    RANGE g, e
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER {
    g = 1e-5 (S/cm2)
    e = -60 (mV)
}
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
