"""What flows in a system, as its Jacobian sees it: along each cell, and between several, one piece each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..axial.derivatives import swelling
from ..axial.electrodiffusion import AxialFlow
from ..axial.joined import JoinedFlow
from ..axial.junctions import JunctionFlow
from ..cell.cell import Cell
from ..physics.ions import AMOUNT, OUTER
from .axial_entries import arrivals, axial_entries, axial_slopes
from .growth import Growth
from .states import States, parts_of

Entries = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
NOTHING = (np.zeros(0, int),) * 3


@dataclass(frozen=True, eq=False)
class Piece:
    """size: how many derivatives it has; entries: of the Jacobian, which of these goes to which row and
    column of y with which weight; slopes: all of them in a state y, with q of growth.py in the place of V;
    made_for: what the entries depend on; counted: how many of its fluxes are counted, and `passing` for their
    derivatives which of these, its number and the column."""

    size: int
    entries: Entries
    slopes: Callable[[np.ndarray, Growth], np.ndarray]
    made_for: list[np.ndarray]
    counted: int = 0
    passing: tuple[np.ndarray, np.ndarray, np.ndarray] = NOTHING


def pieces_of(cell: Cell, states: States) -> list[Piece]:
    """The pieces of what flows in a cell, or in several and between them."""
    if not isinstance(cell.axial, JoinedFlow):
        return [_along(cell, states, states.at, 0)]
    found = [_along(part.cell, states, states.of(part), part.first) for part in parts_of(cell)]
    return found + [_between(cell, states, flow) for flow in cell.axial.between]


def made_for(cell: Cell, states: States) -> list[np.ndarray]:
    """What the entries of all pieces depend on: of one cell it is found without them."""
    if not isinstance(cell.axial, JoinedFlow):
        return _along_for(cell, states, states.at)
    return [part for piece in pieces_of(cell, states) for part in piece.made_for]


def _along(cell: Cell, states: States, at: dict[str, np.ndarray], first: int) -> Piece:
    """Along one cell, whose states are at these places."""
    axial = cell.axial
    assert isinstance(axial, AxialFlow)
    positions, (size, entries) = axial.positions([at]), axial_entries(cell, at)

    def slopes(y: np.ndarray, growth: Growth) -> np.ndarray:
        return axial_slopes(axial, y[positions], growth, y, first)

    return Piece(size, entries, slopes, _along_for(cell, states, at))


def _along_for(cell: Cell, states: States, at: dict[str, np.ndarray]) -> list[np.ndarray]:
    """What the entries of the flow along one cell depend on."""
    swell = np.array([states.kinds.index(kind) for kind, *_ in swelling(cell.axial)])
    return [swell, *(part for _, *both in arrivals(cell, at) for part in both)]


class _Arrival(NamedTuple):
    """flow: number of a flux or, last, the current; at, factor: positions in y of the two ends and by how
    much they rise, (2, ways) each."""

    flow: int
    at: np.ndarray
    factor: np.ndarray


def _between(cell: Cell, states: States, flow: JunctionFlow) -> Piece:
    """Between the cells of several. A flow a -> b lowers what is in a and raises it in b."""
    ends, ways = flow.ways.ends, np.arange(len(flow.ways.names))
    every = {kind: np.full(cell.size, -1) for kind in states.kinds}
    for kind, at in states.at.items():
        every[kind][states.owner[at]] = at
    place = np.array([every[kind][ends] for kind in flow.kinds])
    shape = (flow.flows + 1, len(flow.kinds), 2, len(ways))
    coming, parts = _coming(cell, every, flow), []
    for number, to, factor in coming:
        for kind, end in np.ndindex(len(flow.kinds), 2):
            source = np.ravel_multi_index((number, kind, end, ways), shape)
            for sign, receiver in ((-1.0, 0), (1.0, 1)):
                parts.append((source, to[receiver], place[kind, end], sign * factor[receiver]))
    passing = [
        (np.ravel_multi_index((i, kind, end, ways), shape), i * len(ways) + ways, place[kind, end])
        for i, kind, end in np.ndindex(len(flow.ions), len(flow.kinds), 2)
    ]
    source, row, column, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    which, number_of, column_of = (np.concatenate(part) for part in zip(*passing, strict=True))
    made_for = [part for _, *both in coming for part in both]

    def slopes(y: np.ndarray, growth: Growth) -> np.ndarray:
        found = flow.derivatives(y[place].swapaxes(0, 1))
        growth.at_ends(found, flow.kinds, ends, y)
        return found.ravel()

    counted = len(flow.ions) * len(ways)
    return Piece(
        int(np.prod(shape)),
        (source, row, column, weight),
        slopes,
        made_for,
        counted,
        (which, number_of, column_of),
    )


def _coming(cell: Cell, every: dict[str, np.ndarray], flow: JunctionFlow) -> list[_Arrival]:
    """What of the flows between cells arrives where. every: by kind, where in y each compartment has it."""
    ends, n = flow.ways.ends, len(flow.ions)
    found = [_Arrival(i, every[AMOUNT[ion]][ends], 1 / cell.volume[ends]) for i, ion in enumerate(flow.ions)]
    found.append(_Arrival(flow.flows, every["v"][ends], cell.axial.charging[ends]))
    if flow.lateral:
        share = 1 / cell.outside_volume[ends]
        found += [_Arrival(n + i, every[OUTER[ion]][ends], share) for i, ion in enumerate(flow.ions)]
        found += _by_bath(cell, every, flow, share)
    return found


def _by_bath(
    cell: Cell, every: dict[str, np.ndarray], flow: JunctionFlow, share: np.ndarray
) -> list[_Arrival]:
    """What of a charge that arrives between cells goes on to the bath of a shell."""
    carried: dict[str, np.ndarray] = {ion: np.zeros(cell.size) for ion in cell.ions}
    for part in parts_of(cell):
        axial, own = part.cell.axial, slice(part.first, part.first + part.cell.size)
        if axial.returns_by_bath:
            for i, ion in enumerate(part.cell.ions):
                carried[ion][own] = axial.carried[i]
    charges = [(flow.flows, 1.0)]
    charges += [(len(flow.ions) + i, charge) for i, charge in enumerate(flow.ion_charge)]
    return [
        _Arrival(number, every[OUTER[ion]][flow.ways.ends], -taken[flow.ways.ends] * share * charge)
        for ion, taken in carried.items()
        if taken.any() and OUTER[ion] in every
        for number, charge in charges
    ]
