TITLE Na+/K+ pump, cubic in the ratio of Na+ inside and outside

COMMENT
    icycle = warmth imax (1 - block) (nai/nao)^3

The law of pump-leak models with closed solutions; it does not saturate and does not ask for K+. imax is the
cycle current where Na+ is as concentrated inside as outside.

Keener J, Sneyd J (2009) Mathematical Physiology, 2nd ed., Springer; Duesterwald KM et al. (2018) eLife 7:e39575,
    doi:10.7554/eLife.39575. Warmth, and what follows from icycle: cycle.inc.

Units: concentrations (mM), currents (mA/cm2), outward positive, atpase (mol/cm2/s).
Reads nai and nao, writes ina and ik. block is the blocked fraction of the pumps, 0 to 1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakpumpcubic
    USEION na READ nai, nao WRITE ina
    USEION k WRITE ik
    RANGE imax, block, q10, tref, plateau, warmth, n_na, n_k, icycle, inet, atpase
    REPRESENTS GO:0005391
}

ASSIGNED {
    nai (mM)
    nao (mM)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL slope
    CONDUCTANCE slope
    slope = 0    : no current here depends on V
    carry(imax*(1 - block)*(nai/nao)*(nai/nao)*(nai/nao))
}

INCLUDE "cycle.inc"
