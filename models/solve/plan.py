"""What changes in a course and when: steps at set times, and values that move between them."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Level = np.ndarray | float  # of a number of a cell, or one for each of some compartments
Value = Callable[[float], Level]  # of the time, ms


@dataclass(frozen=True)
class Step:
    """Something that happens at once.

    at: when (ms)
    make: makes it
    plain: whether it changes mechanisms alone, which the equations take in without being made anew
    """

    at: float
    make: Callable[[], None]
    plain: bool = False


@dataclass(frozen=True)
class Motion:
    """A number that is value(t) from `begin` to `end` (ms).

    put: gives the cell a value; plain: as of a step
    longest: step of time (ms) that sees all of it
    """

    begin: float
    end: float
    put: Callable[[Level], None]
    value: Value
    plain: bool
    longest: float = math.inf


class Plan:
    """All that happens from 0 to `stop` (ms), in stretches in which every value is smooth.

    also: further times at which a stretch begins
    """

    def __init__(
        self, stop: float, steps: Iterable[Step], motions: Iterable[Motion] = (), also: Iterable[float] = ()
    ) -> None:
        self.stop = stop
        self._steps: dict[float, list[Step]] = {}
        for step in steps:
            if step.at < stop:
                self._steps.setdefault(step.at, []).append(step)
        moving = [motion for motion in motions if motion.begin < stop]
        ends = {min(time, stop) for motion in moving for time in (motion.begin, motion.end)}
        inner = {time for time in also if 0 < time < stop}
        self.edges = sorted({0.0, stop, *self._steps, *ends, *inner})
        self._moving: dict[float, list[Motion]] = {}
        for motion in moving:  # by the stretches that it covers
            at = bisect_left(self.edges, motion.begin)
            while self.edges[at] < min(motion.end, stop):
                self._moving.setdefault(self.edges[at], []).append(motion)
                at += 1

    def stretches(self) -> list[tuple[float, float]]:
        """Where each begins and ends (ms)."""
        return list(pairwise(self.edges))

    def steps_at(self, begin: float) -> list[Step]:
        """What happens when a stretch begins."""
        return self._steps.get(begin, [])

    def moving_from(self, begin: float) -> list[Motion]:
        """What moves in the stretch that begins there."""
        return self._moving.get(begin, [])
