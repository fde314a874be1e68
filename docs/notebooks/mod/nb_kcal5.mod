TITLE Ca2+-activated K+ current of Mainen and Sejnowski's neocortical cells

COMMENT
    ik = Q gbar n (v - ek),   dn/dt = Q (0.01 cai (1 - n) - 0.02 n),   Q = 2.3^((celsius - 23)/10)

Q acts on the conductance too; cai in mM.
Reuveni I, Friedman A, Amitai Y, Gutnick MJ (1993) J Neurosci 13:4609-4621, as in Mainen ZF, Sejnowski TJ (1996) Nature
    382:363-366, doi:10.1038/382363a0, ModelDB 2488.

Units: gbar (S/cm2), v, ek (mV), cai (mM), rates (/ms), ik (mA/cm2), outward positive.
Reads cai and ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_kcal5
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (S) = (siemens)
}

PARAMETER {
    gbar = 3e-4 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    celsius (degC)
    cai (mM)
    ek (mV)
    ik (mA/cm2)
    q (1)
}

STATE {
    n
}

INITIAL {
    q = 2.3^((celsius - 23(degC))/10(degC))
    n = opens(cai)/(opens(cai) + 0.02(/ms))
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = q*gbar*n*(v - ek)
}

DERIVATIVE gate {
    n' = q*(opens(cai)*(1 - n) - 0.02(/ms)*n)
}

FUNCTION opens(c (mM)) (/ms) {
    opens = 0.01(/ms/mM)*c
}
