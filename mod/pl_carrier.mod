TITLE Gives a non-specific current of another mechanism to ions

COMMENT
A non-specific current (hh's il, pas's i) moves the voltage but no ion, so nothing could balance it.
This point process adds the same current as ions and takes the non-specific one away again:

    ix = fraction_x current area,   i = -(fraction_na + fraction_k + fraction_cl + fraction_ca) current area

so the membrane current is unchanged and ions are conserved. One instance serves one current of one
compartment. NEURON evaluates mechanisms in the order in which they were loaded: the one pointed at must
have been loaded before this one. Where nothing is pointed at there is no current.

Membrane currents as fluxes of ions: Qian N, Sejnowski TJ (1989) Biol Cybern 62:1-15, doi:10.1007/BF00217656. The
fractions are the user's.

Units: current (mA/cm2) of the pointed-at mechanism, area (um2), ix and i (nA). Writes ina, ik, icl, ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_carrier
    USEION na WRITE ina
    USEION k WRITE ik
    USEION cl WRITE icl VALENCE -1
    USEION ca WRITE ica VALENCE 2
    NONSPECIFIC_CURRENT i
    RANGE fraction_na, fraction_k, fraction_cl, fraction_ca, total
    POINTER current
}

UNITS {
    (mA) = (milliamp)
    (nA) = (nanoamp)
    (um) = (micron)
}

PARAMETER {
    fraction_na = 0 (1) <0, 1>
    fraction_k = 0 (1) <0, 1>
    fraction_cl = 0 (1) <0, 1>
    fraction_ca = 0 (1) <0, 1>
}

ASSIGNED {
    area (um2)
    current (1)    : mA/cm2, but nrn_pointing takes no units
    ina (nA)
    ik (nA)
    icl (nA)
    ica (nA)
    i (nA)
    total (nA)
}

BREAKPOINT {
    total = 0
    if (nrn_pointing(current)) {
        total = (1e-2)*current*1(mA/cm2)*area    : (mA/cm2)(um2) = 1e-2 nA
    }
    ina = fraction_na*total
    ik = fraction_k*total
    icl = fraction_cl*total
    ica = fraction_ca*total
    i = -(fraction_na + fraction_k + fraction_cl + fraction_ca)*total
}
