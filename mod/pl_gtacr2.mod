TITLE Light-gated Cl- channel, anion channelrhodopsin GtACR2

COMMENT
    icl = gmax (o1 + 0.05 o2) (v - ecl)

with the states of photocycle.inc, of which light of 470 nm makes, x = reach irradiance/84.53 mW/mm2 (2e17 photons
a mm2 and second),

    ga1 = 40 x/(1 + x),   ga2 = 20 x/(1 + x),   h = x^0.1/(1 + x^0.1)
    gf = 0.001 + 0.001 h,   gb = 0.003 + 0.005 h,   gd1 = 0.017,   gd2 = 0.01,   gr = 5.8e-4

Bansal H, Gupta N, Roy S (2020) Neuroscience 449:165-188, doi:10.1016/j.neuroscience.2020.09.022: fit, its numbers as in
    the program Cleo (github.com/siplab-gt/cleo), whose reversal, -69.5 mV, is here the Nernst potential of Cl-; 44 nS
    a cell
No cations pass: Govorunova EG et al. (2015) Science 349:647-650, doi:10.1126/science.aaa7484. Of HCO3- no
    permeability was found: Cl- carries all. No Q10 was found.
gmax: assumed, 44 nS over 30000 um2 of membrane, a pyramidal cell's.

Units: gmax (S/cm2), irradiance (mW/mm2), v, ecl (mV), rates (/ms), icl (mA/cm2), outward positive. Reads ecl, writes icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_gtacr2
    USEION cl READ ecl WRITE icl VALENCE -1
    RANGE gmax, irradiance, reach, icl, ga1, ga2, gf, gb, gd1, gd2, gr
    REPRESENTS GO:0005254
}

INCLUDE "photocycle.inc"    : first, for its states

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    (mW) = (milliwatt)
}

PARAMETER {
    gmax = 1.5e-4 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    ecl (mV)
    icl (mA/cm2)
}

INITIAL {
    rates()
    settle()
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION cl
    SOLVE cycle METHOD derivimplicit
    g = gmax*(o1 + 0.05*o2)
    icl = g*(v - ecl)
}

DERIVATIVE cycle {
    rates()
    c1' = gd1*o1 + gr*(1 - c1 - o1 - o2) - ga1*c1
    o1' = ga1*c1 + gb*o2 - (gd1 + gf)*o1
    o2' = ga2*(1 - c1 - o1 - o2) + gf*o1 - (gd2 + gb)*o2
}

PROCEDURE rates() {
    LOCAL x, h
    x = reach*irradiance/84.53(mW/mm2)
    h = x^0.1/(1 + x^0.1)
    ga1 = 40(/ms)*x/(1 + x)
    ga2 = 20(/ms)*x/(1 + x)
    gf = 0.001(/ms) + 0.001(/ms)*h
    gb = 0.003(/ms) + 0.005(/ms)*h
    gd1 = 0.017(/ms)
    gd2 = 0.01(/ms)
    gr = 5.8e-4(/ms)
}
