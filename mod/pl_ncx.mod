TITLE Na+/Ca2+ exchange (NCX), 3 Na+ for 1 Ca2+

COMMENT
Net current of the exchanger, u = F v / (R T):

    i   = warmth k (exp(eta u) nai^3 cao - exp((eta - 1) u) nao^3 excess cai)
          / ((kmna^3 + nao^3) (kmca + cao) (1 + ksat exp((eta - 1) u)))
    ina = 3 i
    ica = -2 i

so one charge moves per cycle, i reverses at v = 3 ena - 2 eca (excess 1), and Ca2+ out (forward) is an inward current.
eta is the barrier's place in the field, ksat the saturation at very negative v, excess the Ca2+ below the membrane
over that in the cell.

Luo CH, Rudy Y (1994) Circ Res 74:1071-1096, doi:10.1161/01.RES.74.6.1071 (INaCa: 2000 uA/uF, at 1 uF/cm2
    2 mA/cm2; kmna 87.5 mM, kmca 1.38 mM, ksat 0.1, eta 0.35). excess: 2.5 in ten Tusscher KHWJ et al. (2004) Am J
    Physiol Heart Circ Physiol 286:H1573-H1589, doi:10.1152/ajpheart.00794.2003.
q10 1.57 (warmth: temperature.inc): Shannon TR et al. (2004) Biophys J 87:3351-3371, doi:10.1529/biophysj.104.047449,
    as in the authors' code.

Units: k and currents (mA/cm2), outward positive, concentrations, kmna, kmca (mM), v (mV).
Reads nai, nao, cai, cao, writes ina, ica.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_ncx
    USEION na READ nai, nao WRITE ina
    USEION ca READ cai, cao WRITE ica VALENCE 2
    RANGE k, q10, tref, plateau, warmth, kmna, kmca, ksat, eta, excess, i, ina, ica
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
    k = 2 (mA/cm2) <0, 1e9>
    q10 = 1.57 (1) <1e-3, 1e3>
    kmna = 87.5 (mM) <1e-9, 1e9>
    kmca = 1.38 (mM) <1e-9, 1e9>
    ksat = 0.1 (1) <0, 1e9>
    eta = 0.35 (1) <0, 1>
    excess = 1 (1) <0, 1e3>
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
    LOCAL u, out, in, saturated, slope
    CONDUCTANCE slope
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    : both fractions by kmna^3 kmca: ratios are cubed, and a bath without Na+ or Ca2+ divides by nothing
    out = exp(eta*u)*(nai/kmna)^3*(cao/kmca)
    in = exp((eta - 1)*u)*(nao/kmna)^3*(excess*cai/kmca)
    saturated = ksat*exp((eta - 1)*u)
    slope = warmth*k/((1 + (nao/kmna)^3)*(1 + cao/kmca)*(1 + saturated))
    i = slope*(out - in)
    slope = slope*(eta*out - (eta - 1)*in) - i*(eta - 1)*saturated/(1 + saturated)
    slope = (1e-3)*slope*F/(R*(celsius + 273.15))
    ina = 3*i
    ica = -2*i
}

INCLUDE "temperature.inc"
