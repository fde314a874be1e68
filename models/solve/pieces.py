"""What flows in a system, as its Jacobian sees it: along each cell, and between several, one piece each.

A flow a -> b lowers what is in a and raises it in b. Each piece says where in y the states are that it
depends on, which derivatives its formula gives, and what of them arrives where by how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from ..axial.derivatives import by_meeting, derivatives, swelling
from ..axial.electrodiffusion import AxialFlow
from ..axial.joined import JoinedFlow
from ..axial.junctions import JunctionFlow
from ..cell.cell import Cell
from ..physics.ions import AMOUNT, OUTER
from .growth import Growth
from .states import RELATIVE_VOLUME, States, parts_of


class Arrival(NamedTuple):
    """flow: number of a flux or, last, the current; at, factor: positions in y of the two ends and by how
    much they rise, (2, faces) each."""

    flow: int
    at: np.ndarray
    factor: np.ndarray


class Slopes(Protocol):
    """The derivatives of fluxes and current, (fluxes and current, kinds, ends, faces), in a state y."""

    def __call__(self, y: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Piece:
    """Flows between pairs of compartments.

    kinds: states that they depend on; place: where in y these are, (kinds, ends, faces), at the two ends or
    at another place
    ends: compartments between which they flow, (2, faces)
    fluxes: how many there are; slopes: their derivatives; arrivals: where they go
    """

    kinds: Sequence[str]
    place: np.ndarray
    ends: np.ndarray
    fluxes: int
    slopes: Slopes
    arrivals: list[Arrival]
    inside: int = 0  # fluxes that are counted, ions of ways between cells

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the derivatives."""
        return self.fluxes + 1, *self.place.shape

    @property
    def counted(self) -> int:
        """How many numbers that pass are counted."""
        return self.inside * self.ends.shape[1]

    def passing(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of the derivatives, as one vector, those of what is counted: which, its number and the column."""
        faces = np.arange(self.ends.shape[1])
        source, row, column = [], [], []
        for flow in range(self.inside):
            for kind, end in np.ndindex(self.place.shape[:2]):
                source.append(np.ravel_multi_index((flow, kind, end, faces), self.shape))
                row.append(flow * len(faces) + faces)
                column.append(self.place[kind, end])
        none = [np.zeros(0, int)]
        return np.concatenate(source or none), np.concatenate(row or none), np.concatenate(column or none)

    def derivatives(self, y: np.ndarray, growth: Growth) -> np.ndarray:
        """Derivatives of its fluxes and its current, one after the other, by y with q of growth.py in the
        place of V, in state y with V."""
        found = self.slopes(y)
        if growth.power and "v" in self.kinds:
            v, volume = (list(self.kinds).index(kind) for kind in ("v", RELATIVE_VOLUME))
            by_q, by_volume = growth.by_charge(y)
            for end, ends in enumerate(self.ends):
                found[:, volume, end] += found[:, v, end] * by_volume[ends]
                found[:, v, end] *= by_q[ends]
        return found.ravel()

    def entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """For entries of the Jacobian, which of the derivatives, as one vector, goes to which row and column
        of y with which weight."""
        faces = np.arange(self.ends.shape[1])
        source, row, column, weight = [], [], [], []
        for flow, at, factor in self.arrivals if len(faces) else ():
            for kind, end in np.ndindex(self.place.shape[:2]):
                for sign, receiver in ((-1.0, 0), (1.0, 1)):
                    source.append(np.ravel_multi_index((flow, kind, end, faces), self.shape))
                    row.append(at[receiver])
                    column.append(self.place[kind, end])
                    weight.append(sign * factor[receiver])
        none = [np.zeros(0, int)]
        return tuple(np.concatenate(part or none) for part in (source, row, column, weight))  # type: ignore[return-value]


def pieces_of(cell: Cell, states: States) -> list[Piece]:
    """The pieces of what flows in a cell, or in several and between them."""
    if not isinstance(cell.axial, JoinedFlow):
        return _within(cell, states.at, 0)
    found = [piece for part in parts_of(cell) for piece in _within(part.cell, states.of(part), part.first)]
    return found + [_between(cell, states, flow) for flow in cell.axial.between]


def _within(cell: Cell, at: dict[str, np.ndarray], first: int) -> list[Piece]:
    """The pieces of one cell, whose states are at these places."""
    found = [_along(cell, at, first)]
    return [*found, _swelling(cell, at)] if swelling(cell.axial) else found


def _along(cell: Cell, at: dict[str, np.ndarray], first: int) -> Piece:
    """Along one cell, whose states are at these places."""
    axial = cell.axial
    assert isinstance(axial, AxialFlow)
    positions = axial.positions([at])
    here = np.array([axial.a, axial.b])
    arrivals = [
        Arrival(flow, to[here], (factor * np.ones(cell.size))[here])
        for flow, to, factor in _arrivals(cell, at)
    ]
    return Piece(
        axial.kinds,
        positions[:, here],
        here + first,
        len(cell.ions) * (1 + axial.lateral),
        lambda y: derivatives(axial, y[positions]),
        arrivals,
    )


def _swelling(cell: Cell, at: dict[str, np.ndarray]) -> Piece:
    """What an arm that is none of a face's own two, but meets them in a branch point, has on the flow through
    it: as it swells, the others' way to it is wider."""
    axial, by = cell.axial, swelling(cell.axial)
    positions = axial.positions([at])
    face, third, arm = axial.faces.others()
    here = np.array([axial.a[face], axial.b[face]])
    arrivals = [
        Arrival(flow, to[here], (factor * np.ones(cell.size))[here] * arm)
        for flow, to, factor in _arrivals(cell, at)
    ]
    place = np.array([at[name][third] for name, _, _ in by])[:, None]

    def slopes(y: np.ndarray) -> np.ndarray:
        return by_meeting(axial, y[positions])[:, :, None, face]

    kinds = tuple(name for name, _, _ in by)
    return Piece(kinds, place, here, len(cell.ions) * (1 + axial.lateral), slopes, arrivals)


def _arrivals(cell: Cell, at: dict[str, np.ndarray]) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """Of which flow (ions inside, ions outside where lateral, current) how much arrives where: its number,
    the positions in y and by how much these rise, (compartments,)."""
    axial, n = cell.axial, len(cell.ions)
    current = n * (1 + axial.lateral)
    into = [(i, at[AMOUNT[ion]], 1 / cell.volume) for i, ion in enumerate(cell.ions)]
    into.append((current, at["v"], axial.charging))
    if cell.surroundings.followed:
        outer = [(i, at[OUTER[ion]], 1 / cell.outside_volume) for i, ion in enumerate(cell.ions)]
        if axial.lateral:
            into += [(n + i, to, factor) for i, to, factor in outer]
        if axial.returns_by_bath:  # the charge that arrives, outside and inside, goes on to the bath
            charges = [(current, 1.0)]
            charges += [(n + i, axial.ion_charge[i]) for i in range(n) if axial.lateral]
            into += [
                (flow, to, -axial.carried[i] * factor * charge)
                for i, to, factor in outer
                for flow, charge in charges
            ]
    return into


def _between(cell: Cell, states: States, flow: JunctionFlow) -> Piece:
    """Between the cells of several."""
    ends, n = flow.ways.ends, len(flow.ions)
    every = {kind: np.full(cell.size, -1) for kind in states.kinds}
    for kind, at in states.at.items():
        every[kind][states.owner[at]] = at
    place = np.array([every[kind][ends] for kind in flow.kinds])
    arrivals = [
        Arrival(i, every[AMOUNT[ion]][ends], 1 / cell.volume[ends]) for i, ion in enumerate(flow.ions)
    ]
    arrivals.append(Arrival(flow.flows, every["v"][ends], cell.axial.charging[ends]))
    if flow.lateral:
        share = 1 / cell.outside_volume[ends]
        arrivals += [Arrival(n + i, every[OUTER[ion]][ends], share) for i, ion in enumerate(flow.ions)]
        arrivals += _by_bath(cell, every, flow, share)
    return Piece(
        flow.kinds,
        place,
        ends,
        flow.flows,
        lambda y: flow.derivatives(y[place].swapaxes(0, 1)),
        arrivals,
        n,
    )


def _by_bath(
    cell: Cell, every: dict[str, np.ndarray], flow: JunctionFlow, share: np.ndarray
) -> list[Arrival]:
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
        Arrival(number, every[OUTER[ion]][flow.ways.ends], -taken[flow.ways.ends] * share * charge)
        for ion, taken in carried.items()
        if taken.any() and OUTER[ion] in every
        for number, charge in charges
    ]
