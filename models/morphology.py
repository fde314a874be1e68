"""Shapes: built in, from a file (SWC, Neurolucida ASC), as plain data, and NEURON sections made from them."""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .engine import h, hoc_file, quiet_neuron
from .errors import InputError, unknown_name
from .swc import Branch, read_swc, read_text

BUILT_IN = ("pyramid", "stylised", "cylinder")
# a piece shorter than this has no membrane to speak of and is joined to its parent
SHORTEST = 1e-3  # um


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


def _join_short(shape: Shape) -> None:
    """Drop pieces shorter than SHORTEST; what grew from them grows from their parent."""
    short = [i for i, b in enumerate(shape.branches) if b.length < SHORTEST]
    if not short:
        return
    if len(short) == len(shape.branches):
        raise InputError(f"{shape.source}: all points lie in one place; a cell needs length")
    keep: list[Branch] = []
    moved: dict[int, tuple[int | None, float]] = {}
    for index, branch in enumerate(shape.branches):
        if branch.parent is not None and branch.parent in moved:
            new, x = moved[branch.parent]
            branch.parent, branch.parent_x = new, branch.parent_x if x < 0 else x
        if index in short:
            moved[index] = (branch.parent, branch.parent_x)
        else:
            keep.append(branch)
            moved[index] = (len(keep) - 1, -1.0)  # -1: positions on it stay
    roots = [b for b in keep if b.parent is None]
    for other in roots[1:]:  # the root itself was short: all grow from the first that is left
        other.parent, other.parent_x = keep.index(roots[0]), 0.0
    shape.branches = keep
    shape.warnings.append(f"{shape.source}: joined {len(short)} pieces shorter than {SHORTEST} um")


def harvest(sections, region_of) -> list[Branch]:
    """Branches (plain data) from NEURON sections that have 3-D points, parents first."""
    ordered: list = []
    remaining = list(sections)
    known = set()
    while remaining:
        ready = [s for s in remaining if s.parentseg() is None or s.parentseg().sec in known]
        ordered += ready
        known |= set(ready)
        remaining = [s for s in remaining if s not in known]
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
    """The reconstructed pyramidal cell of NEURON's demo: neuronhome()/demo/pyramid.nrn."""
    path = Path(h.neuronhome()) / "demo" / "pyramid.nrn"
    before = set(h.allsec())
    with quiet_neuron():
        hoc_file(path)
    sections = [sec for sec in h.allsec() if sec not in before]
    # dendrite_1 is the tree of 31 pieces that reaches farthest from the soma, the apical one
    branches = harvest(sections, lambda name: _pyramid_region(name))
    for sec in sections:
        h.delete_section(sec=sec)
    return Shape(branches, "pyramid (neuronhome()/demo/pyramid.nrn)")


def _pyramid_region(name: str) -> str:
    if name.startswith("soma"):
        return "soma"
    return "apic" if name.startswith("dendrite_1[") else "dend"


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


def _read_asc(path: Path) -> Shape:
    """A Neurolucida file through NEURON's own importer (Import3d)."""
    text = read_text(path)
    if "(" not in text:
        raise InputError(f"{path}:1: is not a Neurolucida ASC file; expected lists in parentheses")
    if text.count("(") != text.count(")"):
        raise InputError(
            f"{path}:{text.count(chr(10)) + 1}: {text.count('(')} opening and {text.count(')')} closing "
            "parentheses; the file is cut off or damaged"
        )

    class Holder:
        """Import3d puts the sections it makes into an object's attributes."""

    holder, failure = Holder(), None
    with quiet_neuron() as said:
        try:
            h.load_file("stdlib.hoc")
            h.load_file("import3d.hoc")
            reader = h.Import3d_Neurolucida3()
            reader.quiet = 1
            reader.input(str(path))
            importer = h.Import3d_GUI(reader, 0)
            importer.instantiate(holder)
        except Exception as error:  # hoc raises RuntimeError or SystemError for anything it dislikes
            failure = error
    sections = list(getattr(holder, "all", []))
    if failure is not None or not sections or any(sec.n3d() < 2 for sec in sections):
        words = " ".join(said[0].split())[:200] if said else ""
        raise InputError(f"{path}: NEURON's Neurolucida importer finds no cell in it ({words or failure})")
    branches = harvest(sections, lambda name: name.rsplit(".", 1)[-1].split("[")[0])
    warnings = [] if any(b.region == "soma" for b in branches) else [f"{path}: has no soma contour"]
    for sec in sections:
        h.delete_section(sec=sec)
    return Shape(branches, str(path), warnings)


def read_shape(shape: str, length: float | None = None, diameter: float | None = None) -> Shape:
    """The shape called `shape`: a built-in name, or the path of an .swc or .asc file.

    length, diameter (um): of the cylinder only. Raises InputError with file and line where a file is
    broken, or with the known names where there is no such shape.
    """
    suffix = Path(shape).suffix.lower()
    if shape == "cylinder":
        if length is None or diameter is None:
            raise InputError("morphology.shape = \"cylinder\" needs length and diameter")
        result = Shape([Branch("cable", _straight((0, 0, 0), (1, 0, 0), length, (diameter, diameter)))], shape)
    elif shape == "pyramid":
        result = _pyramid()
    elif shape == "stylised":
        result = _stylised()
    elif suffix == ".asc":
        result = _read_asc(Path(shape))
    elif suffix == ".swc" or Path(shape).exists() or "/" in shape:
        branches, warnings = read_swc(Path(shape))
        result = Shape(branches, shape, warnings)
    else:
        raise unknown_name("morphology", shape, [*BUILT_IN, "FILE.swc", "FILE.asc"])
    _join_short(result)
    _name_branches(result.branches)
    return result


def compartments(length: float, longest: float) -> int:
    """Odd number of segments, so that 0.5 is a compartment's centre, none longer than `longest` (um)."""
    return 2 * math.ceil((length / longest - 1) / 2) + 1 if length > longest else 1


def build_sections(shape: Shape, longest: float) -> list:
    """NEURON sections of a shape, each cut into compartments no longer than `longest` (um)."""
    sections = []
    for branch in shape.branches:
        sec = h.Section(name=branch.name)
        for x, y, z, d in branch.points:
            sec.pt3dadd(float(x), float(y), float(z), float(d))
        if branch.parent is not None:
            sec.connect(sections[branch.parent](branch.parent_x), 0)
        sec.nseg = 1 if branch.sphere else compartments(sec.L, longest)
        sections.append(sec)
    return sections
