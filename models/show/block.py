"""The command block: the pump is blocked and the cell followed."""

from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from ..experiments.block import BlockResult, block
from ..experiments.layout import Layout
from ..physics.ions import IONS, told_of
from ..solve.course import Course
from ..words import HOUR, count, duration, minus
from . import rest
from .block_figure import figure
from .command import Command
from .options import CellOptions, Changes, quantity
from .output import Output
from .session import Session
from .tables import ROOMY, SYMBOL, number, print_columns, print_sentence

Fraction = Annotated[
    float,
    quantity("fraction", "1", "SHARE", "blocked fraction of the pumps, 0 to 1"),
]
Hours = Annotated[
    float,
    quantity("hours", "h", "HOURS", 'how long to follow: 2, or with a unit, "30 min"'),
]
Where = Annotated[
    str, typer.Option(help="all, soma, dend, ..., a section (dend[3]) or a part (dend[3](0.5:1))")
]
RecoverAt = Annotated[
    float | None,
    quantity("recover_at", "h", "HOURS", "when the pumps run again"),
]


def run(
    session: Session,
    cell: CellOptions,
    changes: Changes,
    fraction: Fraction = 1.0,
    hours: Hours = 2.0,
    where: Where = "all",
    recover_at: RecoverAt = None,
) -> BlockResult:
    """Block the pump and follow the cell: the step at once, the run-down, the end."""
    made = session.make(cell, changes)
    with session.progress("following the block", hours * HOUR) as report:
        return block(
            made,
            fraction=fraction,
            hours=hours,
            where=where,
            recover_at=recover_at,
            progress=report,
            **changes.given(),
        )


# ---------------------------------------------------------------------- on the terminal


def table(console: Console, result: BlockResult) -> None:
    """A short table and a few lines, after the rest it started from."""
    rest.table(console, result.before)
    s = result.summary
    place = "" if len(result.where) == result.layout.size else f" in {result.place}"
    console.print(
        f"\n[bold]{s['cell']}: {100 * s['fraction']:g} % of the pumps{place} blocked for "
        f"{duration(s['recover_at_hours'] or s['hours'])}[/]"
    )
    _states(console, result)
    driven = s["final_name"].partition("; ")[2]
    if result.endless or driven:
        print_sentence(console, result.endless or f"no Donnan equilibrium: {driven}")
    console.print(_speed(s))
    if "glia_cell" in s:
        print_sentence(console, _glia(s))
    if s["spikes"]:
        console.print(f"{count(s['spikes'], 'spike')} on the way")
    console.print(_conserved(s))
    if s["max_local_charge_error"] > 1e-6:
        console.print(
            f"[bold]the charge of single compartments is not kept[/]: with axial = "
            f"{result.layout.provenance['axial']} the current along the cell is carried by no ions"
        )


def _states(console: Console, result: BlockResult) -> None:
    """Print V and concentrations before, at once, at recovery, at the end of the course and for ever."""
    s, layout, course = result.summary, result.layout, result.course
    outer = layout.ions if layout.space != "bath" else ()
    inner = [ion for ion in told_of(layout.ions) if not IONS[ion].trace]
    heads = ["V\nmV", *(f"{SYMBOL[ion]}\nmM" for ion in inner), *(f"{SYMBOL[ion]} out\nmM" for ion in outer)]
    rows: dict[str, list[str]] = {}
    for label, v, when, index in (
        ("at rest", s["v_before_mV"], "before", 0),
        ("at once", s["v_immediate_mV"], "before", 0),
        ("at recovery", s["v_recovery_mV"], "recovery", result.recovery),
        (f"after {duration(s['hours'])}", s["v_end_mV"], "end", -1),
    ):
        if v is None:
            continue
        inside = [number(s[f"{ion}i_{when}_mM"]) for ion in inner]
        outside = [number(float(layout.by_volume(getattr(course, ion + "o"))[index])) for ion in outer]
        volume = f"×{float(layout.by_volume(course.relative_volume)[index]):.3f}"
        rows[label] = [number(v), *inside, *outside, volume]
    volume = "" if result.endless else f"×{s['final_relative_volume']:.3f}"
    rows[_end(s)] = [number(s["final_mV"]), *[""] * (len(inner) + len(outer)), volume]
    columns = [
        (head, [row[i] for row in rows.values()])
        for i, head in enumerate([*heads, *(["volume"] if layout.osmotic else [])])
    ]
    print_columns(console, "", list(rows), columns, (0, 1) if console.width >= ROOMY else (0, 1, 0, 0))


def _end(s: dict) -> str:
    """What the state is called that the block leads to; the block itself stands above the table."""
    return "Donnan, for ever" if s["final_name"].startswith("Donnan") else "for ever"


def _speed(s: dict) -> str:
    """The step at once, beside what predicts it, and how fast the run-down is."""
    at_once = s["v_immediate_mV"]
    step = "fires at once" if at_once is None else f"step {at_once - s['v_before_mV']:+.2f} mV"
    return minus(
        f"{step} (pump current / slope conductance: {s['step_predicted_mV']:+.2f} mV), "
        f"Na⁺ rises at {s['nai_rise_mM_per_min']:.3g} mM/min, half-way to {_half_way(s)}"
    )


def _glia(s: dict) -> str:
    """What became of the glia."""
    ions = ", ".join(
        f"{SYMBOL[ion]} {number(s[f'glia_{ion}i_before_mM'])} to {number(s[f'glia_{ion}i_end_mM'])} mM"
        for ion in IONS
        if f"glia_{ion}i_end_mM" in s and not IONS[ion].trace
    )
    volume = s["glia_relative_volume_end"]
    swollen = "" if volume == 1 else f", volume ×{volume:.3f}"
    v = f"{number(s['glia_v_before_mV'])} to {number(s['glia_v_end_mV'])} mV"
    return minus(f"its glia, {s['glia_cell']}: {v}, {ions}{swollen}")


def _half_way(s: dict) -> str:
    """What the block leads to, and when half the way there was covered."""
    goal = "Donnan" if s["final_name"].startswith("Donnan") else "that end"
    half, before, at_once, way = (
        s[key] for key in ("hours_half_way_to_final", "v_before_mV", "v_immediate_mV", "final_mV")
    )
    if half is None:
        return f"{goal} not reached" + (" before the pumps ran again" if s["recover_at_hours"] else "")
    if at_once is not None and (at_once - before) * (way - before) >= 0.5 * (way - before) ** 2:
        return f"{goal} with the step"
    return f"{goal} after {duration(half)}"


def _conserved(s: dict) -> str:
    """How exactly charge and mass are conserved."""
    both = s["closed_conservation_error"]
    closed = "" if both is None else f", inside and outside together {both:.1e}"
    return minus(
        f"charge error {s['max_local_charge_error']:.1e} of the salt in any compartment, "
        f"{s['total_charge_error']:.1e} in all; each ion's total against what crossed the membrane "
        f"{s['ion_conservation_error']:.1e}{closed}; solved in {s['wall_s']:.2f} s"
    )


# ---------------------------------------------------------------------- files


def tables(result: BlockResult) -> dict[str, dict]:
    """CSV tables: means over time, and the compartments at the end."""
    layout, course = result.layout, result.course
    over_time = {"time_h": course.t / HOUR, "v_mV": layout.by_area(course.v)}
    over_time |= {"v_min_mV": course.v.min(axis=1), "v_max_mV": course.v.max(axis=1)}
    end = {
        "section": layout.section,
        "x": layout.x,
        "distance_um": layout.distance,
        "v_mV": course.v[-1],
        "final_mV": result.final,
    }
    for ion in layout.ions:
        values = getattr(course, ion)
        over_time[f"{ion}i_mM"] = layout.by_volume(values, course.relative_volume)
        end[f"{ion}i_mM"] = values[-1]
        outside = getattr(course, ion + "o")
        over_time[f"{ion}o_mM"] = layout.by_volume(outside)
        end[f"{ion}o_mM"] = outside[-1]
    if course.glia is not None and result.before.glia is not None:
        over_time |= _glia_over_time(result.before.glia.layout, course.glia)
    over_time["relative_volume"] = layout.by_volume(course.relative_volume)
    end["relative_volume"] = course.relative_volume[-1]
    return {"course.csv": over_time, "end.csv": end}


def _glia_over_time(layout: Layout, course: Course) -> dict[str, np.ndarray]:
    """The glia's means over time."""
    found = {"glia_v_mV": layout.by_area(course.v)}
    for ion in layout.ions:
        found[f"glia_{ion}i_mM"] = layout.by_volume(getattr(course, ion), course.relative_volume)
    return found | {"glia_relative_volume": layout.by_volume(course.relative_volume)}


def files(to: Output, result: BlockResult, prefix: str = "") -> None:
    """Tables, traces and figure, `prefix` before their names."""
    for name, columns in tables(result).items():
        to.csv(prefix + name, columns)
    to.netcdf(prefix + "traces.nc", result.to_xarray())
    to.figure(prefix + "block.png", figure(result))


COMMAND = Command("block", run, BlockResult, table, files, figure)
