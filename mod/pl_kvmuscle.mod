TITLE Delayed rectifier K+ current of skeletal muscle

COMMENT
    ik = warmth p n^4 h F (ki B(-u) - ko B(u)),   u = F v / (R T)
    dn/dt = Q (alphan (1 - n) - betan n),   dh/dt = Q (hinf - h)/tauh,   Q = q10_gates^((celsius - 22)/10)

    alphan = 0.0262 7 B(-(v + 40)/7)      betan = 0.134 exp(-(v + 40)/40)
    hinf = 1/(1 + exp((v + 40)/7.5))      tauh = 315 ms

Cannon-Lab/Muscle-Fiber-Simulation v9 (2024), at 22 degC, with p = 1.2e-5 cm/s at the surface, 0.4 of that in the
tubules, and q10_gates = 2.5; after Cannon SC, Brown RH, Corey DP (1993) Biophys J 65:270-288; slow inactivation:
DiFranco M, Quinonez M, Vergara JL (2012) J Gen Physiol 140:109-137, doi:10.1085/jgp.201210802.

Units: p (cm/s), concentrations (mM), v (mV), rates (/ms), tauh (ms), ik (mA/cm2), outward positive.
Reads ki and ko, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kvmuscle
    USEION k READ ki, ko WRITE ik
    RANGE p, q10, tref, plateau, warmth, q10_gates, i, ik
    REPRESENTS GO:0005251
}

PARAMETER {
    q10_gates = 2.5 (1) <1e-3, 1e3>
}

ASSIGNED {
    ki (mM)
    ko (mM)
    ik (mA/cm2)
    pace (1)
}

STATE {
    n
    h
}

INITIAL {
    pace = q10_gates^((celsius - 22(degC))/10(degC))
    n = alphan(v)/(alphan(v) + betan(v))
    h = hinf(v)
}

BREAKPOINT {
    LOCAL open
    CONDUCTANCE g USEION k
    SOLVE gates METHOD cnexp
    constant_field(v, 1, ki, ko)
    open = n*n*n*n*h
    g = open*g
    i = open*i
    ik = i
}

DERIVATIVE gates {
    n' = pace*(alphan(v)*(1 - n) - betan(v)*n)
    h' = pace*(hinf(v) - h)/315(ms)
}

FUNCTION alphan(v (mV)) (/ms) {
    alphan = 0.1834(/ms)*bernoulli(-(v + 40(mV))/7(mV))
}

FUNCTION betan(v (mV)) (/ms) {
    betan = 0.134(/ms)*exp(-(v + 40(mV))/40(mV))
}

FUNCTION hinf(v (mV)) {
    hinf = 1/(1 + exp((v + 40(mV))/7.5(mV)))
}

INCLUDE "goldman.inc"
INCLUDE "bernoulli.inc"
