TITLE Ca2+ store of human ventricle (sarcoplasmic reticulum)

COMMENT
    ica     = up - leak - rel,   ik = -ica,   atpase = up/(4 F)
    up      = vmaxup/(1 + (kup/cai)^2)
    leak    = vleak (casr - cai)
    rel     = (arel casr^2/(brel^2 + casr^2) + crel) d g
    dtotal/dt = ica/(2 F depth),   casr = total - buffer casr/(casr + kd), its positive root
    dd/dt   = (dinf - d)/taud as in pl_calheart.mod: by it the trigger goes with the Ca2+ current
    dg/dt   = (ginf - g)/2; g stays where v > -60 mV and ginf > g
    ginf    = 1/(1 + (cai/0.00035)^n),   n = 6 below 0.00035 mM and 16 above

What the store takes up leaves the inside where ions are counted: it is written as Ca2+ current, against K+, for the
store's membrane lets K+ through and holds no charge.
depth is the store's volume over the area of the cell's membrane, and fluxes are per that area, twice F times
those of the paper, per volume of cytosol, times its volume over the area. SERCA takes 2 Ca2+ for 1 ATP.

ten Tusscher KHWJ, Noble D, Noble PJ, Panfilov AV (2004) Am J Physiol Heart Circ Physiol 286:H1573-H1589,
    doi:10.1152/ajpheart.00794.2003 (at 185 pF, 16404 and 1094 um3, 1 uF/cm2)

Units: vmaxup, arel, crel, vleak (mA/cm2, the last for 1 mM), casr, total (mM of the store), depth (um), v (mV).
Reads cai, writes ica, ik.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_sr
    USEION ca READ cai WRITE ica VALENCE 2
    USEION k WRITE ik
    RANGE vmaxup, kup, vleak, arel, brel, crel, buffer, kd, depth, casr, ica, ik, atpase
    REPRESENTS GO:0090534
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    (mM) = (milli/liter)
    (um) = (micron)
    F = (faraday) (coulomb)
}

PARAMETER {
    vmaxup = 7.2721e-3 (mA/cm2) <0, 1e9>
    kup = 0.00025 (mM) <1e-12, 1e9>
    vleak = 1.36886e-3 (mA/cm2) <0, 1e9>
    arel = 0.281712 (mA/cm2) <0, 1e9>
    brel = 0.25 (mM) <1e-12, 1e9>
    crel = 0.140856 (mA/cm2) <0, 1e9>
    buffer = 10 (mM) <0, 1e9>
    kd = 0.3 (mM) <1e-12, 1e9>
    depth = 0.0591351 (um) <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    cai (mM)
    ica (mA/cm2)  ik (mA/cm2)  none (S/cm2)    : the slope of both: V moves only the gates
    casr (mM)
    atpase (mole/cm2/s)
}

STATE {
    total (mM)  d  g
}

INITIAL {
    LOCAL low, high
    d = dinf(v)
    g = ginf(cai)
    low = 0    : the store is at rest with cai, as every gate with v: between these, by halves
    high = 1000
    FROM i = 1 TO 70 {
        casr = (low + high)*0.5(mM)
        if (taken(casr + buffer*casr/(casr + kd), cai, d, g) > 0) {
            low = casr
        } else {
            high = casr
        }
    }
    total = casr + buffer*casr/(casr + kd)
}

BREAKPOINT {
    CONDUCTANCE none USEION ca
    CONDUCTANCE none USEION k
    SOLVE states METHOD derivimplicit
    casr = free(total)
    ica = taken(total, cai, d, g)
    ik = -ica
    atpase = (1e-3)*vmaxup/(1 + (kup/cai)^2)*(1(mole))/(4*F)
}

DERIVATIVE states {
    : 1e4: (mA/cm2)/(coulomb um) = 1e4 (milli/liter)/ms
    total' = (1e4)*taken(total, cai, d, g)/(2*F*depth)
    d' = (dinf(v) - d)/taud(v)
    g' = approach(ginf(cai), g, v)
}

FUNCTION free(total (mM)) (mM) {
    free = kd + buffer - total
    free = 2*total*kd/(free + 1(mM)*sqrt((free^2 + 4*total*kd)*1(/mM2)))
}

FUNCTION taken(total (mM), cai (mM), d, g) (mA/cm2) {
    LOCAL c
    c = free(total)
    taken = vmaxup/(1 + (kup/cai)^2) - vleak*(c - cai)/1(mM) - (arel*c^2/(brel^2 + c^2) + crel)*d*g
}

FUNCTION ginf(c (mM)) {
    if (c < 0.00035(mM)) {
        ginf = 1/(1 + (c/0.00035(mM))^6)
    } else {
        ginf = 1/(1 + (c/0.00035(mM))^16)
    }
}

INCLUDE "calciumgates.inc"
