TITLE Slow delayed rectifier K+ current (IKs) of human ventricle (epi- and endocardial)

COMMENT
    ik = warmth gbar x^2 (v - eks),   eks = R T/F ln((ko + share nao)/(ki + share nai)),   dx/dt = (xinf - x)/taux

    xinf = 1/(1 + exp(-(v + 5)/14))     taux = 1100/sqrt(1 + exp(-(v + 10)/6)) 1/(1 + exp((v - 60)/20))

as in the authors' equations, at 37 degC; the gate keeps its pace. Na+ moves where it reverses, but K+ carries all of
it, there and here.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (gbar 0.245 nS/pF, share 0.03)
q10 4.4 +- 1.2 (warmth: temperature.inc): tail of IK, guinea-pig ventricle, 24 to 34 degC,
    Kiyosue T et al. (1993) J Physiol 468:85-106, doi:10.1113/jphysiol.1993.sp019761

Units: gbar (S/cm2), concentrations (mM), v (mV), times (ms), ik (mA/cm2), outward positive.
Reads ki, ko, nai, nao, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_ksheart
    USEION k READ ki, ko WRITE ik
    USEION na READ nai, nao
    RANGE gbar, q10, tref, plateau, warmth, share, ik
    REPRESENTS GO:0005249
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (S) = (siemens)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    gbar = 0.245e-3 (S/cm2) <0, 1e9>
    q10 = 4.4 (1) <1e-3, 1e3>
    share = 0.03 (1) <0, 1>
}

ASSIGNED {
    v (mV)
    ki (mM)
    ko (mM)
    nai (mM)
    nao (mM)
    ik (mA/cm2)
}

STATE {
    x
}

INITIAL {
    warm()
    x = xinf(v)
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION k
    SOLVE gates METHOD cnexp
    g = warmth*gbar*x^2
    ik = g*(v - (1e3)*R*(celsius + 273.15)/F*log((ko + share*nao)/(ki + share*nai)))
}

DERIVATIVE gates {
    x' = (xinf(v) - x)*sqrt(1 + exp(-(v + 10(mV))/6(mV)))*(1 + exp((v - 60(mV))/20(mV)))/1100(ms)
}

FUNCTION xinf(v (mV)) {
    xinf = 1/(1 + exp(-(v + 5(mV))/14(mV)))
}

INCLUDE "temperature.inc"
