"""An electrode in one place of a cell: pulses of current that K+ carries."""

import numpy as np

from ..cell.cell import Cell
from ..cell.stimuli import Stimulus
from ..solve.equations import System
from ..solve.integration import integrate

TIGHT = 1e-6  # relative tolerance: spikes are steep
AFTER = 30.0  # ms that are followed after the pulse


class Electrode:
    """Pulses into one place of a cell, from one state."""

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
        last, t, v = None, [], []
        end = self.duration + after
        for amp, begin, stop in ((current, 0.0, self.duration), (0.0, self.duration, end)):
            self.inject(amp)
            try:
                system = System(self.cell, start=last)
                times = np.linspace(begin, stop, max(int(20 * (stop - begin)), 20) + 1)
                states, _ = integrate(system, begin, times, rtol=TIGHT)
            finally:
                self.inject(0.0)
            last = states[-1]
            t.append(times)
            v.append(system.state(states)["v"][:, self.places])
        weights = self.cell.area[self.places] / self.cell.area[self.places].sum()
        return np.concatenate(t), np.concatenate(v) @ weights
