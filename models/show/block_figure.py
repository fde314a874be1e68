"""The figure of a pump block: V and ions over time, along the cell, and on its shape."""

from typing import TYPE_CHECKING

import numpy as np

from ..cell.kinds import KINDS
from ..experiments.block import BlockResult
from ..experiments.layout import Layout
from ..physics.ions import IONS
from ..solve.course import Course
from ..words import HOUR, duration, minus
from .drawing import alike, draw_cell, limits_of, visible
from .style import COLOUR, GREEN, GREY, MAGENTA, after_block, name_levels, new_figure, shades, time_axis
from .tables import SYMBOL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

APART = 0.05  # mM of Na+ between compartments from which they count as different
UNDERSHOOT = 1.0  # mV below the rest by which V is said to undershoot once the pumps run again
BEFORE = "#AAAAAA"  # colour of what was before the block, beside the shades of the times after it


def figure(result: BlockResult) -> "Figure":
    """V and ions over time and, where compartments come to differ, along the cell and on its shape."""
    layout, course = result.layout, result.course
    spread = np.ptp(course.na, axis=1)
    differs = spread.max() > APART
    moment = int(np.argmax(spread))  # when the compartments differ most
    outer = layout.follows_outside
    heights = [1.1, *([0.9] if outer or layout.osmotic else []), *([1, 1.15] if differs else [])]
    with new_figure(11, 3.4 * sum(heights)) as drawn:
        drawn.suptitle(_conditions(layout), fontsize=9.5, color="#555555")
        rows = iter(drawn.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0])
        v_axis, ion_axis = next(rows).subplots(1, 2)
        more: list[Axes] = []
        if outer or layout.osmotic:
            more = list(next(rows).subplots(1, outer + layout.osmotic, squeeze=False)[0])
        _v_over_time(v_axis, result)
        if outer:
            _outside_over_time(more[0], result)
        if layout.osmotic:
            _volume_over_time(more[-1], result)
        _ions_over_time(ion_axis, layout, course)
        band = "mean of the cell; band: all compartments" if differs else "the same in all compartments"
        ion_axis.set_title(f"ions: {band}" if layout.size > 1 else "ions")
        for axis in (v_axis, ion_axis, *more):
            _clock(axis, result)
        if result.recover_at_hours:
            _recovery(v_axis, result, result.recover_at_hours * HOUR)
        if differs:
            _along(next(rows).subplots(1, 3), layout, course, moment)
            if layout.branches:
                _on_the_shape(next(rows), layout, course, moment)
    return drawn


def _on_the_shape(row: "SubFigure", layout: Layout, course: Course, moment: int) -> None:
    """V, Na+ and K+ at one moment in the cell's own shape; of both ions a colour's step is as many mM."""
    row.suptitle(
        f"after {duration(course.t[moment] / HOUR)}, when the compartments differ most", fontsize=10.5
    )
    v, na, k = (values[moment] for values in (course.v, course.na, course.k))
    seen = visible(layout)
    limits = [limits_of(v[seen]), *alike(limits_of(na[seen]), limits_of(k[seen]))]
    panels = (("V (mV)", v), ("Na⁺ inside (mM)", na), ("K⁺ inside (mM)", k))
    for axis, (label, values), of in zip(row.subplots(1, 3), panels, limits, strict=True):
        draw_cell(axis, layout, values, label, of)


def _conditions(layout: Layout) -> str:
    """What a run assumed of the cell's surroundings, for the head of a figure."""
    of = layout.provenance
    glia = f"; glia: {of['glia'].split()[0]}" if "glia" in of else ""
    return f"along the cell: {of['axial']}; volume: {of['volume']}; outside: {of['outside']}{glia}"


def _ions_over_time(axis: "Axes", layout: Layout, course: Course) -> None:
    """The concentrations inside, mean and band; Ca2+, which is far lower, on an axis of its own."""
    t = after_block(course)
    for ion in layout.ions:
        on, scale = axis.twinx() if IONS[ion].trace else axis, IONS[ion].per_mM
        values, mean = getattr(course, ion), layout.by_volume(getattr(course, ion), course.relative_volume)
        on.fill_between(
            t, scale * values.min(axis=1), scale * values.max(axis=1), color=COLOUR[ion], alpha=0.2, lw=0
        )
        on.plot(t, scale * mean, color=COLOUR[ion], label=SYMBOL[ion])
        if on is not axis:
            on.set_ylim(bottom=0)
            on.set_ylabel(f"{SYMBOL[ion]} inside ({IONS[ion].unit})", color=COLOUR[ion])
            on.tick_params(axis="y", colors=COLOUR[ion])
            on.spines["right"].set(visible=True, color=COLOUR[ion])
    axis.set_ylim(bottom=0)
    axis.set_ylabel("inside (mM)")
    second = any(IONS[ion].trace for ion in layout.ions)
    axis.legend(loc="center left" if second else "best")  # "best" does not see the other axis


def _outside_over_time(axis: "Axes", result: BlockResult) -> None:
    """The concentrations in the spaces outside, mean and band."""
    layout, course, t = result.layout, result.course, after_block(result.course)
    if layout.space == "bath":  # T-tubules: K+ alone, or Na+ and Cl- would make a flat line of it
        values = course.ko[:, layout.in_lumen]
        axis.fill_between(t, values.min(axis=1), values.max(axis=1), color=COLOUR["k"], alpha=0.2, lw=0)
        axis.plot(t, values.mean(axis=1), color=COLOUR["k"])
        axis.ticklabel_format(axis="y", useOffset=False)
        axis.set_ylabel("K⁺ in the lumen (mM)")
        axis.set_title("in the T-tubules, mean; band: all rings")
        return
    for ion in layout.ions:
        values = getattr(course, ion + "o")
        axis.fill_between(t, values.min(axis=1), values.max(axis=1), color=COLOUR[ion], alpha=0.2, lw=0)
        axis.plot(t, layout.by_volume(values), color=COLOUR[ion], label=SYMBOL[ion])
    axis.set_ylim(bottom=0)
    axis.legend(loc="best")
    axis.set_ylabel("outside (mM)")
    axis.set_title(KINDS[layout.space].place)


def _volume_over_time(axis: "Axes", result: BlockResult) -> None:
    """The relative volume, mean and band."""
    course, t = result.course, after_block(result.course)
    axis.fill_between(
        t,
        course.relative_volume.min(axis=1),
        course.relative_volume.max(axis=1),
        color="#666666",
        alpha=0.2,
        lw=0,
    )
    axis.plot(t, result.layout.by_volume(course.relative_volume), color="#666666")
    low, high = course.relative_volume.min(), course.relative_volume.max()
    margin = 0.1 * max(high - low, 0.05)
    axis.set_ylim(low - margin, high + margin)
    axis.set_ylabel("volume (× at the start)")
    axis.set_title("water follows")


def _v_over_time(axis: "Axes", result: BlockResult) -> None:
    layout, course, s = result.layout, result.course, result.summary
    t, v = after_block(course), layout.by_area(course.v)
    axis.fill_between(t, course.v.min(axis=1), course.v.max(axis=1), color=COLOUR["v"], alpha=0.15, lw=0)
    axis.plot(t, v, color=COLOUR["v"])
    glia, levels = result.before.glia, []
    if glia is not None and course.glia is not None:
        own = glia.layout.by_area(course.glia.v)
        axis.plot(t, own, color=GREEN, ls="-.", lw=1.4)
        at = int(0.35 * len(t))
        axis.annotate("glia", (t[at], own[at]), (0, 5), textcoords="offset points", color=GREEN, fontsize=8.5)
    # where the block leads is drawn where the cell comes near it; elsewhere it would flatten the course
    near = not result.endless
    if near and abs(v - s["v_before_mV"]).max() > 0.2 * abs(s["final_mV"] - s["v_before_mV"]):
        axis.axhline(s["final_mV"], color=GREY, ls="--", lw=1)
        name = "Donnan" if s["final_name"].startswith("Donnan") else "for ever"
        levels.append((s["final_mV"], f"{name}\n{s['final_mV']:.1f} mV", GREY))
    if s["v_immediate_mV"] is not None:  # None: it fires at once
        axis.axhline(s["v_immediate_mV"], color=MAGENTA, ls=":", lw=1.2)
        step = s["v_immediate_mV"] - s["v_before_mV"]
        levels.append((s["v_immediate_mV"], f"at once\n{step:+.2f} mV", MAGENTA))
    name_levels(axis, levels)
    place = "" if len(result.where) == layout.size else f" in {result.place}"
    axis.set_title(f"{layout.name}: {100 * s['fraction']:g} % of the pumps{place} blocked")
    axis.set_ylabel("V, mean of the cell (mV)" if layout.size > 1 else "V (mV)")


def _recovery(axis: "Axes", result: BlockResult, at: float) -> None:
    """When (ms) the pumps run again and, where V then falls below its rest, how far."""
    course, s = result.course, result.summary
    low, high = axis.get_ylim()
    axis.set_ylim(low - 0.16 * (high - low), high)  # room for the words below the course
    t, v = course.t[result.recovery :], result.layout.by_area(course.v)[result.recovery :]
    lowest, said = int(np.argmin(v)), "pump on"
    if v[lowest] < min(s["v_before_mV"], v[-1]) - UNDERSHOOT:
        axis.plot(t[lowest], v[lowest], "o", color=GREEN, ms=5)
        said += f", undershoot to {v[lowest]:.1f} mV\n(much Na⁺ to pump)"
    late = at > 0.4 * course.t[-1]  # no room for it at the right
    axis.annotate(
        minus(said),
        (at, 0),
        (-4 if late else 4, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right" if late else "left",
        color=GREEN,
        fontsize=8.5,
    )


def _clock(axis: "Axes", result: BlockResult) -> None:
    """Logarithmic time; with recovery linear, because the recovery starts its own clock."""
    from matplotlib.ticker import FixedLocator

    if not result.recover_at_hours:
        time_axis(axis, result.course.t)
        return
    at, end = result.recover_at_hours * HOUR, result.course.t[-1]
    unit, name = (HOUR, "h") if end >= 1.5 * HOUR else (6e4, "min")
    axis.set_xlim(0, end)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value / unit:g}")
    axis.xaxis.set_major_locator(FixedLocator(list(np.linspace(0, end, 5))))
    axis.set_xlabel(f"time after the block ({name})")
    axis.axvspan(at, end, color=GREEN, alpha=0.08, lw=0)


def _along(axes: np.ndarray, layout: Layout, course: Course, moment: int) -> None:
    """V, Na+ and K+ against the distance along the cell, at a few times."""
    last = len(course.t) - 1
    chosen = sorted(
        {
            0,
            *(int(np.searchsorted(course.t, course.t[-1] * share)) for share in (1e-3, 3e-2, 0.25)),
            moment,
            last,
        }
    )
    chosen = [i for i in chosen if i <= last]
    colours = [BEFORE, *shades(len(chosen) - 1)]
    panels = (("v", "V (mV)"), ("na", "Na⁺ inside (mM)"), ("k", "K⁺ inside (mM)"))
    size = 2.5 if len(np.unique(layout.distance)) > 50 else 4.5
    for axis, (key, label) in zip(axes, panels, strict=True):
        values = getattr(course, key)
        for index, colour in zip(chosen, colours, strict=True):
            name = "before" if index == 0 else duration(course.t[index] / HOUR)
            axis.plot(layout.distance, values[index], ".", ms=size, color=colour, label=name)
        axis.set_xlabel("distance along the cell (µm)")
        axis.set_ylabel(label)
        if np.ptp(values[chosen]) < 0.5:  # a flat line is flat
            centre = values[chosen].mean()
            axis.set_ylim(centre - 1, centre + 1)
        axis.ticklabel_format(useOffset=False)
    handles, labels = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(
        handles, labels, markerscale=10 / size, fontsize=8, title="after", loc="outside right center"
    )
