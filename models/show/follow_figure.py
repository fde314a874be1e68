"""The figure of branches of resting states: V and the ions against the number that is turned."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.follow_result import Branch, FollowResult, Number, shown_ions
from ..experiments.follow_states import VOLUME
from ..experiments.keys import name_and_unit, shown
from ..solve.turns import FOLD, HOPF
from ..words import minus
from .style import COLOUR, GREEN, GREY, MAGENTA, new_figure
from .tables import SYMBOL, amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARK = {FOLD: "o", HOPF: "s"}
UNSTABLE = (0, (3, 2))
DRAWN = ("na", "k", "cl")
LOWER = 2.8  # inches, the height of a panel below V
WIDE, APART = 0.35, 0.05  # of the axes: as wide as a mark's letters at most, and as high


def figure(result: FollowResult) -> "Figure":
    """Whole lines where a state is stable, broken ones where it is not; folds and Hopf points with their
    numbers, and where these are in two numbers. States that are asked for stand below, the first below V."""
    layout, second = result.layout, result.second
    top = ["v", "ions"] if second is None else ["v", "ions", "curves"]
    rows: list[Any] = [top]
    for i in range(0, len(result.states), len(top)):
        part = result.states[i : i + len(top)]
        rows.append([*part, *("." for _ in top[len(part) :])])
    lower = len(rows) - 1
    with new_figure(11 if second is None else 15, 4.6 + LOWER * lower) as drawn:
        widths, heights = (1.25, *(1 for _ in top[1:])), (4.6, *(LOWER for _ in range(lower)))
        axes = drawn.subplot_mosaic(rows, width_ratios=widths, height_ratios=heights)
        for name, key in {"v": "v_mV", **result.keys()}.items():
            _panel(axes[name], result, name, key)
        for branch in result.branches:
            for ion in (ion for ion in shown_ions(layout) if ion in DRAWN):
                draw_branch(axes["ions"], branch, result.mean(branch, f"{ion}i"), COLOUR[ion])
        axes["ions"].set_ylabel("inside (mM)")
        number_axis(axes["ions"], result.along)
        _number_marks(axes["v"], result)
        axes["v"].set_title(f"{layout.name}: resting states along {result.along.name}")
        _legend(axes["v"], axes["ions"], result)
        if second is not None:
            _curves(axes["curves"], result, second)
    return drawn


def _panel(axis: "Axes", result: FollowResult, name: str, key: str) -> None:
    """One state of every branch, V or another, with its folds and Hopf points."""
    colour = COLOUR.get(name, COLOUR.get(name[:-1], GREEN))
    for branch in result.branches:
        values = result.mean(branch, name)
        draw_branch(axis, branch, values, colour)
        for i in (i for i, kind in enumerate(branch.turn) if kind in MARK):
            axis.plot(branch.value[i], values[i], MARK[branch.turn[i]], color=MAGENTA, ms=5.5, zorder=4)
    what, unit = {"v": "V", VOLUME: "relative volume"}.get(name, name), name_and_unit(key)[1:]
    axis.set_ylabel(f"{what} ({unit[0]})" if unit else what)
    number_axis(axis, result.along)


def _curves(axis: "Axes", result: FollowResult, second: Number) -> None:
    """Where folds and Hopf points are in two numbers."""
    for curve in result.curves:
        axis.plot(curve.value, curve.second, color=MAGENTA, ls="-" if curve.kind == FOLD else UNSTABLE)
    number_axis(axis, result.along)
    number_axis(axis, second, upright=True)
    words = {FOLD: "folds", HOPF: "Hopf points (broken)"}
    kinds = [words[kind] for kind in words if any(curve.kind == kind for curve in result.curves)]
    axis.set_title(" and ".join(kinds) or "no folds")


def draw_branch(axis: "Axes", branch: Branch, values: np.ndarray, colour: str) -> None:
    """A line through a branch's points, whole between those that are stable. values: (points,)."""
    stable = np.maximum(branch.growing[:-1], branch.growing[1:]) <= 0  # a turn, -1, belongs to both sides
    for whole, part in groupby(range(len(stable)), key=lambda i: bool(stable[i])):
        own = list(part)
        at = slice(own[0], own[-1] + 2)
        style, width = ("-", 1.8) if whole else (UNSTABLE, 1.2)
        axis.plot(branch.value[at], values[at], color=colour, ls=style, lw=width)


def number_axis(axis: "Axes", number: Number, upright: bool = False) -> None:
    """The axis of a number that is turned, logarithmic where it was so."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    low, high = sorted((number.range.low, number.range.high))
    own = axis.yaxis if upright else axis.xaxis
    if number.range.log:
        (axis.set_yscale if upright else axis.set_xscale)("log")
        own.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 1e3 else (1,)))
        own.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        own.set_minor_locator(NullLocator())
    (axis.set_ylim if upright else axis.set_xlim)(low, high)
    unit = "" if number.unit == "1" else f" ({shown(number.unit)})"
    own.set_label_text(f"{number.name}{unit}")


def _number_marks(axis: "Axes", result: FollowResult) -> None:
    """The numbers of folds and Hopf points beside them, held apart where they are close."""
    unit = "" if result.along.unit == "1" else f" {shown(result.along.unit)}"
    marks = []
    for branch in result.branches:
        v = result.mean(branch, "v")
        marks += [(v[i], branch.value[i]) for i, kind in enumerate(branch.turn) if kind in MARK]
    low, high = axis.get_ylim()
    taken: list[tuple[float, float]] = []  # where letters are: along, 0 to 1, and V
    for v_mark, value in sorted(marks, reverse=True):
        x, y = abs(result.along.range.place(value)), v_mark
        for other_x, other_y in taken:
            if abs(other_x - x) < WIDE:
                y = min(y, other_y - APART * (high - low))
        taken.append((x, y))
        left = axis.transData.transform((value, y))[0] > axis.transAxes.transform((0.5, 0))[0]
        axis.annotate(
            minus(f"{amount(value)}{unit}, {v_mark:.1f} mV"), (value, y), (-7 if left else 7, -3),
            textcoords="offset points", ha="right" if left else "left", va="top", fontsize=8.5, color=MAGENTA,
            bbox={"fc": "white", "ec": "none", "alpha": 0.75, "pad": 0.5},
        )  # fmt: skip
    axis.set_ylim(low, high)


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
