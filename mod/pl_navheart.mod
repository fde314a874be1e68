TITLE Fast Na+ current of human ventricle

COMMENT
    ina = gbar m^3 h hslow (v - ena),   dx/dt = (xinf - x)/taux

    minf = 1/(1 + exp(-(v + 56.86)/9.03))^2      hinf = hslowinf = 1/(1 + exp((v + 71.55)/7.43))^2
    taum = (0.1/(1 + exp((v + 35)/5)) + 0.1/(1 + exp((v - 50)/200)))/(1 + exp(-(v + 60)/5))
    tauh = 1/(ah + bh),   tauhslow = 1/(aj + bj):

    below -40 mV   ah = 0.057 exp(-(v + 80)/6.8)     bh = 2.7 exp(0.079 v) + 3.1e5 exp(0.3485 v)
                   aj = -(25428 exp(0.2444 v) + 6.948e-6 exp(-0.04391 v)) (v + 37.78)/(1 + exp(0.311 (v + 79.23)))
                   bj = 0.02424 exp(-0.01052 v)/(1 + exp(-0.1378 (v + 40.14)))
    above          ah = aj = 0,   bh = 0.77/(0.13 (1 + exp(-(v + 10.66)/11.1)))
                   bj = 0.6 exp(0.057 v)/(1 + exp(-0.1 (v + 32)))

hslow is theirs of the name j, 37 degC; no Q10 is given.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (gbar 14.838 nS/pF)

Units: gbar (S/cm2), v, ena (mV), times (ms), ina (mA/cm2), outward positive. Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_navheart
    USEION na READ ena WRITE ina
    RANGE gbar, ina
    REPRESENTS GO:0005248
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 14.838e-3 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ena (mV)
    ina (mA/cm2)
}

STATE {
    m
    h
    hslow
}

INITIAL {
    m = minf(v)
    h = hinf(v)
    hslow = hinf(v)
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION na
    SOLVE gates METHOD cnexp
    g = gbar*m^3*h*hslow
    ina = g*(v - ena)
}

DERIVATIVE gates {
    m' = (minf(v) - m)/taum(v)
    h' = (hinf(v) - h)*rateh(v)
    hslow' = (hinf(v) - hslow)*rateslow(v)
}

FUNCTION minf(v (mV)) {
    minf = 1/(1 + exp(-(v + 56.86(mV))/9.03(mV)))^2
}

FUNCTION hinf(v (mV)) {
    hinf = 1/(1 + exp((v + 71.55(mV))/7.43(mV)))^2
}

FUNCTION taum(v (mV)) (ms) {
    taum = (0.1(ms)/(1 + exp((v + 35(mV))/5(mV))) + 0.1(ms)/(1 + exp((v - 50(mV))/200(mV))))/(1 + exp(-(v + 60(mV))/5(mV)))
}

FUNCTION rateh(v (mV)) (/ms) {
    if (v < -40(mV)) {
        rateh = 0.057(/ms)*exp(-(v + 80(mV))/6.8(mV)) + 2.7(/ms)*exp(0.079(/mV)*v) + 3.1e5(/ms)*exp(0.3485(/mV)*v)
    } else {
        rateh = 0.77(/ms)/(0.13*(1 + exp(-(v + 10.66(mV))/11.1(mV))))
    }
}

FUNCTION rateslow(v (mV)) (/ms) {
    LOCAL a
    if (v < -40(mV)) {
        a = -(25428(/mV/ms)*exp(0.2444(/mV)*v) + 6.948e-6(/mV/ms)*exp(-0.04391(/mV)*v))*(v + 37.78(mV))
        rateslow = a/(1 + exp(0.311(/mV)*(v + 79.23(mV))))
        rateslow = rateslow + 0.02424(/ms)*exp(-0.01052(/mV)*v)/(1 + exp(-0.1378(/mV)*(v + 40.14(mV))))
    } else {
        rateslow = 0.6(/ms)*exp(0.057(/mV)*v)/(1 + exp(-0.1(/mV)*(v + 32(mV))))
    }
}
