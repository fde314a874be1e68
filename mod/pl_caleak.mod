TITLE Ca2+ leak, Goldman-Hodgkin-Katz constant-field current

COMMENT
The equation of goldman.inc with z = +2: Goldman DE (1943) J Gen Physiol 27:37-60, doi:10.1085/jgp.27.1.37;
Hodgkin AL, Katz B (1949) J Physiol 108:37-77, doi:10.1113/jphysiol.1949.sp004310

Units: p (cm/s), concentrations (mM), v (mV), i (mA/cm2), outward positive. Reads cai and cao, writes ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_caleak
    USEION ca READ cai, cao WRITE ica VALENCE 2
    RANGE p, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:29108
}

ASSIGNED {
    cai (mM)
    cao (mM)
    ica (mA/cm2)
}

BREAKPOINT {
    CONDUCTANCE g USEION ca
    constant_field(v, 2, cai, cao)
    ica = i
}

INCLUDE "goldman.inc"
