TITLE Delayed rectifier K+ current, the partner of pl_navinstant

COMMENT
    ik = gbar n^4 (v - ek),   dn/dt = phi (alphan (1 - n) - betan n)

with B(x) = x/(exp(x) - 1):

    alphan = 0.1 B(-(v + 34)/10)        betan = 0.125 exp(-(v + 44)/80)

Barreto E, Cressman JR (2011) J Biol Phys 37:361-373, doi:10.1007/s10867-010-9212-6, ModelDB 142630; Huebel N,
    Dahlem MA (2014) PLoS Comput Biol 10:e1003941, doi:10.1371/journal.pcbi.1003941, ModelDB 167714 (gbar 0.04 S/cm2,
    phi 3). Temperature does not act: phi is their factor.

Units: gbar (S/cm2), v, ek (mV), rates (/ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_kvinstant
    USEION k READ ek WRITE ik
    RANGE gbar, phi, ik
    REPRESENTS GO:0005251
}

INCLUDE "gaten.inc"

PARAMETER {
    gbar = 0.04 (S/cm2) <0, 1e9>
}

ASSIGNED {
    ek (mV)
    ik (mA/cm2)
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION k
    SOLVE gate METHOD cnexp
    g = gbar*n^4
    ik = g*(v - ek)
}

DERIVATIVE gate {
    n' = phi*(alphan(v)*(1 - n) - betan(v)*n)
}
