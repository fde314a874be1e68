: No pump: its current belongs to no ion.
NEURON { SUFFIX op_current NONSPECIFIC_CURRENT i RANGE imax }
UNITS { (mA) = (milliamp) }
PARAMETER { imax = 0 (mA/cm2) }
ASSIGNED { i (mA/cm2) }
BREAKPOINT { i = imax }
