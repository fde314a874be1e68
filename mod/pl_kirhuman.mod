TITLE Inward rectifier K+ current (IK1) of human ventricle

COMMENT
    ik = warmth gbar sqrt(ko/5.4) a/(a + b) (v - ek),   d = v - ek
    a  = 0.1/(1 + exp(0.06 (d - 200)))
    b  = (3 exp(0.0002 (d + 100)) + exp(0.1 (d - 10)))/(1 + exp(-0.5 d))

at its steady state at any time.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (gbar 5.405 nS/pF)
q10 1.5 +- 0.3 (warmth: temperature.inc): IK1 of guinea-pig ventricle, 24 to 34 degC,
    Kiyosue T et al. (1993) J Physiol 468:85-106, doi:10.1113/jphysiol.1993.sp019761

Units: gbar (S/cm2), ko (mM), v, ek (mV), ik (mA/cm2), outward positive. Reads ek, ko, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kirhuman
    USEION k READ ek, ko WRITE ik
    RANGE gbar, q10, tref, plateau, warmth, ik
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
    q10 = 1.5 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ko (mM)
    ik (mA/cm2)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL a, b, b1, b2, d, da, db, g, most, shut, slope
    CONDUCTANCE slope USEION k
    d = v - ek
    a = 0.1/(1 + exp(0.06(/mV)*(d - 200(mV))))
    b1 = 3*exp(0.0002(/mV)*(d + 100(mV)))
    b2 = exp(0.1(/mV)*(d - 10(mV)))
    shut = 1/(1 + exp(-0.5(/mV)*d))
    b = (b1 + b2)*shut
    da = -0.06(/mV)*a*(1 - a/0.1)
    db = (0.0002(/mV)*b1 + 0.1(/mV)*b2)*shut + 0.5(/mV)*b*(1 - shut)
    most = warmth*gbar*sqrt(ko/5.4(mM))
    g = most*a/(a + b)
    slope = g + most*d*(da*b - a*db)/(a + b)^2
    ik = g*d
}

INCLUDE "temperature.inc"
