TITLE Cl- through a GABA-A synapse

COMMENT
The part of a GABA-A synapse's current that Cl- carries, driven by its own Nernst potential:

    icl = share g (v - ecl)

g is the conductance of the whole synapse now, which a protocol says over time; HCO3- has the rest of it
(pl_gabahco3.mod), where the cell follows HCO3-, and share is 1 where it does not.

Doyon N et al. (2011) PLoS Comput Biol 7:e1002149, doi:10.1371/journal.pcbi.1002149; Jedlicka P et al. (2011)
Hippocampus 21:885-898, doi:10.1002/hipo.20804 (ModelDB 148253)

Units: g (uS), v and ecl (mV), icl (nA), outward positive; share (1). Reads ecl, writes icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_gaba
    USEION cl READ ecl WRITE icl VALENCE -1
    RANGE g, share, icl
    REPRESENTS GO:0022851
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    g = 0 (uS)
    share = 1 (1) <0, 1>
}

ASSIGNED {
    v (mV)
    ecl (mV)
    icl (nA)
    gcl (uS)
}

BREAKPOINT {
    CONDUCTANCE gcl USEION cl
    gcl = share*g
    icl = gcl*(v - ecl)
}
