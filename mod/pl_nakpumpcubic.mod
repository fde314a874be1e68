TITLE Na+/K+ pump, cubic in the ratio of Na+ inside and outside

COMMENT
    icycle = imax (1 - block) (nai/nao)^3
    ina    = +n_na icycle
    ik     = -n_k  icycle
    inet   = (n_na - n_k) icycle
    atpase = icycle / F

The law of pump-leak models with closed solutions; it does not saturate and does not ask for K+. imax is the
cycle current where Na+ is as concentrated inside as outside.

Keener J, Sneyd J (2009) Mathematical Physiology, 2nd ed., Springer; Duesterwald KM et al. (2018) eLife 7:e39575.

Units: concentrations (mM), currents (mA/cm2), outward positive, atpase (mol/cm2/s).
Reads nai and nao, writes ina and ik. block is the blocked fraction of the pumps, 0 to 1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakpumpcubic
    USEION na READ nai, nao WRITE ina
    USEION k WRITE ik
    RANGE imax, block, n_na, n_k, icycle, inet, atpase
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
}

PARAMETER {
    imax = 0 (mA/cm2) <0, 1e9>     : cycle current at nai = nao
    block = 0 (1) <0, 1>           : blocked fraction
    n_na = 3 (1) <0, 100>          : Na+ out in one cycle
    n_k = 2 (1) <0, 100>           : K+ in in one cycle
}

ASSIGNED {
    nai (mM)
    nao (mM)
    ina (mA/cm2)
    ik (mA/cm2)
    icycle (mA/cm2)
    inet (mA/cm2)
    atpase (mole/cm2/s)
}

BREAKPOINT {
    icycle = imax*(1 - block)*(nai/nao)^3
    ina = n_na*icycle
    ik = -n_k*icycle
    inet = (n_na - n_k)*icycle
    atpase = (1e-3)*icycle*(1(mole))/F
}
