"""The command glycoside: what a cardiac glycoside does to a cell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from ..experiments.glycoside import GlycosideResult, glycoside
from ..physics.ions import IONS
from ..words import HOUR, duration
from . import tables
from .command import Command
from .options import CellName, CellOptions, Changes, in_unit
from .output import Output
from .session import Session
from .style import COLOUR, GREEN, MAGENTA, new_figure
from .tables import SYMBOL, new_table, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# of the isoforms; dashes over a whole line: those that coincide are still seen
LINES: dict[str, dict] = {
    "alpha1": {"color": "#7B3294"},
    "alpha2": {"color": "#1B7837", "ls": (0, (6, 2))},
    "alpha3": {"color": "#E08A1E", "ls": (0, (2, 2))},
}

Drug = Annotated[str, typer.Option(help="ouabain or digoxin")]
Dose = Annotated[str, typer.Option(help='"1 uM", "2 nM", "1 ng/ml"')]
Species = Annotated[
    str | None, typer.Option(help="rat or human, whose isoforms bind it (default: the cell's own)")
]
Hours = Annotated[
    float,
    typer.Option(
        metavar="HOURS", parser=in_unit("hours", "h"), help='how long to follow: 2, or with a unit, "30 min"'
    ),
]
WashoutAt = Annotated[
    float | None,
    typer.Option(metavar="HOURS", parser=in_unit("washout_at", "h"), help="when the drug is gone"),
]


@dataclass(frozen=True)
class CellWithIsoforms(CellOptions):
    """What a cell whose pump has isoforms is made from."""

    cell: CellName = "ventricle"


def run(
    session: Session,
    cell: CellWithIsoforms,
    changes: Changes,
    drug: Drug = "ouabain",
    dose: Dose = "1 uM",
    species: Species = None,
    hours: Hours = 2.0,
    washout_at: WashoutAt = None,
) -> GlycosideResult:
    """A cardiac glycoside: binding, pump current, V, Na⁺ and Ca²⁺ over time, and the dose response."""
    made = session.make(cell, changes)
    with session.progress("following the drug", hours * HOUR) as report:
        return glycoside(
            made,
            drug=drug,
            dose=dose,
            species=species,
            hours=hours,
            washout_at=washout_at,
            progress=report,
            **changes.given(),
        )


# ---------------------------------------------------------------------- on the terminal


def table(console: Console, result: GlycosideResult) -> None:
    """Binding at equilibrium, and the cell before and at the end."""
    s = result.summary
    console.print(
        f"\n[bold]{s['cell']}: {tables.dose(s['dose_mM'])} {s['drug']}, {s['species']} pumps, "
        f"{duration(s['hours'])}[/]"
    )
    after = f"after {duration(s['hours'])}"
    binding = new_table("isoform", "share of pumps", "at equilibrium", after, left=("isoform",))
    for alpha in result.bound:
        values = (s[f"{alpha}_{key}"] for key in ("share", "bound_at_equilibrium", "bound_end"))
        binding.add_row(alpha.replace("alpha", "α"), *(f"{100 * value:.1f} %" for value in values))
    binding.add_row("all", "", f"{100 * s['bound_at_equilibrium']:.1f} %", "")
    console.print(binding)
    ions = result.layout.ions
    states = new_table("", "V mV", *(f"{SYMBOL[ion]} {IONS[ion].unit}" for ion in ions))
    for label, key in (("before", "before"), (after, "end")):
        inside = [number(s[f"{ion}i_{key}_mM"] * IONS[ion].per_mM) for ion in ions]
        states.add_row(label, number(s[f"v_{key}_mV"]), *inside)
    console.print(states)
    console.print(
        f"pump current at its lowest {100 * s['pump_left_lowest']:.1f} % of rest, at the end "
        f"{100 * s['pump_left_end']:.1f} %; half of it stopped at {tables.dose(s['half_inhibition_mM'])} "
        f"(concentrations as before); solved in {s['wall_s']:.2f} s"
    )


# ---------------------------------------------------------------------- files


def files(to: Output, result: GlycosideResult) -> None:
    """Means over time, the dose response, and the figure."""
    layout, course = result.layout, result.course
    over_time = {"time_h": course.t / HOUR, "v_mV": layout.by_area(course.v)}
    over_time |= {f"{alpha}_bound": values for alpha, values in result.bound.items()}
    over_time["pump_net_uA_cm2"] = 1e3 * layout.by_area(result.pump_net)
    for ion in layout.ions:
        over_time[f"{ion}i_mM"] = layout.by_volume(getattr(course, ion), course.relative_volume)
    to.csv("course.csv", over_time)
    response = {"dose_mM": result.doses}
    response |= {f"{alpha}_bound": values for alpha, values in result.bound_at.items()}
    to.csv("dose_response.csv", {**response, "pump_left": result.current_at})
    to.figure("glycoside.png", figure(result))


# ---------------------------------------------------------------------- figure


def figure(result: GlycosideResult) -> "Figure":
    """Binding, pump, V, Na+ and Ca2+ over time, and how all of it depends on the dose."""
    # hours, or minutes of a short course
    unit, size = ("min", 60.0) if result.summary["hours"] < 1.5 else ("h", 1.0)
    t = size * (result.course.t / HOUR)
    with new_figure(13.5, 7) as drawn:
        (bound, pump, response), (v, na, last) = drawn.subplots(2, 3)
        _binding(bound, t, result)
        _pump(pump, t, result)
        _cell(v, na, last, t, result)
        for axis in (bound, pump, v, na, last):
            axis.set_xlim(0, t[-1])
            axis.set_xlabel(f"time ({unit})")
            if result.washout_at_hours:
                axis.axvspan(size * result.washout_at_hours, t[-1], color=GREEN, alpha=0.08, lw=0)
        _dose_response(response, result)
    return drawn


def _binding(axis: "Axes", t: np.ndarray, result: GlycosideResult) -> None:
    s = result.summary
    for alpha, values in result.bound.items():
        axis.plot(t, 100 * values, **LINES[alpha], label=alpha.replace("alpha", "α"))
    axis.set_ylim(-2, 102)
    axis.set_ylabel("pumps that hold it (%)")
    axis.set_title(f"{result.layout.name}: {tables.dose(s['dose_mM'])} {s['drug']}, {s['species']} pumps")
    axis.legend(loc="best")


def _pump(axis: "Axes", t: np.ndarray, result: GlycosideResult) -> None:
    net = result.layout.by_area(result.pump_net)
    axis.plot(t, 1e3 * net, color="#222222")
    axis.set_ylim(bottom=min(0, 1.05e3 * net.min()))
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
    axis.annotate("given", (s["dose_mM"], 101), (3, 0), textcoords="offset points", color=MAGENTA, fontsize=8)
    axis.set_xscale("log")
    axis.set_xlim(result.doses[0], result.doses[-1])
    axis.xaxis.set_major_locator(FixedLocator([1e-6, 1e-4, 1e-2, 1.0]))
    axis.set_xticklabels(["1 nM", "100 nM", "10 µM", "1 mM"])
    axis.set_ylim(-2, 106)
    axis.set_ylabel("% of pumps bound, % of current")
    axis.set_xlabel(f"{s['drug']}")
    axis.set_title("dose response, at the concentrations of rest")
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8.5)


COMMAND = Command("glycoside", run, GlycosideResult, table, files, figure)
