"""What a small change of a number does to a steady state: at once, after a time, and for ever.

Beside a steady state a change dp of a number that stays changed drives d' = J d + f dp from d(0) = d0 dp, f
the derivative of the rates by that number and d0 that of the amounts by which a space is filled. In the end
J d = -f (the implicit function theorem), and conserved totals are those of d0. After a time t

    d(t) = 1/(2 pi i) integral e^(s t) (s I - J)^-1 (f/s + d0) ds

on a contour around what the inverse has on and beside the negative axis: a dozen solutions with complex
factors on the tree are good to eleven digits, as many for a second as for an hour.

Weideman JAC, Trefethen LN (2007) Math Comp 76:1341-1356, doi:10.1090/S0025-5718-07-01945-X; the contour is
that of Trefethen LN, Weideman JAC, Schmelzer T (2006) BIT 46:653-670, doi:10.1007/s10543-006-0077-9.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..cell.dial import Dial
from .conserved import Totals
from .equations import System
from .linear import Linear, linear

NODES = 24  # of a contour, half of which are the others' conjugates
STEP = 3e-5  # of a number, relative, to both sides
REFINED = 4  # times a solution beside conserved totals is improved
REACH = 1.0  # imaginary part of an eigenvalue times a step of time: a contour is as good as that up to there
GONE = 30.0  # real part of one times a time, from which nothing of it is left


@dataclass(frozen=True)
class Pushes:
    """What small changes of numbers do at once, one column each, per unit of the number's relative change.

    rates: to the rates of the free states (per ms), (free, numbers)
    first: to the free states themselves, (free, numbers)
    states: to all states where the free ones stay, (states, numbers)
    """

    rates: np.ndarray
    first: np.ndarray
    states: np.ndarray


def pushes(
    system: System,
    x: np.ndarray,
    dials: list[Dial],
    scale: list[float],
    report: Callable[[int], None] | None = None,
) -> Pushes:
    """What turning each dial does at the steady state x, (free,), from which the cell starts.

    scale: by what each is turned where its relative change is 1; a dial's own value, or its temperature (K).
    report: called with how many are done. Raises InputError where one cannot be turned alone.
    """
    amounts = system.unknowns.is_amount
    found: list[list[np.ndarray]] = [[], [], []]
    for done, (dial, size) in enumerate(zip(dials, scale, strict=True)):
        if report:
            report(done)
        values, weights = dial.around(dial.first, STEP * size)
        at = [_turned(system, x, dial, value) for value in values]
        dial.put(dial.first)
        for column, columns in zip(found, zip(*at, strict=True), strict=True):
            column.append(size * sum(weight * one for weight, one in zip(weights, columns, strict=True)))
        found[1][-1][~amounts] = 0.0  # V and gates go on as they were
    system.renew()
    return Pushes(*(np.column_stack(column) for column in found))


def _turned(system: System, x: np.ndarray, dial: Dial, value: float) -> tuple[np.ndarray, ...]:
    """Rates at x, the free states from which the cell starts, and all states at x, at another value."""
    dial.turn(value)
    system.turned(dial.strength)
    return system.rates(x), system.pack(system.start), system.expand(x)


def beside_closely(system: System, x: np.ndarray, totals: Totals | None = None) -> Linear:
    """The equations beside the free states x, (free,), with a Jacobian of fourth order in its steps. totals:
    `Totals(system, x)`, where known."""
    y, made = system.expand(x), system.derivatives()
    close, wide = (made.slopes(system.charging_rates, y, wider) for wider in (1.0, 2.0))
    return linear(system, x, totals, made.at((4 * close - wide) / 3, made.flowing(y)))


def for_ever(beside: Linear, pushed: Pushes) -> np.ndarray:
    """The free states' change in the end, (free, numbers)."""
    keeping, totals = beside.shifted(beside.at_zero), beside.kept @ pushed.first
    found = keeping.solve(pushed.rates, totals)
    if beside.at_zero:  # the shift is not quite 0
        for _ in range(REFINED):
            found = found + keeping.solve(pushed.rates + beside.jacobian @ found)
    return found


def after(beside: Linear, pushed: Pushes, t: float, oscillating: np.ndarray | None = None) -> np.ndarray:
    """The free states' change after a time t (ms), (free, numbers).

    oscillating: eigenvalues (1/ms) with an imaginary part, as far as there are any; what they leave swinging
    at t takes shorter steps.
    """
    swings = np.zeros(0) if oscillating is None else np.abs(oscillating[-oscillating.real * t < GONE].imag)
    steps = max(1, int(np.ceil(swings.max(initial=0.0) * t / REACH)))
    nodes, weights = _contour(t / steps)
    solvers = [beside.shifted(complex(s)) for s in nodes]
    found = pushed.first
    for _ in range(steps):
        totals = beside.kept @ found
        parts = (
            weight * solver.solve(pushed.rates / s + found, totals / s)
            for s, weight, solver in zip(nodes, weights, solvers, strict=True)
        )
        found = 2 * np.sum([part.real for part in parts], axis=0)
    return found


def _contour(t: float) -> tuple[np.ndarray, np.ndarray]:
    """Points s (1/ms) above the real axis and their weights, e^(s t) and the formula's, for a time t (ms)."""
    theta = np.pi * np.arange(1, NODES, 2) / NODES
    a, b, c, d = 0.5017, 0.6407, 0.6122, 0.2645
    z = NODES * (a * theta / np.tan(b * theta) - c + d * 1j * theta)
    slope = NODES * (a / np.tan(b * theta) - a * b * theta / np.sin(b * theta) ** 2 + d * 1j)
    return z / t, np.exp(z) * slope / (1j * NODES * t)
