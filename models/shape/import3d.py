"""What NEURON's own importer (Import3d) makes of a file: to be built, or to be compared with what is."""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..simulator.runtime import h, quiet_neuron
from .branch import MOST_POINTS, Branch, branches_from_sections
from .locations import region_of

TOLD = 0.005  # of the membrane; a difference that is said


def imported(
    reader_name: str,
    text: str,
    region_of: Callable[[str], str] = region_of,
    check: Callable[[Any], None] | None = None,
) -> tuple[list[Branch], str]:
    """The branches that one of NEURON's importers makes of a text, none where it fails, and what it says.

    check: called with the importer when it has read the text; may raise.
    """

    class Holder:
        """Import3d puts the sections it makes into an object's attributes."""

        all: ClassVar[list] = []  # where it makes none

    holder, branches = Holder(), []
    with contextlib.ExitStack() as stack:
        said = stack.enter_context(quiet_neuron())
        clean = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "clean"
        clean.write_text(text, encoding="utf-8")
        try:
            h.load_file("stdlib.hoc")
            h.load_file("import3d.hoc")
            reader = getattr(h, reader_name)()
            reader.input(str(clean))
            if check is not None:
                check(reader)
            if any(section.raw.ncol() > MOST_POINTS for section in reader.sections):
                return [], f"NEURON: more than {MOST_POINTS} points in one run\n"
            h.Import3d_GUI(reader, 0).instantiate(holder)
            branches = branches_from_sections(holder.all, region_of)
        except (RuntimeError, SystemError):  # from hoc, for anything it dislikes
            pass
    return branches, said[0]


def swc_membrane(points: Mapping[int, Any]) -> dict[str, float] | None:
    """Membrane (um2) by region that NEURON's importer makes of an SWC file's points; None where it cannot.

    It takes points in order, each after its parent, and keeps a table as long as the largest id.
    """
    order = list(points)
    rising = all(a < b for a, b in pairwise(order))
    behind = all(point.parent < i for i, point in points.items())
    usual = order[-1] < 1e7 and all(0 <= point.kind < 100 for point in points.values())
    if not (rising and behind and usual):
        return None
    rows = (
        f"{i} {point.kind} {' '.join(map(repr, point.xyzr.tolist()))} {point.parent}\n"
        for i, point in points.items()
    )
    found: dict[str, float] = {}
    for branch in imported("Import3d_SWC_read", "".join(rows))[0]:
        if not np.isfinite(branch.points).all():
            return None
        found[branch.region] = found.get(branch.region, 0.0) + branch.area
    return found or None


def _by_kind(regions: dict[str, float]) -> tuple[float, float]:
    """Membrane of the soma and of the rest; NEURON calls other types by other names."""
    soma = regions.get("soma", 0.0)
    return soma, sum(regions.values()) - soma


def difference(
    path: Path, branches: list[Branch], theirs: dict[str, float] | None, cutter: Any, turned: bool
) -> list[str]:
    """A sentence, in a list, on how far a cell's membrane is from what NEURON's importer makes, and why; none
    where they agree or there is nothing to compare. theirs: membrane (um2) by region. turned: the file's root
    was no soma point."""
    ours: dict[str, float] = {}
    for branch in branches:
        ours[branch.region] = ours.get(branch.region, 0.0) + branch.area
    here, there = sum(ours.values()), sum((theirs or {}).values())
    least = TOLD * min(here, there)
    if theirs is None or abs(there - here) <= least:
        return []
    (soma, rest), (its_soma, its_rest) = _by_kind(ours), _by_kind(theirs)
    ways, why = cutter.ways, []
    if abs(its_soma - soma) > least / 2:
        reason = f"its soma has {its_soma:.5g} um2, this one {soma:.5g}"
        if turned:
            reason += ", because it begins with the file's root, which is no soma point"
        elif cutter.ball and len(cutter.soma) > 1:
            reason += ", because it makes no sphere of points in one place"
        why.append(reason)
    more = its_rest - rest
    slack = 1e-3 * here
    if not cutter.ball and 0 < more <= ways.inside + slack:
        why.append("it takes the ways to the neurites inside the soma for membrane too")
    elif not cutter.ball and 0 < -more <= ways.outside + slack:
        why.append("it joins neurites to the soma without membrane between them")
    elif abs(more) > least / 2:
        why.append(f"its neurites have {its_rest:.5g} um2, these {rest:.5g}: it joins points in another way")
    size = f"{abs(there - here) / here:.1%} {'more' if there > here else 'less'}"
    return [
        f"{path}: NEURON's Import3d makes {there:.6g} um2 of membrane of it, {size} than the {here:.6g} um2 "
        f"here: {'; '.join(why)}"
    ]
