TITLE K+ leak, ohmic (chord conductance)

COMMENT
Passive K+ current through a constant chord conductance, driven by the ion's own Nernst potential:

    i = g (v - ek),   ek = R T / (z F) ln(ko / ki),   z = +1

NEURON computes ek from the concentrations at every step.

Hodgkin AL, Huxley AF (1952) The components of membrane conductance in the giant axon of Loligo.
    J Physiol 116:473-496, doi:10.1113/jphysiol.1952.sp004718

Units: g (S/cm2), v and ek (mV), i (mA/cm2), outward positive. Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kohmic
    USEION k READ ek WRITE ik
    RANGE g, i
    REPRESENTS CHEBI:29103
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
    ek (mV)
    ik (mA/cm2)
    i (mA/cm2)    : this mechanism's share of ik
}

BREAKPOINT {
    i = g*(v - ek)
    ik = i
}
