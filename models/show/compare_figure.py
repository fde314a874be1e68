"""The figure of the comparison: where each cell rests, how it loses it, and why at its own pace."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.block import BlockResult
from ..experiments.compare import CLOSED, CompareResult
from ..words import HOUR, duration
from .style import COLOUR, after_block, new_figure, time_axis
from .tables import SYMBOL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Blocks = dict[str, BlockResult]
Colours = dict[str, str]  # by the cell's name

CELL_COLOUR = (
    *("#7B3294", "#1B7837", "#E08A1E", "#33CCCC", "#111111"),
    *("#3366F0", "#99CC99", "#0000D0", "#9999F0", "#993366"),
)
CLOSED_LINE = (0, (4, 2))
FEW_CELLS = 3  # that the comparison labels where they are; with more, a legend above and a row for each


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
            places = drawn.subplot_mosaic(rows, width_ratios=(1, 1, 1.1))
            if head:
                drawn.suptitle(head, fontsize=9.5, color="#555555")
            _rest_ladder(places["rest"], open_bath, colours)
            _why(places["why"], result, colours)
        else:
            rows = [["v"] * 5, ["ions"] * 2 + ["outside"] * 3, ["rest", "half", 0, 1, 2]]
            widths = (2.7, 1.3, 1.3, 1.3, 1.3)
            places = drawn.subplot_mosaic(rows, height_ratios=heights, width_ratios=widths)
            _row_per_cell(places, result, open_bath, colours)
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
        for ion, style in (("na", "-"), ("k", "--"))[: 2 if few else 1]:
            values = block.layout.by_volume(getattr(block.course, ion), block.course.relative_volume)
            ion_axis.plot(t, values, style, color=colour, label=f"{name} {SYMBOL[ion]}")
        if closed is None:
            continue
        t, v = _voltage(closed)
        half = _half_way(v_axis, closed.summary, colour)
        v_axis.plot(t, v, color=colour, ls=CLOSED_LINE, label=f"{name}, in a closed space{half}")
        outside_axis.plot(t, closed.layout.by_volume(closed.course.ko), color=colour, label=name)
    v_axis.set_title(f"pump blocked: the step at once, then the run-down (◆ half-way to {_goal(result)})")
    v_axis.set_ylabel("V (mV)")
    ion_axis.set_ylabel("inside (mM)" if few else "Na⁺ inside (mM)")
    ion_axis.set_title(f"in a bath: Na⁺ comes in{', K⁺ goes out' if few else ''}")
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
    legend = v_axis.legend(loc="upper left", title=f"half-way to {_goal(result)} after", alignment="left")
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


def _row_per_cell(places: dict[Any, "Axes"], result: CompareResult, blocks: Blocks, colours: Colours) -> None:
    """A row per cell: its potentials, its half-way times and the ratios that explain them."""
    rest, times, names = places["rest"], places["half"], list(blocks)
    slow, ratios = _ratios(result, names)
    for row, name in enumerate(names):
        _potentials(rest, row, blocks[name], colours[name])
        for column, label in enumerate((name, name + CLOSED)):
            half = result.blocks[label].summary["hours_half_way_to_final"] if label in result.blocks else None
            text = "–" if half is None else duration(half)
            times.text(column, row, text, ha="center", va="center", fontsize=8.5)
        for column, of in enumerate(ratios.values()):
            if name in of:
                axis = places[column]
                axis.plot([1, of[name]], [row, row], color=colours[name], lw=4, solid_capstyle="butt")
                axis.plot(of[name], row, "o", color=colours[name], ms=7)
                at = axis.get_yaxis_transform()
                axis.text(1, row, f"×{of[name]:.3g}", transform=at, ha="right", va="center", fontsize=8.5)
    for axis in (rest, times, *(places[column] for column in range(len(ratios)))):
        axis.set_yticks(range(len(names)), names if axis is rest else [])
        axis.set_ylim(len(names) - 0.4, -0.6)
    rest.margins(x=0.2)
    rest.set_xlabel("mV")
    rest.set_title("● rest (above), | without pump (below),\nbetween ■ E of K⁺ and ■ E of Na⁺")
    times.set_xticks([0, 1], ["bath", "closed"])
    times.set_xlim(-0.5, 1.5)
    times.spines["left"].set_visible(False)
    times.tick_params(length=0)
    times.set_title(f"half-way to\n{_goal(result)} after")
    for column, (label, of) in enumerate(ratios.items()):
        _ratio_axis(places[column], label, of, slow)


def _potentials(axis: "Axes", row: int, block: BlockResult, colour: str) -> None:
    """In one row: E of K+ and of Na+, and between them the rest and V at once without the pump."""
    note = partial(axis.annotate, textcoords="offset points", va="center", fontsize=8.5)
    potentials = {ion: block.before.nernst(ion) for ion in ("k", "na")}
    axis.plot(list(potentials.values()), [row, row], color="#CCCCCC", lw=4, zorder=0)
    for (ion, e), side, away in zip(potentials.items(), ("right", "left"), (-7, 7), strict=True):
        axis.plot(e, row, "s", color=COLOUR[ion], ms=7)
        note(f"{e:.0f}", (e, row), (away, 0), ha=side, color=COLOUR[ion])
    v, unpumped = block.before.summary["v_rest_mV"], at_once(block.summary)
    axis.plot(v, row, "o", color=colour, ms=9)
    axis.plot(unpumped, row, "|", color=colour, ms=14, mew=2)
    note(f"{v:.1f}", (v, row), (0, 11), ha="center", fontweight="bold")
    note(f"{unpumped:.1f}", (unpumped, row), (0, -12), ha="center")


def _ratio_axis(axis: "Axes", label: str, of: dict[str, float], slow: str) -> None:
    """A logarithmic axis of ratios to the slowest cell, with room for their numbers."""
    from matplotlib.ticker import NullLocator

    low, high = min(of.values(), default=1.0), max(of.values(), default=1.0)
    span = max(high / low, 2.0)
    axis.axvline(1, color="#CCCCCC", lw=1, zorder=0)
    axis.set_xscale("log")
    axis.set_xlim(low / span**0.15, high * span**0.8)  # the numbers are on the right
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter("×{x:g}")
    axis.set_title(label)
    axis.set_xlabel(f"relative to {slow}")


def _goal(result: CompareResult) -> str:
    """What the blocks go to, by the name that the table gives it."""
    ends = [block.summary["final_name"] for block in result.blocks.values()]
    return "Donnan" if all(end.startswith("Donnan") for end in ends) else "the end"


def at_once(summary: dict) -> float:
    """V (mV) without the pump at once; the rest's where the cell fires at once."""
    v = summary["v_immediate_mV"]
    return summary["v_before_mV"] if v is None else v


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
                f"E of {SYMBOL[ion]}\n{e:.0f}",
                (e, row),
                (0, 9),
                textcoords="offset points",
                ha="right" if ion == "k" else "center",  # rest may be just beside E of K+
                color=COLOUR[ion],
                fontsize=8.5,
            )
        axis.plot(s["v_rest_mV"], row, "o", color=colours[name], ms=11)
        axis.annotate(
            f"rest {s['v_rest_mV']:.1f} mV",
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
            f"without pump {unpumped:.1f}",
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


def _ratios(result: CompareResult, names: list[str]) -> tuple[str, dict[str, dict[str, float]]]:
    """The slowest cell, and relative to it: surface per volume, flux per surface, speed."""
    cells = {name: result.summary["cells"][name] for name in names}
    slow = min(cells, key=lambda name: cells[name]["block"]["nai_rise_mM_per_min"])
    found = {}
    for label, part, key in (
        ("surface\nper volume", "rest", "surface_to_volume_per_um"),
        ("pump flux\nper surface", "rest", "pump_net_current_uA_cm2"),
        ("Na⁺ rise\nper time", "block", "nai_rise_mM_per_min"),
    ):
        base = cells[slow][part][key]
        # no pump: nothing to relate to
        found[label] = {n: c[part][key] / base for n, c in cells.items() if base > 0 and c[part][key] > 0}
    return slow, found


def _why(axis: "Axes", result: CompareResult, colours: Colours) -> None:
    """Ratios to the slowest cell as bars."""
    from matplotlib.ticker import NullLocator

    slow, ratios = _ratios(result, list(colours))
    width = 0.8 / len(colours)
    for i, (name, colour) in enumerate(colours.items()):
        for j, of in enumerate(ratios.values()):
            if name not in of:
                continue
            place = j + (i - (len(colours) - 1) / 2) * width
            axis.bar(place, of[name], width * 0.9, color=colour, label=name if j == 0 else None)
            axis.annotate(
                f"×{of[name]:.{3 if of[name] >= 1 else 2}g}",
                (place, of[name]),
                (0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=9.5 if len(colours) < 3 else 7,
            )
    axis.set_xticks(range(len(ratios)), list(ratios))
    axis.set_yscale("log")
    lowest = min((ratio for of in ratios.values() for ratio in of.values()), default=1.0)
    low, high = 0.7 * min(lowest, 1.0), axis.get_ylim()[1]
    share = 0.07 * len(colours) + 0.05  # of the height, for the legend
    axis.set_ylim(low, high * (high / low) ** (share / (1 - share)))
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter("×{x:g}")
    axis.set_title(f"why: membrane per volume, relative to {slow}")
    axis.legend(loc="upper left")
