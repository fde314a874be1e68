TITLE Gating pore of a mutated voltage sensor, leak of Na+ and K+

COMMENT
The leak of hypokalaemic periodic paralysis: cations pass the voltage sensor's own crevice. Each ion has its
Goldman-Hodgkin-Katz current; one permeability serves both:

    ix    = warmth share px F (c_in B(-u) - c_out B(u)),   u = F v / (R T),   B(x) = x / (exp(x) - 1)
    pk    = p,   pna = p rna
    share = 1 - rectify + rectify s,   s = 1 / (1 + exp((v - vhalf)/k))

rectify = 0 is a plain leak; with 1 the pore is open while the sensor is at rest and shuts on depolarisation.
The gate is fast and taken at its steady state.

Sokolov S, Scheuer T, Catterall WA (2007) Nature 446:76-78, doi:10.1038/nature05598; Struyk AF, Markin VS,
    Francis D, Cannon SC (2008) J Gen Physiol 132:447-464.
Size, non-selective: 12 to 19.5 uS/cm2 in patients' fibres, Jurkat-Rott K et al. (2009) PNAS 106:4036-4041;
    some 10 uS/cm2, Mi W, Rybalchenko V, Cannon SC (2014) J Gen Physiol 144:137-145, doi:10.1085/jgp.201411199.
    p = 1e-8 cm/s has a slope of 5.4 uS/cm2 at -85 mV (145 mM Na+ and 4 mM K+ outside, 10 and 150 mM inside, 37 degC).
vhalf, k, rna: assumed. warmth: temperature.inc; no Q10 was found for it, so q10 = 1.

Units: p (cm/s), concentrations (mM), v, vhalf, k (mV), currents (mA/cm2), outward positive.
Reads nai, nao, ki, ko, writes ina, ik. i = ina + ik of this mechanism.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_gatingpore
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    RANGE p, q10, tref, plateau, warmth, rna, rectify, vhalf, k, i, ina, ik
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    p = 0 (cm/s) <0, 1e9>        : permeability to K+
    rna = 1 (1) <0, 1e9>         : that to Na+, relative to it
    q10 = 1 (1) <1e-3, 1e3>
    rectify = 0 (1) <0, 1>       : part of the leak that has the gate
    vhalf = -60 (mV)
    k = 15 (mV) <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    nai (mM)
    nao (mM)
    ki (mM)
    ko (mM)
    ina (mA/cm2)
    ik (mA/cm2)
    i (mA/cm2)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL u, pf, in, out, open, steep, slope
    CONDUCTANCE slope
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    out = bernoulli(-u)
    in = bernoulli(u)
    : 1e-3: (cm/s)(coulomb)(milli/liter) = 1e-6 A/cm2 = 1e-3 mA/cm2
    open = 1/(1 + exp((v - vhalf)/k))
    pf = (1e-3)*warmth*p*F*(1 - rectify + rectify*open)
    ina = pf*rna*(nai*out - nao*in)
    ik = pf*(ki*out - ko*in)
    i = ina + ik
    steep = steeper(u)
    slope = pf*((rna*nai + ki)*(1 + steep) - (rna*nao + ko)*steep)*(1e-3)*F/(R*(celsius + 273.15))
    slope = slope - i*rectify*open*(1 - open)/(k*(1 - rectify + rectify*open))
}

INCLUDE "bernoulli.inc"

INCLUDE "temperature.inc"
