"""The command anoxia: a cell whose supply of what makes ATP is cut."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..experiments.anoxia import WORDS, AnoxiaResult, anoxia
from ..words import HOUR, count, duration, minus
from . import rest
from .command import Command
from .options import CellName, CellOptions, Changes, quantity
from .output import Output
from .session import Session
from .style import COLOUR, GREEN, new_figure
from .tables import SYMBOL, new_table, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Oxygen = Annotated[float, typer.Option(help="what is left of the supply, 0 to 1")]
Hours = Annotated[float, quantity("hours", "h", "HOURS", 'how long to follow: 0.5, or "10 min"')]
RestoreAt = Annotated[float | None, quantity("restore_at", "h", "HOURS", "when the supply is whole again")]
LINES = {
    "atp": "#222222",
    "adp": "#D55E00",
    "amp": "#CC79A7",
    "phosphocreatine": "#0072B2",
    "phosphate": "#999999",
}
MINUTE = 60e3  # ms


@dataclass(frozen=True)
class CellWithEnergy(CellOptions):
    """What a cell in which ATP is a state is made from."""

    cell: CellName = "neuron_fed"


def run(
    session: Session,
    cell: CellWithEnergy,
    changes: Changes,
    oxygen: Oxygen = 0.0,
    hours: Hours = 0.5,
    restore_at: RestoreAt = None,
) -> AnoxiaResult:
    """Nothing makes ATP any more: stores, pump, V and ions over time; ischaemia with --outside closed."""
    made = session.make(cell, changes)
    with session.progress("following the cell", hours * HOUR) as report:
        return anoxia(made, oxygen, hours, restore_at, progress=report, **changes.given())


def table(console: Console, result: AnoxiaResult) -> None:
    """The rest, and what there is before and at the end."""
    rest.table(console, result.before)
    s, layout = result.summary, result.layout
    console.print(
        f"\n[bold]{s['cell']}: {100 * s['oxygen']:g} % of the supply of ATP for "
        f"{duration(s['restore_at_hours'] or s['hours'])}[/]"
    )
    ions = [ion for ion in layout.ions if f"{ion}i_end_mM" in s]
    heads = ["V\nmV", "ATP\nmM", "ΔG\nkJ/mol", *(f"{SYMBOL[ion]}\nmM" for ion in ions)]
    heads += ["K⁺ out\nmM"] if layout.space != "bath" else []
    rows = new_table("", *heads)
    times = [("at rest", "before"), (f"after {duration(s['hours'])}", "end")]
    if s["restore_at_hours"]:
        times.insert(1, (f"after {duration(s['restore_at_hours'])}", "restored"))
    for label, key in times:
        cells = [number(s[f"v_{key}_mV"]), number(s[f"atp_{key}_mM"]), number(s[f"dg_atp_{key}_kJ_mol"], 1)]
        cells += [number(s[f"{ion}i_{key}_mM"]) for ion in ions]
        rows.add_row(label, *cells, *([number(s[f"ko_{key}_mM"])] if layout.space != "bath" else []))
    console.print(rows)
    half, tenth = s["hours_to_half_atp"], s["hours_to_10_mV"]
    said = f"half of the ATP is left after {duration(half)}" if half else "more than half of the ATP stays"
    moved = f"10 mV from rest after {duration(tenth)}" if tenth else "V stays within 10 mV of rest"
    spikes = f", {count(s['spikes'], 'spike')} on the way" if s["spikes"] else ""
    console.print(minus(f"{said}, {moved}{spikes}; solved in {s['wall_s']:.2f} s"))


def files(to: Output, result: AnoxiaResult) -> None:
    """Means over time, and the figure."""
    layout, course = result.layout, result.course
    grown = course.relative_volume
    columns = {"time_h": course.t / HOUR, "v_mV": layout.by_area(course.v)}
    columns |= {f"{name}_mM": layout.by_volume(values, grown) for name, values in result.levels.items()}
    columns["dg_atp_kJ_mol"] = layout.by_volume(result.free_energy)
    for ion in layout.ions:
        columns[f"{ion}i_mM"] = layout.by_volume(getattr(course, ion), grown)
        columns[f"{ion}o_mM"] = layout.by_volume(getattr(course, ion + "o"))
    to.csv("course.csv", columns)
    to.figure("anoxia.png", figure(result))


def figure(result: AnoxiaResult) -> "Figure":
    """V, the stores and the ions over time."""
    layout, course = result.layout, result.course
    t, grown = course.t / MINUTE, course.relative_volume
    with new_figure(12, 4) as drawn:
        v, stores, ions = drawn.subplots(1, 3)
        v.plot(t, layout.by_area(course.v), color=COLOUR["v"])
        v.set_ylabel("V (mV)")
        v.set_title(f"{layout.name}: {100 * result.oxygen:g} % of the supply of ATP")
        for name, values in result.levels.items():
            stores.plot(t, layout.by_volume(values, grown), color=LINES[name], label=WORDS[name])
        stores.set_ylabel("mM")
        stores.set_title("what ATP stands in")
        for ion in (ion for ion in layout.ions if ion in ("na", "k", "cl")):
            ions.plot(t, layout.by_volume(getattr(course, ion), grown), color=COLOUR[ion], label=SYMBOL[ion])
        if layout.space != "bath":
            outside = layout.by_volume(course.ko)
            ions.plot(t, outside, color=COLOUR["k"], ls="--", label=f"{SYMBOL['k']} outside")
        ions.set_ylabel("mM")
        ions.set_title("ions inside")
        for axis in (v, stores, ions):
            _clock(axis, result)
        for axis in (stores, ions):
            axis.legend(loc="best", fontsize=8.5)
    return drawn


def _clock(axis: "Axes", result: AnoxiaResult) -> None:
    axis.set_xlim(0, result.course.t[-1] / MINUTE)
    axis.set_xlabel("min")
    if result.restore_at_hours is not None:
        until, last = result.restore_at_hours * HOUR / MINUTE, result.course.t[-1] / MINUTE
        axis.axvspan(until, last, color=GREEN, alpha=0.08, lw=0)
        axis.set_xlabel("min (green: the supply is whole again)")


COMMAND = Command("anoxia", run, AnoxiaResult, table, files, figure)
