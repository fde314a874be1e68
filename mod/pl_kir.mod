TITLE Inward rectifier K+ current (Kir), strong, dependent on K+ outside

COMMENT
The ventricular inward rectifier: its conductance grows with the square root of ko and is shut by V above EK.

    ik    = warmth gbar sqrt(ko/kref) kinf (v - ek)
    kinf  = a/(a + b),   d = v - ek
    a     = 1.02 / (1 + exp(0.2385 (d - 59.215)))
    b     = (0.49124 exp(0.08032 (d + 5.476)) + exp(0.06175 (d - 594.31))) / (1 + exp(-0.5143 (d + 4.753)))

The gate is fast and taken at its steady state. share = 1 is the strong rectifier; a smaller one leaves the share
1 - share of the conductance without a gate (weak).

Luo CH, Rudy Y (1991) Circ Res 68:1501-1526, doi:10.1161/01.RES.68.6.1501 (IK1; gbar 0.6047 mS/cm2 at 5.4 mM).
The root of ko: single channels of guinea-pig ventricle, 10.8 to 300 mM, Sakmann B, Trube G (1984) J Physiol; it is the
    block by Na+ outside, for which K+ competes, PMC6028490 (2018) J Gen Physiol 150:977.
share: assumed, for weak rectifiers.
q10 1.5 +- 0.3 (warmth: temperature.inc): IK1 of guinea-pig ventricle, 24 to 34 degC, Kiyosue T et al. (1993)
    J Physiol 468:85-106, doi:10.1113/jphysiol.1993.sp019761.

Units: gbar (S/cm2), ko, kref (mM), v, ek (mV), ik (mA/cm2), outward positive.
Reads ek and ko, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kir
    USEION k READ ek, ko WRITE ik
    RANGE gbar, q10, tref, plateau, warmth, kref, share, g, ik
    REPRESENTS GO:0005242
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    (mM) = (milli/liter)
}

PARAMETER {
    gbar = 0.6047e-3 (S/cm2) <0, 1e9>
    q10 = 1.5 (1) <1e-3, 1e3>
    kref = 5.4 (mM) <1e-9, 1e9>
    share = 1 (1) <0, 1>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ko (mM)
    ik (mA/cm2)
    g (S/cm2)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL d, a, b, b1, b2, shut, most, kinf, slope, da, db
    CONDUCTANCE slope USEION k
    d = v - ek
    a = 1.02/(1 + exp(0.2385(/mV)*(d - 59.215(mV))))
    b1 = 0.49124*exp(0.08032(/mV)*(d + 5.476(mV)))
    b2 = exp(0.06175(/mV)*(d - 594.31(mV)))
    shut = 1/(1 + exp(-0.5143(/mV)*(d + 4.753(mV))))
    b = (b1 + b2)*shut
    kinf = a/(a + b)
    da = -0.2385(/mV)*a*(1 - a/1.02)
    db = (0.08032(/mV)*b1 + 0.06175(/mV)*b2)*shut + 0.5143(/mV)*b*(1 - shut)
    most = warmth*gbar*sqrt(ko/kref)
    g = most*(1 - share + share*kinf)
    slope = g + most*share*d*(da*b - a*db)/(a + b)^2
    ik = g*d
}

INCLUDE "temperature.inc"
