TITLE Na+/K+ pump, product of two sigmoids in nai and ko

COMMENT
    icycle = warmth imax (1 - block) / ((1 + exp((half_na - nai)/slope_na)) (1 + exp((half_k - ko)/slope_k)))

A description of where the pump works, not a binding scheme: half of its rate at half_na inside and half_k
outside. imax is F times the largest turnover per area.

half_na = 25, slope_na = 3, half_k = 5.5 mM: Huebel N, Ullah G (2016) PLoS ONE 11:e0147060,
    doi:10.1371/journal.pone.0147060, ModelDB 187599; half_k = 3.5 mM: Saetra MJ et al. (2020) PLoS Comput Biol
    16:e1007661, doi:10.1371/journal.pcbi.1007661, ModelDB 267139. Warmth, and what follows from icycle: cycle.inc.

Units: concentrations (mM), currents (mA/cm2), outward positive, atpase (mol/cm2/s).
Reads nai and ko, writes ina and ik. block is the blocked fraction of the pumps, 0 to 1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakpumpsigmoid
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, block, q10, tref, plateau, warmth, half_na, slope_na, half_k, slope_k, n_na, n_k, icycle, inet, atpase
    REPRESENTS GO:0005391
}

PARAMETER {
    half_na = 25 (mM) <0, 1e9>
    slope_na = 3 (mM) <1e-9, 1e9>
    half_k = 5.5 (mM) <0, 1e9>
    slope_k = 1 (mM) <1e-9, 1e9>
}

ASSIGNED {
    nai (mM)
    ko (mM)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL slope
    CONDUCTANCE slope
    slope = 0    : no current here depends on V
    carry(imax*(1 - block)/((1 + exp((half_na - nai)/slope_na))*(1 + exp((half_k - ko)/slope_k))))
}

INCLUDE "cycle.inc"
