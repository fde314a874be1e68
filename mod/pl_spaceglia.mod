TITLE The space of pl_space.mod, which another cell faces too, as glia does

COMMENT
    dx/dt   = ... + ixg areag / (z F volume)
    swollen = 1 - ratio (relative_volume - 1) - ratiog (relative_volumeg - 1)

with what the glia's membrane, of areag, carries of ion x, ixg. ratiog is (volume of the glia)/(volume of the space) in a
closed space, else 0. The other terms and units are those of pl_space.mod.

POINTERs: relative_volume of pl_ions.mod in the same segment; of the glia's segment ina, ik, icl, ica as inag, ikg,
iclg, icag, and its relative_volume as relative_volumeg. Its nao, ko, clo, cao are to be set to those here before
currents are computed. no DOI: the balance of amounts alone, as pl_space.mod.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_spaceglia
    USEION na READ ina WRITE nao
    USEION k READ ik WRITE ko
    USEION cl READ icl WRITE clo VALENCE -1
    USEION ca READ ica WRITE cao VALENCE 2
    RANGE nao0, ko0, clo0, cao0, relative_volume0, nab, kb, clb, cab, volume, ratio, rate, jna, jk, jcl, jca
    RANGE alonena, alonek, alonecl, aloneca, sharena, sharek, sharecl, shareca, follow
    RANGE areag, ratiog, relative_volumeg0
    POINTER relative_volume, relative_volumeg, inag, ikg, iclg, icag
}

INCLUDE "space.inc"

PARAMETER {
    areag = 0 (um2) <0, 1e30>
    ratiog = 0 (1)
    relative_volumeg0 = 1 (1)
}

ASSIGNED {
    relative_volumeg (1)
    inag (mA/cm2)
    ikg (mA/cm2)
    iclg (mA/cm2)
    icag (mA/cm2)
}

INITIAL {
    if (nrn_pointing(relative_volume) == 0 || nrn_pointing(relative_volumeg) == 0) {    : NEURON would crash on it
        prterr("pl_spaceglia: a POINTER is not set (relative_volume of pl_ions here and in the glia, glia's ina, ...)")
    }
    na = nao0*(1 - ratio*(relative_volume0 - 1) - ratiog*(relative_volumeg0 - 1))
    k = ko0*(1 - ratio*(relative_volume0 - 1) - ratiog*(relative_volumeg0 - 1))
    cl = clo0*(1 - ratio*(relative_volume0 - 1) - ratiog*(relative_volumeg0 - 1))
    ca = cao0*(1 - ratio*(relative_volume0 - 1) - ratiog*(relative_volumeg0 - 1))
    nao = nao0
    ko = ko0
    clo = clo0
    cao = cao0
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
}

DERIVATIVE accumulate {
    LOCAL factor, gfactor, each, q
    factor = rate_of_current(volume)
    gfactor = (1e4)*areag/(F*volume)
    each = (1e-3)*rate
    q = brought()
    na' = ina*factor + inag*gfactor + (each + (1e-3)*alonena)*(nab - na) - sharena*q + jna
    k' = ik*factor + ikg*gfactor + (each + (1e-3)*alonek)*(kb - k) - sharek*q + jk
    cl' = -icl*factor - iclg*gfactor + (each + (1e-3)*alonecl)*(clb - cl) - sharecl*q + jcl
    ca' = ica*factor/2 + icag*gfactor/2 + (each + (1e-3)*aloneca)*(cab - ca) - shareca*q + jca
    nao = na/(1 - ratio*(relative_volume - 1) - ratiog*(relative_volumeg - 1))
    ko = k/(1 - ratio*(relative_volume - 1) - ratiog*(relative_volumeg - 1))
    clo = cl/(1 - ratio*(relative_volume - 1) - ratiog*(relative_volumeg - 1))
    cao = ca/(1 - ratio*(relative_volume - 1) - ratiog*(relative_volumeg - 1))
}
