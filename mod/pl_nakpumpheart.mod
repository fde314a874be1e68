TITLE Na+/K+ pump of ventricle models, one site each for Na+ and K+

COMMENT
    icycle = warmth imax (1 - block) nai/(nai + km_na) ko/(ko + km_k) / (1 + 0.1245 exp(-0.1 u) + 0.0353 exp(-u))

with u = v F/(R T). imax is F times the largest turnover per area.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (imax 1.362 pA/pF, km_na 40 mM, km_k 1 mM); warmth, and what
    follows from icycle: cycle.inc.

Units: concentrations (mM), currents (mA/cm2), outward positive, atpase (mol/cm2/s).
Reads nai and ko, writes ina and ik. block is the blocked fraction of the pumps, 0 to 1.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nakpumpheart
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, block, q10, tref, plateau, warmth, km_na, km_k, n_na, n_k, icycle, inet, atpase
    REPRESENTS GO:0005391
}

PARAMETER {
    km_na = 40 (mM) <1e-9, 1e9>
    km_k = 1 (mM) <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    nai (mM)
    ko (mM)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL u, weak, weaker, f, slope
    CONDUCTANCE slope
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    weak = 0.1245*exp(-0.1*u)
    weaker = 0.0353*exp(-u)
    f = 1/(1 + weak + weaker)
    carry(imax*(1 - block)*nai/(nai + km_na)*ko/(ko + km_k)*f)
    slope = (1e-3)*inet*f*(0.1*weak + weaker)*F/(R*(celsius + 273.15))
}

INCLUDE "cycle.inc"
