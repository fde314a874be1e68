: No pump: it carries nothing.
NEURON { SUFFIX op_still USEION na WRITE ina USEION k WRITE ik RANGE imax }
UNITS { (mA) = (milliamp) }
PARAMETER { imax = 0 (mA/cm2) }
ASSIGNED { ina (mA/cm2) ik (mA/cm2) }
BREAKPOINT { ina = 0*imax ik = 0*imax }
