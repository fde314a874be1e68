TITLE K+-Cl- cotransport (KCC2), electroneutral, saturable

COMMENT
One K+ with one Cl-. The influx saturates with each ion outside, and the efflux is the influx times the ratio that the
gradients of the coupled ions demand:

    j   = warmth u ko/(ko + kk) clo/(clo + kcl) (ratio - 1)   outward positive,   ratio = ki cli / (ko clo)
    ik  = j
    icl = -j

so no charge moves and j reverses where ratio = 1. u is F times the largest influx. The efflux does not saturate with
what is inside. pl_kcc2.mod is the same process by the logarithmic law of published models.
warmth: temperature.inc; no Q10 was found for it, so q10 = 1.

kk = 5.2 +- 0.9 mM (as Rb+), kcl above 50 mM: rat KCC2 in HEK-293 cells, Payne JA (1997) Am J Physiol 273:C1516-C1525,
    doi:10.1152/ajpcell.1997.273.5.C1516.
Flux ratio: Ussing HH (1949) Acta Physiol Scand 19:43-56, for all ions that move together.

Units: u and currents (mA/cm2), outward positive, concentrations, kk, kcl (mM).
Reads ki, ko, cli, clo, writes ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kcc2sat
    USEION k READ ki, ko WRITE ik
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE u, q10, tref, plateau, warmth, kk, kcl, j, ik, icl
    REPRESENTS GO:0015379
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    u = 1e-3 (mA/cm2) <0, 1e9>
    q10 = 1 (1) <1e-3, 1e3>
    kk = 5.2 (mM) <1e-9, 1e9>
    kcl = 50 (mM) <1e-9, 1e9>
}

ASSIGNED {
    ki (mM)
    ko (mM)
    cli (mM)
    clo (mM)
    ik (mA/cm2)
    icl (mA/cm2)
    j (mA/cm2)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL slope
    CONDUCTANCE slope
    slope = 0    : no current here depends on V
    j = warmth*u*(ki*cli - ko*clo)/((ko + kk)*(clo + kcl))
    ik = j
    icl = -j
}

INCLUDE "temperature.inc"
