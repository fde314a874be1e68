"""What moves the threshold: the course that only just becomes a spike, and small changes beside it.

At the threshold a course hangs between the spike and the way back, along which all small changes grow in one
and the same direction, until it leaves. At its end T, where V rises through the level that makes it a spike,

    dV(T) = l(0) d(0) + integral of l (fp dp + fI dI) dt,        l' = -J(t)^T l,   l(T) = dV/dx

for a change d(0) of the state that it began from, dp of a number of the cell (fp the derivative of the rates
by it) and dI of the current; l, the adjoint, comes from one integration backwards and serves all of them. The
threshold's change dI leaves V(T) as it was. The later T, the more is left of that direction alone: with a
current beside the threshold's by a share s, what other directions add is of the order of s.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..cell.dial import Dial
from ..errors import ConvergenceError
from ..physics.theory import root
from ..simulator.runtime import undisturbed
from ..words import HOUR
from .accounting import solver_of
from .adjoint import EXACT, Backward, Path
from .equations import System
from .linear import departures, linear
from .sensitivity import STEP

PANEL = 8  # steps of a course in which an integral is found by
GAUSS = 4  # points
GONE = 1e-9  # of the largest part of an integral, what is left out
SHARE = 1e-4  # of the current, by which the rates' derivative is found; they are linear in it


@dataclass(frozen=True)
class Pulse:
    """A pulse of current into a cell at rest, and what counts as a spike.

    system, x: the equations and the free states from which it begins, (free,)
    inject: lets a current (nA) flow from now on
    duration, after: how long it does, and how long the cell is then followed (ms)
    weights: the place's mean of V over all states, (states,)
    level: V (mV) of the place above which it is a spike
    """

    system: System
    x: np.ndarray
    inject: Callable[[float], None]
    duration: float
    after: float
    weights: np.ndarray
    level: float

    def v(self, x: np.ndarray) -> float:
        """V (mV) of the place in free states, (free,)."""
        return float(self.system.expand(x) @ self.weights)


@dataclass(frozen=True)
class Edge:
    """The course that only just becomes a spike, and the adjoint along it.

    current: nA
    points: of each stretch the current that flows, states at some times and the adjoint there times the
    weight of that time in an integral, (times, free) each
    first: the adjoint where the course begins, (free,)
    by_current: what a nA more changes V at the end
    """

    pulse: Pulse
    current: float
    points: list[tuple[float, np.ndarray, np.ndarray]]
    first: np.ndarray
    by_current: float

    def by_state(self, change: np.ndarray) -> np.ndarray:
        """The threshold's change (nA) where the free states at the beginning are changed, (free, ...)."""
        return -(self.first @ change) / self.by_current

    def by_numbers(
        self, dials: list[Dial], scale: list[float], report: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """The threshold's change (nA) where each number is changed, per its relative change, (numbers,), and
        the state at the beginning stays. scale, report: as in `sensitivity.pushes`."""
        found = np.zeros(len(dials))
        for done, (dial, size) in enumerate(zip(dials, scale, strict=True)):
            if report:
                report(done)
            values, weights = dial.around(dial.first, STEP * size)
            for value, weight in zip(values, weights, strict=True):
                dial.turn(value)
                self.pulse.system.renew()
                found[done] += size * weight * self._driven()
            dial.put(dial.first)
        self.pulse.system.renew()
        return -found / self.by_current

    def _driven(self) -> float:
        """The integral of the adjoint times the rates, as the cell is now."""
        total = 0.0
        for current, states, weighed in self.points:
            total += _driven(self.pulse, current, states, weighed)
        return total


def _driven(pulse: Pulse, current: float, states: np.ndarray, weighed: np.ndarray) -> float:
    """The part of a stretch, with a current."""
    pulse.inject(current)
    try:
        return float(sum(w @ pulse.system.rates(x) for x, w in zip(states, weighed, strict=True)))
    finally:
        pulse.inject(0.0)


@undisturbed()
def edge(
    pulse: Pulse, low: float, high: float, report: Callable[[float, str], object] | None = None
) -> Edge | None:
    """The course at the threshold, which lies between two currents or just beside them, and the adjoint; None
    where none is found. report: called with the share that is done and words. ConvergenceError where an
    integration finds no answer."""
    tell = report or (lambda done, words: None)
    for wider in (0.0, 1e-3, 1e-2):  # another tolerance may have moved it a little
        low, high = low * (1 - wider), high * (1 + wider)
        if not course(pulse, low) and (paths := course(pulse, high)):
            break
    else:
        return None
    whole = np.log((high - low) / (EXACT * high))
    while high - low > EXACT * high:
        tell(1 - np.log((high - low) / (EXACT * high)) / whole, "threshold")
        middle = 0.5 * (low + high)
        found = course(pulse, middle)
        if found:
            high, paths = middle, found
        else:
            low = middle
    return _beside(pulse, high, paths)


def course(pulse: Pulse, current: float) -> list[Path]:
    """The course, pulse and after it, of a current (nA) that makes a spike, to where V rises through its
    level; none where it makes no spike."""
    x, paths = pulse.x, []
    for stop, amp in ((pulse.duration, current), (pulse.after, 0.0)):
        pulse.inject(amp)
        try:
            path = _stretch(pulse, x, stop)
        finally:
            pulse.inject(0.0)
        paths.append(path)
        if path.t[-1] < stop or pulse.v(path.x[-1]) > pulse.level:
            return paths
        x = path.x[-1]
    return []


def _stretch(pulse: Pulse, x: np.ndarray, stop: float) -> Path:
    """A stretch with one current, to where V rises through the level, or to the end."""
    system, path = pulse.system, Path()
    path.add(0.0, x, system.rates(x))
    solver = solver_of(system, x, stop, EXACT)
    while solver.t < stop:
        begun = solver.t
        if not solver.step():
            raise ConvergenceError(
                f"{system.cell.name}: the time course stopped at {solver.t / HOUR:.6g} h: no step, however "
                "short, succeeds"
            )
        now = solver.z[: len(x)]
        if pulse.v(now) > pulse.level:

            def above(t: float) -> float:
                return pulse.v(solver.at(np.array([t]))[0, : len(x)]) - pulse.level

            t = root(above, begun, solver.t)
            there = solver.at(np.array([t]))[0, : len(x)]
            path.add(t, there, system.rates(there))
            break
        path.add(solver.t, now, system.rates(now))
    return path


def _beside(pulse: Pulse, current: float, paths: list[Path]) -> Edge:
    """The adjoint along a course, and where integrals look at both."""
    system = pulse.system
    scale = linear(system, pulse.x).scale
    backward = Backward(system, scale)
    last = pulse.weights @ departures(system, paths[-1].x[-1])
    points: list[tuple[float, np.ndarray, np.ndarray]] = []
    for path, amp in reversed(list(zip(paths, (current, 0.0), strict=False))):
        pulse.inject(amp)
        try:
            adjoint = backward.along(path, last)
        finally:
            pulse.inject(0.0)
        last, end = adjoint.x[-1], path.t[-1]
        times, weights = _gauss(path.t)
        states = np.array([path.at(t) for t in times])
        weighed = np.array([w * adjoint.at(end - t) for t, w in zip(times, weights, strict=True)])
        points.append((amp, states, weighed))
    points.reverse()
    most = max(np.abs(weighed * scale).sum(axis=1).max() for _, _, weighed in points)
    kept = []
    for amp, states, weighed in points:
        there = np.abs(weighed * scale).sum(axis=1) > GONE * most
        kept.append((amp, states[there], weighed[there]))
    step, own = SHARE * current, kept[0][1:]
    more, less = (_driven(pulse, current + sign * step, *own) for sign in (1.0, -1.0))
    return Edge(pulse, current, kept, last, (more - less) / (2 * step))


def _gauss(t: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Times and weights of an integral over a stretch whose steps end at t."""
    ends = np.array([*t[:-1:PANEL], t[-1]])
    nodes, weights = np.polynomial.legendre.leggauss(GAUSS)
    half = np.diff(ends)[:, None] / 2
    return (ends[:-1, None] + half * (1 + nodes)).ravel(), (half * weights).ravel()
