TITLE Rapid delayed rectifier K+ current (IKr) of human ventricle

COMMENT
    ik = warmth gbar sqrt(ko/5.4) x1 x2 (v - ek),   dx/dt = (xinf - x)/taux

    x1inf = 1/(1 + exp(-(v + 26)/7))    taux1 = 450/(1 + exp(-(v + 45)/10)) 6/(1 + exp((v + 30)/11.5))
    x2inf = 1/(1 + exp((v + 88)/24))    taux2 = 3/(1 + exp(-(v + 60)/20)) 1.12/(1 + exp((v - 60)/20))

as in the authors' equations, at 37 degC; the gates keep their pace.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (gbar 0.096 nS/pF)
q10 4.4 +- 1.2 (warmth: temperature.inc): tail of IK, guinea-pig ventricle, 24 to 34 degC,
    Kiyosue T et al. (1993) J Physiol 468:85-106, doi:10.1113/jphysiol.1993.sp019761

Units: gbar (S/cm2), ko (mM), v, ek (mV), times (ms), ik (mA/cm2), outward positive. Reads ek, ko, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_krheart
    USEION k READ ek, ko WRITE ik
    RANGE gbar, q10, tref, plateau, warmth, ik
    REPRESENTS GO:0005249
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.096e-3 (S/cm2) <0, 1e9>
    q10 = 4.4 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ko (mM)
    ik (mA/cm2)
}

STATE {
    x1
    x2
}

INITIAL {
    warm()
    x1 = x1inf(v)
    x2 = x2inf(v)
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION k
    SOLVE gates METHOD cnexp
    g = warmth*gbar*sqrt(ko/5.4(mM))*x1*x2
    ik = g*(v - ek)
}

DERIVATIVE gates {
    x1' = (x1inf(v) - x1)*(1 + exp(-(v + 45(mV))/10(mV)))*(1 + exp((v + 30(mV))/11.5(mV)))/2700(ms)
    x2' = (x2inf(v) - x2)*(1 + exp(-(v + 60(mV))/20(mV)))*(1 + exp((v - 60(mV))/20(mV)))/3.36(ms)
}

FUNCTION x1inf(v (mV)) {
    x1inf = 1/(1 + exp(-(v + 26(mV))/7(mV)))
}

FUNCTION x2inf(v (mV)) {
    x2inf = 1/(1 + exp((v + 88(mV))/24(mV)))
}

INCLUDE "temperature.inc"
