TITLE Plasma membrane Ca2+ ATPase (PMCA), 1 Ca2+ out for 1 ATP

COMMENT
One Ca2+ leaves in a cycle against 2 - charge H+, so `charge` charges move; 0 is 1 Ca2+ against 2 H+. u = F v / (R T):

    ica  = warmth imax cai^n / (cai^n + km^n) atp / (atp + km_atp) tanh(-work/2)
    ina  = -(1 - charge/2) ica,   atpase = ica / (2 F)
    work = ln(cao/cai) - charge u + (2 - charge) ln 10 (pho - phi) + (dg0 + R T ln(adp pi/atp)) / (R T)

so that it stands still where ATP gives no more than a cycle takes and runs backwards beyond, as the Na+/K+ pump's.

The H+ that enters cannot stay: a cell at rest puts out as much acid as comes in. pH is held (phi, pho), and what
puts the acid out in heart and nerve is coupled to Na+ (Na+/H+ exchange; with HCO3- likewise), one H+ for one Na+,
electroneutral. Its step is not a state here: the Na+ that it brings in is written with each cycle, so that the
charge of the Ca2+ that leaves is replaced by an ion that is counted. It ends only where nai/nao exceeds the
ratio of H+ inside over outside, 1.6, which no cell here does; acid extruded by Cl-/HCO3- would need no Na+.

Caroni P et al. (1983) J Biol Chem 258:7305-7310 (heart: about 1 Ca2+ for 1 ATP, km 0.4 uM with calmodulin)
Thomas RC (2009) J Physiol 587:315-327, PMC2670047 (snail neurone: 1 Ca2+ for 2 H+, alike at -50 and -90 mV)
Luo CH, Rudy Y (1994) Circ Res 74:1071-1096, doi:10.1161/01.RES.74.6.1071 (imax: 1.15 uA/uF; km 0.5 uM, n 1)
Shannon TR et al. (2004) Biophys J 87:3351-3371, doi:10.1529/biophysj.104.047449 (q10 2.35;
    warmth: temperature.inc)
km_atp, phi, pho: assumed, the first as the Na+/K+ pump's 0.15 mM.

Units: imax, ica, ina (mA/cm2), outward positive, concentrations (mM), atpase (mol/cm2/s), v (mV).
Reads cai, cao, writes ica, ina; atp, adp, pi are those of pl_energy.mod where state_atp, state_adp, state_pi point to it.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_pmca
    USEION ca READ cai, cao WRITE ica VALENCE 2
    USEION na WRITE ina
    RANGE imax, km, n, charge, atp, adp, pi, km_atp, dg0, phi, pho, q10, tref, plateau, warmth
    RANGE ica, ina, atpase
    POINTER state_atp, state_adp, state_pi
    REPRESENTS GO:0005388
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    F = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    imax = 1.15e-3 (mA/cm2) <0, 1e9>
    km = 0.5e-3 (mM) <1e-12, 1e9>
    n = 1 (1) <0, 100>
    charge = 0 (1) <0, 2>            : moved out in one cycle
    atp = 4 (mM) <1e-9, 1e9>         : of a cell in which it is no state
    adp = 0.013 (mM) <1e-9, 1e9>
    pi = 4 (mM) <1e-9, 1e9>
    km_atp = 0.15 (mM) <0, 1e9>
    dg0 = -32.6 (kilojoule)          : standard free energy of a mole of ATP
    phi = 7.2 (1) <0, 14>            : pH inside
    pho = 7.4 (1) <0, 14>            : pH outside
    q10 = 2.35 (1) <1e-3, 1e3>
}

ASSIGNED {
    v (mV)
    cai (mM)
    cao (mM)
    ica (mA/cm2)
    ina (mA/cm2)
    atpase (mole/cm2/s)
    state_atp (1)    : mM, but nrn_pointing takes no units
    state_adp (1)
    state_pi (1)
}

INITIAL {
    warm()
}

BREAKPOINT {
    LOCAL u, work, bound, most, sense, slope, now_atp, now_adp, now_pi
    CONDUCTANCE slope
    now_atp = atp
    now_adp = adp
    now_pi = pi
    if (nrn_pointing(state_atp)) {
        now_atp = state_atp*1(mM)
        now_adp = state_adp*1(mM)
        now_pi = state_pi*1(mM)
    }
    u = (1e-3)*F*v/(R*(celsius + 273.15))
    work = log(cao/cai) - charge*u + (2 - charge)*log(10)*(pho - phi) + (1e3)*dg0/(R*(celsius + 273.15))
    work = work + log(0.001*now_adp*now_pi/(now_atp*1(mM)))
    bound = 1/(1 + (km/cai)^n)
    most = warmth*imax*bound*now_atp/(now_atp + km_atp)
    sense = tanh(-work/2)
    ica = most*sense
    slope = (1e-3)*(charge/2)^2*most*(1 - sense*sense)*F/(R*(celsius + 273.15))
    ina = -(1 - charge/2)*ica
    atpase = (1e-3)*ica*(1(mole))/(2*F)
}

INCLUDE "temperature.inc"
