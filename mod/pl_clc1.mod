TITLE Cl- current of skeletal muscle (ClC-1)

COMMENT
Constant-field current through a pore that is fast and closes somewhat on depolarisation:

    icl = warmth p a^4 (-F) (cli B(-u) - clo B(u)),   u = -F v / (R T),   a = 1 / (1 + exp((v - 70)/150))

Wallinga W et al. (1999) Eur Biophys J 28:317-329; Shorten PR et al. (2007) J Muscle Res Cell Motil
28:293-313, doi:10.1007/s10974-007-9125-6.

Units: p (cm/s), concentrations (mM), v (mV), icl (mA/cm2), outward positive. Reads cli and clo, writes icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_clc1
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE p, q10, tref, plateau, warmth, i, icl
    REPRESENTS GO:0005247
}

ASSIGNED {
    cli (mM)
    clo (mM)
    icl (mA/cm2)
}

BREAKPOINT {
    LOCAL a, open
    CONDUCTANCE g USEION cl
    constant_field(v, -1, cli, clo)
    a = 1/(1 + exp((v - 70(mV))/150(mV)))
    open = a*a*a*a
    g = open*(g - 4*i*(1 - a)/150(mV))
    i = open*i
    icl = i
}

INCLUDE "goldman.inc"
