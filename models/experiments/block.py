"""How does a cell lose its rest when the Na+/K+ pump is blocked, and does it come back?"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import check_block
from ..errors import ConvergenceError
from ..parameters.arguments import check_callable
from ..physics.ions import IONS, told_of
from ..physics.theory import concentration_rate, electrogenic_step, root
from ..solve.course import Course
from ..solve.currents import slope_conductance
from ..solve.equations import System
from ..solve.events import Event, apply, check_fraction, check_hours, check_within
from ..solve.steady_state import find_steady_state
from ..solve.time_course import evolve
from ..words import HOUR
from .conservation import conservation_errors, received
from .dataset import of_course
from .final_state import final_state
from .given import Given, cell_and_settings
from .layout import Layout
from .rest import Starts, rest
from .rest_result import RestResult
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class BlockResult(Result):
    """A pump block.

    before: the rest it started from
    course: states over time, (times, compartments)
    fraction: of the pumps that is blocked, 0 to 1
    where: indices of the blocked compartments
    place: what they are called
    recover_at_hours: when the pumps run again (h), None where they stay blocked
    v_immediate: V (mV) at once after the block, without moving ions, (compartments,); nan where the cell
    fires at once
    final: V (mV) where this block leads if it lasts for ever, (compartments,), nan where there is no such
    state
    final_relative_volume: relative volumes there, (compartments,)
    final_name: what that state is
    endless: why there is no such state, None where there is one
    summary: scalars, the unit in every key
    """

    layout: Layout
    before: RestResult
    course: Course
    fraction: float
    where: np.ndarray
    place: str
    recover_at_hours: float | None
    v_immediate: np.ndarray
    final: np.ndarray
    final_relative_volume: np.ndarray
    final_name: str
    endless: str | None
    summary: dict[str, Any]

    @property
    def recovery(self) -> int | None:
        """Index of the last state in which the pumps were still blocked, None where they stay so."""
        return _recovery(self.course, self.recover_at_hours)

    def to_xarray(self) -> "Dataset":
        """States per time, compartment (segment) and ion."""
        variables, coords = of_course(self.layout, self.course)
        if self.before.glia is not None and self.course.glia is not None:
            own, _ = of_course(self.before.glia.layout, self.course.glia)
            variables |= {f"glia_{name}": values for name, values in own.items()}
        return self._dataset(variables, coords)

    def line(self) -> str:
        """What it is, on one line."""
        s = self.summary
        return (
            f"block of {100 * self.fraction:.4g} % of {s['cell']}'s pumps for {s['hours']:.4g} h: "
            f"{s['v_before_mV']:.4g} to {s['v_end_mV']:.4g} mV"
        )


def block(
    cell: Given,
    fraction: float = 1.0,
    hours: float = 2.0,
    where: Any = "all",
    recover_at: float | None = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> BlockResult:
    """Block a fraction of the pumps of a resting cell and follow it.

    cell, set, scale, options: as in `rest`.
    fraction: 0 to 1.
    hours: how long to follow, 1e-7 to 1e7, or a time with its unit, "30 min".
    where: region, section or compartments (`Cell.where`); of a cell with glia "all" is both, "cell" and
    "glia" are one of them.
    recover_at: when the pumps run again, in hours or with its unit (default: never).
    progress: called with the time reached (ms) and words, how often the cell has fired.
    max_spikes: after which the course is given up (default: never).

    Raises InputError for what cannot be used, BalanceError where the cell cannot be made, ConvergenceError
    where it has no rest to begin with or an integration finds no answer (GivenUpError after `max_spikes`).
    """
    check_callable("progress", progress)
    fraction, hours = check_fraction("fraction", fraction), check_hours(hours)
    recover_at = check_within("recover_at", recover_at, hours)
    cell, set = cell_and_settings(cell, set, options)
    places = _places(cell, where)
    if fraction > 0:
        with cell.changed(set, scale):
            check_block(*((cell, places) if len(places) or cell.glia is None else (cell.glia, slice(None))))
    those, place = (where, where) if isinstance(where, str) else (places, f"{len(places)} compartments")
    before = rest(cell, set=set, scale=scale, max_spikes=max_spikes)
    began = time.perf_counter()
    saved = cell.starts
    with cell.changed(set, scale):
        try:
            cell.starts = before.states()
            blocked = Event(0.0, block=fraction, where=those)
            events = [blocked, *([Event(recover_at, block=0.0, where=those)] if recover_at else [])]
            course = evolve(cell, hours, events, progress=progress, max_spikes=max_spikes)
            with cell.changed():
                apply(cell, blocked)
                v_immediate = _at_once(cell)
                cell.starts = _last_blocked(course, recover_at)
                end = final_state(cell, _called(fraction, place, len(places) == cell.size), max_spikes)
            cell.starts = before.states()
            errors = {**conservation_errors(cell, course), **received(cell, course)}
            step = predicted_step(cell, before, fraction, places)
        finally:
            cell.starts = saved
    result = BlockResult(
        before.layout, before, course, fraction, places, place, recover_at, v_immediate, *end, {}
    )
    result.summary.update(_summary(result, errors, step))
    result.summary["wall_s"] = time.perf_counter() - began
    return result


def _places(cell: Cell, where: Any) -> np.ndarray:
    """The cell's compartments that a block takes in; none where it is its glia's."""
    if cell.glia is not None and isinstance(where, str) and where == "glia":
        return np.zeros(0, int)
    return cell.where(where)


def _called(fraction: float, place: str, whole: bool) -> str:
    """What a block is called: "full block", "50 % block in dend"."""
    what = "full block" if whole else f"block in {place}"
    return what if fraction == 1 else f"{100 * fraction:g} % {what.removeprefix('full ')}"


def predicted_step(cell: Cell, before: RestResult, fraction: float, where: np.ndarray) -> float:
    """Depolarisation (mV) when a part of the pump current stops: I_pump / G of the whole cell.

    fraction: 0 to 1. where: indices of compartments.

    G is the membrane's slope conductance, taken at rest and, because the constant-field current is curved,
    at the voltage that this first estimate leads to; the mean of the two counts. Gates stay as they are.
    """
    layout = before.layout
    stopped = np.zeros(layout.size)
    stopped[where] = fraction * before.pump_net[where]
    current = layout.by_area(stopped)
    slope = layout.by_area(before.slope)
    system = System(cell)
    moved = system.start.copy()
    moved[system.at["v"]] += electrogenic_step(current, slope)
    after = layout.by_area(slope_conductance(system, moved))
    return float(electrogenic_step(current, 0.5 * (slope + after)))


def _at_once(cell: Cell) -> np.ndarray:
    """V (mV per compartment) with the concentrations as they start; nan where it does not come to rest."""
    system = System(cell, hold="concentrations")
    try:
        return system.state(system.expand(find_steady_state(system)[0]))["v"]
    except ConvergenceError:
        return np.full(cell.size, np.nan)


def _recovery(course: Course, recover_at: float | None) -> int | None:
    """Index of a course's state when the pumps run again, None if they do not."""
    return None if recover_at is None else int(np.searchsorted(course.t, recover_at * HOUR * (1 - 1e-12)))


def _last_blocked(course: Course, recover_at: float | None) -> Starts:
    """The last state of a course in which the pumps were still blocked."""
    recovery = _recovery(course, recover_at)
    return course.last(-1 if recovery is None else recovery)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def crossing(t: np.ndarray, values: np.ndarray, level: float) -> float | None:
    """First time at which `values` has reached `level`, on a smooth curve through them; None if never."""
    from scipy.interpolate import PchipInterpolator  # which takes longer to load than a small cell to solve

    above = (values - level) * np.sign(level - values[0]) >= 0
    if not above.any():
        return None
    index = int(np.argmax(above))
    if index < 2:
        return float(t[index])
    # the times lie evenly on a logarithmic axis, on which the course is smooth; t[0] = 0 has no place there
    curve = PchipInterpolator(np.log(t[1:]), values[1:] - level)
    return float(np.exp(root(curve, np.log(t[index - 1]), np.log(t[index]))))


def _summary(result: BlockResult, errors: dict[str, float | None], step: float) -> dict[str, Any]:
    layout, course, before = result.layout, result.course, result.before
    v = layout.by_area(course.v)
    v_before, back = before.summary["v_rest_mV"], result.recovery
    final = None if result.endless else float(layout.by_area(result.final))
    blocked = slice(
        None if back is None else back + 1
    )  # what V does once the pumps run again is no way there
    half = None if final is None else crossing(course.t[blocked], v[blocked], 0.5 * (v_before + final))
    tenth = crossing(course.t[blocked], v[blocked], v_before + 10)
    entering = np.zeros(layout.size)
    entering[result.where] = result.fraction * before.currents["na"]["pump"][result.where]
    rise = 60e3 * layout.by_volume(concentration_rate(entering, layout.area, layout.volume))
    volume = layout.by_volume(course.relative_volume)
    return {
        "cell": layout.name,
        "fraction": float(result.fraction),
        "hours": float(course.t[-1] / HOUR),
        "recover_at_hours": result.recover_at_hours,
        "v_before_mV": v_before,
        "v_immediate_mV": _or_none(float(layout.by_area(result.v_immediate))),
        "v_recovery_mV": None if back is None else float(v[back]),
        "v_end_mV": float(v[-1]),
        "step_predicted_mV": step,
        "v_end_min_mV": float(course.v[-1].min()),
        "v_end_max_mV": float(course.v[-1].max()),
        **_concentrations(result),
        **_of_glia(result),
        "relative_volume_recovery": None if back is None else float(volume[back]),
        "relative_volume_end": float(volume[-1]),
        "final_mV": final,
        "final_name": result.final_name,
        "final_relative_volume": None
        if result.endless
        else float(layout.by_volume(result.final_relative_volume)),
        "hours_to_10_mV": None if tenth is None else tenth / HOUR,
        "hours_half_way_to_final": None if half is None else half / HOUR,
        "nai_rise_mM_per_min": float(rise),
        **errors,
        "compartments": layout.size,
        "evaluations": course.evaluations,
        "spikes": course.spikes,
    }


def _of_glia(result: BlockResult) -> dict[str, Any]:
    """What became of the glia at the end, where the cell has one."""
    glia, before = result.course.glia, result.before.glia
    if glia is None or before is None:
        return {}
    found = {f"glia_{key}": before.summary[key] for key in ("cell",)}
    found |= {"glia_v_before_mV": before.summary["v_rest_mV"]}
    found |= {"glia_v_end_mV": float(before.layout.by_area(glia.v[-1]))}
    for ion in before.layout.ions:
        found[f"glia_{ion}i_before_mM"] = before.summary[f"{ion}i_mM"]
        mean = before.layout.by_volume(getattr(glia, ion)[-1], glia.relative_volume[-1])
        found[f"glia_{ion}i_end_mM"] = float(mean)
    volume = float(before.layout.by_volume(glia.relative_volume[-1]))
    return found | {"glia_relative_volume_end": volume}


def _concentrations(result: BlockResult) -> dict[str, float | None]:
    """Mean concentrations inside before, at recovery and at the end, and outside; None of ions it has not."""
    layout, course, back = result.layout, result.course, result.recovery
    found = {}
    for ion in (ion for ion in told_of(layout.ions) if not IONS[ion].trace):
        there = ion in layout.ions
        inner = layout.by_volume(getattr(course, ion), course.relative_volume)
        outer = layout.by_volume(getattr(course, ion + "o"))
        found[f"{ion}i_before_mM"] = result.before.summary[f"{ion}i_mM"]
        found[f"{ion}i_recovery_mM"] = float(inner[back]) if there and back is not None else None
        found[f"{ion}i_end_mM"] = float(inner[-1]) if there else None
        found[f"{ion}o_recovery_mM"] = float(outer[back]) if there and back is not None else None
        found[f"{ion}o_end_mM"] = float(outer[-1]) if there else None
    return found
