"""Whether a model comes back to a rest when it is pushed a little, and how fast: its equations' modes."""

from functools import cache
from typing import Any

import numpy as np
import scipy.sparse as sp

from ..solve.elimination import Elimination, layout
from ..solve.linear import Linear
from ..solve.modes import Modes, modes_of
from .equations import Equations, States

STANDS = 1e-8  # 1/ms: the rate of a state, or of a sum of states, that nothing changes
FINE = 1e-3  # ms, of the step whose rates are those of the equations to a thousandth


def beside(equations: Equations, y: np.ndarray) -> Linear:
    """The equations beside a rest y."""
    with equations.step_of(FINE):
        jacobian = equations.jacobian(y, equations.rates(y))
    jacobian = _without_sums(equations.states, jacobian)
    nothing = np.zeros((0, len(y)))
    return Linear(jacobian, equations.elimination, nothing, equations.scale(y))


def response(own: Linear, rates: np.ndarray) -> np.ndarray:
    """By how much a rest moves, (states,), where these (per ms) are added to the rates: in proportion, as far
    as the equations are straight there."""
    factors = own.elimination.factorise(own.jacobian.data, 0.0, 1.0)
    return np.asarray(factors.solve(rates))


@cache
def warm_up() -> None:
    """Load what is compiled for this, once in a process: copies of it have it then."""
    jacobian = sp.csc_matrix([[-1.0, 0.1, 0.0], [0.1, -1.0, 0.1], [0.0, 0.1, -1.0]])
    where = layout(np.arange(3), np.ones(3, bool), [(0, 1), (1, 2)])
    elimination = Elimination(where, jacobian.indptr, jacobian.indices)
    modes_of(Linear(jacobian, elimination, np.zeros((0, 3)), np.ones(3)))


def _without_sums(states: States, jacobian: sp.csc_matrix) -> sp.csc_matrix:
    """The Jacobian without the eigenvalues 0 of what nothing changes: states that stand still, and the sum of
    a kinetic scheme's. They are made fast ones that decay, and all others stay (Wielandt's deflation)."""
    each = np.arange(len(states.owner))
    _, scheme = np.unique(np.stack([states.owner, states.scheme]), axis=1, return_inverse=True)
    rows, columns = np.append(each, len(each) + scheme), np.tile(each, 2)
    keep = ~np.tile(states.is_v, 2)
    shape = (len(each) + int(scheme.max()) + 1, len(each))
    sums = sp.csr_matrix((np.ones(keep.sum()), (rows[keep], columns[keep])), shape)
    largest = np.asarray((sums @ abs(jacobian)).max(axis=1).todense()).ravel()
    stays = np.asarray(abs(sums @ jacobian).max(axis=1).todense()).ravel() <= STANDS + STANDS * largest
    kept = sums[stays & (np.asarray(sums.sum(axis=1)).ravel() > 0)]
    if not kept.shape[0]:
        return jacobian
    return _same_pattern(jacobian, jacobian - kept.T @ kept)


def _same_pattern(pattern: sp.csc_matrix, changed: sp.spmatrix) -> sp.csc_matrix:
    """The changed matrix with the entries of the pattern, in its order."""
    found = pattern.copy()
    columns = np.repeat(np.arange(found.shape[1]), np.diff(found.indptr))
    found.data = np.asarray(changed.tocsr()[found.indices, columns]).ravel()
    return found


def told(modes: Modes, states: States, names: list[str]) -> dict[str, Any]:
    """What a summary says of the modes. names: of the compartments, as users write them."""
    rows = []
    for value, shape in zip(modes.values, modes.shapes.T, strict=True):
        most = int(np.argmax(np.abs(shape)))
        turns = value.imag != 0
        rows.append(
            {
                "time_constant_s": float(1e-3 / abs(value.real)) if value.real else None,
                "grows": bool(value.real > 0),
                "period_s": float(2e-3 * np.pi / value.imag) if turns else None,
                "kind": "focus" if turns else "node",
                "moves": states.kinds[states.kind[most]],
                "place": names[states.owner[most]],
            }
        )
    return {
        "stable": modes.stable,
        "growing_modes": modes.growing,
        "slowest_time_constant_s": rows[0]["time_constant_s"] if rows else None,
        "modes": rows,
    }
