"""All that a protocol does to a cell's surroundings and strengths, once without following the cell: what
cannot be is known before hours have gone."""

import numpy as np

from ..cell.cell import Cell
from ..errors import InputError
from ..solve.plan import Motion, Plan
from .rig import Rig
from .shapes import PER_PERIOD

PERIOD = 4  # quarters, of which one sees how far a sine goes


def rehearse(plan: Plan, rig: Rig, cell: Cell, path: str) -> None:
    """Turn all that makes the equations of a cell others as a plan says, and put it back. InputError, with
    the time, where the cell cannot be so, as in a bath that is not electroneutral or with two
    glycosides."""
    begin = 0.0
    try:
        for begin, end in plan.stretches():
            steps = [step for step in plan.steps_at(begin) if not step.plain]
            moving = [motion for motion in plan.moving_from(begin) if not motion.plain]
            for step in steps:
                step.make()
            for time in _times(moving, begin, end) if moving else [begin] * bool(steps):
                for motion in moving:
                    motion.put(motion.value(time))
                cell.write()
    except InputError as error:
        raise InputError(f"{path}: after {begin:g} ms: {error}") from None
    finally:
        for turned in rig.turned:
            turned.target.put(turned.target.first)


def _times(moving: list[Motion], begin: float, end: float) -> list[float]:
    """Times (ms) at which those that move, on lines or swinging, are at their farthest."""
    quarter = min(motion.longest for motion in moving) * PER_PERIOD / PERIOD
    inner = [begin + number * quarter for number in range(1, PERIOD)] if np.isfinite(quarter) else []
    return [begin, *(time for time in inner if time < end), end]
