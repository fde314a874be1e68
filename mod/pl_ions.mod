TITLE Na+, K+, Cl- and water inside a compartment

COMMENT
Amounts are the states: na, k, cl are what the compartment holds of an ion per volume it began with, relative_volume is
its volume as a multiple of that. For ion x of valence z, with volume the one it began with,

    dx/dt        = -ix area / (z F volume) + jx,    xi = x / relative_volume
    drelative_volume/dt = water / volume
    water        = pw vw area (nai + ki + cli + cai + impermeant/relative_volume + others
                               - nao - ko - clo - cao - impermeanto/space)
    i            = idiff + capacitance v follow (drelative_volume/dt)/relative_volume

ix is all the current that NEURON sees for the ion, whatever mechanism carries it; area is the membrane area of the
cable equation times relative_volume^follow (accumulation.inc): it stays where follow is 0. Where it grows it takes
charge onto its capacitance, which i has beside idiff; 1/2 is a cylinder that keeps its length, 1 its diameter. vw is
the molar volume of water: water flows to where more is dissolved, impermeant osmolytes included. pw = 0 is a rigid
cell. space = 1 - ratio (relative_volume - 1) - elsewhere is the outside's relative volume; cai and cao count where
calcium is 1. ratio is 0 unless the water comes from a closed space (pl_space.mod); elsewhere is the share of it that
another cell before it has taken up, 0 without one. others is what there is more inside than outside of all further ions
(further.inc); the axial ion flow writes it before every evaluation, 0 without any. jx is what arrives from neighbouring
compartments and idiff the charge that leaves the compartment besides NEURON's own axial current; the axial ion flow
writes both before every evaluation, 0 without it. So the charge of every compartment is kept (2 ca of pl_calcium.mod
with them):

    d(cm area v)/dt = F volume d/dt (na + k - cl)

Electrodiffusion: Qian N, Sejnowski TJ (1989) Biol Cybern 62:1-15, doi:10.1007/BF00217656
Water: Kedem O, Katchalsky A (1958) Biochim Biophys Acta 27:229-246, doi:10.1016/0006-3002(58)90330-5

Units: na, k, cl, impermeants (mM), ix, idiff (mA/cm2), jx (mM/ms), area (um2), volume (um3), pw (cm/s). Reads ina, ik,
icl, nao, ko, clo, cai, cao, writes nai, ki, cli. INITIAL takes nai0, ... of the segment, not NEURON's globals.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_ions
    USEION na READ ina, nao WRITE nai
    USEION k READ ik, ko WRITE ki
    USEION cl READ icl, clo WRITE cli VALENCE -1
    USEION ca READ cai, cao VALENCE 2
    NONSPECIFIC_CURRENT i
    RANGE nai0, ki0, cli0, relative_volume0, impermeant, impermeanto, ratio, pw, volume, water, calcium, others
    RANGE follow, capacitance, jna, jk, jcl, idiff, elsewhere
}

PARAMETER {
    nai0 = 10 (mM)
    ki0 = 140 (mM)
    cli0 = 5 (mM)
    impermeant = 145 (mM)     : inside, per volume it began with
    impermeanto = 25 (mM)     : outside, likewise
    ratio = 0 (1)             : volume inside / outside at the beginning, where outside is closed
    pw = 0 (cm/s) <0, 1e9>    : osmotic water permeability
    calcium = 0 (1)           : 1 where Ca2+ is followed, so that it counts in the osmotic balance
    vw = 18 (cm3)             : of a mole of water, Duesterwald et al. (2018) eLife 7:e39575
    others = 0 (mM)
    elsewhere = 0 (1)
    capacitance = 1 (microfarad/cm2)    : that of the cable equation, where follow is not 0
    jna = 0 (mM/ms)
    jk = 0 (mM/ms)
    jcl = 0 (mM/ms)
    idiff = 0 (mA/cm2)
}

ASSIGNED {
    ina (mA/cm2)  ik (mA/cm2)  icl (mA/cm2)
    nai (mM)  ki (mM)  cli (mM)
    nao (mM)  ko (mM)  clo (mM)
    cai (mM)  cao (mM)
    i (mA/cm2)
    v (mV)
    water (um3/ms)
}

STATE {
    na (mM) <1e-4>
    k (mM) <1e-4>
    cl (mM) <1e-4>
    relative_volume (1) <1e-6>
}

INITIAL {
    relative_volume = relative_volume0
    na = nai0*relative_volume
    k = ki0*relative_volume
    cl = cli0*relative_volume
    nai = na/relative_volume
    ki = k/relative_volume
    cli = cl/relative_volume
}

BREAKPOINT {
    LOCAL excess, slope
    CONDUCTANCE slope
    SOLVE accumulate METHOD derivimplicit
    excess = (na + k + cl + impermeant)/relative_volume + calcium*(cai - cao) + others
    excess = excess - nao - ko - clo - impermeanto/(1 - ratio*(relative_volume - 1) - elsewhere)
    : 1e-5: (cm/s)(cm3)(um2)(milli/liter) = 1e-5 um3/ms; 1e-3: (microfarad/cm2)(mV/ms) = 1e-3 mA/cm2
    water = (1e-5)*pw*vw*membrane()*excess
    slope = (1e-3)*capacitance*follow*water/(volume*relative_volume)
    i = idiff + slope*v
}

DERIVATIVE accumulate {
    LOCAL factor
    factor = rate_of_current(volume)
    na' = -ina*factor + jna
    k' = -ik*factor + jk
    cl' = icl*factor + jcl
    relative_volume' = water/volume
    nai = na/relative_volume
    ki = k/relative_volume
    cli = cl/relative_volume
}

INCLUDE "accumulation.inc"
