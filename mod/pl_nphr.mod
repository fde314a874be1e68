TITLE Light-driven Cl- pump, halorhodopsin eNpHR3.0

COMMENT
One Cl- is carried in for each photon that is used, whatever its gradient; the light gives the energy and no ATP is
spent. Three states, at rest (1 - a - b), pumping (a) and recovering (b):

    icl   = gmax a clo/(clo + 16) (v + 400)
    da/dt = light (1 - a - b) - 0.25 a,   db/dt = 0.25 a - 0.05 b
    light = x^0.7/(1 + x^0.7) /ms,   x = reach irradiance/404 mW/mm2 at 590 nm (1.2e18 photons a mm2 and second)

Bansal H, Gupta N, Roy S (2020) Biomed Phys Eng Express 6:045011, doi:10.1088/2057-1976/ab90a1: fit of eNpHR3.0, its
    numbers as in the program Cleo (github.com/siplab-gt/cleo); 22.34 nS a cell at 124 mM Cl- outside. Cleo has 0.25
    and, elsewhere, 0.025 /ms for what ends the pumping state; with the second a cell's current would be some 4 nA at
    5 mW/mm2.
Current linear in v from -150 to 50 mV, reversal at -400 mV whatever the light: Seki A et al. (2007) Biophys J
    92:2559-2569. Half saturation at 16 mM Cl- outside: as quoted in BMC Biol (2019), doi:10.1186/s12915-019-0717-6,
    where the current falls in minutes of light (by a deprotonated state), which this law does not have.
gmax: assumed, 22.34 nS over 30000 um2 of membrane, a pyramidal cell's, times 140/124. No Q10 was found.

Units: gmax (S/cm2), irradiance (mW/mm2), clo (mM), v (mV), rates (/ms), icl (mA/cm2), outward positive: Cl- in.
Reads clo, writes icl.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_nphr
    USEION cl READ clo WRITE icl VALENCE -1
    RANGE gmax, irradiance, reach, icl, light
    REPRESENTS GO:0005254
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    (mM) = (milli/liter)
    (mW) = (milliwatt)
}

PARAMETER {
    gmax = 8.4e-5 (S/cm2) <0, 1e9>
    irradiance = 0 (mW/mm2) <0, 1e6>    : of the light source, 0 in the dark
    reach = 1 (1) <0, 1>                : part of it that arrives here
}

ASSIGNED {
    v (mV)
    clo (mM)
    icl (mA/cm2)
    light (/ms)
}

STATE {
    a
    b
}

INITIAL {
    shine()
    a = light*0.05/(0.25*0.05(/ms) + light*(0.25 + 0.05))
    b = 5*a
}

BREAKPOINT {
    LOCAL g
    CONDUCTANCE g USEION cl
    SOLVE cycle METHOD derivimplicit
    g = gmax*a*clo/(clo + 16(mM))
    icl = g*(v + 400(mV))
}

DERIVATIVE cycle {
    shine()
    a' = light*(1 - a - b) - 0.25(/ms)*a
    b' = 0.25(/ms)*a - 0.05(/ms)*b
}

PROCEDURE shine() {
    LOCAL x
    x = (reach*irradiance/404(mW/mm2))^0.7
    light = 1(/ms)*x/(1 + x)
}
