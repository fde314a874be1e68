TITLE Inward rectifier K+ current (IK1) of human ventricle

COMMENT
    ik = gbar sqrt(ko/5.4) a/(a + b) (v - ek),   d = v - ek
    a  = 0.1/(1 + exp(0.06 (d - 200)))
    b  = (3 exp(0.0002 (d + 100)) + exp(0.1 (d - 10)))/(1 + exp(-0.5 d))

at its steady state at any time.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (gbar 5.405 nS/pF)

Units: gbar (S/cm2), ko (mM), v, ek (mV), ik (mA/cm2), outward positive. Reads ek, ko, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kirhuman
    USEION k READ ek, ko WRITE ik
    RANGE gbar, ik
    REPRESENTS GO:0005242
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (S) = (siemens)
}

PARAMETER {
    gbar = 5.405e-3 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ko (mM)
    ik (mA/cm2)
}

BREAKPOINT {
    LOCAL a, b, d
    d = v - ek
    a = 0.1/(1 + exp(0.06(/mV)*(d - 200(mV))))
    b = (3*exp(0.0002(/mV)*(d + 100(mV))) + exp(0.1(/mV)*(d - 10(mV))))/(1 + exp(-0.5(/mV)*d))
    ik = gbar*sqrt(ko/5.4(mM))*a/(a + b)*d
}
