"""The current that a membrane passes at every voltage, and the voltages at which it passes none.

Concentrations are held, and gates are where they settle at each voltage, which is the same everywhere. Where
the net current is 0, V stays; where it falls there (a negative slope) V leaves, so that two rests have a
third zero between them. Chloride is held with the others or, being passive, follows V at once: it is then at
equilibrium at every voltage and carries nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..errors import InputError
from ..parameters.arguments import check_callable, number, whole
from ..physics.ions import AMOUNT, VALENCE
from ..physics.theory import thermal_voltage
from ..solve.currents import by_process
from ..solve.equations import System
from ..solve.steady_state import find_steady_state
from .dataset import measured
from .given import Given, cell_and_settings
from .layout import Layout, layout_of
from .rest import rest
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

LOW, HIGH = -150.0, 50.0  # mV
FURTHEST = 300.0  # mV
CHLORIDE = ("held", "passive")
CONCENTRATIONS = ("rest", "start")
CLOSE = 1e-7  # mV, of a voltage of no current
SIDE = 0.05  # mV to both sides, over which a slope is taken
TRIALS = 60

Currents = dict[str, dict[str, np.ndarray]]


@dataclass(repr=False)
class IvResult(Result):
    """Currents of a membrane against V.

    v: mV, (points,)
    currents: mA/cm2, outward positive, by ion and process, means over the membrane at `place`, (points,)
    total: their sum; without chloride where it is passive, (points,)
    zeros: voltages of no net current (mV) and the slopes there (S/cm2), rising, (zeros,) each
    chloride: "held" or "passive"; concentrations: those of the "rest" or of the cell's "start"
    place: which membrane
    v_rest: where the cell rests there (mV), None where that was not asked for
    """

    layout: Layout
    v: np.ndarray
    currents: Currents
    total: np.ndarray
    zeros: tuple[np.ndarray, np.ndarray]
    chloride: str
    concentrations: str
    place: Any
    v_rest: float | None
    summary: dict[str, Any]

    def of_ion(self, ion: str) -> np.ndarray:
        """All of an ion's current (mA/cm2), (points,)."""
        return np.sum(list(self.currents[ion].values()), axis=0)

    def line(self) -> str:
        """What it is, on one line."""
        found = ", ".join(f"{v:.4g}" for v in self.zeros[0])
        return f"I-V of {self.layout.name}: no current at {found or 'no voltage in'} mV"

    def to_xarray(self) -> "Dataset":
        """Currents per voltage (v), ion and process; nan where an ion has no such process."""
        ions = list(self.layout.ions)
        processes = list(dict.fromkeys(name for parts in self.currents.values() for name in parts))
        none = np.full(len(self.v), np.nan)
        each = [[self.currents[ion].get(name, none) for name in processes] for ion in ions]
        variables = {
            "current": measured(("ion", "process", "v"), np.array(each), "mA/cm2", "outward positive"),
            "total": measured("v", self.total, "mA/cm2", "net current"),
            "zero": measured("number", self.zeros[0], "mV", "voltage of no net current"),
            "slope": measured("number", self.zeros[1], "S/cm2", "slope conductance there"),
        }
        coords = {"v": measured("v", self.v, "mV"), "ion": ions, "process": processes}
        return self._dataset(variables, coords)


def iv(
    cell: Given = "neuron",
    low: float = LOW,
    high: float = HIGH,
    points: int = 201,
    chloride: str = "held",
    concentrations: str = "rest",
    place: Any = "all",
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> IvResult:
    """The current-voltage curve of a cell's membrane, and all its voltages of no current with their slopes.

    cell, set, scale, max_spikes, options: as in `rest`.
    low, high: voltages (mV); points: how many from one to the other.
    chloride: "held", or "passive": at equilibrium at every voltage.
    concentrations: those of the "rest" of the changed cell, or of the cell's "start", before they change.
    place: as in `Cell.where`; the membrane of which the currents are.
    progress: called with how much is done (0 to 1).

    Raises InputError, BalanceError and ConvergenceError as `rest`, the last too where gates do not settle.
    """
    check_callable("progress", progress)
    low = number("low", low, "mV", -FURTHEST, FURTHEST)
    high, points = number("high", high, "mV", low, FURTHEST, above=True), whole("points", points, 2)
    for name, given, known in (
        ("chloride", chloride, CHLORIDE),
        ("concentrations", concentrations, CONCENTRATIONS),
    ):
        if given not in known:
            raise InputError(f"{name}={given!r}: expected {' or '.join(known)}")
    began = time.perf_counter()
    cell, set = cell_and_settings(cell, set, options)
    saved, v_rest = cell.starts, None
    with cell.changed(set, scale):
        try:
            here = cell.where(place)
            if concentrations == "rest":
                before = rest(cell, max_spikes=max_spikes)
                cell.starts = before.states()
                v_rest = _mean(before.v, cell, here)
            membrane = _Membrane(cell, here, chloride == "passive")
            result = _curve(membrane, np.linspace(low, high, points), progress)
        finally:
            cell.starts = saved
    found = IvResult(*result, chloride, concentrations, place, v_rest, {})
    found.summary.update(_summary(found))
    found.summary["wall_s"] = time.perf_counter() - began
    return found


def _mean(values: np.ndarray, cell: Cell, here: np.ndarray) -> float:
    return float(values[here] @ cell.area[here] / cell.area[here].sum())


class _Membrane:
    """A cell's membrane at one voltage everywhere, of which the currents in some compartments count."""

    def __init__(self, cell: Cell, here: np.ndarray, passive: bool) -> None:
        self.cell, self.passive, self._here = cell, passive and "cl" in cell.ions, here
        self._system = System(cell, hold="membrane")
        self._y = self._system.start.copy()
        state = self._system.state(self._y)
        self._outside, self._grown = state["clo"], state["relative_volume"]

    def currents(self, v: float) -> Currents:
        """By ion and process, means (mA/cm2) over the compartments that count."""
        system, cell = self._system, self.cell
        y = system.start.copy()  # gates as they were at the last voltage
        y[system.at["v"]] = v
        if self.passive:
            factor = np.exp(-VALENCE["cl"] * v / thermal_voltage(cell.celsius))
            y[system.at[AMOUNT["cl"]]] = self._outside * factor * self._grown
        system.begin(y, "membrane")
        x, _ = find_steady_state(system)
        y = system.expand(x)
        system.begin(y, "membrane")
        parts = by_process(cell, pumped(system, y, cell), lambda: system.full_rates(y))
        return {
            ion: {name: np.asarray(_mean(values, cell, self._here)) for name, values in of_ion.items()}
            for ion, of_ion in parts.items()
        }

    def net(self, currents: Currents) -> float:
        """The sum (mA/cm2), without chloride where it is passive."""
        return float(
            sum(
                value
                for ion, parts in currents.items()
                for value in parts.values()
                if not (self.passive and ion == "cl")
            )
        )

    def at(self, v: float) -> float:
        """The net current (mA/cm2)."""
        return self.net(self.currents(v))


def _curve(
    membrane: _Membrane, v: np.ndarray, progress: Callable[..., None] | None
) -> tuple[Layout, np.ndarray, Currents, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The layout, V, currents, net current, and its zeros with their slopes."""
    each = []
    for done, voltage in enumerate(v):
        each.append(membrane.currents(float(voltage)))
        if progress:
            progress((done + 1) / len(v))
    currents = {
        ion: {name: np.array([float(one[ion][name]) for one in each]) for name in parts}
        for ion, parts in each[0].items()
    }
    total = np.array([membrane.net(one) for one in each])
    outward = total >= 0
    crossing = np.flatnonzero(outward[:-1] != outward[1:])
    zeros = [_zero(membrane, v[i], total[i], v[i + 1], total[i + 1]) for i in crossing]
    slopes = [(membrane.at(zero + SIDE) - membrane.at(zero - SIDE)) / (2 * SIDE) for zero in zeros]
    found = np.array(zeros, float), np.array(slopes, float)
    return layout_of(membrane.cell), v, currents, total, found


def _zero(membrane: _Membrane, low: float, at_low: float, high: float, at_high: float) -> float:
    """Where the net current is 0 between two voltages at which it has different signs: false position, with
    the end that stays halved (Illinois; Dowell & Jarratt 1971 BIT 11:168-174)."""
    for _ in range(TRIALS):
        if at_low == 0 or abs(high - low) < CLOSE:
            break
        middle = low - at_low * (high - low) / (at_high - at_low)
        here = membrane.at(middle)
        if np.sign(here) == np.sign(at_high):
            at_low *= 0.5
        else:
            low, at_low = high, at_high
        close = abs(middle - high) < CLOSE
        high, at_high = middle, here
        if here == 0 or close:
            return middle
    return low if at_low == 0 else high


def _summary(result: IvResult) -> dict[str, Any]:
    return {
        "cell": result.layout.name,
        "where": str(result.place),
        "chloride": result.chloride,
        "concentrations": result.concentrations,
        "v_rest_mV": result.v_rest,
        "zeros": [
            {"v_mV": float(v), "slope_S_cm2": float(slope)} for v, slope in zip(*result.zeros, strict=True)
        ],
        "compartments": result.layout.size,
    }
