TITLE A Ca2+ current with a constant reversal potential, as many models have it. Made up, for the tests.

NEURON {
    THREADSAFE
    SUFFIX cavolt
    USEION ca READ eca WRITE ica
    RANGE gbar
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gbar = 1e-5 (S/cm2) }
ASSIGNED { v (mV) eca (mV) ica (mA/cm2) }
STATE { m }
INITIAL { m = 1/(1 + exp(-(v + 40(mV))/7(mV))) }
BREAKPOINT {
    SOLVE opening METHOD cnexp
    ica = gbar*m*m*(v - eca)
}
DERIVATIVE opening { m' = (1/(1 + exp(-(v + 40(mV))/7(mV))) - m)/3(ms) }
