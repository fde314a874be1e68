TITLE Light-gated cation channel, channelrhodopsin-2 H134R, of Na+, K+ and Ca2+

COMMENT
pl_chr2.mod for cells in which Ca2+ is followed, with

    ica = 2 rca p F (cai B(-2 u) - cao B(2 u)),   u = F v/(R T),   B(x) = x/(exp(x) - 1)

beside its Na+ and K+, of which all there holds: equations, light, temperature and the share of H+.

Williams JC et al. (2013) PLoS Comput Biol 9:e1003220, doi:10.1371/journal.pcbi.1003220, numbers as in ModelDB 244414
rca = 0.01: conductance of divalent beside monovalent cations, Berndt A et al. (2010) Biophys J 98:753-761,
    doi:10.1016/j.bpj.2009.10.052, less by half in lasting light; taken as the ratio of permeabilities (assumed)

Units: gmax (S/cm2), irradiance (mW/mm2), concentrations (mM), v (mV), rates (/ms), currents (mA/cm2), outward positive.
Reads nai, nao, ki, ko, cai, cao, writes ina, ik, ica. i = ina + ik + ica of this mechanism.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_chr2ca
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    USEION ca READ cai, cao WRITE ica VALENCE 2
    RANGE gmax, irradiance, reach, rk, rca, cin, q10_gates, i, ina, ik, ica
    RANGE ga1, ga2, gf, gb, gd1, gd2, gr, w1, w2, wf, wb, wd1, wd2, wr
    REPRESENTS GO:0005261
}

PARAMETER {
    rca = 0.01 (1) <0, 1e3>    : permeability to Ca2+, that to Na+ is 1
}

ASSIGNED {
    nai (mM)
    nao (mM)
    ki (mM)
    ko (mM)
    cai (mM)
    cao (mM)
    ina (mA/cm2)
    ik (mA/cm2)
    ica (mA/cm2)
    i (mA/cm2)
}

BREAKPOINT {
    LOCAL u, in, out, each
    SOLVE cycle METHOD derivimplicit
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    in = bernoulli(u)
    out = in + u
    each = conducts(v)
    ina = each*(nai*out - nao*in)
    ik = each*rk*(ki*out - ko*in)
    in = bernoulli(2*u)
    ica = 2*each*rca*(cai*(in + 2*u) - cao*in)
    i = ina + ik + ica
}

INCLUDE "chr2.inc"
