TITLE K+ in a thin space outside, as Frankenhaeuser and Hodgkin have it

NEURON {
    THREADSAFE
    SUFFIX ksheath
    USEION k READ ik WRITE ko
    RANGE thick, kbath, tau
}
UNITS { (mA) = (milliamp) (um) = (micron) (mM) = (milli/liter) F = (faraday) (coulomb) }
PARAMETER {
    thick = 0.03 (um)
    kbath = 3 (mM)
    tau = 100 (ms)
}
ASSIGNED { ik (mA/cm2) }
STATE { ko (mM) }
INITIAL { ko = kbath }
BREAKPOINT { SOLVE fill METHOD derivimplicit }
DERIVATIVE fill { ko' = (1e4)*ik/(thick*F) + (kbath - ko)/tau }
