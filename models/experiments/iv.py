"""At which voltages does no current flow through a membrane while its concentrations stay? Which are rests?

The current-voltage relation with every gate where it settles: where it crosses zero upwards the membrane
holds its voltage against a small push, where it crosses downwards it leaves it. A membrane with two rests
crosses three times.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..errors import ConvergenceError, InputError
from ..parameters.arguments import check_callable, shown
from ..parameters.units import parse_number
from ..physics.ions import IONS, SYMBOL, VALENCE
from ..physics.theory import root, thermal_voltage
from ..solve.currents import by_process
from ..solve.equations import System
from ..solve.steady_state import find_steady_state
from .dataset import measured, text
from .given import Given, cell_and_settings
from .layout import Layout, layout_of
from .predictions import TRANSPORTERS
from .rest import Starts, rest
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

STEP = 1.0  # mV between the voltages that are tried, at most
SLOPE = 0.05  # mV to both sides, of which a slope is taken
LOWEST, HIGHEST = -200.0, 150.0  # mV
WAYS = ("passive", "held")
OUTSIDE = [f"{ion}o" for ion in IONS]


@dataclass(repr=False)
class IVResult(Result):
    """The current through a membrane while its concentrations stay.

    v: mV, (points,)
    current: mean over the membrane of the place (uA/cm2, outward), (points,)
    parts: the same of every process by ion and name, "K+ leak", (points,) each
    roots: of each voltage without current: v_mV, slope_mS_cm2, holds (whether it rises there)
    chloride: "passive", at equilibrium with each voltage, or "held"; "" in a cell without
    place: what is looked at
    summary: scalars, the unit in every key
    """

    layout: Layout
    v: np.ndarray
    current: np.ndarray
    parts: dict[str, np.ndarray]
    roots: list[dict[str, Any]]
    chloride: str
    place: str
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        at = ", ".join(f"{one['v_mV']:.1f}{'' if one['holds'] else ' (left)'}" for one in self.roots)
        return f"{self.layout.name}: no current at {at} mV" if at else f"{self.layout.name}: always a current"

    def overview(self) -> list[tuple[str, str, Any]]:
        """Every voltage without current, and the slope there."""
        return [
            (f"{'rest' if one['holds'] else 'edge'} {i + 1}: ", key, one[key])
            for i, one in enumerate(self.roots)
            for key in ("v_mV", "slope_mS_cm2")
        ]

    def to_xarray(self) -> "Dataset":
        """Currents by voltage, the whole and every process's."""
        parts = np.array(list(self.parts.values())).T.reshape(len(self.v), len(self.parts))
        variables = {
            "current": measured("v", self.current, "uA/cm2", "current through the membrane, outward"),
            "part": measured(("v", "process"), parts, "uA/cm2", "each process's part"),
        }
        coords = {"v": measured("v", self.v, "mV"), "process": text("process", list(self.parts))}
        return self._dataset(variables, coords)


def iv(
    cell: Given = "muscle_fast",
    v: Sequence[Any] = (-120, 40),
    chloride: str | None = None,
    where: str | None = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    **options: Any,
) -> IVResult:
    """The current-voltage relation of a membrane, gates settled, concentrations those of the cell's own rest,
    and every voltage at which no current flows.

    cell, options: as in `rest`; of a cell that fires the concentrations are those that it starts with. set,
    scale: what changes at once while the concentrations inside stay.
    v: from which voltage to which (mV).
    chloride: "passive" (at equilibrium with each voltage) or "held" (default: held where it is transported).
    where: the place whose membrane it is, as for `Cell.where` (default: all of the cell).
    progress: called with the share of the work that is done and words.

    Raises InputError for what cannot be used, BalanceError where the cell cannot be made, ConvergenceError
    where the gates do not settle.
    """
    check_callable("progress", progress)
    began = time.perf_counter()
    low, high = _voltages(v)
    cell, set = cell_and_settings(cell, set, options)
    chloride = _chloride(cell, chloride)
    places = cell.where("all" if where is None else where)
    saved, (before, glia) = cell.starts, _before(cell)
    with cell.changed(set, scale):
        try:
            inside = {name: values for name, values in before.items() if name not in OUTSIDE}
            cell.starts = inside, glia  # what is outside is as the bath is now, in tubules too
            membrane = _Membrane(cell, places, chloride == "passive")
            layout = layout_of(cell)
            grid = np.linspace(low, high, 1 + int(np.ceil((high - low) / STEP)))
            found = []
            for done, at in enumerate(grid):
                if progress:
                    progress(done / len(grid), f"{at:.0f} mV")
                found.append(membrane.parts(at))
            parts = {name: np.array([one.get(name, 0.0) for one in found]) for name in _names(found)}
            current = sum(parts.values(), np.zeros(len(grid)))
            roots = [_root(membrane, *ends) for ends in _crossings(grid, current)]
        finally:
            cell.starts = saved
    summary = {
        "cell": layout.name,
        "where": where or "all",
        "chloride": chloride or None,
        "roots": roots,
        "wall_s": time.perf_counter() - began,
    }
    return IVResult(layout, grid, current, parts, roots, chloride, where or "the whole cell", summary)


def _before(cell: Cell) -> Starts:
    """The cell's own rest; where it starts of one that does not rest."""
    try:
        return rest(cell).states()
    except ConvergenceError:
        return cell.starts


def _voltages(v: Any) -> tuple[float, float]:
    if isinstance(v, str) or np.shape(v) != (2,):
        raise InputError(f"v={shown(v)}: expected two voltages, v=(-120, 40)")
    low, high = (parse_number("v", one, "mV", LOWEST, HIGHEST) for one in v)
    if not low < high:
        raise InputError(f"v={shown(v)}: expected the lower voltage first")
    return low, high


def _chloride(cell: Cell, given: object) -> str:
    """How chloride is; "" in a cell without."""
    if "cl" not in cell.ions:
        if given is not None:
            raise InputError(f"chloride={shown(given)} has no effect: {cell.name} has none")
        return ""
    if given is None:
        return "held" if {*cell.membrane.writes["cl"]} & {*TRANSPORTERS} else "passive"
    if given not in WAYS:
        raise InputError(f"chloride={shown(given)}: expected passive or held")
    return str(given)


def _names(found: list[dict[str, float]]) -> list[str]:
    return list(dict.fromkeys(name for one in found for name in one))


def _crossings(v: np.ndarray, current: np.ndarray) -> list[tuple[float, float]]:
    """Neighbouring voltages between which the current changes its sign."""
    at = np.flatnonzero(np.signbit(current[:-1]) != np.signbit(current[1:]))
    return [(float(v[i]), float(v[i + 1])) for i in at]


def _root(membrane: "_Membrane", low: float, high: float) -> dict[str, Any]:
    at = root(membrane.current, low, high)
    slope = (membrane.current(at + SLOPE) - membrane.current(at - SLOPE)) / (2 * SLOPE)
    return {"v_mV": at, "slope_mS_cm2": slope, "holds": bool(slope > 0)}


class _Membrane:
    """The membrane of some places of a cell, at one voltage everywhere."""

    def __init__(self, cell: Cell, places: np.ndarray, passive: bool) -> None:
        self.cell, self.places, self.passive = cell, places, passive
        self.system = system = System(cell, hold="dissolved")
        self._weights = cell.area[places] / cell.area[places].sum()
        self._vt = thermal_voltage(cell.celsius)
        self._clo = system.state(system.start)["clo"]
        self._dissolved = system.states.are(system.states.dissolved)
        self._kept = system.start[self._dissolved]

    def _state(self, v: float) -> np.ndarray:
        """All states at v, (states,): gates where they settle from where each starts at v."""
        system, start = self.system, self.cell.start | {"v": np.full(self.cell.size, v)}
        if self.passive:
            start["cl"] = self._clo * np.exp(-VALENCE["cl"] * v / self._vt)
        self.cell.start = start
        system.renew()
        y = system.start.copy()
        y[self._dissolved] = self._kept
        system.begin(y, "dissolved")
        return system.expand(find_steady_state(system)[0])

    def parts(self, v: float) -> dict[str, float]:
        """Mean current (uA/cm2, outward) of every process at v, by ion and name."""
        y = self._state(v)
        pump = pumped(self.system, y)
        currents = by_process(self.cell, pump, lambda: self.system.full_rates(y))
        return {
            f"{SYMBOL[ion]} {name}": 1e3 * float(values[self.places] @ self._weights)
            for ion, own in currents.items()
            for name, values in own.items()
        }

    def current(self, v: float) -> float:
        """Mean current (uA/cm2, outward) at v."""
        return sum(self.parts(v).values())
