"""How many modes of a steady state grow, all of them counted: by how often a determinant turns.

On the way of s from 0 outwards the argument of det(s I - J) turns forwards for every eigenvalue on the left
of that ray and backwards for those on the right (Cauchy's argument principle). Beside the determinant of a
diagonal matrix whose eigenvalues are all negative it turns by half a turn back for each that is right of the
ray, both of a pair counted, and little else. Elimination on the tree gives the determinant as a product over
the compartments, each of whose factors is followed from one s to the next, closer where it bends. Conserved
totals have eigenvalues 0, which are divided out: det(s I - J) det(W (s I - J)^-1 W^T), of their weights W,
has one power of s less for each.

Near an eigenvalue a factor turns fast, and a factor has poles too, so that two turns may hide each other.
Therefore s does not go up the imaginary axis but on both sides of it. Mostly no eigenvalue lies between the
two rays; where one does it is looked for, and seen on which side of the axis it is (modes.py).

Kailath T (1980) Linear Systems, 3.2.4 (Prentice-Hall).
"""

from typing import NamedTuple

import numpy as np

from ..compiled import compiled
from .elimination import ONE
from .linear import Linear

RATIO = 3.0  # between one s and the next, at first
TURN = 0.6  # radians that a factor may turn or bend from one s to the next; half the way is looked at too
MOST = 2000  # s that are looked at: a determinant that is round-off never gets straight
CLOSEST = 1e-6  # relative distance of two s: an eigenvalue lies on the ray, as near as can be told
LOW, HIGH = 1e-2, 30.0  # times the slowest rate, where it begins, and times the largest, where it ends
ASIDE = 0.2  # radians between the imaginary axis and a ray


class Ray(NamedTuple):
    """right: how many eigenvalues lie right of a ray, both of a pair counted; at, turned: pieces of it, by
    their distance from 0 (1/ms), and by how much the determinant turns there."""

    right: int
    at: np.ndarray
    turned: np.ndarray


@compiled
def _logarithms(
    start: np.ndarray,
    at_diagonal: np.ndarray,
    blocks: np.ndarray,
    pivots: np.ndarray,
    s: complex,
    beside: np.ndarray,
) -> np.ndarray:
    """Of every block's determinant, over that of s + `beside`, a logarithm, (blocks,). `blocks` hold one over
    each pivot."""
    found = np.zeros(len(start) - 1, np.complex128)
    for b in range(np.uintp(len(found))):
        m = start[b + ONE] - start[b]
        for i in range(m):
            found[b] -= np.log(blocks[at_diagonal[b] + i * (m + ONE)] * (s + beside[start[b] + i]))
            if pivots[start[b] + i] != i:
                found[b] += 1j * np.pi
    return found


class _Determinant:
    """The factors of a determinant along a ray, which leaves 0 at `angle`."""

    def __init__(self, beside: Linear, slowest: float, angle: float) -> None:
        self._beside, self._direction = beside, np.exp(1j * angle)
        own = beside.jacobian.diagonal()
        self._diagonal = np.maximum(np.abs(own), slowest)
        # above the end each eigenvalue is small beside s: what is left to turn there
        self.left = (own + self._diagonal).sum() - len(beside.kept) * self._diagonal.max()
        self.left *= -self._direction.imag
        self.pieces: list[tuple[float, float]] = []
        self.looked = 0

    def factors(self, size: float) -> np.ndarray:
        """Logarithms of the determinant's factors, over those of the diagonal matrix, at this distance
        (1/ms), (blocks,) or, with conserved totals, (blocks + 1,)."""
        s, kept = size * self._direction, len(self._beside.kept)
        keeping = self._beside.shifted(s)
        own, where = keeping.factors, keeping.factors.where
        found = _logarithms(where.start, where.diagonal, own.blocks, own.pivots, s, self._diagonal)
        if not kept:
            return found
        sign, logarithm = np.linalg.slogdet(keeping.inner)
        for_zeros = kept * np.log(s + self._diagonal.max())  # the diagonal matrix has as many more
        return np.append(found, np.log(sign) + logarithm + for_zeros)

    def follow(self, low: float, at_low: np.ndarray, high: float, at_high: np.ndarray) -> None:
        """Follow every factor from one s to another, by halves until it is straight; add what they turn."""
        middle = float(np.sqrt(low * high))
        half = self.factors(middle)
        parts = half - at_low, at_high - half
        turns = [(part.imag + np.pi) % (2 * np.pi) - np.pi for part in parts]
        bends = np.abs([turns[0] - turns[1], parts[0].real - parts[1].real])
        self.looked += 1
        bent = max(bends.max(), np.abs(turns).max()) > TURN
        if bent and high > (1 + CLOSEST) * low and self.looked < MOST:
            self.follow(low, at_low, middle, half)
            self.follow(middle, half, high, at_high)
        else:
            self.pieces.append((middle, float(np.sum(turns))))


def ray(beside: Linear, slowest: float, aside: float) -> Ray:
    """Count the eigenvalues right of the ray that leaves 0 `aside` of the imaginary axis (radians, to the
    right). slowest: size of the smallest eigenvalue (1/ms)."""
    determinant = _Determinant(beside, slowest, np.pi / 2 - aside)
    low, high = LOW * slowest, HIGH * fastest(beside)
    sizes = np.geomspace(low, high, 2 + int(np.log(high / low) / np.log(RATIO)))
    ends = [determinant.factors(size) for size in sizes]
    for piece in zip(sizes[:-1], ends[:-1], sizes[1:], ends[1:], strict=True):
        determinant.follow(*piece)
    at, turned = np.array(determinant.pieces).T
    total = turned.sum() + determinant.left / high
    return Ray(round(-total / np.pi), at, turned)


def fastest(beside: Linear) -> float:
    """A size (1/ms) above which no eigenvalue is: the largest sum of a row of J, in units of `scale`."""
    sizes = abs(beside.jacobian) @ beside.scale / beside.scale
    return float(sizes.max())
