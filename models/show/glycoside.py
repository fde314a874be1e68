"""The command glycoside: what a cardiac glycoside does to a cell."""

from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from ..experiments.glycoside import GlycosideResult, glycoside
from ..physics.ions import IONS
from ..words import HOUR, duration
from . import tables
from .command import Command
from .glycoside_figure import figure
from .options import CellName, CellOptions, Changes, quantity
from .output import Output
from .session import Session
from .tables import SYMBOL, new_table, number

Drug = Annotated[str, typer.Option(help="ouabain or digoxin")]
Dose = Annotated[str, typer.Option(help='"1 uM", "2 nM", "1 ng/ml"')]
Species = Annotated[
    str | None, typer.Option(help="rat, human or frog, whose isoforms bind it (default: the cell's own)")
]
Hours = Annotated[
    float,
    quantity("hours", "h", "HOURS", 'how long to follow: 2, or with a unit, "30 min"'),
]
WashoutAt = Annotated[
    float | None,
    quantity("washout_at", "h", "HOURS", "when the drug is gone"),
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


COMMAND = Command("glycoside", run, GlycosideResult, table, files, figure)
