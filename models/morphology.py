"""Shapes: built in, from a file (SWC, Neurolucida ASC), as plain data, and NEURON sections made from them."""

import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .branch import Branch
from .engine import h
from .errors import InputError, unknown_name
from .neurolucida import read_asc
from .swc import FARTHEST, SHORT, read_swc, read_text

BUILT_IN = ("pyramid", "stylised", "cylinder", "epithelium")
SHORTEST = 1e-3  # um, of a section
MOST_COMPARTMENTS = 32765  # of one section; NEURON counts them, and the two ends, in 16 bits


@dataclass
class Shape:
    """A cell's shape. branches: parents before children. source: file or name. warnings: sentences."""

    branches: list[Branch]
    source: str
    warnings: list[str] = field(default_factory=list)


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


def _join_short(shape: Shape) -> None:
    """Join pieces shorter than SHORT to what they grow from; what grew from them grows from there.

    Round-off of the current along so short a section can outweigh all current through the membrane.
    """
    branches = shape.branches
    children: list[list[int]] = [[] for _ in branches]
    for index, branch in enumerate(branches):
        if branch.parent is not None:
            children[branch.parent].append(index)

    def move(indices: list[int], parent: int, x: float | None = None) -> None:
        for index in indices:
            branches[index].parent = parent
            branches[index].parent_x = branches[index].parent_x if x is None else x
        children[parent] += indices

    def change_places(index: int) -> bool:
        """The longest child in place of its short parent, which then grows from its start."""
        short = branches[index]
        longest = max(children[index], key=lambda i: branches[i].length, default=index)
        if branches[longest].length <= short.length:
            return False
        branches[index], branches[longest] = branches[longest], short
        branches[index].parent, branches[index].parent_x = short.parent, short.parent_x
        beside, beyond = children[index], children[longest]
        children[index], children[longest] = [], []
        move(beside, index, 0.0)
        move(beyond, index)
        return True

    gone = set()
    # first those with something beyond them, which so comes to lie where it was
    for index in sorted(range(len(branches)), key=lambda i: not children[i]):
        while (short := branches[index]).length < SHORT and not short.sphere:
            if short.parent is not None and not branches[short.parent].sphere:
                _absorb(branches[short.parent], short)
                children[short.parent].remove(index)
                move(children[index], short.parent, short.parent_x)
                gone.add(index)
                break
            if short.region == "soma" or not change_places(index):
                break
    if gone:
        number = {old: new for new, old in enumerate(i for i in range(len(branches)) if i not in gone)}
        for index in number:
            branches[index].parent = number.get(branches[index].parent)
        shape.branches = [branches[i] for i in number]
        shape.warnings.append(
            f"{shape.source}: pieces shorter than {SHORT} um, joined to others: {len(gone)}"
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


def _pyramid() -> Shape:
    """The reconstructed pyramidal cell of NEURON's demo: neuronhome()/demo/pyramid.nrn.

    Its numbers are read here as its hoc code would read them. To run that code would replace a section
    that the user has called soma.
    """
    code, data = read_text(Path(h.neuronhome()) / "demo" / "pyramid.nrn").split("\ngeometry()\n", 1)
    numbers = (float(word) for word in data.split() if re.fullmatch(r"-?[\d.]+", word))

    def points() -> np.ndarray:
        rows = np.array([[next(numbers) for _ in range(4)] for _ in range(int(next(numbers)))])
        rows[:, 3] = abs(rows[:, 3])  # a minus marks a spine
        return rows

    branches, trees = [Branch("soma", points())], []
    for count in map(int, re.findall(r"dendrite_\d\[(\d+)\],?\\?\n", code)):
        trees.append(range(len(branches), len(branches) + count))
        for _ in trees[-1]:
            next(numbers)  # nseg
            # the first tree reaches farthest from the soma: the apical one
            branches.append(Branch("dend" if len(trees) > 1 else "apic", points(), 0, 0.5))
    for tree in trees:
        for index in tree[1:]:
            branches[index].parent, branches[index].parent_x = tree[int(next(numbers))], next(numbers)
    return Shape(branches, "pyramid (neuronhome()/demo/pyramid.nrn)")


def _straight(start, direction, length, diameters) -> np.ndarray:
    along = np.linspace(0, length, len(diameters))[:, None]
    return np.column_stack([np.array(start) + along * np.array(direction), diameters])


def _stylised() -> Shape:
    """A drawn neuron: soma, tapering apical dendrite with two tufts, two basal dendrites, axon. Assumed."""
    root2 = 1 / math.sqrt(2)
    return Shape(
        [
            Branch("soma", _straight((0, -10, 0), (0, 1, 0), 20, (20, 20))),
            Branch("apic", _straight((0, 10, 0), (0, 1, 0), 300, (4, 2)), 0, 1.0),
            Branch("apic", _straight((0, 310, 0), (-root2, root2, 0), 150, (1.5, 1)), 1, 1.0),
            Branch("apic", _straight((0, 310, 0), (root2, root2, 0), 150, (1.5, 1)), 1, 1.0),
            Branch("dend", _straight((0, -10, 0), (-root2, -root2, 0), 150, (2, 1)), 0, 0.0),
            Branch("dend", _straight((0, -10, 0), (root2, -root2, 0), 150, (2, 1)), 0, 0.0),
            Branch("axon", _straight((0, -10, 0), (0, -1, 0), 400, (1, 1)), 0, 0.0),
        ],
        "stylised",
    )


def read_shape(shape: str, length: float | None = None, diameter: float | None = None) -> Shape:
    """The shape called `shape`: a built-in name, or the path of an .swc or .asc file.

    length, diameter (um): of the cylinder only. Raises InputError with file and line where a file is
    broken, or with the known names where there is no such shape.
    """
    shape = str(shape)  # a Path is welcome too
    suffix = Path(shape).suffix.lower()
    if shape == "cylinder":
        if not (length and diameter and 0 < length <= FARTHEST and 0 < diameter <= FARTHEST):
            raise InputError('morphology.shape = "cylinder" needs a length and a diameter above 0')
        result = Shape(
            [Branch("cable", _straight((0, 0, 0), (1, 0, 0), length, (diameter, diameter)))], shape
        )
    elif shape == "epithelium":
        if not (length and diameter):
            raise InputError('morphology.shape = "epithelium" needs a length and a diameter above 0')
        half, wide = length / 2, (diameter, diameter)
        apical = Branch("apical", _straight((0, 0, 0), (1, 0, 0), half, wide))
        basolateral = Branch("basolateral", _straight((half, 0, 0), (1, 0, 0), half, wide), 0, 1.0)
        result = Shape([apical, basolateral], shape)
    elif shape == "pyramid":
        result = _pyramid()
    elif shape == "stylised":
        result = _stylised()
    elif suffix == ".asc":
        branches, warnings = read_asc(Path(shape))
        result = Shape(branches, shape, warnings)
    elif suffix == ".swc" or os.path.lexists(shape) or os.sep in shape:
        branches, warnings = read_swc(Path(shape))
        result = Shape(branches, shape, warnings)
    else:
        raise unknown_name("morphology", shape, [*BUILT_IN, "FILE.swc", "FILE.asc"])
    _join_short(result)
    _name_branches(result.branches)
    _draw_out(result)
    return result


def compartments(length: float, longest: float) -> int:
    """Odd number of segments, so that 0.5 is a compartment's centre, none longer than `longest` (um)."""
    return 2 * math.ceil((length / longest - 1) / 2) + 1 if length > longest else 1


def build_sections(shape: Shape, longest: float) -> list:
    """NEURON sections of a shape, each cut into compartments no longer than `longest` (um)."""
    sections = []
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
