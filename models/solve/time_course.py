"""Time courses from milliseconds to days: stiff BDF integration with the exact sparse Jacobian.

BDF keeps linear invariants, so what the equations conserve stays conserved at any tolerance.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..cell.pumps import check_block, pumped
from ..compiled import compiled
from ..errors import ConvergenceError, InputError
from ..parameters.arguments import check_callable, check_cell, named, number, plain, rising, shown, whole
from ..simulator.runtime import undisturbed
from .bdf import BDF
from .spikes import HOUR, Watch
from .system import System

# error per step; a course is then good to some 2e-4 mV, at worst to 1e-3, or, where V jumps, to 1e-5 ms of
# its time. Of a spike 0.01 ms are some mV: 1e-6 keeps the spikes of a second within 0.05 ms, 1e-7 within 0.01
RELATIVE = 1e-5
ABSOLUTE_V = 1e-4  # mV
ABSOLUTE_C = 1e-4  # mM
ABSOLUTE_TRACE = 1e-7  # mM
ABSOLUTE_GATE = 1e-5
SHORTEST, LONGEST = 1e-7, 1e7  # hours
COARSE = 1e-4  # where only the end counts
EARLIEST = 1e-2  # ms, the first time that is kept on a logarithmic axis


@dataclass
class Event:
    """At `at_hours`, change the experiment: `set` (bath, temperature, ...), `block` of the pump `where`."""

    at_hours: float
    set: dict = field(default_factory=dict)
    block: float | None = None
    where: object = "all"


@dataclass(repr=False)
class Course:
    """States over time.

    t (ms); state: v (mV), na, nao, ... of each ion (mM, free, inside and outside), swelling (relative
    volume), (times, compartments), each also an attribute of its name (`course.na`); gates: the states of
    channels and pumps by name, (times, owners); pump: their net current (mA/cm2) where it was asked for;
    entered: by ion, the time integral of its flux through the whole membrane (into the cell, mM of the volume
    it began with); evaluations of NEURON's equations, those for the jacobians among them; factorisations of
    Newton's matrix; spikes, how often the cell has fired.
    """

    t: np.ndarray
    state: dict[str, np.ndarray]
    gates: dict[str, np.ndarray]
    pump: np.ndarray | None
    entered: dict[str, np.ndarray]
    evaluations: int
    jacobians: int
    factorisations: int
    spikes: int

    def __getattr__(self, name: str) -> np.ndarray:
        if name in self.__dict__.get("state", {}):
            return self.__dict__["state"][name]
        raise AttributeError(f"a course has no {name!r}")

    def __repr__(self) -> str:
        times, compartments = self.v.shape
        return f"<course of {self.t[-1] / HOUR:.4g} h: {times} times, {compartments} compartments>"


def output_times(start: float, stop: float, points: int) -> np.ndarray:
    """Times (ms) spread evenly on a logarithmic axis that begins at `start`."""
    if stop - start <= EARLIEST:
        return np.array([start, stop])
    times = start + np.concatenate([[0.0], np.geomspace(EARLIEST, stop - start, points)])
    times[-1] = stop
    return times


def check_hours(hours) -> float:
    """How long a course is, in hours; InputError where no course can be that long."""
    found = plain("hours", hours, "h")
    if not SHORTEST <= found <= LONGEST:
        raise InputError(f"hours={found:g}: must be from {SHORTEST:g} (0.36 ms) to {LONGEST:g}")
    return found


def check_fraction(name: str, fraction) -> float:
    """The blocked fraction of a pump; InputError outside of 0 to 1."""
    found = plain(name, fraction, "1")
    if not 0 <= found <= 1:
        raise InputError(f"{name}={found:g}: the blocked fraction must lie between 0 and 1")
    return found


def check_within(name: str, at, hours: float) -> float | None:
    """When something happens in a course of `hours`, None if it does not; InputError outside of it."""
    if at is None:
        return None
    found = plain(name, at, "h")
    if not 0 < found < hours:
        raise InputError(f"{name}={found:g} h: must lie between 0 and the end, {hours:g} h")
    return found


class Ledger:
    """A system's equations and, beside them, what enters through the membrane: z = (x, entered).

    Integrated by the same formula, so that each ion's total and its book agree to round-off at any
    tolerance.
    """

    def __init__(self, system: System):
        self.system, self.books = system, len(system.cell.ions)

    def rates(self, z: np.ndarray) -> np.ndarray:
        return self.system.rates_and_entering(z[: -self.books])

    def jacobian(self, z: np.ndarray) -> tuple:
        own, entering = self.system.jacobian_and_entering(z[: -self.books])
        return own, entering.toarray()

    def possible(self, z: np.ndarray) -> bool:
        return self.system.possible(z[: -self.books])

    def solver(self, jacobian: tuple, c: float):
        """The function that solves (I - c jacobian) d = r for d, in place: the tree first, and then the
        books, on which nothing depends."""
        own, entering = jacobian
        factors = self.system.factors(own, 1.0, c)

        def solve(right):
            factors.solve_in_place(right)
            _add_books(entering, c, right)
            return right

        return solve


@compiled
def _add_books(entering, c, z):
    """What the books change by when the states before them do, where their own part has been found."""
    n = entering.shape[1]
    for k in range(len(entering)):
        for i in range(n):
            z[n + k] += c * entering[k, i] * z[i]


def solver_of(system: System, x: np.ndarray, stop: float, rtol: float) -> BDF:
    """The integrator of a system from its free states `x`, and empty books, for `stop` (ms)."""
    ledger, loose = Ledger(system), rtol / RELATIVE
    atol = np.full(len(x) + ledger.books, ABSOLUTE_GATE * loose)
    atol[: len(x)][system.is_v] = ABSOLUTE_V * loose
    atol[: len(x)][system.is_amount] = ABSOLUTE_C * loose
    atol[: len(x)][system.is_calcium] = ABSOLUTE_TRACE * loose
    atol[len(x) :] = np.inf  # the books follow what happens; they do not decide the step
    begin = np.concatenate([x, np.zeros(ledger.books)])
    return BDF(ledger, begin, stop, rtol, atol)


@undisturbed()
def integrate(
    system: System, start: float, times: np.ndarray, rtol: float = RELATIVE, watch: Watch | None = None
):
    """States y at `times` (ms, increasing, all >= start) from the system's start state, and what entered.

    Returns arrays (times, y) and (times, ions), the time integral of the ions' fluxes through the membrane.
    watch: sees V at every step. Raises ConvergenceError with the time reached where the integrator gives up.
    """
    x = system.start[system.free]
    found, entered = np.empty((len(times), system.size)), np.zeros((len(times), len(system.cell.ions)))
    clock = times - start  # the equations do not depend on time, and near 0 it has no shortest step
    done = int(np.searchsorted(clock, 0.0, side="right"))
    found[:done] = system.expand(x)
    if done == len(times):
        return found, entered
    solver = solver_of(system, x, clock[-1], rtol)
    while done < len(times):
        if not solver.step():
            hours = (start + solver.t) / HOUR
            if solver.refused is not None:
                system.check_possible(solver.refused[: len(x)], f"after {hours:.4g} h")
            raise ConvergenceError(
                f"{system.cell.name}: the time course stopped at {hours:.6g} h: "
                "no step, however short, succeeds"
            )
        reached = int(np.searchsorted(clock, solver.t, side="right"))
        if reached > done:
            for index, z in zip(range(done, reached), solver.at(clock[done:reached]), strict=True):
                # between two amounts near 0 the polynomial may lie below it, by less than is tolerated
                z[: len(x)][system.is_amount] = np.maximum(z[: len(x)][system.is_amount], 0.0)
                found[index], entered[index] = system.expand(z[: len(x)]), z[len(x) :]
            done = reached
        if watch:
            watch.see(start + solver.t, solver.z[: len(x)][system.is_v])
            watch.tell(start + solver.t)
    return found, entered


def evolve(
    cell,
    hours: float,
    events=(),
    points: int = 120,
    times_ms=None,
    progress=None,
    rtol: float = RELATIVE,
    pump: bool = False,
    max_spikes: int | None = None,
) -> Course:
    """Follow a cell from `cell.start` for `hours` of biological time.

    events: `Event`s at stated hours; each is exact, the integration restarts there. points: output times
    between one event and the next, on a logarithmic axis; times_ms: the times wanted instead; rtol: the
    integrator's relative tolerance, down to 1e-8 (below lies the round-off of NEURON's axial current); with
    spikes 1e-6 is advised; progress: called with the time reached (ms) and words, how often the cell has
    fired; max_spikes: after which the course is given up (default: never). The cell's parameters are as
    before afterwards. Raises InputError for impossible times, ConvergenceError where no answer is found.
    """
    check_cell(cell)
    check_callable("progress", progress)
    hours, points = check_hours(hours), whole("points", points, 2)
    rtol = number("rtol", rtol, "1", 1e-8, 1e-2)
    events = [checked(event, hours) for event in _listed(events)]
    edges = sorted({0.0, *(event.at_hours * HOUR for event in events), hours * HOUR})
    wanted = None if times_ms is None else rising("times_ms", times_ms, edges[-1])
    watch = Watch(cell.name, max_spikes, progress)
    saved, counts, pieces, last, book = cell.start, np.zeros(3, int), [], None, 0.0
    with cell.changed():
        try:
            for begin, end in pairwise(edges):
                now = [event for event in events if event.at_hours * HOUR == begin]
                # what is bound, open and outside when the course begins is so from before its first event
                before = System(cell) if now and last is None else None
                for event in now:
                    apply(cell, event)
                due = output_times(begin, end, points)
                if wanted is not None:
                    due = np.append(wanted[(wanted >= begin) & (wanted < end)], end)
                system = System(cell, start=last)  # gates go on where they were
                if before is not None:
                    system.take_over(before)
                states, entered = integrate(system, begin, due, rtol, watch)
                entered, book = entered + book, entered[-1] + book
                counts += (system.evaluations, system.jacobians, system.factorisations)
                last = states[-1]
                cell.start = system.state(last)
                keep = slice(0, -1)
                if end == edges[-1] and (wanted is None or wanted[-1] >= end * (1 - 1e-12)):
                    keep = slice(None)
                kept = states[keep].T
                gates = {kind: kept[system.at[kind]] for kind in system.gates}
                current = [pumped(system, y).net for y in states[keep]] if pump else []
                pieces.append((due[keep], system.state(kept), entered[keep], gates, current))
        finally:
            cell.start = saved
    t, state, entered, gates, current = zip(*pieces, strict=True)
    gates = {kind: np.concatenate([piece[kind].T for piece in gates]) for kind in gates[0]}
    together = {key: np.concatenate([piece[key].T for piece in state]) for key in state[0]}
    entered = dict(zip(cell.ions, np.concatenate(entered).T, strict=True))
    carried = np.concatenate(current) if pump else None
    counts = dict(zip(("evaluations", "jacobians", "factorisations"), counts.tolist(), strict=True))
    return Course(np.concatenate(t), together, gates, carried, entered, **counts, spikes=watch.spikes)


def _listed(events) -> list:
    if isinstance(events, Event):
        return [events]
    if not isinstance(events, list | tuple):
        raise InputError(f"events: expected a list of Event(at_hours, ...), got {shown(events)}")
    return list(events)


def checked(event: Event, hours: float) -> Event:
    """The event with plain numbers; InputError where it is none, or outside of a course of `hours`."""
    if not isinstance(event, Event):
        raise InputError(f"events: expected Event(at_hours, set=..., block=...), got {shown(event)}")
    at_hours = plain("event at", event.at_hours, "h")
    if not 0 <= at_hours < hours:
        raise InputError(f"event at {at_hours:g} h: must lie between 0 and the end, {hours:g} h")
    block = event.block if event.block is None else check_fraction("block", event.block)
    return Event(at_hours, named("set", event.set), block, event.where)


def apply(cell, event: Event) -> None:
    """Make the change of an event in the cell."""
    for name, value in event.set.items():
        outer = (*(ion + "o" for ion in cell.ions), *cell.impermeant_outside, "volume_fraction")
        if cell.space == "closed" and event.at_hours > 0 and name in outer:
            raise InputError(
                f"event: set {name}={value}: a closed space has no bath, and what it began with cannot "
                "change later"
            )
        cell.set(name, value)
    if event.block is not None:
        places = cell.where(event.where)
        if event.block > 0:
            check_block(cell, places)
        cell.block[places] = event.block
