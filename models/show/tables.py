"""The tables on the terminal."""

import re

import numpy as np
from rich.console import Console
from rich.table import Table

from ..experiments.compare import CLOSED
from ..experiments.keys import name_and_unit, shown
from ..experiments.rest import ion_rows, key_of
from ..physics.ions import IONS, told_of
from ..words import count, duration

SYMBOL = {name: ion.printed for name, ion in IONS.items()}
SIGN = {"p": "P", "g": "g"}  # of a leak's strength, as physiologists write it

MOST_COLUMNS = 6  # of a table of cells; with more, one for the bath and one for closed spaces


def _number(value, digits=2) -> str:
    if value is None:
        return "–"
    return f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no "-0.00"


def _concentration(mm: float) -> str:
    """A concentration in mM; three digits of one that two places behind the point would not show."""
    return _number(mm) if mm == 0 or mm >= 0.1 else f"{mm:.3g}"


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
    # a column for permeabilities, one for conductances, as far as the cell has them
    strengths = dict.fromkeys((leak.symbol, leak.unit, key_of(leak)) for leak in result.leak.values())
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    rows = ion_rows(result)
    largest = max(abs(row["leak_uA_cm2"]) for row in rows)
    channels = any(row["channels_uA_cm2"] for row in rows)
    heads = [
        "ion",
        "inside\nmM",
        "outside\nmM",
        "Nernst\nmV",
        "V − E\nmV",
        *(f"{SIGN[symbol]}\n{shown(unit)}" for symbol, unit, _ in strengths),
        "leak\nµA/cm²",
        "pump\nµA/cm²",
    ]
    for head in [*heads, *(["channels\nµA/cm²"] if channels else []), "net\nµA/cm²"]:
        table.add_column(head, justify="left" if head == "ion" else "right", no_wrap=True)
    for row in rows:
        cells = [SYMBOL[row["ion"]], _concentration(row["inside_mM"]), _concentration(row["outside_mM"])]
        cells += [_number(row["nernst_mV"]), _number(row["driving_force_mV"])]
        cells += ["–" if row[key] is None else f"{row[key]:.3e}" for *_, key in strengths]
        names = ["leak", "pump", *(["channels"] if channels else []), "net"]
        cells += [_current(row[f"{name}_uA_cm2"], largest) for name in names]
        table.add_row(*cells)
    console.print(table)
    if s["way"]:
        console.print(s["way"], soft_wrap=True)
    _print_predictions(console, s, channels)
    if s["hold"]:
        console.print("concentrations held: the ions are [bold]not[/] at rest, V alone is")
    console.print(
        f"membrane {s['membrane_resistance_ohm_cm2'] / 1e3:.3g} kΩ·cm², "
        f"pump {s['pump_net_current_uA_cm2']:.4f} µA/cm² net, "
        f"{s['atp_per_s']:.3g} ATP/s; solved in {s['wall_s']:.2f} s"
    )
    if layout.osmotic and not s["hold"]:
        same = abs(s["relative_volume"] - 1) < 1e-6
        where = (
            "the volume it began with"
            if same
            else f"{s['relative_volume']:.4g} times the volume it began with"
        )
        console.print(f"water at rest too, at {where}")


def _print_predictions(console: Console, s: dict, channels: bool) -> None:
    """What the voltage equations say, as far as they hold, and why one is left out."""
    named = {"ghk_mV": "GHK (no pump)"}
    if not s["hold"]:
        named |= {"mullins_noda_mV": "Mullins–Noda", "chord_mV": "chord"}
    said = [f"{name} {_number(s[key], 3)} mV" for key, name in named.items() if s[key] is not None]
    counted = " (by all conductances as they are at this rest, channels too)" if channels else ""
    if said:
        console.print(f"predicted{counted}: {', '.join(said)}", soft_wrap=True)
    if s["not_predicted"] and len(said) < len(named):
        left = ", ".join(name for key, name in named.items() if s[key] is None)
        console.print(f"not predicted: {left}; {s['not_predicted']}", soft_wrap=True)


def print_block(console: Console, result) -> None:
    """A pump block as a short table, after the rest it started from."""
    print_rest(console, result.before)
    s = result.summary
    what = f"{100 * s['fraction']:g} % of the pumps" + (
        "" if len(result.where) == result.layout.size else f" in {result.place}"
    )
    console.print(
        f"\n[bold]{s['cell']}: {what} blocked for {duration(s['recover_at_hours'] or s['hours'])}[/]"
    )
    table = Table(box=None, header_style="bold", pad_edge=False)
    layout = result.layout
    outer = [f"{SYMBOL[ion]} out mM" for ion in layout.ions] if layout.space != "bath" else []
    told = [ion for ion in told_of(layout.ions) if not IONS[ion].trace]
    inner = [f"{SYMBOL[ion]} mM" for ion in told]
    for head in ("", "V mV", *inner, *outer, *(["volume"] if layout.osmotic else [])):
        table.add_column(head, justify="left" if head == "" else "right")
    course, back = result.course, s["recover_at_hours"]
    at_recovery = None if back is None else int(np.searchsorted(course.t, back * 3.6e6 * (1 - 1e-12)))
    for label, v, ions, index in (
        ("at rest", s["v_before_mV"], "before", 0),
        ("at once", s["v_immediate_mV"], "before", 0),
        ("at recovery", s["v_recovery_mV"], "recovery", at_recovery),
        (f"after {duration(s['hours'])}", s["v_end_mV"], "end", -1),
    ):
        if v is None:
            continue
        cells = [_number(s[f"{ion}i_{ions}_mM"]) for ion in told]
        cells += [
            _number(float(layout.by_volume(getattr(course, i + "o"))[index])) for i in layout.ions if outer
        ]
        cells += [f"×{float(layout.by_volume(course.swelling)[index]):.3f}"] if layout.osmotic else []
        table.add_row(label, _number(v), *cells)
    name, _, driven = s["final_name"].partition("; ")
    end = [name, _number(s["final_mV"])]
    if layout.osmotic and not result.endless:
        end += [""] * (3 + len(outer)) + [f"×{s['final_relative_volume']:.3f}"]
    table.add_row(*end)
    console.print(table)
    if result.endless or driven:
        console.print(result.endless or f"no Donnan equilibrium: {driven}", soft_wrap=True)
    half = s["hours_half_way_to_final"]
    at_once = s["v_immediate_mV"]
    step = "fires at once" if at_once is None else f"step {at_once - s['v_before_mV']:+.2f} mV"
    goal = "Donnan" if s["final_name"].startswith("Donnan") else "that end"
    console.print(
        f"{step} (pump current / slope conductance: "
        f"{s['step_predicted_mV']:+.2f} mV), Na⁺ rises at {s['nai_rise_mM_per_min']:.3g} mM/min, half-way to "
        f"{goal} {'not reached' if half is None else 'after ' + duration(half)}"
    )
    if s["spikes"]:
        console.print(f"{count(s['spikes'], 'spike')} on the way")
    console.print(
        f"charge error {s['max_local_charge_error']:.1e} of the salt in any compartment, "
        f"{s['total_charge_error']:.1e} in all; each ion's total against what crossed the membrane "
        f"{s['ion_book_error']:.1e}"
        + (
            ""
            if s["closed_book_error"] is None
            else f", inside and outside together {s['closed_book_error']:.1e}"
        )
        + f"; solved in {s['wall_s']:.2f} s"
    )
    if s["max_local_charge_error"] > 1e-6:
        console.print(
            f"[bold]the charge of single compartments is not kept[/]: with axial = "
            f"{layout.provenance['axial']} the current along the cell is carried by no ions"
        )


def print_compare(console: Console, result) -> None:
    """The cells side by side, one row per quantity."""
    cells = result.summary["cells"]
    if len(cells) > MOST_COLUMNS:
        closed = {name: c for name, c in cells.items() if name.endswith(CLOSED)}
        _compare_table(console, result, {name: c for name, c in cells.items() if name not in closed})
        _compare_table(console, result, closed)
    else:
        _compare_table(console, result, cells)
    why = explain(result)
    if why:
        console.print(why)
    for sentence in _remarks(result):
        console.print(sentence, soft_wrap=True)


def _remarks(result) -> list[str]:
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


def _compare_table(console: Console, result, cells: dict) -> None:
    narrow = (0, 1, 0, 0) if len(cells) > 4 else (0, 1)
    table = Table(box=None, header_style="bold", pad_edge=False, padding=narrow)
    table.add_column("", no_wrap=True)
    for name in cells:
        table.add_column(
            re.sub("[ _]", "\n", name) if len(cells) > 4 else name.replace(" ", "\n"), justify="right"
        )

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
        lambda r, b: (
            "fires"
            if b["v_immediate_mV"] is None
            else f"{_number(b['v_immediate_mV'])} ({b['v_immediate_mV'] - b['v_before_mV']:+.2f})"
        ),
    )
    row("  surface / volume (1/µm)", lambda r, b: _number(r["surface_to_volume_per_um"], 3))
    row("  Na⁺ rises by (mM/min)", lambda r, b: f"{b['nai_rise_mM_per_min']:.3g}")
    donnan = all(c["block"]["final_name"].startswith("Donnan") for c in cells.values())
    row(
        "  half-way to Donnan after" if donnan else "  half-way to the end after",
        lambda r, b: "–" if b["hours_half_way_to_final"] is None else duration(b["hours_half_way_to_final"]),
    )
    row(
        "  10 mV from rest after",
        lambda r, b: "–" if b["hours_to_10_mV"] is None else duration(b["hours_to_10_mV"]),
    )
    hours = next(iter(cells.values()))["block"]["hours"]
    row(f"  V after {hours:g} h (mV)", lambda r, b: _number(b["v_end_mV"]))
    row(f"  K⁺ outside after {hours:g} h (mM)", lambda r, b: _number(b["ko_end_mM"], 1))
    if any(b.layout.osmotic for b in result.blocks.values()):
        row(f"  volume after {hours:g} h", lambda r, b: f"×{b['relative_volume_end']:.3f}")
        row("  volume at the end", lambda r, b: f"×{_number(b['final_relative_volume'], 3)}")
    row(
        "  Donnan voltage (mV)" if donnan else "  V at the end, for ever (mV)",
        lambda r, b: _number(b["final_mV"]),
    )
    row("compartments", lambda r, b: str(r["compartments"]))
    console.print(table)


def print_excite(console: Console, result) -> None:
    """One row a condition: where it rests, what makes it fire, how high the spike is."""
    s = result.summary
    block = f" after {duration(s['hours_of_block'])} of pump block" if s["hours_of_block"] else ""
    console.print(
        f"\n[bold]{s['cell']}{block}[/]: a pulse of {s['duration_ms']:g} ms into {s['where']}, carried by K⁺"
    )
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in (
        *([" ".join(name_and_unit(s["varied"]))] if s["varied"] else []),
        "rest mV",
        "threshold nA",
        "spike peak mV",
        "height mV",
        "",
    ):
        table.add_column(head, justify="left" if head == "" else "right")
    for row in s["points"]:
        cells = [f"{row[s['varied']]:g}"] if s["varied"] else []
        cells += [_number(row["v_rest_mV"]), _number(row["threshold_nA"], 4)]
        table.add_row(
            *cells, *(_number(row[key], 1) for key in ("spike_peak_mV", "spike_height_mV")), row["outcome"]
        )
    console.print(table)
    console.print(f"peak and height at 1.2 times threshold; solved in {s['wall_s']:.1f} s")


def print_glycoside(console: Console, result) -> None:
    """Binding at equilibrium, and the cell before and at the end."""
    s = result.summary
    console.print(
        f"\n[bold]{s['cell']}: {dose(s['dose_mM'])} {s['drug']}, {s['species']} pumps, "
        f"{duration(s['hours'])}[/]"
    )
    table = Table(box=None, header_style="bold", pad_edge=False)
    heads = ["isoform", "share of pumps", "at equilibrium", f"after {duration(s['hours'])}"]
    for head in heads:
        table.add_column(head, justify="left" if head == "isoform" else "right")
    for alpha in result.bound:
        values = (s[f"{alpha}_{key}"] for key in ("share", "bound_at_equilibrium", "bound_end"))
        table.add_row(alpha.replace("alpha", "α"), *(f"{100 * value:.1f} %" for value in values))
    table.add_row("all", "", f"{100 * s['bound_at_equilibrium']:.1f} %", "")
    console.print(table)
    table = Table(box=None, header_style="bold", pad_edge=False)
    ions = result.layout.ions
    for head in ("", "V mV", *(f"{SYMBOL[ion]} {IONS[ion].unit}" for ion in ions)):
        table.add_column(head, justify="left" if head == "" else "right")
    for label, key in (("before", "before"), (f"after {duration(s['hours'])}", "end")):
        inside = [_number(s[f"{ion}i_{key}_mM"] * IONS[ion].per_mM) for ion in ions]
        table.add_row(label, _number(s[f"v_{key}_mV"]), *inside)
    console.print(table)
    console.print(
        f"pump current at its lowest {100 * s['pump_left_lowest']:.1f} % of rest, at the end "
        f"{100 * s['pump_left_end']:.1f} %; half of it stopped at {dose(s['half_inhibition_mM'])} "
        f"(concentrations as before); solved in {s['wall_s']:.2f} s"
    )


def dose(mm: float) -> str:
    """A concentration as a reader says it: "1.28 nM", "48 µM"."""
    for unit, size in (("pM", 1e9), ("nM", 1e6), ("µM", 1e3), ("mM", 1.0)):
        if abs(mm * size) < 1000:
            return f"{mm * size:.3g} {unit}"
    return f"{mm:.3g} mM"


def print_validate(console: Console, result) -> None:
    """Every number beside what its source allows, and how many are within."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for head in ("row", "", "expected", "got", "unit", ""):
        table.add_column(head, justify="right" if head in ("expected", "got") else "left")
    style = {"within": "green", "miss": "red", "put in": "dim"}
    for check in result.checks:
        got = "–" if np.isnan(check.got) else f"{check.got:.4g}"
        verdict = f"[{style[check.verdict]}]{check.verdict}[/]"
        unit = "" if check.unit == "1" else check.unit
        table.add_row(check.row, check.what, f"{check.low:g} to {check.high:g}", got, unit, verdict)
    console.print(table)
    for check in result.checks:
        if check.verdict == "miss":
            console.print(f"{check.row}, {check.what}: {check.why or 'not known why'}", soft_wrap=True)
    s = result.summary
    console.print(
        f"[bold]{s['within']} of {s['counted']} numbers within ({100 * s['share_within']:.0f} %)[/]; "
        f"{s['numbers'] - s['counted']} more are no test, because they or what decides them were put in; of "
        f"{s['rows_counted']} rows {s['rows_all_within']} have every number within; in {s['wall_s']:.0f} s"
    )


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
        table.add_column(head, no_wrap=head != "source")
    for row in result.parameters:
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        table.add_row(row["parameter"], f"{row['value']:.4g}{unit}", row["source"])
    console.print(table)


def _few(names: list[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def explain(result) -> str:
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
