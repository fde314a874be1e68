"""Whether two tables that turn the same number in places with compartments in common leave no doubt of it."""

import math
from collections.abc import Iterable
from itertools import combinations, product

import numpy as np

from ..errors import InputError
from .shapes import Asked
from .targets import Target


def check_overlaps(turned: Iterable[tuple[Target, list[Asked]]]) -> None:
    """InputError where one number of some compartments is turned by two targets, and one of them moves it
    while the other does, or comes back to what it was before both."""
    for (one, asked), (other, others) in combinations(turned, 2):
        if one.at is None or other.at is None or one.number != other.number:
            continue
        if len(np.intersect1d(one.at, other.at)):
            for pair in product(asked, others):
                _check_pair(*pair)


def _check_pair(one: Asked, other: Asked) -> None:
    first, second = sorted((one, other), key=lambda asked: float(asked.timing.at))
    begin = float(second.timing.at)
    same = begin == first.timing.at and (_looks_back(first) or _looks_back(second))
    left = _looks_back(second) and first.timing.duration is None
    if same or left or begin < _last(first):
        raise InputError(
            f"{first.what} and {second.what} have compartments in common, where what it was before is not "
            "plain; expected places apart, or one after the other has come to its end"
        )


def _looks_back(asked: Asked) -> bool:
    """Whether what it does depends on what was before."""
    timing = asked.timing
    return any(one is not None for one in (timing.over, timing.duration, timing.sine))


def _last(asked: Asked) -> float:
    """When it moves the number for the last time (ms)."""
    timing = asked.timing
    if timing.every is not None and timing.times is None:
        return math.inf
    last = float(timing.at) + float(timing.over or 0.0) + float(timing.duration or 0.0)
    if timing.every is not None and timing.times is not None:
        last += (timing.times - 1) * float(timing.every)
    if asked.samples is not None and timing.duration is None:
        last += float(asked.samples[0][-1])
    return math.inf if timing.sine is not None and timing.duration is None else last
