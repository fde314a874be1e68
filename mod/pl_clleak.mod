TITLE Cl- leak, Goldman-Hodgkin-Katz constant-field current

COMMENT
The equation of goldman.inc with z = -1: Goldman DE (1943) J Gen Physiol 27:37-60, doi:10.1085/jgp.27.1.37;
Hodgkin AL, Katz B (1949) J Physiol 108:37-77, doi:10.1113/jphysiol.1949.sp004310

Units: p (cm/s), concentrations (mM), v (mV), i (mA/cm2), outward positive. Reads cli and clo, writes icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_clleak
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE p, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:17996
}

ASSIGNED {
    cli (mM)
    clo (mM)
    icl (mA/cm2)
}

BREAKPOINT {
    CONDUCTANCE g USEION cl
    constant_field(v, -1, cli, clo)
    icl = i
}

INCLUDE "goldman.inc"
