"""Find the membrane for which a wanted resting state is at rest.

Given the resting voltage and concentrations, the specific membrane resistance and the share of chloride in
the resting conductance, in every compartment:

    K+    s_K  a_K  + I_K,other  = +n_K  I_cycle        a_x: leak current at unit strength s_x
    Na+   s_Na a_Na + I_Na,other = -n_Na I_cycle
    Cl-   s_Cl a_Cl + I_Cl,other = 0; where nothing else transports it, E_Cl = V and s_Cl g_Cl = share/Rm
    Ca2+  s_Ca a_Ca + I_Ca,other = 0
    others  (HCO3-, Mg2+) as Cl-; of one that nothing else transports, s is a multiple of Cl-'s or, unless E
          is V, 0
    all   sum of s_x g_x + g_pump I_cycle + g_other = 1/Rm          g_x: slope conductance at unit strength

linear equations for the strengths of the leaks and the pump's cycle current or, where that is given, Rm.
"Other" are the further processes of the cell (hh, cotransport, ...), their gates at steady state, as NEURON
computes them there.
"""

from dataclasses import dataclass

import numpy as np

from .cell.pumps import carriers_of_both, channel_as_pump, pumped
from .cell.replaced import moved_potentials
from .errors import BalanceError
from .physics.ions import SYMBOL, VALENCE
from .physics.theory import nernst
from .solve.steady_state import settle_gates
from .unpumped import leaks_without_pump, open_leaks, place, unit_leak, without_open

LARGEST = 1e9  # of any strength, in its unit: as mod/ has it


def _check_potentials(cell, v: float) -> None:
    for ion, wrong in (("k", lambda e: v <= e), ("na", lambda e: v >= e)):
        potentials = nernst(cell.start[ion], cell.bath_of(ion), VALENCE[ion], cell.celsius)
        for e in potentials[wrong(potentials)][:1]:
            side = "at or below" if ion == "k" else "at or above"
            raise BalanceError(
                f"{cell.name}: {SYMBOL[ion]} cannot be balanced: the wanted {v:g} mV is {side} its Nernst "
                f"potential {e:.2f} mV, so its leak and the pump move it the same way"
            )


@dataclass
class Line:
    """What a membrane at the wanted rest can be, per compartment: conductance (S/cm2) = settled + per_cycle
    cycle (mA/cm2), from the least cycle current on at which no leak and no pump is negative."""

    settled: np.ndarray
    per_cycle: np.ndarray
    least: np.ndarray

    def conductance(self, cycle: np.ndarray) -> np.ndarray:
        return self.settled + self.per_cycle * cycle

    def cycle(self, conductance: np.ndarray) -> np.ndarray:
        return (conductance - self.settled) / self.per_cycle


def balance(cell) -> None:
    """Set `cell.strength` so that `cell.start` is at rest, every ion in every compartment.

    Uses `cell.parameters.balance` and what regions say instead. Raises BalanceError, naming the ion and the
    reason, where no physical answer exists.
    """
    wanted = cell.parameters.balance
    v = float(cell.parameters.inside.v)
    share = (
        cell.by_region("chloride_share", wanted.chloride_share) if "cl" in cell.ions else np.zeros(cell.size)
    )
    _check_potentials(cell, v)
    other, other_conductance, saturation, pump_slope = _probe(cell)
    if carriers_of_both(cell) and ((other["na"] > 0) & (other["k"] < 0)).any():
        cell.warnings.append(
            f"{' and '.join(carriers_of_both(cell))}: at the wanted rest Na+ is carried out and K+ in, as by "
            f"a pump, which a block does not stop; if {channel_as_pump(cell)}"
        )
    slopes = {ion: unit_leak(cell, ion, v) for ion in cell.ions}
    found = leaks_without_pump(cell, v, other)
    left_open = open_leaks(cell, v, found, slopes, share)
    settled = other_conductance.copy()
    for ion, strength in found.items():
        settled += without_open(strength) * slopes[ion][1]
    settled += left_open.fixed
    free_share = left_open.share
    (a_k, g_k), (a_na, g_na) = slopes["k"], slopes["na"]
    n_na, n_k = cell.pump["n_na"], cell.pump["n_k"]
    settled -= other["k"] * g_k / a_k + other["na"] * g_na / a_na
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # then _refuse says it
        per_cycle = n_k * g_k / a_k - n_na * g_na / a_na + pump_slope / saturation
        least = np.maximum(0.0, np.maximum(other["k"] / n_k, -other["na"] / n_na))
        negative = (free_share > 0) & (per_cycle > 0)  # chloride's share is of a positive conductance
        least = np.where(negative, np.maximum(least, -settled / per_cycle), least)
        line = Line(settled / (1 - free_share), per_cycle / (1 - free_share), least)
        conductance, cycle = _wanted(cell, line)
        for ion, own in left_open.conductances(conductance).items():
            found[ion] = np.where(np.isnan(found[ion]), own / slopes[ion][1], found[ion])
        found["pump"] = cycle / saturation
        found["k"] = (n_k * cycle - other["k"]) / a_k
        found["na"] = (-n_na * cycle - other["na"]) / a_na
    for name, values in found.items():
        bad = ~((values >= 0) & (values <= LARGEST))
        if bad.any():
            worst = int(np.argmax(np.where(bad, np.nan_to_num(np.abs(values), nan=np.inf), -1)))
            wants, others = (conductance, cycle), (other, other_conductance)
            _refuse(cell, name, worst, values[worst], wants, line, others)
        cell.strength[name] = values


def _wanted(cell, line: Line) -> tuple[np.ndarray, np.ndarray]:
    """Conductance of the membrane (S/cm2) and current of the pump's cycles (mA/cm2) per compartment, one of
    which is given."""
    wanted = cell.parameters.balance
    resistance = cell.by_region("membrane_resistance", wanted.membrane_resistance)
    cycle = cell.by_region("pump_current", wanted.pump_current)
    for region, own in cell.parameters.region.items():  # a region's own wish takes the place of the cell's
        here = cell.region == region
        if own.pump_current is not None:
            resistance[here] = np.nan
        elif own.membrane_resistance is not None:
            cycle[here] = np.nan
    by_resistance = np.isnan(cycle)
    conductance = np.where(by_resistance, 1 / resistance, line.conductance(cycle))
    return conductance, np.where(by_resistance, line.cycle(conductance), cycle)


def _refuse(cell, name: str, at: int, value: float, wanted: tuple, line: Line, other: tuple) -> None:
    """BalanceError for a leak or pump that would be negative, with why and the numbers at which it balances,
    or larger than any.

    wanted: conductance and cycle current; other: currents by ion and conductance of the further processes.
    """
    where = SYMBOL.get(name, "the pump")
    leak = cell.leak.get(name)
    what, unit = ("maximal current", "mA/cm2") if leak is None else (leak.quantity, leak.unit)
    here = [channel for channel, owners in cell.channels.items() if at in owners]
    if not value < 0:
        raise BalanceError(
            f"{cell.name}: {where} cannot be balanced in {place(cell, at)}: its {what} would be {value:.3g} "
            f"{unit}, because a value in the file is so large or so small; are the units right?"
        )
    reason = "the wanted resting state and membrane resistance contradict each other"
    if here:
        currents, conductance = other
        own, plural = cell.parameters.region.get(cell.region[at]), len(here) > 1
        wish = own if own is not None and _wishes(own) else cell.parameters.balance
        against = f"a wanted total of {wanted[0][at]:.3g} S/cm2"
        if wish.pump_current is not None:
            against = f"a wanted pump current of {1e3 * wanted[1][at]:.3g} uA/cm2"
        have, carry = ("have", "carry") if plural else ("has", "carries")
        reason = (
            f"at the wanted rest {' and '.join(here)} {have} {conductance[at]:.3g} S/cm2 there and {carry} "
            f"{currents['k'][at]:.3g} (K+) and {currents['na'][at]:.3g} (Na+) mA/cm2, against {against}"
        )
    raise BalanceError(
        f"{cell.name}: {where} cannot be balanced in {place(cell, at)}: its {what} would be negative "
        f"({value:.3g} {unit}), because {reason}; {_advice(cell, line, wanted[1])}"
        + moved_potentials(cell, here, at)
    )


def _wishes(table) -> bool:
    return table.membrane_resistance is not None or table.pump_current is not None


def _advice(cell, line: Line, cycle: np.ndarray) -> str:
    """What to write where no membrane is as wanted: for each table that asks for one, the numbers from which
    on there is."""
    tables = np.full(cell.size, "balance", dtype=object)
    for region, own in cell.parameters.region.items():
        if _wishes(own):
            tables[cell.region == region] = f"region.{region}"
    short, advice = ~(cycle >= line.least), []
    for table in dict.fromkeys(tables[short]):
        places = f"[{table}]"
        regions = dict.fromkeys(cell.region[short & (tables == table)])
        if table == "balance" and set(regions) != set(cell.region):
            places += f" or in {' and '.join(f'[region.{one}]' for one in regions)} alone"
        advice.append(f"{_bounds(line, tables == table)} in {places}")
    return f"it balances with {', and '.join(advice)}"


def _bounds(line: Line, here: np.ndarray) -> str:
    """The highest membrane_resistance, and the least pump_current, with which these compartments balance."""
    least = 1e3 * float(line.least[here].max()) * (1 + 1e-9)
    current = f'pump_current = "{_rounded(least, up=True):g} uA/cm2" or more' if least else "any pump_current"
    conductance = float(line.conductance(line.least)[here].max()) * (1 + 1e-9)
    if not (line.per_cycle[here] > 0).all() or not conductance > 0:
        return current
    resistance = _rounded(1 / conductance, up=False)
    return f'membrane_resistance = "{resistance:g} ohm cm2" or less (or {current} in its place)'


def _rounded(value: float, up: bool) -> float:
    """A positive number to three digits, none lost on the wrong side."""
    if value == 0:
        return 0.0
    digit = 10.0 ** (np.floor(np.log10(value)) - 2)
    return float((np.ceil if up else np.floor)(value / digit) * digit)


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
        cycle = pumped(system, system.expand(x)).cycle
        pump_slope = system.slope_conductance(system.expand(x)) - slope
    finally:
        cell.strength = strength
    if not (cycle > 0).all():
        at = int(np.argmin(cycle))
        does = "runs backwards" if cycle[at] < 0 else "stands still"
        raise BalanceError(
            f"{cell.name}: the pump cannot be balanced in {place(cell, at)}: at the wanted rest it {does}, "
            "whatever its maximal current; change its parameters or the wanted concentrations"
        )
    return currents, slope, cycle, pump_slope
