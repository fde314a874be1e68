TITLE Na+-K+-2Cl- cotransport (NKCC1), electroneutral, by the logarithmic law of published models

COMMENT
One Na+ and one K+ with two Cl-, driven by the sum of their chemical potentials, and only where K+ outside is high:

    j   = warmth u ln(nai ki cli^2 / (nao ko clo^2)) / (1 + exp((half - ko)/slope))     outward positive
    ina = j
    ik  = j
    icl = -2 j

so no charge moves. u is F times the rate coefficient. warmth: temperature.inc; no Q10 was found for it, so q10 = 1.

Saetra MJ, Einevoll GT, Halnes G (2020) PLoS Comput Biol 16:e1007661, doi:10.1371/journal.pcbi.1007661, ModelDB 267139
    (half 16 mM, slope 1 mM, u/F = 2.33e-11 mol/cm2/s, u = 2.25e-3 mA/cm2), after Wei Y, Ullah G, Schiff SJ (2014) J
    Neurosci 34:11733-11743

Units: u and currents (mA/cm2), outward positive, concentrations, half, slope (mM).
Reads nai, nao, ki, ko, cli, clo, writes ina, ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nkcc1log
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE u, q10, tref, plateau, warmth, half, slope, j, ina, ik, icl
    REPRESENTS GO:0008511
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    u = 2.25e-3 (mA/cm2) <0, 1e9>
    q10 = 1 (1) <1e-3, 1e3>
    half = 16 (mM) <0, 1e9>
    slope = 1 (mM) <1e-9, 1e9>
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
    LOCAL g
    CONDUCTANCE g
    g = 0    : no current here depends on V
    j = warmth*u*log((nai/nao)*(ki/ko)*(cli/clo)^2)/(1 + exp((half - ko)/slope))
    ina = j
    ik = j
    icl = -2*j
}

INCLUDE "temperature.inc"
