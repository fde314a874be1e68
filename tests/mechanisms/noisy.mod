TITLE K+ conductance that is drawn anew at every step

NEURON {
    SUFFIX noisy
    USEION k READ ek WRITE ik
    RANGE gbar
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gbar = 1e-5 (S/cm2) }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) }
STATE { n }
INITIAL { n = 0.5 }
BREAKPOINT {
    SOLVE draw
    ik = gbar*n*(v - ek)
}
PROCEDURE draw() { n = scop_random() }
