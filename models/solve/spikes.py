"""Spikes and other oscillations of V, noticed while a cell is being followed."""

import numpy as np

from ..errors import GivenUpError
from ..parameters.arguments import whole
from ..words import count, duration

SPIKE = 10.0  # mV by which V rises to a spike and falls after it
QUICK = 1e3  # ms; what rises more slowly is no spike
HOUR = 3600e3  # ms


class Peaks:
    """Turning points of V where it is highest: known as such when V has turned by `least` (mV).

    count: of the peaks that V rose to within `within` (ms); trough: the last (time, V) before the last peak;
    peak: its (time, V, state).
    """

    def __init__(self, least: float, within: float = np.inf):
        self.least, self.within, self.count = least, within, 0
        self.peak = self.trough = None
        self._rising, self._extreme, self._low = True, None, None

    def see(self, t: float, v: np.ndarray, state=None) -> bool:
        """Take in V (mV) of all compartments at `t` (ms); whether a peak has just been found."""
        v = float(v.max()) if len(v) else 0.0
        if self._extreme is None:
            self._extreme = self._low = (t, v, state)
        beyond = v - self._extreme[1] if self._rising else self._extreme[1] - v
        if beyond >= 0:
            self._extreme = (t, v, state)
        elif -beyond >= self.least:
            turned, self._extreme, self._rising = self._extreme, (t, v, state), not self._rising
            if self._rising:
                self._low = turned
                return False
            risen = turned[1] - self._low[1] >= self.least and turned[0] - self._low[0] <= self.within
            if risen:
                self.peak, self.trough, self.count = turned, self._low[:2], self.count + 1
            return risen
        return False


class Watch:
    """Counts the spikes of a course, tells `progress` (how much is done, words), and ends a course that is
    too long for its user. most: spikes after which it is given up; None: never."""

    def __init__(self, name: str, most: int | None = None, progress=None):
        self.most = None if most is None else whole("max_spikes", most, 1)
        self.name, self._progress, self._now = name, progress, 0.0
        self._peaks = Peaks(SPIKE, QUICK)

    @property
    def spikes(self) -> int:
        return self._peaks.count

    @property
    def last(self) -> float:
        """When the last spike was (ms), 0 before the first."""
        return self._peaks.peak[0] if self._peaks.peak else 0.0

    def see(self, t: float, v: np.ndarray) -> None:
        """Take in V (mV) of all compartments at `t` (ms)."""
        self._now = t
        self._peaks.see(t, v)
        if self.most is not None and self.spikes >= self.most:
            raise GivenUpError(
                f"{self.name}: given up after {self.words()}, and still firing; max_spikes = {self.most} "
                "ends it there, a larger one follows it further"
            )

    def words(self) -> str:
        """ "57 spikes in 1.9 s"; "" before the first."""
        return f"{count(self.spikes, 'spike')} in {duration(self._now / HOUR)}" if self.spikes else ""

    def tell(self, done: float) -> None:
        """Tell how much is done, and what has been seen so far."""
        if self._progress:
            self._progress(done, self.words())
