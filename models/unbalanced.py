"""Why a membrane cannot be balanced, and from which numbers on it can."""

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from .cell.cell import Cell
from .cell.replaced import Concentrations, moved_potentials
from .errors import BalanceError
from .parameters import Region
from .physics.ions import SYMBOL


@dataclass(frozen=True, eq=False)
class Line:
    """What a membrane at the wanted rest can be, per compartment: conductance (S/cm2) = settled + per_cycle
    cycle (mA/cm2), from the least cycle current on at which no leak and no pump is negative."""

    settled: np.ndarray
    per_cycle: np.ndarray
    least: np.ndarray

    def conductance(self, cycle: np.ndarray) -> np.ndarray:
        """Conductance (S/cm2) at a cycle current (mA/cm2), (compartments,) both."""
        return self.settled + self.per_cycle * cycle

    def cycle(self, conductance: np.ndarray) -> np.ndarray:
        """Cycle current (mA/cm2) at a conductance (S/cm2), (compartments,) both."""
        return (conductance - self.settled) / self.per_cycle


@dataclass(frozen=True, eq=False)
class Others:
    """What else than the leaks there is at the wanted rest, (compartments,) each.

    currents: of everything but leaks and pump (mA/cm2), by ion
    conductance: of the same (S/cm2)
    cycle: current of its cycles (mA/cm2) of a pump of imax = 1 mA/cm2
    slope: slope conductance (S/cm2) of that pump
    """

    currents: dict[str, np.ndarray]
    conductance: np.ndarray
    cycle: np.ndarray
    slope: np.ndarray


def refuse(
    cell: Cell,
    name: str,
    at: int,
    value: float,
    wanted: tuple[np.ndarray, np.ndarray],
    line: Line,
    others: Others,
) -> NoReturn:
    """BalanceError for a leak or pump that would be negative, with why and the numbers at which it balances,
    or larger than any.

    name: ion or "pump"; at: which compartment; value: what its strength there would be (in its own unit);
    wanted: conductance (S/cm2) and cycle current (mA/cm2), (compartments,) each.
    """
    where = f"{cell.name}: {SYMBOL.get(name, 'the pump')} cannot be balanced in {cell.geometry.name_of(at)}"
    leak = cell.membrane.leak.get(name)
    what, unit = ("maximal current", "mA/cm2") if leak is None else (leak.quantity, leak.unit)
    here = [channel for channel, owners in cell.membrane.channels.items() if at in owners]
    if not value < 0:
        raise BalanceError(
            f"{where}: its {what} would be {value:.3g} {unit}, because a value in the file is so large or so "
            "small; are the units right?"
        )
    reason = "the wanted resting state and membrane resistance contradict each other"
    if here:
        reason = _carried(cell, here, at, wanted, others)
    computed = Concentrations(cell.start, cell.baths(), cell.celsius)
    raise BalanceError(
        f"{where}: its {what} would be negative ({value:.3g} {unit}), because {reason}; "
        f"{_advice(cell, line, wanted[1])}" + moved_potentials(cell.given, computed, here, at)
    )


def _carried(
    cell: Cell, channels: list[str], at: int, wanted: tuple[np.ndarray, np.ndarray], others: Others
) -> str:
    """What the channels of a compartment carry there, against what is wanted."""
    own = cell.parameters.region.get(cell.geometry.region[at])
    wish = own if own is not None and _wishes(own) else cell.parameters.balance
    against = f"a wanted total of {wanted[0][at]:.3g} S/cm2"
    if wish is not None and wish.pump_current is not None:
        against = f"a wanted pump current of {1e3 * wanted[1][at]:.3g} uA/cm2"
    have, carry = ("have", "carry") if len(channels) > 1 else ("has", "carries")
    k, na = others.currents["k"][at], others.currents["na"][at]
    return (
        f"at the wanted rest {' and '.join(channels)} {have} {others.conductance[at]:.3g} S/cm2 there and "
        f"{carry} {k:.3g} (K+) and {na:.3g} (Na+) mA/cm2, against {against}"
    )


def _wishes(table: Region) -> bool:
    return table.membrane_resistance is not None or table.pump_current is not None


def _advice(cell: Cell, line: Line, cycle: np.ndarray) -> str:
    """What to write where no membrane is as wanted: for each table that asks for one, the numbers from which
    on there is."""
    tables = np.full(cell.size, "balance", dtype=object)
    for region, own in cell.parameters.region.items():
        if _wishes(own):
            tables[cell.geometry.region == region] = f"region.{region}"
    short, advice = ~(cycle >= line.least), []
    for table in dict.fromkeys(tables[short]):
        places = f"[{table}]"
        regions = dict.fromkeys(cell.geometry.region[short & (tables == table)])
        if table == "balance" and set(regions) != set(cell.geometry.region):
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
