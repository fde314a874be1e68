"""Marks of a drawing as SVG: lines, boxes, words. Colours are classes, which the page's style sheet gives."""

from collections.abc import Sequence
from html import escape

import numpy as np

from ..physics.ions import IONS
from ..words import minus

WIDTH = 440  # of every drawing; its height is its own
LETTER = 7.3  # width of a letter, of words of 14
SHOWN = ("na", "k", "cl", "ca", "hco3", "mg")


def coordinate(number: float) -> str:
    """A place in a drawing."""
    return f"{number:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line."""
    a, b, c, d = map(coordinate, (x1, y1, x2, y2))
    return f'<line class="{kind}" x1="{a}" y1="{b}" x2="{c}" y2="{d}"/>'


def box(x: float, y: float, width: float, height: float, kind: str, round_: float = 2) -> str:
    """A filled box."""
    a, b, c, d = map(coordinate, (x, y, max(width, 0.0), max(height, 0.0)))
    return f'<rect class="{kind}" x="{a}" y="{b}" width="{c}" height="{d}" rx="{round_:g}"/>'


def words(x: float, y: float, said: str, kind: str = "", anchor: str = "middle") -> str:
    """A line of words; anchor: "start", "middle" or "end"."""
    place = f'x="{coordinate(x)}" y="{coordinate(y)}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(said)}</text>'


def path(points: Sequence[tuple[float, float]], kind: str) -> str:
    """A line through points."""
    found = " ".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{found}"/>' if points else ""


def shape(points: Sequence[tuple[float, float]], kind: str) -> str:
    """A filled area."""
    found = " ".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{found}Z"/>'


def drawing(height: float, name: str, said: str, marks: Sequence[str], left: float = 0) -> str:
    """A drawing. name: its title; said: what a reader is told who cannot see it."""
    inner = "".join(marks)
    head = f"<title>{escape(name)}</title><desc>{escape(said)}</desc>"
    view = f"{coordinate(left)} 0 {WIDTH} {coordinate(height)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="{view}" role="img" '
        f'aria-label="{escape(name)}. {escape(said)}">{head}{inner}</svg>'
    )


def apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places as near as can be to those given, in their order, at least so far apart and within low and
    high."""
    order = np.argsort(places, kind="stable")
    found = np.clip(np.asarray(places, float)[order], low, high)
    for i in range(1, len(found)):
        found[i] = max(found[i], found[i - 1] + least)
    if len(found) and found[-1] > high:
        found[-1] = high
        for i in range(len(found) - 2, -1, -1):
            found[i] = min(found[i], found[i + 1] - least)
    back = np.empty(len(found))
    back[order] = found
    return back.tolist()


def levels(places: Sequence[float], widths: Sequence[float]) -> list[int]:
    """On which of several lines each word stands so that none runs into another; from the left."""
    ends: list[float] = []
    found = [0] * len(places)
    for i in np.argsort(places, kind="stable"):
        left, right = places[i] - widths[i] / 2, places[i] + widths[i] / 2
        level = next((n for n, end in enumerate(ends) if end + 6 <= left), len(ends))
        ends[level : level + 1] = [right]
        found[i] = level
    return found


def number(value: float, places: int = 1) -> str:
    """A number with a minus sign; none before 0."""
    said = f"{value:.{places}f}"
    return minus(said.removeprefix("-") if float(said) == 0 else said)


def of_size(value: float) -> str:
    """A number of any size in three digits."""
    return minus(f"{value:.3g}")


def printed(ion: str) -> str:
    """An ion as on paper."""
    return IONS[ion].printed
