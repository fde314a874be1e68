"""Shapes: built in, from a file (SWC, Neurolucida ASC), as plain data, and NEURON sections made from them."""

import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, unknown_name
from ..simulator.runtime import h
from ..words import Progress, silent
from .branch import MOST_POINTS, Branch, Shape
from .built_in import BUILT_IN, built_in
from .neurolucida import read_asc
from .scale import checked_scale, implausible
from .swc import read_swc
from .swc_tree import SHORT

SHORTEST = 1e-3  # um, of a section
MOST_COMPARTMENTS = 32765  # of one section; NEURON counts them, and the two ends, in 16 bits


def _name_branches(branches: list[Branch]) -> None:
    """Names as NEURON users know them: soma, dend[0], dend[1], ... in the order of the branches."""
    count: dict[str, int] = {}
    for branch in branches:
        index = count.get(branch.region, 0)
        count[branch.region] = index + 1
        branch.name = f"{branch.region}[{index}]"
    for branch in branches:
        if branch.region == "soma" and count["soma"] == 1:
            branch.name = "soma"


def _absorb(host: Branch, short: Branch) -> None:
    """Add the membrane of a short piece to the end of its host, as it is where the diameters fit."""
    end = -1 if short.parent_x > 0.5 else 0
    tip = host.points[end]
    if tip[3] == short.points[0, 3]:
        added = short.points
    elif tip[3] == short.points[-1, 3]:
        added = short.points[::-1]
    else:  # a cylinder of the same area
        added = np.array([tip, tip])
        added[1, 0] += short.area / (math.pi * tip[3])
    added = added[1:] + np.append((tip - added[0])[:3], 0)
    host.points = np.vstack([host.points, added] if end else [added[::-1], host.points])


class _Joining:
    """Pieces shorter than SHORT are joined to what they grow from; what grew from them grows from there.

    Round-off of the current along so short a section can outweigh all current through the membrane.
    """

    def __init__(self, branches: list[Branch]):
        self.branches, self.gone = branches, set[int]()
        self.children: list[list[int]] = [[] for _ in branches]
        for index, branch in enumerate(branches):
            if branch.parent is not None:
                self.children[branch.parent].append(index)
        # first those with something beyond them, which so comes to lie where it was
        for index in sorted(range(len(branches)), key=lambda i: not self.children[i]):
            self._join(index)

    def _join(self, index: int) -> None:
        while (short := self.branches[index]).length < SHORT and not short.sphere:
            if short.parent is not None and not self.branches[short.parent].sphere:
                _absorb(self.branches[short.parent], short)
                self.children[short.parent].remove(index)
                self._move(self.children[index], short.parent, short.parent_x)
                self.gone.add(index)
                return
            if short.region == "soma" or not self._change_places(index):
                return

    def _move(self, indices: list[int], parent: int, x: float | None = None) -> None:
        for index in indices:
            self.branches[index].parent = parent
            self.branches[index].parent_x = self.branches[index].parent_x if x is None else x
        self.children[parent] += indices

    def _change_places(self, index: int) -> bool:
        """The longest child in place of its short parent, which then grows from its start."""
        branches, short = self.branches, self.branches[index]
        longest = max(self.children[index], key=lambda i: branches[i].length, default=index)
        if branches[longest].length <= short.length:
            return False
        branches[index], branches[longest] = branches[longest], short
        branches[index].parent, branches[index].parent_x = short.parent, short.parent_x
        beside, beyond = self.children[index], self.children[longest]
        self.children[index], self.children[longest] = [], []
        self._move(beside, index, 0.0)
        self._move(beyond, index)
        return True

    def left(self) -> list[Branch]:
        """The branches that there still are, parents by their new numbers."""
        number = {
            old: new for new, old in enumerate(i for i in range(len(self.branches)) if i not in self.gone)
        }
        for index in number:
            parent = self.branches[index].parent
            self.branches[index].parent = None if parent is None else number[parent]
        return [self.branches[i] for i in number]


def _join_short(shape: Shape) -> None:
    joining = _Joining(shape.branches)
    if joining.gone:
        shape.branches = joining.left()
        shape.warnings.append(
            f"{shape.source}: pieces shorter than {SHORT} um, joined to others: {len(joining.gone)}"
        )


def _split_long(shape: Shape) -> None:
    """Cut branches of more points than NEURON can hold in a section into several, end to end."""
    if all(len(branch.points) <= MOST_POINTS for branch in shape.branches):
        return
    found: list[Branch] = []
    parts: list[
        list[tuple[int, float]]
    ] = []  # per branch before: its parts' numbers and where each ends (um)
    for branch in shape.branches:
        parent, x = branch.parent, branch.parent_x
        if parent is not None:
            at = x * parts[parent][-1][1]
            index = next(i for i, (_, end) in enumerate(parts[parent]) if at <= end)
            begin = parts[parent][index - 1][1] if index else 0.0
            number, end = parts[parent][index]
            parent, x = number, (at - begin) / (end - begin) if end > begin else x
        parts.append([])
        along = 0.0
        for first in range(0, len(branch.points) - 1, MOST_POINTS - 1):
            points = branch.points[first : first + MOST_POINTS]
            part = Branch(branch.region, points.copy(), parent, x, sphere=branch.sphere)
            along += part.length
            parts[-1].append((len(found), along))
            parent, x = len(found), 1.0
            found.append(part)
    more = len(found) - len(shape.branches)
    shape.branches = found
    shape.warnings.append(
        f"{shape.source}: runs of more than {MOST_POINTS} points, cut into sections end to end: {more} cuts"
    )


def _draw_out(shape: Shape) -> None:
    """Make sections shorter than SHORTEST, which no neighbour could take, that long."""
    short = [b for b in shape.branches if b.length < SHORTEST and not b.sphere]
    for branch in short:
        branch.points[:, 1:3] = branch.points[0, 1:3]
        branch.points[:, 0] = branch.points[0, 0] + np.linspace(0, SHORTEST, len(branch.points))
    if short:
        names = ", ".join(b.name for b in short)
        shape.warnings.append(f"{shape.source}: shorter than {SHORTEST} um, drawn out to that: {names}")


def read_shape(
    shape: str,
    length: float | None = None,
    diameter: float | None = None,
    scale: object = None,
    repair: bool = False,
    progress: Progress = silent,
) -> Shape:
    """The shape called `shape`: a built-in name, or the path of an .swc or .asc file.

    length, diameter (um): of the cylinder only. scale: factor that makes um of a file's numbers; repair: mend
    an .swc file (see repair.py); progress: called with how much is done (0 to 1) and what is being done.
    Raises InputError with file and line where a file is broken, or with the known names where there is no
    such shape.
    """
    shape = str(shape)  # a Path is welcome too
    suffix, scale = Path(shape).suffix.lower(), checked_scale(scale)
    if not isinstance(repair, bool | np.bool_):
        raise InputError(f"repair: {repair!r}, expected True or False")
    if shape in BUILT_IN:
        if scale is not None or repair:
            option = "scale_morphology" if scale is not None else "repair"
            raise InputError(
                f"--{option.replace('_', '-')} ({option}) is for morphology files; {shape} is built in, in um"
            )
        result = built_in(shape, length, diameter)
    elif suffix == ".asc":
        if repair:
            raise InputError(f"{shape}: --repair (repair) mends .swc files only; convert the file to SWC")
        progress(0.0, "reading contours and trees")
        branches, warnings = read_asc(Path(shape), scale)
        result = Shape(branches, shape, warnings)
    elif suffix == ".swc" or os.path.lexists(shape) or os.sep in shape:
        branches, warnings = read_swc(Path(shape), scale, repair, progress)
        result = Shape(branches, shape, warnings)
    else:
        raise unknown_name("morphology", shape, [*BUILT_IN, "FILE.swc", "FILE.asc"])
    from_file = shape not in BUILT_IN
    _join_short(result)
    _split_long(result)
    _name_branches(result.branches)
    if from_file:
        result.warnings += implausible(shape, result.branches)
    _draw_out(result)
    if scale is not None:
        result.source += f", multiplied by {scale:g}"
    if repair:
        result.source += ", repaired"
    return result


def compartments(length: float, longest: float) -> int:
    """Odd number of segments, so that 0.5 is a compartment's centre, none longer than `longest` (um)."""
    return 2 * math.ceil((length / longest - 1) / 2) + 1 if length > longest else 1


def build_sections(shape: Shape, longest: float) -> list:
    """NEURON sections of a shape, each cut into compartments no longer than `longest` (um); InputError where
    one would have too many."""
    sections: list[Any] = []
    for branch in shape.branches:
        count = 1 if branch.sphere else compartments(branch.length, longest)
        if count > MOST_COMPARTMENTS:
            raise InputError(
                f"{shape.source}: {branch.name}, {branch.length:g} um long, needs {count} compartments; "
                f"expected at most {MOST_COMPARTMENTS} (raise max_compartment_length, now {longest:g} um)"
            )
        sec = h.Section(name=branch.name)
        # NEURON keeps points as 32-bit floats: far from the origin they would lose their last digits
        points = branch.points - (*branch.points[0, :3], 0)
        if np.array_equal(points[-1, :3], points[-2, :3]):
            # a step in diameter right at the end is membrane that it may miss, as its sums are rounded
            points[-1, 0] += 2.5e-7 * branch.length
        for x, y, z, d in points:
            sec.pt3dadd(float(x), float(y), float(z), float(d))
        if branch.parent is not None:
            sec.connect(sections[branch.parent](branch.parent_x), 0)
        sec.nseg = count
        sections.append(sec)
    return sections
