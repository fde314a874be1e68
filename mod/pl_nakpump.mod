TITLE Na+/K+ pump, 3 Na+ out and 2 K+ in for one ATP

COMMENT
Cycle rate of a pump with independent, identical binding sites, three for Na+ inside and two for K+
outside, far from thermodynamic equilibrium and independent of voltage:

    icycle = warmth imax (1 - block) (nai / (nai + km_na))^hill_na (ko / (ko + km_k))^hill_k

imax is F times the largest turnover per area, so that with 3:2 the net current is icycle itself.
km_na and km_k are the half-saturations of one site.

Form, km_na = 10 mM and km_k = 2 mM: Gentiletti D et al. (2022) eLife 11:e68541, doi:10.7554/eLife.68541,
    ModelDB 267499; the same form with other affinities in Wallinga W et al. (1999) Eur Biophys J 28:317-329
    and the muscle fibre model Cannon-Lab/Muscle-Fiber-Simulation (2024).
Warmth, stoichiometry, and what follows from icycle: cycle.inc (Clausen T, Kohn PG (1977) J Physiol 265:19-42).

Units: concentrations (mM), currents (mA/cm2), outward positive, atpase (mol/cm2/s).
Reads nai and ko, writes ina and ik. block is the blocked fraction of the pumps, 0 to 1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakpump
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, block, q10, tref, plateau, warmth, km_na, km_k, hill_na, hill_k, n_na, n_k, icycle, inet, atpase
    REPRESENTS GO:0005391
}

PARAMETER {
    km_na = 10 (mM) <1e-9, 1e9>
    km_k = 2 (mM) <1e-9, 1e9>
    hill_na = 3 (1) <0, 100>
    hill_k = 2 (1) <0, 100>
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
    carry(imax*(1 - block)*power(nai/(nai + km_na), hill_na)*power(ko/(ko + km_k), hill_k))
}

INCLUDE "power.inc"
INCLUDE "cycle.inc"
