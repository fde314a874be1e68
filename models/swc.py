"""SWC files: read, checked line by line, cut into unbranched pieces.

What the file says is what is built. Every piece of neurite between a point and its parent is a frustum
with the two radii of the file, in any order of the lines. The soma:

* one point is a sphere (drawn as a stack of frusta with the area 4 pi r^2);
* several points are the frusta between them, so the three-point soma of NeuroMorpho.org is its cylinder;
* a neurite that starts at a soma point begins at its own first point: the way from inside the soma to its
  surface is no membrane (a neurite of one single point does get its frustum, or it would vanish).

Cannon RC et al. (1998) J Neurosci Methods 84:49 (the format).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import InputError

SOMA = 1
REGION = {1: "soma", 2: "axon", 3: "dend", 4: "apic"}
SPHERE_STEPS = 60


@dataclass
class Branch:
    """An unbranched piece of cell. Plain data.

    region: "soma", "dend", ...; points: (n, 4) x, y, z, diameter in um, n >= 2; parent: index of the branch
    it grows from, None for the root; parent_x: where on the parent, 0 to 1.
    """

    region: str
    points: np.ndarray
    parent: int | None = None
    parent_x: float = 1.0
    name: str = ""
    sphere: bool = False  # one compartment, however long

    @property
    def length(self) -> float:
        return float(np.linalg.norm(np.diff(self.points[:, :3], axis=0), axis=1).sum())


@dataclass
class Point:
    line: int
    kind: int
    xyzr: np.ndarray
    parent: int


def _fail(path: Path, line: int, what: str) -> InputError:
    return InputError(f"{path}:{line}: {what}")


def _number(path: Path, line: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _fail(path, line, f"{column} is {text!r}, expected a number") from None
    if not np.isfinite(value):
        raise _fail(path, line, f"{column} is {text!r}, expected a finite number")
    return value


def _integer(path: Path, line: int, column: str, text: str) -> int:
    value = _number(path, line, column, text)
    if value != int(value):
        raise _fail(path, line, f"{column} is {text!r}, expected a whole number")
    return int(value)


def read_text(path: Path) -> str:
    """A text file's content; InputError for what is missing, a directory, empty, binary or unreadable."""
    if path.is_dir():
        raise InputError(f"{path}: is a directory; expected a morphology file")
    if not path.is_file():
        raise InputError(f"{path}: no such morphology file")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    if not raw.strip():
        raise InputError(f"{path}:1: the file is empty; expected a morphology")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # old headers carry accents
    if "\0" in text or sum(not (c.isprintable() or c.isspace()) for c in text[:4096]) > 8:
        raise InputError(f"{path}:1: is a binary file; expected text (a compressed file? unpack it first)")
    return text


def _read_points(path: Path) -> dict[int, Point]:
    columns = ("id", "type", "x", "y", "z", "radius", "parent id")
    points: dict[int, Point] = {}
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        words = text.split("#", 1)[0].replace(",", " ").split()
        if not words:
            continue
        if len(words) < 7:
            raise _fail(
                path,
                number,
                f"{len(words)} columns, expected 7 (id type x y z radius parent); "
                f"{columns[len(words)]} is missing",
            )
        identity = _integer(path, number, "id", words[0])
        kind = _integer(path, number, "type", words[1])
        xyzr = np.array(
            [_number(path, number, c, w) for c, w in zip(columns[2:6], words[2:6], strict=True)]
        )
        parent = _integer(path, number, "parent id", words[6])
        if identity in points:
            raise _fail(path, number, f"duplicate id {identity}, first used in line {points[identity].line}")
        if identity < 0:
            raise _fail(path, number, f"id is {identity}, expected 0 or more")
        if xyzr[3] <= 0:
            raise _fail(path, number, f"radius is {xyzr[3]:g} um, expected above 0")
        points[identity] = Point(number, kind, xyzr, parent)
    if not points:
        raise InputError(f"{path}:1: holds only comments; expected points (id type x y z radius parent)")
    return points


def _check_tree(path: Path, points: dict[int, Point]) -> int:
    """The root's id. InputError for a missing parent, no or several roots, or a cycle."""
    roots = [i for i, p in points.items() if p.parent < 0]
    for identity, point in points.items():
        if point.parent >= 0 and point.parent not in points:
            raise _fail(
                path, point.line, f"parent {point.parent} of point {identity} is missing from the file"
            )
    if not roots:
        first = min(p.line for p in points.values())
        raise _fail(path, first, "no root: no point has parent -1, so the points form a cycle")
    done = dict.fromkeys(roots, True)  # False: on the way that is being followed now
    for start in points:
        way, at = [], start
        while at not in done:
            done[at] = False
            way.append(at)
            at = points[at].parent
        if not done[at]:
            raise _fail(path, points[at].line, f"cycle: the parents of point {at} lead back to it")
        done.update(dict.fromkeys(way, True))
    if len(roots) > 1:
        first, second = roots[:2]
        raise _fail(
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


def read_swc(path: Path) -> tuple[list[Branch], list[str]]:
    """Branches of an SWC file and warnings about it.

    Raises InputError, one sentence with file and line, for a file that is no tree of points with
    positive radii (see module docstring for what is built from one that is).
    """
    points = _read_points(path)
    root = _check_tree(path, points)
    children: dict[int, list[int]] = {i: [] for i in points}
    for identity, point in points.items():
        if point.parent >= 0:
            children[point.parent].append(identity)
    warnings = []
    if not any(p.kind == SOMA for p in points.values()):
        warnings.append(f"{path}: has no soma (no point of type 1); the root is point {root}")

    def alike(identity: int) -> list[int]:
        return [c for c in children[identity] if points[c].kind == points[identity].kind]

    def follow(identity: int) -> list[int]:
        """The unbranched run of one type from `identity` on. On the soma other types do not end it."""
        run = [identity]
        while True:
            same = alike(run[-1])
            soma = points[run[-1]].kind == SOMA
            if len(same) != 1 or (not soma and len(children[run[-1]]) != 1):
                return run
            run.append(same[0])

    def coordinates(identity: int) -> np.ndarray:
        return points[identity].xyzr * (1, 1, 1, 2)

    branches: list[Branch] = []
    place: dict[int, tuple[int, float]] = {}  # point -> branch and position where children attach

    def add(run: list[int], xyzd: np.ndarray, parent: int | None, parent_x: float) -> None:
        index = len(branches)
        kind = points[run[-1]].kind
        branch = Branch(REGION.get(kind, f"type{kind}"), xyzd, parent, parent_x)
        branches.append(branch)
        steps = np.linalg.norm(np.diff(xyzd[:, :3], axis=0), axis=1)
        arc = np.concatenate([[0.0], np.cumsum(steps)])[-len(run) :]
        total = arc[-1] if arc[-1] > 0 else 1.0
        for identity, position in zip(run, arc, strict=True):
            place[identity] = (index, position / total)

    # the root: one run, or two runs of its type joined through it (the three-point soma)
    same = alike(root)
    run = follow(root)
    if len(same) == 2:
        run = follow(same[0])[::-1] + [root] + follow(same[1])
    if len(run) == 1:
        if points[root].kind == SOMA:
            add(run, sphere(points[root].xyzr[:3], points[root].xyzr[3]), None, 0.0)
            branches[0].sphere = True
            place[root] = (0, 0.5)
        else:
            place[root] = (-1, 0.0)  # a bare branch point: its first child becomes the root branch
    else:
        add(run, np.array([coordinates(i) for i in run]), None, 0.0)

    waiting = [c for i in reversed(run) for c in reversed(children[i]) if c not in place and c not in run]
    while waiting:
        first = waiting.pop()
        run = follow(first)
        start = points[first].parent
        index, position = place[start]
        from_soma = points[start].kind == SOMA and points[first].kind != SOMA
        own = [coordinates(i) for i in run]
        if not (from_soma and len(run) > 1):
            joint = coordinates(start)
            if from_soma:
                joint[3] = own[0][3]
            own.insert(0, joint)
        add(run, np.array(own), None if index < 0 else index, max(position, 0.0))
        if index < 0:
            place[start] = (len(branches) - 1, 0.0)
        waiting += [c for i in reversed(run) for c in reversed(children[i]) if c not in run]
    return branches, warnings
