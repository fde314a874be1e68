"""A cell followed through time until it rests, however often it fires on the way, or is shown to fire on.

A cell that fires is followed spike by spike. Where that goes on while the concentrations move little from
spike to spike, a few cycles say how fast ions come in on average, and the concentrations leap ahead by an
implicit step of those averages (the method of averaging); then the next cycles are followed, which say how
good the leap was. Leaps that do not agree with what follows, or after which the cell falls silent, are taken
back and made shorter, so that a cell comes to the end of its firing by its own equations.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from ..simulator.runtime import quiet_neuron
from .accounting import solver_of
from .equations import System
from .leap import Leap
from .spikes import Peaks, Turn, Watch, highest

COARSE = 1e-4  # relative tolerance where only the end counts
FOR_EVER = 1e11  # ms, three years
LEAST = 2.0  # mV between trough and peak of what counts as an oscillation
CALM = 1000  # steps without a peak, each below a millisecond: a ripple that damped steps take away
CHUNK = 50  # steps between one report and the next
ALONE = 200  # peaks that are followed before the first leap
SETTLE, CYCLES, MOST_CYCLES = 3, 10, 80  # peaks passed over after a leap, and over which rates are averaged
GAP = 20  # times the usual interval: a pause between bursts
JACOBIANS = 12  # along a cycle, of which the mean counts
TRACE = 2000  # states kept of a cycle
TOLERATED = 0.01  # error of a leap, as a share of each concentration
NEAR = 0.1  # times that: how near the average's own rest a cell that stays there is
ALIKE = 0.05  # relative difference of peaks a cycle apart up to which they are the same peak
SLOW = 0.1  # of its rest that a gate covers in a cycle up to which it is slow
MANY = 12  # windows of irregular peaks after which a cell counts as firing for ever
SAME = 0.005  # relative change of height and interval of peaks that count as constant
SHORTEST = 3  # times the time of the followed cycles: what a leap is worth its cost from
PUSH = 0.2  # mV
PUSH_SHARE = 1e-4  # of a concentration
PUSH_STEPS = 2000


Cycle = tuple[float, float, float]  # period (ms), lowest and highest V of any compartment (mV)


@dataclass
class Way:
    """Where following a cell led. x: free states; arrived: whether it is near an end; ms: of the cell's time;
    spikes, and the ms of the last one; cycle: of a cell that fires or oscillates for ever, None of
    others."""

    x: np.ndarray
    arrived: bool
    ms: float
    spikes: int
    last: float = 0.0
    cycle: Cycle | None = None


class _Peak(NamedTuple):
    """A peak: when (ms), V (mV) there and in the trough before it, the free states."""

    t: float
    v: float
    trough: float
    x: np.ndarray

    @property
    def height(self) -> float:
        return self.v - self.trough


class _Follower:
    """A cell on its way. clock (ms): when the present solver began; history: the peaks since the last leap
    or pause; trace: (ms, state) since the last of them; bursts: (ms, state) of the first peaks after pauses;
    alone: how many peaks have been followed since the last leap was given up; cycles: over how many rates are
    averaged; steady, stays: how often in turn the peaks were the same, and their mean heights, while the
    concentrations stayed."""

    def __init__(self, system: System, x: np.ndarray, watch: Watch) -> None:
        self.system, self.watch, self._unknowns = system, watch, system.unknowns
        self.clock, self._at_v = 0.0, system.unknowns.watched
        self.bursts: list[tuple[float, np.ndarray]] = []
        self.leap: Leap | None = None
        self.alone, self.cycles, self.steady = 0, CYCLES, 0
        self.stays: list[float] = []
        self._begin(x)

    def _begin(self, x: np.ndarray) -> None:
        self.x, self.solver = x, solver_of(self.system, x, FOR_EVER, COARSE)
        self.peaks, self.calm = Peaks(LEAST), 0
        self._clear()

    def _clear(self) -> None:
        """Begin history anew."""
        self.history: list[_Peak] = []
        self.trace: list[tuple[float, np.ndarray]] = []
        self.range = np.inf, -np.inf

    def follow(self) -> Way:
        """Go on until nothing moves, a cycle is found or no step succeeds."""
        found = None
        while found is None:
            with quiet_neuron():  # which prints what exp cannot bear of a trial state
                for _ in range(CHUNK):
                    found = self._step()
                    if found is not None:
                        break
            self.watch.tell(0)
        arrived, cycle = found
        return Way(
            self.x,
            arrived,
            float(self.clock + self.solver.t),
            self.watch.spikes,
            float(self.watch.last),
            cycle,
        )

    def _step(self) -> tuple[bool, Cycle | None] | None:
        """A step; whether the cell has arrived and its cycle, None where it is still on its way."""
        if self.solver.t >= FOR_EVER:
            return True, None
        begun = self.solver.t
        moved = self.solver.step()
        x = self.solver.z[: len(self.x)].copy()
        if not moved or not np.isfinite(x).all():
            return False, None
        self.x = x
        now, v = self.clock + self.solver.t, x[self._at_v]
        top, place = highest(x, self._at_v)
        self.watch.see(now, top, place)
        if not len(v):
            return None
        self.trace = [*self.trace[-TRACE:], (now, x)] if len(self.trace) > 2 * TRACE else self.trace
        self.trace.append((now, x))
        self.range = min(self.range[0], float(v.min())), max(self.range[1], top)
        self.calm = self.calm + 1 if self.solver.t - begun < 1.0 else 0
        if self.peaks.see(now, top, x) and self.peaks.peak and self.peaks.trough:
            self.calm = 0
            cycle = self._take_in(self.peaks.peak, self.peaks.trough)
            return None if cycle is None else (False, cycle)
        if self.leap and now - self._last() > GAP * self.leap.period:  # it has fallen silent
            self._take_back(self.leap)
        return (True, None) if self.calm > CALM else None

    def _last(self) -> float:
        return self.history[-1].t if self.history else self.clock

    def _take_in(self, peak: Turn, trough: Turn) -> Cycle | None:
        """Take in a peak; the cycle (see Way) where the cell is shown to repeat it for ever."""
        t, times = peak.t, [before.t for before in self.history]
        self.alone += 1
        if len(times) > 3 and t - times[-1] > GAP * np.median(np.diff(times)):
            self.bursts.append((t, peak.state))
            cycle = self._recurring()
            self.leap, self.alone = None, 0
            self._clear()
            if cycle:
                return cycle
        self.history.append(_Peak(t, peak.v, trough.v, peak.state))
        cycle = None
        if self.alone >= ALONE and len(self.history) > SETTLE + self.cycles:
            cycle = self._average()
        self.trace = [entry for entry in self.trace if entry[0] >= t]
        return cycle

    def _scale(self, x: np.ndarray) -> np.ndarray:
        """The tolerated error of a leap in each free state; infinite for V, which follows at once."""
        scale = np.full(len(x), TOLERATED)
        least = np.where(self._unknowns.is_trace, 1e-4, 1.0)
        amounts = self._unknowns.is_amount
        scale[amounts] *= np.maximum(np.abs(x), least)[amounts]
        scale[self._unknowns.is_v] = np.inf
        return scale

    def _recurring(self) -> Cycle | None:
        """The cycle of bursts, if the last three began alike."""
        if len(self.bursts) < 4:
            return None
        (a, u), (b, x), (c, y), (d, z) = self.bursts[-4:]
        amounts = self._unknowns.is_amount
        alike = all(
            (np.abs(one - other) <= self._scale(z))[amounts].all() for one, other in ((u, x), (x, y), (y, z))
        )
        even = max(b - a, c - b, d - c) < 1.05 * min(b - a, c - b, d - c)
        return (float(d - a) / 3, *self.range) if alike and even else None

    def _average(self) -> Cycle | None:
        """Judge the last leap by the cycles since, and leap again; the cycle where concentrations stay."""
        window, lag = self._window()
        now, spent = self.clock + self.solver.t, window[-1].t - window[0].t
        period = (lag or 1) * spent / (len(window) - 1)
        derivative = self._mean_jacobian(window[-2].t)
        gate = ~(self._unknowns.is_v | self._unknowns.is_amount)
        slow = np.flatnonzero(~gate | (np.abs(derivative.diagonal()) * period < SLOW))
        own = derivative[slow][:, slow]
        rates = (window[-1].x - window[0].x) / spent
        last, h = self.leap, SHORTEST * 2 * spent
        if last is not None:
            error = last.error(rates[last.slow])
            if error > 4:
                self._take_back(last)
                return None
            h = last.h * np.clip(0.9 / np.sqrt(max(error, 1e-9)), 0.2, 4.0)
        leap = Leap(self.x, now, rates[slow], own, slow, self._scale(self.x)[slow], spent, period, h)
        if leap.size(leap.by(FOR_EVER, FOR_EVER * leap.g)) < (NEAR if lag else 1.0):
            return self._stay(window, lag, period)
        self.steady, self.stays = 0, []
        self.cycles = CYCLES if lag else MOST_CYCLES  # the mean of irregular peaks takes more of them
        self._make(leap)
        return None

    def _window(self) -> tuple[list[_Peak], int | None]:
        """The last peaks, as many as make whole cycles, and of how many peaks a cycle is; None: irregular."""
        window = self.history[-self.cycles - 1 :]
        heights = np.array([peak.height for peak in window])
        times = np.array([peak.t for peak in window])
        for lag in range(1, (len(window) - 1) // 2 + 1):
            gaps = times[lag:] - times[:-lag]
            alike = np.abs(heights[lag:] - heights[:-lag]).max() < ALIKE * heights.max()
            if alike and np.ptp(gaps) < ALIKE * gaps.mean():
                return window[-(lag * ((len(window) - 1) // lag)) - 1 :], lag
        return window, None

    def _stay(self, window: list[_Peak], lag: int | None, period: float) -> Cycle | None:
        """The cycle of a cell whose concentrations stay, once its peaks stay too: twice the same through one
        window or, where they are irregular, no lower over many."""
        heights, gaps = np.array([peak.height for peak in window]), np.diff([peak.t for peak in window])
        half = (len(gaps) // (2 * lag) * lag) if lag else 0
        same = half > 0 and all(
            abs(values[-half:].mean() / values[:half].mean() - 1) <= SAME for values in (heights[1:], gaps)
        )
        self.steady = self.steady + 1 if same else 0
        self.stays.append(heights.mean())
        long = len(self.stays) > MANY and min(self.stays[-3:]) > 0.9 * max(self.stays[:3])
        if self.steady == 2 or long:
            return float(period), *self.range
        self.cycles = min(2 * self.cycles, MOST_CYCLES)
        self.leap = None
        self._clear()
        return None

    def _mean_jacobian(self, begin: float) -> sp.csc_matrix:
        """The mean over the last cycle, which began at `begin` (ms)."""
        times = np.array([t for t, _ in self.trace])
        wanted = np.linspace(max(begin, times[0]), self.history[-1].t, JACOBIANS, endpoint=False)
        at = np.minimum(np.searchsorted(times, wanted), len(times) - 1)
        return sum(self.system.jacobian(self.trace[i][1]) for i in at).tocsc() / JACOBIANS

    def _make(self, leap: Leap) -> None:
        """Leap, if it is worth it, or go on following from there."""
        leap.shorten()
        while leap.h > SHORTEST * leap.spent:
            x = leap.x.copy()
            x[leap.slow] += leap.change()
            if self.system.possible(x):
                self.leap, self.clock = leap, leap.clock + leap.h
                return self._begin(x)
            leap.h /= 4
        self.leap, self.clock, self.alone = None, leap.clock, 0
        return self._begin(leap.x)

    def _take_back(self, leap: Leap) -> None:
        """Leap anew from where `leap` did, a quarter as far."""
        leap.h /= 4
        self._make(leap)


def approach(system: System, x: np.ndarray, watch: Watch) -> Way:
    """Follow a cell from the free states x to near where it ends: which of its resting states that is, or
    whether it fires or oscillates for ever. A cell whose integrator gives up has not arrived.

    x: (free,). watch: counts spikes; GivenUpError where they are too many for it.
    """
    return _Follower(system, x, watch).follow()


def leaves(system: System, x: np.ndarray) -> np.ndarray | None:
    """Where a cell is, (free,), that has been pushed a little from the steady state x, (free,), and leaves
    it; None where it stays."""
    is_v = system.unknowns.is_v
    pushed = x + PUSH * is_v
    pushed[system.unknowns.is_amount] *= 1 + PUSH_SHARE
    with quiet_neuron():
        solver = solver_of(system, pushed, FOR_EVER, COARSE)
        for _ in range(PUSH_STEPS):
            if solver.t >= FOR_EVER or not solver.step():
                break
            reached = solver.z[: len(x)]
            away = np.abs((reached - x)[is_v]).max(initial=0.0)
            if away > 10 * PUSH:
                return reached.copy()
    return None
