"""One part of a system: the cell, its glia or one of several cells."""

from typing import TYPE_CHECKING

import numpy as np

from ..cell.cell import Cell
from ..cell.several import SeveralCells
from .meaning import concentrations, glia_concentrations

if TYPE_CHECKING:
    from .equations import System


def at_of(system: "System", cell: Cell) -> dict[str, np.ndarray]:
    """Positions in y of the states of a part by kind."""
    if cell is system.cell:
        return system.at
    return next(system.states.of(part) for part in system.parts if part.cell is cell)


def by_cell(system: "System") -> list[dict[str, np.ndarray]]:
    """The same of each cell, its glia's among them."""
    several = isinstance(system.cell, SeveralCells)
    return [system.states.of(part) for part in system.parts] if several else [system.at]


def whole_state(system: "System", y: np.ndarray) -> dict[str, np.ndarray]:
    """See `System.state`."""
    if isinstance(system.cell, SeveralCells):
        return system.cell.joined([state_of(system, one, y) for one in system.cell.members])
    return concentrations(system.cell, system.at, y)


def state_of(system: "System", cell: Cell, y: np.ndarray) -> dict[str, np.ndarray]:
    """As `System.state`, of a part alone."""
    if cell is system.cell:
        return system.state(y)
    if cell is system.cell.glia:
        return glia_concentrations(system.cell, system.at, y)
    return concentrations(cell, at_of(system, cell), y)
