"""When synapses release, and the conductance that these events add up to over time."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from ..errors import InputError
from ..solve.plan import Level, Value
from .shapes import Track
from .tables import Synapse

GONE = 40.0  # decay times after which nothing is left of an event, to round-off (4e-18)
SEEN = 2.0  # decay times: the longest step, in which an event cannot pass unseen
MOST = 1_000_000  # events of one synapse


def events_of(table: Synapse, stop: float) -> list[float]:
    """Times (ms, rising, before `stop`) of a synapse's events; one that happens twice stands
    twice. InputError where its table says them in no way, or in two."""
    regular = {"every", "times"} & table.model_fields_set
    if table.rate is None and table.seed is not None:
        raise InputError("seed has no effect without rate")
    if table.at_times:
        others = [
            name for name in ("rate", "at", "every", "times", "duration") if name in table.model_fields_set
        ]
        if others:
            raise InputError(f"{others[0]} has no effect beside at_times, which says all times")
        found = sorted(float(time) for time in table.at_times if time < stop)
    elif table.rate is not None:
        if regular:
            raise InputError(f"{sorted(regular)[0]} has no effect beside rate; expected one of the two")
        found = _random(table, stop)
    else:
        found = _regular(table, stop)
    if not found:
        raise InputError(f"has no event before the protocol ends, at {stop:g} ms")
    return found


def _last(table: Synapse, stop: float) -> float:
    return stop if table.duration is None else min(stop, float(table.at) + float(table.duration))


def _regular(table: Synapse, stop: float) -> list[float]:
    if table.every is None:
        if table.times is not None or table.duration is not None:
            name = "times" if table.times is not None else "duration"
            raise InputError(f"{name} has no effect without every or rate")
        return [float(table.at)] if table.at < stop else []
    span = _last(table, stop) - float(table.at)
    count = max(math.ceil(span / float(table.every) * (1 - 1e-12)), 0)
    if table.times is not None:
        count = min(count, table.times)
    _check_count(count)
    return (float(table.at) + float(table.every) * np.arange(count)).tolist()


def _random(table: Synapse, stop: float) -> list[float]:
    """A Poisson train, of all that are in the table together; the same one of a seed."""
    assert table.rate is not None
    mean = 1e3 / (float(table.rate) * table.number)  # ms between two
    begin, end = float(table.at), _last(table, stop)
    _check_count((end - begin) / mean)
    source, found, now = np.random.default_rng(table.seed or 0), [], begin
    while (now := now + float(source.exponential(mean))) < end:
        found.append(now)
    return found


def _check_count(count: float) -> None:
    if count > MOST:
        raise InputError(f"has {count:.3g} events; expected at most {MOST:.0e}")


class Conductance:
    """The conductance of events over time: of each a rise and a decay, normalised to its peak,

        g(t) = peak (exp(-t/decay) - exp(-t/rise)) / highest,

    all added up. What the earlier ones have left is carried from event to event as two amplitudes, one that
    falls with `decay` and one with `rise`.

    times: of the events (ms, rising); peak: of one; rise, decay: ms, rise < decay
    """

    def __init__(self, times: Sequence[float], peak: float, rise: float, decay: float) -> None:
        highest = rise * decay / (decay - rise) * math.log(decay / rise)
        self._scale = peak / (math.exp(-highest / decay) - math.exp(-highest / rise))
        self._rise, self._decay = rise, decay
        self._left: list[tuple[float, float, float]] = []
        slow = fast = last = 0.0
        for at, count in Counter(times).items():
            slow = slow * math.exp((last - at) / decay) + count
            fast = fast * math.exp((last - at) / rise) + count
            self._left.append((at, slow, fast))
            last = at

    @property
    def integral(self) -> float:
        """Time integral of one event."""
        return self._scale * (self._decay - self._rise)

    def track(self, stop: float, put: Callable[[Level], None]) -> Track:
        """What becomes of it until `stop` (ms): it moves from event to event, or until nothing is left. put:
        gives the cell a value."""
        made = Track([], [], put, plain=True)
        for (at, slow, fast), (until, _, _) in pairwise([*self._left, (math.inf, 0.0, 0.0)]):
            end = min(until, at + GONE * self._decay)
            made.moving.append((at, end, self._since(at, slow, fast), SEEN * self._decay))
            if end < min(until, stop):
                made.levels.append((end, 0.0))
        return made

    def _since(self, at: float, slow: float, fast: float) -> Value:
        scale, rise, decay, exp = self._scale, self._rise, self._decay, math.exp
        return lambda t: scale * (slow * exp((at - t) / decay) - fast * exp((at - t) / rise))
