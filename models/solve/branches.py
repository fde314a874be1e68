"""All branches of steady states of a cell along a dial, as far as they can be found.

Each is followed both ways from a start: the cell's own rest, rests that other starts lead to at the limits,
and the states to which the cell goes when it is pushed over a fold or a Hopf point. A start that lies on a
branch known already is left.

No library follows them. pacopy and PyCont-Lite for Python, looked at in 2026: the one locates no turns, the
other solves by Krylov's methods without a Jacobian, which ten decades of rates defeat; AUTO is dense,
BifurcationKit is Julia's.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..errors import ConvergenceError, EngineError
from ..simulator.runtime import quiet_neuron, undisturbed
from .along import Along
from .linear import near
from .path import Lost, Point, begin, follow, settle
from .steady_state import find_steady_state
from .turns import CROSSING, DAMPING, FOLD, HOPF, OFF, Turn, growing, slowest_of, turns_between

PUSH = 1e-2  # over a fold: of the branch's length, and of the dial's range
ALIKE = 1e-4  # of the scale: states that are the same
NEARBY = 0.5  # of it: states that may be, before they are found exactly
AT_ONCE = 4  # points of a branch along which as many modes grow if as many do at both ends
SPIKES = 300  # after which a start is given up, unless said

Told = Callable[[float, str], object]


@dataclass(frozen=True)
class Stop:
    """A point of a branch as it is kept.

    x: free states, (free,); u: where the dial stands, 0 to 1
    growing: how many modes grow there, None at a turn, where one does neither
    slowest: eigenvalue of the slowest mode (1/ms)
    turn: which it is, if it is one
    """

    x: np.ndarray
    u: float
    growing: int | None
    slowest: complex
    kind: str = ""
    period: float | None = None

    @property
    def stable(self) -> bool:
        """Whether no mode grows; at a turn neither."""
        return self.growing == 0


Branch = list[Stop]


@dataclass(frozen=True)
class Start:
    """Where to look for a branch: a state near which one may be, (free,), or from which the cell goes to one;
    u: where the dial stands."""

    x: np.ndarray
    u: float


class Search:
    """The branches that are found, in `found`, and in `turns` their folds and Hopf points.

    longest: step along one; told: of how much is done; spikes: after which a start is given up.
    """

    def __init__(self, along: Along, longest: float, told: Told, spikes: int = SPIKES) -> None:
        self.along, self.longest, self.told, self.spikes = along, longest, told, spikes
        self.found: list[Branch] = []
        self.turns: list[Turn] = []  # folds and Hopf points, with their derivatives
        self._pushed: list[Start] = []
        self.lost = 0  # starts that led nowhere

    def run(self, own: Start, others: Iterable[Start]) -> list[Branch]:
        """Follow every branch that is found from these starts: `own` is a steady state."""
        self._follow(own)
        self._over_turns()
        for start in others:
            self._from(start)
            self._over_turns()
        return self.found

    def _over_turns(self) -> None:
        while self._pushed:
            self._from(self._pushed.pop(0))

    def _from(self, start: Start) -> None:
        """Let the cell go from a start to its rest, and follow the branch if it is a new one."""
        try:
            x = arrive(self.along, start, self.spikes)
        except (ConvergenceError, EngineError):
            self.lost += 1
            return
        there = Start(x, start.u)
        if not any(self._on(branch, there) for branch in self.found):
            self._follow(there)

    @undisturbed()
    def _follow(self, start: Start) -> None:
        """Follow the branch through a steady state both ways, and keep where it may be left."""
        halves = []
        for way in (-1.0, 1.0):
            first = begin(self.along, start.x, start.u, way)
            stops, closed = self._one_way(first)
            halves.append(stops)
            if closed:
                stops[-1] = stops[0]
                break
        back = halves[0][::-1]
        self.found.append(back + halves[1][1:] if len(halves) == 2 else back)

    def _one_way(self, first: Point) -> tuple[Branch, bool]:
        """The points from the first on one way, and whether the branch has closed."""
        known, grow = first, growing(first)
        stops, waiting = [_stop(first, grow)], []
        for there in follow(self.along, first, self.longest):
            waiting.append(there)
            turned = there.direction[-1] * known.direction[-1] < 0
            if len(waiting) == AT_ONCE or turned or there.u in (0, 1):
                stops += self._judged(known, waiting, grow)
                known, grow, waiting = there, stops[-1].growing or 0, []
            self.told(len(self.found) + min(max(there.u, 0.0), 1.0), self.along.said(there.u))
        if waiting:
            stops += self._judged(known, waiting, grow)
        far = len(stops) > 2 and 0 < stops[-1].u < 1
        return stops, far and same(self.along, stops[-1].x, first.x, NEARBY)

    def _judged(self, known: Point, waiting: list[Point], grow: int) -> Branch:
        """These points, which follow a known one at which so many modes grow, with the turns among them: one
        by one where not as many grow at the last."""
        last = waiting[-1]
        then = growing(last)
        if then == grow and last.direction[-1] * known.direction[-1] > 0:
            alike = [_stop(there, grow) for there in waiting]
            if grow or not any(stop.slowest.real > DAMPING for stop in alike):
                return alike  # else the slowest mode grows for a while between two points where none does
        stops: Branch = []
        for there in waiting:
            then = growing(there)
            for turn in turns_between(self.along, known, there, (grow, then)):
                stops.append(_stop(turn.point, None, turn))
                self.turns += [turn] if turn.kind != CROSSING else []
                self._push(turn, known, grow, then)
            stops.append(_stop(there, then))
            known, grow = there, then
        return stops

    def _push(self, turn: Turn, before: Point, grow: int, then: int) -> None:
        """Keep a start from beyond a turn at which the branch is no longer stable, or not yet."""
        if min(grow, then) > 0 or turn.kind == CROSSING:
            return
        point, sign = turn.point, 1.0 if grow == 0 else -1.0
        outward = np.sign(point.u - before.u) if turn.kind == FOLD else sign * np.sign(point.direction[-1])
        u = point.u + outward * PUSH * 0.2
        if not 0 < u < 1:
            return
        along_x = point.direction[:-1]
        if turn.kind == HOPF and turn.period is not None:
            values, shapes = near(point.beside.linear, 2j * np.pi / turn.period * OFF, 1)
            along_x = point.beside.linear.scale * shapes[:, 0].real if len(values) else along_x
        x = point.x + sign * PUSH * along_x
        self._pushed.append(Start(x, float(u)))

    def _on(self, branch: Branch, start: Start) -> bool:
        """Whether a steady state lies on a branch."""
        for a, b in pairwise(branch):
            if not min(a.u, b.u) - 1e-9 <= start.u <= max(a.u, b.u) + 1e-9:
                continue
            share = 0.5 if a.u == b.u else float(np.clip((start.u - a.u) / (b.u - a.u), 0, 1))
            x = a.x + share * (b.x - a.x)
            if not same(self.along, x, start.x, NEARBY):
                continue
            with suppress(Lost):
                x = settle(self.along, x, start.u)
            if same(self.along, x, start.x, ALIKE):
                return True
        return False


def arrive(along: Along, start: Start, spikes: int = SPIKES) -> np.ndarray:
    """The steady state, (free,), to which the cell goes from a start. ConvergenceError where to none."""
    along.turn(start.u)
    if not along.system.possible(start.x):
        raise Lost(f"{along.system.cell.name}: no cell can be in the state to start from")
    with quiet_neuron():  # which prints what exp cannot bear of a trial state
        return find_steady_state(along.system, max_spikes=spikes, x=start.x)[0]


def same(along: Along, one: np.ndarray, other: np.ndarray, tolerance: float = ALIKE) -> bool:
    """Whether two states, (free,), are the same within a tolerance in units of their scale."""
    return bool(np.abs((one - other) / along.scale(other)).max() <= tolerance)


def _stop(point: Point, grow: int | None, turn: Turn | None = None) -> Stop:
    kind, period = ("", None) if turn is None else (turn.kind, turn.period)
    return Stop(point.x, point.u, grow, slowest_of(point), kind, period)
