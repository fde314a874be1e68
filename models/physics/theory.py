"""Closed forms of membrane physiology: pure functions, no NEURON, no state.

Units throughout: concentrations mM, potentials mV (inside minus outside), permeabilities cm/s,
conductances S/cm2, currents mA/cm2 (outward positive), temperatures degC, areas um2, volumes um3. What is
called `Values` is a number or an array of any shape, and what comes back has the shape to which they
broadcast; where `float` stands only numbers are taken. Gas constant and Faraday constant are those of the
SI of 2019, which are also the ones NEURON uses; a test holds the two together.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..errors import InputError
from .ions import IONS

# exact, by definition of the SI: BIPM (2019) The International System of Units, 9th edition
AVOGADRO = 6.02214076e23  # 1/mol
FARADAY = AVOGADRO * 1.602176634e-19  # C/mol
GAS_CONSTANT = AVOGADRO * 1.380649e-23  # J/(mol K)
KELVIN = 273.15

Values = Any  # a float or an array: what numpy broadcasts
ByIon = Mapping[str, Values]


def thermal_voltage(celsius: Values) -> Values:
    """RT/F in mV at `celsius` (degC)."""
    return 1e3 * GAS_CONSTANT * (celsius + KELVIN) / FARADAY


def root(function: Callable[[float], float], low: float, high: float, **tolerances: float) -> float:
    """Where a function changes its sign between two places."""
    from scipy.optimize import brentq  # which takes longer to load than a small cell to solve

    return brentq(function, low, high, **tolerances)


def nernst(inside: Values, outside: Values, valence: Values, celsius: Values) -> Values:
    """Nernst potential (mV) of an ion: RT/(zF) ln(outside/inside).

    inside, outside: mM, both positive, or of any one unit. celsius: degC.
    Nernst W (1889) Z Phys Chem 4:129-181.
    """
    return thermal_voltage(celsius) / valence * np.log(np.asarray(outside) / inside)


def ghk_voltage(permeability: ByIon, inside: ByIon, outside: ByIon, celsius: Values) -> Values:
    """Goldman-Hodgkin-Katz voltage (mV) of a membrane permeable to monovalent ions without a pump.

    permeability, inside, outside: by ion, "k", "na" and, as far as they pass, "cl", "hco3"; cm/s or relative
    permeabilities, and mM. celsius: degC. KeyError for an ion that has no concentration.
    Goldman DE (1943) J Gen Physiol 27:37-60, doi:10.1085/jgp.27.1.37; Hodgkin AL, Katz B (1949) J Physiol
    108:37-77, doi:10.1113/jphysiol.1949.sp004310.
    """
    top: Values = 0.0
    bottom: Values = 0.0
    for ion, p in permeability.items():
        cation = IONS[ion].valence > 0
        top = top + p * (outside if cation else inside)[ion]
        bottom = bottom + p * (inside if cation else outside)[ion]
    return thermal_voltage(celsius) * np.log(np.divide(top, bottom))


def mullins_noda(
    permeability: ByIon, inside: ByIon, outside: ByIon, celsius: Values, ratio: float = 1.5
) -> Values:
    """Mullins-Noda voltage (mV): steady state of K+ and Na+ with a pump of `ratio` Na+ per K+.

    permeability, inside, outside: by ion, "k" and "na"; cm/s or relative permeabilities, and mM. celsius:
    degC. Chloride, if any, is passive and does not enter.
    Mullins LJ, Noda K (1963) J Gen Physiol 47:117-132, doi:10.1085/jgp.47.1.117.
    """
    top = ratio * permeability["k"] * outside["k"] + permeability["na"] * outside["na"]
    bottom = ratio * permeability["k"] * inside["k"] + permeability["na"] * inside["na"]
    return thermal_voltage(celsius) * np.log(np.divide(top, bottom))


def chord_voltage(g_k: Values, e_k: Values, g_na: Values, e_na: Values, ratio: float = 1.5) -> Values:
    """Chord-conductance steady state (mV) with a pump of `ratio` Na+ per K+ and passive chloride.

    V = (gK EK + gNa ENa / ratio) / (gK + gNa / ratio), because the pump ties the two leaks:
    I_Na = -ratio I_pump,K. Ratio 1 gives the equation without pump current.

    g_k, g_na: S/cm2, or of any one unit. e_k, e_na: Nernst potentials (mV).
    """
    return (g_k * e_k + g_na * e_na / ratio) / (g_k + g_na / ratio)


def bernoulli(x: Values) -> np.ndarray:
    """x/(exp(x) - 1), 1 at x = 0, of the pure number x or of an array of any shape."""
    x = np.asarray(x, float)
    return np.where(x == 0, 1.0, x / np.where(x == 0, 1.0, np.expm1(x)))


def ghk_current(
    permeability: Values, inside: Values, outside: Values, valence: Values, v: Values, celsius: Values
) -> np.ndarray:
    """Goldman-Hodgkin-Katz current (mA/cm2, outward positive) of one ion.

    permeability: cm/s. inside, outside: mM. v: mV. celsius: degC.
    Goldman DE (1943) J Gen Physiol 27:37-60, doi:10.1085/jgp.27.1.37; Hodgkin AL, Katz B (1949) J Physiol
    108:37-77, doi:10.1113/jphysiol.1949.sp004310.
    """
    u = valence * np.asarray(v) / thermal_voltage(celsius)
    # (cm/s)(C/mol)(mM) = 1e-6 A/cm2 = 1e-3 mA/cm2
    return 1e-3 * permeability * valence * FARADAY * (inside * bernoulli(-u) - outside * bernoulli(u))


def ghk_slope_conductance(
    permeability: Values, inside: Values, outside: Values, valence: Values, v: Values, celsius: Values
) -> np.ndarray:
    """dI/dV (S/cm2) of `ghk_current`, which takes the same, at `v` (mV)."""
    vt = thermal_voltage(celsius)
    u = valence * np.asarray(v, float) / vt
    # d/dx x/(exp(x)-1); its series at 0 starts -1/2 + x/6
    small = np.abs(u) < 1e-3

    def derivative(x: np.ndarray) -> np.ndarray:
        safe = np.where(small, 1.0, x)
        b = safe / np.expm1(safe)
        return np.where(small, -0.5 + x / 6 - x**3 / 180, b / safe * (1 - safe - b))

    slope = -inside * derivative(-u) - outside * derivative(u)
    return 1e-3 * permeability * valence**2 * FARADAY * slope / vt


def electrogenic_step(pump_current: Values, slope_conductance: Values) -> Values:
    """First-order depolarisation (mV) when a pump's net current stops at once: I / G.

    pump_current: mA/cm2, outward. slope_conductance: of the whole membrane, S/cm2.
    """
    return pump_current / slope_conductance


def _by_valence(outside: Mapping[str, float]) -> tuple[float, float, float]:
    """mM of monovalent cations, of divalent cations and of monovalent anions among what is outside."""
    of = {valence: 0.0 for valence in (1, 2, -1)}
    for ion, concentration in outside.items():
        of[IONS[ion].valence] += concentration
    return of[1], of[2], of[-1]


def donnan_voltage(
    outside: Mapping[str, float], anion: float, celsius: float, charge_per_mv: float = 0.0
) -> float:
    """Voltage (mV) at which every permeant ion is at equilibrium in a compartment of fixed volume.

    Solves sum_k z_k c_k exp(-z_k V F/RT) - anion = charge_per_mv V.

    outside: mM by ion, of any that pass the membrane. anion: impermeant charge inside, mM of
    negative charge. charge_per_mv: Cm area/(F volume) in mM/mV, the charge on the membrane; 0 gives the
    electroneutral Donnan equilibrium. celsius: degC. Raises InputError where no equilibrium exists.
    Donnan FG (1911) Z Elektrochem 17:572.
    """
    vt = thermal_voltage(celsius)
    cations, divalent, anions = _by_valence(outside)

    def excess(v: float) -> float:
        u = v / vt
        charge = cations * np.exp(-u) + 2 * divalent * np.exp(-2 * u) - anions * np.exp(u)
        return charge - anion - charge_per_mv * v

    low, high = -40 * vt, 40 * vt
    if not excess(low) > 0 > excess(high):
        raise InputError(
            f"no Donnan equilibrium: {cations + divalent:g} mM of permeant cations and {anions:g} mM of "
            f"permeant anions outside cannot balance {anion:g} mM of impermeant anion inside"
        )
    return root(excess, low, high, xtol=1e-12, rtol=1e-15)


def donnan_osmotic(
    outside: Mapping[str, float],
    impermeant_outside: float,
    impermeant: float,
    anion: float,
    celsius: float,
    charge_per_mv: float = 0.0,
) -> tuple[float, float]:
    """Voltage (mV) and relative volume at which a cell's permeant ions and its water are at equilibrium.

    With u = V F/RT, r the relative volume and x = impermeant/r what is left inside of the impermeants,

        sum_k c_k exp(-z_k u) + x = sum_k c_k + impermeant_outside                   (water)
        sum_k z_k c_k exp(-z_k u) = (anion + charge_per_mv V) / r                    (charge)

    outside: mM by ion, of any that pass the membrane. impermeant_outside: mM of osmolytes outside
    that do not enter. impermeant, anion: osmolytes inside that do not leave (mM) and their negative charge
    (mM), charge_per_mv as in `donnan_voltage` (mM/mV), all three per volume at r = 1. celsius: degC. Raises
    InputError where no finite volume holds the water back.
    Double Donnan: Leaf A (1956) Biochem J 62:241-248, doi:10.1042/bj0620241.
    """
    vt = thermal_voltage(celsius)
    cations, divalent, anions = _by_valence(outside)

    def left(u: float) -> float:  # room for impermeants inside, mM; concave in u
        bivalent = divalent * -np.expm1(-2 * u)
        return cations * -np.expm1(-u) + bivalent - anions * np.expm1(u) + impermeant_outside

    def permeant(u: float) -> float:  # their charge inside, mM; falls with u
        return cations * np.exp(-u) + 2 * divalent * np.exp(-2 * u) - anions * np.exp(u)

    def excess(u: float) -> float:
        charge = anion + charge_per_mv * vt * u
        return permeant(u) - charge * left(u) / impermeant

    # where left is largest
    widest = root(permeant, -60, 60, xtol=1e-15) if anions > 0 and cations > 0 else 60.0
    if not (impermeant > 0 and cations > 0 and left(widest) > 1e-9):
        raise InputError(
            f"no Donnan equilibrium of finite volume: {impermeant_outside:g} mM outside that cannot enter "
            f"hold no water back against {impermeant:g} mM inside that cannot leave"
        )
    low = root(left, widest - 60 - abs(widest), widest, xtol=1e-15)
    high = root(left, widest, widest + 60, xtol=1e-15) if anions > 0 else widest
    u = root(excess, low, high, xtol=1e-15, rtol=1e-15)
    return u * vt, impermeant / left(u)


def charge_per_mv(capacitance: Values, area: Values, volume: Values) -> Values:
    """Concentration of monovalent charge (mM per mV) that V holds on the membrane: Cm area/(F volume).

    capacitance: uF/cm2. area: um2. volume: um3.
    """
    # uF/cm2 * mV = 1e-9 C/cm2; um2/um3 = 1e4 /cm; mol/cm3 = 1e6 mM
    return 1e-9 * capacitance * 1e4 * area / volume / FARADAY * 1e6


def concentration_rate(current: Values, area: Values, volume: Values) -> Values:
    """dc/dt (mM/ms) inside when a current of a monovalent cation enters: I area/(F volume).

    current: mA/cm2, positive inward. area: um2. volume: um3.
    """
    return 1e4 * current * area / (volume * FARADAY)
