TITLE Delayed rectifier K+ current of skeletal muscle

COMMENT
    ik = warmth gbar n^4 h (v - ek)
    dn/dt = alphan (1 - n) - betan n,   dh/dt = Q (hinf - h)/tauh

with Q the temperature factor q10_gates^((celsius - 20)/10), B(x) = x/(exp(x) - 1):

    alphan = Q 0.0131 7 B(-(v + 40)/7)      betan = Q 0.067 exp(-(v + 40)/40)
    hinf = 1/(1 + exp((v + 40)/7.5))        tauh = 1000 exp(-(v + 40)/25.75)

Shorten PR et al. (2007) J Muscle Res Cell Motil 28:293-313, doi:10.1007/s10974-007-9125-6, surface membrane
    at 20 degC, after Wallinga W et al. (1999) Eur Biophys J 28:317-329 and Cannon SC et al. (1993) Biophys J
    65:270-288. Their current is of Goldman's form; this one is linear in v - ek.
gbar = 0.0216 S/cm2, q10_gates = 3 (of both gates): assumed.
q10 = 1.2 of the conductance (warmth: temperature.inc): the delayed rectifier of Gillies A, Willshaw D (2006)
    J Neurophysiol 95:2352-2365 as in ModelDB 74298 and 151460, Q10 of the maximal conductance.

Units: gbar (S/cm2), v, ek (mV), rates (/ms), tauh (ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kvmuscle
    USEION k READ ek WRITE ik
    RANGE gbar, q10_gates, q10, tref, plateau, warmth, ik
    REPRESENTS GO:0005251
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.0216 (S/cm2) <0, 1e9>
    q10 = 1.2 (1) <1e-3, 1e3>
    q10_gates = 3 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    pace (1)
}

STATE {
    n
    h
}

INITIAL {
    warm()
    pace = q10_gates^((celsius - 20(degC))/10(degC))
    n = alphan(v)/(alphan(v) + betan(v))
    h = hinf(v)
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION k
    SOLVE gates METHOD cnexp
    g = warmth*gbar*n*n*n*n*h
    ik = g*(v - ek)
}

DERIVATIVE gates {
    n' = pace*(alphan(v)*(1 - n) - betan(v)*n)
    h' = pace*(hinf(v) - h)/tauh(v)
}

FUNCTION alphan(v (mV)) (/ms) {
    alphan = 0.0917(/ms)*bernoulli(-(v + 40(mV))/7(mV))
}

FUNCTION betan(v (mV)) (/ms) {
    betan = 0.067(/ms)*exp(-(v + 40(mV))/40(mV))
}

FUNCTION hinf(v (mV)) {
    hinf = 1/(1 + exp((v + 40(mV))/7.5(mV)))
}

FUNCTION tauh(v (mV)) (ms) {
    tauh = 1000(ms)*exp(-(v + 40(mV))/25.75(mV))
}

INCLUDE "bernoulli.inc"

INCLUDE "temperature.inc"
