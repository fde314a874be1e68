TITLE HCO3- through a GABA-A synapse

COMMENT
The part of a GABA-A synapse's current that HCO3- carries, driven by its own Nernst potential:

    ihco3 = share g (v - ehco3)

g is the conductance of the whole synapse now; Cl- has the rest of it (pl_gaba.mod). With

    share = (e - ecl)/(ehco3 - ecl),   e = (R T/F) ln((cli + r hco3i)/(clo + r hco3o))

the whole current is g (v - e), where e is the reversal potential of a channel whose permeability to HCO3- is r times
that to Cl-. The share is found once, from the concentrations that a protocol begins with, and stays.

r: Bormann J, Hamill OP, Sakmann B (1987) J Physiol 385:243-286; Kaila K (1994) Prog Neurobiol 42:489-537,
doi:10.1016/0301-0082(94)90049-3. Both ions in a model: Jedlicka P et al. (2011) Hippocampus 21:885-898,
doi:10.1002/hipo.20804 (ModelDB 148253)

Units: g (uS), v and ehco3 (mV), ihco3 (nA), outward positive; share (1). Reads ehco3, writes ihco3.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_gabahco3
    USEION hco3 READ ehco3 WRITE ihco3 VALENCE -1
    RANGE g, share, ihco3
    REPRESENTS GO:0022851
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    g = 0 (uS)
    share = 0 (1) <0, 1>
}

ASSIGNED {
    v (mV)
    ehco3 (mV)
    ihco3 (nA)
    ghco3 (uS)
}

BREAKPOINT {
    CONDUCTANCE ghco3 USEION hco3
    ghco3 = share*g
    ihco3 = ghco3*(v - ehco3)
}
