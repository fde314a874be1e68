"""Cells together, a cell and its glia or several: what passes their membranes, and what that does to V."""

from typing import NamedTuple

import numpy as np

from ..cell.cell import Cell
from ..physics.theory import concentration_rate
from .states import parts_of


class Together(NamedTuple):
    """What cells are together, one cell's compartments after the other's, a glia's last.

    ion: number of the ion whose flux is counted, each cell's one after the other, (counted,)
    into: of a current of it (mA/cm2) what it brings in (mM/ms), (counted, compartments of all)
    capacitance: uF/cm2, (compartments of all,)
    """

    ion: np.ndarray
    into: np.ndarray
    capacitance: np.ndarray


def together(cell: Cell) -> Together:
    """Of a cell, with its glia if it has one, or of several."""
    parts = [part.cell for part in parts_of(cell)]
    size = sum(part.size for part in parts)
    ion = np.concatenate([[cell.ions.index(ion) for ion in part.ions] for part in parts])
    into, row, first = np.zeros((len(ion), size)), 0, 0
    for part in parts:
        to_volume = concentration_rate(1.0, part.area, part.volume.sum())
        into[row : row + len(part.ions), first : first + part.size] = to_volume / -part.axial.valence
        row, first = row + len(part.ions), first + part.size
    return Together(ion, into, np.concatenate([part.geometry.capacitance for part in parts]))


def currents_of(cell: Cell) -> np.ndarray:
    """Currents of every ion through the membranes of all (mA/cm2, outward), (ions, compartments of all), as
    NEURON has last computed them; 0 of an ion that a cell has not."""
    members = cell.members
    if members == [cell]:
        own = cell.currents.get()
        return own if cell.glia is None else np.hstack([own, cell.glia.currents.get()])
    found, first = np.zeros((len(cell.ions), cell.size)), 0
    for one in members:
        rows = [cell.ions.index(ion) for ion in one.ions]
        found[rows, first : first + one.size] = one.currents.get()
        first += one.size
    return found
