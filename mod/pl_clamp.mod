TITLE Voltage clamp whose current is carried by ions

COMMENT
What an amplifier injects through a series resistance to hold a compartment at a command voltage, in the shares
of the ions that its filling lets carry it:

    ix = share_x g (v - command)

g is the conductance of the series resistance, 0 while nothing is clamped. It is NEURON's SEClamp with ions as
carriers, so that charge and ions are conserved.

Currents as fluxes of ions: Qian N, Sejnowski TJ (1989) Biol Cybern 62:1-15, doi:10.1007/BF00217656. The clamp:
Hines ML, Carnevale NT (1997) Neural Comput 9:1179-1209, doi:10.1162/neco.1997.9.6.1179

Units: v and command (mV), g (uS), ix (nA), outward positive; shares (1), which add up to 1. Writes ina, ik,
icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_clamp
    USEION na WRITE ina
    USEION k WRITE ik
    USEION cl WRITE icl VALENCE -1
    RANGE g, command, share_na, share_k, share_cl, ina, ik, icl
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    g = 0 (uS)
    command = -70 (mV)
    share_na = 0 (1)
    share_k = 1 (1)
    share_cl = 0 (1)
}

ASSIGNED {
    v (mV)
    ina (nA)
    ik (nA)
    icl (nA)
    gna (uS)
    gk (uS)
    gcl (uS)
}

BREAKPOINT {
    CONDUCTANCE gna USEION na
    CONDUCTANCE gk USEION k
    CONDUCTANCE gcl USEION cl
    gna = share_na*g
    gk = share_k*g
    gcl = share_cl*g
    ina = gna*(v - command)
    ik = gk*(v - command)
    icl = gcl*(v - command)
}
