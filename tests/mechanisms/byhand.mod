TITLE A gate that is advanced by hand, a step dt at a time

NEURON {
    SUFFIX byhand
    USEION k READ ek WRITE ik
    RANGE gbar
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gbar = 1e-5 (S/cm2) }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) dt (ms) }
STATE { n }
INITIAL { n = 0 }
BREAKPOINT {
    SOLVE advance
    ik = gbar*n*(v - ek)
}
PROCEDURE advance() { n = n + dt*(1 - n)/10(ms) }
