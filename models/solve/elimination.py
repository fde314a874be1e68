"""Gaussian elimination on a tree of small dense blocks: Hines' scheme with all states of a compartment.

The states of a compartment form a block, faces couple blocks, and the blocks stand in an order in which the
leaves of the tree come first. Eliminating a compartment then touches its parent only; where several arms
meet in a branch point, these. Cost and memory are proportional to the number of compartments. In each block
come first what other compartments see, V and what is dissolved, and then the gates, which they do not. Rows
are exchanged within a block, not between blocks: what a compartment holds itself outweighs its neighbours.

Hines M (1984) Int J Biomed Comput 15:69-76 (the order); Golub GH, Van Loan CF (2013) Matrix Computations,
4th ed., 3.4 (elimination with partial pivoting), 4.5 (block elimination).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from ..compiled import compiled


class Layout(NamedTuple):
    """Where blocks are. start: first state of each block and, last, how many there are; seen: how many of its
    states other blocks see; edge: first edge of each block and, last, how many there are; to: block that each
    edge leads to, a later one; diagonal, upper, lower: where the block and the edges' two blocks begin in
    what is stored."""

    start: np.ndarray
    seen: np.ndarray
    edge: np.ndarray
    to: np.ndarray
    diagonal: np.ndarray
    upper: np.ndarray
    lower: np.ndarray


def layout(owner: np.ndarray, seen: np.ndarray, pairs: Iterable[tuple[int, int]]) -> Layout:
    """Layout for states of the given owners, each owner's together and those that are `seen` first; pairs of
    owners are coupled."""
    begins = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])) if len(owner) else np.zeros(0, int)
    number = {int(which): i for i, which in enumerate(owner[begins])}
    later: list[set[int]] = [set() for _ in begins]
    for pair in pairs:
        if int(pair[0]) in number and int(pair[1]) in number:
            low, high = sorted((number[int(pair[0])], number[int(pair[1])]))
            later[low].add(high)
    for following in later:  # what eliminating a block couples
        first = min(following, default=0)
        later[first] |= following - {first}
    start = np.append(begins, len(owner))
    size = np.diff(start)
    wide = np.array(
        [np.count_nonzero(part) for part in np.split(seen, begins[1:])] if len(begins) else [], int
    )
    to = np.array([j for following in later for j in sorted(following)], int)
    edge = np.cumsum([0] + [len(following) for following in later])
    of = np.repeat(np.arange(len(size)), np.diff(edge))
    blocks = (size**2, size[of] * wide[to], wide[to] * wide[of])
    return Layout(start, wide, edge, to, *(np.append(0, np.cumsum(sizes)) for sizes in blocks))


@dataclass
class Factors:
    """Factors of `one` I - `c` jacobian: of every block its own, block^-1 upper, and lower."""

    where: Layout
    diagonal: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    pivots: np.ndarray

    def solve(self, right: np.ndarray) -> np.ndarray:
        """The solution for one right-hand side, or for several as columns."""
        if right.ndim == 2:
            return np.column_stack([self.solve(column) for column in right.T])
        x = np.array(right, float)
        self.solve_in_place(x)
        return x

    def solve_in_place(self, x: np.ndarray) -> None:
        """Put the solution in place of its right-hand side; what x has behind that stays."""
        _substitute(*self.where, self.diagonal, self.upper, self.lower, self.pivots, x)


def factorise(where: Layout, jacobian: sp.csc_matrix, one: float, c: float) -> Factors:
    """Factors of one I - c jacobian; ArithmeticError where that is singular."""
    diagonal, upper, lower = (np.zeros(at[-1]) for at in (where.diagonal, where.upper, where.lower))
    pivots = np.empty(where.start[-1], np.int64)
    matrix = jacobian.indptr, jacobian.indices, jacobian.data
    _scatter(*where, *matrix, one, c, diagonal, upper, lower)
    if not _eliminate(*where, diagonal, upper, lower, pivots):
        raise ArithmeticError("the matrix is singular")
    return Factors(where, diagonal, upper, lower, pivots)


# Plain indices from here on: views of the blocks would take most of the time.


@compiled
def _find(edge: np.ndarray, to: np.ndarray, low: int, high: int) -> int:
    """The edge from a block to a later one."""
    for e in range(edge[low], edge[low + 1]):
        if to[e] == high:
            return e
    return -1


@compiled
def _scatter(
    start: np.ndarray,
    seen: np.ndarray,
    edge: np.ndarray,
    to: np.ndarray,
    at_diagonal: np.ndarray,
    at_upper: np.ndarray,
    at_lower: np.ndarray,
    indptr: np.ndarray,
    indices: np.ndarray,
    data: np.ndarray,
    one: float,
    c: float,
    diagonal: np.ndarray,
    upper: np.ndarray,
    lower: np.ndarray,
) -> None:
    """Put one I - c J (compressed columns) into blocks; those of `upper` are stored by columns."""
    block = np.empty(start[-1], np.int64)
    for b in range(len(seen)):
        block[start[b] : start[b + 1]] = b
    for column in range(len(block)):
        there = block[column]
        at, m = column - start[there], start[there + 1] - start[there]
        diagonal[at_diagonal[there] + at * m + at] += one
        for entry in range(indptr[column], indptr[column + 1]):
            here = block[indices[entry]]
            line = indices[entry] - start[here]
            if here == there:
                diagonal[at_diagonal[here] + line * m + at] -= c * data[entry]
            elif here < there:
                rows = start[here + 1] - start[here]
                upper[at_upper[_find(edge, to, here, there)] + at * rows + line] -= c * data[entry]
            else:
                place = line * seen[there] + at
                lower[at_lower[_find(edge, to, there, here)] + place] -= c * data[entry]


@compiled
def _factorise_block(a: np.ndarray, at: int, m: int, pivots: np.ndarray, first: int) -> bool:
    """LU factors in place of the m rows from a[at] on, with inverse pivots; False if singular."""
    for i in range(m):
        best = i
        for k in range(i + 1, m):
            if abs(a[at + k * m + i]) > abs(a[at + best * m + i]):
                best = k
        pivots[first + i] = best
        if best != i:
            for k in range(m):
                kept = a[at + i * m + k]
                a[at + i * m + k] = a[at + best * m + k]
                a[at + best * m + k] = kept
        if not abs(a[at + i * m + i]) > 0:
            return False
        a[at + i * m + i] = inverse = 1 / a[at + i * m + i]
        for k in range(i + 1, m):
            a[at + k * m + i] *= inverse
            factor = a[at + k * m + i]
            if factor != 0:
                for n in range(i + 1, m):
                    a[at + k * m + n] -= factor * a[at + i * m + n]
    return True


@compiled
def _divide(
    a: np.ndarray, at: int, m: int, pivots: np.ndarray, first: int, x: np.ndarray, begin: int
) -> None:
    """x = block^-1 x, for the m values from x[begin] on."""
    for i in range(m):
        swap = begin + pivots[first + i]
        total = x[swap]
        x[swap] = x[begin + i]
        for k in range(i):
            total -= a[at + i * m + k] * x[begin + k]
        x[begin + i] = total
    for i in range(m - 1, -1, -1):
        total = x[begin + i]
        for k in range(i + 1, m):
            total -= a[at + i * m + k] * x[begin + k]
        x[begin + i] = total * a[at + i * m + i]


@compiled
def _subtract_product(
    lower: np.ndarray,
    left: int,
    rows: int,
    m: int,
    upper: np.ndarray,
    right: int,
    height: int,
    columns: int,
    target: np.ndarray,
    at: int,
    down: int,
    across: int,
) -> None:
    """target -= lower upper: a block of (rows, m) by the first m rows of one of (height, columns)."""
    for i in range(rows):
        for k in range(m):
            factor = lower[left + i * m + k]
            if factor != 0:
                for j in range(columns):
                    target[at + i * down + j * across] -= factor * upper[right + j * height + k]


@compiled
def _eliminate(
    start: np.ndarray,
    seen: np.ndarray,
    edge: np.ndarray,
    to: np.ndarray,
    at_diagonal: np.ndarray,
    at_upper: np.ndarray,
    at_lower: np.ndarray,
    diagonal: np.ndarray,
    upper: np.ndarray,
    lower: np.ndarray,
    pivots: np.ndarray,
) -> bool:
    """Factorise in place: every block itself, and upper = block^-1 upper. False where one is singular."""
    for b in range(len(seen)):
        m = start[b + 1] - start[b]
        if not _factorise_block(diagonal, at_diagonal[b], m, pivots, start[b]):
            return False
        for e in range(edge[b], edge[b + 1]):
            for j in range(seen[to[e]]):
                _divide(diagonal, at_diagonal[b], m, pivots, start[b], upper, at_upper[e] + j * m)
        for e in range(edge[b], edge[b + 1]):
            for f in range(edge[b], edge[b + 1]):
                i, j = to[e], to[f]
                if i == j:
                    target, at, down, across = diagonal, at_diagonal[i], start[i + 1] - start[i], 1
                elif i < j:
                    target, at, down, across = (
                        upper,
                        at_upper[_find(edge, to, i, j)],
                        1,
                        start[i + 1] - start[i],
                    )
                else:
                    target, at, down, across = lower, at_lower[_find(edge, to, j, i)], seen[j], 1
                left, right = at_lower[e], at_upper[f]
                _subtract_product(
                    lower, left, seen[i], seen[b], upper, right, m, seen[j], target, at, down, across
                )
    return True


@compiled
def _substitute(
    start: np.ndarray,
    seen: np.ndarray,
    edge: np.ndarray,
    to: np.ndarray,
    at_diagonal: np.ndarray,
    at_upper: np.ndarray,
    at_lower: np.ndarray,
    diagonal: np.ndarray,
    upper: np.ndarray,
    lower: np.ndarray,
    pivots: np.ndarray,
    x: np.ndarray,
) -> None:
    """Solve in place with what `_eliminate` left."""
    for b in range(len(seen)):
        _divide(diagonal, at_diagonal[b], start[b + 1] - start[b], pivots, start[b], x, start[b])
        for e in range(edge[b], edge[b + 1]):
            at = at_lower[e]
            for i in range(start[to[e]], start[to[e]] + seen[to[e]]):
                total = x[i]
                for k in range(start[b], start[b] + seen[b]):
                    total -= lower[at] * x[k]
                    at += 1
                x[i] = total
    for b in range(len(seen) - 1, -1, -1):
        for e in range(edge[b], edge[b + 1]):
            at = at_upper[e]
            for k in range(start[to[e]], start[to[e]] + seen[to[e]]):
                for i in range(start[b], start[b + 1]):
                    x[i] -= upper[at] * x[k]
                    at += 1
