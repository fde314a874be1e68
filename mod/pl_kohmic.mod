TITLE K+ leak, ohmic (chord conductance)

COMMENT
The equation of chord.inc with e = ek, z = +1: Hodgkin AL, Huxley AF (1952) J Physiol 116:473-496,
doi:10.1113/jphysiol.1952.sp004718

Units: g (S/cm2), v and ek (mV), i (mA/cm2), outward positive. Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kohmic
    USEION k READ ek WRITE ik
    RANGE g, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:29103
}

ASSIGNED {
    ek (mV)
    ik (mA/cm2)
}

BREAKPOINT {
    LOCAL now
    CONDUCTANCE now USEION k
    now = warmth*g
    i = now*(v - ek)
    ik = i
}

INCLUDE "chord.inc"
