TITLE Low-threshold Ca2+ current (T) of thalamic relay cells, by the constant-field equation

COMMENT
    ica = p m^2 h 2 F (cai B(-u) - cao B(u)),   u = 2 F v/(R T),   B(x) = x/(exp(x) - 1)
    dm/dt = (minf - m)/taum,   dh/dt = (hinf - h)/tauh,   w = v + shift,   Q = 2.5^((celsius - 24)/10)

    minf = 1/(1 + exp(-(w + 57)/6.2))      taum = (0.612 + 1/(exp(-(w + 132)/16.7) + exp((w + 16.8)/18.2)))/Q
    hinf = 1/(1 + exp((w + 81)/4))         tauh = exp((w + 467)/66.6)/Q below w = -80, else (28 + exp(-(w + 22)/10.5))/Q

Huguenard JR, McCormick DA (1992) J Neurophysiol 68:1373-1383, doi:10.1152/jn.1992.68.4.1373, as in Destexhe A, Neubig M,
    Ulrich D, Huguenard J (1998) J Neurosci 18:3574-3588, doi:10.1523/JNEUROSCI.18-10-03574.1998, ModelDB 279.

Units: p (cm/s), v, shift (mV), concentrations (mM), ica (mA/cm2), outward positive.
Reads cai and cao, writes ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_ttc
    USEION ca READ cai, cao WRITE ica
    RANGE p, shift
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    p = 1.7e-5 (cm/s) <0, 1e9>
    shift = -1 (mV)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    cai (mM)
    cao (mM)
    ica (mA/cm2)
    q (1)
}

STATE {
    m
    h
}

INITIAL {
    q = 2.5^((celsius - 24(degC))/10(degC))
    m = minf(v + shift)
    h = hinf(v + shift)
}

BREAKPOINT {
    LOCAL u
    SOLVE gates METHOD cnexp
    u = (1e-3)*2*F*v/(R*(celsius + 273.15(degC)))
    ica = p*m*m*h*(1e-3)*2*F*(cai*bernoulli(-u) - cao*bernoulli(u))
}

DERIVATIVE gates {
    m' = (minf(v + shift) - m)/taum(v + shift)
    h' = (hinf(v + shift) - h)/tauh(v + shift)
}

FUNCTION minf(w (mV)) {
    minf = 1/(1 + exp(-(w + 57(mV))/6.2(mV)))
}

FUNCTION hinf(w (mV)) {
    hinf = 1/(1 + exp((w + 81(mV))/4(mV)))
}

FUNCTION taum(w (mV)) (ms) {
    taum = (0.612(ms) + 1(ms)/(exp(-(w + 132(mV))/16.7(mV)) + exp((w + 16.8(mV))/18.2(mV))))/q
}

FUNCTION tauh(w (mV)) (ms) {
    if (w < -80(mV)) {
        tauh = 1(ms)*exp((w + 467(mV))/66.6(mV))/q
    } else {
        tauh = (28(ms) + 1(ms)*exp(-(w + 22(mV))/10.5(mV)))/q
    }
}

INCLUDE "bernoulli.inc"
