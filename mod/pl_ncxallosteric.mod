TITLE Na+/Ca2+ exchange of ventricle, activated by Ca2+ inside

COMMENT
3 Na+ for 1 Ca2+, saturable on both sides and switched on by a third kind of site for Ca2+ inside; u = F v/(R T):

    i   = warmth vmax / (1 + (kdact/cai)^3) (exp(eta u) nai^3 cao - exp((eta - 1) u) nao^3 cai)
          / (s (1 + ksat exp((eta - 1) u)))
    s   = kmcai nao^3 (1 + (nai/kmnai)^3) + kmnao^3 cai + kmnai^3 cao (1 + cai/kmcai) + kmcao nai^3 + nai^3 cao
          + nao^3 cai
    ina = 3 i,   ica = -2 i

so one charge moves per cycle and i reverses at v = 3 ena - 2 eca, as that of pl_ncx.mod.

Weber CR et al. (2001) J Gen Physiol 117:119-131 (allosteric site); in this form and with these numbers, rabbit
    ventricle at 37 degC: Shannon TR et al. (2004) Biophys J 87:3351-3371, doi:10.1529/biophysj.104.047449 (vmax
    9 uA/uF, at 1 uF/cm2 9e-3 mA/cm2, q10 1.57; warmth: temperature.inc). Their exchanger
    is split between two narrow spaces below the membrane; here it sees the cell's inside.

Units: vmax and currents (mA/cm2), outward positive, concentrations and half-saturations (mM), v (mV).
Reads nai, nao, cai, cao, writes ina, ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_ncxallosteric
    USEION na READ nai, nao WRITE ina
    USEION ca READ cai, cao WRITE ica VALENCE 2
    RANGE vmax, kdact, kmnai, kmnao, kmcai, kmcao, ksat, eta, q10, tref, plateau, warmth, i, ina, ica
    REPRESENTS GO:0005432
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    vmax = 9e-3 (mA/cm2) <0, 1e9>
    kdact = 0.256e-3 (mM) <0, 1e9>
    kmnai = 12.29 (mM) <1e-9, 1e9>
    kmnao = 87.5 (mM) <1e-9, 1e9>
    kmcai = 3.59e-3 (mM) <1e-12, 1e9>
    kmcao = 1.3 (mM) <1e-9, 1e9>
    ksat = 0.27 (1) <0, 1e9>
    eta = 0.35 (1) <0, 1>
    q10 = 1.57 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    nai (mM)
    nao (mM)
    cai (mM)
    cao (mM)
    ina (mA/cm2)
    ica (mA/cm2)
    i (mA/cm2)    : net
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL u, na3, nao3, c, co, s, out, in, saturated, slope
    CONDUCTANCE slope
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    na3 = (nai/kmnai)^3    : everything in s is divided by kmnai^3 kmcao
    nao3 = (nao/kmnai)^3
    c = cai/kmcao
    co = cao/kmcao
    s = kmcai/kmcao*nao3*(1 + na3) + (kmnao/kmnai)^3*c + co*(1 + cai/kmcai) + na3 + na3*co + nao3*c
    out = exp(eta*u)*na3*co
    in = exp((eta - 1)*u)*nao3*c
    saturated = ksat*exp((eta - 1)*u)
    slope = warmth*vmax/(s*(1 + saturated)*(1 + (kdact/cai)^3))
    i = slope*(out - in)
    slope = slope*(eta*out - (eta - 1)*in) - i*(eta - 1)*saturated/(1 + saturated)
    slope = (1e-3)*slope*F/(R*(celsius + 273.15))
    ina = 3*i
    ica = -2*i
}

INCLUDE "temperature.inc"
