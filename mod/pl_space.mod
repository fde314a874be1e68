TITLE Na+, K+, Cl- and Ca2+ in a space of its own outside each compartment

COMMENT
What leaves a compartment through its membrane enters the space that it faces. Amounts are the states, per
volume that the space began with. For ion x of valence z,

    dx/dt = ix area / (z F volume) + (rate + alonex) (xb - x) - sharex q + jx,   xo = x / swollen
    q     = sum of z alonex (xb - x)

ratio = 0: the space keeps its volume (swollen = 1), because water comes from and goes to a bath of
concentrations xb as the cell asks; ions exchange with it at a rate that all have in common and, beside that,
each at one of its own. What these bring of charge, q, returns through the bath by its ions, sharex = z D xb /
(sum of z^2 D xb) of each, or, with all shares 0, by nobody: the space is then not electroneutral, as it is in
published models. ratio = (volume inside)/(volume outside): a closed space, rates are 0, and the water that the
cell takes up leaves it: swollen = 1 - ratio (relative_volume - 1).
jx is what arrives from neighbouring spaces; the axial ion flow writes it, 0 without it.

Space of a given volume that exchanges with a bath: Frankenhaeuser B, Hodgkin AL (1956) J Physiol
    131:341-376, doi:10.1113/jphysiol.1956.sp005467

Units: na, k, cl, ca, xb (mM), ix (mA/cm2), jx (mM/ms), area (um2), volume (um3), rate, alonex (/s).
Reads ina, ik, icl, ica, writes nao, ko, clo, cao. POINTER: relative_volume of pl_ions.mod in the same segment,
without which INITIAL stops NEURON with a sentence.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_space
    USEION na READ ina WRITE nao
    USEION k READ ik WRITE ko
    USEION cl READ icl WRITE clo VALENCE -1
    USEION ca READ ica WRITE cao VALENCE 2
    RANGE nao0, ko0, clo0, cao0, relative_volume0, follow, nab, kb, clb, cab, volume, ratio, rate, jna, jk, jcl, jca
    RANGE alonena, alonek, alonecl, aloneca, sharena, sharek, sharecl, shareca
    POINTER relative_volume
}

INCLUDE "space.inc"

INITIAL {
    if (nrn_pointing(relative_volume) == 0) {    : NEURON would crash on it
        prterr("pl_space: its POINTER relative_volume is not set (h.setpointer to that of pl_ions, same segment)")
    }
    na = nao0*(1 - ratio*(relative_volume0 - 1))
    k = ko0*(1 - ratio*(relative_volume0 - 1))
    cl = clo0*(1 - ratio*(relative_volume0 - 1))
    ca = cao0*(1 - ratio*(relative_volume0 - 1))
    nao = nao0
    ko = ko0
    clo = clo0
    cao = cao0
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
}

DERIVATIVE accumulate {
    LOCAL factor, each, q
    factor = rate_of_current(volume)
    each = (1e-3)*rate
    q = brought()
    na' = ina*factor + (each + (1e-3)*alonena)*(nab - na) - sharena*q + jna
    k' = ik*factor + (each + (1e-3)*alonek)*(kb - k) - sharek*q + jk
    cl' = -icl*factor + (each + (1e-3)*alonecl)*(clb - cl) - sharecl*q + jcl
    ca' = ica*factor/2 + (each + (1e-3)*aloneca)*(cab - ca) - shareca*q + jca
    nao = na/(1 - ratio*(relative_volume - 1))
    ko = k/(1 - ratio*(relative_volume - 1))
    clo = cl/(1 - ratio*(relative_volume - 1))
    cao = ca/(1 - ratio*(relative_volume - 1))
}
