TITLE Na+/K+ pump, isoform alpha1: affinities, ATP, voltage, temperature, reversal, glycosides

COMMENT
    icycle = warmth imax activity (1 - block) (1 - bound) sites field fuel tanh(-work/2)
    fuel   = atp/(atp + km_atp (1 + adp/ki_adp))
    sites  = (1/(1 + (km_na (1 + ki/kki)/nai)^coop_na))^hill_na (ko/(ko + km_k (1 + nao/knao)))^hill_k
    field  = 1/(1 + voltage (0.12 exp(-0.1 u) + 0.04 s exp(-u))),   u = v F/(R T),   s = (exp(nao/67.3) - 1)/7
    work   = n_na (ln(nao/nai) - u) + n_k (ln(ki/ko) + u) + (dg0 + RT ln(adp pi/atp))/(R T)
    dbound/dt = kon dose/(1 + hinder ko/(ko + kkg)) (1 - bound) - koff bound
    ina = +n_na icycle,   ik = -n_k icycle,   inet = (n_na - n_k) icycle,   atpase = icycle/F

work is the free energy of a cycle, ATP included, over RT: at 0 the pump stands still, v = 3 ena - 2 ek + dG/F, and
beyond it runs backwards and makes ATP. tanh(-work/2) = (forward - backward)/(forward + backward) where the two
rates have the ratio exp(work); far from reversal it is 1. A pump whose gradients are far from reversal is the one
of independent sites (pl_nakpump.mod). bound: share of the pumps that hold a glycoside, which K+ outside hinders.

Sites: as in pl_nakpump.mod; coop_na above 1 with hill_na = 1 is Hill's equation. Competition of K+ inside and Na+
    outside: Lew VL, Bookchin RM (1986) J Membr Biol 92:57-74, doi:10.1007/BF01869016, as in sdrogers/redcellmodeljava.
    Field: Wallinga W et al. (1999) Eur Biophys J 28:317-329.
km_atp 0.15 mM: Friedrich T et al. (1996) Biophys J 71:2486-2500. ki_adp 0.1 mM: Cortassa S et al. (2006) Biophys J
    91:1564-1589, as in ntumitolab/ecme-rirr-dox. dg0, with adp and pi in mol/l, at pH 7, 1 mM Mg2+, 37 degC: from the
    constants of Teague WE, Golding EM, Dobson GP (1996) J Exp Biol 199:509-512. Form of the reversal: assumed.
    Warmth: cycle.inc, doi:10.1085/jgp.201511407. atp, adp, pi are those of pl_energy.mod where state_atp, state_adp and
    state_pi point to it.
km_na: half-saturation 17.6 mM of three sites, Munzer JS et al. (1994) J Biol Chem (recalled, not read there);
    km_k: Cannon-Lab/Muscle-Fiber-Simulation.

Units: concentrations (mM), v (mV), currents (mA/cm2), outward positive, dg0 (kJ, of a mole), kon (/mM/s), koff (/s),
atpase (mol/cm2/s). Reads nai, nao, ki, ko, writes ina, ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakalpha1
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    RANGE imax, block, activity, km_na, km_k, hill_na, coop_na, hill_k, kki, knao, voltage, atp, adp, pi, km_atp
    RANGE ki_adp, dg0, q10, tref, plateau, warmth, n_na, n_k, dose, kon, koff, kkg, hinder, icycle, inet, atpase
    POINTER state_atp, state_adp, state_pi
    REPRESENTS GO:0005391
}

PARAMETER {
    km_na = 4.57 (mM) <1e-9, 1e9>    : half-saturation of one site
    km_k = 1 (mM) <1e-9, 1e9>
}

INCLUDE "nakalpha.inc"
