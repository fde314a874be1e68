TITLE Na+ current of neurons whose activation is instantaneous and whose inactivation follows n of its partner Kv

COMMENT
    ina = gbar minf^3 h (v - ena),   h = 1 - 1/(1 + exp(-6.5 (n - 0.35))),   dn/dt = phi (alphan (1 - n) - betan n)

with minf = alpham/(alpham + betam), n and phi those of pl_kvinstant.mod, and B(x) = x/(exp(x) - 1):

    alpham = B(-(v + 30)/10)        betam = 4 exp(-(v + 55)/18)

Huebel N, Dahlem MA (2014) PLoS Comput Biol 10:e1003941, doi:10.1371/journal.pcbi.1003941, ModelDB 167714 (gbar 0.1
    S/cm2); activation also in Barreto E, Cressman JR (2011) J Biol Phys 37:361-373, doi:10.1007/s10867-010-9212-6,
    ModelDB 142630. Temperature does not act: phi is their factor.

Units: gbar (S/cm2), v, ena (mV), rates (/ms), ina (mA/cm2), outward positive.
Reads ena, writes ina.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_navinstant
    USEION na READ ena WRITE ina
    RANGE gbar, phi, ina
    REPRESENTS GO:0005248
}

INCLUDE "gaten.inc"

PARAMETER {
    gbar = 0.1 (S/cm2) <0, 1e9>
}

ASSIGNED {
    ena (mV)
    ina (mA/cm2)
}

BREAKPOINT {
    LOCAL m, g, slope, x
    CONDUCTANCE slope USEION na
    SOLVE gate METHOD cnexp
    m = minf(v)
    g = gbar*m^3*(1 - 1/(1 + exp(-6.5*(n - 0.35))))
    x = -(v + 30(mV))/10(mV)
    : dm/dv = m (1 - m) (alpha'/alpha - beta'/beta)
    slope = g*(1 + 3*(v - ena)*(1 - m)*(1/18(mV) - steeper(x)/(10(mV)*bernoulli(x))))
    ina = g*(v - ena)
}

DERIVATIVE gate {
    n' = phi*(alphan(v)*(1 - n) - betan(v)*n)
}

FUNCTION minf(v (mV)) (1) {
    LOCAL alpha, beta
    alpha = bernoulli(-(v + 30(mV))/10(mV))
    beta = 4*exp(-(v + 55(mV))/18(mV))
    minf = alpha/(alpha + beta)
}
