"""SWC files: read, checked line by line, cut into unbranched pieces.

What the file says is what is built, in any order of the lines and with any numbering. Every piece of neurite
between a point and its parent is a frustum with the two radii of the file. The soma:

* one point is a sphere (drawn as a stack of frusta with the area 4 pi r^2), and so are several in one place
  and a file of one point of any type;
* several points are the frusta between them, so the three-point soma of NeuroMorpho.org is its cylinder;
* a neurite that starts at a soma point begins at its own first point: the way from inside the soma to its
  surface is no membrane (a neurite of one single point does get a frustum of its radius, or it would vanish);
* a file whose root is no soma point is turned round, so that the soma is the root;
* points of type 1 that are not connected to it are pieces of a neurite like any other.

Cannon RC et al. (1998) J Neurosci Methods 84:49 (the format).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .branch import Branch
from .errors import InputError
from .reading import read_bytes

SOMA = 1
REGION = {1: "soma", 2: "axon", 3: "dend", 4: "apic"}
SPHERE_STEPS = 60
LARGEST_ID = 1e15  # above it a float is not exact
FARTHEST = 1e8  # um, for coordinates and radii
THINNEST = 1e-6  # um, radius
SHORT = 0.1  # um; below what a light microscope resolves


@dataclass
class Point:
    line: int
    kind: int
    xyzr: np.ndarray
    parent: int


def broken(path: Path, line: int, what: str) -> InputError:
    """The error for one line of a file."""
    return InputError(f"{path}:{line}: {what}")


def _number(path: Path, line: int, column: str, text: str, limit: float = FARTHEST) -> float:
    try:
        if "_" in text:  # Python reads 1_000 as a number
            raise ValueError
        value = float(text)
    except ValueError:
        raise broken(path, line, f"{column} is {text!r}, expected a number") from None
    if not abs(value) <= limit:
        raise broken(path, line, f"{column} is {text!r}, expected a finite number up to {limit:g}")
    return value


def _integer(path: Path, line: int, column: str, text: str) -> int:
    value = _number(path, line, column, text, LARGEST_ID)
    if value != int(value):
        raise broken(path, line, f"{column} is {text!r}, expected a whole number")
    return int(value)


def read_text(path: Path) -> str:
    """A text file's content, its lines ended by \\n.

    InputError for a file that is missing, a directory, unreadable, empty or binary.
    """
    raw = read_bytes(path, "morphology file")
    if not raw.strip():
        raise InputError(f"{path}:1: the file is empty; expected a morphology")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # old headers carry accents
    if "\0" in text or sum(not (c.isprintable() or c.isspace()) for c in text[:4096]) > 8:
        raise InputError(f"{path}:1: is a binary file; expected text (a compressed file? unpack it first)")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_points(path: Path) -> dict[int, Point]:
    columns = ("id", "type", "x", "y", "z", "radius", "parent id")
    points: dict[int, Point] = {}
    # not splitlines(): it also ends a line at characters that occur inside comments
    for number, text in enumerate(read_text(path).split("\n"), start=1):
        words = text.split("#", 1)[0].split()
        if len(words) == 1:
            words = words[0].split(",")
        words = [word.removesuffix(",") for word in words]  # but 0,5 is no number, nor two columns
        if not words:
            continue
        if len(words) < 7:
            raise broken(
                path,
                number,
                f"{len(words)} columns, expected 7 (id type x y z radius parent); "
                f"{columns[len(words)]} is missing",
            )
        identity = _integer(path, number, "id", words[0])
        kind = _integer(path, number, "type", words[1])
        xyzr = np.array([_number(path, number, c, w) for c, w in zip(columns[2:6], words[2:6], strict=True)])
        parent = _integer(path, number, "parent id", words[6])
        if identity in points:
            raise broken(path, number, f"duplicate id {identity}, first used in line {points[identity].line}")
        if identity < 0:
            raise broken(path, number, f"id is {identity}, expected 0 or more")
        if xyzr[3] < THINNEST:
            raise broken(path, number, f"radius is {xyzr[3]:g} um, expected {THINNEST:g} or more")
        if parent == identity:
            raise broken(path, number, f"point {identity} is its own parent, expected -1 or another point")
        points[identity] = Point(number, kind, xyzr, parent)
    if not points:
        raise InputError(f"{path}:1: holds only comments; expected points (id type x y z radius parent)")
    return points


def _check_tree(path: Path, points: dict[int, Point]) -> int:
    """The root's id. InputError for a missing parent, no or several roots, or a cycle."""
    roots = [i for i, p in points.items() if p.parent < 0]
    for identity, point in points.items():
        if point.parent >= 0 and point.parent not in points:
            raise broken(
                path, point.line, f"parent {point.parent} of point {identity} is missing from the file"
            )
    if not roots:
        first = min(p.line for p in points.values())
        raise broken(path, first, "no root: no point has parent -1, so the points form a cycle")
    done = dict.fromkeys(roots, True)  # False: on the way that is being followed now
    for start in points:
        way, at = [], start
        while at not in done:
            done[at] = False
            way.append(at)
            at = points[at].parent
        if not done[at]:
            raise broken(path, points[at].line, f"cycle: the parents of point {at} lead back to it")
        done.update(dict.fromkeys(way, True))
    if len(roots) > 1:
        first, second = roots[:2]
        raise broken(
            path,
            points[second].line,
            f"second root (point {second}; the first is point {first} in line {points[first].line}); "
            "expected one connected tree",
        )
    return roots[0]


def sphere(centre: np.ndarray, radius: float) -> np.ndarray:
    """A sphere as points (n, 4) of a stack of frusta along y whose total area is exactly 4 pi r^2."""
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


def _turn_round(points: dict[int, Point], root: int) -> None:
    """Make `root` the root: the parents on the way from it to the old root become children."""
    at, before = root, -1
    while at >= 0:
        point = points[at]
        at, before, point.parent = point.parent, at, before


class _Cutter:
    """Cuts the tree into unbranched pieces (see module docstring): `branches`, parents before children."""

    def __init__(self, points: dict[int, Point], root: int):
        self.points = points
        self.children: dict[int, list[int]] = {i: [] for i in points}
        for identity, point in points.items():
            if point.parent >= 0:
                self.children[point.parent].append(identity)
        self.branches: list[Branch] = []
        self.soma: set[int] = set()
        waiting = [root]
        while waiting:
            here = waiting.pop()
            if points[here].kind == SOMA:
                self.soma.add(here)
                waiting += self.children[here]
        # point -> branch and position where its children attach
        self.place: dict[int, tuple[int | None, float]] = {}
        waiting = self._beyond(self._root(root))
        while waiting:
            waiting += self._beyond(self._grow(waiting.pop()))

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
        elif len(run) == 1 and self.children[first]:
            self.place[first] = (index, position)  # branches at the soma's surface: all begin there
            return run
        elif len(run) == 1:
            own.insert(0, np.array([*self.points[start].xyzr[:3], own[0][3]]))
        self._add(run, np.array(own), index, position)
        if index is None:
            self.place[start] = (len(self.branches) - 1, 0.0)
        return run


def read_swc(path: Path) -> tuple[list[Branch], list[str]]:
    """Branches of an SWC file and warnings about it.

    Raises InputError, one sentence with file and line, for a file that is no tree of points with
    positive radii (see module docstring for what is built from one that is).
    """
    points = _read_points(path)
    root = _check_tree(path, points)
    warnings = []
    # where each connected group of soma points begins
    somas = [
        i for i, p in points.items() if p.kind == SOMA and (p.parent < 0 or points[p.parent].kind != SOMA)
    ]
    if not somas:
        warnings.append(f"{path}: has no soma (no point of type 1); the root is point {root}")
    elif len(somas) > 1:
        warnings.append(f"{path}: has soma points (type 1) in {len(somas)} places that are not connected")
    if somas and points[root].kind != SOMA:
        # the thickest, wherever it stands in the file
        root = max(somas, key=lambda i: (points[i].xyzr[3], *points[i].xyzr[:3]))
        _turn_round(points, root)
    cutter = _Cutter(points, root)
    branches = cutter.branches
    if branches[0].sphere and len(cutter.soma) > 1:
        warnings.append(f"{path}: the soma's {len(cutter.soma)} points lie in one place and make one sphere")
    if not any(branch.length for branch in branches):
        raise broken(path, points[root].line, "all points lie in one place; expected a cell with a length")
    return branches, warnings
