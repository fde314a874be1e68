TITLE Ca2+ current of the dendrite of Pinsky and Rinzel's neuron, inactivated within a second of depolarisation

COMMENT
    ica = gbar s^2 z (v - eca),   ds/dt = alphas (1 - s) - betas s,   dz/dt = (zinf - z)/tauz

with B(x) = x/(exp(x) - 1):

    alphas = 1.6/(1 + exp(-0.072 (v - 5)))  betas = 0.02 5 B((v + 8.9)/5)
    zinf = 1/(1 + exp(v + 30))              tauz = 1000

Pinsky PF, Rinzel J (1994) J Comput Neurosci 1:39-60, doi:10.1007/BF00962717 (without z); V as it is measured, eca of
    the concentrations and z as in Saetra MJ, Einevoll GT, Halnes G (2020) PLoS Comput Biol 16:e1007661,
    doi:10.1371/journal.pcbi.1007661, ModelDB 267139 (gbar 0.0118 S/cm2). Temperature does not act.

Units: gbar (S/cm2), v, eca (mV), rates (/ms), ica (mA/cm2), outward positive.
Reads eca, writes ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_capr
    USEION ca READ eca WRITE ica VALENCE 2
    RANGE gbar, ica
    REPRESENTS GO:0008331
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.0118 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    eca (mV)
    ica (mA/cm2)
}

STATE {
    s
    z
}

INITIAL {
    s = alphas(v)/(alphas(v) + betas(v))
    z = zinf(v)
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ica = gbar*s^2*z*(v - eca)
}

DERIVATIVE gates {
    s' = alphas(v)*(1 - s) - betas(v)*s
    z' = (zinf(v) - z)/1000(ms)
}

FUNCTION alphas(v (mV)) (/ms) {
    alphas = 1.6(/ms)/(1 + exp(-0.072(/mV)*(v - 5(mV))))
}

FUNCTION betas(v (mV)) (/ms) {
    betas = 0.1(/ms)*bernoulli((v + 8.9(mV))/5(mV))
}

FUNCTION zinf(v (mV)) (1) {
    zinf = 1/(1 + exp((v + 30(mV))/1(mV)))
}

INCLUDE "bernoulli.inc"
