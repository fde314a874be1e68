TITLE An h current as users write it: no ion, one reversal potential, a squared gate. Made up, for the tests.

NEURON {
    THREADSAFE
    SUFFIX hslow
    NONSPECIFIC_CURRENT i
    RANGE gbar, e
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER {
    gbar = 5e-5 (S/cm2)
    e = -30 (mV)
}
ASSIGNED { v (mV) i (mA/cm2) }
STATE { l }
INITIAL { l = 1/(1 + exp((v + 75(mV))/8(mV))) }
BREAKPOINT {
    SOLVE opening METHOD cnexp
    i = gbar*l*l*(v - e)
}
DERIVATIVE opening { l' = (1/(1 + exp((v + 75(mV))/8(mV))) - l)/30(ms) }
