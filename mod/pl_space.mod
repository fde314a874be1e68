TITLE Na+, K+, Cl- and Ca2+ in a space of its own outside each compartment

COMMENT
What leaves a compartment through its membrane enters the space that it faces. Amounts are the states, per
volume that the space began with. For ion x of valence z,

    dx/dt = ix area / (z F volume) + rate (xb - x) + jx,   xo = x / swollen

ratio = 0: the space keeps its volume (swollen = 1), because water comes from and goes to a bath of
concentrations xb as the cell asks; ions exchange with it at a rate. ratio = (volume inside)/(volume
outside): a closed space, rate is 0, and the water that the cell takes up leaves it: swollen = 1 - ratio
(relative_volume - 1).
jx is what arrives from neighbouring spaces; the axial ion flow writes it, 0 without it.

Space of a given volume that exchanges with a bath: Frankenhaeuser B, Hodgkin AL (1956) J Physiol
    131:341-376, doi:10.1113/jphysiol.1956.sp005467

Units: na, k, cl, ca, xb (mM), ix (mA/cm2), jx (mM/ms), area (um2), volume (um3), rate (/s).
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
    RANGE nao0, ko0, clo0, cao0, relative_volume0, nab, kb, clb, cab, volume, ratio, rate, jna, jk, jcl, jca
    POINTER relative_volume
}

PARAMETER {
    nao0 = 145 (mM)
    ko0 = 3 (mM)
    clo0 = 125 (mM)
    cao0 = 2 (mM)
    nab = 145 (mM)    : bath
    kb = 3 (mM)
    clb = 125 (mM)
    cab = 2 (mM)
    ratio = 0 (1)
    rate = 0 (/s) <0, 1e9>
    jna = 0 (mM/ms)
    jk = 0 (mM/ms)
    jcl = 0 (mM/ms)
    jca = 0 (mM/ms)
}

ASSIGNED {
    ina (mA/cm2)
    ik (mA/cm2)
    icl (mA/cm2)
    ica (mA/cm2)
    nao (mM)
    ko (mM)
    clo (mM)
    cao (mM)
    relative_volume (1)
}

STATE {
    na (mM) <1e-4>
    k (mM) <1e-4>
    cl (mM) <1e-4>
    ca (mM) <1e-7>
}

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
    LOCAL factor, each
    factor = rate_of_current(volume)
    each = (1e-3)*rate
    na' = ina*factor + each*(nab - na) + jna
    k' = ik*factor + each*(kb - k) + jk
    cl' = -icl*factor + each*(clb - cl) + jcl
    ca' = ica*factor/2 + each*(cab - ca) + jca
    nao = na/(1 - ratio*(relative_volume - 1))
    ko = k/(1 - ratio*(relative_volume - 1))
    clo = cl/(1 - ratio*(relative_volume - 1))
    cao = ca/(1 - ratio*(relative_volume - 1))
}

INCLUDE "accumulation.inc"
