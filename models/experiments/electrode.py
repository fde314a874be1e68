"""An electrode in one place of a cell: pulses of current that K+ carries."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from ..cell.cell import Cell
from ..cell.stimuli import Stimulus
from ..solve.course import Course
from ..solve.looks import Look
from ..solve.plan import Plan, Step
from ..solve.spikes import Watch
from ..solve.time_course import followed

TIGHT = 1e-6  # relative tolerance: spikes are steep
AFTER = 30.0  # ms that are followed after the pulse


class Electrode:
    """Pulses into one place of a cell, from one state.

    whole: that state with gates and all, where it is the end of a course; None: gates at their steady state
    """

    whole: Mapping[str, np.ndarray] | None = None

    def __init__(self, cell: Cell, places: np.ndarray, duration: float):
        self.cell, self.places, self.duration = cell, places, duration
        self.stimulus = Stimulus(cell, "electrode", "pl_electrode", places)
        self._amp, self.area = self.stimulus.variable("amp"), self.stimulus.area

    def remove(self) -> None:
        """Take it out of the cell."""
        self.stimulus.remove()

    def inject(self, current: float) -> None:
        """Let this current (nA) flow from now on, shared by the compartments' areas."""
        self._amp.set(current * self.stimulus.part)

    def respond(self, current: float, after: float = AFTER) -> tuple[np.ndarray, np.ndarray]:
        """Times (ms) and V (mV, mean of the place), (times,) each, during a pulse of `current` nA and `after`
        ms longer."""
        course = self.course(current, after)
        weights = self.cell.area[self.places] / self.cell.area[self.places].sum()
        return course.t, course.v[:, self.places] @ weights

    def course(self, current: float, after: float = AFTER, per_ms: int = 20) -> Course:
        """The whole cell during a pulse of `current` nA and `after` ms longer, so many times a ms."""
        stop = self.duration + after
        during, later = (max(int(per_ms * length), 20) + 1 for length in (self.duration, after))
        times = np.append(
            np.linspace(0.0, self.duration, during), np.linspace(self.duration, stop, later)[1:]
        )
        plan = Plan(stop, [Step(self.duration, partial(self.inject, 0.0), plain=True)])
        self.inject(current)
        try:
            look, watch = Look(wanted=times, rtol=TIGHT), Watch(self.cell.name)
            return followed(self.cell, plan, look, watch, self.whole)
        finally:
            self.inject(0.0)
