NEURON {
    SUFFIX op_metre
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, km, ratio, sign, square, basal
    GLOBAL everywhere
}
PARAMETER { imax = 0 (A/m2) basal = 0 (A/m2) in_milli = 0.1 }
INCLUDE "pump.inc"
