TITLE Cl- leak, ohmic (chord conductance)

COMMENT
The equation of chord.inc with e = ecl, z = -1: Hodgkin AL, Huxley AF (1952) J Physiol 116:473-496,
doi:10.1113/jphysiol.1952.sp004718

Units: g (S/cm2), v and ecl (mV), i (mA/cm2), outward positive. Reads ecl, writes icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_clohmic
    USEION cl READ ecl WRITE icl VALENCE -1
    RANGE g, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:17996
}

ASSIGNED {
    ecl (mV)
    icl (mA/cm2)
}

BREAKPOINT {
    LOCAL now
    CONDUCTANCE now USEION cl
    now = warmth*g
    i = now*(v - ecl)
    icl = i
}

INCLUDE "chord.inc"
