"""The ways between the cells of one system: gap junctions inside, and openings between the spaces outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..axial.junctions import JunctionFlow, Ways
from ..errors import InputError
from ..physics.temperature import mobility
from ..physics.theory import thermal_voltage
from .conditions import Conditions
from .joining import Cells, firsts


@dataclass(frozen=True, eq=False)
class Joint:
    """A gap junction.

    name: "a.soma(0.5) to b.soma(0.5)"
    a, b: its compartments in the whole system
    conductance: as said, nS
    permeability: of each ion that both cells have (um3/ms)
    """

    name: str
    a: int
    b: int
    conductance: float
    permeability: Mapping[str, float]


@dataclass(frozen=True)
class _Way:
    """name; a, b: compartments; strength (um3/ms): of the most permeable ion, 0 of an opening outside
    alone."""

    name: str
    a: int
    b: int
    strength: float


class Openings:
    """Finds the ways between cells.

    name: of the system; positions: of cells by name (um)
    """

    def __init__(self, name: str, cells: Cells, positions: Mapping[str, np.ndarray]) -> None:
        self._name, self._cells, self._positions = name, cells, positions
        self._labels, self._first = list(cells), firsts(cells)
        leader = cells[self._labels[0]]
        self._osmotic, self._returns = leader.osmotic, leader.surroundings.returns_current
        # ions move between the spaces of cells as they do between those along each
        self._lateral = leader.surroundings.followed and all(one.axial.lateral for one in cells.values())

    def of(self, joints: Sequence[Joint]) -> list[JunctionFlow]:
        """What passes junctions and openings, those with the same ions in the same ratios together.

        InputError where spaces outside are open to each other and cells have no positions.
        """
        groups: dict[tuple[tuple[str, float], ...], list[_Way]] = {}
        for joint in joints:
            most = max(joint.permeability.values(), default=0.0) or 1.0
            ratios = tuple((ion, own / most) for ion, own in joint.permeability.items())
            strength = most if joint.conductance > 0 else 0.0
            if strength or self._lateral:
                groups.setdefault(ratios, []).append(_Way(joint.name, joint.a, joint.b, strength))
        joined = {frozenset((self.label_at(joint.a), self.label_at(joint.b))) for joint in joints}
        for one, other in combinations(self._labels, 2) if self._lateral else ():
            if frozenset((one, other)) not in joined:
                ions = [ion for ion in self._cells[one].ions if ion in self._cells[other].ions]
                way = _Way(f"{one} to {other}", self._middle(one), self._middle(other), 0.0)
                groups.setdefault(tuple((ion, 1.0) for ion in ions), []).append(way)
        made = [self._ways(dict(ratios), ways) for ratios, ways in groups.items()]
        return [JunctionFlow(ways, self._osmotic, self._lateral, self._returns) for ways in made]

    def label_at(self, compartment: int) -> str:
        """The name of the cell that a compartment belongs to."""
        return self._labels[int(np.searchsorted(self._first, compartment, side="right")) - 1]

    def _middle(self, label: str) -> int:
        """The compartment that a cell's position is of: at its soma's centre or its root's beginning."""
        first = int(self._first[self._labels.index(label)])
        return first + int(np.argmin(self._cells[label].geometry.distance))

    def _ways(self, ratios: dict[str, float], ways: list[_Way]) -> Ways:
        ends = np.array([[way.a for way in ways], [way.b for way in ways]])
        own = [[self._cells[self.label_at(at)].buffer for at in side] for side in ends]
        return Ways(
            names=[way.name for way in ways],
            ions=tuple(ratios),
            ratios=np.array(list(ratios.values())),
            ends=ends,
            strength=np.array([way.strength for way in ways]),
            buffer=np.array([[buffer.sites for buffer in side] for side in own]),
            kd=np.array([[buffer.kd for buffer in side] for side in own]),
            outer=np.array([self._opening(way) if self._lateral else 0.0 for way in ways]),
        )

    def _opening(self, way: _Way) -> float:
        """Diffusive conductance (um) between the spaces outside two compartments: that of a way as long as
        their cells are apart, which holds as much as one of both spaces on average."""
        one, other = self.label_at(way.a), self.label_at(way.b)
        for label in (one, other):
            if label not in self._positions:
                raise InputError(
                    f"{self._name}: {label} has no position; ions diffuse from the space outside one cell to "
                    "that outside another over the distance between them"
                )
        apart = float(np.linalg.norm(self._positions[one] - self._positions[other]))
        if apart == 0:
            raise InputError(f"{self._name}: {one} and {other} have the same position; expected a distance")
        volumes = [
            self._cells[label].outside_volume[at - self._first[self._labels.index(label)]]
            for label, at in ((one, way.a), (other, way.b))
        ]
        return float(0.5 * sum(volumes) / apart**2)

    def configure(self, flows: Sequence[JunctionFlow], conditions: Conditions) -> None:
        """Take over the cells' conditions as they are now; `conditions`: what all share of them."""
        thinner = float(mobility(conditions.celsius, conditions.reference))
        for flow in flows:
            cells = [[self._cells[self.label_at(at)] for at in side] for side in flow.ways.ends]
            ratio = np.array([[one.water_ratio for one in side] for side in cells])
            every = [one for side in cells for one in side]
            outside = [
                np.mean([one.axial.diffusion_out[one.ions.index(ion), 0] for one in every])
                for ion in flow.ions
            ]
            flow.configure(float(thermal_voltage(conditions.celsius)), thinner, ratio, np.array(outside))


def connected(components: np.ndarray, flows: Sequence[JunctionFlow]) -> tuple[np.ndarray, np.ndarray]:
    """Which connected cell and which connected space each compartment belongs to, 0, 1, ..., (compartments,)
    each. components: by sections alone."""
    inside, outside = components.copy(), components.copy()
    for flow in flows:
        for (a, b), strength in zip(flow.ways.ends.T, flow.ways.strength, strict=True):
            if strength > 0:
                inside[inside == inside[b]] = inside[a]
            outside[outside == outside[b]] = outside[a]
    return np.unique(inside, return_inverse=True)[1], np.unique(outside, return_inverse=True)[1]
