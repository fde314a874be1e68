"""The curve of a fold or a Hopf point in two parameters: where it goes when a second dial is turned too.

From step to step of the second dial the branch beside the last turn is found again, and on it the turn, by
the secant method along the branch. A curve ends at a limit of either dial or where the turn is no longer: a
fold meets another (a cusp, or where a branch parts from another), a Hopf point's frequency falls to 0 at a
fold.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..cell.dial import Dial
from ..errors import ConvergenceError
from .along import Along, Range
from .branches import same
from .path import Point, beyond, correct, point
from .turns import EXACT, Swing, Turn, still

FIRST, SHORTEST = 0.25, 1e-3  # step of the second dial, as a share of the longest
NEAR = 2e-3  # of the branch's length: how far off the second point of the secant method lies
FAR = 0.3  # of it, how far the turn may be from where it was
TRIES = 12  # points of a branch at which a turn is looked for
GROW = 1.5  # by how much longer the next step may be


@dataclass(frozen=True)
class Second:
    """A second dial, between two limits."""

    dial: Dial
    range: Range

    @property
    def began(self) -> float:
        """Where it stood when it was made, or the limit next to that."""
        first = self.dial.first
        return float(np.clip(self.range.place(first), 0, 1)) if first > 0 or not self.range.log else 0.0


def curve_of(
    along: Along, second: Second, at: float, turn: Turn, way: float, longest: float
) -> list[tuple[float, Turn]]:
    """Where a turn goes when the second dial is turned on from `at`, `way` 1 or -1: places of the second
    dial, 0 to 1, and the turn there, without the first. The second dial is left at `at`.

    longest: step of the second dial.
    """
    found: list[tuple[float, Turn]] = [(at, turn)]
    step = FIRST * longest
    try:
        while step >= SHORTEST * longest and 0 <= found[-1][0] + way * 1e-9 <= 1:
            then = float(np.clip(found[-1][0] + way * step, 0, 1))
            put(along, second, then)
            there = _again(along, _ahead(found, then), found[-1][1])
            if there is None:
                step /= 2
            elif not 0 < there.point.u < 1:
                break
            else:
                found.append((then, there))
                step = min(longest, GROW * step)
    finally:
        put(along, second, at)
    return found[1:]


def every_curve(
    along: Along, second: Second, searched: Callable[[], list[Turn]], longest: float
) -> list[list[tuple[float, Turn]]]:
    """The curve of every turn that is found where the second dial began and at both of its limits: places of
    the second dial, rising, and the turn there.

    searched: finds all turns along the first dial, as the second stands. longest: step of the second dial.
    """
    found: list[list[tuple[float, Turn]]] = []
    for at in dict.fromkeys((second.began, 0.0, 1.0)):
        put(along, second, at)
        for turn in searched():
            here = [one for curve in found for place, one in curve if place == at and one.kind == turn.kind]
            if any(same(along, one.point.x, turn.point.x) for one in here):
                continue
            back, on = (curve_of(along, second, at, turn, way, longest) for way in (-1.0, 1.0))
            found.append([*back[::-1], (at, turn), *on])
    put(along, second, second.began)
    return found


def put(along: Along, second: Second, at: float) -> None:
    """Turn the second dial."""
    second.dial.turn(second.range.value(at))
    along.renew()


def _ahead(found: list[tuple[float, Turn]], at: float) -> np.ndarray:
    """Where the turn lies at `at` if it goes on as before, (free + 1,)."""
    last, turn = found[-1]
    if len(found) == 1:
        return turn.point.z
    before, other = found[-2]
    return turn.point.z + (at - last) / (last - before) * (turn.point.z - other.point.z)


def _again(along: Along, z: np.ndarray, before: Turn) -> Turn | None:
    """A turn that was `before`, found again near z; None where it is not."""
    way = before.point.direction
    swing = None if before.period is None else Swing(2j * np.pi / before.period)
    try:
        for start in (z, before.point.z):
            if 0 <= start[-1] <= 1 and along.possible(start[:-1], float(start[-1])):
                break
        row = way * before.point.beside.weights
        beside = along.beside(start[:-1], float(start[-1]))
        z, _ = correct(along, start, beside, row, row @ start)
        here = point(along, z[:-1], float(z[-1]), way)
        there = _secant(along, here, still if swing is None else swing.growth)
    except (ConvergenceError, ArithmeticError):
        return None
    if there is None:
        return None
    return Turn(before.kind, there, None if swing is None else swing.period)


def _secant(along: Along, here: Point, test: Callable[[Point], float]) -> Point | None:
    """The point of a branch near `here` at which `test` is 0; None where there is none."""
    s, f, then = 0.0, test(here), NEAR
    if abs(f) <= EXACT:
        return here
    for _ in range(TRIES):
        if abs(then) > FAR:
            return None
        there, _tried = beyond(along, here, then)
        g = test(there)
        if abs(g) <= EXACT:
            return there
        if g == f:
            return None
        s, f, then = then, g, then - g * (then - s) / (g - f)
    return None
