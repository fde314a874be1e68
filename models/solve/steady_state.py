"""The resting state: the steady state of a cell's equations, found without running them through time.

Pseudo-transient continuation: implicit Euler steps whose length grows while the state moves little, so that
far from rest the path is the cell's own and at rest the last steps are Newton's. Kelley CT, Keyes DE
(1998) SIAM J Numer Anal 35:508-523, doi:10.1137/S0036142996304796.

A membrane with channels may have more than one rest, and long steps jump between them: there the cell is
followed through time, roughly, before the last steps (firing.py), and a steady state that it leaves at a
small push is none. A cell without channels is followed too where the direct way fails.

Amounts that nothing changes (the charge of a cell without electrodiffusion, an ion that no process carries
through the membrane, every ion of a cell in a closed space) leave the steady state open; each adds one
equation, that its total stays.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import scipy.sparse as sp

from ..cell.cell import Cell
from ..errors import ConvergenceError, NoRestError
from ..simulator.runtime import undisturbed
from ..words import HOUR, count, duration
from .conserved import Keeping, Totals
from .equations import System
from .firing import Way, approach, leaves
from .possible import dry
from .spikes import Watch
from .states import RELATIVE_VOLUME

# The last Newton step, mV or mM; the rest is promised to 1e-6.
TOLERANCE = 1e-9
# V has a last digit of 1.4e-14 mV, and through the conductance between thick, short compartments that is a
# current. Where the membrane leaks very little, Newton's steps wander at that level and shrink no more: after
# PATIENCE of them the state is taken if none was larger than this.
ROUND_OFF = 1e-7
PATIENCE = 5
LARGEST_STEP = 1e14  # ms; 1/step is then below every rate in the cell
NEAR, FAR = 0.2, 0.5  # sizes of a Newton step, see `relative_move`, up to which the next may be longer
LEAP = 1e3  # how much longer in time the next step is tried, and
SHORTER = 10.0  # by how much less where that leads too far: a trial costs a tenth of a Jacobian
MAX_ITERATIONS = 300
SEVERAL = 5  # steady states that a cell may leave on its way to one where it stays
BURST = 1e3  # relative volume beyond which a cell counts as swelling without end

Progress = Callable[[float, str], None]


@undisturbed()
def find_steady_state(
    system: System,
    progress: Progress | None = None,
    max_spikes: int | None = None,
    x: np.ndarray | None = None,
    in_time: bool = False,
) -> tuple[np.ndarray, dict[str, Any]]:
    """The steady state x, (free,), of a system and how it was reached: iterations, evaluations, last step,
    residual; spikes on the way and the ms that they took; unstable: V (mV) of the steady states that it has
    left; beside: its totals and the Jacobian there, as `linear` takes them, None where nothing is free.

    progress: called with the iteration's number and words on the way there; max_spikes: after which a cell is
    given up that is still on its way; x: where to start from instead of the system's own start; in_time:
    follow it through time even where it has no channels. Raises ConvergenceError with the best that was
    reached, NoRestError (one of them) where the cell goes on firing, GivenUpError after `max_spikes`; never
    returns a state that is not at rest.
    """
    first = x = system.pack(system.start) if x is None else x
    way = Way(x, True, 0.0, 0)
    unstable: list[float] = []
    if not len(x):
        none = {"iterations": 0, "last_step": 0.0, "residual": 0.0, "beside": None}
        return x, _found(system, way, unstable, none)
    totals, watch = Totals(system, x), Watch(system.cell.name, max_spikes, progress)
    several = in_time or bool(system.cell.membrane.channels or system.cell.membrane.points)
    if not (several and system.unknowns.is_v.any()):
        try:
            x, last = _newton(system, x, totals, progress)
        except ConvergenceError:
            if not system.unknowns.is_v.any():
                raise
            way = _followed(system, x, watch)
            x, last = _newton(system, way.x, totals, progress)
        return x, _found(system, way, unstable, last)
    for _ in range(SEVERAL):  # there may be several: the one that the cell goes to
        way = _followed(system, x, watch)
        x, last = _from_several(system, [way.x, first], totals, progress)
        away = leaves(system, x)
        if away is None:
            return x, _found(system, way, unstable, last)
        unstable.append(_mean_v(system, x))
        x = away
    raise ConvergenceError(
        f"{system.cell.name}: no resting state found: the cell leaves each of the {SEVERAL} steady states "
        f"that it comes by, at {', '.join(f'{v:.4g}' for v in unstable)} mV"
    )


def _found(system: System, way: Way, unstable: list[float], last: dict[str, Any]) -> dict[str, Any]:
    told = {"spikes": way.spikes, "fired_ms": way.last, "unstable": unstable}
    return {**last, "evaluations": system.evaluations, **told}


def _mean_v(system: System, x: np.ndarray) -> float:
    area = system.cell.area
    return float(system.state(system.expand(x))["v"] @ area / area.sum())


def _followed(system: System, x: np.ndarray, watch: Watch) -> Way:
    """Where the cell goes from x; ConvergenceError where it fires or oscillates for ever."""
    way = approach(system, x, watch)
    if way.cycle is None:
        return way
    period, low, high = way.cycle
    raise NoRestError(
        f"{system.cell.name}: no resting state is reached from here: the cell goes on firing or oscillating, "
        f"every {duration(period / HOUR)} between {low:.1f} and {high:.1f} mV, while its concentrations stay "
        f"(followed for {duration(way.ms / HOUR)} of its time)",
        *way.cycle,
    )


def _from_several(
    system: System, starts: list[np.ndarray], totals: Totals, progress: Progress | None
) -> tuple[np.ndarray, dict[str, Any]]:
    """The steady state from the first of these starts that leads to one; else the first's error."""
    first, *others = starts
    try:
        return _newton(system, first, totals, progress)
    except ConvergenceError:
        for x in others:
            with suppress(ConvergenceError):
                return _newton(system, x, totals, progress)
        raise


def _newton(
    system: System, x: np.ndarray, totals: Totals, progress: Progress | None = None
) -> tuple[np.ndarray, dict[str, Any]]:
    """The steady state by pseudo-transient continuation from x."""
    # a cell whose total must be kept cannot take the infinite step: its matrix is singular there
    largest = 1e10 if totals.count else LARGEST_STEP
    rate, jacobian = system.rates(x), None
    least, longest = 1.0, largest  # ms, of the next step
    last: list[float] = []
    drying = np.zeros(system.cell.size, bool)
    for iteration in range(1, MAX_ITERATIONS + 1):
        if progress:
            progress(iteration, "")
        if jacobian is None:
            jacobian = system.jacobian(x)
        length, step, move = _longest_step(system, jacobian, longest, least, rate, totals, x)
        if step is None or not move < 1:
            if step is not None:
                drying = dry(system.cell, system.at, system.expand(x + step))
            least = longest = length / 8
            if least < 1e-9:
                break
            continue
        x = x + step
        rate = system.rates(x)
        used, jacobian = jacobian, None
        _check_bounded(system, x)
        if length >= largest:
            last = [*last, float(np.abs(step).max())][-PATIENCE:]
            if last[-1] <= TOLERANCE or (len(last) == PATIENCE and max(last) <= ROUND_OFF):
                system.check_possible(x, "on the way to rest")
                residual = float(np.abs(rate).max())
                told = {"iterations": iteration, "last_step": last[-1], "residual": residual}
                # as good as at x, a step of Newton's further
                return x, {**told, "beside": (totals, used)}
        least = min(length * (20 if move < NEAR else 4 if move < FAR else 1.5), largest)
        longest = min(LEAP * least, largest)
    raise _not_found(system, x, rate, drying, last, iteration)


def _longest_step(
    system: System,
    jacobian: sp.csc_matrix,
    longest: float,
    least: float,
    rate: np.ndarray,
    totals: Totals,
    x: np.ndarray,
) -> tuple[float, np.ndarray | None, float]:
    """Newton's step with the longest step in time, from `longest` down to `least` ms, that leads nowhere far,
    else with `least`: its length in time, the step (None where there is none) and its size."""
    length = longest
    while True:
        step = _step(system, jacobian, length, rate, totals, x)
        move = np.inf if step is None else relative_move(system, x, step)
        if move < FAR or length <= least:
            return length, step, move
        length = max(length / SHORTER, least)


def _not_found(
    system: System, x: np.ndarray, rate: np.ndarray, drying: np.ndarray, last: list[float], iterations: int
) -> ConvergenceError:
    """The error where Newton's steps have led to x and no further. drying: whose closed space the next step
    would have dried up; last: the steps that were Newton's own."""
    cell = system.cell
    if drying.any():
        at = int(np.argmax(drying))
        return ConvergenceError(
            f"{cell.name}: no resting state: on the way to it the closed space outside "
            f"{cell.geometry.name_of(at)} runs dry; expected impermeants outside "
            "that hold some water back, or a larger volume_fraction"
        )
    reached = f"last Newton step {last[-1]:.2g}, wanted {TOLERANCE:g}" if last else "far from rest"
    worst = int(np.argmax(np.abs(rate)))
    states, place = system.states, system.free[worst]
    owner = states.owner[place]
    return ConvergenceError(
        f"{cell.name}: no resting state found in {count(iterations, 'iteration')}: "
        f"{states.kinds[states.kind[place]]} in {cell.geometry.name_of(owner)} still changes by "
        f"{rate[worst]:.3g} per ms at {x[worst]:.6g} ({reached}); there may be no steady state for these "
        "parameters"
    )


def _check_bounded(system: System, x: np.ndarray) -> None:
    """ConvergenceError where a cell swells without end."""
    relative_volume = system.expand(x)[system.at[RELATIVE_VOLUME]]
    if relative_volume.max() > BURST:
        at = int(np.argmax(relative_volume))
        cell = system.cell
        raise ConvergenceError(
            f"{cell.name}: no resting state: {cell.geometry.name_of(at)} swells without end "
            f"(past {BURST:g} times its volume); the outside holds too little that cannot enter "
            f"({cell.bath_impermeant()[0]:.4g} mM of impermeants) to hold water back"
        )


def _step(
    system: System,
    jacobian: sp.csc_matrix,
    step_length: float,
    rate: np.ndarray,
    totals: Totals,
    x: np.ndarray,
) -> np.ndarray | None:
    """Newton's step with a step in time of `step_length` (ms); None where there is none."""
    try:
        keeping = Keeping(system.factors(jacobian, 1 / step_length, 1.0), totals.over_x)
        step = keeping.solve(rate, totals.deficit(x))
    except ArithmeticError:  # the matrix is exactly singular
        return None
    return step if np.isfinite(step).all() else None


def relative_move(system: System, x: np.ndarray, step: np.ndarray) -> float:
    """Size of a step on a scale where 1 is too far: 20 mV (30 % far away), or 60 % of a concentration."""
    scale, unknowns = np.ones(len(x)), system.unknowns
    is_v, is_amount = unknowns.is_v, unknowns.is_amount
    scale[is_v] = np.maximum(20.0, 0.3 * np.abs(x[is_v]))
    least = np.where(unknowns.is_trace, 1e-6, 1e-3)[is_amount]
    scale[is_amount] = 0.6 * np.maximum(np.abs(x[is_amount]), least)
    move = np.abs(step / scale).max()
    if move < 1:  # what follows from the charge must stay positive too, and a closed space must keep water
        y = system.expand(x + step)
        if any((y[system.at[kind]] <= 0).any() for kind in system.follows):
            return np.inf
        if dry(system.cell, system.at, y).any():
            return np.inf
    return float(move)


def settle_gates(cell: Cell) -> tuple[System, np.ndarray]:
    """The cell's system with V and concentrations held, and its free states, (free,): every gate where it
    settles. ConvergenceError where one does not."""
    system = System(cell, hold="membrane")
    return system, find_steady_state(system)[0]
