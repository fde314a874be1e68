TITLE A K+ current with gates that are advanced by hand, exactly where V stays, and a leak of its own

NEURON {
    SUFFIX byexp
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT i
    RANGE gbar, gl, el
    GLOBAL vhalf
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER {
    gbar = 1e-3 (S/cm2)
    gl = 1e-4 (S/cm2)
    el = -65 (mV)
    vhalf = -50 (mV)
    dt (ms)
}
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) i (mA/cm2) ninf nexp linf lexp }
STATE { n l }
INITIAL {
    rates(v)
    n = ninf
    l = linf
}
BREAKPOINT {
    SOLVE states
    ik = gbar*n*n*l*(v - ek)
    i = gl*(v - el)
}
PROCEDURE states() {
    rates(v)
    n = n + nexp*(ninf - n)   l = l + lexp*(linf - l)
    VERBATIM
    return 0;
    ENDVERBATIM
}
PROCEDURE rates(v (mV)) {
    TABLE ninf, nexp, linf, lexp DEPEND dt, vhalf FROM -150 TO 100 WITH 500
    ninf = 1/(1 + exp((vhalf - v)/8(mV)))
    linf = 1/(1 + exp((v - vhalf + 20(mV))/10(mV)))
    nexp = 1 - exp(-dt/2(ms))
    lexp = 1 - exp(-dt/30(ms))
}
