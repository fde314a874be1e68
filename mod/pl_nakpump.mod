TITLE Na+/K+ pump, 3 Na+ out and 2 K+ in for one ATP

COMMENT
Cycle rate of a pump with independent, identical binding sites, three for Na+ inside and two for K+
outside, far from thermodynamic equilibrium and independent of voltage:

    icycle = imax (1 - block) (nai / (nai + km_na))^hill_na (ko / (ko + km_k))^hill_k
    ina    = +n_na icycle
    ik     = -n_k  icycle
    inet   = (n_na - n_k) icycle
    atpase = icycle / F

imax is F times the largest turnover per area, so that with 3:2 the net current is icycle itself.
km_na and km_k are the half-saturations of one site.

Form, km_na = 10 mM and km_k = 2 mM: ModelDB 267499 (2022); the same form with other affinities in
    Wallinga et al. (1999) and the muscle fibre model Cannon-Lab/Muscle-Fiber-Simulation (2024).
Stoichiometry 3:2, measured 1.46: Clausen T, Kohn PG (1977) J Physiol 265:19-42 (rat soleus).

Units: concentrations (mM), currents (mA/cm2), outward positive, atpase (mol/cm2/s).
Reads nai and ko, writes ina and ik. block is the blocked fraction of the pumps, 0 to 1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakpump
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, block, km_na, km_k, hill_na, hill_k, n_na, n_k, icycle, inet, atpase
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
}

PARAMETER {
    imax = 0 (mA/cm2) <0, 1e9>     : F times the largest cycle rate
    block = 0 (1) <0, 1>           : blocked fraction
    km_na = 10 (mM) <1e-9, 1e9>
    km_k = 2 (mM) <1e-9, 1e9>
    hill_na = 3 (1) <0, 100>
    hill_k = 2 (1) <0, 100>
    n_na = 3 (1) <0, 100>          : Na+ out in one cycle
    n_k = 2 (1) <0, 100>           : K+ in in one cycle
}

ASSIGNED {
    nai (mM)
    ko (mM)
    ina (mA/cm2)
    ik (mA/cm2)
    icycle (mA/cm2)
    inet (mA/cm2)
    atpase (mole/cm2/s)
}

BREAKPOINT {
    icycle = imax*(1 - block)*(nai/(nai + km_na))^hill_na*(ko/(ko + km_k))^hill_k
    ina = n_na*icycle
    ik = -n_k*icycle
    inet = (n_na - n_k)*icycle
    atpase = (1e-3)*icycle*(1(mole))/F
}
