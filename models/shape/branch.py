"""The unbranched pieces that every shape is made of, as plain data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MOST_POINTS = 32767  # of one section; NEURON counts them in 16 bits and dies of one more


@dataclass
class Branch:
    """An unbranched piece of cell. Plain data.

    region: "soma", "dend", ...
    points: x, y, z, diameter (um), (n, 4), n >= 2
    parent: index of the branch it grows from, None for the root
    parent_x: where on the parent, 0 to 1
    name: of its section, "dend[3]"
    sphere: whether it is one compartment, however long
    """

    region: str
    points: np.ndarray
    parent: int | None = None
    parent_x: float = 1.0
    name: str = ""
    sphere: bool = False

    @property
    def length(self) -> float:
        """Length (um) along its points."""
        return float(np.linalg.norm(np.diff(self.points[:, :3], axis=0), axis=1).sum())

    @property
    def area(self) -> float:
        """Membrane (um2): the mantles of the frusta."""
        steps = np.diff(self.points, axis=0) * (1, 1, 1, 0.5)
        return float(np.pi / 2 * (self.points[1:, 3] + self.points[:-1, 3]) @ np.linalg.norm(steps, axis=1))


@dataclass
class Shape:
    """A cell's shape.

    branches: parents before children
    source: file or name
    warnings: sentences on what was done to it and what looks wrong
    """

    branches: list[Branch]
    source: str
    warnings: list[str] = field(default_factory=list)


def parents_first(sections: Iterable[Any]) -> list[Any]:
    """NEURON sections in an order in which parents come before their children."""
    number = {sec: i for i, sec in enumerate(sections)}
    ordered: list[Any] = []
    level = [sec for sec in number if sec.parentseg() is None]
    while level:
        ordered += level
        children = [child for sec in level for child in sec.children() if child in number]
        level = sorted(children, key=number.__getitem__)
    return ordered


def branches_from_sections(sections: Iterable[Any], region_of: Callable[[str], str]) -> list[Branch]:
    """Branches (plain data) from NEURON sections that have 3-D points, parents first."""
    ordered = parents_first(sections)
    index = {sec: i for i, sec in enumerate(ordered)}
    branches = []
    for sec in ordered:
        points = np.array([[sec.x3d(i), sec.y3d(i), sec.z3d(i), sec.diam3d(i)] for i in range(sec.n3d())])
        parent = sec.parentseg()
        branches.append(
            Branch(
                region_of(sec.name()),
                points,
                None if parent is None else index[parent.sec],
                1.0 if parent is None else parent.x,
            )
        )
    return branches
