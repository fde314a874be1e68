"""The figure of the comparison: where each cell rests, how it loses it, and why at its own pace."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.block import BlockResult
from ..experiments.compare import CLOSED, CompareResult
from ..words import HOUR, duration, minus
from .compare_rows import Blocks, Colours, at_once, goal_of, row_per_cell, why
from .style import COLOUR, after_block, new_figure, time_axis
from .tables import SYMBOL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL_COLOUR = (
    *("#7B3294", "#1B7837", "#E08A1E", "#33CCCC", "#111111"),
    *("#3366F0", "#99CC99", "#0000D0", "#9999F0", "#993366"),
)
CLOSED_LINE = (0, (4, 2))
K_LINE = (0, (1, 1.2))  # of K+ inside, beside a whole line for Na+
FEW_CELLS = 2  # that the comparison labels where they are; with more, a legend above and a row for each


def figure(result: CompareResult) -> "Figure":
    """The story in one figure: where each cell rests, how it loses it, and why at its own pace."""
    open_bath = {name: block for name, block in result.blocks.items() if not name.endswith(CLOSED)}
    colours = {name: CELL_COLOUR[i % len(CELL_COLOUR)] for i, name in enumerate(open_bath)}
    few = len(open_bath) <= FEW_CELLS
    head = "volume: osmotic" if next(iter(open_bath.values())).layout.osmotic else None
    heights = (3.3, 2.8, 1.1 + 0.46 * len(open_bath))
    with new_figure(13, 7.6 if few else sum(heights) + 0.7) as drawn:
        if few:
            rows: list[list[Any]] = [["v", "v", "rest"], ["ions", "outside", "why"]]
            if len(open_bath) == 1:  # nothing to compare with
                rows = [["v", "v", "v"], ["ions", "outside", "rest"]]
            places = drawn.subplot_mosaic(rows, width_ratios=(1, 1, 1.1))
            if head:
                drawn.suptitle(head, fontsize=9.5, color="#555555")
            _rest_ladder(places["rest"], open_bath, colours)
            if "why" in places:
                why(places["why"], result, colours)
        else:
            rows = [["v"] * 5, ["ions"] * 2 + ["outside"] * 3, ["rest", "half", 0, 1, 2]]
            widths = (2.7, 1.3, 1.3, 1.3, 1.3)
            places = drawn.subplot_mosaic(rows, height_ratios=heights, width_ratios=widths)
            row_per_cell(places, result, open_bath, colours)
            _legend_above(drawn, colours, head)
        _run_downs(places, result, open_bath, colours, few)
    return drawn


def _run_downs(
    places: dict[Any, "Axes"], result: CompareResult, open_bath: Blocks, colours: Colours, few: bool
) -> None:
    """V, the ions inside and K+ outside over time; few: of so few cells that each is named here."""
    v_axis, ion_axis, outside_axis = (places[name] for name in ("v", "ions", "outside"))
    for name, block in open_bath.items():
        colour, closed = colours[name], result.blocks.get(name + CLOSED)
        t, v = _voltage(block)
        half = _half_way(v_axis, block.summary, colour)
        v_axis.plot(t, v, color=colour, label=f"{name}, in a bath{half}")
        v_axis.plot(t[0], v[0], "o", color=colour, clip_on=False, zorder=5)
        for ion, style in (("na", "-"), ("k", K_LINE)):
            values = block.layout.by_volume(getattr(block.course, ion), block.course.relative_volume)
            ion_axis.plot(t, values, ls=style, color=colour, label=f"{name} {SYMBOL[ion]}")
        if closed is None:
            continue
        t, v = _voltage(closed)
        half = _half_way(v_axis, closed.summary, colour)
        v_axis.plot(t, v, color=colour, ls=CLOSED_LINE, label=f"{name}, in a closed space{half}")
        outside_axis.plot(t, closed.layout.by_volume(closed.course.ko), color=colour, label=name)
    v_axis.set_title(f"pump blocked: the step at once, then the run-down (◆ half-way to {goal_of(result)})")
    v_axis.set_ylabel("V (mV)")
    ion_axis.set_ylabel("inside (mM)")
    said = ("", "") if few else (" (lines)", " (dots)")  # there a legend says it
    ion_axis.set_title(f"in a bath: Na⁺ comes in{said[0]}, K⁺ goes out{said[1]}")
    outside_axis.set_ylabel("K⁺ outside (mM)")
    outside_axis.set_title("in a closed space: K⁺ piles up outside")
    shortest = min(block.course.t[-1] for block in result.blocks.values())
    for axis in (v_axis, ion_axis, outside_axis):
        time_axis(axis, np.array([0.0, 0.02, shortest]))
    outside_axis.set_visible(bool(outside_axis.lines))
    if few:
        _legends_within(v_axis, ion_axis, outside_axis, result)


def _voltage(block: BlockResult) -> tuple[np.ndarray, np.ndarray]:
    """Times of a logarithmic axis (ms) and the cell's mean V (mV)."""
    return after_block(block.course), block.layout.by_area(block.course.v)


def _legends_within(v_axis: "Axes", ion_axis: "Axes", outside_axis: "Axes", result: CompareResult) -> None:
    """Which line is which, where there is room for it."""
    legend = v_axis.legend(loc="upper left", title=f"half-way to {goal_of(result)} after", alignment="left")
    share = 0.07 * (1 + len(legend.texts))  # of the height, above what V is until the ions move
    highest = max(at_once(block.summary) for block in result.blocks.values())
    low, high = v_axis.get_ylim()
    v_axis.set_ylim(low, max(high, (highest - share * low) / (1 - share)))
    pairs = [*ion_axis.lines[::2], *ion_axis.lines[1::2]]
    ion_axis.legend(handles=pairs, loc="best", ncols=2, fontsize=8.5)
    if outside_axis.lines:
        outside_axis.legend(loc="upper left", fontsize=8.5)
    for axis in (ion_axis, outside_axis):  # narrow: every other label
        for label in axis.get_xticklabels()[::2]:
            label.set_visible(False)


def _legend_above(figure: "Figure", colours: Colours, head: str | None) -> None:
    """Which colour is which cell, and which line which surrounding, for all panels."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color="#555555", label="in a bath"),
        Line2D([], [], color="#555555", ls=CLOSED_LINE, label="in a closed space"),
        *(Line2D([], [], color=colour, lw=4, label=name) for name, colour in colours.items()),
    ]
    figure.legend(handles=handles, loc="outside upper center", title=head, ncols=-(-len(handles) // 2))


def _half_way(axis: "Axes", summary: dict, colour: str) -> str:
    """Mark when V has covered half the way to its end; what to say of it in the legend."""
    half = summary["hours_half_way_to_final"]
    if half is None:
        return ""
    level = 0.5 * (summary["v_before_mV"] + summary["final_mV"])
    axis.plot(half * HOUR, level, "D", color=colour, ms=6)
    return f": {duration(half)}"


def _rest_ladder(axis: "Axes", blocks: Blocks, colours: Colours) -> None:
    """Per cell: E_K, rest, the voltage without pump, E_Na."""
    names = list(blocks)
    for row, name in enumerate(names):
        before, s = blocks[name].before, blocks[name].before.summary
        potentials = {ion: before.nernst(ion) for ion in ("k", "na")}
        axis.plot([potentials["k"], potentials["na"]], [row, row], color="#CCCCCC", lw=4, zorder=0)
        for ion, e in potentials.items():
            axis.plot(e, row, "s", color=COLOUR[ion], ms=8)
            axis.annotate(
                minus(f"E of {SYMBOL[ion]}\n{e:.0f}"),
                (e, row),
                (0, 9),
                textcoords="offset points",
                ha="right" if ion == "k" else "center",  # rest may be just beside E of K+
                color=COLOUR[ion],
                fontsize=8.5,
            )
        axis.plot(s["v_rest_mV"], row, "o", color=colours[name], ms=11)
        axis.annotate(
            minus(f"rest {s['v_rest_mV']:.1f} mV"),
            (s["v_rest_mV"], row),
            (0, 10),
            textcoords="offset points",
            ha="left",
            color=colours[name],
            fontweight="bold",
        )
        unpumped = at_once(blocks[name].summary)
        axis.plot(unpumped, row, "|", color=colours[name], ms=16, mew=2)
        axis.annotate(
            minus(f"without pump {unpumped:.1f} mV"),
            (unpumped, row),
            (0, -17),
            textcoords="offset points",
            ha="left",
            color=colours[name],
            fontsize=8.5,
        )
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(-0.6, len(names) - 0.2)
    axis.margins(x=0.16)
    axis.set_xlabel("mV")
    axis.set_title("rest is between the ions' potentials")
