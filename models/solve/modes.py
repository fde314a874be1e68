"""The modes of a steady state that matter: the slowest, all that grow, and what oscillates."""

from dataclasses import dataclass

import numpy as np

from .linear import MOST, Linear, near
from .winding import ASIDE, Ray, ray

SLOWEST = 6  # modes that are told of
AROUND = 8  # that are looked for at once around a frequency, in a space of
WITHIN = 96  # dimensions at most
PLACES = 20  # frequencies at most, those first where a determinant turns most
SAME = 1e-6  # relative difference of eigenvalues up to which they are the same
ROUND = 1e-6  # imaginary over real part of an eigenvalue below which it counts as real
NEARER = (0.75 * ASIDE, 0.5 * ASIDE)  # of further rays, beside the imaginary axis
FAR = 0.1  # times the size of a shift: smaller eigenvalues are not accurate from there

Found = tuple[np.ndarray, np.ndarray]  # eigenvalues and their vectors


@dataclass(frozen=True)
class Modes:
    """Modes of a steady state, those that grow first, the fastest first, and then the slowest first.

    values: eigenvalues (1/ms), (modes,), complex; of a pair the one with the positive imaginary part
    shapes: departures of the free states, (free, modes), complex, of length 1 in units of `Linear.scale`
    growing: how many eigenvalues have a positive real part, both of a pair counted, among all that there are
    """

    values: np.ndarray
    shapes: np.ndarray
    growing: int

    @property
    def stable(self) -> bool:
        """Whether no mode grows."""
        return self.growing == 0


def modes_of(beside: Linear, wanted: int = SLOWEST, most: int = MOST, growing: bool = True) -> Modes:
    """The modes of a steady state: the slowest `wanted`, all that grow, and those that oscillate with little
    damping (their real part is less than a fifth of the imaginary one).

    most: dimensions in which the slowest are looked for. growing: whether those that grow fast are looked
    for; they are counted all the same.
    """
    if not beside.modes:
        return Modes(np.zeros(0, complex), np.zeros((len(beside.scale), 0), complex), 0)
    found = _upper(*near(beside, beside.at_zero, wanted, most))
    slowest = float(np.abs(found[0]).min())
    right, left = ray(beside, slowest, ASIDE), ray(beside, slowest, -ASIDE)
    found = _search(beside, found, right, left, growing)
    count = _agreed(beside, slowest, right, left, found[0])
    order = np.lexsort((np.abs(found[0]), np.where(found[0].real > 0, -found[0].real, 0.0)))
    return Modes(found[0][order], found[1][:, order], count)


def count_growing(beside: Linear) -> int:
    """How many modes grow, as `Modes.growing`: those right of both rays need not be seen for it."""
    if not beside.modes:
        return 0
    found = _upper(*near(beside, beside.at_zero, 1))
    slowest = float(np.abs(found[0]).min())
    right, left = ray(beside, slowest, ASIDE), ray(beside, slowest, -ASIDE)
    if right.right != left.right:
        found = _search(beside, found, right, left, growing=False)
    return _agreed(beside, slowest, right, left, found[0])


def _agreed(beside: Linear, slowest: float, right: Ray, left: Ray, values: np.ndarray) -> int:
    """How many eigenvalues have a positive real part. values: those between the rays, and maybe others.

    A ray that passes close by an eigenvalue may miss it. Where some lie between the rays a third one is
    asked, which must agree with what is seen between it and the first; where not, a fourth one decides.
    """
    totals = [right.right + _ahead(values, ASIDE)]
    for nearer in NEARER if right.right != left.right else ():
        totals.append(ray(beside, slowest, nearer).right + _ahead(values, nearer))
        if totals[-1] == totals[-2]:
            break
    return max(totals[-1], 0)


def _ahead(values: np.ndarray, aside: float) -> int:
    """How many of these eigenvalues lie between the imaginary axis and a ray right of it."""
    which = (values.real > 0) & (values.real < np.tan(aside) * np.abs(values.imag))
    return _count(values, which)


def _oscillates(values: np.ndarray) -> np.ndarray:
    """Which of these eigenvalues lie between the rays on both sides of the imaginary axis."""
    return np.abs(values.real) < np.tan(ASIDE) * np.abs(values.imag)


def _search(beside: Linear, found: Found, right: Ray, left: Ray, growing: bool = True) -> Found:
    """These eigenvalues, and those that the rays show between the two and, where asked for, right of both."""
    between = left.right - right.right
    turns = np.interp(np.log(right.at), np.log(left.at), left.turned)
    for part, wanted, places in (
        (_oscillates, between, right.at[np.argsort(right.turned - turns)]),
        (_grows, right.right if growing else 0, right.at[np.argsort(right.turned)]),
    ):
        for at in places[:PLACES]:
            if _count(found[0], part(found[0])) >= wanted:
                break
            for shift in (1j * at, at) if part is _grows else (1j * at,):
                values, shapes = _upper(*near(beside, shift, AROUND, WITHIN))
                good = part(values) & (np.abs(values) > FAR * at)
                found = _joined(found, (values[good], shapes[:, good]))
    return found


def _grows(values: np.ndarray) -> np.ndarray:
    """Which of these eigenvalues lie right of both rays."""
    return (values.real > 0) & ~_oscillates(values)


def _count(values: np.ndarray, which: np.ndarray) -> int:
    """How many eigenvalues these are, both of a pair counted."""
    return int(np.where(values.imag > 0, 2, 1)[which].sum())


def _upper(values: np.ndarray, shapes: np.ndarray) -> Found:
    """Every eigenvalue once, a pair by the one with the positive imaginary part; round-off made 0."""
    values = np.where(np.abs(values.imag) <= ROUND * np.abs(values), values.real, values)
    shapes = np.where(values.imag < 0, shapes.conj(), shapes)
    values = np.where(values.imag < 0, values.conj(), values).astype(complex)
    return _joined((values[:0], shapes[:, :0]), (values, shapes))


def _joined(known: Found, more: Found) -> Found:
    """Both, each eigenvalue once."""
    values, shapes = list(known[0]), list(known[1].T)
    for value, shape in zip(more[0], more[1].T, strict=True):
        if not any(abs(value - other) <= SAME * abs(value) for other in values):
            values.append(value)
            shapes.append(shape)
    columns = np.array(shapes, complex).reshape(len(values), len(known[1])).T
    return np.array(values, complex), columns
