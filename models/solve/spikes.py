"""Spikes and other oscillations of V, noticed while a cell is being followed."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..compiled import compiled
from ..errors import GivenUpError
from ..parameters.arguments import whole
from ..words import HOUR, count, duration

SPIKE = 10.0  # mV by which V rises to a spike and falls after it
QUICK = 1e3  # ms; what takes longer for its last rise by as much, as a slow wave does, is no spike


@compiled
def highest(x: np.ndarray, at_v: np.ndarray) -> tuple[float, int]:
    """The highest V (mV) in a state x, (free,), with V at these places, and at which of them it is; 0 where
    there is none."""
    found, where = -np.inf if len(at_v) else 0.0, 0
    for k in range(len(at_v)):
        if x[at_v[k]] > found:
            found, where = x[at_v[k]], k
    return found, where


class Spike(NamedTuple):
    """When a spike was highest (ms), at which V (mV), in which compartment."""

    t: float
    v: float
    place: int


class Turn(NamedTuple):
    """Where V turns: when (ms), at which V (mV), in which state."""

    t: float
    v: float
    state: Any


class Peaks:
    """Turning points of V where it is highest: known as such when V has turned by `least` (mV).

    count: of the peaks before which V was lower by as much within `within` (ms), or half of it, however long
    ago the trough was; peak: the last; trough: the one before it.
    """

    def __init__(self, least: float, within: float = np.inf) -> None:
        self.least, self.within, self.count = least, within, 0
        self.peak: Turn | None = None
        self.trough: Turn | None = None
        self._rising, self._quick = True, False
        # the extreme since V turned, the last trough, what was seen last, and what was seen earlier, half of
        # `within` apart, from which a rise is measured
        self._extreme = self._low = self._before = self._older = self._newer = Turn(-np.inf, np.nan, None)

    def see(self, t: float, v: float, state: Any = None) -> bool:
        """Take in the highest V (mV) of all compartments at `t` (ms); whether a peak has just been found."""
        now = Turn(t, v, state)
        if math.isnan(self._before.v):
            self._extreme = self._low = self._before = self._older = self._newer = now
        if self._before.t - self._newer.t >= self.within / 2:
            self._older, self._newer = self._newer, self._before
        self._before = now
        beyond = now.v - self._extreme.v if self._rising else self._extreme.v - now.v
        if beyond >= 0:
            self._extreme = now
            if self._rising:
                self._quick = self._rose(now, self._older) or self._rose(now, self._newer)
        elif -beyond >= self.least:
            return self._turn(now)
        return False

    def _rose(self, now: Turn, since: Turn) -> bool:
        return bool(now.v - since.v >= self.least and now.t - since.t <= self.within)

    def _turn(self, now: Turn) -> bool:
        """V has turned at the last extreme; whether that was a peak."""
        turned, self._extreme, self._rising = self._extreme, now, not self._rising
        if self._rising:
            self._low = self._older = self._newer = turned
            self._quick = self._rose(now, turned)
            return False
        if self._quick:
            self.peak, self.trough, self.count = turned, self._low, self.count + 1
        return self._quick

    def told(self) -> list[Any]:
        """What has been seen, as plain data."""
        turns = [self._extreme, self._low, self._before, self._older, self._newer]
        kept = [None if turn is None else list(turn) for turn in (self.peak, self.trough)]
        return [self.count, self._rising, self._quick, *kept, *map(list, turns)]

    def go_on_from(self, told: list[Any]) -> None:
        """Go on from what another has seen."""
        self.count, self._rising, self._quick, *kept = told
        turns = [None if turn is None else Turn(*turn) for turn in kept]
        self.peak, self.trough = turns[:2]
        self._extreme, self._low, self._before, self._older, self._newer = (t for t in turns[2:] if t)


class Watch:
    """Counts the spikes of a course, tells `progress` (how much is done, words), and ends a course that is
    too long for its user. most: spikes after which it is given up; None: never."""

    def __init__(
        self, name: str, most: int | None = None, progress: Callable[[float, str], None] | None = None
    ) -> None:
        self.most = None if most is None else whole("max_spikes", most, 1)
        self.name, self._progress, self._now = name, progress, 0.0
        self._peaks = Peaks(SPIKE, QUICK)
        self.seen: list[Spike] = []

    @property
    def spikes(self) -> int:
        """How many there have been."""
        return len(self.seen)

    @property
    def last(self) -> float:
        """When the last spike was (ms), 0 before the first."""
        return self._peaks.peak.t if self._peaks.peak else 0.0

    def see(self, t: float, v: float, place: int = 0) -> None:
        """Take in the highest V (mV) of all compartments at `t` (ms), and in which of them it is;
        GivenUpError after too many spikes."""
        self._now = t
        if self._peaks.see(t, v, place) and (peak := self._peaks.peak):
            self.seen.append(Spike(float(peak.t), float(peak.v), int(peak.state)))
        if self.most is not None and self.spikes >= self.most:
            raise GivenUpError(
                f"{self.name}: given up after {self.words()}, and still firing; max_spikes = {self.most} "
                "ends it there, a larger one follows it further"
            )

    def told(self) -> dict[str, Any]:
        """What it has seen, as plain data, for another to go on from."""
        return {"seen": [list(spike) for spike in self.seen], "peaks": self._peaks.told(), "now": self._now}

    def go_on_from(self, told: dict[str, Any]) -> None:
        """Let it have seen what another has."""
        self.seen = [Spike(*spike) for spike in told["seen"]]
        self._peaks.go_on_from(told["peaks"])
        self._now = told["now"]

    def words(self) -> str:
        """ "57 spikes in 1.9 s"; "" before the first."""
        return f"{count(self.spikes, 'spike')} in {duration(self._now / HOUR)}" if self.spikes else ""

    def tell(self, done: float) -> None:
        """Tell how much is done (in the unit of the caller's `progress`), and what has been seen so far."""
        if self._progress:
            self._progress(done, self.words())
