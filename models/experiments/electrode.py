"""An electrode in one place of a cell: pulses of current that K+ carries."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ..cell.cell import Cell
from ..interrupts import held
from ..simulator.runtime import SegmentVariable, h
from ..solve.equations import System
from ..solve.time_course import integrate

MECHANISM = "pl_electrode"
TIGHT = 1e-6  # relative tolerance: spikes are steep
AFTER = 30.0  # ms that are followed after the pulse


@contextmanager
def inserted(cell: Cell, places: np.ndarray) -> Iterator[None]:
    """The mechanism of an electrode in the sections of these compartments, for a while."""
    sections = {cell.segments[place].sec for place in places}
    new = [sec for sec in sections if not h.ismembrane(MECHANISM, sec=sec)]
    try:
        with held():
            for sec in new:
                sec.insert(MECHANISM)
        yield
    finally:
        with held():
            for sec in new:
                sec.uninsert(MECHANISM)


class Electrode:
    """Pulses into one place of a cell, from one state; the mechanism is there."""

    def __init__(self, cell: Cell, places: np.ndarray, duration: float):
        self.cell, self.places, self.duration = cell, places, duration
        self.amp = SegmentVariable([cell.segments[i] for i in places], f"amp_{MECHANISM}")
        grown = cell.grown(cell.start.get("relative_volume", np.ones(cell.size)))
        self.area = (cell.area * grown)[places].sum()

    def inject(self, current: float) -> None:
        """Let a current (nA) flow from now on, evenly into the place."""
        self.amp.set(100 * current / self.area)  # nA/um2 = 100 mA/cm2

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
