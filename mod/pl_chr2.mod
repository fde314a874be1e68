TITLE Light-gated cation channel, channelrhodopsin-2 H134R, of Na+ and K+

COMMENT
Each ion has its Goldman-Hodgkin-Katz current, u = F v/(R T), B(x) = x/(exp(x) - 1):

    ina = p F (nai B(-u) - nao B(u)),   ik = rk p F (ki B(-u) - ko B(u))
    p F = gmax (o1 + 0.1 o2) pore(v)/cin

so that where the channel was measured both together are the published current, which chr2.inc says with its rates,
and elsewhere each ion goes where its own gradient takes it. Light is of 470 nm.

Williams JC et al. (2013) PLoS Comput Biol 9:e1003220, doi:10.1371/journal.pcbi.1003220, numbers as in ModelDB 244414
    (gmax 0.4 mS/cm2; 22 degC)
Na+ and K+ pass, and H+ and Ca2+: Nagel G et al. (2003) PNAS 100:13940-13945, doi:10.1073/pnas.1936192100

H+ is part of what is counted as Na+: what enters of it must leave, and where pH is held it does so against Na+ (as in
pl_pmca.mod), one for one. It is much: H+ conducts 3e6 times as Na+ and K+ do, at pH 7.4 as 0.12 M of them, Berndt A et
al. (2010) Biophys J 98:753-761, doi:10.1016/j.bpj.2009.10.052. Ca2+, less than 1 % of the current: pl_chr2ca.mod.

Units: gmax (S/cm2), irradiance (mW/mm2), concentrations (mM), v (mV), rates (/ms), currents (mA/cm2), outward positive.
Reads nai, nao, ki, ko, writes ina, ik. i = ina + ik of this mechanism.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_chr2
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    RANGE gmax, irradiance, reach, rk, cin, q10_gates, i, ina, ik
    RANGE ga1, ga2, gf, gb, gd1, gd2, gr, w1, w2, wf, wb, wd1, wd2, wr
    REPRESENTS GO:0005261
}

ASSIGNED {
    nai (mM)
    nao (mM)
    ki (mM)
    ko (mM)
    ina (mA/cm2)
    ik (mA/cm2)
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
    i = ina + ik
}

INCLUDE "chr2.inc"
