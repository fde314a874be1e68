"""The figure of excite: responses of a cell, or rest and threshold of several along what is varied."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.excite_result import ExciteResult
from ..experiments.keys import name_and_unit
from ..experiments.threshold import Excitability
from ..words import duration, minus
from .style import MAGENTA, new_figure, shades

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 15.0  # ms of the responses that are drawn at least
LONGER = 1.3  # times the longest spike: so much of it
LEGEND = 3  # conditions in a row of the legend


def before(summary: dict[str, Any]) -> str:
    """What has been done to a cell before it is stimulated, in words that follow its name."""
    if "changed_within_hours" in summary:
        return f", changed within {duration(summary['changed_within_hours'])}"
    return f", {duration(summary['hours_of_block'])} after pump block" if summary["hours_of_block"] else ""


def figure(result: ExciteResult) -> "Figure":
    """The responses and, of several conditions, threshold and spike height against the rest; of several cells
    these and the rest against what is varied."""
    if result.beside and result.varied:
        return _beside(result)
    colours = shades(max(len(result.points), 2))
    fired = any(not np.isnan(point.threshold) for point in result.points)
    several = bool(result.varied) and fired
    rows = -(-len(result.points) // LEGEND) if result.varied else 0
    with new_figure(12 if several else 6, 4.2 + 0.22 * rows) as drawn:
        axes = drawn.subplots(1, 3 if several else 1, squeeze=False)[0]
        _responses(axes[0], result, colours, fired)
        if several:
            _against_rest(axes[1], result.points, colours, "threshold", "threshold (nA)")
            axes[1].set_title("the least current that fires it")
            _against_rest(axes[2], result.points, colours, "height", "spike height (mV)")
            axes[2].set_title("spike height, from rest to peak")
        alone = "" if result.varied else f": {result.points[0].outcome.split(';')[0]}"
        drawn.suptitle(minus(result.layout.name + before(result.summary) + alone), fontsize=10.5)
        if result.varied:
            handles, labels = axes[0].get_legend_handles_labels()
            drawn.legend(
                handles, labels, loc="outside lower center", fontsize=8.5, ncols=LEGEND if several else 1
            )
    return drawn


def _beside(result: ExciteResult) -> "Figure":
    """Of several cells rest, threshold and spike height against what is varied."""
    name, *unit = name_and_unit(str(result.varied))
    panels = (
        ("v_rest", "V (mV)", "where it is stimulated from"),
        ("threshold", "threshold, of the lowest", "the least current that fires it"),
        ("height", "spike height (mV)", "spike height; ✕: no spike"),
    )
    with new_figure(12, 4.4) as drawn:
        axes = drawn.subplots(1, len(panels))
        for one, colour in zip(result.cells, shades(len(result.cells)), strict=True):
            for axis, (key, _, _) in zip(axes, panels, strict=True):
                _along(axis, one.points, key, colour, one.layout.name)
        for axis, (_, label, title) in zip(axes, panels, strict=True):
            axis.set_xlabel(name + (f" ({unit[0]})" if unit else ""))
            axis.set_ylabel(label)
            axis.set_title(title)
        axes[1].set_ylim(bottom=0)
        axes[2].set_ylim(bottom=0)
        done = before(result.summary).removeprefix(", ")
        drawn.suptitle(f"{name} {done}" if done else f"at rest with each {name}", fontsize=10.5)
        handles, labels = axes[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="outside lower center", fontsize=8.5, ncols=len(result.cells))
    return drawn


def _along(axis: "Axes", points: list[Excitability], key: str, colour: np.ndarray, name: str) -> None:
    """One number of a cell against what is varied, thresholds as a multiple of the lowest; a cross on the
    ground where there is no spike."""
    at = np.array([point.value for point in points], float)
    order = np.argsort(at)
    points, at = [points[i] for i in order], at[order]
    values = np.array([getattr(point, key) for point in points])
    if key == "threshold" and not np.isnan(values).all():
        values = values / np.nanmin(values)
    axis.plot(at, values, "o-", color=colour, ms=5, label=name)
    if key == "height":
        silent = at[[np.isnan(point.threshold) for point in points]]
        if len(silent):  # a line of nothing, not clipped, has no size, which upsets the layout
            axis.plot(silent, np.zeros(len(silent)), "x", color=colour, ms=8, mew=2, clip_on=False)


def _responses(axis: "Axes", result: ExciteResult, colours: np.ndarray, fired: bool) -> None:
    """V over time at 1.2 times threshold."""
    for point, colour in zip(result.points, colours, strict=False):
        silent = "" if point.outcome == "spike" else f": {point.outcome.split(';')[0]}"
        axis.plot(point.t, point.v, color=colour, label=minus(result.condition(point) + silent))
    axis.axvspan(0, result.duration_ms, color="#999999", alpha=0.2, lw=0)
    axis.set_xlim(0, min(max([SHOWN, *map(_seen, result.points)]), max(p.t[-1] for p in result.points)))
    axis.set_xlabel("time (ms)")
    axis.set_ylabel(f"V in {result.place} (mV)")
    pulse = "1.2 × threshold" if fired else "the strongest pulse"
    least = f", which is {result.points[0].threshold:.3g} nA" if fired and not result.varied else ""
    axis.set_title(f"at {pulse}{least} (shaded: the pulse)")


def _seen(point: Excitability) -> float:
    """How long a response is to be drawn so that its spike is seen whole (ms); 0 without a spike."""
    raised = point.t[point.v - point.v_rest > point.height / 10]
    return LONGER * float(raised[-1]) if len(raised) else 0.0


def _against_rest(
    axis: "Axes", points: list[Excitability], colours: np.ndarray, key: str, label: str
) -> None:
    """One number of each spike against the rest; a cross where there is none."""
    fired = [p for p in points if not np.isnan(p.threshold)]
    axis.plot([p.v_rest for p in fired], [getattr(p, key) for p in fired], color="#BBBBBB", zorder=1)
    for point, colour in zip(points, colours, strict=False):
        if not np.isnan(point.threshold):
            axis.plot(point.v_rest, getattr(point, key), "o", color=colour, ms=7)
    axis.set_ylim(bottom=0, top=1.12 * max([getattr(p, key) for p in fired], default=1.0))
    silent = [p for p in points if np.isnan(p.threshold) and not np.isnan(p.v_rest)]
    for point in silent:
        axis.plot(point.v_rest, 0, "x", color=MAGENTA, ms=8, mew=2, clip_on=False)
    axis.margins(x=0.12)
    axis.set_xlabel("resting potential (mV)" + ("; ✕: no spike" if silent else ""))
    axis.set_ylabel(label)
