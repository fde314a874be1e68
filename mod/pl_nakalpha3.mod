TITLE Na+/K+ pump, isoform alpha3

COMMENT
The equations, units and sources of pl_nakalpha1.mod with the affinities of alpha3.

km_na: half-saturation 63.5 mM of three sites, Munzer JS et al. (1994) J Biol Chem (recalled, not read there);
    km_k: assumed, as in alpha1.
no DOI: none confirmed for the source of km_na
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakalpha3
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    RANGE imax, block, activity, km_na, km_k, hill_na, hill_k, kki, knao, voltage, atp, adp, pi, km_atp, dg0, q10
    RANGE tref, n_na, n_k, dose, kon, koff, kkg, hinder, icycle, inet, atpase
    REPRESENTS GO:0005391
}

PARAMETER {
    km_na = 16.5 (mM) <1e-9, 1e9>    : half-saturation of one site
    km_k = 1 (mM) <1e-9, 1e9>
}

INCLUDE "nakalpha.inc"
