"""Time courses from milliseconds to days: stiff BDF integration with the exact sparse Jacobian.

BDF keeps linear invariants, so what the equations conserve stays conserved at any tolerance.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from ..cell.cell import Cell
from ..errors import ConvergenceError
from ..parameters.arguments import check_callable, check_cell, number, rising, whole
from ..simulator.runtime import undisturbed
from ..words import HOUR
from .accounting import RELATIVE, solver_of
from .course import Course, Stretch, joined_course, stretch_of
from .equations import System
from .events import Event, apply, check_events, check_hours
from .meaning import settled
from .of_part import state_of
from .spikes import Watch, highest
from .states import OUTSIDE

EARLIEST = 1e-2  # ms, the first time that is kept on a logarithmic axis


def output_times(start: float, stop: float, points: int) -> np.ndarray:
    """Times (ms) spread evenly on a logarithmic axis that begins at `start` and ends at `stop` (ms), both
    included: (points + 1,), or (2,) of a stretch that is too short for more."""
    if stop - start <= EARLIEST:
        return np.array([start, stop])
    times = start + np.concatenate([[0.0], np.geomspace(EARLIEST, stop - start, points)])
    times[-1] = stop
    return times


@undisturbed()
def integrate(
    system: System, start: float, times: np.ndarray, rtol: float = RELATIVE, watch: Watch | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """States y at `times` (ms, increasing, all >= start) from the system's start state, and what entered.

    Returns arrays (times, states) and (times, ions), the time integral of the ions' fluxes through the whole
    membrane (into the cell, mM of the volume it began with). start: ms. rtol: relative error per step.
    watch: sees V at every step. Raises ConvergenceError with the time reached where the integrator gives up,
    GivenUpError where the watch has seen too many spikes.
    """
    x, unknowns = system.pack(system.start), system.unknowns
    found, at_v = np.zeros((len(times), len(x) + system.counted)), unknowns.watched
    clock = times - start  # the equations do not depend on time, and near 0 it has no shortest step
    done = int(np.searchsorted(clock, 0.0, side="right"))
    found[:done, : len(x)] = x
    solver = solver_of(system, x, clock[-1], rtol) if done < len(times) else None
    while solver and done < len(times):
        if not solver.step():
            hours = (start + solver.t) / HOUR
            if solver.refused is not None:
                system.check_possible(solver.refused[: len(x)], f"after {hours:.4g} h")
            raise ConvergenceError(
                f"{system.cell.name}: the time course stopped at {hours:.6g} h: "
                "no step, however short, succeeds"
            )
        if solver.t >= clock[done]:
            reached = int(np.searchsorted(clock, solver.t, side="right"))
            found[done:reached] = solver.at(clock[done:reached])
            done = reached
        if watch:
            watch.see(start + solver.t, highest(solver.z, at_v))
            watch.tell(start + solver.t)
    # between two amounts near 0 the polynomial may lie below it, by less than is tolerated
    states, least = found[:, : len(x)], np.where(unknowns.is_amount, 0.0, -np.inf)
    return system.expand(np.maximum(states, least, out=states)), found[:, len(x) :]


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
    happening = check_events(events, hours)
    edges = sorted({0.0, *(event.at_hours * HOUR for event in happening), hours * HOUR})
    wanted = None if times_ms is None else rising("times_ms", times_ms, edges[-1])
    watch = Watch(cell.name, max_spikes, progress)
    saved, last = cell.starts, None
    stretches: list[Stretch] = []
    with cell.changed():
        try:
            for begin, end in pairwise(edges):
                now = [event for event in happening if event.at_hours * HOUR == begin]
                system = _after(cell, now, last)
                due, kept = _due(begin, end, edges[-1], points, wanted)
                states, entered = integrate(system, begin, due, rtol, watch)
                last = states[-1]
                for part in system.parts:
                    part.cell.start = state_of(system, part.cell, last)
                stretches.append(stretch_of(system, due[:kept], states[:kept], entered, pump))
        finally:
            cell.starts = saved
    return joined_course(cell, stretches, watch.spikes)


def _after(cell: Cell, events: list[Event], last: np.ndarray | None) -> System:
    """The equations after some events, from the state before them: all of it, the `last` of a stretch, or the
    cell's start."""
    # what is bound, open and outside when the course begins is so from before its first event
    before = System(cell) if events and last is None else None
    for event in events:
        apply(cell, event)
    system = System(cell, start=last)  # gates go on where they were
    if before is not None:
        take_over(system, before)
    return system


def take_over(system: System, other: System) -> None:
    """Let a system start from the gates that another of the same cell starts from and, where it is not
    closed, from what is in its spaces outside; nothing is held."""
    kinds, outside = list(system.states.gates), system.cell.surroundings
    if outside.followed and not outside.keeps_ions:
        kinds += [kind for kind in OUTSIDE if kind in system.at]
    start = system.start.copy()
    for kind in kinds:
        start[system.at[kind]] = other.start[other.at[kind]]
    system.begin(settled(system.cell, system.at, start))


def _due(
    begin: float, end: float, stop: float, points: int, wanted: np.ndarray | None
) -> tuple[np.ndarray, int]:
    """Times (ms) at which to look at a stretch, its end last, and how many of them the course keeps: the next
    stretch, if there is one, begins with the end of this."""
    if wanted is None:
        due = output_times(begin, end, points)
    else:
        due = np.append(wanted[(wanted >= begin) & (wanted < end)], end)
    closing = end == stop and (wanted is None or wanted[-1] >= end * (1 - 1e-12))
    return due, len(due) if closing else len(due) - 1
