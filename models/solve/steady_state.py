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

import numpy as np

from ..errors import ConvergenceError, NoRestError
from ..physics.ions import AMOUNT, OUTER, VALENCE
from ..simulator.runtime import undisturbed
from ..words import duration
from .firing import Way, approach, leaves
from .spikes import HOUR, Watch
from .system import SWELLING, System

# The last Newton step, mV or mM; the rest is promised to 1e-6.
TOLERANCE = 1e-9
# V has a last digit of 1.4e-14 mV, and through the conductance between thick, short compartments that is a
# current. Where the membrane leaks very little, Newton's steps wander at that level and shrink no more: after
# PATIENCE of them the state is taken if none was larger than this.
ROUND_OFF = 1e-7
PATIENCE = 5
LARGEST_STEP = 1e14  # ms; 1/step is then below every rate in the cell
MAX_ITERATIONS = 300
SEVERAL = 5  # steady states that a cell may leave on its way to one where it stays
BURST = 1e3  # relative volume beyond which a cell counts as swelling without end


class _Totals:
    """Conserved totals: rows of weights over y (and so over x), with the values they must keep."""

    def __init__(self, system: System, x: np.ndarray):
        rows = _conserved(system, x)
        self.count = len(rows)
        if not self.count:
            return
        self._over_y = np.array(rows)
        self._wanted = self._over_y @ system.start
        self._system = system
        self.over_x = self._over_y @ system.lift
        self.over_x /= np.linalg.norm(self.over_x, axis=1, keepdims=True)
        self._norm = np.linalg.norm(self._over_y @ system.lift, axis=1)

    def deficit(self, x: np.ndarray) -> np.ndarray:
        return (self._wanted - self._over_y @ self._system.expand(x)) / self._norm


def _conserved(system: System, x: np.ndarray) -> list[np.ndarray]:
    """Weights over y of what no equation changes, linearly independent; one or more per connected cell."""
    rows, independent = [], []
    if not system.is_amount.any():
        return rows
    membrane = system.membrane_jacobian(system.expand(x))
    for candidate in _candidates(system):
        kept = np.abs(membrane.T @ candidate).max() <= 1e-7 * (abs(membrane).T @ np.abs(candidate)).max()
        over_x = candidate @ system.lift
        over_x = over_x / max(np.linalg.norm(over_x), 1e-300)
        for other in independent:
            over_x = over_x - (over_x @ other) * other
        size = np.linalg.norm(over_x)
        if kept and size > 1e-8:
            rows.append(candidate)
            independent.append(over_x / size)
    return rows


def _candidates(system: System):
    """What may be conserved: each ion of each connected cell with its closed space, and the charge."""
    cell = system.cell
    for component in range(cell.components.max() + 1):
        inside = np.flatnonzero(cell.components == component)
        for ion in cell.ions:
            row = np.zeros(system.size)
            row[system.at[AMOUNT[ion]][inside]] = cell.volume[inside]
            if cell.space == "closed":
                row[system.at[OUTER[ion]][inside]] = cell.outside_volume[inside]
            yield row
        charge = np.zeros(system.size)
        for ion in cell.ions:
            charge[system.at[AMOUNT[ion]][inside]] = VALENCE[ion] * cell.volume[inside]
        charge[system.at["v"][inside]] = -cell.charge_per_mv[inside] * cell.volume[inside]
        yield charge


def _solve(factors, rate, totals: _Totals, x) -> np.ndarray:
    """Newton step; with conserved totals, the step that also keeps them (block elimination)."""
    step = factors.solve(rate)
    if totals.count:
        weights = totals.over_x
        columns = factors.solve(np.ascontiguousarray(weights.T))
        missing = totals.deficit(x) - weights @ step
        step = step + columns @ np.linalg.solve(weights @ columns, missing)
    return step


@undisturbed()
def find_steady_state(
    system: System, progress=None, max_spikes: int | None = None
) -> tuple[np.ndarray, dict]:
    """The steady state x of a system and how it was reached: iterations, evaluations, last step, residual;
    spikes on the way and the ms that they took; unstable: V (mV) of the steady states that it has left.

    progress: called with the iteration's number and words on the way there; max_spikes: after which a cell is
    given up that is still on its way. Raises ConvergenceError with the best that was reached; never returns a
    state that is not at rest.
    """
    x = system.start[system.free]
    way, unstable = Way(x, True, 0.0, 0), []
    if not len(x):
        return x, _found(system, way, unstable, iterations=0, last_step=0.0, residual=0.0)
    totals, watch = _Totals(system, x), Watch(system.cell.name, max_spikes, progress)
    if not ((system.cell.channels or system.cell.points) and system.is_v.any()):
        try:
            x, last = _newton(system, x, totals, progress)
        except ConvergenceError:
            if not system.is_v.any():
                raise
            way = _followed(system, x, watch)
            x, last = _newton(system, way.x, totals, progress)
        return x, _found(system, way, unstable, **last)
    for _ in range(SEVERAL):  # there may be several: the one that the cell goes to
        way = _followed(system, x, watch)
        x, last = _from_several(system, [way.x, system.start[system.free]], totals, progress)
        away = leaves(system, x)
        if away is None:
            return x, _found(system, way, unstable, **last)
        unstable.append(_mean_v(system, x))
        x = away
    raise ConvergenceError(
        f"{system.cell.name}: no resting state found: the cell leaves each of the {SEVERAL} steady states "
        f"that it comes by, at {', '.join(f'{v:.4g}' for v in unstable)} mV"
    )


def _found(system: System, way: Way, unstable, **last) -> dict:
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


def _from_several(system: System, starts, totals: _Totals, progress) -> tuple[np.ndarray, dict]:
    """The steady state from the first of these starts that leads to one; else the first's error."""
    error = None
    for x in starts:
        try:
            return _newton(system, x, totals, progress)
        except ConvergenceError as failed:
            error = error or failed
    raise error


def _newton(system: System, x: np.ndarray, totals: _Totals, progress=None) -> tuple[np.ndarray, dict]:
    """The steady state by pseudo-transient continuation from x."""
    # a cell whose total must be kept cannot take the infinite step: its matrix is singular there
    largest = 1e10 if totals.count else LARGEST_STEP
    rate, step_length, last = system.rates(x), 1.0, []
    drying = np.zeros(system.cell.size, bool)
    jacobian = None
    for iteration in range(1, MAX_ITERATIONS + 1):
        if progress:
            progress(iteration, "")
        if jacobian is None:
            jacobian = system.jacobian(x)
        step = _step(system, jacobian, step_length, rate, totals, x)
        move = _relative_move(system, x, step) if step is not None else np.inf
        if not move < 1:
            if step is not None:
                drying = system.dry(system.expand(x + step))
            step_length /= 8
            if step_length < 1e-9:
                break
            continue
        x = x + step
        rate = system.rates(x)
        jacobian = None
        _check_bounded(system, x)
        if step_length >= largest:
            last = [*last, np.abs(step).max()][-PATIENCE:]
            if last[-1] <= TOLERANCE or (len(last) == PATIENCE and max(last) <= ROUND_OFF):
                system.check_possible(x, "on the way to rest")
                return x, {
                    "iterations": iteration,
                    "last_step": float(last[-1]),
                    "residual": float(np.abs(rate).max()),
                }
        step_length = min(step_length * (20 if move < 0.2 else 4 if move < 0.5 else 1.5), largest)
    if drying.any():
        at = int(np.argmax(drying))
        raise ConvergenceError(
            f"{system.cell.name}: no resting state: on the way to it the closed space outside "
            f"{system.cell.section_name[at]}({system.cell.x[at]:.3g}) runs dry; expected impermeants outside "
            "that hold some water back, or a larger volume_fraction"
        )
    reached = f"last Newton step {last[-1]:.2g}, wanted {TOLERANCE:g}" if last else "far from rest"
    worst = int(np.argmax(np.abs(rate)))
    owner = system.owner[system.free[worst]]
    kind = system.kinds[system.kind[system.free[worst]]]
    raise ConvergenceError(
        f"{system.cell.name}: no resting state found in {iteration} iterations: {kind} in "
        f"{system.cell.section_name[owner]}({system.cell.x[owner]:.3g}) still changes by {rate[worst]:.3g} "
        f"per ms at {x[worst]:.6g} ({reached}); there may be no steady state for these parameters"
    )


def _check_bounded(system: System, x: np.ndarray) -> None:
    """ConvergenceError where a cell swells without end."""
    swelling = system.expand(x)[system.at[SWELLING]]
    if swelling.max() > BURST:
        at = int(np.argmax(swelling))
        cell = system.cell
        raise ConvergenceError(
            f"{cell.name}: no resting state: {cell.section_name[at]}({cell.x[at]:.3g}) swells without end "
            f"(past {BURST:g} times its volume); the outside holds too little that cannot enter "
            f"({cell.bath_impermeant()[0]:.4g} mM of impermeants) to hold water back"
        )


def _step(system: System, jacobian, step_length, rate, totals, x):
    try:
        step = _solve(system.factors(jacobian, 1 / step_length, 1.0), rate, totals, x)
    except ArithmeticError:  # the matrix is exactly singular
        return None
    return step if np.isfinite(step).all() else None


def _relative_move(system: System, x, step) -> float:
    """Size of a step on a scale where 1 is too far: 20 mV (30 % far away), or 60 % of a concentration."""
    scale = np.ones(len(x))
    scale[system.is_v] = np.maximum(20.0, 0.3 * np.abs(x[system.is_v]))
    least = np.where(system.is_calcium, 1e-6, 1e-3)[system.is_amount]
    scale[system.is_amount] = 0.6 * np.maximum(np.abs(x[system.is_amount]), least)
    move = np.abs(step / scale).max()
    if move < 1:  # what follows from the charge must stay positive too, and a closed space must keep water
        y = system.expand(x + step)
        if any((y[system.at[kind]] <= 0).any() for kind in system.follows) or system.dry(y).any():
            return np.inf
    return float(move)


def settle_gates(cell) -> tuple[System, np.ndarray]:
    """The cell's system with V and concentrations held and every gate at its steady state."""
    system = System(cell, hold="membrane")
    return system, find_steady_state(system)[0]
