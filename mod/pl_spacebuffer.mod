TITLE The space of pl_space.mod, with sites of glia that bind K+ and give it back

COMMENT
    dheld/dt = on ko (sites - held) - off held,   on = off / (1 mM (1 + exp((half - ko)/slope)))
    dk/dt    = ... - dheld/dt,                    q  = ... - the same

The other terms, units and the POINTER are those of pl_space.mod. held is the K+ that the sites hold, per volume of
the space, which as a shell's stays, so that k is ko. It begins in balance with ko.

Kager H, Wadman WJ, Somjen GG (2000) J Neurophysiol 84:495-512; numbers as in
    Huebel N, Dahlem MA (2014) PLoS Comput Biol 10:e1003941, doi:10.1371/journal.pcbi.1003941, ModelDB 167714
    (sites 500 mM, off 5e-5 /s, half 15 mM, slope 1.09 mM)

Units: sites, held, half, slope (mM), off (/s).
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_spacebuffer
    USEION na READ ina WRITE nao
    USEION k READ ik WRITE ko
    USEION cl READ icl WRITE clo VALENCE -1
    USEION ca READ ica WRITE cao VALENCE 2
    RANGE nao0, ko0, clo0, cao0, relative_volume0, follow, nab, kb, clb, cab, volume, ratio, rate, jna, jk, jcl, jca
    RANGE alonena, alonek, alonecl, aloneca, sharena, sharek, sharecl, shareca
    RANGE sites, off, half, slope
    POINTER relative_volume
}

INCLUDE "space.inc"

PARAMETER {
    sites = 0 (mM) <0, 1e9>
    off = 0.05 (/s) <0, 1e9>
    half = 15 (mM) <0, 1e9>
    slope = 1.09 (mM) <1e-9, 1e9>
}

STATE {
    held (mM)
}

INITIAL {
    if (nrn_pointing(relative_volume) == 0) {    : NEURON would crash on it
        prterr("pl_spacebuffer: its POINTER relative_volume is not set (h.setpointer to that of pl_ions, same segment)")
    }
    na = nao0*(1 - ratio*(relative_volume0 - 1))
    k = ko0*(1 - ratio*(relative_volume0 - 1))
    cl = clo0*(1 - ratio*(relative_volume0 - 1))
    ca = cao0*(1 - ratio*(relative_volume0 - 1))
    nao = nao0
    ko = ko0
    clo = clo0
    cao = cao0
    held = sites*on()*k/(off + on()*k)
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
}

DERIVATIVE accumulate {
    LOCAL factor, each, q
    factor = rate_of_current(volume)
    each = (1e-3)*rate
    q = brought() - binding()
    held' = binding()
    na' = ina*factor + (each + (1e-3)*alonena)*(nab - na) - sharena*q + jna
    k' = ik*factor + (each + (1e-3)*alonek)*(kb - k) - sharek*q - binding() + jk
    cl' = -icl*factor + (each + (1e-3)*alonecl)*(clb - cl) - sharecl*q + jcl
    ca' = ica*factor/2 + (each + (1e-3)*aloneca)*(cab - ca) - shareca*q + jca
    nao = na/(1 - ratio*(relative_volume - 1))
    ko = k/(1 - ratio*(relative_volume - 1))
    clo = cl/(1 - ratio*(relative_volume - 1))
    cao = ca/(1 - ratio*(relative_volume - 1))
}

FUNCTION on() (/mM/s) {
    on = off*1(/mM)/(1 + exp((half - k)/slope))
}

FUNCTION binding() (mM/ms) {
    binding = (1e-3)*(on()*k*(sites - held) - off*held)
}
