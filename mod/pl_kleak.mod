TITLE K+ leak, Goldman-Hodgkin-Katz constant-field current

COMMENT
The equation of goldman.inc with z = +1: Goldman DE (1943) J Gen Physiol 27:37-60, doi:10.1085/jgp.27.1.37;
Hodgkin AL, Katz B (1949) J Physiol 108:37-77, doi:10.1113/jphysiol.1949.sp004310

Units: p (cm/s), concentrations (mM), v (mV), i (mA/cm2), outward positive. Reads ki and ko, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kleak
    USEION k READ ki, ko WRITE ik
    RANGE p, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:29103
}

ASSIGNED {
    ki (mM)
    ko (mM)
    ik (mA/cm2)
}

BREAKPOINT {
    CONDUCTANCE g USEION k
    constant_field(v, 1, ki, ko)
    ik = i
}

INCLUDE "goldman.inc"
