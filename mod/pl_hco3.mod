TITLE HCO3- inside a compartment and in the space outside it

COMMENT
What further.inc says, of HCO3-:

    dhco3/dt      = -ihco3 area / (z F volume) + jhco3,   hco3i = hco3 / relative_volume
    doutside/dt = ihco3 area / (z F volumeo) + rate (hco3b - outside) + joutside,   hco3o = outside / swollen

At fixed P_CO2 and pH what there is of it is buffered by CO2, which is not followed: here it leaks and is conserved.

Units: hco3, outside, hco3b (mM), ihco3 (mA/cm2), j (mM/ms), area (um2), volumes (um3), rate (/s). Reads ihco3, writes
hco3i, hco3o. POINTER: relative_volume of pl_ions.mod in the same segment, without which INITIAL stops NEURON with a
sentence.

Space of a given volume that exchanges with a bath: Frankenhaeuser B, Hodgkin AL (1956) J Physiol
    131:341-376, doi:10.1113/jphysiol.1956.sp005467
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_hco3
    USEION hco3 READ ihco3 WRITE hco3i, hco3o VALENCE -1
    RANGE hco3i0, hco3o0, hco3b, jhco3, joutside, relative_volume0, follow, volume, volumeo, ratio, rate
    REPRESENTS CHEBI:17544
    POINTER relative_volume
}

PARAMETER {
    hco3i0 = 10 (mM)
    hco3o0 = 24 (mM)
    hco3b = 24 (mM)    : bath
    jhco3 = 0 (mM/ms)
}

ASSIGNED {
    ihco3 (mA/cm2)
    hco3i (mM)
    hco3o (mM)
}

STATE {
    hco3 (mM) <1e-4>
    outside (mM) <1e-4>
}

INITIAL {
    if (nrn_pointing(relative_volume) == 0) {    : NEURON would crash on it
        prterr("pl_hco3: its POINTER relative_volume is not set (h.setpointer to that of pl_ions, same segment)")
    }
    hco3 = hco3i0*relative_volume0
    outside = hco3o0*(1 - ratio*(relative_volume0 - 1))
    hco3i = hco3i0
    hco3o = hco3o0
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
}

DERIVATIVE accumulate {
    hco3' = ihco3*rate_of_current(volume) + jhco3
    outside' = -ihco3*rate_of_current(volumeo) + (1e-3)*rate*(hco3b - outside) + joutside
    hco3i = hco3/relative_volume
    hco3o = outside/(1 - ratio*(relative_volume - 1))
}

INCLUDE "further.inc"
