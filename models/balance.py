"""Find the membrane for which a wanted resting state is at rest.

Given the resting voltage and concentrations, the specific membrane resistance and the share of chloride in
the resting conductance, in every compartment:

    K+    s_K  a_K  + I_K,other  = +n_K  I_cycle        a_x: leak current at unit strength s_x
    Na+   s_Na a_Na + I_Na,other = -n_Na I_cycle
    Cl-   s_Cl a_Cl + I_Cl,other = 0; where nothing else transports it, E_Cl = V and s_Cl g_Cl = share/Rm
    all   s_K g_K + s_Na g_Na + s_Cl g_Cl + g_pump I_cycle + g_other = 1/Rm
                                                                    g_x: slope conductance at unit strength

four linear equations for the strengths of the leaks and the pump's cycle current. "Other" are the further
processes of the cell (hh, cotransport, ...), their gates at steady state, as NEURON computes them there.
"""

import numpy as np

from .errors import BalanceError
from .solutes import VALENCE
from .steady_state import settle_gates
from .theory import ghk_current, ghk_slope_conductance, nernst, thermal_voltage

NAME = {"na": "Na+", "k": "K+", "cl": "Cl-"}
# the largest distance of E_Cl from V that still counts as "at equilibrium": 1e-9 mV is round-off of a
# cli written by hand to all its digits, far below what the rest is promised to (1e-6 mV)
PASSIVE = 1e-9


def unit_leak(cell, ion: str, v: float) -> tuple[float, float]:
    """Leak current (mA/cm2) and slope conductance (S/cm2) of an ion at strength 1 in the start state."""
    inside, outside = float(cell.start[ion][0]), cell.outside[ion]
    if cell.law == "ohmic":
        return v - float(nernst(inside, outside, VALENCE[ion], cell.celsius)), 1.0
    args = (1.0, inside, outside, VALENCE[ion], v, cell.celsius)
    return float(ghk_current(*args)), float(ghk_slope_conductance(*args))


def _check_potentials(cell, v: float) -> None:
    for ion, wrong in (("k", lambda e: v <= e), ("na", lambda e: v >= e)):
        e = float(nernst(cell.start[ion][0], cell.outside[ion], VALENCE[ion], cell.celsius))
        if wrong(e):
            side = "at or below" if ion == "k" else "at or above"
            raise BalanceError(
                f"{cell.name}: {NAME[ion]} cannot be balanced: the wanted {v:g} mV is {side} its Nernst "
                f"potential {e:.2f} mV, so its leak and the pump move it the same way"
            )


def chloride_leak(cell, v: float, other: np.ndarray, wanted: float) -> np.ndarray:
    """Strength of the Cl- leak per compartment that balances `other` (mA/cm2), the chloride current of
    everything else; where there is none Cl- must be at equilibrium and the leak has conductance `wanted`."""
    a, g = unit_leak(cell, "cl", v)
    e = float(nernst(cell.start["cl"][0], cell.outside["cl"], -1, cell.celsius))
    alone = (
        np.abs(other) <= 1e-12 * thermal_voltage(cell.celsius) / cell.parameters.balance.membrane_resistance
    )
    passive = abs(e - v) <= PASSIVE
    if alone.any() and not passive:
        at = int(np.argmax(alone))
        where = "" if alone.all() else f" in {cell.section_name[at]}({cell.x[at]:.3g})"
        raise BalanceError(
            f"{cell.name}: Cl- cannot be balanced: nothing transports it against its leak{where}, so it "
            f"rests where E_Cl is the resting voltage, but cli = {cell.start['cl'][0]:g} mM gives "
            f"E_Cl = {e:.3f} mV and the wanted rest is {v:g} mV; leave cli out to have it passive "
            f"({cell.passive_chloride(v):.4g} mM)"
        )
    strength = np.full(cell.size, wanted / g)
    if not alone.all():
        strength[~alone] = np.nan if passive else -other[~alone] / a
    if not (strength >= 0).all():
        at = int(np.argmax(~(strength >= 0)))
        raise BalanceError(
            f"{cell.name}: Cl- cannot be balanced in {cell.section_name[at]}({cell.x[at]:.3g}): the other "
            f"processes there carry a net chloride current of {other[at]:.3g} mA/cm2 at {v:g} mV, and with "
            f"E_Cl = {e:.3f} mV its leak carries none the other way; change cli or those processes"
        )
    return strength


def balance(cell) -> None:
    """Set `cell.strength` so that `cell.start` is at rest, every ion in every compartment.

    Uses `cell.parameters.balance`. Raises BalanceError, naming the ion and the reason, where no physical
    answer exists.
    """
    wanted = cell.parameters.balance
    v = float(cell.parameters.inside.v)
    share = float(wanted.chloride_share) if "cl" in cell.ions else 0.0
    conductance = 1 / float(wanted.membrane_resistance)
    _check_potentials(cell, v)
    other, other_conductance, saturation, pump_slope = _probe(cell)
    found, chloride = {}, 0.0
    if "cl" in cell.ions:
        found["cl"] = chloride_leak(cell, v, other["cl"], share * conductance)
        chloride = found["cl"] * unit_leak(cell, "cl", v)[1]
    (a_k, g_k), (a_na, g_na) = unit_leak(cell, "k", v), unit_leak(cell, "na", v)
    n_na, n_k = cell.pump["n_na"], cell.pump["n_k"]
    cycle = conductance - chloride - other_conductance + other["k"] * g_k / a_k + other["na"] * g_na / a_na
    cycle = cycle / (n_k * g_k / a_k - n_na * g_na / a_na + pump_slope / saturation)
    found["pump"] = cycle / saturation
    found["k"] = (n_k * cycle - other["k"]) / a_k
    found["na"] = (-n_na * cycle - other["na"]) / a_na
    for name, values in found.items():
        if not (values >= 0).all():
            worst = int(np.argmin(np.where(np.isnan(values), -np.inf, values)))
            _refuse(cell, name, worst, values[worst], other, other_conductance, conductance)
        cell.strength[name] = values


def _refuse(cell, name, at, value, other, other_conductance, conductance):
    place = f"{cell.section_name[at]}({cell.x[at]:.3g})"
    where = NAME.get(name, "the pump")
    unit = {"pump": "mA/cm2"}.get(name, "cm/s" if cell.law == "ghk" else "S/cm2")
    what = "maximal current" if name == "pump" else ("permeability" if cell.law == "ghk" else "conductance")
    reason = "the wanted resting state and membrane resistance contradict each other"
    if cell.channels:
        reason = (
            f"the channels there ({', '.join(cell.channels)}) carry {other['k'][at]:.3g} (K+) and "
            f"{other['na'][at]:.3g} (Na+) mA/cm2 with {other_conductance[at]:.3g} S/cm2, against a wanted "
            f"total of {conductance:.3g} S/cm2; lower membrane_resistance or the channels"
        )
    raise BalanceError(
        f"{cell.name}: {where} cannot be balanced in {place}: its {what} would be negative ({value:.3g} "
        f"{unit}), because {reason}"
    )


def _probe(cell) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """What NEURON computes in the start state with the leaks taken out: currents (mA/cm2) by ion and slope
    conductance (S/cm2) of everything else; cycle current and slope of a pump of imax = 1 mA/cm2."""
    strength, nothing = cell.strength, np.zeros(cell.size)
    cell.strength = dict.fromkeys(strength, nothing)
    try:
        system, x = settle_gates(cell)
        slope = system.slope_conductance(system.expand(x))
        currents = {ion: cell.variables["i" + ion].get().copy() for ion in cell.ions}
        cell.strength = {**cell.strength, "pump": np.ones(cell.size)}
        system, x = settle_gates(cell)
        system.load(x)
        cycle = cell.pumping("icycle").copy()
        pump_slope = system.slope_conductance(system.expand(x)) - slope
    finally:
        cell.strength = strength
    return currents, slope, cycle, pump_slope
