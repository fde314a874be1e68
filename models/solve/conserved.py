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
    """What may be conserved: of each connected space and its cells the sums of ions that no bath changes, of
    each connected cell each ion inside, and the charge."""
    cell = system.cell
    for space in range(cell.spaces.max() + 1):
        here = cell.spaces == space
        yield from _of_space(system, here)
        for component in np.unique(cell.geometry.components[here]):
            yield from _of_cell(system, cell.geometry.components == component)


def _of_space(system: System, here: np.ndarray) -> Iterator[np.ndarray]:
    """The sums of ions that no bath changes, in compartments, booleans, and the spaces that they face."""
    cell = system.cell
    for weights in cell.surroundings.kept(cell.ions, cell.conditions):
        row = np.zeros(system.states.size)
        for ion, weight in zip(cell.ions, weights, strict=True):
            outside = weight * cell.outside_volume
            _put(system, row, AMOUNT[ion], here, weight * cell.volume)
            _put(system, row, OUTER[ion], here, outside)
            if cell.glia is not None:
                _put(system, row, GLIA + AMOUNT[ion], here, weight * cell.glia.volume)
            if ion == "k" and cell.surroundings.holds:
                _put(system, row, cell.surroundings.holds, here, outside)
        yield row


def _of_cell(system: System, inside: np.ndarray) -> Iterator[np.ndarray]:
    """Each ion in compartments, booleans, that are connected, and their charge."""
    cell, charge = system.cell, np.zeros(system.states.size)
    for ion in cell.ions:
        row = np.zeros(system.states.size)
        _put(system, row, AMOUNT[ion], inside, cell.volume)
        yield row
        charge += VALENCE[ion] * row
    if cell.glia is not None:
        yield from _of_glia(system, cell.glia)
    _put(system, charge, "v", inside, -cell.geometry.charge_per_mv * cell.volume)
    yield charge


def _put(system: System, row: np.ndarray, kind: str, here: np.ndarray, values: np.ndarray) -> None:
    """Put values, (compartments,), where a kind of state is in these compartments, as far as they have it."""
    at = system.at.get(kind, np.zeros(0, int))
    owner = system.states.owner[at]
    row[at[here[owner]]] = values[owner[here[owner]]]


def _of_glia(system: System, glia: Cell) -> Iterator[np.ndarray]:
    """An ion that nothing carries through a glia's membrane, in each of its compartments."""
    shut = [ion for ion in glia.ions if not (glia.strength[ion].any() or glia.membrane.writes[ion])]
    for ion in shut:
        for at in range(glia.size):
            row = np.zeros(system.states.size)
            row[system.at[GLIA + AMOUNT[ion]][at]] = 1.0
            yield row
