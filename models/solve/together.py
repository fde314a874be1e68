"""A cell and its glia together: what passes their membranes, and what that does to V."""

from typing import NamedTuple

import numpy as np

from ..cell.cell import Cell
from ..physics.theory import concentration_rate


class Together(NamedTuple):
    """What a cell and its glia are together, the cell's compartments first.

    ion: number of the ion whose flux is counted, the cell's and then the glia's, (counted,)
    into: of a current of it (mA/cm2) what it brings in (mM/ms), (counted, compartments of both)
    capacitance: uF/cm2, (compartments of both,)
    """

    ion: np.ndarray
    into: np.ndarray
    capacitance: np.ndarray


def together(cell: Cell) -> Together:
    """Of a cell, with its glia if it has one."""
    parts = [cell] if cell.glia is None else [cell, cell.glia]
    size = sum(part.size for part in parts)
    ion = np.concatenate([np.arange(len(part.ions)) for part in parts])
    into, row, first = np.zeros((len(ion), size)), 0, 0
    for part in parts:
        to_volume = concentration_rate(1.0, part.area, part.volume.sum())
        into[row : row + len(part.ions), first : first + part.size] = to_volume / -part.axial.valence
        row, first = row + len(part.ions), first + part.size
    return Together(ion, into, np.concatenate([part.geometry.capacitance for part in parts]))


def currents_of(cell: Cell) -> np.ndarray:
    """Currents of every ion through the membranes of both (mA/cm2, outward), (ions, compartments of both), as
    NEURON has last computed them."""
    own = cell.currents.get()
    return own if cell.glia is None else np.hstack([own, cell.glia.currents.get()])
