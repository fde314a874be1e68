"""What no cell can be: one with less than nothing of an ion, or with a closed space that has no water."""

from collections.abc import Mapping

import numpy as np

from ..cell.cell import Cell
from ..cell.energy import BONDS
from ..errors import ConvergenceError
from ..physics.ions import TRACES
from .states import GLIA, INSIDE, OUTSIDE, RELATIVE_VOLUME, States

LEAST_WATER = 1e-2  # share of its water that a closed space must keep
NOTHING_LEFT = 1e-6  # mM, of an ion that is no trace: where a course cannot go on, it is by this


def dry(cell: Cell, at: Mapping[str, np.ndarray], y: np.ndarray) -> np.ndarray:
    """Before which compartments all the water of a closed space has been taken up in state y, (states,). at:
    positions of its states by kind."""
    beside = 1.0 if cell.glia is None else y[at[GLIA + RELATIVE_VOLUME]]
    return cell.room(y[at[RELATIVE_VOLUME]], beside) < LEAST_WATER


def emptied(states: States, positive: np.ndarray, y: np.ndarray) -> bool:
    """Whether next to nothing is left, in state y, (states,), of an ion that is no trace, or of a volume."""
    return bool(y[_scarcest(states, positive, y)] < NOTHING_LEFT)


def _scarcest(states: States, positive: np.ndarray, y: np.ndarray) -> int:
    """Which of the amounts and volumes at the places `positive` of y is the least; of a trace, or of ATP, of
    which a cell may have none, only below 0."""
    small = [states.kinds.index(kind) for kind in (*TRACES, BONDS) if kind in states.kinds]
    spared = np.isin(states.kind[positive], small) & (y[positive] >= 0)
    return int(positive[np.argmin(np.where(spared, np.inf, y[positive]))])


def impossible(
    cell: Cell, states: States, positive: np.ndarray, y: np.ndarray, when: str
) -> ConvergenceError:
    """The error for a state y, (states,), in which an amount or a volume at the places `positive` of y is
    below 0, or all but 0, or a space is dry. when: ends the sentence, "after 2 h"."""
    without = dry(cell, states.at, y)
    if without.any():
        at = int(np.argmax(without))
        return ConvergenceError(
            f"{cell.name}: the closed space outside {cell.geometry.name_of(at)} runs dry {when}: the cell "
            "has taken up its water; expected impermeants outside that hold some back, or a larger "
            "volume_fraction"
        )
    worst = _scarcest(states, positive, y)
    kind, at = states.kinds[states.kind[worst]], states.owner[worst]
    what = {RELATIVE_VOLUME: "the volume", BONDS: "ATP"} | {k: f"{ion}i" for k, ion in INSIDE.items()}
    what |= {k: f"{ion}o" for k, ion in OUTSIDE.items()}
    return ConvergenceError(
        f"{cell.name}: {what[kind]} in {cell.geometry.name_of(at)} "
        f"falls {'below' if y[worst] < 0 else 'to'} 0 {when}; some current goes on carrying an ion where "
        "there is none left, as one with a fixed reversal potential (pas, hh's il) does"
    )
