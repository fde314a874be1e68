"""The figure of branches of resting states: V and the ions against the number that is turned."""

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ..experiments.follow_result import Branch, FollowResult, shown_ions
from ..experiments.keys import shown
from ..solve.turns import FOLD, HOPF
from ..words import minus
from .style import COLOUR, GREY, MAGENTA, new_figure
from .tables import SYMBOL, amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARK = {FOLD: "o", HOPF: "s"}
UNSTABLE = (0, (3, 2))
DRAWN = ("na", "k", "cl")


def figure(result: FollowResult) -> "Figure":
    """Whole lines where a state is stable, broken ones where it is not; folds and Hopf points with their
    numbers."""
    layout = result.layout
    with new_figure(11, 4.6) as drawn:
        v_axis, ion_axis = drawn.subplots(1, 2, width_ratios=(1.25, 1))
        for branch in result.branches:
            draw_branch(v_axis, branch, layout.by_area(branch.state["v"]), COLOUR["v"])
            grown = branch.state["relative_volume"]
            for ion in (ion for ion in shown_ions(layout) if ion in DRAWN):
                inside = layout.by_volume(branch.state[ion], grown)
                draw_branch(ion_axis, branch, inside, COLOUR[ion])
        for axis, heads in ((v_axis, "V (mV)"), (ion_axis, "inside (mM)")):
            axis.set_ylabel(heads)
            number_axis(axis, result)
        _mark(v_axis, result)
        v_axis.set_title(f"{layout.name}: resting states along {result.along}")
        _legend(v_axis, ion_axis, result)
    return drawn


def draw_branch(axis: "Axes", branch: Branch, values: np.ndarray, colour: str) -> None:
    """A line through a branch's points, whole between those that are stable. values: (points,)."""
    stable = np.maximum(branch.growing[:-1], branch.growing[1:]) <= 0  # a turn, -1, belongs to both sides
    for whole, part in groupby(range(len(stable)), key=lambda i: bool(stable[i])):
        own = list(part)
        at = slice(own[0], own[-1] + 2)
        style, width = ("-", 1.8) if whole else (UNSTABLE, 1.2)
        axis.plot(branch.value[at], values[at], color=colour, ls=style, lw=width)


def number_axis(axis: "Axes", result: FollowResult) -> None:
    """The axis of the number that is turned, logarithmic where the search was."""
    from matplotlib.ticker import FuncFormatter, LogLocator

    low, high = sorted((result.range.low, result.range.high))
    if result.range.log:
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 1e3 else (1,)))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.minorticks_off()
    axis.set_xlim(low, high)
    unit = "" if result.unit == "1" else f" ({shown(result.unit)})"
    axis.set_xlabel(f"{result.along}{unit}")


def _mark(axis: "Axes", result: FollowResult) -> None:
    """Folds and Hopf points with their numbers beside them."""
    low, high = sorted((result.range.low, result.range.high))
    middle = np.sqrt(low * high) if result.range.log else (low + high) / 2
    for branch in result.branches:
        v = result.layout.by_area(branch.state["v"])
        for i, kind in enumerate(branch.turn):
            if kind not in MARK:
                continue
            value = branch.value[i]
            axis.plot(value, v[i], MARK[kind], color=MAGENTA, ms=5.5, zorder=4)
            left = value > middle
            axis.annotate(
                minus(f"{amount(value)}, {v[i]:.1f} mV"), (value, v[i]), (-7 if left else 7, -3),
                textcoords="offset points", ha="right" if left else "left", va="top", fontsize=8.5,
                color=MAGENTA,
            )  # fmt: skip


def _legend(v_axis: "Axes", ion_axis: "Axes", result: FollowResult) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=COLOUR["v"], label="stable")]
    if any((branch.growing > 0).any() for branch in result.branches):
        lines.append(Line2D([], [], color=COLOUR["v"], ls=UNSTABLE, lw=1.2, label="unstable"))
    kinds = {kind for branch in result.branches for kind in branch.turn}
    for kind, word in ((FOLD, "fold"), (HOPF, "Hopf point")):
        if kind in kinds:
            lines.append(Line2D([], [], color=MAGENTA, marker=MARK[kind], ls="", ms=5.5, label=word))
    v_axis.legend(handles=lines, loc="best", fontsize=8.5, labelcolor=GREY)
    ions = [ion for ion in shown_ions(result.layout) if ion in DRAWN]
    ion_axis.legend(
        handles=[Line2D([], [], color=COLOUR[ion], label=SYMBOL[ion]) for ion in ions],
        loc="best", fontsize=8.5,
    )  # fmt: skip
