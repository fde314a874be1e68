TITLE Mg2+ leak, Goldman-Hodgkin-Katz constant-field current

COMMENT
The equation of goldman.inc with z = +2: Goldman DE (1943) J Gen Physiol 27:37-60, doi:10.1085/jgp.27.1.37;
Hodgkin AL, Katz B (1949) J Physiol 108:37-77, doi:10.1113/jphysiol.1949.sp004310

Units: p (cm/s), concentrations (mM), v (mV), i (mA/cm2), outward positive. Reads mgi and mgo, writes img.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_mgleak
    USEION mg READ mgi, mgo WRITE img VALENCE 2
    RANGE p, q10, tref, plateau, warmth, i
    REPRESENTS CHEBI:18420
}

ASSIGNED {
    mgi (mM)
    mgo (mM)
    img (mA/cm2)
}

BREAKPOINT {
    CONDUCTANCE g USEION mg
    constant_field(v, 2, mgi, mgo)
    img = i
}

INCLUDE "goldman.inc"
