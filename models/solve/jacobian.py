"""The Jacobian of a cell's equations: the membrane's part by differences, the axial part to round-off.

The membrane couples a compartment only with itself, so shifting one kind of state (V, na, ..., m_hh) in all
compartments at once, with the axial ion flow frozen, gives a column of every compartment's block in two
evaluations, however many compartments there are; a uniform shift of V drives no axial current. Kinds that no
compartment has together are shifted at once. Newton's steps in time need no more than a slope: there a gate
is shifted to one side only, and as a rule few kinds' slopes change from one such Jacobian to the next, so
that these alone need be found anew. The axial part comes from the flux formula's own derivatives
(electrodiffusion.py).

Which entries there are does not change while a system lives, nor how they add up to d(dx/dt)/dx over the free
states, so that sum is kept as a matrix which takes the derivatives to the entries.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp

from ..cell.cell import Cell
from ..physics.ions import AMOUNT, TRACES
from .assembly import Assembly
from .elimination import Elimination, layout
from .growth import Growth
from .pieces import made_for, pieces_of
from .states import RELATIVE_VOLUME, States, parts_of, plain
from .tally import Counts

# step of the central difference by kind: small against RT/F, far above NEURON's round-off
V_STEP = 1e-2  # mV
RELATIVE_STEP = 1e-4
LEAST_STEP = 1e-7  # mM
LEAST_STEP_TRACE = 1e-10  # mM
GATE_STEP = 1e-4
CHANGING = 0.02  # of the greatest change of a slope: from there on another's counts


class Rates(Protocol):
    """dy/dt of y; without `flow`, what flows along the cell is as in the state before."""

    def __call__(self, y: np.ndarray, flow: bool = True) -> np.ndarray: ...


class MadeOf(NamedTuple):
    """What a Jacobian is made of. free: positions of the free states x in y; lift: the matrix of y = lift x +
    constant, y with q of growth.py in the place of V."""

    cell: Cell
    states: States
    free: np.ndarray
    lift: sp.csr_matrix
    growth: Growth
    tally: Counts


class Jacobian:
    """How the derivatives of a cell's equations add up, and the order in which they are eliminated, for as
    long as the same states are free.

    It keeps neither the equations, which are given anew each time, nor the cell: they and this would keep
    each other, and NEURON the cell's sections, until some collection of garbage.
    """

    def __init__(self, of: MadeOf) -> None:
        cell, states, free, lift, growth, tally = of
        self._flow, self._states, self._free, self._lift = cell.axial, states, free, lift
        self._growth, self._tally = growth, tally
        self._made_for = _identity(of)
        self._pieces = pieces_of(cell, states)
        self._counted = [
            (states.of(part)[AMOUNT[ion]], part.cell.volume / part.cell.volume.sum())
            for part in parts_of(cell)
            for ion in part.cell.ions
        ]
        moving = {states.kinds[k] for k in np.unique(states.kind[np.diff(lift.indptr) > 0])}
        self._shifted = [
            (kind, *shift)
            for kind, at in states.at.items()
            if kind in moving
            for shift in _shifts(cell, states, kind, at, np.concatenate([states.owner, tally.at]))
        ]
        none = [np.zeros(0, int)]
        self._together = _together(self._shifted, states)
        self._row = np.concatenate([row for _, _, row, _ in self._shifted] or none)
        self._column = np.concatenate([column for _, _, _, column in self._shifted] or none)
        self._ends = np.cumsum([len(row) for _, _, row, _ in self._shifted])[:-1]
        count = len(self._row)
        free_row = np.full(states.size + len(tally.at), -1)
        free_row[free] = np.arange(len(free))
        entries = [(np.arange(count), self._row, self._column, np.ones(count))]
        values = count
        for piece in self._pieces:
            source, row, column, weight = piece.entries
            entries.append((values + source, row, column, weight))
            values += piece.size
        source, row, column, weight = (np.concatenate(part) for part in zip(*entries, strict=True))
        self._own = Assembly(source, free_row[row], column, weight, lift, (len(free), len(free)), values)

    def serves(self, of: MadeOf) -> bool:
        """Whether it would be made just so for these."""
        now = _identity(of)
        return (
            of.growth.power == self._growth.power
            and self._states.kinds == of.states.kinds
            and len(self._made_for) == len(now)
            and all(map(np.array_equal, self._made_for, now))
        )

    @cached_property
    def elimination(self) -> Elimination:
        """What factorises the matrices that it makes."""
        states, free = self._states, self._free
        coupled = zip(self._flow.a, self._flow.b, strict=True)
        where = layout(states.owner[free], ~states.are(states.unseen)[free], coupled)
        return Elimination(where, self._own.ends, self._own.rows)

    @cached_property
    def _entering(self) -> Assembly:
        """An ion's flux through the whole membrane is its mean inside the cell, by the membrane alone; what
        passes between cells and what a tally counts is told as such."""
        states, count, first = self._states, len(self._row), len(self._counted)
        ion_row, share = np.full(states.size, -1), np.zeros(states.size)
        for i, (at, own) in enumerate(self._counted):
            ion_row[at] = i
            share[at] = own
        passing = [piece for piece in self._pieces if piece.counted]
        rows = first + sum(piece.counted for piece in passing)
        ion_row = np.append(ion_row, rows + self._tally.row)
        share = np.append(share, np.ones(len(self._tally.row)))
        entries, values = [(np.arange(count), ion_row[self._row], self._column, share[self._row])], count
        for piece in passing:
            source, row, column = piece.passing
            entries.append((values + source, first + row, column, np.ones(len(row))))
            values, first = values + piece.size, first + piece.counted
        source, row, column, weight = (np.concatenate(part) for part in zip(*entries, strict=True))
        shape = rows + self._tally.rows, len(self._free)
        return Assembly(source, row, column, weight, self._lift, shape, values)

    def _step(self, kind: str, values: np.ndarray) -> np.ndarray | float:
        """By how much to shift values of a kind of state."""
        if plain(kind) == "v":
            return V_STEP
        dissolved = self._states.dissolved
        if self._is_share(kind):
            return GATE_STEP
        trace = kind in dissolved or plain(kind) in TRACES
        return np.maximum(np.abs(values) * RELATIVE_STEP, LEAST_STEP_TRACE if trace else LEAST_STEP)

    def slopes(
        self, rates: Rates, y: np.ndarray, wider: float = 1.0, rough: bool = False,
        which: Sequence[int] | None = None, kept: np.ndarray | None = None,
    ) -> np.ndarray:  # fmt: skip
        """d(dy/dt)/dy (per ms) of the membrane, and of what a tally counts, at each of its entries,
        (entries,), at y, (states,), with q of growth.py in the place of V in both. wider: how many times the
        usual steps to take; rough: gates are shifted to one side only; which: numbers of `changing`, whose
        slopes alone are found anew, and all others' are those `kept`."""
        found = [np.zeros(0)] * len(self._shifted) if kept is None else np.split(kept, self._ends)
        growth = self._growth
        by_q, by_volume = growth.by_charge(y)
        here = rates(y)  # leaves the flow along the cell of y in place
        for group in self._together if which is None else [self._together[number] for number in which]:
            shift, steps = np.zeros(len(y)), np.zeros(len(y))
            for number in group:
                kind, at, _, _ = self._shifted[number]
                shift[at] = steps[at] = wider * self._step(kind, y[at])
                if growth.power and kind == "v":
                    shift[at] *= by_q
                elif growth.power and kind == RELATIVE_VOLUME:
                    shift[growth.v] = by_volume * shift[at]
            one_sided = rough and all(self._is_share(self._shifted[number][0]) for number in group)
            before = here if one_sided else rates(y - shift, flow=False)
            slope = rates(y + shift, flow=False) - before
            for number in group:
                _, _, row, column = self._shifted[number]
                found[number] = slope[row] / ((1 if one_sided else 2) * steps[column])
        rates(y)
        return np.concatenate(found) if found else np.zeros(0)

    def changing(self, y: np.ndarray, before: np.ndarray, now: np.ndarray) -> list[int]:
        """Numbers of what is shifted together whose slopes at y, (states,), have changed from those `before`,
        (entries,), beside what has changed most; every state is measured in its step."""
        unit = np.full(self._states.size + len(self._tally.at), np.inf)
        for kind, at in self._states.at.items():
            unit[at] = self._step(kind, y[at])
        change = np.split(np.abs(now - before) * unit[self._column] / unit[self._row], self._ends)
        most = [max(change[number].max(initial=0.0) for number in group) for group in self._together]
        return [number for number, size in enumerate(most) if size >= CHANGING * max(most)]

    def _is_share(self, kind: str) -> bool:
        """Whether a kind is a gate, of 0 to 1."""
        return kind in self._states.gates and kind not in self._states.dissolved

    def membrane(self, slopes: np.ndarray) -> sp.csr_matrix:
        """d(dy/dt)/dy (per ms) of the membrane alone, (states, states), from its slopes."""
        size, own = self._states.size, self._row < self._states.size
        return sp.csr_matrix((slopes[own], (self._row[own], self._column[own])), (size, size))

    def flowing(self, y: np.ndarray) -> np.ndarray:
        """The derivatives of what flows along the cell, and between several, at y, (states,)."""
        return np.concatenate([piece.slopes(y, self._growth) for piece in self._pieces])

    def at(self, slopes: np.ndarray, flowing: np.ndarray) -> sp.csc_matrix:
        """d(dx/dt)/dx (per ms), (free, free), from the membrane's slopes and `flowing`."""
        return self._own(np.concatenate([slopes, flowing]))

    def entering(self, y: np.ndarray, slopes: np.ndarray) -> sp.csc_matrix:
        """d(the ions' fluxes through membranes, what passes between cells and a tally's rows)/dx (per ms),
        (counted, free), at y, (states,), from the membranes' slopes there."""
        flowing = [piece.slopes(y, self._growth) for piece in self._pieces if piece.counted]
        return self._entering(np.concatenate([slopes, *flowing]))


def _identity(of: MadeOf) -> list[np.ndarray]:
    """What a Jacobian's structure depends on."""
    lift, counts = [of.lift.indptr, of.lift.indices, of.lift.data], [of.tally.at, of.tally.row]
    return [of.states.owner, of.states.kind, of.free, *lift, *counts, *made_for(of.cell, of.states)]


def _shifts(
    cell: Cell, states: States, kind: str, at: np.ndarray, owner: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """How a kind of state at places `at` of y is shifted: which places at once, and for rows of the Jacobian
    that this moves, the column that moves each. owner: the compartment of every row.

    All compartments at once where they do not see each other's; where a user's mechanism lets the state
    diffuse along the cell, compartments that have no neighbour in common.
    """
    own = np.full(cell.size, -1)
    own[states.owner[at]] = at
    row = np.flatnonzero(own[owner] >= 0)
    if kind not in states.diffusing:
        return [(at, row, own[owner[row]])]
    neighbours, colour = _coloured(cell, states.owner[at])
    found = []
    for c in range(colour.max() + 1):
        here = [i for i in states.owner[at] if colour[i] == c]
        rows = [r for i in here for r in np.flatnonzero(owner == i)]
        columns = [own[owner[r]] for r in rows]
        beside = [(own[j], own[i]) for i in here for j in neighbours[i] - {i} if own[j] >= 0]
        rows += [r for r, _ in beside]
        columns += [c for _, c in beside]
        found.append((own[here], np.array(rows, int), np.array(columns, int)))
    return found


def _together(shifted: list[tuple], states: States) -> list[list[int]]:
    """Numbers of what is shifted, in groups that are shifted at once: gates of which no compartment has
    two."""
    groups: list[list[int]] = []
    taken: list[set[int]] = []
    for number, (kind, at, _, _) in enumerate(shifted):
        own = set(states.owner[at].tolist())
        free = kind in states.gates and kind not in states.diffusing
        fits = (i for i, others in enumerate(taken) if free and not own & others)
        first = next(fits, None)
        if first is None:
            groups.append([number])
            taken.append(own if free else set(range(int(states.owner.max()) + 1)))
        else:
            groups[first].append(number)
            taken[first] |= own
    return groups


def _coloured(cell: Cell, compartments: np.ndarray) -> tuple[list[set[int]], np.ndarray]:
    """The neighbours of every compartment, itself among them, and numbers from 0 for `compartments`, so that
    no two of the same number have a neighbour in common."""
    neighbours = [{i} for i in range(cell.size)]
    for a, b in zip(cell.axial.a, cell.axial.b, strict=True):
        neighbours[a].add(int(b))
        neighbours[b].add(int(a))
    colour = np.full(cell.size, -1)
    for i in compartments:
        near = {colour[k] for j in neighbours[i] for k in neighbours[j]}
        colour[i] = next(c for c in range(len(near) + 1) if c not in near)
    return neighbours, colour
