"""The command rest: where a cell rests, and what each process carries there."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..experiments.cells_rest import CellsRest
from ..experiments.ions import ion_rows, key_of
from ..experiments.keys import shown, with_unit
from ..experiments.rest import RestResult, rest
from ..physics.junction import ELECTRODES
from ..words import count, duration, minus
from . import cells
from .command import Command
from .options import CellOptions, Changes, pairs
from .output import Output
from .rest_figure import figure
from .session import Session
from .tables import (
    SIGN,
    SYMBOL,
    Column,
    amount,
    concentration,
    current,
    number,
    print_columns,
    print_sentence,
    printed,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOLD = 3  # modes on the terminal
Start = Annotated[
    str | None,
    typer.Option(
        metavar="NAME=VALUE,...", help="start away from rest, e.g. na=30,v=-40 (K⁺ follows from the charge)"
    ),
]
Electrode = Annotated[
    str | None,
    typer.Option(help=f"what an electrode reads that was zeroed in the bath: {', '.join(ELECTRODES)}"),
]
Hold = Annotated[str | None, typer.Option(help="concentrations: find V alone, concentrations frozen")]


def started(start: str | None) -> dict[str, str] | None:
    """{"v": "-50"} of v=-50; None where no start is given."""
    return None if start is None else pairs("start", [start])


def run(
    session: Session,
    cell: CellOptions,
    changes: Changes,
    start: Start = None,
    hold: Hold = None,
    electrode: Electrode = None,
) -> RestResult:
    """Where the cell rests, and what each process carries there."""
    made = session.make(cell, changes)
    with session.progress("finding the rest", 40) as report:
        return rest(
            made,
            start=started(start),
            hold=hold,
            progress=report,
            electrode=electrode,
            **changes.given(),
        )


# ---------------------------------------------------------------------- on the terminal


def table(console: Console, result: RestResult) -> None:
    """The resting state as a table of ions and a few lines, of several cells one for each."""
    if isinstance(result, CellsRest):
        cells.head(console, result)
        for one in result.cells.values():
            _member(console, "", one)
        if result.summary["way"]:
            print_sentence(console, result.summary["way"])
        cells.junctions(console, result)
        if result.beside is not None:
            print_sentence(console, stability(result.summary))
        return
    s, layout = result.summary, result.layout
    console.print(
        f"\n[bold]{layout.name} rests at {number(s['v_rest_mV'], 3)} mV[/]  "
        f"({count(layout.size, 'compartment')}, {layout.celsius:g} °C, {layout.provenance['morphology']})"
    )
    channels = _ions(console, result)
    if s["way"]:
        print_sentence(console, s["way"])
    _predictions(console, s, channels)
    if s.get("electrode"):
        print_sentence(
            console,
            f"an electrode filled with {s['electrode']}, zeroed in the bath, reads "
            f"{s['reading_mV']:.2f} mV: its junction adds {s['junction_mV']:+.2f} mV",
        )
    if s["hold"]:
        console.print("concentrations held: the ions are [bold]not[/] at rest, V alone is")
    console.print(
        f"membrane {amount(s['membrane_resistance_ohm_cm2'] / 1e3, 3)} kΩ·cm², "
        f"pump {number(s['pump_net_current_uA_cm2'], 4)} µA/cm² net, "
        f"{s['atp_per_s']:.3g} ATP/s; solved in {s['wall_s']:.2f} s"
    )
    if result.beside is not None:
        print_sentence(console, stability(s))
    if layout.osmotic and not s["hold"]:
        same = abs(s["relative_volume"] - 1) < 1e-6
        where = (
            "the volume it began with"
            if same
            else f"{s['relative_volume']:.4g} times the volume it began with"
        )
        console.print(f"water at rest too, at {where}")
    if result.glia is not None:
        _member(console, "its glia, ", result.glia)


def stability(s: dict) -> str:
    """Whether a rest is stable and how fast it is come back to, or left, in a sentence. s: its summary."""
    grow = [mode for mode in s["modes"] if mode["grows"]]
    if not s["stable"]:
        said = f": {', '.join(map(_mode, grow[:TOLD]))}" if grow else ""
        return f"[bold]not stable[/]: {count(s['growing_modes'], 'mode')} of {s['cell']} grow from it{said}"
    back = [mode for mode in s["modes"] if mode["kind"] == "node"][:TOLD]
    swing = [mode for mode in s["modes"] if mode["kind"] == "focus"][:1]
    return f"stable: it comes back in {', '.join(map(_mode, [*back, *swing]))}"


def _mode(mode: dict) -> str:
    """A mode's time constant and period, and what moves where."""
    swings = f", swinging every {duration(mode['period_s'] / 3600)}" if mode["period_s"] else ""
    what = printed(mode["moves"])
    place = "" if mode["place"] == "everywhere" else f", {mode['place']}"
    return f"{duration(mode['time_constant_s'] / 3600)} ({what}{place}{swings})"


def _member(console: Console, title: str, one: RestResult) -> None:
    """The same of the glia that faces the cell's spaces, or of one of several cells, in fewer words."""
    s, comma = one.summary, "," if title else ""
    console.print(f"\n[bold]{title}{s['cell']}{comma} rests at {number(s['v_rest_mV'], 3)} mV[/]")
    _ions(console, one)
    console.print(
        f"membrane {amount(s['membrane_resistance_ohm_cm2'] / 1e3, 3)} kΩ·cm², "
        f"pump {number(s['pump_net_current_uA_cm2'], 4)} µA/cm² net, {s['atp_per_s']:.3g} ATP/s; "
        f"{one.layout.volume.sum():.4g} µm³, {one.layout.area.sum():.4g} µm²"
    )


def _ions(console: Console, result: RestResult) -> bool:
    """Print the table of ions; whether channels carry any of them."""
    # a column for permeabilities, one for conductances, as far as the cell has them
    strengths = dict.fromkeys((leak.symbol, leak.unit, key_of(leak)) for leak in result.leak.values())
    rows = ion_rows(result)
    largest = max(abs(row["leak_uA_cm2"]) for row in rows)
    channels = any(row["channels_uA_cm2"] for row in rows)
    columns: list[Column] = [
        ("inside\nmM", [concentration(row["inside_mM"]) for row in rows]),
        ("outside\nmM", [concentration(row["outside_mM"]) for row in rows]),
        ("Nernst\nmV", [number(row["nernst_mV"]) for row in rows]),
        ("V − E\nmV", [number(row["driving_force_mV"]) for row in rows]),
    ]
    for symbol, unit, key in strengths:
        values = ["–" if row[key] is None else minus(f"{row[key]:.3e}") for row in rows]
        columns.append((f"{SIGN[symbol]}\n{shown(unit)}", values))
    joined = ["junction"] if "junction_uA_cm2" in rows[0] else []
    for name in ("leak", "pump", *(["channels"] if channels else []), *joined, "net"):
        columns.append((f"{name}\nµA/cm²", [current(row[f"{name}_uA_cm2"], largest) for row in rows]))
    print_columns(console, "ion", [SYMBOL[row["ion"]] for row in rows], columns, (0, 1, 0, 0))
    return channels


def _predictions(console: Console, s: dict, channels: bool) -> None:
    """What the voltage equations say, as far as they hold, and why one is left out."""
    named = {"ghk_mV": "GHK (no pump)"}
    if not s["hold"]:
        named |= {"mullins_noda_mV": "Mullins–Noda", "chord_mV": "chord"}
    said = [f"{name} {number(s[key], 3)} mV" for key, name in named.items() if s[key] is not None]
    counted = " (by all conductances as they are at this rest, channels too)" if channels else ""
    if said:
        print_sentence(console, f"predicted{counted}: {', '.join(said)}")
    if s["not_predicted"] and len(said) < len(named):
        left = ", ".join(name for key, name in named.items() if s[key] is None)
        print_sentence(console, f"not predicted: {left}; {s['not_predicted']}")


# ---------------------------------------------------------------------- files


def tables(result: RestResult) -> dict[str, dict]:
    """CSV tables: one row per ion, and one per compartment."""
    if isinstance(result, CellsRest):
        return cells.rest_tables(result, {label: tables(one) for label, one in result.cells.items()})
    layout = result.layout
    rows: dict[str, list] = {}
    for row in ion_rows(result):
        for key, value in row.items():
            rows.setdefault(key, []).append(value)
    compartments = {
        "section": layout.section,
        "x": layout.x,
        "region": layout.region,
        "distance_um": layout.distance,
        "area_um2": layout.area,
        "volume_um3": layout.volume,
        "relative_volume": result.relative_volume,
        "v_mV": result.v,
    }
    for ion in layout.ions:
        compartments[f"{ion}i_mM"] = result.inside[ion]
        compartments[f"{ion}o_mM"] = result.outside[ion]
        compartments[with_unit(f"{ion}_leak", result.leak[ion].unit)] = result.leak_strength[ion]
        for process, values in result.currents[ion].items():
            compartments[f"i_{ion}_{process}_uA_cm2"] = 1e3 * values
        compartments[f"{ion}_net_mM_per_ms"] = result.net[ion]
    found: dict[str, dict] = {"ions.csv": rows, "compartments.csv": compartments}
    if result.glia is not None:
        found |= {f"glia_{name}": columns for name, columns in tables(result.glia).items()}
    return found


def drawn(result: RestResult) -> "Figure":
    """The figure of a rest."""
    return cells.rest_figure(result) if isinstance(result, CellsRest) else figure(result)


def files(to: Output, result: RestResult, prefix: str = "") -> None:
    """Tables and figure, `prefix` before their names."""
    for name, columns in tables(result).items():
        to.csv(prefix + name, columns)
    to.figure(prefix + "rest.png", drawn(result))


COMMAND = Command("rest", run, RestResult, table, files, drawn)
