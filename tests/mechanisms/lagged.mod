TITLE K+ channel whose current is computed from the gate of the step before

COMMENT
As NeuroML's converter writes channels: DERIVATIVE computes what BREAKPOINT multiplies.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX lagged
    USEION k READ ek WRITE ik
    RANGE g, open
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 1e-4 (S/cm2) }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) open }
STATE { n }
INITIAL {
    n = steady(v)
    open = n
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = g*open*(v - ek)
}
DERIVATIVE states {
    open = n
    n' = (steady(v) - n)/(20 (ms))
}
FUNCTION steady(v (mV)) { steady = 1/(1 + exp((-60 (mV) - v)/10 (mV))) }
