TITLE Mg2+ inside a compartment and in the space outside it

COMMENT
What further.inc says, of Mg2+:

    dmg/dt      = -img area / (z F volume) + jmg,   mgi = mg / relative_volume
    doutside/dt = img area / (z F volumeo) + rate (mgb - outside) + joutside,   mgo = outside / swollen

Units: mg, outside, mgb (mM), img (mA/cm2), j (mM/ms), area (um2), volumes (um3), rate (/s). Reads img, writes
mgi, mgo. POINTER: relative_volume of pl_ions.mod in the same segment, without which INITIAL stops NEURON with a
sentence.

Space of a given volume that exchanges with a bath: Frankenhaeuser B, Hodgkin AL (1956) J Physiol
    131:341-376, doi:10.1113/jphysiol.1956.sp005467
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_mg
    USEION mg READ img WRITE mgi, mgo VALENCE 2
    RANGE mgi0, mgo0, mgb, jmg, joutside, relative_volume0, follow, volume, volumeo, ratio, rate
    REPRESENTS CHEBI:18420
    POINTER relative_volume
}

PARAMETER {
    mgi0 = 0.5 (mM)
    mgo0 = 1 (mM)
    mgb = 1 (mM)    : bath
    jmg = 0 (mM/ms)
}

ASSIGNED {
    img (mA/cm2)
    mgi (mM)
    mgo (mM)
}

STATE {
    mg (mM) <1e-4>
    outside (mM) <1e-4>
}

INITIAL {
    if (nrn_pointing(relative_volume) == 0) {    : NEURON would crash on it
        prterr("pl_mg: its POINTER relative_volume is not set (h.setpointer to that of pl_ions, same segment)")
    }
    mg = mgi0*relative_volume0
    outside = mgo0*(1 - ratio*(relative_volume0 - 1))
    mgi = mgi0
    mgo = mgo0
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
}

DERIVATIVE accumulate {
    mg' = -img*rate_of_current(volume)/2 + jmg
    outside' = img*rate_of_current(volumeo)/2 + (1e-3)*rate*(mgb - outside) + joutside
    mgi = mg/relative_volume
    mgo = outside/(1 - ratio*(relative_volume - 1))
}

INCLUDE "further.inc"
