"""The figure of a statement: its panels, drawn from plain data."""

from typing import TYPE_CHECKING

from ..experiments.statements.finding import Finding, Line, Panel, Statement
from ..words import minus
from .study_figure import plain_ticks
from .style import COLOUR, GREEN, GREY, MAGENTA, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CYCLE = ("#222222", GREEN, MAGENTA, "#4477AA", "#CC8833", "#777777")
LONG = 90  # letters of a line of the title


def drawn(statement: Statement, found: Finding, verdict: str) -> "Figure":
    """What is said and the verdict above, the panels side by side below."""
    from textwrap import fill

    with new_figure(5.4 * len(found.panels) + 0.8, 4.4) as figure:
        words = fill(
            f"{statement.number}. {statement.said}: {verdict}", LONG if len(found.panels) > 1 else 60
        )
        figure.suptitle(minus(words), fontsize=11, x=0.02, ha="left")
        axes = figure.subplots(1, len(found.panels), squeeze=False)[0]
        for axis, panel in zip(axes, found.panels, strict=True):
            _panel(axis, panel)
    return figure


def _panel(axis: "Axes", panel: Panel) -> None:
    bars = [line for line in panel.lines if line.style == "bars"]
    for number, line in enumerate(bars):
        _bars(axis, line, number, len(bars))
    others = iter(CYCLE)
    colours: dict[str, str] = {}
    for line in (line for line in panel.lines if line.style != "bars"):
        # the same cell has one colour in all of its lines
        first = line.label.partition(",")[0]
        if first not in colours:
            colours[first] = COLOUR.get(line.colour) or (
                GREY if line.style == "level" else next(others, GREY)
            )
        _line(axis, line, colours[first])
    axis.set_title(minus(panel.title))
    axis.set_xlabel(panel.x)
    axis.set_ylabel(panel.y)
    for along, set_scale, own in (("x", axis.set_xscale, axis.xaxis), ("y", axis.set_yscale, axis.yaxis)):
        if along in panel.log:
            set_scale("log")
            low, high = own.get_view_interval()
            plain_ticks(own, high / low)
    if any(line.label for line in panel.lines) and (len(panel.lines) > 1 or not bars):
        axis.legend(fontsize=8)


def _bars(axis: "Axes", line: Line, number: int, of: int) -> None:
    """Bars of one kind: beside those before them that have the same names, else after them."""
    names = [str(x) for x in line.x]
    ticks = [text.get_text() for text in axis.get_xticklabels()] if number else []
    beside = bool(ticks) and set(names) <= set(ticks)
    width = 0.8 / of
    at = (
        [ticks.index(name) + width * number for name in names]
        if beside
        else range(len(ticks), len(ticks) + len(names))
    )
    colour = COLOUR.get(line.colour) or CYCLE[number % len(CYCLE)]
    axis.bar(list(at), line.y, width if beside or (line.label and of > 1) else 0.8, color=colour,
             label=line.label or None)  # fmt: skip
    if not beside:
        every = [*ticks, *names]
        axis.set_xticks(range(len(every)), every, rotation=35, ha="right")


def _line(axis: "Axes", line: Line, colour: str) -> None:
    label = minus(line.label) or None
    if line.style == "level":
        axis.axhline(line.y[0], color=colour, lw=1, ls=":", label=label)
        return
    if line.style == "range":
        axis.plot(line.x, line.y, "-", color=colour, lw=5, alpha=0.55, solid_capstyle="butt", label=label)
        return
    style = {"line": "-", "broken": (0, (4, 2)), "points": ""}[line.style]
    axis.plot(
        line.x, line.y, ls=style, marker="o" if line.style == "points" else "", color=colour, label=label
    )
