"""A cell whose concentrations stay while NEURON runs it, as those of models without ions do."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..cell.cell import Cell
from ..physics.ions import IONS
from ..simulator.runtime import SegmentVariable
from ..solve.equations import System

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
    with cell.silent():
        volume.set(ROOM * before)
        arriving.set(0.0)
        try:
            yield
        finally:
            volume.set(before)
