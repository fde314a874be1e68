"""The part of the Jacobian that the flow along a cell has: where its derivatives go.

An arm that meets a face's own two in a branch point counts too: as it swells, the others' way to it is wider.
"""

import numpy as np

from ..axial.derivatives import by_meeting, derivatives, swelling
from ..axial.electrodiffusion import AxialFlow
from ..cell.cell import Cell
from ..physics.ions import AMOUNT, OUTER
from .growth import Growth


def axial_entries(
    cell: Cell, at: dict[str, np.ndarray]
) -> tuple[int, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """How many derivatives `axial_slopes` finds and, for entries of the Jacobian, which of them goes to which
    row and column of y with which weight. at: by kind, where in y the cell's states are."""
    axial = cell.axial
    n, faces = len(cell.ions), np.arange(len(axial.a))
    shape = (n * (1 + axial.lateral) + 1, len(axial.kinds), 2, len(faces))
    source, row, column, weight = [], [], [], []
    for flow, to, factor in arrivals(cell, at):
        for kind, name in enumerate(axial.kinds):
            for end, ends in enumerate((axial.a, axial.b)):
                for sign, receiver in ((-1.0, axial.a), (1.0, axial.b)):
                    source.append(
                        np.ravel_multi_index((flow, kind, end, faces), shape) if len(faces) else faces
                    )
                    row.append(to[receiver])
                    column.append(at[name][ends])
                    weight.append(sign * factor[receiver])
    by = swelling(axial)
    more = (shape[0], len(by), len(faces))
    face, third, arm = axial.faces.others() if by else (faces[:0], faces[:0], np.zeros(0))
    for flow, to, factor in arrivals(cell, at):
        for which, (name, _, _) in enumerate(by):
            for sign, receiver in ((-1.0, axial.a[face]), (1.0, axial.b[face])):
                source.append(np.prod(shape) + np.ravel_multi_index((flow, which, face), more))
                row.append(to[receiver])
                column.append(at[name][third])
                weight.append(sign * factor[receiver] * arm)
    entries = np.concatenate(source), np.concatenate(row), np.concatenate(column), np.concatenate(weight)
    return int(np.prod(shape) + np.prod(more)), entries


def axial_slopes(
    axial: AxialFlow, state: np.ndarray, growth: Growth, y: np.ndarray, first: int
) -> np.ndarray:
    """Derivatives of the flow along a cell, with q of growth.py in the place of V, at y, (states,), of which
    `state` are those that it depends on, (kinds, compartments); first: number of its first compartment."""
    found = derivatives(axial, state)
    growth.at_ends(found, axial.kinds, (axial.a + first, axial.b + first), y)
    return np.concatenate([found.ravel(), by_meeting(axial, state).ravel()])


def arrivals(cell: Cell, at: dict[str, np.ndarray]) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """Of which flow (ions inside, ions outside where lateral, current) how much arrives where: its number,
    the positions in y and by how much these rise. A flow a -> b lowers what is in a and raises it in b."""
    axial, n = cell.axial, len(cell.ions)
    current = n * (1 + axial.lateral)
    into = [(i, at[AMOUNT[ion]], 1 / cell.volume) for i, ion in enumerate(cell.ions)]
    into.append((current, at["v"], axial.charging))
    if cell.surroundings.followed:
        outer = [(i, at[OUTER[ion]], 1 / cell.outside_volume) for i, ion in enumerate(cell.ions)]
        if axial.lateral:
            into += [(n + i, to, factor) for i, to, factor in outer]
        if axial.returns_by_bath:  # the charge that arrives, outside and inside, goes on to the bath
            charges = [(current, 1.0)]
            charges += [(n + i, axial.ion_charge[i]) for i in range(n) if axial.lateral]
            into += [
                (flow, to, -axial.carried[i] * factor * charge)
                for i, to, factor in outer
                for flow, charge in charges
            ]
    return into
