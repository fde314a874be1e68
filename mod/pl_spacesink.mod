TITLE The space of pl_space.mod, from which glia takes K+ up for ever

COMMENT
    dk/dt = ... - sink / (1 + exp((half - ko)/slope)),   q = ... - the same

The other terms, units and the POINTER are those of pl_space.mod. What is taken up is gone: nothing says what the
glia does with it. A shell's volume stays, so that k is ko.

Cressman JR, Ullah G, Ziburkus J, Schiff SJ, Barreto E (2009) J Comput Neurosci 26:159-170,
    doi:10.1007/s10827-008-0132-4; Barreto E, Cressman JR (2011) J Biol Phys 37:361-373,
    doi:10.1007/s10867-010-9212-6, ModelDB 142630 (half 18 mM, slope 2.5 mM, sink 6 to 67 mM/s)

Units: sink and taken (mM/s of the space's volume), half, slope (mM).
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_spacesink
    USEION na READ ina WRITE nao
    USEION k READ ik WRITE ko
    USEION cl READ icl WRITE clo VALENCE -1
    USEION ca READ ica WRITE cao VALENCE 2
    RANGE nao0, ko0, clo0, cao0, relative_volume0, follow, nab, kb, clb, cab, volume, ratio, rate, jna, jk, jcl, jca
    RANGE alonena, alonek, alonecl, aloneca, sharena, sharek, sharecl, shareca
    RANGE sink, half, slope, taken
    POINTER relative_volume
}

INCLUDE "space.inc"

PARAMETER {
    sink = 0 (mM/s) <0, 1e9>
    half = 18 (mM) <0, 1e9>
    slope = 2.5 (mM) <1e-9, 1e9>
}

ASSIGNED {
    taken (mM/s)
}

INITIAL {
    if (nrn_pointing(relative_volume) == 0) {    : NEURON would crash on it
        prterr("pl_spacesink: its POINTER relative_volume is not set (h.setpointer to that of pl_ions, same segment)")
    }
    na = nao0*(1 - ratio*(relative_volume0 - 1))
    k = ko0*(1 - ratio*(relative_volume0 - 1))
    cl = clo0*(1 - ratio*(relative_volume0 - 1))
    ca = cao0*(1 - ratio*(relative_volume0 - 1))
    nao = nao0
    ko = ko0
    clo = clo0
    cao = cao0
    taken = uptake()
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
}

DERIVATIVE accumulate {
    LOCAL factor, each, q
    factor = rate_of_current(volume)
    each = (1e-3)*rate
    q = brought() - (1e-3)*uptake()
    taken = uptake()
    na' = ina*factor + (each + (1e-3)*alonena)*(nab - na) - sharena*q + jna
    k' = ik*factor + (each + (1e-3)*alonek)*(kb - k) - sharek*q - (1e-3)*uptake() + jk
    cl' = -icl*factor + (each + (1e-3)*alonecl)*(clb - cl) - sharecl*q + jcl
    ca' = ica*factor/2 + (each + (1e-3)*aloneca)*(cab - ca) - shareca*q + jca
    nao = na/(1 - ratio*(relative_volume - 1))
    ko = k/(1 - ratio*(relative_volume - 1))
    clo = cl/(1 - ratio*(relative_volume - 1))
    cao = ca/(1 - ratio*(relative_volume - 1))
}

FUNCTION uptake() (mM/s) {
    uptake = sink/(1 + exp((half - k)/slope))
}
