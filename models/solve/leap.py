"""A leap of a cell's concentrations over many cycles of its spikes: an implicit step of their mean rates."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

FARTHEST = 10  # times the tolerated error: how far a leap may go


@dataclass
class Leap:
    """A leap of h ms by the mean rates of the slow states.

    x: all free states where it begins, (free,)
    clock: when (ms)
    g: mean rates (per ms), (slow,)
    derivative: of the mean rates (per ms), (slow, slow)
    slow: which of x are slow, positions, (slow,)
    scale: error of each that is tolerated (mM, or a share), (slow,)
    spent: ms of the cycles that g is the mean of
    period: of a cycle (ms)
    h: how far (ms)
    """

    x: np.ndarray
    clock: float
    g: np.ndarray
    derivative: sp.csc_matrix
    slow: np.ndarray
    scale: np.ndarray
    spent: float
    period: float
    h: float

    def by(self, h: float, right: np.ndarray) -> np.ndarray:
        """(I - h derivative)^-1 right, (slow,); h: ms."""
        from scipy.sparse.linalg import splu  # slow to load, and few cells fire

        eye = sp.identity(len(right), format="csc")
        return splu((eye - h * self.derivative).tocsc()).solve(right)

    def change(self) -> np.ndarray:
        """By how much the slow states change, (slow,)."""
        return self.by(self.h, self.h * self.g)

    def shorten(self) -> None:
        """Make h so short that no concentration changes by more than it may."""
        while self.size(self.change()) > FARTHEST:
            self.h /= 2

    def size(self, change: np.ndarray) -> float:
        """The largest of a change, (slow,), in units of the tolerated error."""
        return float(np.abs(change / self.scale).max(initial=0.0))

    def error(self, g: np.ndarray) -> float:
        """Error in units of the tolerated one, where the mean rates after the leap are g, (slow,)."""
        expected = self.g + self.derivative @ self.change()
        return self.size(self.by(self.h, 0.5 * self.h * (g - expected)))
