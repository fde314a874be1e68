"""The figure of a cardiac glycoside: binding, pump, V and ions over time, and the dose response."""

from typing import TYPE_CHECKING

import numpy as np

from ..experiments.glycoside import GlycosideResult
from ..physics.ions import IONS
from ..words import HOUR, duration
from .style import COLOUR, GREEN, MAGENTA, TICKS, new_figure
from .tables import SYMBOL, dose

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIRST = 1e3  # ms at which the logarithmic axis of time begins
# of the isoforms; dashes over a whole line: those that coincide are still seen
LINES: dict[str, dict] = {
    "alpha1": {"color": "#7B3294"},
    "alpha2": {"color": "#1B7837", "ls": (0, (6, 2))},
    "alpha3": {"color": "#E08A1E", "ls": (0, (2, 2))},
}


def figure(result: GlycosideResult) -> "Figure":
    """Binding, pump, V, Na+ and Ca2+ over time, and how all of it depends on the dose."""
    t = np.maximum(result.course.t, _first(result))
    with new_figure(13.5, 7) as drawn:
        (bound, pump, response), (v, na, last) = drawn.subplots(2, 3)
        _binding(bound, t, result)
        _pump(pump, t, result)
        _cell(v, na, last, t, result)
        for axis in (bound, pump, v, na, last):
            _clock(axis, result)
        _dose_response(response, result)
    return drawn


def _first(result: GlycosideResult) -> float:
    """Where the logarithmic axis of time begins (ms): a second, earlier in a course of seconds."""
    until = result.course.t[-1] if result.washout_at_hours is None else result.washout_at_hours * HOUR
    return min(FIRST, until / 1000)


def _clock(axis: "Axes", result: GlycosideResult) -> None:
    """Logarithmic time, because a drug may bind in seconds and act for hours; after a washout linear time."""
    from matplotlib.ticker import FixedLocator, NullLocator

    first, last = _first(result), float(result.course.t[-1])
    until = last if result.washout_at_hours is None else result.washout_at_hours * HOUR
    # near the end of it there is no room for a second label
    ticks = {name: at for name, at in TICKS.items() if first <= at < until / 4} | {
        duration(until / HOUR): until
    }
    if until < last:
        decades = np.log(until / first)

        def place(t: np.ndarray) -> np.ndarray:
            logarithmic = np.log(np.maximum(t, first * 1e-3) / first) / decades
            return np.where(t <= until, logarithmic, 1 + (t - until) / (last - until))

        def time(x: np.ndarray) -> np.ndarray:
            return np.where(x <= 1, first * np.exp(x * decades), until + (x - 1) * (last - until))

        axis.set_xscale("function", functions=(place, time))
        axis.axvspan(until, last, color=GREEN, alpha=0.08, lw=0)
        ticks |= {duration(at / HOUR): at for at in ((until + last) / 2, last)}
        axis.set_xlabel("time (green: without the drug, linear)")
    else:
        axis.set_xscale("log")
        axis.set_xlabel("time")
    axis.set_xlim(first, last)
    axis.xaxis.set_major_locator(FixedLocator(list(ticks.values())))
    axis.set_xticklabels(list(ticks))
    axis.xaxis.set_minor_locator(NullLocator())


def _binding(axis: "Axes", t: np.ndarray, result: GlycosideResult) -> None:
    s = result.summary
    for alpha, values in result.bound.items():
        axis.plot(t, 100 * values, **LINES[alpha], label=alpha.replace("alpha", "α"))
    axis.set_ylim(-2, 102)
    axis.set_ylabel("pumps that hold it (%)")
    axis.set_title(f"{result.layout.name}: {dose(s['dose_mM'])} {s['drug']}, {s['species']} pumps")
    axis.legend(loc="best")


def _pump(axis: "Axes", t: np.ndarray, result: GlycosideResult) -> None:
    net = result.layout.by_area(result.pump_net)
    axis.plot(t, 1e3 * net, color="#222222")
    axis.set_ylim(min(0, 1.05e3 * net.min()), 1.05e3 * max(0, net.max()) or None)
    axis.set_ylabel("pump, net current (µA/cm²)")
    axis.set_title("what is left of the pump, and Na⁺ brings back")


def _cell(v: "Axes", na: "Axes", last: "Axes", t: np.ndarray, result: GlycosideResult) -> None:
    """V, Na+ and Ca2+ or, in a cell without it, K+."""
    layout, course = result.layout, result.course
    v.plot(t, layout.by_area(course.v), color=COLOUR["v"])
    v.set_ylabel("V (mV)")
    na.plot(t, layout.by_volume(course.na, course.relative_volume), color=COLOUR["na"])
    na.set_ylabel("Na⁺ inside (mM)")
    key = "ca" if "ca" in layout.ions else "k"
    scale, unit = IONS[key].per_mM, IONS[key].unit
    last.plot(t, scale * layout.by_volume(getattr(course, key), course.relative_volume), color=COLOUR[key])
    last.set_ylabel(f"{SYMBOL[key]} inside ({unit})")
    for axis in (v, na, last):
        low, high = axis.get_ylim()
        if high - low < 0.02 * max(abs(high), 1.0):  # a flat line is flat
            axis.set_ylim((low + high) / 2 - 1, (low + high) / 2 + 1)


def _dose_response(axis: "Axes", result: GlycosideResult) -> None:
    from matplotlib.ticker import FixedLocator

    s = result.summary
    for alpha, values in result.bound_at.items():
        axis.plot(result.doses, 100 * values, **LINES[alpha], label=alpha.replace("alpha", "α"))
    axis.plot(result.doses, 100 * result.current_at, color="#222222", lw=2.4, label="pump current")
    axis.axvline(s["dose_mM"], color=MAGENTA, ls=":", lw=1.2)
    axis.annotate(
        "given", (s["dose_mM"], 106), (4, 0), textcoords="offset points", color=MAGENTA, fontsize=8.5
    )
    axis.set_xscale("log")
    axis.set_xlim(result.doses[0], result.doses[-1])
    axis.xaxis.set_major_locator(FixedLocator([1e-6, 1e-4, 1e-2, 1.0]))
    axis.set_xticklabels(["1 nM", "100 nM", "10 µM", "1 mM"])
    axis.set_ylim(-2, 114)
    axis.set_ylabel("% of pumps bound, % of current")
    axis.set_xlabel(f"{s['drug']}")
    axis.set_title("dose response, at the concentrations of rest")
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8.5)
