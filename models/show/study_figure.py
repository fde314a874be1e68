"""The figure of a study: a map over a grid, or what explains the spread of a cohort."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.keys import name_and_unit
from ..studies.spread import Explained
from ..studies.study_result import StudyResult, heading
from ..words import count, minus
from .style import COLOUR, GREEN, GREY, MAGENTA, new_figure
from .tables import amount

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS = 3  # numbers that are drawn
BARS = 10  # of a tornado
SHADES = ("#DDDDDD", "#B5B5B5", "#E9C6D8", "#C9DCE9", "#EFE3BD", "#8F8F8F")  # of members without numbers
DECADES = 300.0  # over which there is room for 2 and 5 on a logarithmic axis
LEVELS = 6  # contour lines


def figure(result: StudyResult) -> "Figure":
    """Maps with contour lines over two numbers, lines over one; of samples and cohorts how what was found
    spreads, what explains it, and the members against that; of a file's rows a mark a member."""
    told = [key for key in result.told if np.isfinite(result.found[key]).any()][:PANELS]
    rows = 1 if result.design.dimensions or not result.spread else 3
    with new_figure(4.6 * max(len(told), 1) + 0.6, (4.2 if rows == 1 else 3.3) * rows + 0.4) as drawn:
        axes = drawn.subplots(rows, max(len(told), 1), squeeze=False)
        s = result.summary
        title = f"{s['name']}: " if s["name"] != "study" else ""
        drawn.suptitle(
            f"{title}{s['compute']} of {count(s['members'], 'member')}{result.of_cell}",
            fontsize=11,
            parse_math=False,  # names are the user's
        )
        if not told:
            axes[0, 0].text(0.5, 0.5, "no member has numbers:\n" + _failed(result), ha="center", va="center")
            axes[0, 0].set_axis_off()
        for i, key in enumerate(told):
            if len(result.design.dimensions) >= 2:
                _map(axes[0, i], result, key, i)
            elif result.design.dimensions:
                _line(axes[0, i], result, key)
            elif result.spread:
                _histogram(axes[0, i], result, key)
                if key in result.spread:
                    _tornado(axes[1, i], result.spread[key])
                    _scatter(axes[2, i], result, key, result.spread[key])
                else:  # it is the same in all members, or too few have it
                    axes[1, i].set_axis_off()
                    axes[2, i].set_axis_off()
            else:
                _marks(axes[0, i], result, key)
    return drawn


def _failed(result: StudyResult) -> str:
    return ", ".join(f"{reason} ({number})" for reason, number in result.summary["failed"].items())


def label(key: str) -> str:
    """A number's key as an axis says it: "v rest (mV)"."""
    try:
        name, *unit = name_and_unit(key)
    except KeyError:
        name, unit = key, []
    said = name.replace("_", " ")
    said = "V" + said[1:] if said.startswith("v ") else said
    return said + (f" ({unit[0]})" if unit else "")


def _map(axis: "Axes", result: StudyResult, key: str, panel: int) -> None:
    """A number in colours over the last two that differ, contour lines on it; where there is none, why."""
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch
    from matplotlib.patheffects import withStroke

    names = list(result.design.dimensions)
    x_name, y_name = names[-1], names[-2]
    shape = [len(values) for values in result.design.dimensions.values()]
    middle = tuple(size // 2 for size in shape[:-2])
    values = _whole(result, result.found[key]).reshape(shape)[middle]
    reasons = _whole(result, result.reason).reshape(shape)[middle]
    x, y = (_axis(axis, result, name, upright) for name, upright in ((x_name, False), (y_name, True)))
    rising = np.ix_(np.argsort(y), np.argsort(x))  # as axes are, in whatever order they were given
    values, reasons, x, y = values[rising], reasons[rising], np.sort(x), np.sort(y)
    places = edges(x, axis.get_xscale() == "log"), edges(y, axis.get_yscale() == "log")
    drawn = axis.pcolormesh(*places, np.ma.masked_invalid(values), cmap="viridis")
    axis.figure.colorbar(drawn, ax=axis, format=lambda v, _: minus(f"{v:g}"))
    words = any(isinstance(one, str) for name in (x_name, y_name) for one in result.design.dimensions[name])
    smooth = not words and min(values.shape) > 1 and np.isfinite(values).sum() > 4
    if smooth and np.nanmax(values) > np.nanmin(values):
        shown: Any = {"colors": "white", "linewidths": 0.8, "linestyles": "solid"}
        lines = axis.contour(x, y, np.ma.masked_invalid(values), LEVELS, **shown)
        said = axis.clabel(lines, fontsize=7.5, fmt=lambda v: minus(f"{v:g}"))
        for part in (lines, *said):  # readable on the lightest colour too
            part.set_path_effects([withStroke(linewidth=1.8, foreground="#444444")])
    patches = []
    for number, reason in enumerate(sorted({str(word) for word in reasons.ravel() if word})):
        shade = SHADES[number % len(SHADES)]
        without = np.ma.masked_where(reasons != reason, np.ones(values.shape))
        axis.pcolormesh(*places, without, cmap=ListedColormap([shade]))
        patches.append(Patch(facecolor=shade, label=reason))
    if patches and not panel:
        axis.figure.legend(handles=patches, fontsize=8.5, loc="outside lower left", ncols=len(patches))
    fixed = [
        f"{n} {amount_of(result.design.dimensions[n][i])}" for n, i in zip(names[:-2], middle, strict=True)
    ]
    axis.set_title(", ".join([label(key), *fixed]))


def amount_of(value: Any) -> str:
    """A value that differs, as words."""
    return value if isinstance(value, str) else amount(value)


def _whole(result: StudyResult, values: np.ndarray) -> np.ndarray:
    """Values of all members of a grid, those that are not there yet without any."""
    empty: Any = np.nan if values.dtype.kind == "f" else "not computed"
    found = np.full(result.design.count, empty, values.dtype)
    found[result.numbers] = values
    return found


def _axis(axis: "Axes", result: StudyResult, name: str, upright: bool) -> np.ndarray:
    """Name an axis by what differs along it; its values, words by their place."""
    values = list(result.design.dimensions[name])
    set_label, set_scale = (
        (axis.set_ylabel, axis.set_yscale) if upright else (axis.set_xlabel, axis.set_xscale)
    )
    set_label(label(heading(name)))
    if any(isinstance(value, str) for value in values):
        ticks = axis.set_yticks if upright else axis.set_xticks
        ticks(range(len(values)), [str(value) for value in values])
        return np.arange(len(values))
    numbers = np.array(values, float)
    if even_in_log(numbers):
        set_scale("log")
        plain_ticks(axis.yaxis if upright else axis.xaxis, numbers.max() / numbers.min())
    return numbers


def edges(centres: np.ndarray, log: bool) -> np.ndarray:
    """Where the fields of rising values begin and end, half-way between two of them on their axis."""
    at = np.log(centres) if log else centres
    half = np.diff(at) / 2 if len(at) > 1 else np.full(1, 0.5)
    found = np.array([at[0] - half[0], *(at[1:] + at[:-1]) / 2, at[-1] + half[-1]])
    return np.exp(found) if log else found


def even_in_log(values: np.ndarray) -> bool:
    """Whether values go by factors."""
    if len(values) < 3 or values.min() <= 0:
        return False
    steps = np.diff(np.log(np.sort(values)))
    return bool(np.ptp(steps) < 1e-6 * abs(steps).max())


def plain_ticks(axis: Any, range_: float) -> None:
    """Numbers beside a logarithmic axis as a reader writes them. range_: its highest over its lowest."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if range_ < DECADES else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: amount(value, 3)))
    axis.set_minor_formatter(NullFormatter())


def _line(axis: "Axes", result: StudyResult, key: str) -> None:
    """A number along the one that differs; members without numbers are marks on the axis."""
    (name,) = result.design.dimensions
    x = _axis(axis, result, name, False)[result.numbers]
    rising = np.argsort(x)
    axis.plot(x[rising], result.found[key][rising], "o-", ms=3.5, color=_colour(key))
    axis.set_ylabel(label(key))
    failed = np.array([bool(word) for word in result.reason])
    if failed.any():
        low = axis.get_ylim()[0]
        axis.plot(x[failed], np.full(failed.sum(), low), "x", color=MAGENTA, clip_on=False)
        axis.annotate(_failed(result), (x[failed][0], low), (4, 6), textcoords="offset points", color=MAGENTA,
                      fontsize=8.5)  # fmt: skip


def _colour(key: str) -> str:
    return COLOUR["v"] if key.startswith("v_") else COLOUR.get(key.partition("i_")[0], GREEN)


def _histogram(axis: "Axes", result: StudyResult, key: str) -> None:
    """How a number spreads over the members, with its median and the middle 90 %."""
    values = result.found[key][np.isfinite(result.found[key])]
    axis.hist(values, bins=min(40, max(8, int(np.sqrt(len(values))))), color=_colour(key), alpha=0.75)
    low, middle, high = np.percentile(values, (5, 50, 95))
    axis.axvline(middle, color=MAGENTA, lw=1.5)
    axis.axvspan(low, high, color=MAGENTA, alpha=0.12, lw=0)
    axis.set_title(minus(f"median {amount(middle)}, 90 % within {amount(low)} to {amount(high)}"), fontsize=9)
    axis.set_xlabel(label(key))
    axis.set_ylabel("members")
    axis.locator_params(axis="x", nbins=5)


def _tornado(axis: "Axes", found: Explained) -> None:
    """What explains a spread: shares of its variance with their errors, or rank correlations."""
    order = found.order()[:BARS][::-1]
    y, names = np.arange(len(order)), [found.names[i] for i in order]
    shares = not np.isnan(found.first).all()
    if shares:
        both = not np.isnan(found.total).all()
        height = 0.38 if both else 0.7
        bars: Any = {"height": height, "error_kw": {"lw": 1, "ecolor": GREY}}
        first, error = (100 * own[order] for own in (found.first, found.first_error))
        axis.barh(y + (0.2 if both else 0), first, xerr=error, color=GREEN, label="alone", **bars)
        if both:
            total, error = (100 * own[order] for own in (found.total, found.total_error))
            axis.barh(y - 0.2, total, xerr=error, color=MAGENTA, label="with others", **bars)
            axis.legend(loc="lower right", fontsize=8)
        axis.set_xlabel("share of the variance explained (%)")
        axis.set_xlim(left=min(0, axis.get_xlim()[0]))
    else:
        axis.barh(y, found.rank[order], 0.7, color=GREEN)
        axis.axvline(0, color=GREY, lw=0.8)
        axis.set_xlabel("rank correlation")
    axis.set_yticks(y, names)


def _scatter(axis: "Axes", result: StudyResult, key: str, found: Explained) -> None:
    """A number against what explains most of its spread, a mark a member."""
    first = found.order()[0]
    name = found.names[first]
    axis.plot(result.given[name], result.found[key], "o", ms=3, alpha=0.6, color=_colour(key), mew=0)
    axis.set_xlabel(label(heading(name)))
    axis.set_ylabel(label(key))
    axis.set_title(minus(f"rank correlation {found.rank[first]:+.2f}"), fontsize=9)


def _marks(axis: "Axes", result: StudyResult, key: str) -> None:
    """A mark a member, by its number in the file."""
    axis.plot(result.numbers, result.found[key], "o", ms=5, color=_colour(key))
    axis.set_xlabel("number of the member")
    axis.set_ylabel(label(key))
