TITLE AMPA synapse whose current Na+ and K+ carry

COMMENT
The cation channels of glutamate's AMPA receptors, each ion driven by its own Nernst potential:

    ina = share g (v - ena),   ik = (1 - share) g (v - ek)

With share = (e - ek)/(ena - ek) the whole current is g (v - e): of the conductance and the reversal potential that are
measured. The share is found once, from the concentrations that a protocol begins with, and stays; what the ions do
afterwards moves the reversal potential. g is the conductance now, which a protocol says over time.

Near-linear current about 0 mV: Spruston N, Jonas P, Sakmann B (1995) J Physiol 482:325-352. Time course: Haeusser M,
Roth A (1997) J Neurosci 17:7606-7625, doi:10.1523/JNEUROSCI.17-20-07606.1997. Currents as fluxes of ions: Qian N,
Sejnowski TJ (1989) Biol Cybern 62:1-15, doi:10.1007/BF00217656

Units: g (uS), v and Nernst potentials (mV), ix (nA), outward positive; share (1). Reads ena, ek, writes ina, ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_ampa
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    RANGE g, share, ina, ik
    REPRESENTS GO:0004971
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    g = 0 (uS)
    share = 0.5 (1) <0, 1>
}

ASSIGNED {
    v (mV)
    ena (mV)
    ek (mV)
    ina (nA)
    ik (nA)
    gna (uS)
    gk (uS)
}

BREAKPOINT {
    CONDUCTANCE gna USEION na
    CONDUCTANCE gk USEION k
    gna = share*g
    gk = (1 - share)*g
    ina = gna*(v - ena)
    ik = gk*(v - ek)
}
