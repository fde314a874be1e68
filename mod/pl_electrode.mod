TITLE Current injected as ions

COMMENT
What an electrode injects into its compartment, in the shares of the ions that its filling lets carry it:

    ix = -share_x amp

amp is the injected current, positive into the cell: cations that enter, Cl- that leaves. It is carried by ions,
so that charge and ions are conserved, which NEURON's IClamp does not do.

Currents as fluxes of ions: Qian N, Sejnowski TJ (1989) Biol Cybern 62:1-15, doi:10.1007/BF00217656

Units: amp and ix (nA); ix outward positive; shares (1), which add up to 1. Writes ina, ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_electrode
    USEION na WRITE ina
    USEION k WRITE ik
    USEION cl WRITE icl VALENCE -1
    RANGE amp, share_na, share_k, share_cl, ina, ik, icl
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    amp = 0 (nA)
    share_na = 0 (1)
    share_k = 1 (1)
    share_cl = 0 (1)
}

ASSIGNED {
    ina (nA)
    ik (nA)
    icl (nA)
}

BREAKPOINT {
    LOCAL slope
    CONDUCTANCE slope
    slope = 0    : no current here depends on V
    ina = -share_na*amp
    ik = -share_k*amp
    icl = -share_cl*amp
}
