"""The command excite: threshold and spike, as they depend on where a cell rests."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console

from ..errors import InputError
from ..experiments.excite import excite
from ..experiments.excite_result import ExciteResult
from ..experiments.keys import name_and_unit
from ..words import minus
from .command import Command
from .excite_figure import before, figure
from .options import CellName, CellOptions, Changes, quantity
from .output import Output
from .session import Session
from .tables import new_table, number, print_sentence

Vary = Annotated[
    str | None,
    typer.Option(metavar="NAME=A,B,...", help="one setting with several values, e.g. ko=2,4,8"),
]
Hours = Annotated[
    float,
    quantity("hours", "h", "HOURS", 'full pump block before the stimulus: 0.1, or with a unit, "6 min"'),
]
Where = Annotated[
    str | None,
    typer.Option(
        help="what is stimulated: a region, a section or a place (cable(0.5)); default: the soma or, "
        "where there is none, the middle of the cable"
    ),
]
Duration = Annotated[
    float,
    quantity("duration", "ms", "MS", "of the current pulse"),
]
Within = Annotated[
    float | None,
    quantity(
        "within",
        "h",
        "HOURS",
        "how long the change to each value takes, at whose end the cell is stimulated: 0.5, or with a unit, "
        '"30 min" (default: it rests in each)',
    ),
]
Beside = Annotated[
    str, typer.Option(metavar="CELL,...", help="further cells at the same values, shipped ones or TOML files")
]


@dataclass(frozen=True)
class ExcitableCell(CellOptions):
    """What a cell that fires is made from."""

    cell: CellName = "excitable"


def run(
    session: Session,
    cell: ExcitableCell,
    changes: Changes,
    vary: Vary = None,
    hours: Hours = 0.0,
    where: Where = None,
    duration: Duration = 2.0,
    within: Within = None,
    beside: Beside = "",
) -> ExciteResult:
    """Threshold current and spike, as they depend on where the cell rests."""
    name, values = several(vary)
    made = session.make(cell, changes)
    others = [session.make(CellOptions(other.strip())) for other in beside.split(",") if other.strip()]
    with session.progress("finding thresholds", len(values) * (1 + len(others))) as report:
        return excite(
            made,
            hours=hours,
            where=where,
            duration_ms=duration,
            vary={name: values} if name else None,
            within=within,
            beside=others,
            progress=report,
            **changes.given(),
        )


def several(vary: str | None) -> tuple[str | None, list[str]]:
    """("ko", ["2", "4"]) from "ko=2,4"."""
    if vary is None:
        return None, [""]
    name, equals, values = vary.partition("=")
    found = [value.strip() for value in values.split(",") if value.strip()]
    if not equals or not name.strip() or not found:
        raise InputError(f"--vary {vary}: expected NAME=VALUE,VALUE,..., e.g. --vary ko=2,4,8")
    return name.strip(), found


# ---------------------------------------------------------------------- on the terminal


def table(console: Console, result: ExciteResult) -> None:
    """Of each cell a table."""
    for one in result.cells:
        _table(console, one)


def _table(console: Console, result: ExciteResult) -> None:
    """One row a condition: where it rests, what makes it fire, how high the spike is."""
    s = result.summary
    console.print(
        f"\n[bold]{s['cell']}{before(s)}[/]: a pulse of {s['duration_ms']:g} ms into {s['where']}, "
        "carried by K⁺"
    )
    varied = s["varied"]
    found = new_table(
        *(["\n".join(name_and_unit(varied))] if varied else []),
        *(
            "then\nmV" if "changed_within_hours" in s else "rest\nmV",
            "threshold\nnA",
            "spike peak\nmV",
            "height\nmV",
            "outcome",
        ),
        left=("outcome",),
    )
    for row in s["points"]:
        found.add_row(
            *([minus(f"{row[varied]:g}")] if varied else []),
            number(row["v_rest_mV"]),
            number(row["threshold_nA"], 4),
            number(row["spike_peak_mV"], 1),
            number(row["spike_height_mV"], 1),
            minus(row["outcome"].partition("; ")[0]),
        )
    console.print(found)
    for point in result.points:
        short, _, more = point.outcome.partition("; ")
        if more:
            where = f"{result.condition(point)}: " if varied else ""
            print_sentence(console, f"{where}{short}; {more}")
    fired = any(row["threshold_nA"] is not None for row in s["points"])
    of_spikes = "peak and height at 1.2 times threshold; " if fired else ""
    console.print(f"{of_spikes}solved in {s['wall_s']:.1f} s")


# ---------------------------------------------------------------------- files


def files(to: Output, result: ExciteResult) -> None:
    """Thresholds and spikes, their traces, and the figure."""
    rows = [(one.summary["cell"], row) for one in result.cells for row in one.summary["points"]]
    names = {"cell": [name for name, _ in rows]} if result.beside else {}
    to.csv("excitability.csv", names | {key: [row[key] for _, row in rows] for key in rows[0][1]})
    traces: dict[str, list[Any]] = {**({"cell": []} if result.beside else {}), "condition": []}
    traces |= {"time_ms": [], "v_mV": []}
    for one in result.cells:
        for place, point in enumerate(one.points):
            if result.beside:
                traces["cell"] += [one.summary["cell"]] * len(point.t)
            traces["condition"] += [place if point.value is None else point.value] * len(point.t)
            traces["time_ms"] += list(point.t)
            traces["v_mV"] += list(point.v)
    to.csv("spikes.csv", traces)
    to.figure("excite.png", figure(result))


COMMAND = Command("excite", run, ExciteResult, table, files, figure)
