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
from typing import Any, NamedTuple

import numpy as np

from ..compiled import compiled


class Layout(NamedTuple):
    """Where blocks are. start: first state of each block and, last, how many there are; seen: how many of its
    states other blocks see; edge: first edge of each block and, last, how many there are; to: block that each
    edge leads to, a later one; diagonal, upper, lower: where the block and the edges' two blocks begin in
    what is stored and, last, where all of them end."""

    start: np.ndarray
    seen: np.ndarray
    edge: np.ndarray
    to: np.ndarray
    diagonal: np.ndarray
    upper: np.ndarray
    lower: np.ndarray


def layout(owner: np.ndarray, seen: np.ndarray, pairs: Iterable[tuple[int, int]]) -> Layout:
    """Layout for states of the given owners, each owner's together and those that are `seen` first.

    owner: number of the block of each state, (states,). seen: whether other blocks see it, (states,).
    pairs: of owners that are coupled.
    """
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
    stored, end = [], 0
    for sizes in (size**2, size[of] * wide[to], wide[to] * wide[of]):
        stored.append(end + np.append(0, np.cumsum(sizes)))
        end = stored[-1][-1]
    return Layout(start, wide, edge, to, *stored)


@dataclass
class Factors:
    """Factors of a matrix, in `blocks`, one after the other in a flat array: of every block its own, block^-1
    upper, and lower; pivots: which row stands where, (states,)."""

    where: Layout
    blocks: np.ndarray
    pivots: np.ndarray

    def solve(self, right: np.ndarray) -> np.ndarray:
        """The solution for one right-hand side, (states,), or for several as columns, (states, columns)."""
        if right.ndim == 2:
            return np.column_stack([self.solve(column) for column in right.T])
        x = np.array(right, np.result_type(right, self.blocks))
        self.solve_in_place(x)
        return x

    def solve_in_place(self, x: np.ndarray) -> None:
        """Put the solution in place of its right-hand side, (states,); what x has behind that stays."""
        substitute(*self.where, self.blocks, self.pivots, x)


class Elimination:
    """Factors of `one` I - `c` J for Js of one pattern, that of `indptr` and `indices` by columns."""

    def __init__(self, where: Layout, indptr: np.ndarray, indices: np.ndarray) -> None:
        size = np.diff(where.start)
        unit = [at + np.arange(m) * (m + 1) for at, m in zip(where.diagonal, size, strict=False)]
        self._unit = np.concatenate(unit or [size]).astype(np.uintp)
        self.where = Layout(*(numbers.view(np.uintp) for numbers in where))
        self._places = _places(*self.where, indptr.astype(np.uintp), indices.astype(np.uintp))

    def factorise(self, data: np.ndarray, one: complex, c: float) -> Factors:
        """Factors where `data`, (entries,), are J's entries; ArithmeticError where the matrix is singular.

        one, c: as in implicit Euler, 1/step (1/ms) and 1, or 1 and step (ms); of a complex `one` complex.
        """
        where = self.where
        blocks, pivots = np.zeros(where.lower[-1], type(one + 0.0)), np.empty(where.start[-1], np.uintp)
        _scatter(self._unit, self._places, data, one, c, blocks)
        if not _eliminate(*where, blocks, pivots):
            raise ArithmeticError("the matrix is singular")
        return Factors(where, blocks, pivots)


# Plain indices from here on, as views of the blocks would take most of the time, and unsigned ones where it
# counts: numba looks at every signed index whether it is below 0, which takes a third.
NONE: Any = np.uintp(0)
ONE: Any = np.uintp(1)


@compiled
def _find(edge: np.ndarray, to: np.ndarray, low: int, high: int) -> int:
    """The edge from a block to a later one."""
    for e in range(edge[low], edge[low + ONE]):
        if to[e] == high:
            return e
    return NONE  # not reached: they are coupled


@compiled
def _places(
    start: np.ndarray,
    seen: np.ndarray,
    edge: np.ndarray,
    to: np.ndarray,
    at_diagonal: np.ndarray,
    at_upper: np.ndarray,
    at_lower: np.ndarray,
    indptr: np.ndarray,
    indices: np.ndarray,
) -> np.ndarray:
    """Where each entry of a matrix (compressed columns) is stored; blocks of `upper` stand by columns."""
    block, found = np.empty(start[-1], np.uintp), np.empty(indptr[-1], np.uintp)
    for b in range(np.uintp(len(seen))):
        block[start[b] : start[b + ONE]] = b
    for column in range(np.uintp(len(block))):
        there = block[column]
        at, m = column - start[there], start[there + ONE] - start[there]
        for entry in range(indptr[column], indptr[column + ONE]):
            here = block[indices[entry]]
            line = indices[entry] - start[here]
            if here == there:
                found[entry] = at_diagonal[here] + line * m + at
            elif here < there:
                rows = start[here + ONE] - start[here]
                found[entry] = at_upper[_find(edge, to, here, there)] + at * rows + line
            else:
                found[entry] = at_lower[_find(edge, to, there, here)] + line * seen[there] + at
    return found


@compiled
def _scatter(
    unit: np.ndarray, places: np.ndarray, data: np.ndarray, one: complex, c: float, blocks: np.ndarray
) -> None:
    """Put one I - c J into blocks."""
    for place in unit:
        blocks[place] = one
    for i in range(len(data)):
        blocks[places[i]] -= c * data[i]


@compiled
def _factorise_block(a: np.ndarray, at: int, m: int, pivots: np.ndarray, first: int) -> bool:
    """LU factors in place of the m rows from a[at] on, with inverse pivots; False if singular."""
    for i in range(m):
        own, best = at + i * m, i
        for k in range(i + ONE, m):
            if abs(a[at + k * m + i]) > abs(a[at + best * m + i]):
                best = k
        pivots[first + i] = best
        if best != i:
            for k in range(m):
                kept = a[own + k]
                a[own + k] = a[at + best * m + k]
                a[at + best * m + k] = kept
        if not abs(a[own + i]) > 0:
            return False
        a[own + i] = inverse = 1 / a[own + i]
        for k in range(i + ONE, m):
            row = at + k * m
            a[row + i] *= inverse
            factor = a[row + i]
            if factor != 0:
                for n in range(i + ONE, m):
                    a[row + n] -= factor * a[own + n]
    return True


@compiled
def _divide(
    a: np.ndarray, at: int, m: int, pivots: np.ndarray, first: int, x: np.ndarray, begin: int
) -> None:
    """x = block^-1 x, for the m values from x[begin] on."""
    for i in range(m):
        row, swap = at + i * m, begin + pivots[first + i]
        total = x[swap]
        x[swap] = x[begin + i]
        for k in range(i):
            total -= a[row + k] * x[begin + k]
        x[begin + i] = total
    for behind in range(m):
        i = m - ONE - behind
        row, total = at + i * m, x[begin + i]
        for k in range(i + ONE, m):
            total -= a[row + k] * x[begin + k]
        x[begin + i] = total * a[row + i]


@compiled
def _subtract_product(
    blocks: np.ndarray, left: int, rows: int, m: int, right: int, height: int, columns: int, at: int,
    down: int, across: int,
) -> None:  # fmt: skip
    """Subtract at `at` lower upper: a block of (rows, m) by the first m rows of one of (height, columns)."""
    for i in range(rows):
        for k in range(m):
            factor = blocks[left + i * m + k]
            if factor != 0:
                for j in range(columns):
                    blocks[at + i * down + j * across] -= factor * blocks[right + j * height + k]


@compiled
def _eliminate(
    start: np.ndarray,
    seen: np.ndarray,
    edge: np.ndarray,
    to: np.ndarray,
    at_diagonal: np.ndarray,
    at_upper: np.ndarray,
    at_lower: np.ndarray,
    blocks: np.ndarray,
    pivots: np.ndarray,
) -> bool:
    """Factorise in place: every block itself, and upper = block^-1 upper. False where one is singular."""
    for b in range(np.uintp(len(seen))):
        m = start[b + ONE] - start[b]
        if not _factorise_block(blocks, at_diagonal[b], m, pivots, start[b]):
            return False
        for e in range(edge[b], edge[b + ONE]):
            for j in range(seen[to[e]]):
                _divide(blocks, at_diagonal[b], m, pivots, start[b], blocks, at_upper[e] + j * m)
        for e in range(edge[b], edge[b + ONE]):
            for f in range(edge[b], edge[b + ONE]):
                i, j = to[e], to[f]
                if i == j:
                    at, down, across = at_diagonal[i], start[i + ONE] - start[i], ONE
                elif i < j:
                    at, down, across = at_upper[_find(edge, to, i, j)], ONE, start[i + ONE] - start[i]
                else:
                    at, down, across = at_lower[_find(edge, to, j, i)], seen[j], ONE
                left, right = at_lower[e], at_upper[f]
                _subtract_product(blocks, left, seen[i], seen[b], right, m, seen[j], at, down, across)
    return True


@compiled
def substitute(
    start: np.ndarray,
    seen: np.ndarray,
    edge: np.ndarray,
    to: np.ndarray,
    at_diagonal: np.ndarray,
    at_upper: np.ndarray,
    at_lower: np.ndarray,
    blocks: np.ndarray,
    pivots: np.ndarray,
    x: np.ndarray,
) -> None:
    """Solve in place with what `Factors` holds; what x has behind the states stays."""
    count = np.uintp(len(seen))
    for b in range(count):
        begin = start[b]
        _divide(blocks, at_diagonal[b], start[b + ONE] - begin, pivots, begin, x, begin)
        for e in range(edge[b], edge[b + ONE]):
            at, first = at_lower[e], start[to[e]]
            for i in range(first, first + seen[to[e]]):
                total = x[i]
                for k in range(begin, begin + seen[b]):
                    total -= blocks[at] * x[k]
                    at += ONE
                x[i] = total
    for behind in range(count):
        b = count - ONE - behind
        for e in range(edge[b], edge[b + ONE]):
            at, first = at_upper[e], start[to[e]]
            for k in range(first, first + seen[to[e]]):
                value = x[k]
                for i in range(start[b], start[b + ONE]):
                    x[i] -= blocks[at] * value
                    at += ONE
