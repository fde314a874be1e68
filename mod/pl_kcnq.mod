TITLE Slow K+ current without inactivation (KCNQ, Kv7) of skeletal muscle

COMMENT
    ik = warmth p q F (ki B(-u) - ko B(u)),   u = F v / (R T)
    dq/dt = Q (qinf - q) (alpha + beta),   Q = q10_gates^((celsius - 22)/10)

    qinf = 1/(1 + exp(-(v + 30)/10)),   alpha = 0.016 exp(v/40),   beta = 0.002 exp(-v/50)

Cannon-Lab/Muscle-Fiber-Simulation v9 (2024; no DOI: a program), at 22 degC, with p = 2e-6 cm/s at the surface, 0.4 of
that in the tubules, and q10_gates = 2.5; Quinonez M, DiFranco M, Wu F, Cannon SC (2023) Brain 146:1554-1560. Their
table gives the rates' magnitudes; that alpha grows with depolarisation and beta falls is read from qinf.

Units: p (cm/s), concentrations (mM), v (mV), rates (/ms), ik (mA/cm2), outward positive.
Reads ki and ko, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kcnq
    USEION k READ ki, ko WRITE ik
    RANGE p, q10, tref, plateau, warmth, q10_gates, i, ik
    REPRESENTS GO:0005249
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
    q
}

INITIAL {
    pace = q10_gates^((celsius - 22(degC))/10(degC))
    q = qinf(v)
}

BREAKPOINT {
    CONDUCTANCE g USEION k
    SOLVE gates METHOD cnexp
    constant_field(v, 1, ki, ko)
    g = q*g
    i = q*i
    ik = i
}

DERIVATIVE gates {
    q' = pace*(qinf(v) - q)*(0.016(/ms)*exp(v/40(mV)) + 0.002(/ms)*exp(-v/50(mV)))
}

FUNCTION qinf(v (mV)) {
    qinf = 1/(1 + exp(-(v + 30(mV))/10(mV)))
}

INCLUDE "goldman.inc"
