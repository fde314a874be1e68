"""A cell while one of its numbers is turned: slowly, at once, there and back."""

from collections.abc import Callable

import numpy as np

from ..cell.dial import Dial
from ..errors import ConvergenceError
from ..simulator.runtime import undisturbed
from ..words import HOUR
from .accounting import RELATIVE, solver_of
from .equations import System

Seen = Callable[[float, np.ndarray], None]


@undisturbed()
def driven(
    system: System,
    x: np.ndarray,
    ms: float,
    dial: Dial,
    value: Callable[[float], float],
    rtol: float = RELATIVE,
    see: Seen | None = None,
) -> np.ndarray:
    """Free states, (free,), after `ms` from x, while a dial of the system's cell is at value(t), t in ms.

    Each step of the integrator has the value at its end, so that a ramp is followed to the order of the
    formula. see: called with the time (ms) and the free states after every step. Raises ConvergenceError
    where the integrator gives up; the dial stays where it is.
    """

    def moment(t: float) -> None:
        dial.turn(value(t))
        system.renew()

    solver = solver_of(system, x, ms, rtol, moment)
    while solver.t < ms:
        if not solver.step():
            raise ConvergenceError(
                f"{system.cell.name}: the time course stopped at {solver.t / HOUR:.6g} h with {dial.name} at "
                f"{value(solver.t):.6g}: no step, however short, succeeds"
            )
        if see:
            see(solver.t, solver.z[: len(x)])
    return solver.z[: len(x)].copy()
