"""How excitable is a cell, given where it rests? Threshold and spike, in any bath, after a block."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..errors import ConvergenceError, GivenUpError, InputError, NoRestError
from ..parameters.arguments import check_callable, named, number, shown
from ..parameters.settings import parse_setting, setting
from ..solve.events import Event
from ..solve.time_course import evolve
from .change import changed_within
from .electrode import TIGHT, Electrode
from .excite_result import ExciteResult
from .given import Given, cell_and_settings, cell_of
from .keys import with_unit
from .layout import layout_of
from .rest import Starts, rest
from .threshold import Excitability, silent, threshold


@dataclass(frozen=True)
class _Conditions:
    """What is asked of every cell. name, values: what is varied, None and [None] where nothing is; within
    (h): how long the change to each value takes, None where the cell is at rest with it."""

    set: dict[str, Any]
    scale: dict[str, Any]
    hours: float
    duration_ms: float
    name: str | None
    values: list[Any]
    within: float | None
    max_spikes: int | None


def excite(
    cell: Given = "excitable",
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    hours: float = 0.0,
    where: str | None = None,
    duration_ms: float = 2.0,
    vary: dict[str, Any] | None = None,
    within: float | None = None,
    beside: Sequence[Given] = (),
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
    within: how long the change from the cell's own value to each of these takes, above 0 to 1e6 hours, or a
    time with its unit; the cell is stimulated as it is then. Default: it is at rest in each.
    beside: further cells at the same conditions, as they are or as their names or files make them.
    progress: called with how many conditions are done and words, how often the cell has fired.
    max_spikes: after which a cell is given up on its way to rest or in the block (default: never).

    A condition without a rest is a point without threshold. Raises InputError for what cannot be used,
    BalanceError where the cell cannot be made, ConvergenceError where an integration finds no answer.
    """
    check_callable("progress", progress)
    duration_ms = number("duration", duration_ms, "ms", 0, 1000, True)
    hours = number("hours", hours, "h", 0, 1e6)
    if where is not None and not isinstance(where, str):
        raise InputError(f"where={shown(where)}: expected the name of a region or section")
    name, values = _varied(vary)
    within = _within(within, name, hours)
    if isinstance(beside, str) or not isinstance(beside, Sequence):
        raise InputError(f"beside={shown(beside)}: expected a list of cells, names or files")
    cell, set = cell_and_settings(cell, set, options)
    asked = _Conditions(set, named("scale", scale), hours, duration_ms, name, values, within, max_spikes)
    cells = [cell, *(cell_of(one, {}) for one in beside)]
    first, *others = [
        _excited(one, where, asked, partial(_report, progress, i * len(values)))
        for i, one in enumerate(cells)
    ]
    first.beside += others
    if others:
        first.summary["beside"] = [other.summary for other in others]
    return first


def _within(within: Any, name: str | None, hours: float) -> float | None:
    """How long a change takes (h), None where none is asked for."""
    if within is None:
        return None
    found = number("within", within, "h", 0, 1e6, True)
    if name is None or hours:
        why = "nothing is varied" if name is None else "it is followed by no block; give hours or within"
        raise InputError(f"within={found:g} h has no effect: {why}")
    return found


def _excited(
    cell: Cell, where: str | None, asked: _Conditions, progress: Callable[[int, str], None]
) -> ExciteResult:
    """What one cell does in all conditions."""
    began, key = time.perf_counter(), None
    if asked.name is not None:
        key = with_unit(asked.name, setting(asked.name).unit)
    where = usual_place(cell) if where is None else where
    places, points = cell.where(where), []
    at_rest = cache(
        lambda: rest(cell, set=asked.set, scale=asked.scale, max_spikes=asked.max_spikes).states()
    )
    electrode = Electrode(cell, places, asked.duration_ms)
    try:
        for done, value in enumerate(asked.values):
            report = partial(_while, progress, done)
            points.append(_condition(electrode, value, asked, at_rest, report))
            progress(done + 1, "")
    finally:
        electrode.remove()
    with cell.changed(asked.set, asked.scale):
        layout = layout_of(cell)
    summary = {
        "cell": cell.name,
        "where": where,
        "duration_ms": asked.duration_ms,
        "hours_of_block": asked.hours,
        "varied": key,
        **({} if asked.within is None else {"changed_within_hours": asked.within}),
        "points": [_row(point, key) for point in points],
        "wall_s": time.perf_counter() - began,
    }
    return ExciteResult(layout, points, key, where, asked.duration_ms, summary)


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


def _report(progress: Callable[..., None] | None, before: int, done: int, words: str) -> None:
    """Tell how many conditions are done, `before` of other cells."""
    if progress:
        progress(before + done, words)


def _while(progress: Callable[[int, str], None], done: int, _: float, words: str) -> None:
    """Tell how a condition is reached, while so many are done."""
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
    asked: _Conditions,
    at_rest: Callable[[], Starts],
    report: Callable[..., None],
) -> Excitability:
    """Rest, change or block, and threshold, where what is varied has this value."""
    cell = electrode.cell
    own = {} if asked.name is None else {asked.name: value}
    saved = cell.starts
    try:
        found = _state(cell, own, asked, at_rest, report)
    except NoRestError as error:
        return silent(value, f"fires by itself, every {error.period:.3g} ms")
    except GivenUpError:
        if asked.within is None or asked.max_spikes is not None:
            raise
        return silent(value, "fires by itself on the way")
    except ConvergenceError:
        return silent(value, "no rest found")
    with cell.changed(asked.set | own, asked.scale):
        try:
            cell.starts = found
            if asked.hours:
                follow: dict[str, Any] = {"max_spikes": asked.max_spikes, "progress": report}
                course = evolve(cell, asked.hours, [Event(0.0, block=1.0)], points=5, rtol=TIGHT, **follow)
                cell.starts, electrode.whole = course.last(), course.end
                cell.block_pump(1.0)
            return threshold(electrode, value)
        finally:
            cell.starts, electrode.whole = saved, None


def _state(
    cell: Cell,
    own: dict[str, Any],
    asked: _Conditions,
    at_rest: Callable[[], Starts],
    report: Callable[..., None],
) -> Starts:
    """Where the cell is when it is stimulated or blocked: at rest with what is varied or, where that changes
    within a time, at its end. at_rest: where it is without."""
    follow: dict[str, Any] = {"max_spikes": asked.max_spikes, "progress": report}
    if asked.within is None:
        return rest(cell, set=asked.set | own, scale=asked.scale, **follow).states()
    saved = cell.starts
    with cell.changed(asked.set, asked.scale):
        try:
            cell.starts = at_rest()
            [(name, value)] = own.items()
            return changed_within(cell, name, value, asked.within, asked.max_spikes)
        finally:
            cell.starts = saved
