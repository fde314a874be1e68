"""Shapes: built in, from a file (SWC, Neurolucida ASC), as plain data, and NEURON sections made from them."""

import contextlib
import io
import math
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np

from .engine import h, quiet_neuron
from .errors import InputError, unknown_name
from .swc import FARTHEST, SHORT, THINNEST, Branch, broken, read_swc, read_text

BUILT_IN = ("pyramid", "stylised", "cylinder")
SHORTEST = 1e-3  # um, of a section
ASC_WORD = re.compile(
    r"""\s+|;.*|"[^"]*"|[(),|<>]|(?P<number>[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(?![\w.+-]))"""
    r"""|(?!(inf|infinity|nan|0x\w*)\b)\w+|(?P<unknown>\w+|\S)""",
    re.ASCII | re.IGNORECASE,
)
# what the importer says, what it has done
ASC_WARNINGS = {
    "outside the soma": "neurites that begin outside the soma and were connected to its middle",
    "has been removed": "neurites without length that were left out",
}
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


def _asc_region(section_name: str) -> str:
    """The importer calls a tree without a known label minus_1, dend_0, ...: a dendrite."""
    region = section_name.rsplit(".", 1)[-1].split("[")[0]
    return region if region in ("soma", "axon", "apic") else "dend"


def harvest(sections, region_of) -> list[Branch]:
    """Branches (plain data) from NEURON sections that have 3-D points, parents first."""
    number = {sec: i for i, sec in enumerate(sections)}
    ordered: list = []
    level = [sec for sec in number if sec.parentseg() is None]
    while level:
        ordered += level
        children = [child for sec in level for child in sec.children() if child in number]
        level = sorted(children, key=number.get)
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


def _clean_asc(path: Path) -> str:
    """The text of a Neurolucida file, checked word by word.

    NEURON's importer never returns from a character it does not know, nor from an unclosed parenthesis, drops
    what follows an @ and ends the process where a number is infinite; so these must not reach it.
    """
    text, opened = read_text(path), []
    for number, line in enumerate(text.split("\n"), start=1):
        for match in ASC_WORD.finditer(line):
            word = match[0]
            if match["unknown"]:
                raise broken(path, number, f"{word!r} is not expected in a Neurolucida ASC file")
            if match["number"] and not abs(float(word)) <= FARTHEST:
                raise broken(path, number, f"{word!r} is too large, expected at most {FARTHEST:g}")
            if word == "(":
                opened.append(number)
            elif word == ")" and not opened:
                raise broken(path, number, "closing parenthesis without an opening one before it")
            elif word == ")":
                opened.pop()
    if opened:
        raise broken(path, opened[-1], "opening parenthesis is never closed; the file is cut off or damaged")
    return text.replace("@", " ") + "\n"


def _check_asc(path: Path, reader) -> None:
    """InputError for points that cannot be built: not finite, no diameter, a contour around nothing."""
    points = np.array([reader.x, reader.y, reader.z, reader.d]).T
    for section in reader.sections:
        first = int(section.id)
        own = points[first : first + int(section.raw.ncol() - section.fid)]  # fid: a joint added in front
        for index, point in enumerate(own, start=first):
            line = int(reader.iline[index])
            if not (abs(point) <= FARTHEST).all():
                raise broken(path, line, f"point {point.tolist()}, expected finite numbers")
            if point[3] < 2 * THINNEST and not section.iscontour_:
                raise broken(path, line, f"the point's diameter is {point[3]:g} um, expected above 0")
        x, y = own[:, :2].T - own[0, :2, None]
        area = abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2
        size = np.hypot(x - np.roll(x, 1), y - np.roll(y, 1)).sum()
        if section.iscontour_ and area <= 1e-6 * size**2:  # the importer would end the process
            line = int(reader.iline[first])
            raise broken(path, line, "the soma's contour encloses no area, expected its outline")


def _import_asc(path: Path) -> tuple[list[Branch], str]:
    """The branches that NEURON's importer makes of a file, none where it fails, and what it says."""

    class Holder:
        """Import3d puts the sections it makes into an object's attributes."""

        all: ClassVar[list] = []  # where it makes none

    text, holder, branches = _clean_asc(path), Holder(), []
    with contextlib.ExitStack() as stack:
        # NEURON prints to the process's own streams or to Python's, where these are not the same
        said = stack.enter_context(quiet_neuron())
        heard = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(heard))
        clean = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "clean.asc"
        clean.write_text(text, encoding="utf-8")
        try:
            h.load_file("stdlib.hoc")
            h.load_file("import3d.hoc")
            reader = h.Import3d_Neurolucida3()
            reader.input(str(clean))
            _check_asc(path, reader)
            h.Import3d_GUI(reader, 0).instantiate(holder)
            branches = harvest(holder.all, _asc_region)
        except (RuntimeError, SystemError):  # from hoc, for anything it dislikes
            pass
    return branches, heard.getvalue() + said[0]


def _read_asc(path: Path) -> Shape:
    """A Neurolucida file through NEURON's own importer (Import3d)."""
    branches, said = _import_asc(path)
    if not branches:
        line = re.search(r"on line (\d+)", said)  # of a word that it does not expect
        why = "nothing to build" if line is None else "not in the order of this format"
        why = next(iter(re.findall("NEURON: (.*)", said)), why)
        what = f"NEURON's importer finds no cell here ({why}), expected contours and trees of points"
        raise broken(path, int(line[1]) if line else 1, what)
    if not all((b.points[:, 3] > 0).all() and np.isfinite(b.points).all() for b in branches):
        raise broken(path, 1, "the soma's contour crosses itself, expected its outline")
    roots = sum(branch.parent is None for branch in branches)
    if roots > 1:
        raise broken(path, 1, f"holds {roots} separate trees, expected one connected cell")
    warnings = [] if any(b.region == "soma" for b in branches) else [f"{path}: has no soma contour"]
    for sign, what in ASC_WARNINGS.items():
        if sign in said:
            warnings.append(f"{path}: {what}: {said.count(sign)}")
    return Shape(branches, str(path), warnings)


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
    elif shape == "pyramid":
        result = _pyramid()
    elif shape == "stylised":
        result = _stylised()
    elif suffix == ".asc":
        result = _read_asc(Path(shape))
    elif suffix == ".swc" or os.path.exists(shape) or os.sep in shape:
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
