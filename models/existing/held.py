"""A cell whose concentrations stay while NEURON runs it, as those of models without ions do."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ..cell.cell import Cell
from ..physics.ions import IONS
from ..simulator.runtime import SegmentVariable
from ..solve.equations import System

USUAL = 0.025  # ms, NEURON's own dt
ROOM = 1e9  # of a compartment's volume: what flows through the membrane changes nothing in it


@contextmanager
def held(cell: Cell) -> Iterator[None]:
    """Concentrations inside stay in NEURON's own runs meanwhile, and what flows along the cell is what flows
    at its rest."""
    system = System(cell)  # puts the cell into NEURON, at its rest
    system.full_rates(system.start)  # and what flows along it
    volume = SegmentVariable(cell.sections, "volume_pl_ions")
    arriving = SegmentVariable(cell.sections, [IONS[ion].inside.arriving for ion in cell.ions])
    before = volume.get().copy()
    with cell._attachment.silent():
        volume.set(ROOM * before)
        arriving.set(0.0)
        try:
            yield
        finally:
            volume.set(before)


def longest_step(cell: Cell) -> float:
    """The longest fixed step (ms) with which NEURON can follow ions that move along a cell: what moves in a
    step is of the concentrations before it, dt < 1/(sum of D A/dx over the faces/volume) of the compartment
    that empties fastest. Its variable step has no such limit."""
    axial = cell.axial
    through = np.zeros(cell.size)
    np.add.at(through, axial.a, axial.conductance)
    np.add.at(through, axial.b, axial.conductance)
    fastest = float((float(axial.diffusion.max()) * through / cell.geometry.volume).max())
    return 1 / fastest if fastest > 0 else np.inf


def of_steps(cell: Cell) -> list[str]:
    """A sentence where NEURON's usual fixed step is too long for ions that move along a cell."""
    longest = longest_step(cell)
    if longest > USUAL:
        return []
    return [
        f"NEURON's fixed step can follow ions in its shortest compartments with dt up to {longest:.2g} ms; "
        "its variable step has no such limit, and neither has a cell that is held"
    ]
