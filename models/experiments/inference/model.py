"""What a cell would show in every experiment, as a function of its numbers, with exact derivatives.

The cell is made once; numbers are turned and rests found near those known. Beside a rest the implicit
function theorem says how it moves with every number. At once after a change V has moved and ions have not:
V's derivative is that at held concentrations, and what those of the rest before bring along.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...cell.dial import Dial, turning
from ...errors import ConvergenceError
from ...physics.ions import OUTER, told_of
from ...solve.equations import System
from ...solve.nearby import Nearby
from ..start import start_from
from .ahead import Ahead, ahead, ahead_held, dials_within, turn
from .quantities import Looked
from .situations import AS_IT_IS, Situation, Value, in_order
from .sought import Sought

WIDE = 1e-3  # relative step of numbers by which a resistance is differentiated: it is a difference itself


@dataclass
class _Branch:
    """The rests of a situation: its equations, with concentrations held too where they are asked for, all
    states y that were found last, (states,), the derivatives by the numbers that were found last, (states,
    numbers), and at which numbers that was."""

    system: System
    nearby: Nearby
    held: System | None
    y: np.ndarray = field(default_factory=lambda: np.zeros(0))
    ahead: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    at: np.ndarray | None = None


class Model:
    """What is measured of a cell as a function of the logarithms of its numbers.

    sought: the numbers; values: what was measured; settings, factors: under which
    evaluations: how often it was asked; lost: how often there was no rest; why: the last one's reason
    v: V at rest (mV) when it was asked last, nan before
    """

    def __init__(
        self,
        cell: Cell,
        sought: Sequence[Sought],
        values: Sequence[Value],
        settings: dict[str, Any],
        factors: dict[str, Any],
        start: dict[str, Any] | None = None,
    ) -> None:
        self.cell, self.sought, self.values = cell, list(sought), list(values)
        self._given = settings, factors, start
        self.situations = in_order(self.values)
        self._spread = np.array([one.spread for one in sought])
        self._branches: dict[Situation, _Branch] = {}
        self._dials: list[Dial] = []
        self._strengths = False
        self.evaluations = self.lost = 0
        self.why, self.v = "", np.nan

    @contextmanager
    def opened(self) -> Iterator["Model"]:
        """The cell as it was measured, within a `with`; it is as before afterwards."""
        settings, factors, start = self._given
        cell, saved = self.cell, self.cell.starts
        with cell.changed(settings, factors):
            try:
                cell.starts = start_from(cell, start), saved[1]
                with turning(cell, *(one.name for one in self.sought)) as self._dials:
                    self._branches = {}
                    self._strengths = all(dial.strength for dial in self._dials)
                    yield self
            finally:
                cell.starts = saved

    def predict(self, logs: np.ndarray) -> np.ndarray | None:
        """What would be measured, (values,), of the numbers' logarithms, (numbers,); None where a rest is
        missing."""
        found = self._asked(logs, False)
        return None if found is None else found[0]

    def differentiate(self, logs: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """The same, and its derivatives, (values, numbers)."""
        return self._asked(logs, True)

    def beside(self, values: Sequence[Value], logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What other values would be, and their derivatives, as `differentiate`; ConvergenceError where a
        rest is missing."""
        other = Model(self.cell, self.sought, values, {}, {})
        other._dials = self._dials
        other._branches = {AS_IT_IS: self._branches[AS_IT_IS]}
        found = other.differentiate(logs)
        if found is None:
            raise ConvergenceError(other.why)
        return found

    # ------------------------------------------------------------------ one set of numbers
    def _asked(self, logs: np.ndarray, slopes: bool) -> tuple[np.ndarray, np.ndarray] | None:
        self.evaluations += 1
        found = np.zeros(len(self.values))
        by = np.zeros((len(self.values), len(self.sought)))
        own = self.cell.starts
        try:
            for dial, log in zip(self._dials, logs, strict=True):
                dial.put(float(np.exp(log)))
            for situation in self.situations:
                with self._in(situation):
                    branch = self._solved(situation, logs, slopes)
                    self._read(situation, branch, found, by if slopes else None)
        except ConvergenceError as error:
            self.lost, self.why = self.lost + 1, str(error)
            return None
        finally:
            self.cell.starts = own
        for row, value in enumerate(self.values):
            if value.before is not None:
                before = self._branches[value.before]
                found[row] -= value.record.read(Looked(before.system, before.y), value.place)
                if slopes:
                    by[row] -= before.ahead[before.system.at["v"]][value.place.here].T @ value.place.weights
        return found, by

    @contextmanager
    def _in(self, situation: Situation) -> Iterator[None]:
        """The cell in a situation, at the rest before it where concentrations are held."""
        cell, starts = self.cell, self.cell.starts
        changes = dict(situation.settings), dict(situation.factors)
        plain = situation == AS_IT_IS
        with nullcontext() if plain else cell.changed(*changes):
            try:
                if situation.stopped:
                    cell.block_pump(1.0)
                yield
            finally:
                cell.starts = starts

    def _held(self, y: np.ndarray) -> np.ndarray:
        """A state, (states,), whose concentrations are held: V, which they may follow, as the cell starts,
        and in T-tubules what the bath has, as `rest` holds it there."""
        y, at, cell = y.copy(), self._branches[AS_IT_IS].system.at, self.cell
        y[at["v"]] = cell.start["v"]
        if cell.surroundings.followed and cell.surroundings.set_by_bath:
            outside = {ion: cell.start.get(f"{ion}o", cell.bath_of(ion)) for ion in told_of(cell.ions)}
            for ion, values in cell.settle_outside(cell.start["v"], outside).items():
                y[at[OUTER[ion]]] = values
        return y

    def _solved(self, situation: Situation, logs: np.ndarray, slopes: bool) -> _Branch:
        """The rest, of the cell as it is now."""
        branch = self._branches.get(situation)
        if branch is None:
            branch = self._begun(situation)
        else:  # NEURON has all else already where no setting is another
            branch.system.turned(self._strengths and not situation.settings)
        if situation.before is not None:
            branch.system.restart(self._held(self._branches[situation.before].y))
        at = logs / self._spread
        x = branch.nearby.find(at)
        branch.y = branch.system.expand(x)
        if situation == AS_IT_IS:
            self.v = float(branch.y[branch.system.at["v"]] @ self.cell.area / self.cell.area.sum())
        before = branch if situation.before is None else self._branches[situation.before]
        if slopes or (branch.nearby.worth_keeping and (before is branch or before.at is logs)):
            branch.at = logs
            free, branch.ahead = self._ahead(situation, branch, x)
            branch.nearby.keep(at, x, free * self._spread)
        return branch

    def _ahead(self, situation: Situation, branch: _Branch, x: np.ndarray) -> Ahead:
        """The derivatives of the free states and of all by the numbers."""
        dials, system = dials_within(self.cell, self.sought, situation), branch.system
        if situation.before is None:
            return ahead(system, x, dials, branch.nearby.totals)
        before = self._branches[situation.before]

        def start(share: float, j: int) -> np.ndarray:
            return self._held(before.y + share * before.ahead[:, j])

        return ahead_held(system, x, dials, start, branch.nearby.totals)

    def _begun(self, situation: Situation) -> _Branch:
        """A situation that is met for the first time; the cell goes there from its rest as it is."""
        hold = None if situation.before is None else "concentrations"
        system = System(self.cell, hold=hold)
        if situation == AS_IT_IS:
            nearby = Nearby(system)
        else:
            from_y = self._branches[situation.before or AS_IT_IS].y
            nearby = Nearby(system, system.pack(from_y))
        resistance = any(v.record.held and v.situation == situation for v in self.values)
        held = System(self.cell, hold="concentrations") if resistance else None
        self._branches[situation] = _Branch(system, nearby, held)
        return self._branches[situation]

    # ------------------------------------------------------------------ what is measured there
    def _read(self, situation: Situation, branch: _Branch, found: np.ndarray, by: np.ndarray | None) -> None:
        """Put what is measured in a situation into `found`, and its derivatives into `by`."""
        rows = [row for row, value in enumerate(self.values) if value.situation == situation]
        system, y = branch.system, branch.y
        if branch.held is not None:
            branch.held.refresh()
            branch.held.restart(self._held(y))
        for row in rows:
            value = self.values[row]
            found[row] = value.record.read(Looked(system, y, branch.held), value.place)
        if by is None:
            return
        of_state = [row for row in rows if not self.values[row].record.equations]
        for j, change in enumerate(branch.ahead.T):
            for sign in (0.5, -0.5):
                at = Looked(system, y + sign * WIDE * change)
                for row in of_state:
                    value = self.values[row]
                    by[row, j] += 2 * sign * value.record.read(at, value.place) / WIDE
        if len(of_state) < len(rows):
            self._read_equations(situation, branch, [row for row in rows if row not in of_state], by)

    def _read_equations(self, situation: Situation, branch: _Branch, rows: list[int], by: np.ndarray) -> None:
        """The derivatives of what is read from the equations, into `by`."""
        for j, dial in enumerate(dials_within(self.cell, self.sought, situation)):
            for sign in (0.5, -0.5):
                y = branch.y + sign * WIDE * branch.ahead[:, j]
                turn(branch.system, dial, sign * WIDE)
                if branch.held is not None:
                    branch.held.refresh()
                    branch.held.restart(self._held(y))
                for row in rows:
                    value = self.values[row]
                    read = value.record.read(Looked(branch.system, y, branch.held), value.place)
                    by[row, j] += 2 * sign * read / WIDE
            turn(branch.system, dial, 0.0)
