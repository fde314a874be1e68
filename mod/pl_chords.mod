TITLE Puts what its ions carry in the place of a linear non-specific current

COMMENT
A current I = G (v - e) of a mechanism that names no ion (pas's i, an h current's) with a constant e moves the voltage
but no ion, and goes on where its ions' gradients are gone. This point process takes it away and has the ions carry it,
each driven by its own Nernst potential:

    ix = share_x G (v - ex) area,   i = -current area,   G = g first^power1 second^power2

The shares add up to 1, and where sum share_x ex = e the membrane current is the same; with shares of 0 the current is
only taken away. G is constant (g alone), or g times what the mechanism itself has: its conductance, or its gates.
NEURON evaluates mechanisms in the order in which they were loaded: the one pointed at must have been loaded before.

Parallel conductance: Hodgkin AL, Huxley AF (1952) J Physiol 116:473-496, doi:10.1113/jphysiol.1952.sp004718. Shares
by reversal potential, as in h currents (two ions): DiFrancesco D (1981) J Physiol 314:377-393,
doi:10.1113/jphysiol.1981.sp013715

Units: g (S/cm2), current (mA/cm2), area (um2), v and ex (mV), ix and i (nA). Reads ena, ek, ecl, writes ina, ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_chords
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    USEION cl READ ecl WRITE icl VALENCE -1
    NONSPECIFIC_CURRENT i
    RANGE g, power1, power2, share_na, share_k, share_cl, conductance, total, ina, ik, icl
    POINTER current, first, second
}

UNITS {
    (mA) = (milliamp)
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (um) = (micron)
    (S) = (siemens)
}

PARAMETER {
    g = 0 (S/cm2)
    power1 = 1 (1)
    power2 = 1 (1)
    share_na = 0 (1) <0, 1>
    share_k = 0 (1) <0, 1>
    share_cl = 0 (1) <0, 1>
}

ASSIGNED {
    area (um2)
    v (mV)
    ena (mV)
    ek (mV)
    ecl (mV)
    current (1)    : mA/cm2, but nrn_pointing takes no units
    first (1)
    second (1)
    conductance (S/cm2)
    ina (nA)
    ik (nA)
    icl (nA)
    i (nA)
    total (nA)    : what is taken away
}

BREAKPOINT {
    LOCAL g_na, g_k, g_cl, none
    CONDUCTANCE g_na USEION na
    CONDUCTANCE g_k USEION k
    CONDUCTANCE g_cl USEION cl
    CONDUCTANCE none
    total = 0
    none = 0    : what is taken away is of another mechanism, which tells its own
    conductance = g
    if (nrn_pointing(current)) {
        total = (1e-2)*current*1(mA/cm2)*area    : (mA/cm2)(um2) = 1e-2 nA
    }
    if (nrn_pointing(first)) {
        conductance = conductance*power(first, power1)
    }
    if (nrn_pointing(second)) {
        conductance = conductance*power(second, power2)
    }
    g_na = (1e-2)*share_na*conductance*area    : (S/cm2)(um2) = 1e-2 uS
    g_k = (1e-2)*share_k*conductance*area
    g_cl = (1e-2)*share_cl*conductance*area
    ina = g_na*(v - ena)
    ik = g_k*(v - ek)
    icl = g_cl*(v - ecl)
    i = -total
}

INCLUDE "power.inc"
