"""Point processes that an experiment puts into a cell, and takes out again: electrodes, clamps, synapses."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..interrupts import held
from ..simulator.runtime import Attachment, SegmentVariable, h

if TYPE_CHECKING:
    from .cell import Cell

SHARED = ("na", "k", "cl")  # ions that an electrode can carry


class Stimulus:
    """Point processes of one mechanism in some compartments of a cell.

    label: what results call it; mechanism: NEURON's name of it; places: indices of its compartments
    area: of their membrane as the cell starts (um2)
    part: of each compartment the share in what they do together, by area, (places,)
    tolerated: error of a step in what they carry of an ion (fmol), of an integrator at its usual tolerance;
    infinite where nothing is asked, since what they carry follows from the cell's states
    """

    tolerated = math.inf

    def __init__(self, cell: "Cell", label: str, mechanism: str, places: np.ndarray) -> None:
        self.label, self.mechanism, self.places = label, mechanism, places
        grown = cell.grown(cell.start.get("relative_volume", np.ones(cell.size)))
        # of a membrane that has grown NEURON knows the area that it began with: the current grows as it does
        self.area = float((cell.area * grown)[places].sum())
        self.part = cell.area[places] / self.area
        with held():
            self.processes = [getattr(h, mechanism)(cell.segments[place]) for place in places]
        Attachment(self).kept.append(self.processes)  # of what an error has left, too

    def remove(self) -> None:
        """Take them out of the cell, at once: NEURON dies of what goes in the middle of a run."""
        with held():
            self.processes.clear()

    def variable(self, name: str) -> SegmentVariable:
        """One of its variables, of every compartment, (places,)."""
        return SegmentVariable(self.processes, name)

    def give(self, values: Mapping[str, float | np.ndarray]) -> None:
        """Set parameters in all of its compartments."""
        for name, value in values.items():
            self.variable(name).set(value)

    def carry(self, shares: Mapping[str, float], ions: tuple[str, ...]) -> None:
        """Let ions carry its current in these shares. ions: those that the cell has. InputError where it
        cannot be."""
        for ion in shares:
            if ion not in SHARED or ion not in ions:
                known = [one for one in SHARED if one in ions]
                raise InputError(f"{self.label}: ions: {ion}: expected one of {', '.join(known)}")
        total = sum(shares.values())
        if abs(total - 1) > 1e-9:
            raise InputError(f"{self.label}: ions: the shares add up to {total:g}, expected 1")
        self.give({f"share_{ion}": shares.get(ion, 0.0) for ion in SHARED})
