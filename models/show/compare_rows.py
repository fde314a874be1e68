"""Cells beside each other as rows and bars: potentials, half-way times, and the ratios that explain them."""

from functools import partial
from typing import TYPE_CHECKING, Any

from ..experiments.block import BlockResult
from ..experiments.compare import CLOSED, CompareResult
from ..words import duration, minus
from .style import COLOUR

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Blocks = dict[str, BlockResult]
Colours = dict[str, str]  # by the cell's name


def row_per_cell(places: dict[Any, "Axes"], result: CompareResult, blocks: Blocks, colours: Colours) -> None:
    """A row per cell: its potentials, its half-way times and the ratios that explain them."""
    rest, times, names = places["rest"], places["half"], list(blocks)
    ratios = _ratios(result, names, names[0])
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
    rest.margins(x=0.27)
    rest.set_xlabel("mV")
    rest.set_title("● rest (above), | without pump (below),\nfrom E of K⁺ (left) to E of Na⁺ (right)")
    times.set_xticks([0, 1], ["bath", "closed"])
    times.set_xlim(-0.5, 1.5)
    times.spines["left"].set_visible(False)
    times.tick_params(length=0)
    times.set_title(f"half-way to\n{goal_of(result)} after")
    for column, (label, of) in enumerate(ratios.items()):
        _ratio_axis(places[column], label, of, names[0])


def _potentials(axis: "Axes", row: int, block: BlockResult, colour: str) -> None:
    """In one row: E of K+ and of Na+, and between them the rest and V at once without the pump."""
    note = partial(axis.annotate, textcoords="offset points", va="center", fontsize=8.5)
    potentials = {ion: block.before.nernst(ion) for ion in ("k", "na")}
    axis.plot(list(potentials.values()), [row, row], color="#CCCCCC", lw=4, zorder=0)
    for (ion, e), side, away in zip(potentials.items(), ("right", "left"), (-7, 7), strict=True):
        axis.plot(e, row, "s", color=COLOUR[ion], ms=7)
        note(minus(f"{e:.0f}"), (e, row), (away, 0), ha=side, color=COLOUR[ion])
    v, unpumped = block.before.summary["v_rest_mV"], at_once(block.summary)
    axis.plot(v, row, "o", color=colour, ms=9)
    axis.plot(unpumped, row, "|", color=colour, ms=14, mew=2)
    note(minus(f"{v:.1f}"), (v, row), (0, 11), ha="center", fontweight="bold")
    note(minus(f"{unpumped:.1f}"), (unpumped, row), (0, -12), ha="center")


def _ratio_axis(axis: "Axes", label: str, of: dict[str, float], first: str) -> None:
    """A logarithmic axis of ratios to the first cell, with room for their numbers."""
    from matplotlib.ticker import NullLocator

    low, high = min(of.values(), default=1.0), max(of.values(), default=1.0)
    span = max(high / low, 2.0)
    axis.axvline(1, color="#CCCCCC", lw=1, zorder=0)
    axis.set_xscale("log")
    axis.set_xlim(low / span**0.15, high * span**0.8)  # the numbers are on the right
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter("×{x:g}")
    axis.set_title(label)
    axis.set_xlabel(f"relative to {first}")


def goal_of(result: CompareResult) -> str:
    """What the blocks go to, by the name that the table gives it."""
    ends = [block.summary["final_name"] for block in result.blocks.values()]
    return "Donnan" if all(end.startswith("Donnan") for end in ends) else "the end"


def at_once(summary: dict) -> float:
    """V (mV) without the pump at once; the rest's where the cell fires at once."""
    v = summary["v_immediate_mV"]
    return summary["v_before_mV"] if v is None else v


def _ratios(result: CompareResult, names: list[str], first: str) -> dict[str, dict[str, float]]:
    """Relative to one of the cells: surface per volume, flux per surface, speed."""
    cells = {name: result.summary["cells"][name] for name in names}
    found = {}
    for label, part, key in (
        ("surface\nper volume", "rest", "surface_to_volume_per_um"),
        ("pump flux\nper surface", "rest", "pump_net_current_uA_cm2"),
        ("Na⁺ rise\nper time", "block", "nai_rise_mM_per_min"),
    ):
        base = cells[first][part][key]
        # no pump: nothing to relate to
        found[label] = {n: c[part][key] / base for n, c in cells.items() if base > 0 and c[part][key] > 0}
    return found


def why(axis: "Axes", result: CompareResult, colours: Colours) -> None:
    """How many times the slower of two cells the faster one is, as bars from ×1."""
    from matplotlib.ticker import NullLocator

    cells = result.summary["cells"]
    slow, fast = sorted(colours, key=lambda name: cells[name]["block"]["nai_rise_mM_per_min"])
    ratios = _ratios(result, [slow, fast], slow)
    axis.axhline(1, color=colours[slow], lw=2.5)
    for place, of in enumerate(ratios.values()):
        if fast not in of:
            continue
        ratio = of[fast]
        axis.bar(place, ratio - 1, 0.5, bottom=1, color=colours[fast])
        axis.annotate(
            f"×{ratio:.{3 if ratio >= 1 else 2}g}",
            (place, ratio),
            (0, 4 if ratio >= 1 else -4),
            textcoords="offset points",
            ha="center",
            va="bottom" if ratio >= 1 else "top",
        )
    axis.set_xticks(range(len(ratios)), list(ratios))
    axis.set_xlim(-0.6, len(ratios) - 0.4)
    axis.set_yscale("log")
    shown = [1.0, *(of[fast] for of in ratios.values() if fast in of)]
    span = max(max(shown) / min(shown), 2.0)
    axis.set_ylim(min(shown) / span**0.12, max(shown) * span**0.12)  # the numbers are beyond the bars
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter("×{x:g}")
    axis.set_title(f"why: {fast} relative to {slow} (line)")
