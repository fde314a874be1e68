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

MENDED, ROUGH, EXACT = range(3)  # how well slopes are known


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
    _last_flowing: np.ndarray | None
    _changing: list[int] | None  # what changes from one rough Jacobian to the next, where that is known
    _as: int = EXACT  # how the last slopes were found

    @abstractmethod
    def expand(self, x: np.ndarray) -> np.ndarray:
        """All states y from the free ones, (free,) or (times, free)."""

    @abstractmethod
    def charging_and_counted(self, y: np.ndarray, flow: bool = True) -> np.ndarray:
        """Rates in state y, dq/dt of growth.py in the place of dV/dt, and what the tally counts."""

    def refresh(self) -> None:
        """Take in what has changed in mechanisms alone: nothing of it has been copied but slopes."""
        self._slopes_at, self._last_slopes = np.zeros(0), np.zeros(0)
        self._last_flowing = self._changing = None

    def jacobian(self, x: np.ndarray, quality: int = EXACT) -> sp.csc_matrix:
        """d(dx/dt)/dx, sparse, (free, free). quality: ROUGH: good enough for a step in time; MENDED: of the
        last rough one only what has been changing is found anew."""
        self.jacobians += 1
        made, y = self.derivatives(), self.expand(x)
        if quality > MENDED or self._last_flowing is None:
            self._last_flowing = made.flowing(y)
        return made.at(self._slopes(y, quality), self._last_flowing)

    def entering_jacobian(self, x: np.ndarray, quality: int = EXACT) -> sp.csc_matrix:
        """d(the ions' fluxes through the whole membrane)/dx, sparse, (ions, free). quality: likewise."""
        return self.derivatives().entering(y := self.expand(x), self._slopes(y, quality))

    def membrane_jacobian(self, y: np.ndarray) -> sp.csr_matrix:
        """d(dy/dt)/dy, (states, states), by the membrane alone, what flows along the cell as it is at y."""
        return self.derivatives().membrane(self._slopes(y))

    def _slopes(self, y: np.ndarray, quality: int = EXACT) -> np.ndarray:
        """The membrane's slopes at y, which are kept until they are asked for elsewhere, or finer."""
        if np.array_equal(y, self._slopes_at) and self._as >= quality:
            return self._last_slopes
        before, made, rough = self._last_slopes, self.derivatives(), quality < EXACT
        known = rough and len(before) > 0
        which = self._changing if known and quality == MENDED else None
        kept = None if which is None else before
        slopes = made.slopes(self.charging_and_counted, y, rough=rough, which=which, kept=kept)
        if which is None:
            self._changing = made.changing(y, before, slopes) if known else None
        self._slopes_at, self._last_slopes, self._as = y.copy(), slopes, quality
        return slopes

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
