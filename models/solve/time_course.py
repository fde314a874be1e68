"""Time courses from milliseconds to days: stiff BDF integration with the exact sparse Jacobian.

BDF keeps linear invariants, so what the equations conserve stays conserved at any tolerance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..cell.stimuli import Stimulus
from ..errors import ConvergenceError, InputError
from ..parameters.arguments import check_callable, check_cell, number, rising, whole
from ..simulator.runtime import undisturbed
from ..words import HOUR
from .accounting import RELATIVE, constant, solver_of
from .course import Course, Stretch, joined
from .equations import System
from .events import Event, apply, check_events, check_hours
from .meaning import columns, glia_concentrations, settled
from .plan import Motion, Plan, Step
from .spikes import Watch, highest
from .states import GLIA, OUTSIDE, plain
from .tally import Tally

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
    system: System,
    start: float,
    times: np.ndarray,
    rtol: float = RELATIVE,
    watch: Watch | None = None,
    x: np.ndarray | None = None,
    moment: Callable[[float], None] = constant,
) -> tuple[np.ndarray, np.ndarray]:
    """States y at `times` (ms, increasing, all >= start) from the system's start state, and what entered.

    Returns arrays (times, states) and (times, counted), the time integral of the ions' fluxes through the
    whole membrane (into the cell, mM of the volume it began with) and, after them, of what a tally counts.
    start: ms. rtol: relative error per step. watch: sees V at every step. x: free states to start from,
    (free,), in place of the system's start state. moment: lets what depends on time be as at a time (ms).
    Raises ConvergenceError with the time reached where the integrator gives up, GivenUpError where the watch
    has seen too many spikes.
    """
    x, unknowns = system.pack(system.start) if x is None else x, system.unknowns
    found, at_v = np.zeros((len(times), len(x) + system.counted)), unknowns.watched
    clock = times - start  # where equations do not depend on time, near 0 it has no shortest step
    done = int(np.searchsorted(clock, 0.0, side="right"))
    found[:done, : len(x)] = x
    moving = constant if moment is constant else lambda t: moment(start + t)
    solver = solver_of(system, x, clock[-1], rtol, moving, system.jacobian_near) if done < len(times) else None
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
            watch.see(start + solver.t, *highest(solver.z, at_v))
            watch.tell(start + solver.t)
    if solver:
        system.jacobian_near = solver.jacobian
    # between two amounts near 0 the polynomial may lie below it, by less than is tolerated
    states, least = found[:, : len(x)], np.where(unknowns.is_amount, 0.0, -np.inf)
    return system.expand(np.maximum(states, least, out=states)), found[:, len(x) :]


@dataclass(frozen=True)
class Look:
    """What of a course is kept, and how it is integrated.

    points: output times in a stretch, on a logarithmic axis; wanted: the times wanted instead (ms), (times,)
    rtol: the integrator's relative tolerance
    pump: whether to keep the pumps' net current
    counted: what an experiment has put into the cell, where what each process carries is to be counted too
    """

    points: int = 120
    wanted: np.ndarray | None = None
    rtol: float = RELATIVE
    pump: bool = False
    counted: Sequence[Stimulus] | None = None


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
    steps = [Step(event.at_hours * HOUR, partial(apply, cell, event)) for event in check_events(events, hours)]
    plan = Plan(hours * HOUR, steps)
    wanted = None if times_ms is None else rising("times_ms", times_ms, plan.stop)
    watch = Watch(cell.name, max_spikes, progress)
    return followed(cell, plan, Look(points, wanted, rtol, pump), watch)


def followed(
    cell: Cell, plan: Plan, look: Look, watch: Watch, whole: Mapping[str, np.ndarray] | None = None
) -> Course:
    """What becomes of a cell from its start while all that a plan says happens; the cell's parameters are as
    before afterwards, but for what steps and motions have put into its mechanisms.

    whole: the end of an earlier course of this cell, which is then where it starts from. Raises as `evolve`.
    """
    saved = cell.starts
    with cell.changed():
        try:
            made = _Following(cell, plan, look, watch)
            if whole is not None:
                made.go_on_from(whole)
            stretches = [made.stretch(begin, end) for begin, end in plan.stretches()]
            course = joined(cell, stretches, watch.seen, made.keys)
            course.end = made.whole()
            return course
        finally:
            cell.starts = saved


class _Following:
    """A cell that is being followed: its equations, and the state that it has come to."""

    def __init__(self, cell: Cell, plan: Plan, look: Look, watch: Watch) -> None:
        self.cell, self.plan, self.look, self.watch = cell, plan, look, watch
        self._system: System | None = None
        self._last: np.ndarray | None = None  # all states, at the end of the last stretch
        self._counts = np.zeros(3, int)
        self._stale = True  # whether the equations must be made anew

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Of a tally's rows, if there is one."""
        tally = None if self._system is None else self._system.tally
        return [] if tally is None else tally.keys

    def whole(self) -> dict[str, np.ndarray]:
        """The whole state that it has come to, by kind."""
        assert self._system is not None and self._last is not None
        return {kind: self._last[at] for kind, at in self._system.at.items()}

    def go_on_from(self, whole: Mapping[str, np.ndarray]) -> None:
        """Let it be in a state that it, or another of its kind, has come to."""
        system = System(self.cell)
        theirs = {kind: np.shape(values) for kind, values in whole.items()}
        if theirs != {kind: at.shape for kind, at in system.at.items()}:
            raise InputError(
                f"{self.cell.name}: cannot go on from a state of another cell; expected the same compartments, "
                "ions and mechanisms"
            )
        self._last = system.start.copy()
        for kind, at in system.at.items():
            self._last[at] = whole[kind]
        self._system = system
        self._stale = True

    def stretch(self, begin: float, end: float) -> Stretch:
        """Follow it from one time to the next (ms)."""
        steps, moving = self.plan.steps_at(begin), self.plan.moving_from(begin)
        system = self._system
        if self._stale or system is None or any(not one.plain for one in (*steps, *moving)):
            system, self._stale = self._anew(steps), False
        else:
            for step in steps:
                step.make()
            if steps:
                system.refresh()
        due, kept = _due(begin, end, self.plan.stop, self.look)
        x = None if self._last is None or system is not self._system else system.pack(self._last)
        moment = _moment(system, moving) if moving else constant
        states, entered = integrate(system, begin, due, self.look.rtol, self.watch, x, moment)
        self._system, self._last = system, states[-1]
        found = self._told(system, due[:kept], states[:kept], entered, moment)
        moment(end)
        return found

    def _anew(self, steps: list[Step]) -> System:
        """The equations after some steps, from the state before them: all of it or, at the beginning, the
        cell's start."""
        cell, last = self.cell, self._last
        if self._system is not None and last is not None:
            cell.start = self._system.state(last)
            if cell.glia is not None:
                cell.glia.start = glia_concentrations(cell, self._system.at, last)
        # what is bound, open and outside when the course begins is so from before its first event
        before = System(cell) if steps and last is None else None
        for step in steps:
            step.make()
        self._counts[:] = 0
        system = System(cell, start=last, tally=None if self.look.counted is None else Tally(cell, self.look.counted))
        if before is not None:
            take_over(system, before)
        return system

    def _told(
        self,
        system: System,
        t: np.ndarray,
        states: np.ndarray,
        entered: np.ndarray,
        moment: Callable[[float], None],
    ) -> Stretch:
        """What is kept of a stretch: states at its times, what entered until these and its end."""
        done = np.array([system.evaluations, system.jacobians, system.factorisations])
        counts = tuple((done - self._counts).tolist())
        n, glia = len(system.cell.ions), system.cell.glia

        def net(cell: Cell) -> np.ndarray | None:
            found = [pumped(system, y, cell).net for y in states] if self.look.pump else []
            return np.array(found).reshape(len(states), cell.size) if self.look.pump else None

        def gates(of_glia: bool) -> dict[str, np.ndarray]:
            kinds = [kind for kind in system.states.gates if kind.startswith(GLIA) == of_glia]
            return {plain(kind): columns(states, system.at[kind]) for kind in kinds}

        beside, tallied = None, n
        if glia is not None:
            state = glia_concentrations(system.cell, system.at, states)
            tallied += len(glia.ions)
            none = np.zeros((len(t), 0))
            own = entered[:, n:tallied], entered[:, :0], none, net(glia)
            beside = Stretch(t, state, gates(True), *own, counts)
        inner, moved, flows = entered[:, :n], entered[:, tallied:], _flows(system, t, states, moment)
        parts = inner, moved, flows, net(system.cell)
        self._counts[:] = system.evaluations, system.jacobians, system.factorisations
        return Stretch(t, system.state(states), gates(False), *parts, counts, beside)


def _flows(
    system: System, t: np.ndarray, states: np.ndarray, moment: Callable[[float], None]
) -> np.ndarray:
    """What a tally counts, (times, rows), in these states at these times; NEURON is left at the last."""
    tally = system.tally
    if tally is None:
        return np.zeros((len(t), 0))
    found = np.zeros((len(t), tally.counts.rows))
    for row, (time, y) in enumerate(zip(t, states, strict=True)):
        moment(time)
        system.full_rates(y)
        found[row] = tally.summed(system.flowing())
    return found


def _moment(system: System, moving: list[Motion]) -> Callable[[float], None]:
    """Lets everything that moves be as at a time (ms)."""

    def moment(t: float) -> None:
        for motion in moving:
            motion.put(motion.value(t))
        if any(not motion.plain for motion in moving):
            system.renew()
        else:
            system.refresh()

    return moment


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


def _due(begin: float, end: float, stop: float, look: Look) -> tuple[np.ndarray, int]:
    """Times (ms) at which to look at a stretch, its end last, and how many of them the course keeps: the next
    stretch, if there is one, begins with the end of this."""
    wanted = look.wanted
    if wanted is None:
        due = output_times(begin, end, look.points)
    else:
        due = np.append(wanted[(wanted >= begin) & (wanted < end)], end)
    closing = end == stop and (wanted is None or wanted[-1] >= end * (1 - 1e-12))
    return due, len(due) if closing else len(due) - 1
