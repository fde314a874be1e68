"""A cell that is followed through all that a plan says: its equations, made anew where they must be, and what
is kept of its states.

Every so many steps, and always at the same, a part ends: the equations are made anew from the state, and what
has been found is put together. A course that goes on from the end of a part is then the one that never
stopped, to the bit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..errors import InputError
from .accounting import RELATIVE, constant
from .course import Stretch, merged
from .equations import System
from .integration import Reached, advance
from .looks import Look, due_of
from .meaning import settled
from .of_part import part_state, seen_of, with_entered
from .plan import Motion, Plan, Step
from .spikes import Watch
from .states import OUTSIDE
from .tally import NOTHING, Tally


@dataclass
class Part:
    """What has been found until a part of a course ended.

    number: how many parts have ended; stretch, t: in which stretch that was, and when (ms)
    whole: the whole state there, by kind; found: since the part before
    seen: by whom spikes are counted, what that is then
    """

    number: int
    stretch: int
    t: float
    whole: dict[str, np.ndarray]
    found: Stretch
    seen: dict[str, Any]


class Following:
    """A cell that is being followed: its equations, and the state that it has come to.

    parts: called with each part of the course, when it has ended
    """

    def __init__(
        self,
        cell: Cell,
        plan: Plan,
        look: Look,
        watch: Watch,
        parts: Callable[[Part], None] | None = None,
    ) -> None:
        self.cell, self.plan, self.look, self.watch, self._parts = cell, plan, look, watch, parts
        self._system: System | None = None
        self._last: np.ndarray | None = None  # all states, where it has come to
        self._counts = np.zeros(3, int)
        self._jacobian: Any = None  # of these equations, near where they are
        self._stale = True  # whether the equations must be made anew
        self._steps = 0  # since a part has ended
        self._number = 0  # of parts that have ended
        self._open: list[Stretch] = []  # found since
        self.closed: list[Stretch] = []  # found before, one a part

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Of a tally's rows, if there is one."""
        return [] if self._system is None else list(self._system.tally.keys)

    def whole(self) -> dict[str, np.ndarray]:
        """The whole state that it has come to, by kind."""
        assert self._system is not None and self._last is not None
        return {kind: self._last[at] for kind, at in self._system.at.items()}

    def go_on_from(self, whole: Mapping[str, np.ndarray]) -> None:
        """Let it be in a state that it, or another of its kind, has come to. InputError for another
        cell's."""
        self._system, self._last = _in_state(self.cell, whole)
        self._stale = True

    def replay(self, parts: Sequence[Part]) -> None:
        """Go on where the last of these parts of the same course ended: what was done until then is done."""
        last, stretches = parts[-1], self.plan.stretches()
        for begin, end in stretches[: last.stretch + 1]:
            if begin < last.t or begin == 0.0:
                for step in self.plan.steps_at(begin):
                    step.make()
                for motion in self.plan.moving_from(begin):
                    motion.put(motion.value(min(end, last.t)))
        self.closed = [part.found for part in parts]
        self._number = last.number
        self.watch.go_on_from(last.seen)
        self.go_on_from(last.whole)

    def follow(self, since: Part | None = None) -> list[Stretch]:
        """Follow it to the end of the plan, from the beginning or from the end of a part; what was found, a
        stretch a part."""
        stretches = self.plan.stretches()
        first, at = (0, 0.0) if since is None else (since.stretch, since.t)
        for number, (begin, end) in enumerate(stretches[first:], start=first):
            if end <= at:
                continue
            self._stretch(number, max(begin, at), begin, end)
        return [*self.closed, *([merged(self._open)] if self._open else [])]

    def _stretch(self, number: int, t: float, begin: float, end: float) -> None:
        """Follow it through one stretch, or what is left of it from t (ms) on."""
        steps = self.plan.steps_at(begin) if t == begin else []
        moving = self.plan.moving_from(begin)
        plain = all(step.plain for step in steps) and all(motion.plain for motion in moving)
        if self._stale or self._system is None or not plain:
            self._anew(steps)
        else:
            for step in steps:
                step.make()
            self._system.refresh()
            if self.look.rtol < RELATIVE:  # what is found then does not hang on what was before
                self._jacobian = None
        due, kept = due_of(t, end, self.plan.stop, self.look)
        while True:
            system = self._ready()
            moment = _moment(system, moving) if moving else constant
            longest = min((motion.longest for motion in moving), default=np.inf)
            assert self._last is not None
            most = None if self.look.most is None else max(self.look.most - self._steps, 1)
            x = system.pack(self._last)
            given = self.look.rtol, self.watch, moment, longest, most, self._jacobian
            made = advance(system, t, due, x, *given)
            self._steps += made.steps
            whole = made.done == len(due)
            t = end if whole else made.t
            self._open.append(self._told(due[: min(kept, made.done)], made, moving))
            moment(t)
            self._last, self._jacobian = system.expand(made.x[-1]), made.jacobian
            if self.look.most is not None and self._steps >= self.look.most:
                self._end_part(number, t)
                if not whole:
                    self._anew([])
            if whole:
                return
            due, kept = due[made.done :], kept - made.done

    def _ready(self) -> System:
        assert self._system is not None
        return self._system

    def _end_part(self, number: int, t: float) -> None:
        """Put together what was found, tell it, and let the equations be made anew."""
        self._number, self._steps, self._stale = self._number + 1, 0, True
        found = merged(self._open)
        self.closed.append(found)
        self._open = []
        if self._parts is not None:
            self._parts(Part(self._number, number, t, self.whole(), found, self.watch.told()))

    def _anew(self, steps: Sequence[Step]) -> None:
        """Make the equations after some steps, from the state before them: all of it or, at the beginning,
        the cell's start."""
        cell, last = self.cell, self._last
        if self._system is not None and last is not None:
            for part in self._system.parts:
                part.cell.start = part_state(self._system, part.cell, last)
        # what is bound, open and outside when the course begins is so from before its first event
        before = System(cell) if steps and last is None else None
        for step in steps:
            step.make()
        self._counts, self._jacobian = np.zeros(3, int), None
        tally = NOTHING if self.look.counted is None else Tally(cell, self.look.counted)
        self._system, self._stale = System(cell, start=last, tally=tally), False
        if before is not None:
            take_over(self._system, before)
        self._last = self._system.start

    def _told(self, t: np.ndarray, made: Reached, moving: list[Motion]) -> Stretch:
        """What is kept of a stretch: states at times t (ms), what entered until these and its end."""
        system, counts = self._ready(), self._counted()
        moment = _moment(system, moving) if moving else constant
        # what makes the equations others is at each time what it was then
        each = [slice(i, i + 1) for i in range(len(t))]
        rows = [slice(None)] if all(motion.plain for motion in moving) or not each else each
        seen = merged([_seen(system, t[row], made.x[: len(t)][row], moment, self.look.pump) for row in rows])
        entered = np.concatenate([made.entered[: len(t)], made.entered[-1:]])
        found = with_entered(system, seen, entered, counts)
        self._counted()
        if self.look.see is not None:
            for row, time in enumerate(t):
                self.look.see(time, {name: values[row] for name, values in seen.state.items()})
        return found

    def _counted(self) -> tuple[int, int, int]:
        """Evaluations, Jacobians and factorisations since this was asked before."""
        system = self._ready()
        now = np.array([system.evaluations, system.jacobians, system.factorisations])
        since, self._counts = now - self._counts, now
        return tuple(since.tolist())


def _seen(
    system: System, t: np.ndarray, x: np.ndarray, moment: Callable[[float], None], pump: bool
) -> Stretch:
    """States (times, free) as they are told of, with no word on what entered. pump: whether to tell its net
    current."""
    if len(t) == 1:
        moment(t[0])
    states, flows = system.expand(x), np.zeros((len(t), system.tally.rows))
    found = seen_of(system, t, states, pump)
    for row, (time, y) in enumerate(zip(t, states, strict=True)):
        if system.tally.rows:
            moment(time)
            system.full_rates(y)
            flows[row] = system.tally.summed(system.flowing())
    return replace(found, flows=flows)


def state_in(cell: Cell, whole: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """V and concentrations of a whole state of a cell; InputError for another cell's."""
    system, y = _in_state(cell, whole)
    return system.state(y)


def _in_state(cell: Cell, whole: Mapping[str, np.ndarray]) -> tuple[System, np.ndarray]:
    """A cell's equations, and the states y of them that `whole` holds by kind."""
    system = System(cell)
    theirs = {kind: np.shape(values) for kind, values in whole.items()}
    if theirs != {kind: at.shape for kind, at in system.at.items()}:
        raise InputError(
            f"{cell.name}: cannot go on from a state of another cell; expected the same compartments, "
            "ions and mechanisms"
        )
    y = system.start.copy()
    for kind, at in system.at.items():
        y[at] = whole[kind]
    return system, y


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
