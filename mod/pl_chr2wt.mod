TITLE Light-gated cation channel, channelrhodopsin-2 as in the alga, of Na+ and K+

COMMENT
    ina = p F (nai B(-u) - nao B(u)),   ik = rk p F (ki B(-u) - ko B(u)),   u = F v/(R T),   B(x) = x/(exp(x) - 1)

with the states of photocycle.inc, of which light of 470 nm makes, x = reach irradiance/98.48 mW/mm2 (2.33e17 photons
a mm2 and second), hp = x^0.833/(1 + x^0.833), hq = x^1.94/(1 + x^1.94),

    ga1 = 4.15 hp,   ga2 = 0.868 hp,   gf = 0.0373 + 0.0581 hq,   gb = 0.0161 + 0.063 hq
    gd1 = 0.105,   gd2 = 0.0138,   gr = 0.00033

The published current is gmax (o1 + 0.00742 o2) 17.1 (1 - exp(-v/43)) mV and reverses at 0. As in chr2.inc it is that of
Na+ and K+ together where 10 mM Na+ and 140 mM K+ inside and 140 and 5.4 outside make rk (assumed), with

    p F = gmax (o1 + 0.00742 o2) 17.1 rT/43/(cin B(-v/43)),   rT = 25.434 mV (22 degC)

Evans BD et al. (2016) Front Neuroinform 10:8, doi:10.3389/fninf.2016.00008: four-state fit of PyRhO, 114 nS a cell.
gmax: assumed, 114 nS over 30000 um2 of membrane, a pyramidal cell's. No Q10 is given. H+: see pl_chr2.mod.

Units: gmax (S/cm2), irradiance (mW/mm2), concentrations (mM), v (mV), rates (/ms), currents (mA/cm2), outward positive.
Reads nai, nao, ki, ko, writes ina, ik. i = ina + ik of this mechanism.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_chr2wt
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    RANGE gmax, irradiance, reach, rk, cin, i, ina, ik, ga1, ga2, gf, gb, gd1, gd2, gr
    REPRESENTS GO:0005261
}

INCLUDE "photocycle.inc"    : first, for its states

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    (mM) = (milli/liter)
    (mW) = (milliwatt)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    gmax = 3.8e-4 (S/cm2) <0, 1e9>
    rk = 0.9658247 (1) <0, 1e3>      : permeability to K+, that to Na+ is 1
    cin = 145.215453 (mM) <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    celsius (degC)
    nai (mM)
    nao (mM)
    ki (mM)
    ko (mM)
    ina (mA/cm2)
    ik (mA/cm2)
    i (mA/cm2)
}

INITIAL {
    rates()
    settle()
}

BREAKPOINT {
    LOCAL u, in, out, each
    SOLVE cycle METHOD derivimplicit
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    in = bernoulli(u)
    out = in + u
    each = gmax*(o1 + 0.00742*o2)*17.1(mV)*25.4340591/43/(cin*bernoulli(-v/43(mV)))
    ina = each*(nai*out - nao*in)
    ik = each*rk*(ki*out - ko*in)
    i = ina + ik
}

DERIVATIVE cycle {
    rates()
    c1' = gd1*o1 + gr*(1 - c1 - o1 - o2) - ga1*c1
    o1' = ga1*c1 + gb*o2 - (gd1 + gf)*o1
    o2' = ga2*(1 - c1 - o1 - o2) + gf*o1 - (gd2 + gb)*o2
}

PROCEDURE rates() {
    LOCAL x, hp, hq
    x = reach*irradiance/98.48(mW/mm2)
    hp = x^0.833/(1 + x^0.833)
    hq = x^1.94/(1 + x^1.94)
    ga1 = 4.15(/ms)*hp
    ga2 = 0.868(/ms)*hp
    gf = 0.0373(/ms) + 0.0581(/ms)*hq
    gb = 0.0161(/ms) + 0.063(/ms)*hq
    gd1 = 0.105(/ms)
    gd2 = 0.0138(/ms)
    gr = 0.00033(/ms)
}

INCLUDE "bernoulli.inc"
