TITLE Ca2+ inside a compartment, with a fast buffer

COMMENT
The state is the total amount of Ca2+, free and bound, per volume that the compartment began with. relative_volume is
its volume now as a multiple of that one:

    dca/dt = -ica area / (2 F volume) + jca
    ca     = relative_volume cai + buffer cai / (cai + kd)

The buffer has one kind of site, is at equilibrium at any time, and neither moves nor leaves: its own charge is
among the impermeant. cai is the positive root of the quadratic equation that the second line makes. buffer = 0:
all Ca2+ is free.
jca is what arrives from neighbouring compartments; the axial ion flow writes it, 0 without it.

Fast buffer: Wagner J, Keizer J (1994) Biophys J 67:447-456, doi:10.1016/S0006-3495(94)80500-4

Units: ca, cai, buffer (per volume that it began with), kd (mM), ica (mA/cm2), jca (mM/ms), area (um2), volume
(um3). Reads ica, writes cai. POINTER: relative_volume of pl_ions.mod in the same segment,
without which INITIAL stops NEURON with a sentence.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_calcium
    USEION ca READ ica WRITE cai VALENCE 2
    RANGE cai0, relative_volume0, follow, buffer, kd, volume, jca
    POINTER relative_volume
}

PARAMETER {
    cai0 = 1e-4 (mM)
    buffer = 0 (mM) <0, 1e9>
    kd = 1e-3 (mM) <1e-12, 1e9>
    jca = 0 (mM/ms)
}

ASSIGNED {
    ica (mA/cm2)
    cai (mM)
    relative_volume (1)
}

STATE {
    ca (mM) <1e-7>
}

INITIAL {
    if (nrn_pointing(relative_volume) == 0) {    : NEURON would crash on it
        prterr("pl_calcium: its POINTER relative_volume is not set (h.setpointer to that of pl_ions, same segment)")
    }
    ca = cai0*(relative_volume0 + buffer/(cai0 + kd))
    cai = cai0
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
}

DERIVATIVE accumulate {
    : 1e4: (mA/cm2)(um2)/(coulomb um3) = 1e4 (milli/liter)/ms
    ca' = -ica*(1e4)*membrane()/(2*F*volume) + jca
    : with r = relative_volume and b = r kd + buffer - ca, 2 ca kd / (b + sqrt(b^2 + 4 r ca kd)); in one piece,
    : because NEURON evaluates what follows from a state apart from the block that it stands in
    cai = 2*ca*kd/(relative_volume*kd + buffer - ca + 1(mM)*sqrt(((relative_volume*kd + buffer - ca)^2 + 4*relative_volume*ca*kd)*1(/mM2)))
}

INCLUDE "accumulation.inc"
