TITLE A synapse whose conductance lets K+ through and which tells its own current

NEURON {
    POINT_PROCESS KSynapse
    USEION k READ ek WRITE ik
    RANGE g, ik
}
UNITS { (mV) = (millivolt) (nA) = (nanoamp) (uS) = (microsiemens) }
PARAMETER { g = 2e-5 (uS) }
ASSIGNED { v (mV) ek (mV) ik (nA) }
BREAKPOINT { ik = g*(v - ek) }
