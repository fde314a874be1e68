"""A branch of steady states, point by point, through its turns: continuation by pseudo-arclength.

From each point a step along the branch's direction, and Newton's method back to it at right angles. Steps are
as long as what is drawn may be apart, shorter where the branch bends or Newton takes long, and end exactly at
the limits. Keller HB (1977) in Rabinowitz PH (ed.), Applications of Bifurcation Theory, 359-384 (Academic
Press).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from ..errors import ConvergenceError, EngineError, InputError
from ..simulator.runtime import quiet_neuron
from .along import Along, Beside

CLOSE = 1e-10  # of the scale: the last step of Newton's method
ROUND_OFF = 1e-7  # that it may be where it shrinks no more
TRIES = 14  # Newton's steps for one point, at most
STILL = 1e-6  # of the dial's range, within which its derivative takes the place of turning it
ASTRAY = 0.5  # of the dial's range, beyond a limit
SLOW = 0.3  # a step's size beside that of the one before, above which the derivatives are found anew
ASIDE = 0.2  # how far Newton may lead from where a step has led, as a share of the step
BEND = 0.9  # cosine of the angle by which the direction may turn in a step
FEW, MANY = 6, 9  # Newton's steps after which the next step along the branch is longer, shorter
SHORTEST = 1e-6  # step, as a share of the longest
FIRST = 0.25  # step, likewise
MOST = 4000  # points of a branch
HOME = 1e-6  # distance, as a share of the longest step, at which a branch is back where it began


@dataclass
class Point:
    """A steady state of a cell along a dial.

    x: free states, (free,); u: where the dial stands, 0 to 1
    beside: the derivatives there
    direction: of the branch, (free + 1,), of length 1
    """

    x: np.ndarray
    u: float
    beside: Beside
    direction: np.ndarray = field(repr=False)

    @cached_property
    def z(self) -> np.ndarray:
        """x and u, (free + 1,)."""
        return np.append(self.x, self.u)

    def reversed(self) -> "Point":
        """The same point of the branch followed the other way."""
        return Point(self.x, self.u, self.beside, -self.direction)


class Lost(ConvergenceError):
    """No steady state was found where one was looked for."""


def correct(
    along: Along, z: np.ndarray, beside: Beside, row: np.ndarray, level: float
) -> tuple[np.ndarray, int]:
    """The steady state near z, (free + 1,), at which `row` z is `level`, and how many steps it took: Newton's
    with the derivatives of `beside`, which are not far from there, mended by what the steps so far have shown
    (Broyden's method). Raises Lost.
    """
    with quiet_neuron():  # which prints what exp cannot bear of a trial state
        return _newton(along, z, beside, row, level)


def _newton(
    along: Along, z: np.ndarray, beside: Beside, row: np.ndarray, level: float
) -> tuple[np.ndarray, int]:
    last, steps, stands = np.inf, Steps(beside), np.inf
    for tried in range(1, TRIES + 1):
        x, u = z[:-1], float(z[-1])
        try:
            if abs(u - stands) > STILL:
                stands = u
            ahead = u - stands  # so little that the derivative says the rest
            if not along.possible(x, stands):
                break
            rates = along.rates(x, stands) + ahead * beside.by_rates
            lacking = along.lacking(x, stands) + ahead * beside.by_lacking
            step = steps.mended(steps.beside.step(-rates, lacking, level - row @ z, row))
            z = z + step
            if not -ASTRAY < z[-1] < 1 + ASTRAY:
                break
            size = float(np.abs(step * np.append(1 / along.scale(z[:-1]), 1.0)).max())
            if not np.isfinite(size) or size > 4 * max(last, 0.25):
                break
            if size <= CLOSE or (size <= ROUND_OFF and size > SLOW * last):
                if along.possible(z[:-1], float(z[-1])):
                    return z, tried
                break
            if size > SLOW * last and tried < TRIES - 1:
                with quiet_neuron():
                    steps = Steps(along.beside(z[:-1], float(z[-1])))
        except (EngineError, InputError, ArithmeticError):  # a dial may go no further than its limit
            break
        last = size
    raise Lost(f"{along.system.cell.name}: no steady state was found at {along.said(u)}")


class Steps:
    """Newton's steps by derivatives that are kept, `beside`, mended by Broyden's rank-one updates: Kelley CT
    (1995) Iterative Methods for Linear and Nonlinear Equations, 7.3 (SIAM)."""

    def __init__(self, beside: Beside) -> None:
        self.beside = beside
        self._done: list[np.ndarray] = []

    def mended(self, step: np.ndarray) -> np.ndarray:
        """The step, (free + 1,), that takes the place of the one by the kept derivatives."""
        weights = self.beside.weights
        for one, next_one in pairwise(self._done):
            step = step + next_one * ((weights * one) @ step / ((weights * one) @ one))
        if self._done:
            last = self._done[-1]
            step = step / (1 - (weights * last) @ step / ((weights * last) @ last))
        self._done.append(step)
        return step


def settle(along: Along, x: np.ndarray, u: float) -> np.ndarray:
    """The steady state, (free,), at u near x. Raises Lost."""
    row = np.append(np.zeros(len(x)), 1.0)
    return correct(along, np.append(x, u), along.beside(x, u), row, u)[0][:-1]


def point(along: Along, x: np.ndarray, u: float, before: np.ndarray) -> Point:
    """The steady state x as a point of its branch; before: with what its direction makes no obtuse angle."""
    beside = along.beside(x, u)
    return Point(x, u, beside, beside.direction(before))


def begin(along: Along, x: np.ndarray, u: float, way: float) -> Point:
    """The steady state x as the first point of a branch, which goes to higher u where `way` is 1, to lower
    ones where it is -1."""
    return point(along, x, u, np.append(np.zeros(len(x)), way))


def beyond(along: Along, start: Point, step: float) -> tuple[Point, int]:
    """The point of a branch that lies a step further along, and how many of Newton's steps it took; Lost."""
    row = start.direction * start.beside.weights
    z, tried = correct(along, start.z + step * start.direction, start.beside, row, row @ start.z + step)
    try:
        return point(along, z[:-1], float(z[-1]), start.direction), tried
    except InputError as error:  # beyond the dial's own limit, where there are no derivatives
        raise Lost(str(error)) from error


def follow(along: Along, start: Point, longest: float) -> Iterator[Point]:
    """The points of a branch from the one after `start` on, to a limit of the dial, to where it began or to
    where nothing more is found. longest: step."""
    here, step, length = start, FIRST * longest, 0.0
    for _ in range(MOST):
        found = None
        while found is None and step >= SHORTEST * longest:
            u = here.u + step * here.direction[-1]
            if 0 < u < 1:
                found, tried = _next(along, here, step)
            elif (found := _at_limit(along, here, step)) is not None:
                yield found
                return
            if found is not None and not 0 <= found.u <= 1:
                found = None
            if found is None:
                step /= 2
        if found is None:
            return
        length += step
        yield found
        if length > 4 * longest and _home(start, here, found, longest):
            return
        here = found
        step = min(longest, step * (2 if tried <= FEW else 1 if tried <= MANY else 0.5))


def _next(along: Along, here: Point, step: float) -> tuple[Point | None, int]:
    """The next point, None where the step is too long."""
    try:
        found, tried = beyond(along, here, step)
    except Lost:
        return None, 0
    return (found, tried) if _straight(here, found, step) else (None, 0)


def _at_limit(along: Along, here: Point, step: float) -> Point | None:
    """The point at the limit to which a step leads, or beyond; None where the branch does not go there
    straight."""
    limit = 1.0 if here.direction[-1] > 0 else 0.0
    z = here.z + (limit - here.u) / here.direction[-1] * here.direction
    row = np.append(np.zeros(len(z) - 1), 1.0)
    z[-1] = limit
    try:
        z, _ = correct(along, z, here.beside, row, limit)
    except Lost:
        return None
    z[-1] = limit
    found = point(along, z[:-1], limit, here.direction)
    return found if _straight(here, found, step) else None


def _straight(here: Point, there: Point, step: float) -> bool:
    """Whether a step along the branch, so long or shorter, leads from one point to the other."""
    moved, length = there.z - here.z, here.beside.length
    aside = length(moved - (here.beside.weights * here.direction) @ moved * here.direction)
    turned = (here.beside.weights * here.direction) @ there.direction / length(there.direction)
    return aside <= ASIDE * step and turned >= BEND


def _home(start: Point, here: Point, there: Point, longest: float) -> bool:
    """Whether a closed branch has come back: its beginning lies between these two."""
    ahead, behind = there.z - start.z, here.z - start.z
    weights = start.beside.weights
    if start.beside.length(behind) > 2 * longest or start.beside.length(ahead) > 2 * longest:
        return False
    before, after = (float((weights * start.direction) @ way) for way in (behind, ahead))
    if not before < 0 <= after:
        return False
    between = behind + before / (before - after) * (ahead - behind)
    return start.beside.length(between) < 0.1 * longest
