"""The derivatives of a system's equations, as long as what is free stays so."""

from abc import ABC, abstractmethod

import numpy as np
import scipy.sparse as sp

from ..cell.cell import Cell
from .elimination import Factors
from .growth import Growth
from .jacobian import Jacobian, MadeOf
from .states import States
from .tally import Counts


class Differentiated(ABC):
    """Equations x' = f(x) of one cell, with their sparse Jacobian; see `System`."""

    cell: Cell
    states: States
    tally: Counts
    free: np.ndarray
    lift: sp.csr_matrix
    jacobians: int
    factorisations: int
    _growth: Growth
    _jacobian: Jacobian | None
    _slopes_at: np.ndarray
    _last_slopes: np.ndarray
    _rough: bool = False

    @abstractmethod
    def expand(self, x: np.ndarray) -> np.ndarray:
        """All states y from the free ones, (free,) or (times, free)."""

    @abstractmethod
    def charging_and_counted(self, y: np.ndarray, flow: bool = True) -> np.ndarray:
        """Rates in state y, dq/dt of growth.py in the place of dV/dt, and what the tally counts."""

    def refresh(self) -> None:
        """Take in what has changed in mechanisms alone: nothing of it has been copied but slopes."""
        self._slopes_at, self._last_slopes = np.zeros(0), np.zeros(0)

    def jacobian(self, x: np.ndarray, rough: bool = False) -> sp.csc_matrix:
        """d(dx/dt)/dx, sparse, (free, free). rough: good enough for a step in time."""
        self.jacobians += 1
        return self.derivatives().at(y := self.expand(x), self._slopes(y, rough))

    def entering_jacobian(self, x: np.ndarray, rough: bool = False) -> sp.csc_matrix:
        """d(the ions' fluxes through the whole membrane)/dx, sparse, (ions, free). rough: likewise."""
        return self.derivatives().entering(y := self.expand(x), self._slopes(y, rough))

    def membrane_jacobian(self, y: np.ndarray) -> sp.csr_matrix:
        """d(dy/dt)/dy, (states, states), by the membrane alone, what flows along the cell as it is at y."""
        return self.derivatives().membrane(self._slopes(y))

    def _slopes(self, y: np.ndarray, rough: bool = False) -> np.ndarray:
        """The membrane's slopes at y, which are kept until they are asked for elsewhere, or finer."""
        if not np.array_equal(y, self._slopes_at) or (self._rough and not rough):
            self._last_slopes = self.derivatives().slopes(self.charging_and_counted, y, rough=rough)
            self._slopes_at, self._rough = y.copy(), rough
        return self._last_slopes

    def derivatives(self) -> Jacobian:
        """How the derivatives add up, and are eliminated."""
        if self._jacobian is None:
            of = MadeOf(self.cell, self.states, self.free, self.lift, self._growth, self.tally)
            kept = self.cell.structure
            if not (isinstance(kept, Jacobian) and kept.serves(of)):
                kept = self.cell.structure = Jacobian(of)
            self._jacobian = kept
        return self._jacobian

    def factors(self, jacobian: sp.csc_matrix, one: float, c: float) -> Factors:
        """Factors of one I - c `jacobian`, as found by `jacobian`; ArithmeticError where that is singular."""
        self.factorisations += 1
        return self.derivatives().elimination.factorise(jacobian.data, one, c)
