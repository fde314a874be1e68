"""Time courses of a cell, from milliseconds to days."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from ..cell.cell import Cell
from ..parameters.arguments import check_callable, check_cell, number, rising, whole
from ..words import HOUR
from .accounting import RELATIVE
from .course import Course, joined
from .events import Event, apply, check_events, check_hours
from .following import Following, Part
from .looks import Look
from .plan import Plan, Step
from .spikes import Watch


class Kept(Protocol):
    """Where the parts of a course are kept. parts: those that are there already; add: keeps another."""

    @property
    def parts(self) -> list[Part]: ...

    def add(self, part: Part) -> None: ...


def evolve(
    cell: Cell,
    hours: float,
    events: Event | Sequence[Event] = (),
    points: int = 120,
    times_ms: Sequence[float] | np.ndarray | None = None,
    progress: Callable[[float, str], None] | None = None,
    rtol: float = RELATIVE,
    pump: bool = False,
    max_spikes: int | None = None,
) -> Course:
    """Follow a cell from `cell.start` for `hours` of biological time.

    hours: 1e-7 to 1e7, or a time with its unit, "30 min".
    events: what happens at stated hours; each is exact, the integration restarts there.
    points: output times between one event and the next, on a logarithmic axis.
    times_ms: the times wanted instead (ms, rising, from 0 to the end), (times,).
    rtol: the integrator's relative tolerance, down to 1e-8 (below lies the round-off of NEURON's axial
    current); with spikes 1e-6 is advised.
    progress: called with the time reached (ms) and words, how often the cell has fired.
    pump: whether to keep the pumps' net current.
    max_spikes: after which the course is given up (default: never).

    Returns what every compartment held at these times, arrays (times, compartments); the cell's parameters
    are as before afterwards. Raises InputError for impossible times, settings and places, ConvergenceError
    where no answer is found, GivenUpError (one of them) after `max_spikes`, EngineError where NEURON refuses.
    """
    check_cell(cell)
    check_callable("progress", progress)
    hours, points = check_hours(hours), whole("points", points, 2)
    rtol = number("rtol", rtol, "1", 1e-8, 1e-2)
    steps = [
        Step(event.at_hours * HOUR, partial(apply, cell, event)) for event in check_events(events, hours)
    ]
    plan = Plan(hours * HOUR, steps)
    wanted = None if times_ms is None else rising("times_ms", times_ms, plan.stop)
    watch = Watch(cell.name, max_spikes, progress)
    return followed(cell, plan, Look(points, wanted, rtol, pump), watch)


def followed(
    cell: Cell,
    plan: Plan,
    look: Look,
    watch: Watch,
    whole: Mapping[str, np.ndarray] | None = None,
    kept: Kept | None = None,
) -> Course:
    """What becomes of a cell from its start while all that a plan says happens; the cell's parameters are as
    before afterwards, but for what steps and motions have put into its mechanisms.

    whole: the end of an earlier course of this cell, which is then where it starts from. kept: where parts of
    the course are kept, from the last of which it goes on. Raises as `evolve`.
    """
    saved = cell.starts
    with cell.changed():
        try:
            made = Following(cell, plan, look, watch, None if kept is None else kept.add)
            parts = [] if kept is None else kept.parts
            if parts:
                made.replay(parts)
            elif whole is not None:
                made.go_on_from(whole)
            stretches = made.follow(parts[-1] if parts else None)
            course = joined(cell, stretches, watch.seen, made.keys)
            course.end = made.whole()
            return course
        finally:
            cell.starts = saved
