TITLE Cl- leak, Goldman-Hodgkin-Katz constant-field current

COMMENT
Passive Cl- flux through a membrane of permeability p in which the field is constant:

    i = p z F (c_in B(-u) - c_out B(u)),   u = z F v / (R T),   B(x) = x / (exp(x) - 1)

with z = -1. The form is exact at v = 0, where i = p z F (c_in - c_out).

Goldman DE (1943) Potential, impedance, and rectification in membranes. J Gen Physiol 27:37-60,
    doi:10.1085/jgp.27.1.37
Hodgkin AL, Katz B (1949) The effect of sodium ions on the electrical activity of the giant axon
    of the squid. J Physiol 108:37-77, doi:10.1113/jphysiol.1949.sp004310

Units: p (cm/s), concentrations (mM), v (mV), i (mA/cm2), outward positive.
Reads cli and clo, writes icl. Temperature acts through u only: p has no Q10 here.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_clleak
    USEION cl READ cli, clo WRITE icl VALENCE -1
    RANGE p, i
    REPRESENTS CHEBI:17996
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    p = 0 (cm/s) <0, 1e9>    : permeability
}

ASSIGNED {
    v (mV)
    celsius (degC)
    cli (mM)
    clo (mM)
    icl (mA/cm2)
    i (mA/cm2)    : this mechanism's share of icl
}

BREAKPOINT {
    LOCAL u
    u = -(1e-3)*F*v/(R*(celsius + 273.15))
    : 1e-3: (cm/s)(coulomb)(milli/liter) = 1e-6 A/cm2 = 1e-3 mA/cm2
    i = -(1e-3)*p*F*(cli*bernoulli(-u) - clo*bernoulli(u))
    icl = i
}

INCLUDE "bernoulli.inc"
