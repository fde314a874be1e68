TITLE Plasma membrane Ca2+ ATPase (PMCA)

COMMENT
Ca2+ out, with one binding site inside, far from thermodynamic equilibrium and independent of voltage:

    ica = imax cai / (cai + km)

The counter-ion (H+) is not followed: no current but Ca2+'s own is written, 2 charges for each Ca2+.

Luo CH, Rudy Y (1994) Circ Res 74:1071-1096, doi:10.1161/01.RES.74.6.1071 (sarcolemmal Ca2+ pump: 1.15 uA/uF,
    at 1 uF/cm2 1.15e-3 mA/cm2; km 0.5 uM).

Units: imax and ica (mA/cm2), outward positive, cai and km (mM).
Reads cai, writes ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_pmca
    USEION ca READ cai WRITE ica VALENCE 2
    RANGE imax, km, ica
    REPRESENTS GO:0005388
}

UNITS {
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    imax = 1.15e-3 (mA/cm2) <0, 1e9>
    km = 0.5e-3 (mM) <1e-12, 1e9>
}

ASSIGNED {
    cai (mM)
    ica (mA/cm2)
}

BREAKPOINT {
    ica = imax*cai/(cai + km)
}
