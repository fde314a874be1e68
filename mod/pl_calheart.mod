TITLE L-type Ca2+ current of human ventricle

COMMENT
    ica = warmth p d f fca z F (cai B(-x) - 0.341 cao B(x)),   x = 2 F v/(R T),   z = 2,   B(x) = x/(exp(x) - 1)
    dx/dt = (xinf - x)/taux;  fca stays where v > -60 mV and fcainf > fca

    dinf = 1/(1 + exp(-(v + 5)/7.5))    taud = (1.4/(1 + exp(-(v + 35)/13)) + 0.25) 1.4/(1 + exp((v + 5)/5))
                                               + 1/(1 + exp((50 - v)/20))
    finf = 1/(1 + exp((v + 20)/7))      tauf = 1125 exp(-(v + 27)^2/240) + 80 + 165/(1 + exp((25 - v)/10))
    fcainf = (1/(1 + (cai/0.000325)^8) + 0.1/(1 + exp((cai - 0.0005)/0.0001)) + 0.2/(1 + exp((cai - 0.00075)/0.0008))
             + 0.23)/1.46               taufca = 2

as in the authors' equations, at 37 degC; the gates keep their pace.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (p 1.75e-4 cm3/(uF s), at 1 uF/cm2 1.75e-4 cm/s)
q10 2.3 +- 0.6 (warmth: temperature.inc): ICa of guinea-pig ventricle, 24 to 34 degC,
    Kiyosue T et al. (1993) J Physiol 468:85-106, doi:10.1113/jphysiol.1993.sp019761

Units: p (cm/s), cai, cao (mM), v (mV), times (ms), ica (mA/cm2), outward positive. Reads cai, cao, writes ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_calheart
    USEION ca READ cai, cao WRITE ica VALENCE 2
    RANGE p, q10, tref, plateau, warmth, ica
    REPRESENTS GO:0008331
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    p = 1.75e-4 (cm/s) <0, 1e9>
    q10 = 2.3 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    cai (mM)
    cao (mM)
    ica (mA/cm2)
}

STATE {
    d
    f
    fca
}

INITIAL {
    warm()
    d = dinf(v)
    f = finf(v)
    fca = fcainf(cai)
}

BREAKPOINT {
    LOCAL x, most, slope
    CONDUCTANCE slope USEION ca
    SOLVE gates METHOD derivimplicit
    x = 2*(1e-3)*F*v/(R*(celsius + 273.15))
    : 1e-3: (cm/s)(coulomb)(milli/liter) = 1e-6 A/cm2 = 1e-3 mA/cm2
    most = 2*(1e-3)*warmth*p*d*f*fca*F
    slope = 2*(1e-3)*F/(R*(celsius + 273.15))*most*(cai*(1 + steeper(x)) - 0.341*cao*steeper(x))
    ica = most*(cai*bernoulli(-x) - 0.341*cao*bernoulli(x))
}

DERIVATIVE gates {
    d' = (dinf(v) - d)/taud(v)
    f' = (finf(v) - f)/tauf(v)
    fca' = approach(fcainf(cai), fca, v)
}

FUNCTION finf(v (mV)) {
    finf = 1/(1 + exp((v + 20(mV))/7(mV)))
}

FUNCTION fcainf(c (mM)) {
    fcainf = 1/(1 + (c/0.000325(mM))^8) + 0.1*falling((c - 0.0005(mM))/0.0001(mM))
    fcainf = (fcainf + 0.2*falling((c - 0.00075(mM))/0.0008(mM)) + 0.23)/1.46
}

FUNCTION falling(x) {
    if (x < 500) {
        falling = 1/(1 + exp(x))
    } else {
        falling = 0
    }
}

FUNCTION tauf(v (mV)) (ms) {
    tauf = 1125(ms)*exp(-(v + 27(mV))^2/240(mV2)) + 80(ms) + 165(ms)/(1 + exp((25(mV) - v)/10(mV)))
}

INCLUDE "bernoulli.inc"
INCLUDE "calciumgates.inc"
INCLUDE "temperature.inc"
