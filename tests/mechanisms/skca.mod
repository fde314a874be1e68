TITLE K+ channel that Ca2+ opens

NEURON {
    THREADSAFE
    SUFFIX skca
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar, kd
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) (mM) = (milli/liter) }
PARAMETER {
    gbar = 1e-4 (S/cm2)
    kd = 5e-4 (mM)
}
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) cai (mM) }
BREAKPOINT { ik = gbar*cai^4/(cai^4 + kd^4)*(v - ek) }
