TITLE Voltage-gated Na+ current of skeletal muscle (NaV1.4), with slow inactivation

COMMENT
    ina = warmth p m^3 s (h (1 - f) + f) F (nai B(-u) - nao B(u)),   u = F v / (R T)
    ik  = pk times the same with ki and ko
    dg/dt = Q (ginf - g) (alphag + betag) for g = m, h, s,   Q = q10_gates^((celsius - 22)/10)

    minf = (1 + exp(-(v - vm)/4.3))^(-1/3)            alpham = 0.2875 10 B(-(v - vm - 5)/10)
    vm = -41                                          betam = 1.375 exp(-(v - vm - 5)/18)
    hinf = 1/(1 + exp((v - vh)/5.37))                 alphah = 0.508/(1 + exp((v - vh + 30)/9.97))
    vh = -80                                          betah = 3.272/(1 + exp(-(v - vh - 53.8)/9.09))
    sinf = s0 + (1 - s0)/(1 + exp((v + 59)/10.6))     alphas = 4.04e-6 exp(-v/21.1)
    s0 = 0.115                                        betas = 7.36e-4/(1 + exp(-(v + 16.6)/21.2))

A shift of vm or vh shifts the rates, too. f = 0.003 of the channels has no fast inactivation.
Cannon-Lab/Muscle-Fiber-Simulation v9 (2024; no DOI: a program), mouse at 22 degC, with q10_gates = 2.5 and p =
1.02e-4 cm/s at the surface, 0.8 of that in tubules; after Cannon SC, Brown RH, Corey DP (1993) Biophys J 65:270-288;
slow inactivation: Hayward LJ, Brown RH, Cannon SC (1997) Biophys J 72:1204-1219. pk is 0 there; that the current of
muscle reverses at 40 to 42 mV, far below ENa: Almers W, Roberts WM, Ruff RL (1984) J Physiol 347:751-768,
doi:10.1113/jphysiol.1984.sp015094.

Units: p (cm/s), concentrations (mM), v, vm, vh (mV), rates (/ms), ina, ik, i = ina + ik (mA/cm2), outward positive.
Reads nai, nao, ki and ko, writes ina and ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_navmuscle
    USEION na READ nai, nao WRITE ina
    USEION k READ ki, ko WRITE ik
    RANGE pk, p, q10, tref, plateau, warmth, vm, vh, s0, f, q10_gates, i, ina, ik
    REPRESENTS GO:0005248
}

PARAMETER {
    pk = 0 (1) <0, 1>         : permeability to K+ over that to Na+
    vm = -41 (mV)             : half of the channels activated
    vh = -80 (mV)             : half inactivated, fast
    s0 = 0.115 (1) <0, 1>     : what slow inactivation leaves
    f = 0.003 (1) <0, 1>      : channels without fast inactivation
    q10_gates = 2.5 (1) <1e-3, 1e3>
}

ASSIGNED {
    nai (mM)
    nao (mM)
    ki (mM)
    ko (mM)
    ina (mA/cm2)
    ik (mA/cm2)
    g_na (S/cm2)
    g_k (S/cm2)
    pace (1)
}

STATE {
    m
    h
    s
}

INITIAL {
    pace = q10_gates^((celsius - 22(degC))/10(degC))
    m = minf(v)
    h = hinf(v)
    s = sinf(v)
}

BREAKPOINT {
    LOCAL open
    CONDUCTANCE g_na USEION na
    CONDUCTANCE g_k USEION k
    SOLVE gates METHOD cnexp
    open = m*m*m*s*(h*(1 - f) + f)
    constant_field(v, 1, ki, ko)
    g_k = open*pk*g
    ik = open*pk*i
    constant_field(v, 1, nai, nao)
    g_na = open*g
    ina = open*i
    i = ina + ik
}

DERIVATIVE gates {
    m' = pace*(minf(v) - m)*ratem(v - vm - 5(mV))
    h' = pace*(hinf(v) - h)*rateh(v - vh)
    s' = pace*(sinf(v) - s)*rates(v)
}

FUNCTION minf(v (mV)) {
    minf = (1 + exp(-(v - vm)/4.3(mV)))^(-1/3)
}

FUNCTION hinf(v (mV)) {
    hinf = 1/(1 + exp((v - vh)/5.37(mV)))
}

FUNCTION sinf(v (mV)) {
    sinf = s0 + (1 - s0)/(1 + exp((v + 59(mV))/10.6(mV)))
}

FUNCTION ratem(v (mV)) (/ms) {
    ratem = 2.875(/ms)*bernoulli(-v/10(mV)) + 1.375(/ms)*exp(-v/18(mV))
}

FUNCTION rateh(v (mV)) (/ms) {
    rateh = 0.508(/ms)/(1 + exp((v + 30(mV))/9.97(mV))) + 3.272(/ms)/(1 + exp(-(v - 53.8(mV))/9.09(mV)))
}

FUNCTION rates(v (mV)) (/ms) {
    rates = 4.04e-6(/ms)*exp(-v/21.1(mV)) + 7.36e-4(/ms)/(1 + exp(-(v + 16.6(mV))/21.2(mV)))
}

INCLUDE "goldman.inc"
INCLUDE "bernoulli.inc"
