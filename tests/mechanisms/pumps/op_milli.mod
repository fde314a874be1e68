NEURON {
    SUFFIX op_milli
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, km, ratio, sign, square, basal
    GLOBAL everywhere
}
PARAMETER { imax = 0 (mA/cm2) basal = 0 (mA/cm2) in_milli = 1 }
INCLUDE "pump.inc"
