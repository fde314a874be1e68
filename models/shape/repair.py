"""Faults of an SWC file that leave a choice: points without a radius, parts that hang on nothing.

They are refused, with how many there are and in which lines, unless the user asks for the repair: a missing
radius is the parent's, what is not connected to the soma's tree is left out, and all of it is listed.
"""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from .text import broken

SOMA = 1
THINNEST = 1e-6  # um, radius
MOST_LISTED = 20  # ranges of lines in a sentence


def in_lines(numbers: Iterable[int]) -> str:
    """ "line 3" or "lines 3, 7-9" for the numbers of lines, however many."""
    numbers = sorted(set(numbers))
    breaks = [i for i, (a, b) in enumerate(pairwise(numbers), start=1) if b != a + 1]
    runs = [numbers[i:j] for i, j in pairwise([0, *breaks, len(numbers)])]
    listed = [f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs[:MOST_LISTED]]
    more = f" and {len(runs) - MOST_LISTED} more places" if len(runs) > MOST_LISTED else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(listed)}{more}"


def checked_tree(path: Path, points: dict, repair: bool) -> tuple[int, list[str]]:
    """The root's id of the one tree that the points are, and what was changed for it (warnings).

    points: id -> Point, mended in place where `repair` is set. InputError for a cycle, and without `repair`
    for a missing radius, a missing parent and a second root.
    """
    trees = _trees(path, points)
    faults, remedies = _faults(points, trees)
    if faults and not repair:
        line = min(line for line, _ in faults)
        what = "; ".join(sentence for _, sentence in sorted(faults))
        raise broken(path, line, f"{what} (--repair, in Python repair=True, {' and '.join(remedies)})")
    if not repair:
        return next(iter(trees)), []
    changed = [*_keep_one(points, trees), *_fill_radii(path, points)]
    root = next(i for i, point in points.items() if point.parent < 0)
    if not changed:
        return root, [f"{path}: repair: nothing to repair"]
    return root, [f"{path}: repaired: {what}" for what in changed]


def _trees(path: Path, points: dict) -> dict[int, list[int]]:
    """Root -> the ids of its tree, roots in the order of the file; a missing parent makes a root too."""
    trees = {i: [i] for i, point in points.items() if point.parent not in points}
    if not trees:
        first = min(p.line for p in points.values())
        raise broken(path, first, "no root: no point has parent -1, so the points form a cycle")
    tree_of = {root: root for root in trees}
    for start in points:
        way, at, seen = [], start, set()
        while at not in tree_of:
            if at in seen:
                raise broken(path, points[at].line, f"cycle: the parents of point {at} lead back to it")
            seen.add(at)
            way.append(at)
            at = points[at].parent
        tree_of.update(dict.fromkeys(way, tree_of[at]))
        trees[tree_of[at]] += way
    return trees


def among(lines: list[int]) -> str:
    """How many there are and where, for a sentence that has named the first."""
    return f"; {len(lines)} such, in {in_lines(lines)}" if len(lines) > 1 else ""


def _faults(points: dict, trees: dict) -> tuple[list[tuple[int, str]], list[str]]:
    """(line, sentence) of each kind of fault, and what the repair does about them."""
    faults, remedies = [], []
    thin = [point for point in points.values() if point.xyzr[3] < THINNEST]
    if thin:
        what = f"radius is {thin[0].xyzr[3]:g} um, expected {THINNEST:g} or more"
        faults.append((thin[0].line, what + among([point.line for point in thin])))
        remedies.append("takes the parent's radius")
    orphans = [i for i in trees if points[i].parent >= 0]
    if orphans:
        what = f"parent {points[orphans[0]].parent} of point {orphans[0]} is missing from the file"
        faults.append((points[orphans[0]].line, what + among([points[i].line for i in orphans])))
    first, *further = [i for i in trees if points[i].parent < 0] or [None]
    if further:
        what = (
            f"second root (point {further[0]}; the first is point {first} in line {points[first].line}); "
            f"expected one connected tree"
        )
        faults.append((points[further[0]].line, what + among([points[i].line for i in further])))
    if orphans or further:
        remedies.append("keeps the soma's tree")
    return faults, remedies


def _keep_one(points: dict, trees: dict) -> list[str]:
    """Leave out every tree but the one of the thickest soma point or, without a soma, the largest."""

    def rank(root: int) -> tuple[bool, float, int]:
        soma = [points[i].xyzr[3] for i in trees[root] if points[i].kind == SOMA]
        return bool(soma), max(soma, default=0.0), len(trees[root])

    kept, changed = max(trees, key=rank), []
    if points[kept].parent >= 0:
        point = points[kept]
        changed.append(
            f"point {kept} (line {point.line}), whose parent {point.parent} is missing, is the root"
        )
        points[kept].parent = -1
    gone = [i for root in trees if root != kept for i in trees[root]]
    if gone:
        count = "1 point" if len(gone) == 1 else f"{len(gone)} points"
        count += f" in {len(trees) - 1} fragments" if len(trees) > 2 else ""
        what = "the soma's" if rank(kept)[0] else "the largest"
        lines = in_lines(points[i].line for i in gone)
        changed.append(f"left out {count} not connected to {what} tree, {lines}")
    for i in gone:
        del points[i]
    return changed


def _fill_radii(path: Path, points: dict) -> list[str]:
    """Give points without a radius their parent's, a root that of the nearest point that has one."""
    thin = {i for i, point in points.items() if point.xyzr[3] < THINNEST}
    if not thin:
        return []
    root = next(i for i, point in points.items() if point.parent < 0)
    if len(thin) == len(points):
        raise broken(path, points[root].line, "no point has a radius above 0, so none can be taken over")
    lines = in_lines(points[i].line for i in thin)
    children: dict[int, list[int]] = {i: [] for i in points}
    for i, point in points.items():
        children.setdefault(point.parent, []).append(i)
    order = [root]
    for i in order:  # breadth first; grows meanwhile
        order += children[i]
    if root in thin:
        points[root].xyzr[3] = next(points[i].xyzr[3] for i in order if i not in thin)
    for i in order[1:]:
        if i in thin:
            points[i].xyzr[3] = points[points[i].parent].xyzr[3]
    from_child = f", the root's ({points[root].xyzr[3]:g} um) from the nearest point that has one"
    what = (
        f"{len(thin)} radii below {THINNEST:g} um are the parent's"
        if len(thin) > 1
        else (f"a radius below {THINNEST:g} um is the parent's")
    )
    return [f"{what}{from_child if root in thin else ''}, {lines}"]
