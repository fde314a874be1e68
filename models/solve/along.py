"""The steady states of a cell along one of its numbers: their equations, and their derivatives by it too.

A state is z = (x, u): the free states and where the dial stands between two limits, 0 to 1, evenly or on a
logarithmic axis. The matrix of a step along the branch is that of Newton's method for the steady state with a
column, the derivative by u, and a row, the direction of the branch: it stays regular where the branch turns
round and the steady state's own does not. It is solved with the factors of the latter on the tree (block
elimination), and what that loses near a turn is got back by refining: Govaerts WJF (2000) Numerical Methods
for Bifurcations of Dynamical Equilibria, 3.6 (SIAM).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..cell.dial import Dial
from .conserved import Keeping, Totals
from .equations import System
from .linear import LEAST, LEAST_TRACE, NEAR_ZERO, V_SCALE, Linear

REFINED = 3  # how often a solution of the bordered matrix is refined, at most
ENOUGH = 1e-12  # relative size of what refining changes
SHIFT = 1e-14  # 1/ms, below every rate in a cell
STATES = 1 / 16  # of a change of all states by their scale: as much as that share of the dial's range


@dataclass(frozen=True)
class Range:
    """The values of a dial between two limits, as u from 0 to 1.

    low, high: the limits, in this order; log: whether evenly on a logarithmic axis
    """

    low: float
    high: float
    log: bool

    def value(self, u: float) -> float:
        """The dial's value at u."""
        if u == 1:
            return self.high
        if self.log:
            return float(self.low * (self.high / self.low) ** u)
        return self.low + (self.high - self.low) * u

    def place(self, value: float) -> float:
        """u of a value of the dial; outside 0 to 1 beyond the limits."""
        if self.log:
            return float(np.log(value / self.low) / np.log(self.high / self.low))
        return (value - self.low) / (self.high - self.low)

    def slope(self, u: float) -> float:
        """Derivative of the value by u."""
        if self.log:
            return float(self.value(u) * np.log(self.high / self.low))
        return self.high - self.low


class Along:
    """The equations of one cell at every value of a dial, whose system this renews as it needs.

    system: whose free states are so from one limit to the other
    dial, range: what is turned, and between which limits
    first: where the dial stood at first, 0 to 1
    totals: what no equation changes, as the cell is now
    per_compartment: what a squared change of a state counts in the squared length of a change
    """

    def __init__(self, system: System, dial: Dial, over: Range, x: np.ndarray, u: float) -> None:
        self.system, self.dial, self.range, self.first = system, dial, over, u
        self._value = over.value(u)
        dial.turn(self._value)
        system.renew()
        self.totals = Totals(system, x)
        unknowns = system.unknowns
        self._least = np.where(unknowns.is_trace, LEAST_TRACE, LEAST)
        self.per_compartment = STATES**2 / system.cell.size

    def turn(self, u: float) -> None:
        """Let the cell be as it is at u."""
        self._put(self.range.value(u))

    def forget(self) -> None:
        """Take in that the cell has been turned elsewhere: where the dial stands is not known."""
        self._value = np.nan

    def _put(self, value: float) -> None:
        if value == self._value:
            return
        self._value = np.nan  # of whatever may go wrong
        self.dial.turn(value)
        self.system.renew()
        self.totals.renew()
        self._value = value

    def renew(self) -> None:
        """Take in that another number of the cell has changed."""
        self._value, value = np.nan, self._value
        self._put(value)

    def start(self, u: float, state: dict[str, np.ndarray]) -> np.ndarray:
        """The free states, (free,), of a start state of the cell, gates where they settle at its V. state: as
        `Cell.start`."""
        self.turn(u)
        cell = self.system.cell
        own = cell.start
        try:
            cell.start = state
            self.system.renew()
            return self.system.pack(self.system.start)
        finally:
            cell.start = own
            self.forget()  # the system has another start now

    def said(self, u: float) -> str:
        """Where the dial stands at u, in words: "ko = 1.2 mM"."""
        unit = "" if self.dial.unit == "1" else f" {self.dial.unit}"
        return f"{self.dial.name} = {self.range.value(u):.6g}{unit}"

    def scale(self, x: np.ndarray) -> np.ndarray:
        """What counts as a change of 1 of each free state, (free,)."""
        unknowns, scale = self.system.unknowns, np.ones(len(x))
        scale[unknowns.is_v] = V_SCALE
        amounts = unknowns.is_amount
        scale[amounts] = np.maximum(np.abs(x), self._least)[amounts]
        return scale

    def rates(self, x: np.ndarray, u: float) -> np.ndarray:
        """dx/dt (per ms), (free,)."""
        self.turn(u)
        return self.system.rates(x)

    def lacking(self, x: np.ndarray, u: float) -> np.ndarray:
        """What the conserved totals lack at x, (totals,)."""
        self.turn(u)
        return self.totals.deficit(x)

    def possible(self, x: np.ndarray, u: float) -> bool:
        """Whether a cell can be in state x."""
        self.turn(u)
        return self.system.possible(x)

    def beside(self, x: np.ndarray, u: float) -> "Beside":
        """The derivatives of the equations at a state."""
        self.turn(u)
        jacobian = self.system.jacobian(x)
        by_rates, by_lacking = np.zeros(len(x)), np.zeros(self.totals.count)
        slope = self.range.slope(u)
        for at, weight in zip(*self.dial.around(self.range.value(u)), strict=True):
            self._put(at)
            by_rates += slope * weight * self.system.rates(x)
            by_lacking += slope * weight * self.totals.deficit(x)
        linear = Linear(jacobian, self.system.derivatives().elimination, self.totals.over_x, self.scale(x))
        return Beside(linear, by_rates, by_lacking, self.per_compartment)


@dataclass(frozen=True)
class Beside:
    """The derivatives of the equations at a state z = (x, u).

    linear: by x
    by_rates, by_lacking: of the rates and of what the totals lack by u, (free,), (totals,)
    per_compartment: what a squared change of a state counts in the squared length of a change of z
    """

    linear: Linear
    by_rates: np.ndarray
    by_lacking: np.ndarray
    per_compartment: float

    @cached_property
    def _factors(self) -> Keeping:
        shift = NEAR_ZERO if len(self.by_lacking) else SHIFT
        return self.linear.shifted(shift)

    @cached_property
    def weights(self) -> np.ndarray:
        """What a squared change of each free state and of u counts in a squared length, (free + 1,)."""
        return np.append(self.per_compartment / self.linear.scale**2, 1.0)

    @cached_property
    def _column(self) -> np.ndarray:
        return self._plain(self.by_rates, -self.by_lacking)

    def _plain(self, rates: np.ndarray, totals: np.ndarray) -> np.ndarray:
        """dx of J dx = rates that changes the totals so much."""
        return self._factors.solve(-rates, totals)

    def step(self, rates: np.ndarray, totals: np.ndarray, along: float, row: np.ndarray) -> np.ndarray:
        """dz, (free + 1,), by which the rates change by `rates`, (free,), what the totals lack by -`totals`,
        (totals,), and the sum of `row` dz, (free + 1,), is `along`."""
        found = self._eliminate(rates, totals, along, row)
        size = np.abs(found).max()
        for _ in range(REFINED):
            dx, du = found[:-1], found[-1]
            left = (
                rates - self.linear.jacobian @ dx - self.by_rates * du,
                totals - self.linear.kept @ dx + self.by_lacking * du,
                along - row @ found,
            )
            more = self._eliminate(*left, row)
            found = found + more
            if np.abs(more).max() <= ENOUGH * size:
                break
        return found

    def _eliminate(self, rates: np.ndarray, totals: np.ndarray, along: float, row: np.ndarray) -> np.ndarray:
        dx = self._plain(rates, totals)
        du = (along - row[:-1] @ dx) / (row[-1] - row[:-1] @ self._column)
        return np.append(dx - self._column * du, du)

    def direction(self, before: np.ndarray) -> np.ndarray:
        """The direction of the branch, (free + 1,), of length 1, with which `before` makes no obtuse
        angle."""
        none = np.zeros(len(self.by_rates)), np.zeros(len(self.by_lacking))
        found = self.step(*none, 1.0, before * self.weights)
        return found / self.length(found)

    def length(self, change: np.ndarray) -> float:
        """The length of a change of z, (free + 1,)."""
        return float(np.sqrt(self.weights @ change**2))
