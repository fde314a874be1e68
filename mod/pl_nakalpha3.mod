TITLE Na+/K+ pump, isoform alpha3

COMMENT
The equations, units and sources of pl_nakalpha1.mod (DiFranco M et al. (2015) J Gen Physiol 146:281-294,
doi:10.1085/jgp.201511407, and those named there) with the affinities of alpha3.

km_na: half-saturation 63.5 mM of three sites, Munzer JS et al. (1994) J Biol Chem (recalled, not read there; its DOI
    was not confirmed; 33 mM in Zahler R et al. (1997) J Gen Physiol 110:201-213, doi:10.1085/jgp.110.2.201);
    km_k: assumed, as in alpha1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakalpha3
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    RANGE imax, block, activity, km_na, km_k, hill_na, coop_na, hill_k, kki, knao, voltage, atp, adp, pi, km_atp
    RANGE ki_adp, dg0, q10, tref, plateau, warmth, n_na, n_k, dose, kon, koff, kkg, hinder, icycle, inet, atpase
    POINTER state_atp, state_adp, state_pi
    REPRESENTS GO:0005391
}

PARAMETER {
    km_na = 16.5 (mM) <1e-9, 1e9>    : half-saturation of one site
    km_k = 1 (mM) <1e-9, 1e9>
}

INCLUDE "nakalpha.inc"
