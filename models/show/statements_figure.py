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
LONG = 62  # letters of a line of the title, above each panel
LONG_NAME = 12  # letters; bars of longer names lie
NARROW = 4.6  # inches
SHORT = 20  # letters of a line of a title in it
ROW = 0.34  # inches of a bar that lies
SWAPPED = str.maketrans("xy", "yx")


def drawn(statement: Statement, found: Finding, verdict: str, below: bool = False) -> "Figure":
    """What is said and the verdict above, the panels side by side; below: one below the other, and narrow."""
    from textwrap import fill

    many = len(found.panels)
    rows = [len(_names(panel)) if _lying(panel) else 0 for panel in found.panels]
    high = [max(4.4, 1.6 + ROW * row) for row in rows]
    size = (NARROW, 0.8 * sum(high) + 0.4) if below else (5.4 * many + 0.8, max(high))
    with new_figure(*size) as figure:
        words = fill(f"{statement.number}. {statement.said}: {verdict}", 52 if below else LONG * many)
        figure.suptitle(minus(words), fontsize=11, x=0.02, ha="left")
        shape = {"nrows": many, "height_ratios": high} if below else {"ncols": many}
        axes = figure.subplots(squeeze=False, **shape).ravel()
        for axis, panel in zip(axes, found.panels, strict=True):
            _panel(axis, panel)
            # beside long names there is little room
            title = fill(minus(panel.title), SHORT) if below and _lying(panel) else minus(panel.title)
            axis.set_title(title)
    return figure


def _names(panel: Panel) -> list[str]:
    """What the bars of a panel are called, each once."""
    return list(dict.fromkeys(str(x) for line in panel.lines if line.style == "bars" for x in line.x))


def _lying(panel: Panel) -> bool:
    """Whether a panel's bars lie, so that their long names can be read."""
    bars_alone = all(line.style in ("bars", "level") for line in panel.lines)
    return bars_alone and max(map(len, _names(panel)), default=0) > LONG_NAME


def _panel(axis: "Axes", panel: Panel) -> None:
    bars = [line for line in panel.lines if line.style == "bars"]
    lying = _lying(panel)
    at = {name: i for i, name in enumerate(_names(panel))}
    for number, line in enumerate(bars):
        _bars(axis, line, (number, len(bars)), at, lying)
    others = iter(CYCLE)
    colours: dict[str, str] = {}
    for line in (line for line in panel.lines if line.style != "bars"):
        # the same cell has one colour in all of its lines
        first = line.label.partition(",")[0]
        if first not in colours:
            colours[first] = COLOUR.get(line.colour) or (
                GREY if line.style == "level" else next(others, GREY)
            )
        _line(axis, line, colours[first], lying)
    axis.set_xlabel(panel.y if lying else panel.x)
    axis.set_ylabel(panel.x if lying else panel.y)
    log = panel.log.translate(SWAPPED) if lying else panel.log
    for along, set_scale, own in (("x", axis.set_xscale, axis.xaxis), ("y", axis.set_yscale, axis.yaxis)):
        if along in log:
            set_scale("log")
            low, high = own.get_view_interval()
            plain_ticks(own, high / low)
    if any(line.label for line in panel.lines) and (len(panel.lines) > 1 or not bars):
        axis.legend(fontsize=8, frameon=True, edgecolor="none", framealpha=0.6)


def _bars(axis: "Axes", line: Line, which: tuple[int, int], at: dict[str, int], lying: bool) -> None:
    """Bars of one kind, beside those of the others that have the same names. which: its number and of how
    many; at: where each name is."""
    number, of = which
    places = [at[str(x)] for x in line.x]
    beside = of > 1 and len(at) < of * len(line.x)  # not names of its own
    width = 0.8 / of if beside else 0.8
    shift = width * (number - (of - 1) / 2) if beside else 0.0
    colour, label = COLOUR.get(line.colour) or CYCLE[number % len(CYCLE)], line.label or None
    where = [place + shift for place in places]
    if lying:
        axis.barh(where, line.y, width, color=colour, label=label)
        axis.set_yticks(range(len(at)), list(at))
        axis.set_ylim(len(at) - 0.4, -0.6)  # the first on top
    else:
        axis.bar(where, line.y, width, color=colour, label=label)
        axis.set_xticks(range(len(at)), list(at), rotation=35, ha="right")


def _line(axis: "Axes", line: Line, colour: str, lying: bool) -> None:
    label = minus(line.label) or None
    if line.style == "level":
        across = axis.axvline if lying else axis.axhline
        across(line.y[0], color=colour, lw=1, ls=":", label=label)
        return
    if line.style == "range":
        axis.plot(line.x, line.y, "-", color=colour, lw=5, alpha=0.55, solid_capstyle="butt", label=label)
        return
    style = {"line": "-", "broken": (0, (4, 2)), "points": ""}[line.style]
    axis.plot(
        line.x, line.y, ls=style, marker="o" if line.style == "points" else "", color=colour, label=label
    )
