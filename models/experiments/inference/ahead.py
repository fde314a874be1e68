"""How a rest, and V at once after a change, moves with every number, by the implicit function theorem."""

from collections.abc import Callable, Sequence

import numpy as np

from ...cell.cell import Cell
from ...cell.changes import strengths
from ...cell.dial import IMPERMEANT, Dial, dial_of
from ...parameters.settings import SETTINGS
from ...solve.conserved import Totals
from ...solve.equations import System
from ...solve.linear import departures
from ...solve.sensitivity import STEP, Pushes, beside_closely, for_ever, pushes
from .situations import Situation
from .sought import Sought

Ahead = tuple[np.ndarray, np.ndarray]  # of the free states, (free, numbers), and of all, (states, numbers)


def dials_within(cell: Cell, sought: Sequence[Sought], situation: Situation) -> list[Dial | None]:
    """Dials of the numbers in a situation; None where one makes no difference there: the situation sets it,
    or its process stands still."""
    settings, strong = dict(situation.settings), strengths(cell)

    def of(name: str) -> Dial | None:
        stands = name not in SETTINGS and name != IMPERMEANT and name not in strong
        return None if name in settings or stands else dial_of(cell, name)

    return [of(one.name) for one in sought]


def turn(system: System, dial: Dial | None, share: float) -> None:
    """Turn a dial by a small share of where it was when it was made, and let a system know."""
    if dial is not None:
        dial.put(dial.first * (1 + share))
        system.turned(dial.strength)


def ahead(system: System, x: np.ndarray, dials: list[Dial | None], totals: Totals | None) -> Ahead:
    """The derivatives of the rest x, (free,), by the numbers' logarithms. totals: of the system."""
    columns = [i for i, dial in enumerate(dials) if dial is not None]
    free, states = np.zeros((len(x), len(dials))), np.zeros((system.states.size, len(dials)))
    if columns:
        turned = [dial for dial in dials if dial is not None]
        pushed = pushes(system, x, turned, [dial.first for dial in turned])
        free[:, columns] = for_ever(beside_closely(system, x, totals), pushed)
        states[:, columns] = departures(system, x) @ free[:, columns] + pushed.states
    return free, states


def ahead_held(
    system: System,
    x: np.ndarray,
    dials: list[Dial | None],
    start: Callable[[float, int], np.ndarray],
    totals: Totals | None,
) -> Ahead:
    """Likewise of a state x in which concentrations are held that move with the numbers themselves.

    start: what is held, (states,), when a number, by its place, is changed by a share.
    """
    rates, states = [], []
    for j, dial in enumerate(dials):
        found = []
        for sign in (STEP, -STEP):
            turn(system, dial, sign)
            system.restart(start(sign, j))
            found.append((system.rates(x), system.expand(x)))
        turn(system, dial, 0.0)
        rates.append((found[0][0] - found[1][0]) / (2 * STEP))
        states.append((found[0][1] - found[1][1]) / (2 * STEP))
    system.restart(start(0.0, 0))
    pushed = Pushes(np.column_stack(rates), np.zeros((len(x), len(dials))), np.column_stack(states))
    free = for_ever(beside_closely(system, x, totals), pushed)
    return free, departures(system, x) @ free + pushed.states
