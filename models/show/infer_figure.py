"""The figure of an inference: the sample in pairs of numbers, and values beside predictions."""

from typing import TYPE_CHECKING

import numpy as np

from ..experiments.inference.result import InferResult
from ..words import minus
from .style import COLOUR, GREY, MAGENTA, new_figure
from .tables import amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

BLUE = COLOUR["k"]
MOST = 6  # numbers that are drawn in pairs, those that matter first
BINS = 30
POINTS = 1000  # of the sample that are drawn
INSIDE = (0.393, 0.865)  # of a two-dimensional normal, within one and two standard deviations
WIDE = 2.6  # standard deviations to either side that are drawn
RANDOM = 2000  # draws of the normal approximation where no sample was drawn


def figure(result: InferResult) -> "Figure":
    """Marginals on the diagonal, pairs below it; at the right each value beside what the numbers give."""
    which = list(range(len(result.sought)))[:MOST]
    side = max(1.55 * len(which), 3.4)
    with new_figure(side + 5.2, max(side, 3.8)) as drawn:
        left, right = drawn.subfigures(1, 2, squeeze=False, width_ratios=(side, 5.0))[0]
        _pairs(left, result, which)
        _values(right, result)
        drawn.suptitle(minus(result.line()), fontsize=10.5)
    return drawn


def _logs(result: InferResult) -> np.ndarray:
    """The sample's logarithms; of the normal approximation where there is none, (draws, numbers)."""
    if len(result.draws):
        return np.log(result.draws)
    spread = np.array([one.spread for one in result.sought])
    covariance = result.fit.covariance * np.outer(spread, spread)
    return np.random.default_rng(0).multivariate_normal(np.log(result.best), covariance, RANDOM)


def _pairs(part: "SubFigure", result: InferResult, which: list[int]) -> None:
    logs, count = _logs(result), len(which)
    axes = part.subplots(count, count, squeeze=False, sharex="col")
    for row, i in enumerate(which):
        for column, j in enumerate(which):
            axis = axes[row, column]
            if column > row:
                axis.axis("off")
                continue
            if column == row:
                _marginal(axis, result, i, logs[:, i])
            else:
                _pair(axis, logs[:, j], logs[:, i])
                axis.plot(result.best[j], result.best[i], "+", color=MAGENTA, ms=9, mew=1.8)
                _limits(axis, logs[:, i], upright=True)
            _limits(axis, logs[:, j])
            axis.tick_params(labelsize=7.5)
            if row == count - 1:
                axis.set_xlabel(_label(result, j))
            if column == 0 and row > 0:
                axis.set_ylabel(_label(result, i))
            elif column < row:
                axis.set_yticklabels([])


def _label(result: InferResult, i: int) -> str:
    one = result.sought[i]
    return f"{one.label}" if one.unit == "1" else f"{one.label} ({one.unit})"


def _limits(axis: "Axes", logs: np.ndarray, upright: bool = False) -> None:
    """A logarithmic axis about the sample."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = np.quantile(logs, (0.001, 0.999))
    low, high = np.exp(low - 0.05 * (high - low)), np.exp(high + 0.05 * (high - low))
    set_scale, set_limits, own = (
        (axis.set_yscale, axis.set_ylim, axis.yaxis)
        if upright
        else (axis.set_xscale, axis.set_xlim, axis.xaxis)
    )
    set_scale("log")
    set_limits(low, high)
    subs = (1.0,) if high / low > 300 else (1.0, 3.0) if high / low > 10 else (1.0, 2.0, 5.0)
    if high / low < 3:
        ticks = np.exp(np.linspace(np.log(low), np.log(high), 5)[1:-1:2])
        own.set_ticks([float(f"{tick:.2g}") for tick in ticks])
        own.set_minor_locator(LogLocator(subs=()))
    else:
        own.set_major_locator(LogLocator(subs=subs))
    own.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    own.set_minor_formatter(NullFormatter())


def _marginal(axis: "Axes", result: InferResult, i: int, logs: np.ndarray) -> None:
    """The sample of one number, and its prior."""
    heights, edges = np.histogram(logs, BINS, density=True)
    axis.stairs(heights, np.exp(edges), fill=True, color=BLUE, alpha=0.75)
    one = result.sought[i]
    at = np.linspace(float(logs.min()) - 1, float(logs.max()) + 1, 300)
    if one.flat:
        density = np.where((at >= one.low) & (at <= one.high), 1 / (one.high - one.low), 0.0)
    else:
        density = np.exp(-0.5 * ((at - one.centre) / one.spread) ** 2) / (one.spread * np.sqrt(2 * np.pi))
    axis.plot(np.exp(at), density, color=GREY, lw=1.2, ls="--")
    axis.axvline(result.best[i], color=MAGENTA, lw=1.2)
    own = result.interval(i)
    limits = f"{amount(own['low_95'], 2)} – {amount(own['high_95'], 2)}"
    axis.set_title(f"{one.label} {amount(own['median'], 2)} ({limits})", fontsize=8)
    axis.set_yticks([])
    axis.set_ylim(0, 1.15 * max(float(heights.max()), float(density.max())))
    axis.spines["left"].set_visible(False)


def _pair(axis: "Axes", x: np.ndarray, y: np.ndarray) -> None:
    """Where the sample of two numbers lies: the smallest areas that hold 39 and 86 % of it."""
    counts, x_edges, y_edges = np.histogram2d(x, y, BINS)
    smooth = _smoothed(counts)
    order = np.sort(smooth.ravel())[::-1]
    share = np.cumsum(order) / order.sum()
    levels = sorted({float(order[np.searchsorted(share, inside)]) for inside in INSIDE})
    middle = [np.exp((edges[1:] + edges[:-1]) / 2) for edges in (x_edges, y_edges)]
    some = slice(None, None, max(1, len(x) // POINTS))
    axis.plot(np.exp(x[some]), np.exp(y[some]), ".", color=BLUE, ms=1.2, alpha=0.35)
    axis.contour(*middle, smooth.T, levels, colors=BLUE, linewidths=1.0)


def _smoothed(counts: np.ndarray) -> np.ndarray:
    kernel = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    for axis in (0, 1):
        counts = np.apply_along_axis(np.convolve, axis, counts, kernel, mode="same")
    return counts


def _values(part: "SubFigure", result: InferResult) -> None:
    """Each value, in its errors away from what the best numbers give, with what the sample gives."""
    axis = part.subplots()
    for row, one in enumerate(result.measured):
        low, high = result.predicted_interval(row)
        fitted = result.fit.predicted[row]
        axis.barh(row, (high - low) / one.error, 0.5, (low - one.value) / one.error, color=BLUE, alpha=0.35)
        axis.plot((fitted - one.value) / one.error, row, "|", color=MAGENTA, ms=14, mew=2)
        axis.errorbar(0, row, xerr=1, fmt="o", color=COLOUR["v"], ms=4, capsize=3, lw=1.2)
        unit = "" if one.unit == "1" else f" {one.unit}"
        axis.annotate(
            minus(f"{one.words}: {amount(one.value)} ± {amount(one.error, 2)}{unit}"),
            (0.0, row - 0.33), xycoords=("axes fraction", "data"), fontsize=8, va="bottom",
        )  # fmt: skip
    most = max(3.0, *(abs(float(x)) for x in axis.get_xlim()))
    axis.set_xlim(-most, most)
    axis.set_ylim(len(result.measured) - 0.4, -0.9)
    axis.set_yticks([])
    axis.axvline(0, color=GREY, lw=0.8, zorder=0)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("standard errors from what was measured")
    axis.set_title("measured (●), best (|), 95 % of the sample (bars)", fontsize=9)
