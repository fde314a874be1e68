"""The steady states of one system for many values of its cell's numbers, each found from those found before.

Beside a known steady state the next one is foretold by the derivatives there (the implicit function theorem),
and Newton's steps with the matrix that was factorised there end on it; a new matrix is made where they come
nearer slowly. Where they do not arrive, the cell is followed as any cell is on its way to rest.
"""

from dataclasses import dataclass

import numpy as np

from ..cell.changes import channel_strengths
from ..simulator.runtime import undisturbed
from .conserved import Keeping, Totals
from .equations import System
from .firing import leaves
from .linear import NEAR_ZERO, V_SCALE
from .steady_state import ROUND_OFF, TOLERANCE, find_steady_state, relative_move

SLOW = 0.2  # of Newton's last step, from which the next one asks for a new matrix
SHORTEST = 0.01  # of a step of Newton's that leads too far, which is still tried
WIDEST = 2.0  # how far a state is foretold: of the logarithm of an amount, of V in 25 mV
STEPS = 30  # of Newton's, after which a state counts as not found from there
KNOWN = 40  # steady states that are kept to start from, at most
FAR = 10  # Newton's steps from which a state is worth keeping
SPIKES = 3  # after which a cell that has lost its rest is given up
SMALL = 60  # free states up to which all eigenvalues are looked at
GROWS = 1e-10  # 1/ms, once in 100 days, from which a mode counts as growing


@dataclass(frozen=True)
class _Known:
    """A steady state: of which values of the numbers, x, what solves with its Jacobian, and x's derivatives
    by the numbers, (free, numbers)."""

    at: np.ndarray
    x: np.ndarray
    solver: Keeping
    ahead: np.ndarray


class Nearby:
    """Steady states of a system, which its owner renews when the cell's numbers have changed.

    first: free states to start from before any is known, instead of the system's own start
    totals: of the system, once they are known
    steps: Newton's, of all; anew: how many states no known one led to
    worth_keeping: whether the last one was so far from those known that it is worth `keep`ing
    """

    def __init__(self, system: System, first: np.ndarray | None = None) -> None:
        self.system, self._first = system, first
        self._known: list[_Known] = []
        self.totals: Totals | None = None
        self._at = np.zeros((0, 0))
        cell = system.cell
        open_now = any(v.any() for name in cell.membrane.channels for _, v in channel_strengths(cell, name))
        self._several = open_now or bool(cell.membrane.points)
        self.steps = self.anew = 0
        self.worth_keeping = True

    @undisturbed()
    def find(self, at: np.ndarray) -> np.ndarray:
        """The steady state, (free,), at these values of the numbers, (numbers,), on any scale on which they
        are near to each other. ConvergenceError where there is none."""
        if self.totals is not None:
            self.totals.renew()
        known = self._nearest(at)
        if known is not None:
            before = self.steps
            for guess in (self._foretold(known, at), known.x):
                x = self._newton(guess, known.solver)
                if x is not None and self._stays(x):
                    self.worth_keeping = self.steps - before > FAR and len(self._known) < KNOWN
                    return x
        self.anew += 1
        self.worth_keeping = len(self._known) < KNOWN
        start, most = (self._first, None) if known is None else (known.x, SPIKES)
        x, _ = find_steady_state(self.system, None, most, start)
        if self.totals is None:
            self.totals = Totals(self.system, x)
        return x

    def _nearest(self, at: np.ndarray) -> _Known | None:
        """The known state whose numbers are nearest to these; None where none is known."""
        if not self._known:
            return None
        return self._known[int(np.argmin(np.sum((self._at - at) ** 2, axis=1)))]

    def keep(self, at: np.ndarray, x: np.ndarray, ahead: np.ndarray) -> None:
        """Keep a steady state to start others from. ahead: its derivatives by the numbers."""
        self._known = [*self._known[1 - KNOWN :], _Known(at.copy(), x.copy(), self._solver(x), ahead)]
        self._at = np.array([one.at for one in self._known])

    def _foretold(self, known: _Known, at: np.ndarray) -> np.ndarray:
        """Where the state would be by the derivatives of one that is known, amounts by those of their
        logarithms, so that none falls below 0."""
        change, amounts = known.ahead @ (at - known.at), self.system.unknowns.is_amount
        far = np.clip(change[amounts] / np.maximum(known.x[amounts], 1e-12), -WIDEST, WIDEST)
        x = known.x + np.clip(change, -WIDEST * V_SCALE, WIDEST * V_SCALE)
        x[amounts] = known.x[amounts] * np.exp(far)
        return x

    def _solver(self, x: np.ndarray) -> Keeping:
        assert self.totals is not None
        shift = NEAR_ZERO if self.totals.count else 0.0
        factors = self.system.factors(self.system.jacobian(x), shift, 1.0)
        return Keeping(factors, self.totals.over_x)

    def _newton(self, x: np.ndarray, solver: Keeping) -> np.ndarray | None:
        """The steady state that Newton's steps from x lead to; None where they lead to none, or far away."""
        assert self.totals is not None
        system, last = self.system, np.inf
        if not system.possible(x):
            return None
        for _ in range(STEPS):
            self.steps += 1
            step = solver.solve(system.rates(x), self.totals.deficit(x))
            if not np.isfinite(step).all():
                return None
            shorter = 1.0
            while relative_move(system, x, shorter * step) >= 1:
                shorter /= 4
                if shorter < SHORTEST:
                    return None
            x, size = x + shorter * step, float(np.abs(step).max(initial=0.0))
            if size <= TOLERANCE or (size >= SLOW * last and max(size, last) <= ROUND_OFF):
                return x if system.possible(x) else None
            if size > SLOW * last:
                try:
                    solver = self._solver(x)
                except ArithmeticError:
                    return None
            last = size
        return None

    def _stays(self, x: np.ndarray) -> bool:
        """Whether a membrane that may have several rests stays at this one."""
        if not self._several:
            return True
        if len(x) > SMALL:
            return leaves(self.system, x) is None
        return bool(np.linalg.eigvals(self.system.jacobian(x).toarray()).real.max(initial=-1.0) < GROWS)
