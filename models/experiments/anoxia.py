"""What does a cell do when nothing makes its ATP any more, and when the supply comes back?"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.cell import Cell
from ..cell.energy import pool_of
from ..errors import InputError
from ..parameters.arguments import check_callable, number
from ..physics.energy import free_energy
from ..physics.ions import IONS, told_of
from ..solve.course import Course
from ..solve.events import Event, check_hours, check_within
from ..solve.time_course import evolve
from ..words import HOUR
from .block import crossing
from .conservation import conservation_errors
from .dataset import measured, of_course
from .given import Given, cell_and_settings
from .layout import Layout
from .rest import rest
from .rest_result import RestResult
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

WORDS = {
    "atp": "ATP",
    "adp": "ADP",
    "amp": "AMP",
    "phosphocreatine": "phosphocreatine",
    "phosphate": "free phosphate",
}


@dataclass(repr=False)
class AnoxiaResult(Result):
    """A cell whose supply of what makes ATP is cut.

    before: the rest it started from
    course: states over time, (times, compartments)
    oxygen: what is left of the supply
    restore_at_hours: when it is whole again (h), None where it stays cut
    levels: of atp, adp, amp, phosphocreatine and phosphate the concentration (mM), (times, compartments)
    free_energy: of a mole of ATP (kJ), (times, compartments)
    summary: scalars, the unit in every key
    """

    layout: Layout
    before: RestResult
    course: Course
    oxygen: float
    restore_at_hours: float | None
    levels: dict[str, np.ndarray]
    free_energy: np.ndarray
    summary: dict[str, Any]

    @property
    def restored(self) -> int | None:
        """Index of the last state before the supply is whole again, None where it stays cut."""
        if self.restore_at_hours is None:
            return None
        return int(np.searchsorted(self.course.t, self.restore_at_hours * HOUR * (1 - 1e-12)))

    def to_xarray(self) -> "Dataset":
        """States and what ATP stands in per time and compartment (segment), and ion."""
        variables, coords = of_course(self.layout, self.course)
        each = ("time", "segment")
        for name, values in self.levels.items():
            variables[name] = measured(each, values, "mM", WORDS[name])
        variables["dg_atp"] = measured(each, self.free_energy, "kJ/mol", "free energy of ATP")
        return self._dataset(variables, coords)

    def line(self) -> str:
        """What it is, on one line."""
        s = self.summary
        return (
            f"{100 * self.oxygen:.4g} % of {s['cell']}'s supply of ATP for {s['hours']:.4g} h: "
            f"{s['v_before_mV']:.4g} to {s['v_end_mV']:.4g} mV"
        )


def anoxia(
    cell: Given = "neuron_fed",
    oxygen: float = 0.0,
    hours: float = 0.5,
    restore_at: float | None = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> AnoxiaResult:
    """Cut the supply of what makes ATP in a resting cell and follow it.

    cell, set, scale, max_spikes, options: as in `rest`; a cell in which ATP is a state (energy.followed).
    With outside = "closed" it is ischaemia: nothing is washed away.
    oxygen: what is left of the supply, 0 to 1.
    hours: how long to follow, or a time with its unit, "10 min".
    restore_at: when the supply is whole again, in hours or with its unit (default: never).
    progress: called with the time reached (ms) and words, how often the cell has fired.

    Raises InputError for what cannot be used, BalanceError where the cell cannot be made, ConvergenceError
    where it has no rest to begin with or an integration finds no answer.
    """
    check_callable("progress", progress)
    oxygen, hours = number("oxygen", oxygen, "1", 0, 1), check_hours(hours)
    restore_at = check_within("restore_at", restore_at, hours)
    cell, set = cell_and_settings(cell, set, options)
    if not cell.parameters.energy.followed:
        raise InputError(
            f"{cell.name}: ATP is no state of it; expected a cell with energy.followed = true, such as "
            "neuron_fed"
        )
    before = rest(cell, set=set, scale=scale, max_spikes=max_spikes)
    began, saved = time.perf_counter(), cell.start
    with cell.changed(set, scale):
        try:
            cell.start = before.state()
            events = [Event(0.0, set={"oxygen": oxygen * cell.conditions.oxygen})]
            if restore_at is not None:
                events.append(Event(restore_at, set={"oxygen": cell.conditions.oxygen}))
            course = evolve(cell, hours, events, progress=progress, max_spikes=max_spikes)
            errors = conservation_errors(cell, course)
            levels = _levels(cell, course)
        finally:
            cell.start = saved
    found = AnoxiaResult(before.layout, before, course, oxygen, restore_at, *levels, {})
    found.summary.update(_summary(found, errors))
    found.summary["wall_s"] = time.perf_counter() - began
    return found


def _levels(cell: Cell, course: Course) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What ATP stands in (mM of the volume as it is), by name, and its free energy (kJ/mol)."""
    pool = pool_of(cell.parameters, cell.conditions)
    there = pool.with_bonds(course.state["bonds"])
    levels = {name: np.asarray(getattr(there, name)) / course.relative_volume for name in WORDS}
    dg0 = cell.conditions.pump["dg0"]
    energy = free_energy(dg0, levels["atp"], levels["adp"], levels["phosphate"], cell.celsius)
    return levels, np.asarray(energy)


def _summary(result: AnoxiaResult, errors: dict[str, float | None]) -> dict[str, Any]:
    layout, course = result.layout, result.course
    v = layout.by_area(course.v)
    atp = layout.by_volume(result.levels["atp"], course.relative_volume)
    energy = layout.by_volume(result.free_energy)
    half, tenth = crossing(course.t, atp, 0.5 * atp[0]), crossing(course.t, v, v[0] + 10)
    back = result.restored
    found: dict[str, Any] = {
        "cell": layout.name,
        "oxygen": result.oxygen,
        "hours": float(course.t[-1] / HOUR),
        "restore_at_hours": result.restore_at_hours,
        "v_before_mV": float(v[0]),
        "v_restored_mV": None if back is None else float(v[back]),
        "v_highest_mV": float(v.max()),
        "v_end_mV": float(v[-1]),
        "atp_before_mM": float(atp[0]),
        "atp_restored_mM": None if back is None else float(atp[back]),
        "atp_lowest_mM": float(atp.min()),
        "atp_end_mM": float(atp[-1]),
        "dg_atp_before_kJ_mol": float(energy[0]),
        "dg_atp_restored_kJ_mol": None if back is None else float(energy[back]),
        "dg_atp_end_kJ_mol": float(energy[-1]),
        "hours_to_half_atp": None if half is None else half / HOUR,
        "hours_to_10_mV": None if tenth is None else tenth / HOUR,
        "relative_volume_end": float(layout.by_volume(course.relative_volume[-1])),
    }
    for ion in (ion for ion in told_of(layout.ions) if ion in layout.ions and not IONS[ion].trace):
        inner = layout.by_volume(getattr(course, ion), course.relative_volume)
        outer = layout.by_volume(getattr(course, ion + "o"))
        for key, values in ((f"{ion}i", inner), (f"{ion}o", outer)):
            found |= {f"{key}_before_mM": float(values[0]), f"{key}_end_mM": float(values[-1])}
            found[f"{key}_restored_mM"] = None if back is None else float(values[back])
    return found | errors | {"compartments": layout.size, "spikes": course.spikes}
