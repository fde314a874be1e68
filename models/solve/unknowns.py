"""Which states of a cell are free: what is solved for."""

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from ..cell.cell import Cell
from ..cell.energy import BONDS
from ..parameters.pumps import DRUGS
from ..physics.ions import TRACES
from .states import AMOUNTS, BOUND, GLIA, INSIDE, OUTSIDE, RELATIVE_VOLUME, States, parts_of, plain


@dataclass(frozen=True)
class Unknowns:
    """What is solved for, x.

    index: its positions in y, (free,)
    is_v, is_amount: which of x are V, and amounts or volumes, (free,)
    watched: positions in x of the V in which spikes are looked for, the cell's own, in order of the
    compartments
    is_trace: which are concentrations of which tolerances must be small, (free,)
    positive: positions in y of what must not fall below 0
    """

    index: np.ndarray
    is_v: np.ndarray
    watched: np.ndarray
    is_amount: np.ndarray
    is_trace: np.ndarray
    positive: np.ndarray


def choose_unknowns(
    cell: Cell, states: States, start: np.ndarray, hold: str | None, following: Container[str]
) -> Unknowns:
    """The states that are free from `start`, (states,), on; `hold` as in `System`, `following`: kinds that
    follow from the charge."""
    free = np.ones(states.size, bool)
    positive: list[np.ndarray] = []
    for part in parts_of(cell):
        for kind, at in states.of(part).items():
            dissolved = hold == "dissolved" and part.mark + kind in states.dissolved
            if _is_held(part.cell, kind, hold) or part.mark + kind in following or dissolved:
                free[at] = False
            elif kind in OUTSIDE:  # a bath stays as it is
                free[at[np.isinf(part.cell.outside_volume)]] = False
            elif kind in BOUND and not start[at].any() and not _dosed(part.cell):
                free[at] = False  # no drug, nothing bound
            if kind in AMOUNTS and _there(part.cell, kind):
                positive.append(at)
    index, v = np.flatnonzero(free), states.at["v"]
    amounts, traces = ({kind for kind in states.kinds if plain(kind) in some} for some in (AMOUNTS, TRACES))
    return Unknowns(
        index,
        is_v=states.are({"v", GLIA + "v"})[index],
        watched=np.searchsorted(index, v[free[v]]),
        is_amount=states.are(amounts)[index],
        is_trace=states.are(traces | states.dissolved)[index],
        positive=np.concatenate(positive),
    )


def _ion(kind: str) -> str | None:
    """The ion whose amount it is, inside or outside; None of other kinds."""
    return INSIDE.get(kind) or OUTSIDE.get(kind)


def _there(cell: Cell, kind: str) -> bool:
    """Whether a kind is no amount of an ion that the cell has not."""
    return _ion(kind) is None or _ion(kind) in cell.ions


def _is_held(cell: Cell, kind: str, hold: str | None) -> bool:
    """Whether a kind of state stays as it is in every compartment."""
    if kind == "v":
        return hold in ("membrane", "dissolved")
    if kind == RELATIVE_VOLUME:
        return hold is not None or not cell.osmotic
    if kind == BONDS:
        return hold is not None
    ion = _ion(kind)
    return ion is not None and (hold is not None or ion not in cell.ions)


def _dosed(cell: Cell) -> bool:
    return any(cell.conditions.pump.get(drug, 0.0) > 0 for drug in DRUGS)


def among(free: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Positions in x of these positions in y, where all of them are free; none where not."""
    at = np.minimum(np.searchsorted(free, wanted), max(len(free) - 1, 0))
    return at if len(free) and (free[at] == wanted).all() else np.zeros(0, int)
