"""Where a branch of steady states turns round (folds), and where two modes begin to swing (Hopf points).

At a fold the dial stands still along the branch; at a Hopf point an oscillating mode neither decays nor
grows. Both are roots of a function along the branch, found between two of its points by Brent's method.
Kuznetsov YA (2004) Elements of Applied Bifurcation Theory, 3rd ed., 10.2 (Springer).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..errors import ConvergenceError
from ..physics.theory import root
from .along import Along
from .linear import Linear, near
from .modes import count_growing
from .path import Lost, Point, beyond
from .winding import ray

EXACT = 1e-9  # of the step in which a root lies; of a fold's direction, of a growth beside its frequency
ROOTS = 30  # points tried for a root
DEPTH = 8  # halvings of a step in which more than one thing happens
AROUND = 4  # eigenvalues looked at around a frequency, in a space of
WITHIN = 64  # dimensions at most
OFF = 1 + 1e-6  # an eigenvalue itself is no shift
PLACES = 5  # frequencies at which a pair is looked for
DAMPING = 1e-12  # 1/ms, once in 30 years
ROUND = 1e-3  # imaginary over absolute value of an eigenvalue from which it swings

FOLD, HOPF, CROSSING = "fold", "hopf", "crossing"


@dataclass(frozen=True)
class Turn:
    """A point where what a branch does changes.

    kind: "fold", "hopf" or "crossing", where a mode that does not swing begins to grow, or to decay, and the
    branch goes on (it crosses another)
    point: the state there
    period: of a Hopf point's oscillation (ms); of others None
    """

    kind: str
    point: Point
    period: float | None = None


def growing(point: Point) -> int:
    """How many modes of a point grow."""
    return count_growing(_damped(point.beside.linear))


def _damped(linear: Linear) -> Linear:
    """The same with every mode a little more damped: what stands still then counts as coming back."""
    jacobian = linear.jacobian.copy()
    columns = np.repeat(np.arange(jacobian.shape[1]), np.diff(jacobian.indptr))
    jacobian.data[jacobian.indices == columns] -= DAMPING
    return replace(linear, jacobian=jacobian)


def slowest_of(point: Point) -> complex:
    """The eigenvalue (1/ms) of a point's slowest mode; nan where it has none."""
    linear = point.beside.linear
    values, _ = near(linear, linear.at_zero, 1)
    return complex(values[0]) if len(values) else complex("nan")


def turns_between(along: Along, a: Point, b: Point, grow: tuple[int, int], depth: int = 0) -> list[Turn]:
    """What happens on a branch between two of its points, in order. grow: how many modes grow at each."""
    gained, turned = abs(grow[1] - grow[0]), a.direction[-1] * b.direction[-1] < 0
    if not gained and not turned:
        return []
    if turned and gained == 1:
        fold = _fold(along, a, b)
        return [fold] if fold else []
    if not turned and gained == 2:
        hopf = _hopf(along, a, b, grow)
        if hopf:
            return [hopf]
    if depth < DEPTH:
        try:
            middle, _ = beyond(along, a, distance(a, b) / 2)
        except Lost:
            return []
        within = growing(middle)
        first = turns_between(along, a, middle, (grow[0], within), depth + 1)
        return first + turns_between(along, middle, b, (within, grow[1]), depth + 1)
    if turned:
        fold = _fold(along, a, b)
        return [fold] if fold else []
    return [Turn(CROSSING, b)]


def distance(a: Point, b: Point) -> float:
    """How far b lies from a in the direction of the branch at a."""
    return float((a.beside.weights * a.direction) @ (b.z - a.z))


def _root(along: Along, a: Point, b: Point, of: Callable[[Point], float]) -> Point | None:
    """The point between a and b at which `of` is 0; None where it is not found."""
    seen: dict[float, tuple[float, Point]] = {}

    def at(step: float) -> float:
        found = a if step == 0 else beyond(along, a, step)[0]
        seen[step] = of(found), found
        return seen[step][0]

    length = distance(a, b)
    try:
        root(at, 0.0, length, xtol=EXACT * length, maxiter=ROOTS, disp=False)
    except (ConvergenceError, ArithmeticError, ValueError):  # the last where both ends are on one side
        return None
    return min(seen.values(), key=lambda one: abs(one[0]))[1]


def _fold(along: Along, a: Point, b: Point) -> Turn | None:
    found = _root(along, a, b, still)
    return None if found is None else Turn(FOLD, found)


def still(point: Point) -> float:
    """How the dial moves along the branch: 0 at a fold."""
    return float(point.direction[-1])


def _hopf(along: Along, a: Point, b: Point, grow: tuple[int, int]) -> Turn | None:
    """The Hopf point between two points at one of which a pair of modes more grows than at the other."""
    there, other = (b, a) if grow[1] > grow[0] else (a, b)
    for pair in _pairs(there, other):
        swing = Swing(pair)
        across = swing(other)
        if across is None or across.real >= 0:
            continue
        swing = Swing(pair)
        found = _root(along, a, b, swing.growth)
        if found is not None:
            return Turn(HOPF, found, swing.period)
    return None


def _pairs(there: Point, other: Point) -> list[complex]:
    """Modes that swing and grow at a point where one pair more does so than at another: those first that are
    near where the determinants on the imaginary axis turn apart, of each pair one."""
    rays = []
    for point in (there, other):
        linear = point.beside.linear
        rays.append(ray(linear, max(abs(slowest_of(point)), DAMPING), 0.0))
    mine, others = rays
    turned = np.interp(np.log(mine.at), np.log(others.at), np.cumsum(others.turned))
    apart = np.diff(np.cumsum(mine.turned) - turned, prepend=0.0)
    found: list[complex] = []
    for at in mine.at[np.argsort(apart)][:PLACES]:
        values, _ = near(there.beside.linear, 1j * at, AROUND, WITHIN)
        found += [complex(v) for v in values if v.real > 0 and v.imag > ROUND * abs(v)]
    return sorted(dict.fromkeys(found), key=lambda v: v.real / abs(v))


class Swing:
    """An oscillating mode from point to point. last: its eigenvalue (1/ms) where it was seen last."""

    def __init__(self, value: complex) -> None:
        self.last = value

    def __call__(self, point: Point) -> complex | None:
        """Its eigenvalue at a point not far away; None where nothing swings alike."""
        values, _ = near(point.beside.linear, 1j * self.last.imag * OFF, AROUND, WITHIN)
        alike = [complex(v) for v in values if v.imag > ROUND * abs(v)]
        if not alike:
            return None
        self.last = min(alike, key=lambda v: abs(v - self.last))
        return self.last

    def growth(self, point: Point) -> float:
        """Real part beside the absolute value; ConvergenceError where it is lost."""
        value = self(point)
        if value is None:
            raise ConvergenceError("the oscillation is no longer there")
        return value.real / abs(value)

    @property
    def period(self) -> float:
        """Of the oscillation (ms)."""
        return float(2 * np.pi / self.last.imag)
