TITLE Voltage-gated Na+ current of skeletal muscle (NaV1.4), with slow inactivation

COMMENT
    ina = warmth gbar m^3 h s (v - ena)
    dm/dt = alpham (1 - m) - betam m,   dh/dt = alphah (1 - h) - betah h,   ds/dt = Q (sinf - s)/taus

with Q the temperature factor q10_gates^((celsius - 20)/10), B(x) = x/(exp(x) - 1):

    alpham = Q 0.288 10 B(-(v + 46)/10)     betam = Q 1.38 exp(-(v + 46)/18)
    alphah = Q 0.0081 exp(-(v + 45)/14.7)   betah = Q 4.38/(1 + exp(-(v + 45)/9))
    sinf = 1/(1 + exp((v - vs)/as))         taus = 8571/(0.2 + 5.65 ((v + vtau)/100)^2)

Fast fibres: vs, as, vtau = -78, 5.8, 90 mV (the defaults); slow fibres: -68, 7.1, 70 mV.

Shorten PR et al. (2007) J Muscle Res Cell Motil 28:293-313, doi:10.1007/s10974-007-9125-6, surface membrane
    at 20 degC, after Wallinga W et al. (1999) Eur Biophys J 28:317-329 and Cannon SC et al. (1993) Biophys J
    65:270-288. Their current is of Goldman's form; this one is linear in v - ena.
gbar = 0.15 S/cm2, q10_gates = 3 (of all three gates): assumed.
q10 = 1.5 of the conductance (warmth: temperature.inc): peak conductance of hippocampal neurons, Sah P et al. (1988), as
    in ModelDB 74298.

Units: gbar (S/cm2), v, ena, vs, as, vtau (mV), rates (/ms), taus (ms), ina (mA/cm2), outward positive.
Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_navmuscle
    USEION na READ ena WRITE ina
    RANGE gbar, vs, as, vtau, q10_gates, q10, tref, plateau, warmth, ina
    REPRESENTS GO:0005248
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.15 (S/cm2) <0, 1e9>
    vs = -78 (mV)
    as = 5.8 (mV) <1e-3, 1e3>
    vtau = 90 (mV)
    q10 = 1.5 (1) <1e-3, 1e3>
    q10_gates = 3 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    ena (mV)
    ina (mA/cm2)
    pace (1)
}

STATE {
    m
    h
    s
}

INITIAL {
    warm()
    pace = q10_gates^((celsius - 20(degC))/10(degC))
    m = alpham(v)/(alpham(v) + betam(v))
    h = alphah(v)/(alphah(v) + betah(v))
    s = sinf(v)
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION na
    SOLVE gates METHOD cnexp
    g = warmth*gbar*m*m*m*h*s
    ina = g*(v - ena)
}

DERIVATIVE gates {
    m' = pace*(alpham(v)*(1 - m) - betam(v)*m)
    h' = pace*(alphah(v)*(1 - h) - betah(v)*h)
    s' = pace*(sinf(v) - s)/taus(v)
}

FUNCTION alpham(v (mV)) (/ms) {
    alpham = 2.88(/ms)*bernoulli(-(v + 46(mV))/10(mV))
}

FUNCTION betam(v (mV)) (/ms) {
    betam = 1.38(/ms)*exp(-(v + 46(mV))/18(mV))
}

FUNCTION alphah(v (mV)) (/ms) {
    alphah = 0.0081(/ms)*exp(-(v + 45(mV))/14.7(mV))
}

FUNCTION betah(v (mV)) (/ms) {
    betah = 4.38(/ms)/(1 + exp(-(v + 45(mV))/9(mV)))
}

FUNCTION sinf(v (mV)) {
    sinf = 1/(1 + exp((v - vs)/as))
}

FUNCTION taus(v (mV)) (ms) {
    taus = 8571(ms)/(0.2 + 5.65*((v + vtau)/100(mV))^2)
}

INCLUDE "bernoulli.inc"

INCLUDE "temperature.inc"
