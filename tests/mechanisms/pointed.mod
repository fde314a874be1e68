TITLE K+ current that follows a variable it is pointed at

NEURON {
    THREADSAFE
    SUFFIX pointed
    USEION k WRITE ik
    RANGE gbar
    POINTER source
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gbar = 1e-6 (S/cm2) }
ASSIGNED { v (mV) source (mV) ik (mA/cm2) }
BREAKPOINT { ik = gbar*(v - source) }
