TITLE One side of a gap junction, which reads V of the other

NEURON {
    POINT_PROCESS halfgap
    NONSPECIFIC_CURRENT i
    RANGE g
    POINTER vgap
}
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER { g = 0.01 (uS) }
ASSIGNED { v (mV) vgap (mV) i (nA) }
BREAKPOINT { i = g*(v - vgap) }
