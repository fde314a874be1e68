TITLE A reversal potential of K+ that a mechanism sets itself

NEURON {
    THREADSAFE
    SUFFIX ownek
    USEION k WRITE ek
    RANGE level
}
UNITS { (mV) = (millivolt) }
PARAMETER { level = -77 (mV) }
ASSIGNED { ek (mV) }
INITIAL { ek = level }
BREAKPOINT { ek = level }
