TITLE Na+ leak, ohmic (chord conductance)

COMMENT
The equation of chord.inc with e = ena, z = +1: Hodgkin AL, Huxley AF (1952) J Physiol 116:473-496,
doi:10.1113/jphysiol.1952.sp004718

Units: g (S/cm2), v and ena (mV), i (mA/cm2), outward positive. Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_naohmic
    USEION na READ ena WRITE ina
    RANGE g, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:29101
}

ASSIGNED {
    ena (mV)
    ina (mA/cm2)
}

BREAKPOINT {
    LOCAL now
    CONDUCTANCE now USEION na
    now = warmth*g
    i = now*(v - ena)
    ina = i
}

INCLUDE "chord.inc"
