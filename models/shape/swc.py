"""SWC files: read, checked line by line, cut into unbranched pieces.

What the file says is what is built, in any order of the lines and with any numbering. Every piece of neurite
between a point and its parent is a frustum with the two radii of the file. The soma:

* one point is a sphere (drawn as a stack of frusta with the area 4 pi r^2), and so are several in one place
  and a file of one point of any type; a neurite begins at its own first point and is joined to the sphere's
  middle without membrane, as in NEURON's importer, because the sphere stands for the whole cell body (a
  neurite of one single point does get a frustum of its radius from there, or it would vanish);
* several points are the frusta between them, so the three-point soma of NeuroMorpho.org is its cylinder; of
  the straight way from a soma point to a neurite's first point, as thick as that, the part outside these
  frusta is membrane and the part inside is not;
* a file whose root is no soma point is turned round, so that the soma is the root;
* points of type 1 that are not connected to it are pieces of a neurite like any other.

Cannon RC et al. (1998) J Neurosci Methods 84:49 (the format).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..words import Progress, silent
from .branch import Branch
from .import3d import difference, swc_membrane
from .repair import SOMA, checked_tree
from .scale import read_scale
from .swc_tree import Cutter
from .text import FARTHEST, broken, read_text

LARGEST_ID = 1e15  # above it a float is not exact


@dataclass
class Point:
    """A line of an SWC file: its number, the point's kind (1 soma, 2 axon, ...), x, y, z, radius (um), (4,),
    and the id of its parent, -1 of a root."""

    line: int
    kind: int
    xyzr: np.ndarray
    parent: int


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


def _read_points(path: Path) -> tuple[dict[int, Point], list[tuple[int, str]]]:
    """The points by id, in the order of the file, and the comments with their lines."""
    columns = ("id", "type", "x", "y", "z", "radius", "parent id")
    points: dict[int, Point] = {}
    comments: list[tuple[int, str]] = []
    # not splitlines(): it also ends a line at characters that occur inside comments
    for number, text in enumerate(read_text(path).split("\n"), start=1):
        if text.lstrip().startswith("#"):
            comments.append((number, text.strip()))
            continue
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
        if parent == identity:
            raise broken(path, number, f"point {identity} is its own parent, expected -1 or another point")
        points[identity] = Point(number, kind, xyzr, parent)
    if not points:
        raise InputError(f"{path}:1: holds only comments; expected points (id type x y z radius parent)")
    return points, comments


def _turn_round(points: dict[int, Point], root: int) -> None:
    """Make `root` the root: the parents on the way from it to the old root become children."""
    at, before = root, -1
    while at >= 0:
        point = points[at]
        at, before, point.parent = point.parent, at, before


def _scaled(path: Path, points: dict[int, Point], factor: float) -> None:
    """Multiply coordinates and radii; InputError where they then are too large."""
    for point in points.values():
        point.xyzr *= factor
        if not (abs(point.xyzr) <= FARTHEST).all():
            raise broken(path, point.line, f"times {factor:g} the point is beyond {FARTHEST:g} um")


def read_swc(
    path: Path, scale: float | None = None, repair: bool = False, progress: Progress = silent
) -> tuple[list[Branch], list[str]]:
    """Branches of an SWC file and warnings about it.

    scale: factor that makes um of the file's numbers, in place of what its header says; repair: mend what
    can be (see repair.py); progress: called with how much is done (0 to 1) and what is being done. Raises
    InputError, one sentence with file and line, for a file that is no tree of points with positive radii
    (see module docstring for what is built from one that is).
    """
    progress(0.0, "reading points")
    points, comments = _read_points(path)
    factor, warnings = read_scale(path, comments, scale)
    if factor != 1:
        _scaled(path, points, factor)
    root, changed = checked_tree(path, points, repair)
    warnings += changed
    progress(0.4, "asking NEURON's importer")
    theirs = swc_membrane(points)
    progress(0.8, "cutting into branches")
    # where each connected group of soma points begins
    somas = [
        i for i, p in points.items() if p.kind == SOMA and (p.parent < 0 or points[p.parent].kind != SOMA)
    ]
    if not somas:
        warnings.append(f"{path}: has no soma (no point of type 1); the root is point {root}")
    elif len(somas) > 1:
        warnings.append(f"{path}: has soma points (type 1) in {len(somas)} places that are not connected")
    turned = bool(somas) and points[root].kind != SOMA
    if turned:
        # the thickest, wherever it stands in the file
        root = max(somas, key=lambda i: (points[i].xyzr[3], *points[i].xyzr[:3]))
        _turn_round(points, root)
    cutter = Cutter(points, root)
    branches = cutter.branches
    if branches[0].sphere and len(cutter.soma) > 1:
        warnings.append(f"{path}: the soma's {len(cutter.soma)} points lie in one place and make one sphere")
    if not any(branch.length for branch in branches):
        raise broken(path, points[root].line, "all points lie in one place; expected a cell with a length")
    warnings += cutter.said(path, sum(branch.area for branch in branches))
    warnings += difference(path, branches, theirs, cutter, turned)
    return branches, warnings
