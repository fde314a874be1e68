TITLE Na+, K+ and Cl- inside a compartment

COMMENT
Conservation of each ion in the rigid volume of a compartment. For ion x of valence z,

    dxi/dt = -ix area / (z F volume) + jx

ix is all the current that NEURON sees for the ion, whatever mechanism carries it; area is the
membrane area of the cable equation itself. jx is what arrives from neighbouring compartments and
idiff the charge that diffusion carries out of the compartment; NEURON's axial current lacks it, so
it enters the cable equation here. jx and idiff are written before every evaluation by the axial
ion flow; where nothing writes them they are 0. With them the charge of each compartment is kept:

    cm area dv/dt = F volume d/dt (nai + ki - cli - anion)

anion is the impermeant anion (mM of negative charge) that closes the balance; it does not move.

Qian N, Sejnowski TJ (1989) An electro-diffusion model for computing membrane potentials and ionic
    concentrations in branching dendrites, spines and axons. Biol Cybern 62:1-15,
    doi:10.1007/BF00217656

Units: concentrations (mM), ix and idiff (mA/cm2), jx (mM/ms), area (um2), volume (um3).
Reads ina, ik, icl, writes nai, ki, cli. INITIAL takes nai0, ki0, cli0 of the segment, not NEURON's
globals. The states are relative to 1e-4 mM in NEURON's error control.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX ions
    USEION na READ ina WRITE nai
    USEION k READ ik WRITE ki
    USEION cl READ icl WRITE cli VALENCE -1
    NONSPECIFIC_CURRENT i
    RANGE nai0, ki0, cli0, anion, volume, jna, jk, jcl, idiff
}

UNITS {
    (mA) = (milliamp)
    (um) = (micron)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
}

PARAMETER {
    nai0 = 10 (mM)
    ki0 = 140 (mM)
    cli0 = 5 (mM)
    anion = 145 (mM)
    volume = 1 (um3) <1e-9, 1e15>
    jna = 0 (mM/ms)
    jk = 0 (mM/ms)
    jcl = 0 (mM/ms)
    idiff = 0 (mA/cm2)
}

ASSIGNED {
    area (um2)
    ina (mA/cm2)
    ik (mA/cm2)
    icl (mA/cm2)
    i (mA/cm2)
}

STATE {
    nai (mM) <1e-4>
    ki (mM) <1e-4>
    cli (mM) <1e-4>
}

INITIAL {
    nai = nai0
    ki = ki0
    cli = cli0
}

BREAKPOINT {
    SOLVE accumulate METHOD derivimplicit
    i = idiff
}

DERIVATIVE accumulate {
    LOCAL factor
    : 1e4: (mA/cm2)(um2)/(coulomb um3) = 1e4 (milli/liter)/ms
    factor = (1e4)*area/(F*volume)
    nai' = -ina*factor + jna
    ki' = -ik*factor + jk
    cli' = icl*factor + jcl
}
