"""The adjoint along a course: what a change at a time is worth at the end.

Backwards in time s from the end T it follows dz/ds = J(T - s)^T z. The transposed Jacobian has the
Jacobian's own tree, so the same elimination serves it, and the same integrator.

Cao Y, Li S, Petzold L, Serban R (2003) SIAM J Sci Comput 24:1076-1089, doi:10.1137/S1064827501380630.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import ConvergenceError
from .bdf import BDF
from .elimination import Elimination, Factors
from .equations import System
from .linear import V_SCALE

EXACT = 1e-7  # relative tolerance of courses and of the adjoint


@dataclass
class Path:
    """States along a stretch of time with one current, as a piecewise cubic: t (ms, from its beginning); x
    and its rates, (free,) each."""

    t: list[float] = field(default_factory=list)
    x: list[np.ndarray] = field(default_factory=list)
    rates: list[np.ndarray] = field(default_factory=list)

    def add(self, t: float, x: np.ndarray, rates: np.ndarray) -> None:
        """Another time, and what is there."""
        self.t.append(t)
        self.x.append(x.copy())
        self.rates.append(rates)

    def at(self, t: float) -> np.ndarray:
        """The states at a time, (free,)."""
        i = int(np.clip(np.searchsorted(self.t, t) - 1, 0, len(self.t) - 2))
        h = self.t[i + 1] - self.t[i]
        s = (t - self.t[i]) / h
        slopes = h * s * (1 - s) * ((1 - s) * self.rates[i] - s * self.rates[i + 1])
        share = s * s * (3 - 2 * s)
        return (1 - share) * self.x[i] + share * self.x[i + 1] + slopes


class Backward:
    """The equations of the adjoint along a path, from its end to its beginning: dz/ds = J(T - s)^T z."""

    def __init__(self, system: System, scale: np.ndarray) -> None:
        self._system, self._scale = system, scale
        made = system.derivatives().elimination.where
        pattern = system.jacobian(system.pack(system.start)).T.tocsc()
        # what the transpose couples is what the Jacobian couples
        self._elimination = Elimination(made, pattern.indptr, pattern.indices)

    def along(self, path: Path, last: np.ndarray) -> Path:
        """The adjoint along a path from its end on, where it is `last`, (free,)."""
        self._path, self._s = path, np.nan
        found, stop = Path(), path.t[-1]
        solver = BDF(self, last, stop, EXACT, EXACT * V_SCALE / self._scale)
        found.add(0.0, last, self.rates(last))
        while solver.t < stop:
            if not solver.step():
                raise ConvergenceError(f"{self._system.cell.name}: no adjoint of the threshold was found")
            found.add(solver.t, solver.z, self.rates(solver.z))
        return found

    def moment(self, t: float) -> None:
        """The Jacobian is that of a time t (ms) before the path's end from now on."""
        if t != self._s:
            x = self._path.at(self._path.t[-1] - t)
            self._s, self._transposed = t, self._system.jacobian(x).T.tocsc()

    def rates(self, z: np.ndarray) -> np.ndarray:
        """dz/ds, (free,), per ms."""
        return self._transposed @ z

    def jacobian(self, z: np.ndarray) -> Any:
        """The entries of d(dz/ds)/dz."""
        return self._transposed.data

    def mended(self, z: np.ndarray) -> Any:
        """The same: it is known, all of it."""
        return self._transposed.data

    def solver(self, jacobian: Any, c: float) -> Callable[[np.ndarray], np.ndarray]:
        """The function that solves (I - c jacobian) d = r for d, in place; ArithmeticError where it is
        singular."""
        factors: Factors = self._elimination.factorise(jacobian, 1.0, c)

        def solve(right: np.ndarray) -> np.ndarray:
            factors.solve_in_place(right)
            return right

        return solve

    def possible(self, z: np.ndarray) -> bool:
        """Any is."""
        return True
