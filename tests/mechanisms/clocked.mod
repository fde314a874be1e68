TITLE K+ conductance that opens at a set time

NEURON {
    THREADSAFE
    SUFFIX clocked
    USEION k READ ek WRITE ik
    RANGE gbar, begin
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER {
    gbar = 1e-5 (S/cm2)
    begin = 100 (ms)
}
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) }
BREAKPOINT {
    if (t < begin) {
        ik = 0
    } else {
        ik = gbar*(v - ek)
    }
}
