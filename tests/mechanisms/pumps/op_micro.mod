NEURON {
    SUFFIX op_micro
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, km, ratio, sign, square, basal
    GLOBAL everywhere
}
PARAMETER { imax = 0 (uA/cm2) basal = 0 (uA/cm2) in_milli = 1e-3 }
INCLUDE "pump.inc"
