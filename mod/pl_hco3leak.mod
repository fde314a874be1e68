TITLE HCO3- leak, Goldman-Hodgkin-Katz constant-field current

COMMENT
The equation of goldman.inc with z = -1: Goldman DE (1943) J Gen Physiol 27:37-60, doi:10.1085/jgp.27.1.37;
Hodgkin AL, Katz B (1949) J Physiol 108:37-77, doi:10.1113/jphysiol.1949.sp004310

Units: p (cm/s), concentrations (mM), v (mV), i (mA/cm2), outward positive. Reads hco3i and hco3o, writes ihco3.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_hco3leak
    USEION hco3 READ hco3i, hco3o WRITE ihco3 VALENCE -1
    RANGE p, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:17544
}

ASSIGNED {
    hco3i (mM)
    hco3o (mM)
    ihco3 (mA/cm2)
}

BREAKPOINT {
    CONDUCTANCE g USEION hco3
    constant_field(v, -1, hco3i, hco3o)
    ihco3 = i
}

INCLUDE "goldman.inc"
