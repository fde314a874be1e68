TITLE Pipette whose solution exchanges with a compartment through its tip

COMMENT
Each ion diffuses and drifts through the tip, whose field is constant, between the pipette (concentrations xp, which
stay) and the compartment:

    ix = z F px (xi B(-z w) - xp B(z w)),   w = (v - vp) F/(R T),   B(u) = u/(exp(u) - 1)

px is D/g of an open tip, whose geometry g, the integral of length over cross-section, follows from its resistance and
the solution's conductivity; of a perforated patch it is the permeability of the pores. vp is `command` where the
pipette is clamped, and else the potential at which the three currents carry amp together: with

    a = pna nai + pk ki + pcl clp,   b = pna nap + pk kp + pcl cli

that is F (a B(-w) - b B(w)) = -amp: w = ln(b/a) where no current flows, and Newton's iteration from there else; the
left side bends one way only, so it cannot fail.

Oliva C, Cohen IS, Mathias RT (1988) Biophys J 54:791-799, doi:10.1016/S0006-3495(88)83017-0; Pusch M, Neher E (1988)
Pfluegers Arch 411:204-211, doi:10.1007/BF00582316. Constant field: Goldman DE (1943) J Gen Physiol 27:37-60,
doi:10.1085/jgp.27.1.37

Units: px (um3/ms), concentrations (mM), v, command, vp (mV), amp (nA), positive into the cell, ix (nA), outward
positive. open is 1 while the pipette is on the cell. Reads nai, ki, cli, writes ina, ik, icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS pl_pipette
    USEION na READ nai WRITE ina
    USEION k READ ki WRITE ik
    USEION cl READ cli WRITE icl VALENCE -1
    RANGE open, clamped, command, amp, pna, pk, pcl, nap, kp, clp, vp, ina, ik, icl
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (um) = (micron)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    open = 0 (1)
    clamped = 1 (1)    : 0: amp flows
    command = -70 (mV)
    amp = 0 (nA)
    pna = 0 (um3/ms)
    pk = 0 (um3/ms)
    pcl = 0 (um3/ms)
    nap = 10 (mM)
    kp = 140 (mM)
    clp = 10 (mM)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    nai (mM)  ki (mM)  cli (mM)
    ina (nA)  ik (nA)  icl (nA)
    vp (mV)
}

BREAKPOINT {
    LOCAL w, leaving, entering, scale, vt
    vt = (1e3)*R*(celsius + 273.15)/F
    if (clamped > 0) {
        w = (v - command)/vt
    } else {
        w = floating(pna*nai + pk*ki + pcl*clp, pna*nap + pk*kp + pcl*cli, amp)
    }
    vp = v - w*vt
    leaving = bernoulli(-w)
    entering = leaving - w    : B(w)
    : 1e-6: (um3/ms)(milli/liter)(coulomb) = 1e-15 A = 1e-6 nA
    scale = (1e-6)*open*F
    ina = scale*pna*(nai*leaving - nap*entering)
    ik = scale*pk*(ki*leaving - kp*entering)
    icl = scale*pcl*(clp*leaving - cli*entering)
}

FUNCTION floating(a (mM um3/ms), b (mM um3/ms), amp (nA)) (1) {
    LOCAL w, asked, up, down, steep, i
    w = log(b/a)
    if (amp != 0) {
        asked = -amp/((1e-6)*F)
        FROM i = 1 TO 12 {
            up = bernoulli(-w)
            down = up - w
            if (fabs(w) < 0.05) {    : dB(w)/dw; that of B(-w) is 1 more
                steep = -0.5 + w/6 - w^3/180
            } else {
                steep = down*(1 - up)/w
            }
            w = w - (a*up - b*down - asked)/(a*(1 + steep) - b*steep)
        }
    }
    floating = w
}

INCLUDE "bernoulli.inc"
