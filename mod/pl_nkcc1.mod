TITLE Na+-K+-2Cl- cotransport (NKCC1), electroneutral

COMMENT
One Na+ and one K+ with two Cl-, driven by the sum of their chemical potentials and activated by K+ outside:

    j   = warmth u / (1 + exp((kh - ko)/ks)) (ln(ki cli / (ko clo)) + ln(nai cli / (nao clo)))   outward positive
    ina = j
    ik  = j
    icl = -2 j

so no charge moves and j reverses where nai ki cli^2 = nao ko clo^2. u is F times the rate coefficient.
warmth: temperature.inc; no Q10 was found for it, so q10 = 1.

Form: Wei Y, Ullah G, Schiff SJ (2014) J Neurosci 34:11733-11743. u/F = 2.33e-11 mol/cm2/s,
u = 2.25e-3 mA/cm2: Saetra MJ et al. (2020) PLoS Comput Biol 16:e1007661,
    doi:10.1371/journal.pcbi.1007661 (EDPR model, ModelDB 267139), and (2021) PLoS Comput Biol 17:e1008143,
    doi:10.1371/journal.pcbi.1008143 (edNEG model)

Units: u and currents (mA/cm2), outward positive, concentrations, kh, ks (mM).
Reads nai, nao, ki, ko, cli, clo, writes ina, ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nkcc1
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE u, q10, tref, plateau, warmth, kh, ks, j, ina, ik, icl
    REPRESENTS GO:0008511
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    u = 2.25e-3 (mA/cm2) <0, 1e9>
    q10 = 1 (1) <1e-3, 1e3>
    kh = 16 (mM)
    ks = 1 (mM) <1e-9, 1e9>
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
    j = warmth*u/(1 + exp((kh - ko)/ks))*(log((ki/ko)*(cli/clo)) + log((nai/nao)*(cli/clo)))
    ina = j
    ik = j
    icl = -2*j
}

INCLUDE "temperature.inc"
