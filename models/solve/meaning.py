"""What a cell's states mean: V, concentrations and relative volumes, its own and its glia's."""

import numpy as np

from ..cell.cell import Cell
from ..cell.energy import BONDS
from ..compiled import compiled
from ..physics.ions import AMOUNT, OUTER, told_of
from .states import GLIA, OUTSIDE, RELATIVE_VOLUME, plain


def settled(cell: Cell, at: dict[str, np.ndarray], y: np.ndarray) -> np.ndarray:
    """State y, (states,), which may be another system's of the same cell, with the baths as they are now.

    at: positions of its states by kind.
    """
    y = y.copy()
    if cell.surroundings.followed and cell.surroundings.set_by_bath:
        outside = {ion: y[at[kind]] for kind, ion in OUTSIDE.items() if kind in at}
        for ion, values in cell.settle_outside(y[at["v"]], outside).items():
            y[at[OUTER[ion]]] = values
    return y


@compiled
def columns(y: np.ndarray, at: np.ndarray) -> np.ndarray:
    """y[:, at] of many times, (times, at): four times faster than by NumPy."""
    found = np.empty((len(y), len(at)))
    for row in range(len(y)):
        for i in range(len(at)):
            found[row, i] = y[row, at[i]]
    return found


def glia_concentrations(cell: Cell, at: dict[str, np.ndarray], y: np.ndarray) -> dict[str, np.ndarray]:
    """Likewise of a cell's glia, which has outside what the cell has."""
    assert cell.glia is not None
    own = {plain(kind): where for kind, where in at.items() if kind.startswith(GLIA)}
    outside = {name: values for name, values in concentrations(cell, at, y).items() if name.endswith("o")}
    found = concentrations(cell.glia, own, y)
    return found | {name: values for name, values in outside.items() if name in found}


def concentrations(cell: Cell, at: dict[str, np.ndarray], y: np.ndarray) -> dict[str, np.ndarray]:
    """v (mV), relative_volume, bonds (mM) where ATP is a state and, of every ion that results tell of, the
    free concentration inside and, by its name with an o, outside (mM): (compartments,) or (times,
    compartments).

    y: (states,) or (times, states); at: positions of its states by kind.
    """

    def of(kind: str) -> np.ndarray:
        return y[at[kind]] if y.ndim == 1 else columns(y, at[kind])

    relative_volume = of(RELATIVE_VOLUME)
    found = {"v": of("v"), "relative_volume": relative_volume}
    if BONDS in at:
        found["bonds"] = of(BONDS)
    beside = of(GLIA + RELATIVE_VOLUME) if cell.glia is not None else 1.0
    room = cell.room(relative_volume, beside) if cell.water_ratio else 1.0
    for ion in told_of(cell.ions):
        inner, outer = AMOUNT[ion], OUTER[ion]
        found[ion] = (
            cell.buffer.concentration(ion, of(inner), relative_volume)
            if inner in at
            else np.zeros_like(relative_volume)
        )
        if outer in at:
            found[ion + "o"] = of(outer) / room
        else:
            bath = cell.outside.get(ion, 0) * cell.conditions.activity.get(ion, 1.0)
            found[ion + "o"] = np.full_like(relative_volume, bath)
    return found
