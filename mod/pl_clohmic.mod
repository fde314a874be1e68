TITLE Cl- leak, ohmic (chord conductance)

COMMENT
Passive Cl- current through a constant chord conductance, driven by the ion's own Nernst potential:

    i = g (v - ecl),   ecl = R T / (z F) ln(clo / cli),   z = -1

NEURON computes ecl from the concentrations at every step.

Hodgkin AL, Huxley AF (1952) The components of membrane conductance in the giant axon of Loligo.
    J Physiol 116:473-496, doi:10.1113/jphysiol.1952.sp004718

Units: g (S/cm2), v and ecl (mV), i (mA/cm2), outward positive. Reads ecl, writes icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_clohmic
    USEION cl READ ecl WRITE icl VALENCE -1
    RANGE g, i
    REPRESENTS CHEBI:17996
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    g = 0 (S/cm2) <0, 1e9>    : chord conductance
}

ASSIGNED {
    v (mV)
    ecl (mV)
    icl (mA/cm2)
    i (mA/cm2)    : this mechanism's share of icl
}

BREAKPOINT {
    i = g*(v - ecl)
    icl = i
}
