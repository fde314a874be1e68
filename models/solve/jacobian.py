"""The Jacobian of a cell's equations: the membrane's part by differences, the axial part to round-off.

The membrane couples a compartment only with itself, so shifting one kind of state (V, na, ..., m_hh) in all
compartments at once, with the axial ion flow frozen, gives a column of every compartment's block in two
evaluations, however many compartments there are; a uniform shift of V drives no axial current. The axial part
comes from the flux formula's own derivatives (electrodiffusion.py).

Which entries there are does not change while a system lives, nor how they add up to d(dx/dt)/dx over the free
states, so that sum is kept as a matrix which takes the derivatives to the entries.
"""

import numpy as np
import scipy.sparse as sp

from ..physics.ions import AMOUNT, OUTER, TRACES

# step of the central difference by kind: small against RT/F, far above NEURON's round-off
V_STEP = 1e-2  # mV
RELATIVE_STEP = 1e-4
LEAST_STEP = 1e-7  # mM
LEAST_STEP_TRACE = 1e-10  # mM
GATE_STEP = 1e-4


class Assembly:
    """A sparse matrix whose entries are sums of given values: value[source] times weight goes to `row` and,
    through that row of `lift`, to the columns. Rows below 0 are left out."""

    def __init__(self, source, row, column, weight, lift: sp.csr_matrix, shape, values: int):
        kept = np.flatnonzero(row >= 0)
        count = np.diff(lift.indptr)[column[kept]]
        entry = np.repeat(kept.astype(np.int32), count)
        within = np.arange(len(entry), dtype=np.int32) - np.repeat(np.cumsum(count) - count, count)
        at = lift.indptr[column[entry]] + within
        place, inverse = np.unique(lift.indices[at] * np.int64(shape[0]) + row[entry], return_inverse=True)
        self._sum = sp.csr_matrix(
            (weight[entry] * lift.data[at], (inverse.astype(np.int32), source[entry].astype(np.int32))),
            (len(place), values),
        )
        self._rows = place % shape[0]
        self._ends = np.searchsorted(place, np.arange(shape[1] + 1) * shape[0])
        self._shape = shape

    def __call__(self, values: np.ndarray) -> sp.csc_matrix:
        return sp.csc_matrix((self._sum @ values, self._rows, self._ends), self._shape)


class Jacobian:
    """Derivatives of a system's equations, for as long as its free states are the same ones.

    It does not keep the system: they would keep each other, and NEURON the cell's sections, until some
    collection of garbage.
    """

    def __init__(self, system):
        needed = {system.kinds[k] for k in np.unique(system.kind[system.free])} | set(system.follows)
        self._shifted, rows, columns = [], [], []
        for kind, at in system.at.items():
            if kind in needed:
                for shifted, row, column in _shifts(system, kind, at):
                    self._shifted.append((kind, shifted, row, column))
                    rows.append(row)
                    columns.append(column)
        none = [np.zeros(0, int)]
        self._row, self._column = np.concatenate(rows or none), np.concatenate(columns or none)
        cell, lift, count = system.cell, system.lift.tocsr(), len(self._row)
        free_row = np.full(system.size, -1)
        free_row[system.free] = np.arange(len(system.free))
        slopes, (source, row, column, weight) = _axial_entries(system)
        self._own = Assembly(
            np.concatenate([np.arange(count), count + source]),
            free_row[np.concatenate([self._row, row])],
            np.concatenate([self._column, column]),
            np.concatenate([np.ones(count), weight]),
            lift,
            (len(system.free), len(system.free)),
            count + slopes,
        )
        # an ion's flux through the whole membrane is its mean inside the cell, by the membrane alone
        ion_row, share = np.full(system.size, -1), np.zeros(system.size)
        for i, ion in enumerate(cell.ions):
            ion_row[system.at[AMOUNT[ion]]] = i
            share[system.at[AMOUNT[ion]]] = cell.volume / cell.volume.sum()
        self._entering = Assembly(
            np.arange(count), ion_row[self._row], self._column, share[self._row], lift,
            (len(cell.ions), len(system.free)), count,
        )  # fmt: skip

    def _membrane_slopes(self, system, y: np.ndarray) -> np.ndarray:
        """d(dy/dt)/dy of the membrane at each of its entries."""
        axial, found = system.cell.axial, []
        system.full_rates(y)  # leaves the axial ion flow of y in place
        axial.frozen = True
        try:
            for kind, at, row, column in self._shifted:
                shift = np.zeros(system.size)
                if kind == "v":
                    shift[at] = V_STEP
                elif kind in system.gates and kind not in system.dissolved:
                    shift[at] = GATE_STEP
                else:
                    least = LEAST_STEP_TRACE if kind in (*TRACES, *system.dissolved) else LEAST_STEP
                    shift[at] = np.maximum(np.abs(y[at]) * RELATIVE_STEP, least)
                slope = system.full_rates(y + shift) - system.full_rates(y - shift)
                found.append(slope[row] / (2 * shift[column]))
        finally:
            axial.frozen = False
        system.full_rates(y)
        return np.concatenate(found) if found else np.zeros(0)

    def membrane(self, system, y: np.ndarray) -> sp.csr_matrix:
        """d(dy/dt)/dy of the membrane alone, over all states."""
        slopes = self._membrane_slopes(system, y)
        return sp.csr_matrix((slopes, (self._row, self._column)), (system.size, system.size))

    def at(self, system, y: np.ndarray) -> tuple[sp.csc_matrix, sp.csc_matrix]:
        """d(dx/dt)/dx, (free, free), and d(the ions' fluxes)/dx, (ions, free)."""
        membrane, flow = self._membrane_slopes(system, y), system.cell.axial
        axial = flow.derivatives(y[np.array([system.at[kind] for kind in flow.kinds])]).ravel()
        return self._own(np.concatenate([membrane, axial])), self._entering(membrane)


def _shifts(system, kind: str, at: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """How a kind of state at places `at` of y is shifted: which places at once, and for rows of the Jacobian
    that this moves, the column that moves each.

    All compartments at once where they do not see each other's; where a user's mechanism lets the state
    diffuse along the cell, compartments that have no neighbour in common.
    """
    own = np.full(system.cell.size, -1)
    own[system.owner[at]] = at
    row = np.flatnonzero(own[system.owner] >= 0)
    if kind not in system.diffusing:
        return [(at, row, own[system.owner[row]])]
    axial = system.cell.axial
    neighbours = [{i} for i in range(system.cell.size)]
    for a, b in zip(axial.a, axial.b, strict=True):
        neighbours[a].add(int(b))
        neighbours[b].add(int(a))
    colour = np.full(system.cell.size, -1)
    for i in system.owner[at]:
        near = {colour[k] for j in neighbours[i] for k in neighbours[j]}
        colour[i] = next(c for c in range(len(near) + 1) if c not in near)
    found = []
    for c in range(colour.max() + 1):
        here = [i for i in system.owner[at] if colour[i] == c]
        rows = [r for i in here for r in np.flatnonzero(system.owner == i)]
        columns = [own[system.owner[r]] for r in rows]
        beside = [(own[j], own[i]) for i in here for j in neighbours[i] - {i} if own[j] >= 0]
        rows += [r for r, _ in beside]
        columns += [c for _, c in beside]
        found.append((own[here], np.array(rows, int), np.array(columns, int)))
    return found


def _axial_entries(system) -> tuple[int, tuple]:
    """How many derivatives `AxialFlow.derivatives` finds and, for entries of the Jacobian, which of them (all
    as one vector) goes to which row and column with which weight."""
    cell, axial = system.cell, system.cell.axial
    n, faces = len(cell.ions), np.arange(len(axial.a))
    shape = (n * (1 + axial.lateral) + 1, len(axial.kinds), 2, len(faces))
    # of which flow how much arrives where; a flow a -> b lowers what is in a and raises it in b
    into = [(i, system.at[AMOUNT[ion]], 1 / cell.volume) for i, ion in enumerate(cell.ions)]
    into.append((shape[0] - 1, system.at["v"], axial.charging))
    if cell.faces_spaces:
        outer = [(i, system.at[OUTER[ion]], 1 / cell.outside_volume) for i, ion in enumerate(cell.ions)]
        if axial.lateral:
            into += [(n + i, at, factor) for i, at, factor in outer]
        if axial.returns_by_bath:  # the charge that arrives, outside and inside, goes on to the bath
            charges = [(shape[0] - 1, 1.0)]
            charges += [(n + i, axial.ion_charge[i]) for i in range(n) if axial.lateral]
            into += [
                (flow, at, -axial.carried[i] * factor * charge)
                for i, at, factor in outer
                for flow, charge in charges
            ]
    source, row, column, weight = [], [], [], []
    for flow, at, factor in into:
        for kind, name in enumerate(axial.kinds):
            for end, ends in enumerate((axial.a, axial.b)):
                for sign, receiver in ((-1.0, axial.a), (1.0, axial.b)):
                    source.append(
                        np.ravel_multi_index((flow, kind, end, faces), shape) if len(faces) else faces
                    )
                    row.append(at[receiver])
                    column.append(system.at[name][ends])
                    weight.append(sign * factor[receiver])
    entries = tuple(np.concatenate(parts) for parts in (source, row, column, weight))
    return int(np.prod(shape)), entries
