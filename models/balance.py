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

from dataclasses import replace

import numpy as np

from .cell import energy
from .cell.cell import Cell
from .cell.pumps import carriers_of_both, channel_as_pump, pumped
from .errors import BalanceError
from .physics.ions import SYMBOL, VALENCE
from .physics.theory import nernst
from .solve.currents import slope_conductance
from .solve.equations import System
from .solve.steady_state import settle_gates
from .unbalanced import Line, Others, refuse
from .unpumped import Slopes, leaks_without_pump, open_leaks, unit_leak, without_open

LARGEST = 1e9  # of any strength, in its unit: as mod/ has it


def _check_potentials(cell: Cell, v: float) -> None:
    for ion, wrong in (("k", lambda e: v <= e), ("na", lambda e: v >= e)):
        potentials = nernst(cell.start[ion], cell.bath_of(ion), VALENCE[ion], cell.celsius)
        for e in potentials[wrong(potentials)][:1]:
            side = "at or below" if ion == "k" else "at or above"
            raise BalanceError(
                f"{cell.name}: {SYMBOL[ion]} cannot be balanced: the wanted {v:g} mV is {side} its Nernst "
                f"potential {e:.2f} mV, so its leak and the pump move it the same way"
            )


def balance(cell: Cell) -> None:
    """Set `cell.strength` so that `cell.start` is at rest, every ion in every compartment.

    Uses `cell.parameters.balance` and what regions say instead. Raises BalanceError, naming the ion and the
    reason, where no physical answer exists.
    """
    v = float(cell.parameters.inside.v)
    _check_potentials(cell, v)
    others = _probe(cell)
    other = others.currents
    both = carriers_of_both(cell.membrane)
    if both and ((other["na"] > 0) & (other["k"] < 0)).any():
        cell.warnings.append(
            f"{' and '.join(both)}: at the wanted rest Na+ is carried out and K+ in, as by "
            f"a pump, which a block does not stop; if {channel_as_pump(cell.membrane)}"
        )
    slopes: Slopes = {ion: unit_leak(cell, ion, v) for ion in cell.ions}
    found = leaks_without_pump(cell, v, other)
    left_open = open_leaks(cell, v, found, slopes, _chloride_share(cell))
    settled = others.conductance.copy()
    for ion, strength in found.items():
        settled += without_open(strength) * slopes[ion][1]
    settled += left_open.fixed
    n_na, n_k = cell.conditions.pump["n_na"], cell.conditions.pump["n_k"]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # then `refuse` says it
        line = _line(cell, others, slopes, settled, left_open.share)
        conductance, cycle = _wanted(cell, line)
        for ion, own in left_open.conductances(conductance).items():
            found[ion] = np.where(np.isnan(found[ion]), own / slopes[ion][1], found[ion])
        found["pump"] = cycle / others.cycle
        found["k"] = (n_k * cycle - other["k"]) / slopes["k"][0]
        found["na"] = (-n_na * cycle - other["na"]) / slopes["na"][0]
    for name, values in found.items():
        bad = ~((values >= 0) & (values <= LARGEST))
        if bad.any():
            worst = int(np.argmax(np.where(bad, np.nan_to_num(np.abs(values), nan=np.inf), -1)))
            refuse(cell, name, worst, values[worst], (conductance, cycle), line, others)
    cell.strength = cell.strength | found


def feed(cell: Cell) -> None:
    """Where ATP is a state, set what makes it and what else spends it so that it is at rest with the pumps at
    `cell.start`. BalanceError where a compartment's pumps spend none."""
    if not cell.parameters.energy.followed:
        return
    system = System(cell)
    system.full_rates(system.start)
    pumped_mm = cell.variables[f"use_{energy.MECHANISM}"].get().copy()
    if not (pumped_mm > 0).all():
        at = cell.geometry.name_of(int(np.argmin(pumped_mm)))
        raise BalanceError(f"{cell.name}: ATP cannot be balanced in {at}: its pumps spend none there")
    cell.membrane = replace(cell.membrane, energy=energy.at_rest(cell.parameters, pumped_mm))


def _chloride_share(cell: Cell) -> np.ndarray:
    """Share of the membrane's conductance that Cl- is to have where it is passive."""
    if "cl" not in cell.ions or cell.parameters.balance is None:
        return np.zeros(cell.size)
    given = cell.parameters.balance.chloride_share
    return cell.geometry.by_region(cell.parameters.region, "chloride_share", given)


def _line(cell: Cell, others: Others, slopes: Slopes, settled: np.ndarray, share: np.ndarray) -> Line:
    """The conductance of the membrane by the current of the pump's cycles.

    slopes: of the leaks; settled: conductance (S/cm2) of what does not hang on it; share: of the whole, of
    passive ions.
    """
    other, (a_k, g_k), (a_na, g_na) = others.currents, slopes["k"], slopes["na"]
    n_na, n_k = cell.conditions.pump["n_na"], cell.conditions.pump["n_k"]
    settled = settled - (other["k"] * g_k / a_k + other["na"] * g_na / a_na)
    per_cycle = n_k * g_k / a_k - n_na * g_na / a_na + others.slope / others.cycle
    least = np.maximum(0.0, np.maximum(other["k"] / n_k, -other["na"] / n_na))
    negative = (share > 0) & (per_cycle > 0)  # chloride's share of a conductance is of a positive one
    least = np.where(negative, np.maximum(least, -settled / per_cycle), least)
    return Line(settled / (1 - share), per_cycle / (1 - share), least)


def _wanted(cell: Cell, line: Line) -> tuple[np.ndarray, np.ndarray]:
    """Conductance of the membrane (S/cm2) and current of the pump's cycles (mA/cm2) per compartment, one of
    which is given."""
    wanted, regions = cell.parameters.balance, cell.parameters.region
    given = (None, None) if wanted is None else (wanted.membrane_resistance, wanted.pump_current)
    resistance = cell.geometry.by_region(regions, "membrane_resistance", given[0])
    cycle = cell.geometry.by_region(regions, "pump_current", given[1])
    for region, own in regions.items():  # a region's own wish takes the place of the cell's
        here = cell.geometry.region == region
        if own.pump_current is not None:
            resistance[here] = np.nan
        elif own.membrane_resistance is not None:
            cycle[here] = np.nan
    by_resistance = np.isnan(cycle)
    conductance = np.where(by_resistance, 1 / resistance, line.conductance(cycle))
    return conductance, np.where(by_resistance, line.cycle(conductance), cycle)


def _probe(cell: Cell) -> Others:
    """What NEURON computes in the start state with the leaks taken out."""
    strength, nothing = cell.strength, np.zeros(cell.size)
    cell.strength = dict.fromkeys(strength, nothing)
    try:
        system, x = settle_gates(cell)
        slope = slope_conductance(system, system.expand(x))
        currents: dict[str, np.ndarray] = {ion: cell.variables["i" + ion].get().copy() for ion in cell.ions}
        cell.strength = {**cell.strength, "pump": np.ones(cell.size)}
        system, x = settle_gates(cell)
        cycle = pumped(system, system.expand(x)).cycle
        pump_slope = slope_conductance(system, system.expand(x)) - slope
    finally:
        cell.strength = strength
    if not (cycle > 0).all():
        at = int(np.argmin(cycle))
        does = "runs backwards" if cycle[at] < 0 else "stands still"
        raise BalanceError(
            f"{cell.name}: the pump cannot be balanced in {cell.geometry.name_of(at)}: at the wanted rest it "
            f"{does}, whatever its maximal current; change its parameters or the wanted concentrations"
        )
    return Others(currents, slope, cycle, pump_slope)
