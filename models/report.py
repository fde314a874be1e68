"""Writing a run's results: all of them, whole, or none; and the tables on the terminal.

Files are made in a hidden folder beside their place and moved there at the end, so that an interrupted or
failed run leaves earlier results as they were.
"""

import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from .errors import InputError
from .experiments.layout import Layout
from .parameters import VALENCE
from .theory import nernst

SYMBOL = {"na": "Na⁺", "k": "K⁺", "cl": "Cl⁻"}


class Output:
    """Files of one run, not yet in their place. `provenance` goes into every one of them."""

    def __init__(self, folder: Path, provenance: dict[str, str]):
        self.folder, self.provenance = folder, provenance
        self.written: list[str] = []

    def path(self, name: str) -> Path:
        self.written.append(name)
        return self.folder / name

    def json(self, name: str, data: dict) -> None:
        text = json.dumps({**data, "provenance": self.provenance}, indent=1, allow_nan=False)
        self.path(name).write_text(text + "\n", encoding="utf-8")

    def csv(self, name: str, columns: dict) -> None:
        """columns: heading (with its unit) -> values, all of one length."""
        import pandas

        said = ", ".join(f"{key}={value}" for key, value in self.provenance.items())
        table = pandas.DataFrame(columns).to_csv(index=False, float_format="%.12g")
        self.path(name).write_text(f"# {said}\n{table}", encoding="utf-8")

    def traces(self, name: str, layout: Layout, course) -> None:
        """Time, segment and ion as a NetCDF file, units in the attributes."""
        import xarray

        inside = np.stack([getattr(course, ion) for ion in layout.ions], axis=-1)
        segment = {"dims": "segment"}
        data = xarray.Dataset(
            {
                "v": (("time", "segment"), course.v, {"units": "mV", "long_name": "membrane potential"}),
                "inside": (
                    ("time", "segment", "ion"),
                    inside,
                    {"units": "mM", "long_name": "concentration inside"},
                ),
                "area": (segment["dims"], layout.area, {"units": "um2"}),
                "volume": (segment["dims"], layout.volume, {"units": "um3"}),
            },
            coords={
                "time": ("time", course.t, {"units": "ms"}),
                "ion": ("ion", list(layout.ions)),
                "section": (segment["dims"], layout.section.astype(object)),
                "x": (segment["dims"], layout.x, {"units": "1", "long_name": "position in the section"}),
                "distance": (segment["dims"], layout.distance, {"units": "um"}),
            },
            attrs=self.provenance,
        )
        data.to_netcdf(self.path(name), engine="h5netcdf")

    def figure(self, name: str, figure) -> None:
        said = ", ".join(f"{key}={value}" for key, value in self.provenance.items())
        figure.savefig(self.path(name), metadata={"Software": "pumpleak", "Description": said})


@contextmanager
def output(folder: Path, provenance: dict[str, str]):
    """Yield an `Output`; on success move its files into `folder`, otherwise leave no trace."""
    work = folder / f".unfinished-{os.getpid()}"
    try:
        work.mkdir(parents=True)
        made = Output(work, provenance)
        yield made
        for name in dict.fromkeys(made.written):
            os.replace(work / name, folder / name)
    except OSError as error:
        raise InputError(
            f"{folder}: results cannot be written ({error.strerror or error}); earlier results are untouched"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def check_writable(folder: Path) -> None:
    """InputError before a long run, rather than after it, where its results could not be kept."""
    probe = folder / f".probe-{os.getpid()}"
    existed = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("x")
        probe.unlink()
        if not existed:
            folder.rmdir()
    except OSError as error:
        raise InputError(
            f"--out {folder}: cannot be written ({error.strerror or error}); expected a folder that is "
            "yours to write, on a disk with room"
        ) from None


# ---------------------------------------------------------------------- files of each experiment


def rest_tables(result) -> dict[str, dict]:
    """CSV tables of a rest: one row per ion, and one per compartment."""
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
        "v_mV": result.v,
    }
    unit = "cm_s" if result.law == "ghk" else "S_cm2"
    for ion in layout.ions:
        compartments[f"{ion}i_mM"] = result.inside[ion]
        compartments[f"{ion}_leak_{unit}"] = result.leak_strength[ion]
        for process, current in result.currents[ion].items():
            compartments[f"i_{ion}_{process}_uA_cm2"] = 1e3 * current
        compartments[f"{ion}_net_mM_per_ms"] = result.net[ion]
    return {"ions.csv": rows, "compartments.csv": compartments}


def ion_rows(result) -> list[dict]:
    """One dict per ion: concentrations, Nernst potential, driving force, strength, currents (area means)."""
    layout, rows = result.layout, []
    v = result.summary["v_rest_mV"]
    for ion in layout.ions:
        inside = float(layout.by_volume(result.inside[ion]))
        e = float(nernst(inside, result.outside[ion], VALENCE[ion], layout.celsius))
        parts = {name: 1e3 * float(layout.by_area(i)) for name, i in result.currents[ion].items()}
        strength = float(layout.by_area(result.leak_strength[ion]))
        rows.append(
            {
                "ion": ion,
                "inside_mM": inside,
                "outside_mM": result.outside[ion],
                "nernst_mV": e,
                "driving_force_mV": v - e,
                "permeability_cm_s" if result.law == "ghk" else "conductance_S_cm2": strength,
                "leak_uA_cm2": parts.pop("leak"),
                "pump_uA_cm2": parts.pop("pump", 0.0),
                "channels_uA_cm2": sum(parts.values()),
                "net_uA_cm2": 1e3 * float(layout.by_area(sum(result.currents[ion].values()))),
            }
        )
    return rows


def block_tables(result) -> dict[str, dict]:
    """CSV tables of a block: means over time, and the compartments at the end."""
    layout, course = result.layout, result.course
    over_time = {"time_h": course.t / 3600e3, "v_mV": layout.by_area(course.v)}
    over_time |= {"v_min_mV": course.v.min(axis=1), "v_max_mV": course.v.max(axis=1)}
    end = {
        "section": layout.section,
        "x": layout.x,
        "distance_um": layout.distance,
        "v_mV": course.v[-1],
        "donnan_mV": result.donnan,
    }
    for ion in layout.ions:
        values = getattr(course, ion)
        over_time[f"{ion}i_mM"] = layout.by_volume(values)
        end[f"{ion}i_mM"] = values[-1]
    return {"course.csv": over_time, "end.csv": end}


# ---------------------------------------------------------------------- the terminal


def _number(value, digits=2) -> str:
    if value is None:
        return "–"
    return f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no "-0.00"


def _current(value: float, scale: float) -> str:
    """A current in uA/cm2; "0" where it is round-off of `scale`."""
    return "0" if abs(value) <= 1e-8 * scale else f"{value:+.4f}"


def print_rest(console: Console, result) -> None:
    """The resting state as a table of ions and a few lines."""
    s, layout = result.summary, result.layout
    console.print(
        f"\n[bold]{layout.name} rests at {s['v_rest_mV']:.3f} mV[/]  "
        f"({layout.size} compartments, {layout.celsius:g} °C, {layout.provenance['morphology']})"
    )
    strength = "P\ncm/s" if result.law == "ghk" else "g\nS/cm²"
    table = Table(box=None, header_style="bold", pad_edge=False)
    rows = ion_rows(result)
    largest = max(abs(row["leak_uA_cm2"]) for row in rows)
    channels = any(row["channels_uA_cm2"] for row in rows)
    heads = [
        "ion",
        "inside\nmM",
        "outside\nmM",
        "Nernst\nmV",
        "V − E\nmV",
        strength,
        "leak\nµA/cm²",
        "pump\nµA/cm²",
    ]
    for head in [*heads, *(["channels\nµA/cm²"] if channels else []), "net\nµA/cm²"]:
        table.add_column(head, justify="left" if head == "ion" else "right", no_wrap=True)
    for row in rows:
        cells = [SYMBOL[row["ion"]], _number(row["inside_mM"]), _number(row["outside_mM"])]
        cells += [_number(row["nernst_mV"]), _number(row["driving_force_mV"])]
        cells += [f"{row.get('permeability_cm_s', row.get('conductance_S_cm2')):.3e}"]
        names = ["leak", "pump", *(["channels"] if channels else []), "net"]
        cells += [_current(row[f"{name}_uA_cm2"], largest) for name in names]
        table.add_row(*cells)
    console.print(table)
    console.print(
        f"predicted: GHK (no pump) {_number(s['ghk_mV'], 3)} mV, "
        f"Mullins–Noda {_number(s['mullins_noda_mV'], 3)} mV, chord {_number(s['chord_mV'], 3)} mV"
    )
    if s["max_relative_net_flux"] > 1e-6:
        console.print("concentrations held: the ions are [bold]not[/] at rest, V alone is")
    console.print(
        f"membrane {s['membrane_resistance_ohm_cm2'] / 1e3:.3g} kΩ·cm², "
        f"pump {s['pump_net_current_uA_cm2']:.4f} µA/cm² net, "
        f"{s['atp_per_s']:.3g} ATP/s; solved in {s['wall_s']:.2f} s"
    )


def print_block(console: Console, result) -> None:
    """A pump block as a short table."""
    s = result.summary
    what = f"{100 * s['fraction']:g} % of the pumps" + (
        "" if len(result.where) == result.layout.size else f" in {len(result.where)} compartments"
    )
    console.print(f"\n[bold]{s['cell']}: {what} blocked for {s['recover_at_hours'] or s['hours']:g} h[/]")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("", "V mV", "Na⁺ mM", "K⁺ mM", "Cl⁻ mM"):
        table.add_column(head, justify="left" if head == "" else "right")
    for label, v, ions in (
        ("at rest", s["v_before_mV"], "before"),
        ("at once", s["v_immediate_mV"], "before"),
        (f"after {s['hours']:g} h", s["v_end_mV"], "end"),
    ):
        cells = [_number(s[f"{ion}i_{ions}_mM"]) for ion in ("na", "k", "cl")]
        table.add_row(label, _number(v), *cells)
    table.add_row("Donnan (full block, for ever)", _number(s["donnan_mV"]), "", "", "")
    console.print(table)
    half = s["hours_half_way_to_donnan"]
    console.print(
        f"step {s['v_immediate_mV'] - s['v_before_mV']:+.2f} mV (pump current / slope conductance: "
        f"{s['step_predicted_mV']:+.2f} mV), Na⁺ rises at {s['nai_rise_mM_per_min']:.3g} mM/min, half-way to "
        f"Donnan {'not reached' if half is None else 'after ' + duration(half)}"
    )
    console.print(
        f"charge error {s['max_local_charge_error']:.1e} of the salt in any compartment, "
        f"{s['total_charge_error']:.1e} in all; solved in {s['wall_s']:.2f} s"
    )


def duration(hours: float) -> str:
    """A time as a reader says it: "21 min", "7.3 h"."""
    if hours < 1 / 60:
        return f"{3600 * hours:.2g} s"
    return f"{60 * hours:.3g} min" if hours < 1.5 else f"{hours:.3g} h"


def print_compare(console: Console, result) -> None:
    """The cells side by side, one row per quantity."""
    cells = result.summary["cells"]
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for name in cells:
        table.add_column(name, justify="right")

    def row(label, function):
        table.add_row(label, *(function(c["rest"], c["block"]) for c in cells.values()))

    row("rests at (mV)", lambda r, b: _number(r["v_rest_mV"]))
    row("  GHK, without the pump (mV)", lambda r, b: _number(r["ghk_mV"]))
    row("  Mullins–Noda, with it (mV)", lambda r, b: _number(r["mullins_noda_mV"]))
    for ion in ("na", "k", "cl"):
        row(
            f"  {SYMBOL[ion]} inside / outside (mM)",
            lambda r, b, ion=ion: f"{_number(r[ion + 'i_mM'], 1)} / {_number(r[ion + 'o_mM'], 1)}",
        )
    row("  membrane resistance (kΩ·cm²)", lambda r, b: _number(r["membrane_resistance_ohm_cm2"] / 1e3, 1))
    row("  pump, net current (µA/cm²)", lambda r, b: _number(r["pump_net_current_uA_cm2"], 3))
    row("  ATP (molecules/s)", lambda r, b: f"{r['atp_per_s']:.2e}")
    row(
        "pump blocked, at once (mV)",
        lambda r, b: f"{_number(b['v_immediate_mV'])} ({b['v_immediate_mV'] - b['v_before_mV']:+.2f})",
    )
    row("  surface / volume (1/µm)", lambda r, b: _number(r["surface_to_volume_per_um"], 3))
    row("  Na⁺ rises by (mM/min)", lambda r, b: f"{b['nai_rise_mM_per_min']:.3g}")
    row(
        "  half-way to Donnan after",
        lambda r, b: (
            "–" if b["hours_half_way_to_donnan"] is None else duration(b["hours_half_way_to_donnan"])
        ),
    )
    hours = next(iter(cells.values()))["block"]["hours"]
    row(f"  V after {hours:g} h (mV)", lambda r, b: _number(b["v_end_mV"]))
    row("  Donnan voltage (mV)", lambda r, b: _number(b["donnan_mV"]))
    row("compartments", lambda r, b: str(r["compartments"]))
    console.print(table)
    why = explain(result)
    if why:
        console.print(why)


def print_inspect(console: Console, result) -> None:
    """Regions, who touches which ion, and the source of every parameter."""
    s = result.summary
    console.print(
        f"\n[bold]{s['cell']}[/] from {s['source']}: {s['sections']} sections, "
        f"{s['compartments']} compartments, {s['length_um']:.6g} µm, "
        f"area {s['area_um2']:.6g} µm², volume {s['volume_um3']:.6g} µm³"
    )
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("region", "sections", "compartments", "area µm²", "volume µm³"):
        table.add_column(head, justify="left" if head == "region" else "right")
    for region, r in s["regions"].items():
        table.add_row(
            region,
            str(r["sections"]),
            str(r["compartments"]),
            f"{r['area_um2']:.6g}",
            f"{r['volume_um3']:.6g}",
        )
    console.print(table)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("ion", "mechanism", "reads", "writes", "in"):
        table.add_column(head)
    for row in result.access:
        everywhere = len(row["sections"]) == s["sections"]
        place = "every section" if everywhere else _few(row["sections"])
        table.add_row(SYMBOL[row["ion"]], row["mechanism"], row["reads"], row["writes"], place)
    console.print(table)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("parameter", "value", "source"):
        table.add_column(head)
    for name, value, unit, source in result.parameters:
        table.add_row(name, f"{value:g} {'' if unit == '1' else unit}".strip(), source)
    console.print(table)


def _few(names: list[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def explain(result) -> str:
    """Why one cell is faster than the other, in a sentence with its numbers; "" unless there are two."""
    cells = list(result.summary["cells"].items())
    if len(cells) != 2:
        return ""
    (fast, a), (slow, b) = sorted(cells, key=lambda c: -c[1]["block"]["nai_rise_mM_per_min"])
    geometry = a["rest"]["surface_to_volume_per_um"] / b["rest"]["surface_to_volume_per_um"]
    flux = a["rest"]["pump_net_current_uA_cm2"] / b["rest"]["pump_net_current_uA_cm2"]
    speed = a["block"]["nai_rise_mM_per_min"] / b["block"]["nai_rise_mM_per_min"]
    return (
        f"why: {fast} has {geometry:.3g} times the surface per volume of {slow} and {flux:.2g} times the "
        f"pump flux per surface, so its Na⁺ rises {speed:.3g} times as fast"
    )
