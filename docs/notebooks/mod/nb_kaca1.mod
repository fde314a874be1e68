TITLE A-type K+ current of CA1 pyramidal cells (Migliore et al. 1999), proximal or distal

COMMENT
    ik = gbar n l (v - ek),   dn/dt = (ninf - n)/taun,   dl/dt = (linf - l)/taul
    y = (v - half) F/(R T),   z = slope - 1/(1 + exp((v + 40)/5)),   Q = 5^((celsius - 24)/10)

    ninf = 1/(1 + exp(z y))      taun = exp(z share y)/(Q rate (1 + exp(z y))), at least least
    linf = 1/(1 + exp(3 (v + 56) F/(R T)))      taul = 0.26 (v + 50) ms, at least 2 ms

                        half   slope   share   rate    least
    up to 100 um         11    -1.5    0.55    0.05     0.1
    beyond               -1    -1.8    0.39    0.1      0.2

Migliore M, Hoffman DA, Magee JC, Johnston D (1999) J Comput Neurosci 7:5-15, doi:10.1023/A:1008906225285, ModelDB 2796.

Units: gbar (S/cm2), v, ek, half (mV), rate (/ms), least (ms), ik (mA/cm2), outward positive.
Reads ek, writes ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX nb_kaca1
    USEION k READ ek WRITE ik
    RANGE gbar, half, slope, share, rate, least
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    gbar = 0.048 (S/cm2) <0, 1e9>
    half = 11 (mV)
    slope = -1.5 (1)
    share = 0.55 (1)
    rate = 0.05 (/ms)
    least = 0.1 (ms)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
    q (1)
}

STATE {
    n
    l
}

INITIAL {
    q = 5^((celsius - 24(degC))/10(degC))
    n = 1/(1 + exp(zy(v)))
    l = linf(v)
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ik = gbar*n*l*(v - ek)
}

DERIVATIVE gates {
    n' = (1/(1 + exp(zy(v))) - n)/taun(v)
    l' = (linf(v) - l)/taul(v)
}

FUNCTION per(u (mV)) {
    per = (1e-3)*u*F/(R*(celsius + 273.15(degC)))
}

FUNCTION zy(v (mV)) {
    zy = (slope - 1/(1 + exp((v + 40(mV))/5(mV))))*per(v - half)
}

FUNCTION linf(v (mV)) {
    linf = 1/(1 + exp(3*per(v + 56(mV))))
}

FUNCTION taun(v (mV)) (ms) {
    taun = exp(share*zy(v))/(q*rate*(1 + exp(zy(v))))
    if (taun < least) {
        taun = least
    }
}

FUNCTION taul(v (mV)) (ms) {
    taul = 0.26(ms/mV)*(v + 50(mV))
    if (taul < 2(ms)) {
        taul = 2
    }
}
