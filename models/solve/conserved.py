"""What no equation changes: the total of an ion that nothing carries through the membrane, or the charge.

It leaves the steady state open, and each adds one equation there, that its total stays.
"""

from collections.abc import Iterator

import numpy as np

from ..cell.cell import Cell
from ..physics.ions import AMOUNT, OUTER, VALENCE
from .elimination import Factors
from .equations import System
from .states import GLIA


class Totals:
    """Conserved totals: rows of weights over y (and so over x), with the values they must keep.

    count: of rows. over_x: their weights over x, (rows, free), each row of length 1.
    """

    def __init__(self, system: System, x: np.ndarray) -> None:
        self._system, self._which = system, _conserved(system, x)
        self.count = len(self._which)
        self.renew()

    def renew(self) -> None:
        """Take in that the system has been renewed: what its start state has is what is kept."""
        system = self._system
        rows = [row for i, row in enumerate(_candidates(system)) if i in self._which] if self.count else []
        self._over_y = np.array(rows).reshape(self.count, system.states.size)
        self._wanted = self._over_y @ system.start
        self.over_x = self._over_y @ system.lift
        self._norm = np.linalg.norm(self.over_x, axis=1)
        self.over_x /= self._norm[:, None]

    def deficit(self, x: np.ndarray) -> np.ndarray:
        """What each total lacks at x, (rows,), in units of `over_x`; none where nothing is conserved."""
        if not self.count:
            return np.zeros(0)
        return (self._wanted - self._over_y @ self._system.expand(x)) / self._norm


class Keeping:
    """Solutions with given totals, by block elimination of a matrix bordered with their weights.

    factors: of the matrix; weights: over x, (totals, free), may be none.
    """

    def __init__(self, factors: Factors, weights: np.ndarray) -> None:
        self.factors, self._weights = factors, weights
        if len(weights):
            self._columns = factors.solve(np.ascontiguousarray(weights.T))
            self.inner = weights @ self._columns

    def solve(self, right: np.ndarray, totals: np.ndarray | float = 0.0) -> np.ndarray:
        """The solution, (free,) or (free, columns), that has these totals, (totals,) or (totals, columns)."""
        found = self.factors.solve(right)
        if len(self._weights):
            lacking = totals - self._weights @ found
            found = found + self._columns @ np.linalg.solve(self.inner, lacking)
        return found


def _conserved(system: System, x: np.ndarray) -> list[int]:
    """Which of `_candidates` no equation changes, linearly independent; one or more per connected cell."""
    rows: list[int] = []
    independent: list[np.ndarray] = []
    if not system.unknowns.is_amount.any():
        return rows
    membrane = system.membrane_jacobian(system.expand(x))
    for number, candidate in enumerate(_candidates(system)):
        kept = np.abs(membrane.T @ candidate).max() <= 1e-7 * (abs(membrane).T @ np.abs(candidate)).max()
        over_x = candidate @ system.lift
        over_x = over_x / max(np.linalg.norm(over_x), 1e-300)
        for other in independent:
            over_x = over_x - (over_x @ other) * other
        size = np.linalg.norm(over_x)
        if kept and size > 1e-8:
            rows.append(number)
            independent.append(over_x / size)
    return rows


def _candidates(system: System) -> Iterator[np.ndarray]:
    """What may be conserved: of each connected cell the sums of ions, with its spaces, that no bath changes,
    each ion inside, and the charge."""
    cell = system.cell
    kept = cell.surroundings.kept(cell.ions, cell.conditions)
    for component in range(cell.geometry.components.max() + 1):
        inside = np.flatnonzero(cell.geometry.components == component)
        for weights in kept:
            row = np.zeros(system.states.size)
            for ion, weight in zip(cell.ions, weights, strict=True):
                row[system.at[AMOUNT[ion]][inside]] = weight * cell.volume[inside]
                if cell.glia is not None:
                    row[system.at[GLIA + AMOUNT[ion]][inside]] = weight * cell.glia.volume[inside]
                row[system.at[OUTER[ion]][inside]] = weight * cell.outside_volume[inside]
                if ion == "k" and cell.surroundings.holds:
                    row[system.at[cell.surroundings.holds][inside]] = weight * cell.outside_volume[inside]
            yield row
        for ion in cell.ions:
            row = np.zeros(system.states.size)
            row[system.at[AMOUNT[ion]][inside]] = cell.volume[inside]
            yield row
        if cell.glia is not None:
            yield from _of_glia(system, cell.glia)
        charge = np.zeros(system.states.size)
        for ion in cell.ions:
            charge[system.at[AMOUNT[ion]][inside]] = VALENCE[ion] * cell.volume[inside]
        charge[system.at["v"][inside]] = -cell.geometry.charge_per_mv[inside] * cell.volume[inside]
        yield charge


def _of_glia(system: System, glia: Cell) -> Iterator[np.ndarray]:
    """An ion that nothing carries through a glia's membrane, in each of its compartments."""
    shut = [ion for ion in glia.ions if not (glia.strength[ion].any() or glia.membrane.writes[ion])]
    for ion in shut:
        for at in range(glia.size):
            row = np.zeros(system.states.size)
            row[system.at[GLIA + AMOUNT[ion]][at]] = 1.0
            yield row
