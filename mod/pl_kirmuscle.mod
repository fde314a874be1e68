TITLE Inward rectifier K+ current of skeletal muscle (Kir2.x)

COMMENT
Constant-field current through a pore that is blocked the more the farther V is above EK:

    ik = warmth p F (ki B(-u) - ko B(u)) / (1 + exp((v - ek - vhalf)/k)),   u = F v / (R T)

The gate is fast and taken at its steady state; at EK it is half open, and the slope of ik there is
p F^2/(2 R T) ki ko ln(ki/ko)/(ki - ko).

Gate: Hagiwara S, Takahashi K (1974) J Membr Biol 18:61-80. vhalf = 0, k = 12 mV and, at 22 degC, p = 4.35e-6 cm/s, in
tubules as at the surface: Cannon-Lab/Muscle-Fiber-Simulation v9 (2024, mouse; no DOI: a program). As dense in both:
DiFranco M, Yu C, Quinonez M, Vergara JL (2015) J Physiol 593:1213-1238.

Units: p (cm/s), concentrations (mM), v, ek, vhalf, k (mV), ik (mA/cm2), outward positive.
Reads ki, ko and ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kirmuscle
    USEION k READ ki, ko, ek WRITE ik
    RANGE p, q10, tref, plateau, warmth, vhalf, k, i, ik
    REPRESENTS GO:0005242
}

PARAMETER {
    vhalf = 0 (mV)
    k = 12 (mV) <1e-3, 1e3>
}

ASSIGNED {
    ki (mM)
    ko (mM)
    ek (mV)
    ik (mA/cm2)
}

BREAKPOINT {
    LOCAL open
    CONDUCTANCE g USEION k
    constant_field(v, 1, ki, ko)
    open = 1/(1 + exp((v - ek - vhalf)/k))
    g = open*(g - i*(1 - open)/k)
    i = open*i
    ik = i
}

INCLUDE "goldman.inc"
