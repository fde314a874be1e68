COMMENT
A K+ channel as a kinetic scheme: two closed states and an open one, whose sum nothing changes. Made up, for the
tests.
ENDCOMMENT

NEURON { THREADSAFE SUFFIX scheme USEION k READ ek WRITE ik RANGE gbar, g }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gbar = 0.0005 (S/cm2) }
STATE { c1 c2 o }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) g (S/cm2) a (1/ms) b (1/ms) }
INITIAL { SOLVE gating STEADYSTATE sparse }
BREAKPOINT {
    SOLVE gating METHOD sparse
    g = gbar*o
    ik = g*(v - ek)
}
KINETIC gating {
    a = 0.1(/ms)*exp((v + 40(mV))/20(mV))
    b = 0.1(/ms)*exp(-(v + 40(mV))/20(mV))
    ~ c1 <-> c2 (2*a, b)
    ~ c2 <-> o (a, 2*b)
    CONSERVE c1 + c2 + o = 1
}
