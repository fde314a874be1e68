"""The command run: a protocol is done to a cell."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from ..experiments.run import run as done
from ..experiments.run_result import END, RunResult
from ..physics.ions import IONS
from ..protocol.read import read_protocol, shipped_protocols
from ..solve.tally import ATP
from ..words import HOUR, count, duration, minus
from . import cells
from .command import Command
from .options import CellName, CellOptions, Changes
from .output import Output
from .run_figure import figure
from .session import Session, say
from .tables import SYMBOL, new_table, number, print_sentence

MOST_EVENTS = 12  # that are named one by one
SHIPPED = ", ".join(shipped_protocols())
Name = Annotated[str, typer.Argument(help=f"{SHIPPED}, or a TOML file of your own")]
Follow = Annotated[bool, typer.Option("--follow", help="print lines while the run goes on")]
Kept = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER",
        help="keep the run there as it goes on; the same command goes on from there after a kill, to the "
        "same result to the bit",
    ),
]


@dataclass(frozen=True)
class ProtocolCell(CellOptions):
    """What the cell is made from, where it is not as the protocol says."""

    cell: CellName = ""

    def chosen(self) -> dict[str, Any]:
        """The options of `make_cell` that were given."""
        usual = CellOptions().given()
        return {name: value for name, value in self.given().items() if value != usual[name]}


def run(
    session: Session,
    protocol: Name,
    cell: ProtocolCell,
    changes: Changes,
    follow: Follow = False,
    checkpoint: Kept = None,
) -> RunResult:
    """Do a protocol to a cell: steps, ramps, trains, clamps, from one file; what it moved and cost."""
    read = read_protocol(protocol)
    given = changes.given()
    given["set"] = changes.of_file() | given["set"]
    with session.progress(f"running {read.tables.name or protocol}", float(read.tables.duration)) as report:
        found = done(
            read,
            cell.cell or None,
            progress=report,
            checkpoint=None if checkpoint is None else Path(checkpoint),
            see=_printed() if follow and not session.quiet else None,
            **given,
            **cell.chosen(),
        )
    session.warn(found.layout.warnings)
    return found


def _printed() -> Callable[[dict[str, float]], None]:
    """Prints a line of what a cell is at a time."""

    def line(at: dict[str, float]) -> None:
        ions = "  ".join(
            f"{key.removesuffix('_mM')} {value:.4g}" for key, value in at.items() if key.endswith("i_mM")
        )
        say(minus(f"{duration(at['t_s'] * 1e3 / HOUR):>9}  V {at['v_mV']:8.3f} mV  {ions}"))

    return line


def table(console: Console, result: RunResult) -> None:
    """What was done, the cell at the times of the report, what each process moved, and what it cost."""
    s, tables = result.summary, result.protocol.tables
    console.print(f"[bold]{s['protocol']} on {s['cell']}, {duration(s['duration_s'] * 1e3 / HOUR)}[/]")
    if tables.description:
        print_sentence(console, tables.description)
    for event in s["events"][:MOST_EVENTS]:
        print_sentence(console, f"{_when(event)}: {_what(event)}")
    if len(s["events"]) > MOST_EVENTS:
        print_sentence(console, f"… and {len(s['events']) - MOST_EVENTS} more in summary.json")
    _states(console, result)
    if result.cells:
        cells.ends(console, s)
    _moved(console, result)
    _ending(console, result)


def _when(event: dict[str, Any]) -> str:
    def said(key: str) -> str:
        return duration(event[key] * 1e3 / HOUR) if event[key] else "0 s"

    words = f"at {said('at_s')}"
    words += f", every {said('every_s')}" if "every_s" in event else ""
    words += f", {event['times']} times" if "times" in event else ""
    return words + (f", for {said('duration_s')}" if "duration_s" in event else "")


def _what(event: dict[str, Any]) -> str:
    unit = "" if event["unit"] == "1" else f" {event['unit']}"
    way = f" within {duration(event['over_s'] * 1e3 / HOUR)}" if "over_s" in event else ""
    way += f", a sine of {duration(event['sine_s'] * 1e3 / HOUR)}" if "sine_s" in event else ""
    to = "as its file says" if event["to"] == "file" else f"to {event['to']:.6g}{unit}"
    return f"{event['what'].split(': ', 1)[-1]} {to}{way}"


def _states(console: Console, result: RunResult) -> None:
    """V and concentrations at the beginning, at the times of the report and at the end."""
    layout, s = result.layout, result.summary
    ions = [ion for ion in layout.ions if not IONS[ion].trace]
    heads = ["V\nmV", *(f"{SYMBOL[ion]} in\nmM" for ion in ions)]
    heads += [f"{SYMBOL[ion]} out\nmM" for ion in ions if ion != "cl"] if layout.follows_outside else []
    rows = new_table("", *heads)
    for label, at in result.told_at():
        cells = [number(at["v_mV"], 2), *(number(at[f"{ion}i_mM"], 3) for ion in ions)]
        if layout.follows_outside:
            cells += [number(at[f"{ion}o_mM"], 3) for ion in ions if ion != "cl"]
        rows.add_row(label, *cells)
    console.print(rows)
    low, high = s["v_lowest_mV"], s["v_highest_mV"]
    console.print(minus(f"V (mean of the membrane) from {low:.4g} to {high:.4g} mV on the way"))


def _moved(console: Console, result: RunResult) -> None:
    """What every process has moved of each ion, and spent."""
    layout, moved = result.layout, result.summary["moved"]
    ions = [ion for ion in layout.ions if any(abs(own.get(ion, 0.0)) > 0 for own in moved.values())]
    spent = any(own.get(ATP) for own in moved.values())
    if not ions:
        return
    rows = new_table(
        "moved into the cell", *(f"{SYMBOL[ion]}\nfmol" for ion in ions), *(["ATP spent\nfmol"] * spent)
    )
    for process, own in moved.items():
        if any(own.values()):
            cells = [f"{own[ion]:.4g}" if ion in own else "" for ion in ions]
            cells += [f"{own[ATP]:.4g}" if ATP in own else ""] if spent else []
            rows.add_row(process, *map(minus, cells))
    console.print(rows)


def _ending(console: Console, result: RunResult) -> None:
    s = result.summary
    said = []
    if s["spike_count"]:
        peaks = [spike["peak_mV"] for spike in s["spikes"]]
        said.append(f"{count(s['spike_count'], 'spike')}, {min(peaks):.4g} to {max(peaks):.4g} mV high")
    for train in s["trains"]:
        since = train["none_since_s"]
        block = (
            "" if since is None else f", none since {duration(since * 1e3 / HOUR) if since else 'the first'}"
        )
        said.append(
            f"{train['what']}: {train['answered']} of {train['pulses']} pulses answered by a spike{block}"
        )
    back = s["recovered_after_s"]
    if back is None:
        said.append("not back at the end to within 1 mV and 1 % of every concentration")
    elif s["events"]:
        when = f"{duration(back * 1e3 / HOUR)} after" if back else "at once after"
        said.append(f"back to within 1 mV and 1 % {when} the last of it")
    said.append(f"{s['atp_molecules']:.4g} molecules of ATP spent")
    print_sentence(console, "; ".join(said))
    worst = max(s["max_local_charge_error"], s["ion_conservation_error"])
    print_sentence(
        console, f"charge and ions are conserved to {worst:.1e} of the salt; solved in {s['wall_s']:.2f} s"
    )


def files(to: Output, result: RunResult) -> None:
    """Means over time, what was moved and at which current, what was applied, spikes, the end, the figure."""
    layout, course = result.layout, result.course
    grown, seconds = course.relative_volume, course.t / 1e3
    columns = {
        "time_s": seconds,
        "v_mV": layout.by_area(course.v),
        "v_min_mV": course.v.min(axis=1),
        "v_max_mV": course.v.max(axis=1),
    }
    for ion in layout.ions:
        columns[f"{ion}i_mM"] = layout.by_volume(getattr(course, ion), grown)
        columns[f"{ion}o_mM"] = layout.by_volume(getattr(course, ion + "o"))
    columns["relative_volume"] = layout.by_volume(grown)
    to.csv("course.csv", columns | cells.over_time(result.cells, course))
    if course.passed:
        to.csv("passed.csv", {"time_s": seconds} | cells.passed(course))
    ways = {key: _column(*key) for key in course.moved}
    to.csv("moved.csv", {"time_s": seconds} | {f"{ways[key]}_fmol": v for key, v in course.moved.items()})
    currents = {f"{ways[key]}_nA": result.current(*key) for key in course.flows if key[1] != ATP}
    to.csv("currents.csv", {"time_s": seconds} | currents)
    if spikes := result.summary["spikes"]:
        to.csv("spikes.csv", {key: [spike[key] for spike in spikes] for key in ("t_ms", "place", "peak_mV")})
    np.savez(to.path(END), allow_pickle=False, **course.end)
    to.figure("run.png", figure(result))


def _column(process: str, ion: str) -> str:
    return f"{process.replace(' ', '_')}_{ion}"


COMMAND = Command("run", run, RunResult, table, files, figure)
