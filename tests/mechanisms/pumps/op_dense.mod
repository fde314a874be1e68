: A channel whose conductance is in (pS/um2), with a parameter that has no unit.
NEURON { SUFFIX op_dense USEION k READ ek WRITE ik RANGE gbar, share }
UNITS { (mA) = (milliamp) (mV) = (millivolt) (pS) = (picosiemens) (um) = (micron) }
PARAMETER { gbar = 0 (pS/um2) share = 1 <0, 1> }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) }
BREAKPOINT { ik = (1e-4)*gbar*share*(v - ek) }
