NEURON {
    SUFFIX op_molar
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, km, ratio, sign, square, basal
    GLOBAL everywhere
}
PARAMETER { imax = 0 (mole/cm2/s) basal = 0 (mole/cm2/s) }
UNITS { in_milli = (faraday) (millicoulomb) }
INCLUDE "pump.inc"
