TITLE A gate that is advanced after each of NEURON's steps

NEURON {
    SUFFIX afterstep
    USEION k READ ek WRITE ik
    RANGE gbar
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gbar = 1e-5 (S/cm2) }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) n }
INITIAL { n = 0 }
BREAKPOINT {
    SOLVE advance METHOD after_cvode
    ik = gbar*n*(v - ek)
}
PROCEDURE advance() { n = 1 }
