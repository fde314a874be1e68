"""Neurolucida ASC files, through NEURON's own importer, which is guarded against what it cannot bear."""

import contextlib
import re
import tempfile
from pathlib import Path
from typing import ClassVar

import numpy as np

from .branch import Branch, harvest
from .engine import h, quiet_neuron
from .swc import FARTHEST, THINNEST, broken, read_text

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


def _asc_region(section_name: str) -> str:
    """The importer calls a tree without a known label minus_1, dend_0, ...: a dendrite."""
    region = section_name.rsplit(".", 1)[-1].split("[")[0]
    return region if region in ("soma", "axon", "apic") else "dend"


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
        said = stack.enter_context(quiet_neuron())
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
    return branches, said[0]


def read_asc(path: Path) -> tuple[list[Branch], list[str]]:
    """Branches of a Neurolucida file, through NEURON's own importer (Import3d), and warnings about it.

    Raises InputError with file and line for a file that holds no one connected cell.
    """
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
    return branches, warnings
