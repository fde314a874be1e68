: Its current follows a state that begins with 0.
NEURON {
    SUFFIX op_slow
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE most, ina
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (mM) = (milli/liter) }
PARAMETER { most = 0 (mA/cm2) }
ASSIGNED { v (mV) nai (mM) ko (mM) ina (mA/cm2) ik (mA/cm2) }
STATE { bound }
INITIAL { bound = 0 }
BREAKPOINT {
    SOLVE binding METHOD cnexp
    ina = 3*most*bound/(1 + exp(-(v + 100(mV))/80(mV)))
    ik = -2*most*bound/(1 + exp(-(v + 100(mV))/80(mV)))
}
DERIVATIVE binding { bound' = (nai/(nai + 20(mM)) - bound)/200(ms) }
