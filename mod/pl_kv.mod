TITLE Delayed rectifier K+ current of neurons (Kv)

COMMENT
    ik = warmth gbar n^4 (v - ek),   dn/dt = alphan (1 - n) - betan n

with u = v - vt, Q the temperature factor q10_gates^((celsius - 36)/10), B(x) = x/(exp(x) - 1):

    alphan = Q 0.032 5 B(-(u - 15)/5)       betan = Q 0.5 exp(-(u - 10)/40)

Traub RD, Miles R (1991) Neuronal networks of the hippocampus. Cambridge University Press; in this form
    Pospischil M et al. (2008) Biol Cybern 99:427-441, doi:10.1007/s00422-008-0263-8 (36 degC, vt about -60 mV,
    gbar 0.005 S/cm2).
q10_gates = 3: that of squid axon's, Hodgkin AL, Huxley AF (1952) J Physiol 117:500-544,
    doi:10.1113/jphysiol.1952.sp004764
q10 = 1.2 of the conductance (warmth: temperature.inc): the delayed rectifier of Gillies A, Willshaw D (2006)
    J Neurophysiol 95:2352-2365 as in ModelDB 74298 and 151460, Q10 of the maximal conductance.

Units: gbar (S/cm2), v, ek, vt (mV), rates (/ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kv
    USEION k READ ek WRITE ik
    RANGE gbar, vt, q10_gates, q10, tref, plateau, warmth, ik
    REPRESENTS GO:0005251
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.005 (S/cm2) <0, 1e9>
    vt = -60 (mV)
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
}

INITIAL {
    warm()
    pace = q10_gates^((celsius - 36(degC))/10(degC))
    n = alphan(v)/(alphan(v) + betan(v))
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION k
    SOLVE gate METHOD cnexp
    g = warmth*gbar*n*n*n*n
    ik = g*(v - ek)
}

DERIVATIVE gate {
    n' = pace*(alphan(v)*(1 - n) - betan(v)*n)
}

FUNCTION alphan(v (mV)) (/ms) {
    alphan = 0.16(/ms)*bernoulli(-(v - vt - 15(mV))/5(mV))
}

FUNCTION betan(v (mV)) (/ms) {
    betan = 0.5(/ms)*exp(-(v - vt - 10(mV))/40(mV))
}

INCLUDE "bernoulli.inc"

INCLUDE "temperature.inc"
