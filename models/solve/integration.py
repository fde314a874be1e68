"""A system's equations from its start state over time, stretch by stretch: stiff BDF integration with the
exact sparse Jacobian. BDF keeps linear invariants, so what the equations conserve stays conserved at any
tolerance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ConvergenceError
from ..simulator.runtime import undisturbed
from ..words import HOUR
from .accounting import RELATIVE, constant, solver_of
from .equations import System
from .spikes import Watch, highest


@dataclass(frozen=True)
class Reached:
    """Where an integration has come to.

    t: the time (ms); done: how many of the times wanted it has passed; steps: of the integrator, until there
    x: the free states at these and, where it has not come to the last, at t, (times, free)
    entered: the time integral of the ions' fluxes through the whole membrane (into the cell, mM of the volume
    it began with) and, after them, of what a tally counts, likewise
    """

    t: float
    done: int
    steps: int
    x: np.ndarray
    entered: np.ndarray
    jacobian: Any = None


def integrate(
    system: System, start: float, times: np.ndarray, rtol: float = RELATIVE, watch: Watch | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """States y at `times` (ms, increasing, all >= start) from the system's start state, and what entered.

    Returns arrays (times, states) and (times, counted), see `Reached`. start: ms. rtol, watch: as of
    `advance`, which raises.
    """
    found = advance(system, start, times, system.pack(system.start), rtol, watch)
    return system.expand(found.x), found.entered


@undisturbed()
def advance(
    system: System,
    start: float,
    times: np.ndarray,
    x: np.ndarray,
    rtol: float = RELATIVE,
    watch: Watch | None = None,
    moment: Callable[[float], None] = constant,
    longest: float = np.inf,
    most: int | None = None,
    jacobian: Any = None,
) -> Reached:
    """From the free states x, (free,), at `start` (ms) to the last of `times` (ms, increasing), or `most`
    steps.

    rtol: relative error per step. watch: sees V at every step. moment: lets what depends on time be as at a
    time (ms). longest: of the steps (ms). jacobian: to
    begin with, that of a state near x. Raises ConvergenceError with the time reached where the integrator
    gives up, GivenUpError where the watch has seen too many spikes.
    """
    unknowns, steps = system.unknowns, 0
    found, at_v = np.zeros((len(times) + 1, len(x) + system.counted)), unknowns.watched
    clock = times - start  # where equations do not depend on time, near 0 it has no shortest step
    done = int(np.searchsorted(clock, 0.0, side="right"))
    found[:done, : len(x)] = x
    if done == len(times):
        return Reached(start, done, 0, found[:done, : len(x)], found[:done, len(x) :])
    moving = constant if moment is constant else lambda t: moment(start + t)
    solver = solver_of(system, x, clock[-1], rtol, moving, jacobian)
    solver.longest = longest
    while done < len(times) and (most is None or steps < most):
        if not solver.step():
            hours = (start + solver.t) / HOUR
            if solver.refused is not None:
                system.check_possible(solver.refused[: len(x)], f"after {hours:.4g} h")
            system.check_possible(solver.z[: len(x)], f"after {hours:.4g} h", last=True)
            raise ConvergenceError(
                f"{system.cell.name}: the time course stopped at {hours:.6g} h: "
                "no step, however short, succeeds"
            )
        steps += 1
        if solver.t >= clock[done]:
            reached = int(np.searchsorted(clock, solver.t, side="right"))
            found[done:reached] = solver.at(clock[done:reached])
            done = reached
        if watch:
            watch.see(start + solver.t, *highest(solver.z, at_v))
            watch.tell(start + solver.t)
    found[done] = solver.z
    kept = found[: done + (done < len(times))]
    # between two amounts near 0 the polynomial may lie below it, by less than is tolerated
    states, least = kept[:, : len(x)], np.where(unknowns.is_amount, 0.0, -np.inf)
    states = np.maximum(states, least, out=states)
    return Reached(start + solver.t, done, steps, states, kept[:, len(x) :], solver.jacobian)
