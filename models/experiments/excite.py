"""How excitable is a cell, given where it rests? Threshold and spike, in any bath, after a block."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.cell import Cell
from ..errors import ConvergenceError, GivenUpError, InputError, NoRestError
from ..parameters.arguments import check_callable, named, number, shown
from ..parameters.settings import parse_setting, setting
from ..solve.events import Event
from ..solve.time_course import evolve
from .dataset import measured, text
from .electrode import Electrode, inserted
from .given import Given, cell_and_settings
from .keys import name_and_unit, unit_of, with_unit
from .layout import Layout, layout_of
from .rest import rest
from .result import Result
from .threshold import Excitability, silent, threshold

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class ExciteResult(Result):
    """Thresholds and spikes.

    points: an Excitability per condition
    varied: what is varied, its unit in its name ("ko_mM"), or None
    place: what was stimulated
    duration_ms: of the pulse
    summary: scalars, the unit in every key
    """

    layout: Layout
    points: list[Excitability]
    varied: str | None
    place: str
    duration_ms: float
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        found = self.points[0] if len(self.points) == 1 else f"{len(self.points)} values of {self.varied}"
        return f"excitability of {self.layout.name}: {str(found).strip('<>')}"

    def overview(self) -> list[tuple[str, str, Any]]:
        """Rest and threshold of each condition; where nothing makes a spike, what there is instead."""
        found: list[tuple[str, str, Any]] = []
        for point in self.points:
            at = f"{self.condition(point)}: " if self.varied else ""
            if not np.isnan(point.v_rest):
                found.append((at, "v_rest_mV", point.v_rest))
            fires = not np.isnan(point.threshold)
            found.append((at, "threshold_nA", point.threshold) if fires else (at, "outcome", point.outcome))
        return found

    def condition(self, point: Excitability) -> str:
        """What is varied and the value that it has there, "ko = 3 mM"; "" where nothing is varied."""
        if self.varied is None:
            return ""
        name, *unit = name_and_unit(self.varied)
        return " ".join([name, "=", f"{point.value:g}", *unit])

    def to_xarray(self) -> "Dataset":
        """Per condition, and over time the recorded V of each; nan after the end of the shorter ones."""
        longest = max(len(point.t) for point in self.points)

        def traces(key: str) -> np.ndarray:
            rows = [getattr(point, key) for point in self.points]
            return np.array([np.pad(row, (0, longest - len(row)), constant_values=np.nan) for row in rows])

        def scalar(key: str, unit: str) -> Any:
            return measured("condition", [getattr(point, key) for point in self.points], unit)

        each = ("condition", "sample")
        variables = {
            "v_rest": scalar("v_rest", "mV"),
            "threshold": scalar("threshold", "nA"),
            "peak": scalar("peak", "mV"),
            "height": scalar("height", "mV"),
            "outcome": text("condition", [point.outcome for point in self.points]),
            "v": measured(each, traces("v"), "mV", f"membrane potential in {self.place}"),
        }
        coords = {"time": measured(each, traces("t"), "ms")}
        if self.varied:
            coords[self.varied] = scalar("value", str(unit_of(self.varied)))
        return self._dataset(variables, coords)


def excite(
    cell: Given = "excitable",
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    hours: float = 0.0,
    where: str | None = None,
    duration_ms: float = 2.0,
    vary: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> ExciteResult:
    """Threshold current and spike of a cell at the rest it has. The injected current is carried by K+.

    cell, set, scale, options: as in `rest`; a cell's own channels are what fires.
    hours: of full pump block before, 0 to 1e6, or a time with its unit (a cell that fires by itself meanwhile
    is followed spike by spike, which takes a while).
    where: the place that is stimulated, as for `Cell.where` (default: the soma or, where there is none, the
    middle of the cable).
    duration_ms: of the pulse, above 0 to 1000.
    vary: {name: values} of one setting, in its own unit, for a row of conditions: {"ko": [3, 6, 9]}.
    progress: called with how many conditions are done and words, how often the cell has fired.
    max_spikes: after which a cell is given up on its way to rest or in the block (default: never).

    A condition without a rest is a point without threshold. Raises InputError for what cannot be used,
    BalanceError where the cell cannot be made, ConvergenceError where an integration finds no answer.
    """
    check_callable("progress", progress)
    duration_ms = number("duration", duration_ms, "ms", 0, 1000, True)
    hours = number("hours", hours, "h", 0, 1e6)
    scale = named("scale", scale)
    if where is not None and not isinstance(where, str):
        raise InputError(f"where={shown(where)}: expected the name of a region or section")
    name, values = _varied(vary)
    key = None if name is None else with_unit(name, setting(name).unit)
    began = time.perf_counter()
    cell, set = cell_and_settings(cell, set, options)
    where = usual_place(cell) if where is None else where
    places, points = cell.where(where), []
    follow: dict[str, Any] = {"max_spikes": max_spikes}
    with inserted(cell, places):
        electrode = Electrode(cell, places, duration_ms)
        for done, value in enumerate(values):
            if progress:
                follow["progress"] = partial(_report, progress, done)
            own = set | ({} if name is None else {name: value})
            points.append(_condition(electrode, value, own, scale, hours, follow))
            if progress:
                progress(done + 1, "")
        layout = _layout(cell, set, scale)
    summary = {
        "cell": cell.name,
        "where": where,
        "duration_ms": duration_ms,
        "hours_of_block": hours,
        "varied": key,
        "points": [_row(point, key) for point in points],
        "wall_s": time.perf_counter() - began,
    }
    return ExciteResult(layout, points, key, where, duration_ms, summary)


def _layout(cell: Cell, set: dict[str, Any], scale: dict[str, Any]) -> Layout:
    """As the cell is with these settings and factors."""
    with cell.changed(set, scale):
        return layout_of(cell)


def _varied(vary: Any) -> tuple[str | None, list[Any]]:
    """The name of what is varied, None if nothing is, and its values as numbers that differ."""
    if vary is None:
        return None, [None]
    several = isinstance(vary, dict) and len(vary) == 1 and np.ndim(next(iter(vary.values()))) == 1
    if not several or not len(next(iter(vary.values()))):
        raise InputError(
            f'vary: expected one setting with its values, vary={{"ko": [2, 4]}}, got {shown(vary)}'
        )
    name, given = next(iter(vary.items()))
    values = [parse_setting(name, value) for value in given]
    if twice := {value for value in values if values.count(value) > 1}:
        raise InputError(f"vary: {name} = {min(twice):g} is given twice; expected values that differ")
    return name, values


def usual_place(cell: Cell) -> str:
    """Where a cell is stimulated unless told: its soma or, where there is none, the middle of its cable or of
    its longest section."""
    if "soma" in cell.geometry.region:
        return "soma"
    if "cable" in cell.geometry.region:
        return "cable(0.5)"
    longest = max(cell.sections, key=lambda section: section.L)
    return f"{longest.name()}(0.5)"


def _report(progress: Callable[..., None], done: int, _: float, words: str) -> None:
    progress(done, words)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def _row(point: Excitability, key: str | None) -> dict[str, Any]:
    """A condition in the summary; key: of what is varied."""
    return {
        **({} if key is None else {key: point.value}),
        "v_rest_mV": _or_none(point.v_rest),
        "threshold_nA": _or_none(point.threshold),
        "spike_peak_mV": _or_none(point.peak),
        "spike_height_mV": _or_none(point.height),
        "outcome": point.outcome,
    }


def _condition(
    electrode: Electrode,
    value: float | None,
    set: dict[str, Any],
    scale: dict[str, Any],
    hours: float,
    follow: dict[str, Any],
) -> Excitability:
    """Rest, block and threshold with these settings and factors."""
    cell = electrode.cell
    saved = cell.starts
    try:
        at_rest = rest(cell, set=set, scale=scale, **follow).states()
    except NoRestError as error:
        return silent(value, f"fires by itself, every {error.period:.3g} ms")
    except GivenUpError:
        raise
    except ConvergenceError:
        return silent(value, "no rest found")
    with cell.changed(set, scale):
        try:
            cell.starts = at_rest
            if hours:
                course = evolve(cell, hours, [Event(0.0, block=1.0)], points=5, **follow)
                cell.starts = course.last()
                cell.block_pump(1.0)
            return threshold(electrode, value)
        finally:
            cell.starts = saved
