"""What is kept of a course, and at which times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..cell.stimuli import Stimulus
from .accounting import RELATIVE

EARLIEST = 1e-2  # ms, the first time that is kept on a logarithmic axis


def output_times(start: float, stop: float, points: int) -> np.ndarray:
    """Times (ms) spread evenly on a logarithmic axis that begins at `start` and ends at `stop` (ms), both
    included: (points + 1,), or (2,) of a stretch that is too short for more."""
    if stop - start <= EARLIEST:
        return np.array([start, stop])
    times = start + np.concatenate([[0.0], np.geomspace(EARLIEST, stop - start, points)])
    times[-1] = stop
    return times


@dataclass(frozen=True)
class Look:
    """What of a course is kept, and how it is integrated.

    points: output times in a stretch, on a logarithmic axis; wanted: the times wanted instead (ms), (times,)
    rtol: the integrator's relative tolerance
    pump: whether to keep the pumps' net current
    counted: what an experiment has put into the cell, where what each process carries is to be counted too
    most: steps of the integrator, after which a part of the course ends; None: it has no parts
    see: called with each time that is kept (ms) and the state then, soon after the course has passed it
    """

    points: int = 120
    wanted: np.ndarray | None = None
    rtol: float = RELATIVE
    pump: bool = False
    counted: Sequence[Stimulus] | None = None
    most: int | None = None
    see: Callable[[float, dict[str, np.ndarray]], None] | None = None


def due_of(begin: float, end: float, stop: float, look: Look) -> tuple[np.ndarray, int]:
    """Times (ms) at which to look at a stretch, its end last, and how many of them the course keeps: the next
    stretch, if there is one, begins with the end of this."""
    wanted = look.wanted
    if wanted is None:
        due = output_times(begin, end, look.points)
    else:
        due = np.append(wanted[slice(*np.searchsorted(wanted, [begin, end]))], end)
    closing = end == stop and (wanted is None or wanted[-1] >= end * (1 - 1e-12))
    return due, len(due) if closing else len(due) - 1
