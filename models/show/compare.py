"""The command compare: neuron and muscle side by side, at rest and with the pump blocked."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich.console import Console

from ..experiments.compare import CLOSED, HOURS, CompareResult, compare
from ..words import HOUR, duration, minus
from . import block, rest
from .command import Command
from .compare_figure import figure
from .options import Axial, Changes, Folders, Volume, quantity
from .output import Output
from .session import Session
from .tables import ROOMY, SYMBOL, number, print_columns, print_sentence

MOST_COLUMNS = 6  # of a table of cells; with more, one for the bath and one for closed spaces
FEW_COLUMNS = 4  # up to which there is room between them

Cells = Annotated[str, typer.Option(help="shipped cells or TOML files, with commas")]
Hours = Annotated[
    float,
    quantity("hours", "h", "HOURS", 'how long to follow the block: 24, or with a unit, "1 day"'),
]


@dataclass(frozen=True)
class Alike:
    """What all cells are made with."""

    mod: Folders = field(default_factory=list)
    axial: Axial = "electrodiffusion"
    volume: Volume = "fixed"


def run(
    session: Session,
    alike: Alike,
    changes: Changes,
    cells: Cells = "neuron,muscle",
    hours: Hours = HOURS,
) -> CompareResult:
    """The main job: neuron and muscle at rest and with the pump blocked, in a bath and in a closed space."""
    with session.progress("following the block", hours * HOUR) as report:
        result = compare(
            tuple(name.strip() for name in cells.split(",")),
            hours=hours,
            progress=lambda name, t, words: report(t, words, f"{name}: following the block"),
            mechanisms=alike.mod,
            axial=alike.axial,
            volume=alike.volume,
            **changes.given() | {"set": changes.of_file() | changes.given()["set"]},
        )
    session.warn([warning for one in result.blocks.values() for warning in one.layout.warnings])
    return result


# ---------------------------------------------------------------------- on the terminal


def table(console: Console, result: CompareResult) -> None:
    """The cells side by side, one row per quantity."""
    cells = result.summary["cells"]
    if len(cells) > (MOST_COLUMNS if console.width >= ROOMY else FEW_COLUMNS):
        closed = {name: c for name, c in cells.items() if name.endswith(CLOSED)}
        _side_by_side(console, result, {name: c for name, c in cells.items() if name not in closed})
        _side_by_side(console, result, closed)
    else:
        _side_by_side(console, result, cells)
    why = explain(result)
    if why:
        console.print(why)
    for sentence in _remarks(result):
        print_sentence(console, sentence)


def _remarks(result: CompareResult) -> list[str]:
    """What the table of a comparison leaves out or calls by one name, cell by cell."""
    said = [f"{name}: {why}" for name, why in result.left_out.items()]
    for name, cell in result.summary["cells"].items():
        of_rest, of_block = cell["rest"], cell["block"]
        if of_rest["way"]:
            said.append(f"{name}: {of_rest['way']}")
        if of_rest["not_predicted"]:
            said.append(f"{name}: not predicted, because {of_rest['not_predicted']}")
        if result.blocks[name].endless:
            said.append(f"{name}: no end of the block, because {result.blocks[name].endless}")
        elif not of_block["final_name"].startswith("Donnan"):
            said.append(f"{name}: no Donnan equilibrium: {of_block['final_name']}")
    return said


Row = tuple[str, Callable[[dict, dict], str]]  # its label, and its cell from the summaries of rest and block


def side_by_side(cells: dict[str, dict], osmotic: bool) -> list[list[str]]:
    """A row per quantity, its label and its value in each cell, from the summaries of rest and block by
    cell."""
    rows = [*_rest_rows(), *_block_rows(list(cells.values()), osmotic)]
    return [
        [label.strip(), *(value(cell["rest"], cell["block"]) for cell in cells.values())]
        for label, value in rows
    ]


def _side_by_side(console: Console, result: CompareResult, cells: dict[str, dict]) -> None:
    """Print a column per cell."""
    many = len(cells) > FEW_COLUMNS or console.width < ROOMY
    osmotic = any(b.layout.osmotic for b in result.blocks.values())
    rows = [*_rest_rows(), *_block_rows(list(cells.values()), osmotic)]
    columns = [
        (
            re.sub("[ _]", "\n", name) if many else name.replace(" ", "\n"),
            [value(cell["rest"], cell["block"]) for _, value in rows],
        )
        for name, cell in cells.items()
    ]
    print_columns(console, "", [label for label, _ in rows], columns, (0, 1, 0, 0) if many else (0, 1))


def _rest_rows() -> list[Row]:
    """What is said of the rest."""
    return [
        ("rests at (mV)", lambda r, b: number(r["v_rest_mV"])),
        ("  GHK, without the pump (mV)", lambda r, b: number(r["ghk_mV"])),
        ("  Mullins–Noda, with it (mV)", lambda r, b: number(r["mullins_noda_mV"])),
        *(_concentration(ion, side) for ion in ("na", "k", "cl") for side in ("inside", "outside")),
        ("  membrane resistance (kΩ·cm²)", lambda r, b: number(r["membrane_resistance_ohm_cm2"] / 1e3, 1)),
        ("  pump, net current (µA/cm²)", lambda r, b: number(r["pump_net_current_uA_cm2"], 3)),
        ("  ATP (molecules/s)", lambda r, b: f"{r['atp_per_s']:.2e}"),
    ]


def _concentration(ion: str, side: str) -> Row:
    key = f"{ion}{side[0]}_mM"
    return f"  {SYMBOL[ion]} {side} (mM)", lambda r, b: number(r[key], 1)


def _block_rows(cells: list[dict], osmotic: bool) -> list[Row]:
    """What is said of the block."""
    donnan = all(c["block"]["final_name"].startswith("Donnan") for c in cells)
    goal, end = ("Donnan", "Donnan voltage (mV)") if donnan else ("the end", "V at the end, for ever (mV)")
    hours = f"{cells[0]['block']['hours']:g} h"
    water: list[Row] = [
        (f"  volume after {hours}", lambda r, b: f"×{b['relative_volume_end']:.3f}"),
        ("  volume at the end", lambda r, b: f"×{number(b['final_relative_volume'], 3)}"),
    ]
    return [
        ("pump blocked, at once (mV)", lambda r, b: _at_once(b)),
        ("  step at once (mV)", lambda r, b: _step(b)),
        ("  surface / volume (1/µm)", lambda r, b: number(r["surface_to_volume_per_um"], 3)),
        ("  Na⁺ rises by (mM/min)", lambda r, b: f"{b['nai_rise_mM_per_min']:.3g}"),
        (f"  half-way to {goal} after", lambda r, b: _time(b["hours_half_way_to_final"])),
        ("  10 mV from rest after", lambda r, b: _time(b["hours_to_10_mV"])),
        (f"  V after {hours} (mV)", lambda r, b: number(b["v_end_mV"])),
        (f"  K⁺ outside after {hours} (mM)", lambda r, b: number(b["ko_end_mM"], 1)),
        *(water if osmotic else []),
        (f"  {end}", lambda r, b: number(b["final_mV"])),
        ("compartments", lambda r, b: str(r["compartments"])),
    ]


def _at_once(b: dict) -> str:
    v = b["v_immediate_mV"]
    return "fires" if v is None else number(v)


def _step(b: dict) -> str:
    v = b["v_immediate_mV"]
    return "–" if v is None else minus(f"{v - b['v_before_mV']:+.2f}")


def _time(hours: float | None) -> str:
    return "–" if hours is None else duration(hours)


def explain(result: CompareResult) -> str:
    """Why one cell is faster than the other, in a sentence with its numbers; "" unless there are two."""
    cells = [(n, c) for n, c in result.summary["cells"].items() if not n.endswith(CLOSED)]
    if len(cells) != 2:
        return ""
    (fast, a), (slow, b) = sorted(cells, key=lambda c: -c[1]["block"]["nai_rise_mM_per_min"])
    if b["block"]["nai_rise_mM_per_min"] <= 0 or b["rest"]["pump_net_current_uA_cm2"] <= 0:
        return ""  # no pump, nothing to compare
    geometry = a["rest"]["surface_to_volume_per_um"] / b["rest"]["surface_to_volume_per_um"]
    flux = a["rest"]["pump_net_current_uA_cm2"] / b["rest"]["pump_net_current_uA_cm2"]
    speed = a["block"]["nai_rise_mM_per_min"] / b["block"]["nai_rise_mM_per_min"]
    return (
        f"why: {fast} has {geometry:.3g} times the surface per volume of {slow} and {flux:.2g} times the "
        f"pump flux per surface, so its Na⁺ rises {speed:.3g} times as fast"
    )


# ---------------------------------------------------------------------- files


def files(to: Output, result: CompareResult) -> None:
    """The files of each cell, its name before theirs, and the figure of them all."""
    for name, one in result.blocks.items():
        own = to.of(one.layout.provenance)
        prefix = f"{name.replace(' ', '_')}_"
        rest.files(own, one.before, prefix)
        block.files(own, one, prefix)
    to.figure("compare.png", figure(result))


COMMAND = Command("compare", run, CompareResult, table, files, figure)
