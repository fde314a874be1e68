TITLE Na+-K+-2Cl- cotransport (NKCC1), electroneutral, saturable

COMMENT
One Na+ and one K+ with two Cl-. The influx saturates with each ion outside, and the efflux is the influx times the
ratio that the gradients of the coupled ions demand:

    j   = warmth u nao/(nao + kna) ko/(ko + kk) (clo/(clo + kcl))^2 (ratio - 1)   outward positive
    ratio = nai ki cli^2 / (nao ko clo^2)
    ina = j
    ik  = j
    icl = -2 j

so no charge moves and j reverses where ratio = 1. u is F times the largest influx of Na+. The efflux does not saturate
with what is inside. warmth: temperature.inc; no Q10 was found for it, so q10 = 1.

Coupling 1:1:2, order of binding and that influx needs Na+ and K+ outside: Delpire E, Gagnon KB (2011) Am J Physiol Cell
    Physiol 301:C1074-C1085, doi:10.1152/ajpcell.00131.2011.
kna, kk (as Rb+), kcl: human NKCC1 in HEK-293 cells, Isenring P, Jacoby SC, Payne JA, Forbush B (1998) J Biol Chem
    273:11295-11301, doi:10.1074/jbc.273.18.11295 (numbers recalled; read there: HEK-293's own has 2.5 times the kna
    and 8 times the kk).
Flux ratio: Ussing HH (1949) Acta Physiol Scand 19:43-56, for all ions that move together.
u/F = 2.33e-11 mol/cm2/s, u = 2.25e-3 mA/cm2: the rate coefficient of Saetra MJ et al. (2020) PLoS Comput Biol
    16:e1007661, doi:10.1371/journal.pcbi.1007661, which is not a largest influx; set it in a cell.

Units: u and currents (mA/cm2), outward positive, concentrations, kna, kk, kcl (mM).
Reads nai, nao, ki, ko, cli, clo, writes ina, ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nkcc1
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE u, q10, tref, plateau, warmth, kna, kk, kcl, j, ina, ik, icl
    REPRESENTS GO:0008511
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    u = 2.25e-3 (mA/cm2) <0, 1e9>
    q10 = 1 (1) <1e-3, 1e3>
    kna = 20 (mM) <1e-9, 1e9>
    kk = 2.7 (mM) <1e-9, 1e9>
    kcl = 27 (mM) <1e-9, 1e9>
}

ASSIGNED {
    nai (mM)
    nao (mM)
    ki (mM)
    ko (mM)
    cli (mM)
    clo (mM)
    ina (mA/cm2)
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
    j = warmth*u*(nai*ki*cli^2 - nao*ko*clo^2)/((nao + kna)*(ko + kk)*(clo + kcl)^2)
    ina = j
    ik = j
    icl = -2*j
}

INCLUDE "temperature.inc"
