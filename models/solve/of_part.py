"""The parts of a system, the cell, its glia or one of several cells: what is so in each, and in all."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..cell.several import SeveralCells
from ..physics.ions import AMOUNT
from .course import Stretch
from .meaning import columns, concentrations, glia_concentrations
from .states import plain

if TYPE_CHECKING:
    from .equations import System


def at_of(system: "System", cell: Cell) -> dict[str, np.ndarray]:
    """Positions in y of the states of a part by kind."""
    if cell is system.cell:
        return system.at
    return next(system.states.of(part) for part in system.parts if part.cell is cell)


def by_cell(system: "System") -> list[dict[str, np.ndarray]]:
    """The same of each cell, its glia's among them."""
    several = isinstance(system.cell, SeveralCells)
    return [system.states.of(part) for part in system.parts] if several else [system.at]


def whole_state(system: "System", y: np.ndarray) -> dict[str, np.ndarray]:
    """See `System.state`."""
    if isinstance(system.cell, SeveralCells):
        return system.cell.joined([part_state(system, one, y) for one in system.cell.members])
    return concentrations(system.cell, system.at, y)


def part_state(system: "System", cell: Cell, y: np.ndarray) -> dict[str, np.ndarray]:
    """As `System.state`, of a part alone."""
    if cell is system.cell:
        return system.state(y)
    if cell is system.cell.glia:
        return glia_concentrations(system.cell, system.at, y)
    return concentrations(cell, at_of(system, cell), y)


def seen_of(system: "System", t: np.ndarray, states: np.ndarray, pump: bool) -> Stretch:
    """The states y at times t (ms), (times, states), as a stretch tells of them, with no word on what entered
    or flows. pump: whether to tell the pumps' net current."""
    # beside gates what there is of Ca2+, which the free concentration says of one buffer only
    gating = {plain(kind) for kind in system.states.gates} | {AMOUNT["ca"]}
    none = np.zeros((len(t) + 1, 0)), np.zeros((len(t) + 1, 0)), np.zeros((len(t), 0))
    parts = []
    for part in system.parts:
        at = {kind: at for kind, at in system.states.of(part).items() if kind in gating}
        gates = {kind: columns(states, places) for kind, places in at.items()}
        net = np.array([pumped(system, y, part.cell).net for y in states]) if pump else None
        net = None if net is None else net.reshape(len(states), part.cell.size)
        state = part_state(system, part.cell, states)
        parts.append(Stretch(t, state, gates, *none, net, (0, 0, 0), [], none[0]))
    if len(system.cell.members) == 1:
        return replace(parts[0], others=parts[1:])
    gates = {kind: columns(states, system.at[kind]) for kind in system.states.gates}
    pumps = [part.pump for part in parts if part.pump is not None]
    current = np.hstack(pumps) if pumps else None
    return Stretch(t, whole_state(system, states), gates, *none, current, (0, 0, 0), parts, none[0])


def with_entered(
    system: "System", seen: Stretch, entered: np.ndarray, counts: tuple[int, int, int]
) -> Stretch:
    """A stretch with what entered until its times and its end, (times and the end, counted), and how often
    equations were evaluated and the like."""
    parts, done = [], 0
    for part in system.parts:
        parts.append(entered[:, done : done + len(part.cell.ions)])
        done += len(part.cell.ions)
    tallied = entered.shape[1] - system.tally.rows
    several = len(system.cell.members) > 1
    own = _of_all(system, parts) if several else parts[0]
    others = [
        replace(other, entered=part, counts=counts)
        for other, part in zip(seen.others, parts if several else parts[1:], strict=True)
    ]
    passed = 1e-3 * entered[:, done:tallied]  # fmol of mM um3, 1e-18 mol
    moved = entered[:, tallied:]
    return replace(seen, entered=own, moved=moved, others=others, passed=passed, counts=counts)


def _of_all(system: "System", parts: list[np.ndarray]) -> np.ndarray:
    """What entered several cells, per the volume of all, from what entered each, per its own."""
    cell = system.cell
    found = np.zeros((len(parts[0]), len(cell.ions)))
    for one, entered in zip(cell.members, parts, strict=True):
        ions = [cell.ions.index(ion) for ion in one.ions]
        found[:, ions] += entered * one.volume.sum() / cell.volume.sum()
    return found
