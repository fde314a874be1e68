"""What decides the threshold of a cell: its change with every number, at the times of the rest's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..cell.dial import Dial
from ..solve.edge import Edge, Pulse, edge
from ..solve.equations import System
from ..solve.linear import free_part
from ..solve.states import RELATIVE_VOLUME
from .electrode import AFTER, Electrode
from .excite import usual_place
from .threshold import bracketed

SEARCH = 0.5  # of the work, that of the course at the threshold
NONE_FOUND = "the current at which it begins to fire is not sharp enough"


@dataclass(frozen=True)
class Threshold:
    """The threshold of a cell at rest.

    value: nA; change: nA per e-fold of each number, (numbers, times); None both where it has none
    why: it has none, "" where it has one
    where, duration: the place and the length (ms) of the pulse, where there was one
    """

    value: float | None = None
    change: np.ndarray | None = None
    why: str = ""
    where: str | None = None
    duration: float | None = None

    def told(self) -> dict[str, Any]:
        """The keys that a summary has of it."""
        return {
            "threshold_nA": self.value,
            "where": self.where,
            "duration_ms": self.duration,
            "why": {"threshold_nA": self.why} if self.why else {},
        }


@dataclass(frozen=True)
class Turned:
    """What is changed, and what has become of the cell at each time when it is stimulated.

    dials, scale: as in `sensitivity.pushes`
    states: the response of all states at each time, (states, numbers) each
    """

    dials: list[Dial]
    scale: list[float]
    states: list[np.ndarray]


def threshold_moves(
    cell: Cell,
    place: Any,
    duration: float,
    turned: Turned,
    report: Callable[[float, str], object],
) -> Threshold:
    """The threshold for a pulse into a place of a cell in its start state, which is a rest, and its change.

    place: as in `Cell.where`, None for the usual one; duration: of the pulse (ms). report: called with the
    share that is done and words.
    """
    place = usual_place(cell) if place is None else place
    places, none = cell.where(place), Threshold(where=str(place), duration=duration)
    electrode = Electrode(cell, places, duration)
    try:
        report(0.0, "threshold")
        found = bracketed(electrode)
        if isinstance(found, str):
            return replace(none, why=found)
        system = System(cell)
        weights = np.zeros(system.states.size)
        weights[system.at["v"][places]] = cell.area[places] / cell.area[places].sum()
        x = system.pack(system.start)
        pulse = Pulse(system, x, electrode.inject, duration, AFTER, weights, found.level)
        there = edge(pulse, found.low, found.high, lambda done, words: report(SEARCH * done, words))
        if there is None:
            return replace(none, why=NONE_FOUND)

        def turning(done: int) -> None:
            report(SEARCH + (1 - SEARCH) * done / len(turned.dials), "threshold")

        forced = there.by_numbers(turned.dials, turned.scale, turning)
        change = [
            forced + _of_state(cell, electrode, there, system.expand(x), states) for states in turned.states
        ]
        return replace(none, value=there.current, change=np.stack(change, axis=-1))
    finally:
        electrode.remove()


def _of_state(cell: Cell, electrode: Electrode, there: Edge, y: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The change that is due to another state when the pulse begins, (numbers,): change of all states y,
    (states, numbers). A membrane that has grown takes more current for as much per area."""
    system = there.pulse.system
    found = there.by_state(free_part(system, y, change))
    if cell.area_power:
        volumes = system.at[RELATIVE_VOLUME][electrode.places]
        slope = cell.area_power * cell.grown(y[volumes]) / y[volumes] * cell.area[electrode.places]
        found = found + there.current * (slope @ change[volumes]) / electrode.area
    return found
