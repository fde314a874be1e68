TITLE Potassium channel that brings its process to an end, or never comes to one, when it is told to

COMMENT
For tests of what becomes of a member of a study whose process dies or hangs.
ENDCOMMENT

NEURON {
    SUFFIX trouble
    USEION k READ ek WRITE ik
    RANGE gbar, what
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER {
    gbar = 1e-5 (S/cm2)
    what = 0 (1)
}
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) }
BREAKPOINT {
    if (what == 1) {
VERBATIM
        abort();
ENDVERBATIM
    }
    if (what == 2) {
VERBATIM
        { volatile int going = 1; while (going) {} }
ENDVERBATIM
    }
    ik = gbar*(v - ek)
}
