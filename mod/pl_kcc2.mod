TITLE K+-Cl- cotransport (KCC2), electroneutral

COMMENT
One K+ with one Cl-, driven by the sum of their chemical potentials; the voltage does not enter:

    j   = warmth u ln(ki cli / (ko clo))     outward positive
    ik  = j
    icl = -j

so no charge moves and j reverses where ki cli = ko clo. u is F times the rate coefficient.
warmth: temperature.inc; no Q10 was found for it, so q10 = 1.

Payne JA (1997) Am J Physiol 273:C1516-C1525 (driving force); the logarithmic law with
u/F = 7e-11 mol/cm2/s, u = 6.75e-3 mA/cm2: Saetra MJ et al. (2020) PLoS Comput Biol 16:e1007661,
    doi:10.1371/journal.pcbi.1007661 (EDPR model, ModelDB 267139); the law alone, with u/F = 1.49e-11 mol/cm2/s, in
    Saetra MJ et al. (2021) PLoS Comput Biol 17:e1008143, doi:10.1371/journal.pcbi.1008143 (edNEG model)

Units: u and currents (mA/cm2), outward positive, concentrations (mM).
Reads ki, ko, cli, clo, writes ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kcc2
    USEION k READ ki, ko WRITE ik
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE u, q10, tref, plateau, warmth, j, ik, icl
    REPRESENTS GO:0015379
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    u = 6.75e-3 (mA/cm2) <0, 1e9>
    q10 = 1 (1) <1e-3, 1e3>
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
    j = warmth*u*log((ki/ko)*(cli/clo))
    ik = j
    icl = -j
}

INCLUDE "temperature.inc"
