TITLE ATP inside a compartment, made at a rate and spent by pumps

COMMENT
bonds are the energy-rich ones, 2 ATP + ADP + phosphocreatine, per volume that the compartment began with:

    dbonds/dt = oxygen capacity / (1 + (km_adp/adp)^hill_adp) - other atp/(atp + km_other) - spent area/volume
    spent     = sum of atpase of the pumps that are pointed at

ATP, ADP, AMP, creatine and its phosphate are at the equilibrium of their kinases, creatine and the adenylates are
conserved, and phosphate is what is not in such bonds. With x = adp/atp,

    bonds/adenylates = (2 + x)/(1 + x + k_adenylate x^2) + (creatine/adenylates)/(1 + k_creatine x)

a cubic equation with one positive root, found by Newton's method from above, where the polynomial is convex.
oxygen: the share of the supply that is there, 0 in anoxia. capacity and other are what the cell's rest asks for.
Not here: what becomes of AMP, glycolysis apart from oxygen, pH, and that ATP moves along the cell.

Equilibria: Veech RL et al. (1979) J Biol Chem 254:6538-6547; k_creatine 177 at pH 7, 1 mM Mg2+, 38 degC: Teague WE,
    Dobson GP (1992) J Biol Chem 267:14084-14093; k_adenylate 1.12 at pH 7, 37 degC, from the constants of Teague WE,
    Golding EM, Dobson GP (1996) J Exp Biol 199:509-512 (no DOI: none was seen with these).
Supply: km_adp 0.0324 mM of mitochondria of human muscle, PMC6919326. km_other: as the Na+/K+ pump's, assumed.

Units: bonds, concentrations (mM), capacity, other (mM/s), spent (mol/cm2/s), area (um2), volume (um3). POINTER:
relative_volume of pl_ions.mod in the same segment; pump1 to pump4, atpase of pumps, where there are any.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pl_energy
    NONSPECIFIC_CURRENT i
    RANGE bonds0, adenylates, creatine, phosphate, k_creatine, k_adenylate, capacity, oxygen, km_adp, hill_adp
    RANGE other, km_other, atp, adp, pi, supply, use, volume, relative_volume0, follow
    POINTER relative_volume, pump1, pump2, pump3, pump4
}

PARAMETER {
    bonds0 = 32 (mM)
    adenylates = 4.013 (mM) <1e-9, 1e9>
    creatine = 38 (mM) <0, 1e9>
    phosphate = 36 (mM) <1e-9, 1e9>    : free and in energy-rich bonds
    k_creatine = 177 (1) <1e-9, 1e9>
    k_adenylate = 1.12 (1) <1e-9, 1e9>
    capacity = 0 (mM/s) <0, 1e9>
    oxygen = 1 (1) <0, 1e3>
    km_adp = 0.0324 (mM) <1e-9, 1e9>
    hill_adp = 1 (1) <0, 100>
    other = 0 (mM/s) <0, 1e9>
    km_other = 0.15 (mM) <0, 1e9>
}

ASSIGNED {
    relative_volume (1)
    pump1 (1)    : mol/cm2/s, but nrn_pointing takes no units
    pump2 (1)
    pump3 (1)
    pump4 (1)
    i (mA/cm2)
    atp (mM)
    adp (mM)
    pi (mM)
    supply (mM/s)
    use (mM/s)
}

STATE {
    bonds (mM) <1e-4>
}

INITIAL {
    if (nrn_pointing(relative_volume) == 0) {    : NEURON would crash on it
        prterr("pl_energy: its POINTER relative_volume is not set (h.setpointer to that of pl_ions, same segment)")
    }
    bonds = bonds0
}

BREAKPOINT {
    LOCAL x, slope
    CONDUCTANCE slope
    slope = 0
    SOLVE spend METHOD derivimplicit
    x = ratio(bonds/adenylates, creatine/adenylates)
    atp = adenylates/(relative_volume*(1 + x + k_adenylate*x*x))
    adp = x*atp
    pi = (phosphate - bonds)/relative_volume
    if (pi < 1e-9(mM)) { pi = 1e-9(mM) }
    supply = oxygen*capacity/(1 + (km_adp/adp)^hill_adp)
    i = 0    : so that NEURON evaluates this with the currents, before the pumps that read atp, adp and pi
}

DERIVATIVE spend {
    LOCAL spent
    spent = 0
    if (nrn_pointing(pump1)) { spent = spent + pump1 }
    if (nrn_pointing(pump2)) { spent = spent + pump2 }
    if (nrn_pointing(pump3)) { spent = spent + pump3 }
    if (nrn_pointing(pump4)) { spent = spent + pump4 }
    : mole/cm2/s um2/um3 = 1e10 mM/s
    use = other*atp/(atp + km_other) + 1e10*spent*1(mM-um/s)*membrane()/volume
    bonds' = (1e-3)*(supply - use)
}

FUNCTION ratio(each, stored) {
    LOCAL a3, a2, a1, a0, step, left
    if (each < 1e-9) { each = 1e-9 }
    a3 = each*k_adenylate*k_creatine
    a2 = each*(k_adenylate + k_creatine) - k_creatine - stored*k_adenylate
    a1 = each*(1 + k_creatine) - (1 + 2*k_creatine) - stored
    a0 = each - 2 - stored
    if (a0 > -1e-9) { a0 = -1e-9 }
    ratio = 1 + (fabs(a2) + fabs(a1) + fabs(a0))/a3
    step = ratio
    left = 200
    WHILE (fabs(step) > 1e-14*ratio && left > 0) {
        step = (((a3*ratio + a2)*ratio + a1)*ratio + a0)/((3*a3*ratio + 2*a2)*ratio + a1)
        ratio = ratio - step
        left = left - 1
    }
}

INCLUDE "accumulation.inc"
