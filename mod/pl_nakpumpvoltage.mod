TITLE Na+/K+ pump, dependent on voltage, of muscle fibre models

COMMENT
    icycle = warmth imax (1 - block) f(v) / ((1 + km_k/ko)^2 (1 + km_na/nai)^3)
    f(v)   = 1 / (1 + 0.12 exp(-0.1 u) + 0.04 s exp(-u)),   u = v F/(R T),   s = (exp(nao/67.3) - 1)/7

The independent sites of pl_nakpump.mod with the voltage dependence of the cardiac pump current: weaker when more
negative and, through s, the more so the more Na+ is outside. imax is F times the largest turnover per area.

Wallinga W et al. (1999) Eur Biophys J 28:317-329; Shorten PR et al. (2007) J Muscle Res Cell Motil 28:293-313,
    doi:10.1007/s10974-007-9125-6; warmth, and what follows from icycle: cycle.inc;
    km_na = 13, km_k = 1 or 2.5 mM (alpha1, alpha2): Cannon-Lab/Muscle-Fiber-Simulation v9 (2024).

Units: concentrations (mM), currents (mA/cm2), outward positive, atpase (mol/cm2/s).
Reads nai, nao and ko, writes ina and ik. block is the blocked fraction of the pumps, 0 to 1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakpumpvoltage
    USEION na READ nai, nao WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, block, q10, tref, plateau, warmth, km_na, km_k, n_na, n_k, icycle, inet, atpase
    REPRESENTS GO:0005391
}

PARAMETER {
    km_na = 13 (mM) <1e-9, 1e9>
    km_k = 1 (mM) <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    nai (mM)
    nao (mM)
    ko (mM)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL u, weak, weaker, f, slope
    CONDUCTANCE slope
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    weak = 0.12*exp(-0.1*u)
    weaker = 0.04*exp(-u)*(exp(nao/67.3(mM)) - 1)/7
    f = 1/(1 + weak + weaker)
    carry(imax*(1 - block)*f*power(nai/(nai + km_na), 3)*power(ko/(ko + km_k), 2))
    slope = (1e-3)*inet*f*(0.1*weak + weaker)*F/(R*(celsius + 273.15))
}

INCLUDE "power.inc"
INCLUDE "cycle.inc"
