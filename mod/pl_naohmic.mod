TITLE Na+ leak, ohmic (chord conductance)

COMMENT
Passive Na+ current through a constant chord conductance, driven by the ion's own Nernst potential:

    i = g (v - ena),   ena = R T / (z F) ln(nao / nai),   z = +1

NEURON computes ena from the concentrations at every step.

Hodgkin AL, Huxley AF (1952) The components of membrane conductance in the giant axon of Loligo.
    J Physiol 116:473-496, doi:10.1113/jphysiol.1952.sp004718

Units: g (S/cm2), v and ena (mV), i (mA/cm2), outward positive. Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_naohmic
    USEION na READ ena WRITE ina
    RANGE g, i
    REPRESENTS CHEBI:29101
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
    ena (mV)
    ina (mA/cm2)
    i (mA/cm2)    : this mechanism's share of ina
}

BREAKPOINT {
    i = g*(v - ena)
    ina = i
}
