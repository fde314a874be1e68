"""The figure of a protocol: what was applied, V, concentrations, and what each process moved."""

from typing import TYPE_CHECKING

import numpy as np

from ..experiments.run_result import RunResult
from ..physics.ions import IONS
from ..protocol.told import Told
from ..solve.tally import ATP
from ..words import count, minus
from .style import COLOUR, GREY, MAGENTA, new_figure, shades
from .tables import SYMBOL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SCALES = (("days", 2 * 86400e3, 86400e3), ("h", 2 * 3600e3, 3600e3), ("min", 120e3, 60e3), ("s", 2e3, 1e3))
MOST_TRACES = 4  # of what was applied
DENSE = 400  # corners of a trace, above which a train is drawn as a band
MOST_BARS = 9
LEAST = 3e-3  # of the largest bar, below which one is not seen
AMOUNTS = (("nmol", 1e6), ("pmol", 1e3), ("fmol", 1.0), ("amol", 1e-3))  # and how many fmol each is


def figure(result: RunResult) -> "Figure":
    """V and what was applied over time, concentrations, and bars of what was moved."""
    applied = [one for one in result.told if np.ptp(one.value) > 0][:MOST_TRACES]
    heights = [2.4, *([0.75] * len(applied)), 1.8]
    with new_figure(11.5, 1.1 + 1.25 * sum(heights) * 0.72) as drawn:
        grid = drawn.add_gridspec(len(heights), 2, width_ratios=(2.4, 1), height_ratios=heights)
        unit, scale = next(
            ((name, size) for name, least, size in SCALES if result.course.t[-1] >= least), ("ms", 1.0)
        )
        v = drawn.add_subplot(grid[0, 0])
        _voltage(v, result, scale)
        for row, one in enumerate(applied, start=1):
            _applied(drawn.add_subplot(grid[row, 0], sharex=v), one, scale)
        ions = drawn.add_subplot(grid[-1, 0], sharex=v)
        _ions(ions, result, scale)
        ions.set_xlabel(unit)
        for axis in drawn.axes[:-1]:
            axis.tick_params(labelbottom=False)
        v.set_xlim(0, result.course.t[-1] / scale)
        _bars(drawn.add_subplot(grid[:, 1]), result)
    return drawn


def _voltage(axis: "Axes", result: RunResult, scale: float) -> None:
    course, layout, s = result.course, result.layout, result.summary
    t = course.t / scale
    low, high = course.v.min(axis=1), course.v.max(axis=1)
    if np.max(high - low) > 0.5:
        axis.fill_between(t, low, high, color=GREY, alpha=0.25, lw=0, label="least to most in the cell")
    axis.plot(t, layout.by_area(course.v), color=COLOUR["v"], lw=1.4, label="mean of the membrane")
    if result.spikes:
        times = np.array([peak.t for peak in result.spikes]) / scale
        heights = np.array([peak.v for peak in result.spikes])
        said = f"{count(len(times), 'spike')}"
        axis.plot(times, heights, ".", color=MAGENTA, ms=4 if len(times) < 300 else 1.5, label=said)
    for (label, own), colour in zip(result.cells.items(), shades(len(result.cells)), strict=True):
        axis.plot(t, own.by_area(course.cells[label].v), color=colour, lw=1.1, label=label)
    axis.set_ylabel("V (mV)")
    axis.set_title(f"{s['protocol']} on {s['cell']}")
    if len(axis.get_legend_handles_labels()[1]) > 1:
        axis.legend(fontsize=8, loc="best")


def _applied(axis: "Axes", one: Told, scale: float) -> None:
    if len(one.t) > DENSE:  # a train: between which values it goes, and since when until when
        moving = one.t[np.flatnonzero(np.diff(one.value))]
        axis.fill_between(
            [moving[0] / scale, moving[-1] / scale],
            one.value.min(),
            one.value.max(),
            color=MAGENTA,
            alpha=0.35,
            lw=0,
        )
        axis.set_ylim(*_limits(one.value))
    else:
        axis.plot(one.t / scale, one.value, color=MAGENTA, lw=1.3)
        axis.set_ylim(*_limits(one.value))
    unit = "" if one.unit in ("", "1") else f" ({one.unit})"
    where = f" in {one.place}" if one.place else ""
    axis.set_ylabel("")
    axis.set_title(_name(one.name) + where + unit, fontsize=9)


def _name(name: str) -> str:
    for ion in IONS:
        if name == f"{ion}o":
            return f"{SYMBOL[ion]} outside"
    return {"block": "blocked share of the pumps"}.get(name, name)


def _limits(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.12 * max(high - low, 1e-9)
    return low - room, high + room


def _ions(axis: "Axes", result: RunResult, scale: float) -> None:
    """By how much concentrations inside, and K+ outside where it is a result, have changed."""
    course, layout = result.course, result.layout
    t = course.t / scale
    for ion in (ion for ion in layout.ions if not IONS[ion].trace):
        values = layout.by_volume(getattr(course, ion), course.relative_volume)
        axis.plot(t, values - values[0], color=COLOUR[ion], label=f"{SYMBOL[ion]} in", lw=1.5)
    if layout.follows_outside:
        values = layout.by_volume(course.ko)
        axis.plot(t, values - values[0], color=COLOUR["k"], ls="--", label=f"{SYMBOL['k']} out", lw=1.5)
    axis.axhline(0, color=GREY, lw=0.6)
    axis.set_ylabel("change (mM)")
    axis.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 0.98), ncols=4, borderpad=0)


def _bars(axis: "Axes", result: RunResult) -> None:
    """What every process has moved, the largest first."""
    moved = {key: float(values[-1]) for key, values in result.course.moved.items() if key[1] != ATP}
    size = max(map(abs, moved.values()), default=0.0)
    seen = (key for key in moved if abs(moved[key]) > LEAST * size)
    largest = sorted(seen, key=lambda key: -abs(moved[key]))[:MOST_BARS]
    if not largest:
        axis.axis("off")
        return
    amounts = np.array([moved[key] for key in largest])
    unit, factor = next(((name, by) for name, by in AMOUNTS if size >= by), AMOUNTS[-1])
    places = np.arange(len(largest))[::-1]
    axis.barh(places, amounts / factor, color=[COLOUR[ion] for _, ion in largest], height=0.7)
    axis.axvline(0, color=GREY, lw=0.8)
    axis.set_yticks(places, [f"{process} {SYMBOL[ion]}" for process, ion in largest], fontsize=8.5)
    axis.set_xlabel(f"{unit} into the cell")
    spent = sum(float(values[-1]) for key, values in result.course.moved.items() if key[1] == ATP)
    axis.set_title(minus(f"moved until the end\nATP spent: {spent / factor:.3g} {unit}"), fontsize=9)
