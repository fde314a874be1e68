TITLE Current injected as K+

COMMENT
What an electrode filled with a K+ salt injects, spread over the membrane of its compartment:

    ik = -amp

amp is the injected current per membrane area, positive into the cell. It is carried by K+, so that charge
and ions are conserved, which NEURON's IClamp does not do.

Currents as fluxes of ions: Qian N, Sejnowski TJ (1989) Biol Cybern 62:1-15, doi:10.1007/BF00217656

Units: amp and ik (mA/cm2); ik outward positive. Writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_electrode
    USEION k WRITE ik
    RANGE amp, ik
}

UNITS {
    (mA) = (milliamp)
}

PARAMETER {
    amp = 0 (mA/cm2)
}

ASSIGNED {
    ik (mA/cm2)
}

BREAKPOINT {
    LOCAL slope
    CONDUCTANCE slope
    slope = 0    : no current here depends on V
    ik = -amp
}
