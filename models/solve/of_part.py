"""The parts of a system, the cell, its glia or one of several cells: what is so in each, and in all."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..cell.several import SeveralCells
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
        return system.cell.joined([state_of(system, one, y) for one in system.cell.members])
    return concentrations(system.cell, system.at, y)


def state_of(system: "System", cell: Cell, y: np.ndarray) -> dict[str, np.ndarray]:
    """As `System.state`, of a part alone."""
    if cell is system.cell:
        return system.state(y)
    if cell is system.cell.glia:
        return glia_concentrations(system.cell, system.at, y)
    return concentrations(cell, at_of(system, cell), y)


def stretch_of(
    system: "System", t: np.ndarray, states: np.ndarray, entered: np.ndarray, pump: bool
) -> Stretch:
    """What is kept of a stretch, without flows and counts. t: times (ms); states: y there, (times, states);
    entered: (times and the end, counted); pump: whether to keep the pumps' net current."""
    gating = {plain(kind) for kind in system.states.gates}
    parts, done = [], 0
    for part in system.parts:
        at = {kind: at for kind, at in system.states.of(part).items() if kind in gating}
        gates = {kind: columns(states, places) for kind, places in at.items()}
        own, done = entered[:, done : done + len(part.cell.ions)], done + len(part.cell.ions)
        net = np.array([pumped(system, y, part.cell).net for y in states]) if pump else None
        net = None if net is None else net.reshape(len(states), part.cell.size)
        none = entered[:, :0], np.zeros((len(t), 0))
        state = state_of(system, part.cell, states)
        parts.append(Stretch(t, state, gates, own, *none, net, (0, 0, 0), [], entered[:, :0]))
    tallied = entered.shape[1] - system.tally.rows
    if len(system.cell.members) == 1:
        whole, others = parts[0], parts[1:]
    else:
        whole, others = _together(system, states, parts), parts
    passed = 1e-3 * entered[:, done:tallied]  # fmol of mM um3, 1e-18 mol
    return replace(whole, moved=entered[:, tallied:], others=others, passed=passed)


def _together(system: "System", states: np.ndarray, parts: list[Stretch]) -> Stretch:
    """The stretch of all of several cells, whose amounts are per the volume of all."""
    cell = system.cell
    entered = np.zeros((len(parts[0].entered), len(cell.ions)))
    for one, part in zip(cell.members, parts, strict=True):
        ions = [cell.ions.index(ion) for ion in one.ions]
        entered[:, ions] += part.entered * one.volume.sum() / cell.volume.sum()
    gates = {kind: columns(states, system.at[kind]) for kind in system.states.gates}
    pumps = [part.pump for part in parts if part.pump is not None]
    state = whole_state(system, states)
    return replace(
        parts[0], state=state, gates=gates, entered=entered, pump=np.hstack(pumps) if pumps else None
    )
