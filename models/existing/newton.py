"""Where all rates of a model are 0: Newton's method with pseudo-steps in time that grow as the rates fall."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from .equations import Equations

FIRST, LAST = 1e3, 1e7  # ms, pseudo-steps. Above the last, sums that nothing changes (of the states of a
# kinetic scheme) would be round-off
FARTHEST = 20.0  # mV, by which V moves at once
DEEPEST = 0.1  # of itself, below which a concentration does not fall at once
CLOSE = 1e-11  # times `scale` (25 mV, 1), of the change that is the last
MOST = 60  # iterations
FAST = 0.2  # of the last change, which a Jacobian is kept for


@dataclass(frozen=True, eq=False)
class Rest:
    """What Newton's method came to.

    y: the states; found: whether all rates are 0 there
    jacobian: d rates/dy (1/ms), sparse
    iterations: how many; step: the last change in units of `scale`
    """

    y: np.ndarray
    found: bool
    jacobian: sp.csc_matrix
    iterations: int
    step: float


def find_rest(equations: Equations, y: np.ndarray) -> Rest:
    """The rest to which the states y lead; one that is not found where their equations cannot be solved."""
    try:
        return _find(equations, y)
    except ArithmeticError:  # a singular matrix: states that nothing moves, or none at all
        return Rest(y, False, equations.pattern, 0, np.inf)


def _find(equations: Equations, y: np.ndarray) -> Rest:
    states = equations.states
    scale, longest = equations.scale(y), FIRST
    rates = equations.rates(y)
    jacobian, fresh, last, size = equations.jacobian(y, rates), True, np.inf, np.abs(rates / scale).max()
    factors = equations.elimination.factorise(jacobian.data, 1 / longest, 1.0)
    for count in range(1, MOST + 1):
        change = factors.solve(rates)
        there = _towards(states.is_v, states.dissolved, y, change)
        whole = bool((there == y + change).all())
        step, y = float(np.abs((there - y) / scale).max()), there
        rates = equations.rates(y)
        before, size = size, np.abs(rates / scale).max()
        if not np.isfinite(step + size):
            break
        if step < CLOSE and whole and longest == LAST:
            return Rest(y, True, equations.jacobian(y, rates), count, step)
        slow = step > FAST * last or not whole or longest < LAST
        longest = float(np.clip(longest * max(before / max(size, 1e-300), 10.0), FIRST, LAST))
        if slow or not fresh:
            jacobian = equations.jacobian(y, rates)
            factors = equations.elimination.factorise(jacobian.data, 1 / longest, 1.0)
        last = step
    return Rest(y, False, jacobian, count, step)


def _towards(is_v: np.ndarray, dissolved: np.ndarray, y: np.ndarray, change: np.ndarray) -> np.ndarray:
    """y after as much of a change as is made at once."""
    share = min(1.0, FARTHEST / max(float(np.abs(change[is_v]).max(initial=0.0)), 1e-300))
    there = y + share * change
    return np.where(dissolved & (y > 0) & (there < DEEPEST * y), DEEPEST * y, there)
