"""A cell's equations and, beside them, what its ions bring in through the membrane, integrated together.

By the same formula, so that each ion's total and what has accumulated agree to round-off at any tolerance.
"""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from ..compiled import compiled
from .bdf import BDF
from .differentiated import MENDED, ROUGH
from .equations import System

# error per step; a course is then good to some 2e-4 mV, at worst to 1e-3, or, where V jumps, to 1e-5 ms of
# its time. Of a spike 0.01 ms are some mV: 1e-6 keeps the spikes of a second within 0.05 ms, 1e-7 within 0.01
RELATIVE = 1e-5
ABSOLUTE_V = 1e-4  # mV
ABSOLUTE_C = 1e-4  # mM
ABSOLUTE_TRACE = 1e-7  # mM
ABSOLUTE_GATE = 1e-5


class FluxAccounting:
    """The equations of z = (x, accumulated), (free + ions,): a system's free states and, of each ion, the
    time integral of its flux through the whole membrane (into the cell, mM of the volume it began with), and
    of what a system's tally counts.

    moment: lets what depends on time be as at that time (ms)
    """

    def __init__(self, system: System, moment: Callable[[float], None]) -> None:
        self.system, self.count, self.moment = system, system.counted, moment

    def rates(self, z: np.ndarray) -> np.ndarray:
        """dz/dt, (free + ions,), per ms."""
        return self.system.rates_and_entering(z[: -self.count])

    def jacobian(self, z: np.ndarray) -> tuple[sp.csc_matrix, np.ndarray]:
        """d(dx/dt)/dx, (free, free), and d(fluxes)/dx, (ions, free), at z."""
        return self._derivatives(z, ROUGH)

    def mended(self, z: np.ndarray) -> tuple[sp.csc_matrix, np.ndarray]:
        """The last of these, with what has been changing found anew at z."""
        return self._derivatives(z, MENDED)

    def _derivatives(self, z: np.ndarray, quality: int) -> tuple[sp.csc_matrix, np.ndarray]:
        x = z[: -self.count]
        return self.system.jacobian(x, quality), self.system.entering_jacobian(x, quality).toarray()

    def possible(self, z: np.ndarray) -> bool:
        """Whether a cell can be at z: no amount below 0, no closed space dry."""
        return self.system.possible(z[: -self.count])

    def solver(
        self, jacobian: tuple[sp.csc_matrix, np.ndarray], c: float
    ) -> Callable[[np.ndarray], np.ndarray]:
        """The function that solves (I - c jacobian) d = r for d, in place: the tree first, and then what
        accumulates, on which nothing depends. r: (free + ions,); c: ms; ArithmeticError where it is
        singular."""
        own, entering = jacobian
        factors = self.system.factors(own, 1.0, c)

        def solve(right: np.ndarray) -> np.ndarray:
            factors.solve_in_place(right)
            _add_accumulated(entering, c, right)
            return right

        return solve


@compiled
def _add_accumulated(entering: np.ndarray, c: float, z: np.ndarray) -> None:
    """What has accumulated changes when the states before it do, where its own part has been found."""
    n = entering.shape[1]
    for k in range(len(entering)):
        for i in range(n):
            z[n + k] += c * entering[k, i] * z[i]


def constant(t: float) -> None:
    """Nothing depends on time."""


def solver_of(
    system: System,
    x: np.ndarray,
    stop: float,
    rtol: float,
    moment: Callable[[float], None] = constant,
    jacobian: tuple[sp.csc_matrix, np.ndarray] | None = None,
) -> BDF:
    """The integrator of a system from its free states `x`, with nothing accumulated, for `stop` (ms).

    x: (free,). rtol: relative error per step; the absolute ones go with it. moment: lets what depends on time
    be as at a time (ms) from the beginning. jacobian: to begin with, of a state or a moment near this one.
    """
    equations, loose, unknowns = FluxAccounting(system, moment), rtol / RELATIVE, system.unknowns
    atol = np.full(len(x) + equations.count, ABSOLUTE_GATE * loose)
    atol[: len(x)][unknowns.is_v] = ABSOLUTE_V * loose
    atol[: len(x)][unknowns.is_amount] = ABSOLUTE_C * loose
    atol[: len(x)][unknowns.is_trace] = ABSOLUTE_TRACE * loose
    tally = system.tally
    atol[len(x) :] = np.inf  # what accumulates follows what happens; it does not decide the step
    atol[len(atol) - tally.rows :] = tally.tolerated * loose  # unless what drives it is no state
    # nor does, by how much there is of it, the error's mean over all of z
    share = (1 - np.isinf(tally.tolerated).sum() / len(atol)) ** 0.5
    begin = np.concatenate([x, np.zeros(equations.count)])
    return BDF(equations, begin, stop, share * rtol, share * atol, jacobian)
