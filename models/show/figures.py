"""Figures from results. Nothing here solves anything."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from ..experiments.keys import name_and_unit
from ..physics.ions import IONS
from .drawing import paint
from .tables import SYMBOL, dose, duration

# colours that stay apart for colour-blind readers (Okabe & Ito)
COLOUR = {"v": "#222222", **{name: ion.colour for name, ion in IONS.items()}}
MS = {"0.1 ms": 0.1, "1 ms": 1.0, "1 s": 1e3, "1 min": 6e4, "1 h": 3.6e6, "1 day": 8.64e7, "30 days": 2.592e9}
STYLE = {
    "figure.dpi": 130,
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


def time_axis(axis, t) -> None:
    """A logarithmic axis of time (ms) that reads in seconds, minutes, hours."""
    axis.set_xscale("log")
    axis.set_xlim(min(0.02, t.max() / 2), t.max())
    ticks = {name: at for name, at in MS.items() if axis.get_xlim()[0] <= at <= axis.get_xlim()[1]}
    axis.xaxis.set_major_locator(FixedLocator(list(ticks.values())))
    axis.set_xticklabels(list(ticks))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_xlabel("time after the block")


def after_block(course):
    """Times for a logarithmic axis: the start is shown where the axis begins."""
    return np.maximum(course.t, 0.02)


def rest_figure(result):
    """Where the potentials lie, and what each process carries."""
    layout, s = result.layout, result.summary
    bars = sum(len(parts) for parts in result.currents.values())
    width = max(4.2, 0.5 * bars)  # inches; of the currents
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(5.3 + width, 3.9), width_ratios=(5.3, width), layout="constrained"
        )
        v = s["v_rest_mV"]
        marks = [("rest", v, COLOUR["v"])]
        if s["ghk_mV"] is not None:
            marks.append(("GHK (no pump)", s["ghk_mV"], "#777777"))
        for ion in layout.ions:
            marks.append((f"E of {SYMBOL[ion]}", result.nernst(ion), COLOUR[ion]))
        marks.sort(key=lambda mark: mark[1])
        for row, (_, e, colour) in enumerate(marks):
            left.plot([v, e], [row, row], color=colour, lw=6, solid_capstyle="butt", alpha=0.35)
            left.plot(e, row, "o", color=colour, ms=8)
            left.annotate(
                f"{e:.1f}",
                (e, row),
                (0, 9),
                textcoords="offset points",
                ha="center",
                color=colour,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
        left.axvline(v, color=COLOUR["v"], lw=1, ls=":")
        left.set_yticks(range(len(marks)), [mark[0] for mark in marks])
        left.set_ylim(-0.6, len(marks) - 0.3)
        left.margins(x=0.1)
        left.set_xlabel("mV (inside minus outside)")
        left.set_title(f"{layout.name}: rest and where each ion would go")
        largest = 1e3 * max(abs(layout.by_area(parts["leak"])) for parts in result.currents.values())
        hatch = {"leak": "", "pump": "////"}
        place, middles = 0.0, []
        for ion in layout.ions:
            middles.append(place + (len(result.currents[ion]) - 1) / 2)
            for process, values in result.currents[ion].items():
                current = 1e3 * float(layout.by_area(values))
                right.bar(
                    place,
                    current,
                    0.9,
                    color="white" if process == "pump" else COLOUR[ion],
                    edgecolor=COLOUR[ion],
                    hatch=hatch.get(process, "...."),
                    alpha=1 if process in hatch else 0.6,
                )
                name = process.replace(" + ", " +\n")
                right.annotate(
                    f"{name}\n{current:+.3f}" if abs(current) > 1e-8 * largest else f"{name}\n0",
                    (place, current),
                    (0, 3 if current >= 0 else -3),
                    textcoords="offset points",
                    ha="center",
                    va="bottom" if current >= 0 else "top",
                    fontsize=8,
                )
                place += 1
            place += 0.7
        right.axhline(0, color="black", lw=0.8)
        right.set_xticks(middles, [SYMBOL[ion] for ion in layout.ions])
        right.set_xlim(-0.9, place - 0.8)
        right.margins(y=0.22)
        right.set_ylabel("current (µA/cm², outward +)")
        right.set_title("carried across the membrane")
    return figure


def block_figure(result):
    """V and ions over time, along the cell, and on its shape."""
    layout, course = result.layout, result.course
    spread = np.ptp(course.na, axis=1)
    # the picture is of the moment when the compartments differ most, if they do at all
    moment = int(np.argmax(spread)) if spread.max() > 0.05 else len(course.t) - 1
    with plt.rc_context(STYLE):
        outer = layout.follows_outside
        heights = [1.1, *([0.9] if outer or layout.osmotic else []), 1, 1.15]
        figure = plt.figure(figsize=(11, 3.4 * sum(heights)), layout="constrained")
        figure.suptitle(_conditions(layout), fontsize=9.5, color="#555555")
        top, *extra, middle, bottom = figure.subfigures(len(heights), 1, height_ratios=heights)
        v_axis, ion_axis = top.subplots(1, 2)
        more = list(extra[0].subplots(1, outer + layout.osmotic, squeeze=False)[0]) if extra else []
        _v_over_time(v_axis, result)
        if outer:
            _outside_over_time(more[0], result)
        if layout.osmotic:
            _volume_over_time(more[-1], result)
        _ions_over_time(ion_axis, layout, course)
        ion_axis.set_title("ions: mean of the cell; band: all compartments")
        for axis in (v_axis, ion_axis, *more):
            _block_time_axis(axis, result)
        if result.recover_at_hours:
            v_axis.annotate(
                "pump on",
                (result.recover_at_hours * 3.6e6, 0),
                (4, 4),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                color="#1B7837",
            )
        _along(middle.subplots(1, 3), layout, course, moment)
        if layout.branches:
            panels = (("V (mV)", course.v), ("Na⁺ inside (mM)", course.na), ("K⁺ inside (mM)", course.k))
            for axis, (label, values) in zip(bottom.subplots(1, 3), panels, strict=True):
                paint(axis, layout, values[moment], label)
                axis.set_title(f"after {duration(course.t[moment] / 3.6e6)}")
    return figure


def _conditions(layout) -> str:
    """What a run assumed of the cell's surroundings, for the head of a figure."""
    of = layout.provenance
    return f"along the cell: {of['axial']}; volume: {of['volume']}; outside: {of['outside']}"


def _ions_over_time(axis, layout, course) -> None:
    """The concentrations inside, mean and band; Ca2+, which is far lower, on an axis of its own."""
    t = after_block(course)
    for ion in layout.ions:
        on, scale = axis.twinx() if IONS[ion].trace else axis, IONS[ion].per_mM
        values, mean = getattr(course, ion), layout.by_volume(getattr(course, ion), course.swelling)
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


def _outside_over_time(axis, result) -> None:
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
    axis.set_title({"shell": "in the shells outside", "closed": "in the closed space outside"}[layout.space])


def _volume_over_time(axis, result) -> None:
    """The relative volume, mean and band."""
    course, t = result.course, after_block(result.course)
    axis.fill_between(
        t, course.swelling.min(axis=1), course.swelling.max(axis=1), color="#666666", alpha=0.2, lw=0
    )
    axis.plot(t, result.layout.by_volume(course.swelling), color="#666666")
    low, high = course.swelling.min(), course.swelling.max()
    margin = 0.1 * max(high - low, 0.05)
    axis.set_ylim(low - margin, high + margin)
    axis.set_ylabel("volume (× at the start)")
    axis.set_title("water follows")


def _v_over_time(axis, result) -> None:
    layout, course, s = result.layout, result.course, result.summary
    t, v = after_block(course), layout.by_area(course.v)
    axis.fill_between(t, course.v.min(axis=1), course.v.max(axis=1), color=COLOUR["v"], alpha=0.15, lw=0)
    axis.plot(t, v, color=COLOUR["v"])
    # where the block leads is drawn where the cell comes near it; elsewhere it would flatten the course
    near = not result.endless
    if near and abs(v - s["v_before_mV"]).max() > 0.2 * abs(s["final_mV"] - s["v_before_mV"]):
        axis.axhline(s["final_mV"], color="#777777", ls="--", lw=1)
        name = "Donnan" if s["final_name"].startswith("Donnan") else "for ever"
        axis.annotate(name, (0.02, s["final_mV"]), (4, -12), textcoords="offset points", color="#777777")
    if s["v_immediate_mV"] is not None:  # None: it fires at once
        axis.axhline(s["v_immediate_mV"], color="#C51B7D", ls=":", lw=1.2)
        axis.annotate(
            f"at once {s['v_immediate_mV'] - s['v_before_mV']:+.2f} mV",
            (t[0], s["v_immediate_mV"]),
            (4, 6),
            textcoords="offset points",
            color="#C51B7D",
        )
    place = (
        "" if len(result.where) == layout.size else f" in {len(result.where)} of {layout.size} compartments"
    )
    axis.set_title(f"{layout.name}: {100 * s['fraction']:g} % of the pumps blocked{place}")
    axis.set_ylabel("V, mean of the cell (mV)")


def _block_time_axis(axis, result) -> None:
    """Logarithmic time; with recovery linear, because the recovery starts its own clock."""
    if not result.recover_at_hours:
        time_axis(axis, result.course.t)
        return
    at, end = result.recover_at_hours * 3.6e6, result.course.t[-1]
    unit, name = (3.6e6, "h") if end >= 1.5 * 3.6e6 else (6e4, "min")
    axis.set_xlim(0, end)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value / unit:g}")
    axis.xaxis.set_major_locator(FixedLocator(np.linspace(0, end, 5)))
    axis.set_xlabel(f"time after the block ({name})")
    axis.axvspan(at, end, color="#1B7837", alpha=0.08, lw=0)


def _along(axes, layout, course, moment) -> None:
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
    colours = plt.get_cmap("plasma")(np.linspace(0.05, 0.85, len(chosen)))
    panels = (("v", "V (mV)"), ("na", "Na⁺ inside (mM)"), ("k", "K⁺ inside (mM)"))
    size = 2.5 if len(np.unique(layout.distance)) > 50 else 4.5
    for axis, (key, label) in zip(axes, panels, strict=True):
        values = getattr(course, key)
        for index, colour in zip(chosen, colours, strict=True):
            name = "before" if index == 0 else duration(course.t[index] / 3.6e6)
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


def excite_figure(result):
    """Threshold and spike height against the rest they start from, and the responses themselves."""
    points = result.points
    colours = plt.get_cmap("plasma")(np.linspace(0.05, 0.85, max(len(points), 2)))
    with plt.rc_context(STYLE):
        figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.9), layout="constrained")
        for point, colour in zip(points, colours, strict=False):
            label = ""
            if result.varied:
                name, *unit = name_and_unit(result.varied)
                label = " ".join([name, "=", f"{point.value:g}", *unit])
            silent = "" if point.outcome == "spike" else f": {point.outcome.split(';')[0]}"
            left.plot(point.t, point.v, color=colour, label=label + silent)
        left.axvspan(0, result.duration_ms, color="#999999", alpha=0.2, lw=0)
        left.set_xlim(0, min(15.0, points[0].t[-1]))
        left.set_xlabel("time (ms)")
        left.set_ylabel(f"V in {result.place} (mV)")
        fired = [p for p in points if not np.isnan(p.threshold)]
        left.set_title(f"{'at 1.2 × threshold' if fired else 'the strongest pulse'}; shaded: the pulse")
        if result.varied:
            left.legend(loc="upper right", fontsize=8)
        for axis, key, label in (
            (middle, "threshold", "threshold (nA)"),
            (right, "height", "spike height (mV)"),
        ):
            axis.plot([p.v_rest for p in fired], [getattr(p, key) for p in fired], color="#BBBBBB", zorder=1)
            for point, colour in zip(points, colours, strict=False):
                if not np.isnan(point.threshold):
                    axis.plot(point.v_rest, getattr(point, key), "o", color=colour, ms=7)
            axis.set_ylim(bottom=0, top=1.12 * max([getattr(p, key) for p in fired], default=1.0))
            for point in points:
                if np.isnan(point.threshold) and not np.isnan(point.v_rest):
                    axis.plot(point.v_rest, 0, "x", color="#C51B7D", ms=8, mew=2, clip_on=False)
                    axis.annotate(
                        "no spike", (point.v_rest, 0), (0, 8), textcoords="offset points", ha="center",
                        color="#C51B7D", fontsize=8, rotation=90, va="bottom",
                    )  # fmt: skip
            axis.margins(x=0.12)
            axis.set_xlabel("resting potential (mV)")
            axis.set_ylabel(label)
        hours = result.summary["hours_of_block"]
        middle.set_title(f"{result.layout.name}" + (f", {duration(hours)} after pump block" if hours else ""))
    return figure


def glycoside_figure(result):
    """Binding, pump, V, Na+ and Ca2+ over time, and how all of it depends on the dose."""
    layout, course, s = result.layout, result.course, result.summary
    calcium = "ca" in layout.ions
    # dashes over a whole line: isoforms that coincide are still seen
    lines = {
        "alpha1": {"color": "#7B3294"},
        "alpha2": {"color": "#1B7837", "ls": (0, (6, 2))},
        "alpha3": {"color": "#E08A1E", "ls": (0, (2, 2))},
    }
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(2, 3, figsize=(13.5, 7), layout="constrained")
        (bound, pump, response), (v, na, last) = axes
        t, linear = course.t / 3.6e6, 60.0 if s["hours"] < 1.5 else 1.0
        for alpha, values in result.bound.items():
            label = alpha.replace("alpha", "α")
            bound.plot(linear * t, 100 * values, **lines[alpha], label=label)
            response.plot(result.doses, 100 * result.bound_at[alpha], **lines[alpha], label=label)
        bound.set_ylim(-2, 102)
        bound.set_ylabel("pumps that hold it (%)")
        bound.set_title(f"{layout.name}: {dose(s['dose_mM'])} {s['drug']}, {s['species']} pumps")
        bound.legend(loc="best")
        pump.plot(linear * t, 1e3 * layout.by_area(course.pump), color="#222222")
        pump.set_ylim(bottom=min(0, 1.05e3 * layout.by_area(course.pump).min()))
        pump.set_ylabel("pump, net current (µA/cm²)")
        pump.set_title("what is left of the pump, and Na⁺ brings back")
        v.plot(linear * t, layout.by_area(course.v), color=COLOUR["v"])
        v.set_ylabel("V (mV)")
        na.plot(linear * t, layout.by_volume(course.na, course.swelling), color=COLOUR["na"])
        na.set_ylabel("Na⁺ inside (mM)")
        key = "ca" if calcium else "k"
        scale, unit = IONS[key].per_mM, IONS[key].unit
        last.plot(
            linear * t, scale * layout.by_volume(getattr(course, key), course.swelling), color=COLOUR[key]
        )
        last.set_ylabel(f"{SYMBOL[key]} inside ({unit})")
        for axis in (v, na, last):
            low, high = axis.get_ylim()
            if high - low < 0.02 * max(abs(high), 1.0):  # a flat line is flat
                axis.set_ylim((low + high) / 2 - 1, (low + high) / 2 + 1)
        for axis in (bound, pump, v, na, last):
            axis.set_xlim(0, linear * t[-1])
            axis.set_xlabel(f"time ({'min' if linear > 1 else 'h'})")
            if result.washout_at_hours:
                axis.axvspan(
                    linear * result.washout_at_hours, linear * t[-1], color="#1B7837", alpha=0.08, lw=0
                )
        response.plot(result.doses, 100 * result.current_at, color="#222222", lw=2.4, label="pump current")
        response.axvline(s["dose_mM"], color="#C51B7D", ls=":", lw=1.2)
        response.annotate(
            "given", (s["dose_mM"], 101), (3, 0), textcoords="offset points", color="#C51B7D", fontsize=8
        )
        response.set_xscale("log")
        response.set_xlim(result.doses[0], result.doses[-1])
        response.xaxis.set_major_locator(FixedLocator([1e-6, 1e-4, 1e-2, 1.0]))
        response.set_xticklabels(["1 nM", "100 nM", "10 µM", "1 mM"])
        response.set_ylim(-2, 106)
        response.set_ylabel("% of pumps bound, % of current")
        response.set_xlabel(f"{s['drug']}")
        response.set_title("dose response, at the concentrations of rest")
        response.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8.5)
    return figure
