"""The tree of an SWC file cut into unbranched pieces; the rules are those of swc.py."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .branch import Branch
from .import3d import TOLD
from .repair import SOMA, in_lines
from .soma import SomaSurface

REGION = {1: "soma", 2: "axon", 3: "dend", 4: "apic"}
SPHERE_STEPS = 60
SHORT = 0.1  # um; below what a light microscope resolves


def sphere(centre: np.ndarray, radius: float) -> np.ndarray:
    """A sphere as points x, y, z, diameter (um), (n, 4), of a stack of frusta along y whose total area is
    exactly 4 pi r^2. centre: (3,), radius: um."""
    angle = np.linspace(0, np.pi, SPHERE_STEPS + 1)
    along, ring = -np.cos(angle), np.sin(angle)
    ring[[0, -1]] = 1e-3  # a pole of zero radius would have infinite axial resistance
    area = np.pi * np.sum((ring[1:] + ring[:-1]) * np.hypot(np.diff(ring), np.diff(along)))
    radius = radius * np.sqrt(4 * np.pi / area)
    points = np.zeros((len(angle), 4))
    points[:, :3] = centre
    points[:, 1] += radius * along
    points[:, 3] = 2 * radius * ring
    return points


@dataclass
class Ways:
    """The straight ways from soma points to the first points of neurites, as mantles (um2) of the neurites'
    first diameter: what lies inside and outside the soma. lost: lines of neurites that are nothing but a
    point inside it."""

    count: int = 0
    inside: float = 0.0
    outside: float = 0.0
    lost: list[int] = field(default_factory=list)


class Cutter:
    """`branches`, parents before children; soma: the ids of its points; ways: to the neurites' first points,
    of which those outside are built where the soma has several points (`ball` is False)."""

    def __init__(self, points: dict, root: int):
        self.points = points
        self.children: dict[int, list[int]] = {i: [] for i in points}
        for identity, point in points.items():
            if point.parent >= 0:
                self.children[point.parent].append(identity)
        self.branches: list[Branch] = []
        self.ways = Ways()
        self.soma: set[int] = set()
        waiting = [root]
        while waiting:
            here = waiting.pop()
            if points[here].kind == SOMA:
                self.soma.add(here)
                waiting += self.children[here]
        self.ball = False
        self._surface = self._soma_surface()
        # point -> branch and position where its children attach
        self.place: dict[int, tuple[int | None, float]] = {}
        waiting = self._beyond(self._root(root))
        while waiting:
            waiting += self._beyond(self._grow(waiting.pop()))

    def _soma_surface(self) -> SomaSurface:
        joined = [(self.points[self.points[i].parent].xyzr, self.points[i].xyzr) for i in self.soma
                  if self.points[i].parent in self.soma]  # fmt: skip
        starts, ends = np.array(joined).reshape(-1, 2, 4).swapaxes(0, 1)
        return SomaSurface(starts, ends)

    def _alike(self, identity: int) -> list[int]:
        kind = self.points[identity].kind
        return [c for c in self.children[identity] if self.points[c].kind == kind]

    def _follow(self, identity: int) -> list[int]:
        """The unbranched run of one type from `identity` on. On the soma other types do not end it."""
        run = [identity]
        while True:
            same = self._alike(run[-1])
            if len(same) != 1 or (len(self.children[run[-1]]) != 1 and run[-1] not in self.soma):
                return run
            run.append(same[0])

    def _beyond(self, run: list[int]) -> list[int]:
        """What grows from a run, to be taken from the end: soma first, then in the order of the file."""
        found = [c for i in reversed(run) for c in reversed(self.children[i]) if c not in self.place]
        return sorted(found, key=self.soma.__contains__)

    def _region(self, identity: int) -> str:
        kind = self.points[identity].kind
        return REGION.get(kind, f"type{kind}")

    def _coordinates(self, identity: int) -> np.ndarray:
        return self.points[identity].xyzr * (1, 1, 1, 2)

    def _add(self, run: list[int], xyzd: np.ndarray, parent: int | None, parent_x: float) -> None:
        """A branch through the points `xyzd`, the last of which are the run's."""
        arc = np.cumsum([0.0, *np.linalg.norm(np.diff(xyzd[:, :3], axis=0), axis=1)])
        arc = arc / arc[-1] if arc[-1] > 0 else np.linspace(0, 1, len(arc))
        for identity, position in zip(run, arc[-len(run) :], strict=True):
            self.place[identity] = (len(self.branches), float(position))
        self.branches.append(Branch(self._region(run[-1]), xyzd, parent, parent_x))

    def _root(self, root: int) -> list[int]:
        """The root's run: a sphere, two runs joined through it (the three-point soma), one run, or bare."""
        ball = list(self.soma) if self.children[root] else [root]
        xyzr = np.array([self.points[i].xyzr for i in ball]).reshape(-1, 4)
        if ball and np.ptp(xyzr[:, :3], axis=0).max() < SHORT:
            points = sphere(xyzr[0, :3], xyzr[:, 3].max())
            self.branches.append(Branch(self._region(root), points, sphere=True))
            self.place.update(dict.fromkeys(ball, (0, 0.5)))
            self.ball = True
            return ball
        same, run = self._alike(root), self._follow(root)
        if len(same) == 2 and (root in self.soma or len(self.children[root]) == 2):
            run = [*reversed(self._follow(same[0])), root, *self._follow(same[1])]
        if len(run) > 1:
            self._add(run, np.array([self._coordinates(i) for i in run]), None, 0.0)
        else:
            self.place[root] = (None, 0.0)  # a bare branch point: its first child becomes the root branch
        return run

    def _grow(self, first: int) -> list[int]:
        """The run that begins with `first`, as a branch from its parent's place."""
        start, run = self.points[first].parent, self._follow(first)
        index, position = self.place[start]
        own = [self._coordinates(i) for i in run]
        if start not in self.soma or first in self.soma:
            own.insert(0, self._coordinates(start))
        else:
            own[:0] = self._way(start, first, alone=not self.children[first])
        if len(own) == 1:
            self.place[first] = (index, position)  # all that grows from it begins there
            return run
        self._add(run, np.array(own), index, position)
        if index is None:
            self.place[start] = (len(self.branches) - 1, 0.0)
        return run

    def _way(self, start: int, first: int, alone: bool) -> list[np.ndarray]:
        """What the branch of the neurite's point `first` begins with before it: a point on the soma's surface
        or, where there is no way outside, nothing. `alone`: it is all there is of the neurite."""
        there, point = self.points[start].xyzr, self.points[first].xyzr
        length = float(np.linalg.norm(point[:3] - there[:3]))
        if self.ball and alone:
            return [np.array([*there[:3], 2 * point[3]])]
        radius = self.points[start].xyzr[3] if self.ball else 0.0
        outside = max(length - radius, 0.0) if self.ball else self._surface.outside(there[:3], point[:3])
        self.ways.count += length > 0
        self.ways.inside += 2 * np.pi * point[3] * (length - outside)
        self.ways.outside += 2 * np.pi * point[3] * outside
        if self.ball or not outside:
            if alone:
                self.ways.lost.append(self.points[first].line)
            return []
        begin = point[:3] + (there[:3] - point[:3]) * (outside / length)
        return [np.array([*begin, 2 * point[3]])]

    def said(self, path: Path, total: float) -> list[str]:
        """Sentences about what was made of the ways to the neurites; total: membrane (um2) of the cell."""
        ways, found = self.ways, []
        if ways.lost:
            lost = f"{len(ways.lost)} ({in_lines(ways.lost)})"
            found.append(f"{path}: neurites of one point inside the soma, left out: {lost}")
        if self.ball and ways.outside > TOLD * total:
            found.append(
                f"{path}: the ways from the soma's sphere to the first points of the neurites, "
                f"{ways.outside:.4g} um2 ({ways.outside / total:.1%} of the membrane), are no membrane, "
                "as in NEURON's Import3d: the sphere stands for the whole soma"
            )
        elif not self.ball and ways.count:
            found.append(
                f"{path}: of the ways from the soma's points to the first points of the neurites "
                f"({ways.count}), {ways.inside:.4g} um2 lie inside the soma and are no membrane, "
                f"{ways.outside:.4g} um2 outside it are"
            )
        return found
