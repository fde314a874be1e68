TITLE Delayed rectifier K+ current of CA1 pyramidal cells (Migliore et al. 1999)

COMMENT
    ik = gbar n (v - ek),   dn/dt = (ninf - n)/taun,   y = (v - 13) F/(R T)

    ninf = 1/(1 + exp(-3 y))      taun = exp(-3 0.7 y)/(0.02 (1 + exp(-3 y))), at least 2 ms

Migliore M, Hoffman DA, Magee JC, Johnston D (1999) J Comput Neurosci 7:5-15, doi:10.1023/A:1008906225285, ModelDB 2796.

Units: gbar (S/cm2), v, ek (mV), taun (ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_kdrca1
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    gbar = 0.01 (S/cm2) <0, 1e9>
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
}

STATE {
    n
}

INITIAL {
    n = 1/(1 + exp(-3*y(v)))
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = gbar*n*(v - ek)
}

DERIVATIVE gate {
    n' = (1/(1 + exp(-3*y(v))) - n)/taun(v)
}

FUNCTION y(v (mV)) {
    y = (1e-3)*(v - 13(mV))*F/(R*(celsius + 273.15(degC)))
}

FUNCTION taun(v (mV)) (ms) {
    taun = exp(-2.1*y(v))/(0.02(/ms)*(1 + exp(-3*y(v))))
    if (taun < 2(ms)) {
        taun = 2
    }
}
