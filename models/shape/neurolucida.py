"""Neurolucida ASC files, through NEURON's own importer, which is guarded against what it cannot bear."""

import math
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .branch import Branch
from .import3d import TOLD, imported
from .repair import THINNEST, among
from .scale import read_scale
from .soma import SomaSurface
from .text import FARTHEST, broken, read_text

ASC_WORD = re.compile(
    r"""\s+|;.*|"[^"]*"|[(),|<>]|(?P<number>[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(?![\w.+-]))"""
    r"""|(?!(inf|infinity|nan|0x\w*)\b)\w+|(?P<unknown>\w+|\S)""",
    re.ASCII | re.IGNORECASE,
)
SAME_DEPTH = 0.01  # um; outlines of one cell body are a stack, and nearer than this none
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


def _check_asc(path: Path, reader: Any) -> None:
    """InputError for points that cannot be built: not finite, no diameter, a contour around nothing."""
    points, thin = np.array([reader.x, reader.y, reader.z, reader.d]).T, []
    for section in reader.sections:
        first = int(section.id)
        own = points[first : first + int(section.raw.ncol() - section.fid)]  # fid: a joint added in front
        for index, point in enumerate(own, start=first):
            line = int(reader.iline[index])
            if not (abs(point) <= FARTHEST).all():
                raise broken(path, line, f"point {point.tolist()}, expected finite numbers")
            if point[3] < 2 * THINNEST and not section.iscontour_:
                thin.append((line, point[3]))
        x, y = own[:, :2].T - own[0, :2, None]
        area = abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2
        size = np.hypot(x - np.roll(x, 1), y - np.roll(y, 1)).sum()
        if section.iscontour_ and area <= 1e-6 * size**2:  # the importer would end the process
            line = int(reader.iline[first])
            raise broken(path, line, "the soma's contour encloses no area, expected its outline")
    if thin:
        line, diameter = thin[0]
        what = f"the point's diameter is {diameter:g} um, expected above 0"
        raise broken(path, line, what + among([line for line, _ in thin]))


def _check_one_cell(path: Path, roots: list[tuple[int, bool]], depths: list[tuple[float, int]]) -> None:
    """InputError, with the line of the second, for several cell bodies or trees that nothing connects, and
    for a cell body that is outlined twice at one depth. depths: of each outline, with its line."""
    if len(roots) > 1:
        what = "cell bodies" if all(is_body for _, is_body in roots) else "separate trees"
        line = roots[1][0]
        raise broken(
            path, line, f"holds {len(roots)} {what}, the second from here on; expected one connected cell"
        )
    for (z, one), (deeper, other) in pairwise(sorted(depths)):
        if deeper - z < SAME_DEPTH:
            first, second = sorted((one, other))
            raise broken(
                path,
                second,
                f"a second cell body at the place and depth (z = {z:g}) of the one in line {first}; expected "
                "one, outlined once at each depth",
            )


def _gaps(path: Path, branches: list[Branch]) -> list[str]:
    """A sentence where neurites are joined to the soma by a way outside it, which the importer gives no
    membrane."""
    soma = branches[0]
    if soma.region != "soma":
        return []
    radii = soma.points * (1, 1, 1, 0.5)
    surface = SomaSurface(radii[:-1], radii[1:])
    middle = _at(soma, 0.5)
    gaps = [
        math.pi * b.points[0, 3] * surface.outside(middle, b.points[0, :3]) for b in branches if b.parent == 0
    ]
    total = sum(branch.area for branch in branches)
    if sum(gaps) <= TOLD * total:
        return []
    return [
        f"{path}: the ways from the soma's surface to the first points of the neurites, {sum(gaps):.4g} um2 "
        f"({sum(gaps) / total:.1%} of the membrane), are no membrane, as in NEURON's Import3d"
    ]


def _at(branch: Branch, x: float) -> np.ndarray:
    """Where on a branch: the point (um) at the relative length `x`."""
    steps = np.linalg.norm(np.diff(branch.points[:, :3], axis=0), axis=1)
    along = np.append(0.0, np.cumsum(steps))
    return np.array([np.interp(x * along[-1], along, branch.points[:, axis]) for axis in range(3)])


def read_asc(path: Path, scale: float | None = None) -> tuple[list[Branch], list[str]]:
    """Branches of a Neurolucida file, through NEURON's own importer (Import3d), and warnings about it.

    scale: factor that makes um of the file's numbers. Raises InputError with file and line for a file that
    holds no one connected cell.
    """
    roots: list[tuple[int, bool]] = []  # line where each begins, whether it is a cell body
    depths: list[tuple[float, int]] = []

    def check(reader: Any) -> None:
        # contours that overlap from above are one body; the importer has marked all but the first of them
        first = [s for s in reader.sections if s.parentsec is None and not s.is_subsidiary]
        roots.extend((int(reader.iline[int(s.id)]), bool(s.iscontour_)) for s in first)
        _check_asc(path, reader)
        for s in (s for s in reader.sections if s.iscontour_):
            at = int(s.id)
            depths.append(
                (float(np.mean(reader.z.as_numpy()[at : at + int(s.raw.ncol())])), int(reader.iline[at]))
            )

    branches, said = imported("Import3d_Neurolucida3", _clean_asc(path), _asc_region, check)
    if not branches:
        line = re.search(r"on line (\d+)", said)  # of a word that it does not expect
        why = "nothing to build" if line is None else "not in the order of this format"
        why = next(iter(re.findall("NEURON: (.*)", said)), why)
        what = f"NEURON's importer finds no cell here ({why}), expected contours and trees of points"
        raise broken(path, int(line[1]) if line else 1, what)
    if not all((b.points[:, 3] > 0).all() and np.isfinite(b.points).all() for b in branches):
        raise broken(path, 1, "the soma's contour crosses itself, expected its outline")
    _check_one_cell(path, roots, depths)
    warnings = [] if any(b.region == "soma" for b in branches) else [f"{path}: has no soma contour"]
    for sign, what in ASC_WARNINGS.items():
        if sign in said:
            warnings.append(f"{path}: {what}: {said.count(sign)}")
    factor, told = read_scale(path, [], scale)
    for branch in branches:
        branch.points = branch.points * factor
    return branches, warnings + told + _gaps(path, branches)
