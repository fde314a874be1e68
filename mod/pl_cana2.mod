TITLE Exchange of Ca2+ inside for 2 Na+ outside, electroneutral, as fast as Ca2+ exceeds what it is at rest

COMMENT
    j   = warmth k (cai - rest)     outward positive
    ica = 2 F j
    ina = -2 F j

so no charge moves. A description of how fast Ca2+ goes, not of what drives it: it takes no account of Na+'s gradient,
and what is below `rest` comes in. warmth: temperature.inc; no Q10 was found for it, so q10 = 1.

Saetra MJ, Einevoll GT, Halnes G (2020) PLoS Comput Biol 16:e1007661, doi:10.1371/journal.pcbi.1007661, ModelDB 267139
    (75 /s of all Ca2+ in the volume, 100 times what is free of it: k = 7500 /s volume/area; rest 1e-4 mM).

Units: k (cm/s), rest, cai (mM), currents (mA/cm2), outward positive.
Reads cai, writes ina, ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_cana2
    USEION na WRITE ina
    USEION ca READ cai WRITE ica VALENCE 2
    RANGE k, rest, q10, tref, plateau, warmth, ina, ica
    REPRESENTS GO:0005432
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
}

PARAMETER {
    k = 1.75 (cm/s) <0, 1e9>
    q10 = 1 (1) <1e-3, 1e3>
    rest = 1e-4 (mM) <0, 1e9>
}

ASSIGNED {
    cai (mM)
    ina (mA/cm2)
    ica (mA/cm2)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL slope
    CONDUCTANCE slope
    slope = 0    : no current here depends on V
    : 1e-3: (cm/s)(coulomb)(milli/liter) = 1e-6 A/cm2 = 1e-3 mA/cm2
    ica = 2*(1e-3)*warmth*k*F*(cai - rest)
    ina = -ica
}

INCLUDE "temperature.inc"
