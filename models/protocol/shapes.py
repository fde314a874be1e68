"""Values over time as steps and motions: pulses, ramps, trains, sines, samples from a file."""

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..parameters.reading import read_bytes
from ..parameters.units import convert
from ..solve.plan import Level, Motion, Step, Value
from .tables import Timing

PER_PERIOD = 24  # steps of the integrator at least
DRAWN, MOST_DRAWN = (
    30,
    3000,
)  # points of a ramp, a line between two samples, of what moves at least and at most
PER_STEP = 8  # points in what a step of the integrator may be at most
MOST = 1_000_000  # times that one thing happens, and periods of one sine


@dataclass(frozen=True)
class Asked:
    """One value that is asked for over time.

    what: how sentences call it, "change 1: ko"
    timing: when
    value: to which it goes; None where samples say it
    samples: times from the beginning (ms) and values, None of one value
    parse: InputError for what the value cannot be
    """

    what: str
    timing: Timing
    value: Level | None
    samples: tuple[np.ndarray, np.ndarray] | None = None
    parse: Callable[[Any], float] = float


@dataclass(frozen=True)
class Track:
    """All that happens to one number.

    levels: when (ms) it jumps, and to what; moving: from when to when (ms) it is what function of the time,
    and the longest step (ms) that sees it
    put: gives the cell a value; plain: as of a `Step`
    """

    levels: list[tuple[float, Level]]
    moving: list[tuple[float, float, Value, float]]
    put: Callable[[Level], None]
    plain: bool

    @property
    def steps(self) -> list[Step]:
        """What happens at once."""
        return [Step(at, partial(self.put, value), self.plain) for at, value in self.levels]

    @property
    def motions(self) -> list[Motion]:
        """What moves."""
        return [
            Motion(begin, end, self.put, value, self.plain, step) for begin, end, value, step in self.moving
        ]

    def trace(self, first: Level, stop: float) -> tuple[np.ndarray, np.ndarray]:
        """Times (ms) and values (means of compartments), (times,), as a line to draw; it is `first` at the
        beginning."""
        t, v, now = [0.0], [_mean(first)], _mean(first)
        moves = [(at, 0, [(at, _mean(value))]) for at, value in self.levels if at < stop]
        for begin, end, value, longest in self.moving:
            last = min(end, stop)
            points = int(np.clip(PER_STEP * (last - begin) / longest, DRAWN, MOST_DRAWN))
            times = np.linspace(begin, last, points).tolist()
            moves.append((begin, 1, [(time, _mean(value(time))) for time in times]))
        for at, _, line in sorted(moves, key=lambda one: one[:2]):
            t += [at, *(time for time, _ in line)]
            v += [now, *(mean for _, mean in line)]
            now = v[-1]
        return np.append(t, stop), np.append(v, now)


def _mean(value: Level) -> float:
    return float(np.mean(value))


def track(
    asked: Sequence[Asked], first: Level, put: Callable[[Level], None], plain: bool, stop: float
) -> Track:
    """What is asked of one number, which is `first` at the beginning, until `stop` (ms).

    What lasts from then on is the level from which the next begins, and to which a pulse returns. InputError
    where one begins before another has come to its end.
    """
    made, level = Track([], [], put, plain), first
    until, last = 0.0, ""
    for begin, one in sorted(_beginnings(asked, stop), key=lambda pair: pair[0]):
        if abs(begin - until) <= 1e-12 * until:
            begin = until  # 0.3 ms, where 0.1 + 0.2 ms are a last digit later
        if begin < until:
            other = "its own repeat" if last == one.what else last
            raise InputError(
                f"{one.what} begins at {begin:g} ms, while {other} still lasts (to {until:g} ms); expected "
                "one after the other"
            )
        until, level = _add(made, begin, one, level, stop)
        last = one.what
    return made


def _beginnings(asked: Sequence[Asked], stop: float) -> Iterator[tuple[float, Asked]]:
    """When each begins (ms), those that repeat as often as they do."""
    for one in asked:
        timing = one.timing
        if timing.at >= stop:
            raise InputError(f"{one.what}: at = {timing.at:g} ms: the protocol ends at {stop:g} ms")
        if timing.every is None:
            if timing.times is not None:
                raise InputError(f"{one.what}: times has no effect without every")
            yield float(timing.at), one
            continue
        if timing.duration is None:
            raise InputError(f"{one.what}: every: what repeats needs a duration, after which it is as before")
        often = (stop - timing.at) / timing.every
        often = often if timing.times is None else min(often, timing.times)
        if often > MOST:
            raise InputError(f"{one.what}: happens {often:.3g} times; expected at most {MOST:.0e}")
        count, begin = 0, float(timing.at)
        while begin < stop and (timing.times is None or count < timing.times):
            yield begin, one
            count += 1
            begin = float(timing.at) + count * float(timing.every)


def check_apart(groups: Sequence[Sequence[Asked]], stop: float) -> None:
    """InputError where what is asked of one number begins while what is asked of another, which has
    compartments in common with it, still lasts: it would return to what was before both."""
    spans = [
        (begin, stop if one.timing.duration is None else begin + one.timing.duration, one.what, number)
        for number, group in enumerate(groups)
        for begin, one in _beginnings(group, stop)
    ]
    until: dict[int, tuple[float, str]] = {}
    for begin, end, what, number in sorted(spans):
        for last, other in (lasts for group, lasts in until.items() if group != number):
            if begin < last * (1 - 1e-12):
                raise InputError(
                    f"{what} begins at {begin:g} ms, where in the same compartments {other} still lasts; "
                    "expected the same where, or one after the other"
                )
        until[number] = max(until.get(number, (0.0, "")), (end, what))


def _add(made: Track, begin: float, one: Asked, level: Level, stop: float) -> tuple[float, Level]:
    """Put one beginning into a track; when it has come to its end (ms), and the level from then on."""
    timing = one.timing
    way, held = float(timing.over or 0.0), timing.duration
    end = stop if held is None else begin + float(held)

    def step(at: float, value: Level) -> None:
        made.levels.append((at, value))

    def motion(begin: float, end: float, value: Value, longest: float = math.inf) -> None:
        if begin < stop:
            made.moving.append((begin, end, value, longest))

    if one.samples is not None or timing.sine is not None:
        if way:
            raise InputError(f"{one.what}: over has no effect beside a sine or a file")
        if one.samples is not None and timing.sine is not None:
            raise InputError(f"{one.what}: sine has no effect beside a file")
        last = _sampled(motion, begin, end, one) if one.samples else _swinging(motion, begin, end, one, level)
        if held is None:
            return last, level if one.samples is None else one.samples[1][-1]
        step(end, level)
        return end, level
    assert one.value is not None
    if held is not None and way > float(held):
        raise InputError(f"{one.what}: over = {way:g} ms: is longer than its duration, {float(held):g} ms")
    if way:
        motion(begin, begin + way, _line(begin, begin + way, level, one.value))
    step(begin + way, one.value)
    if held is None:
        return begin + way, one.value
    if way:
        motion(end, end + way, _line(end, end + way, one.value, level))
    step(end + way, level)
    return end + way, level


def _line(begin: float, end: float, first: Level, last: Level) -> Value:
    def value(t: float) -> Level:  # at its end just `last`
        share = (t - begin) / (end - begin)
        return (1 - share) * first + share * last

    return value


def _swinging(motion: Callable[..., None], begin: float, end: float, one: Asked, level: Level) -> float:
    assert one.value is not None
    period, height = float(one.timing.sine or 0.0), one.value - level
    if end - begin > MOST * period:
        raise InputError(
            f"{one.what}: has {(end - begin) / period:.3g} periods of its sine; expected at most {MOST:.0e}"
        )

    def value(t: float) -> Level:
        return level + height * np.sin(2 * np.pi * (t - begin) / period)

    for part in (0.25, 0.75, 1.0):  # where it is farthest, or ends before
        swung = value(min(begin + part * period, end))
        try:
            for extreme in (float(np.min(swung)), float(np.max(swung))):
                one.parse(extreme)
        except InputError as error:
            raise InputError(f"{one.what}: its sine swings to an impossible value: {error}") from None
    motion(begin, end, value, period / PER_PERIOD)
    return end


def _sampled(motion: Callable[..., None], begin: float, end: float, one: Asked) -> float:
    """Lines from sample to sample."""
    assert one.samples is not None
    times, values = begin + one.samples[0], one.samples[1]
    for (t0, t1), (v0, v1) in zip(pairwise(times), pairwise(values), strict=True):
        if t0 < end:
            motion(t0, min(t1, end), _line(t0, t1, float(v0), float(v1)))
    return min(float(times[-1]), end)


def read_samples(path: Path, what: str, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Times (ms, from 0) and values (in `unit`) of a CSV file whose first line names both with their units,
    "time (s),ko (mM)". InputError with the file and the line."""
    try:
        text = read_bytes(path, "CSV file").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: is no text in UTF-8; save it as CSV in UTF-8") from None
    lines = list(enumerate(csv.reader(text.splitlines()), start=1))
    rows = [(n, row) for n, row in lines if row and not row[0].startswith("#")]
    if not rows or len(rows[0][1]) != 2:
        raise InputError(
            f'{path}: expected a first line with two columns, such as "time (s),{what} ({unit})"'
        )
    factors = [_unit_of(path, name, own) for name, own in zip(rows[0][1], ("ms", unit), strict=True)]
    found = []
    for n, row in rows[1:]:
        try:
            time, value = (float(word) for word in row)
        except ValueError:
            time = value = math.nan
        if not (math.isfinite(time) and math.isfinite(value)):
            raise InputError(f"{path}: line {n}: expected two numbers, got {','.join(row)}")
        found.append((time * factors[0], value * factors[1]))
    times, values = np.array(found).reshape(-1, 2).T
    if len(times) < 2 or times[0] < 0 or not (np.diff(times) > 0).all():
        raise InputError(f"{path}: expected at least two rows, the times rising from 0 or later")
    return times, values


def _unit_of(path: Path, heading: str, unit: str) -> float:
    """How many of `unit` one of a column's own unit is."""
    name, bracket, own = heading.strip().rstrip(")").partition("(")
    if not bracket:
        raise InputError(
            f'{path}: line 1: column {name.strip()!r} has no unit; expected "{name.strip()} ({unit})"'
        )
    try:
        return convert(f"1 {own.strip()}" if own.strip() != "1" else "1", unit)
    except ValueError as error:
        raise InputError(f"{path}: line 1: {error}") from None
