"""What is printed, written and drawn of several cells in one system: their rest, a block of their pumps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from ..experiments.block import BlockResult
from ..experiments.cells_rest import CellsRest
from ..experiments.layout import Layout
from ..experiments.rest import RestResult
from ..physics.ions import IONS
from ..solve.course import Course
from ..words import HOUR, count, duration, minus
from .drawing import draw_cell, visible
from .style import COLOUR, new_figure, shades, time_axis
from .tables import SYMBOL, amount, number, print_columns, print_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Columns = dict[str, dict[str, Any]]  # of a CSV file by its name, by head
MOST = 6  # cells of which a figure has a row each


def head(console: Console, result: CellsRest) -> None:
    """What stands above the cells of a rest."""
    layout, joined = result.layout, len(result.summary["junctions"])
    console.print(
        f"\n[bold]{layout.name}: {count(len(result.cells), 'cell')}, {count(joined, 'junction')}[/]  "
        f"({count(layout.size, 'compartment')}, {layout.celsius:g} °C, outside: {layout.space})"
    )


def junctions(console: Console, result: CellsRest) -> None:
    """What passes the junctions of a rest."""
    rows = result.summary["junctions"]
    if not rows:
        return
    ions = [ion for ion in result.layout.ions if any(f"{ion}_nA" in row for row in rows)]
    columns = [
        ("nS", [amount(row["conductance_nS"], 3) for row in rows]),
        ("V difference\nmV", [number(row["v_difference_mV"], 3) for row in rows]),
        ("current\npA", [minus(f"{1e3 * row['current_nA']:+.4g}") for row in rows]),
    ]
    for ion in ions:
        values = [minus(f"{1e3 * row.get(f'{ion}_nA', 0.0):+.4g}") for row in rows]
        columns.append((f"{SYMBOL[ion]}\npA", values))
    console.print()
    print_columns(console, "junction, from and to", [row["junction"] for row in rows], columns, (0, 1))


def rest_tables(result: CellsRest, of_cell: dict[str, Columns]) -> Columns:
    """CSV tables of a rest: those `of_cell`, by cell, one below the other, and the junctions."""
    names = dict.fromkeys(name for tables in of_cell.values() for name in tables)
    found = {name: stacked({label: tables[name] for label, tables in of_cell.items()}) for name in names}
    rows = result.summary["junctions"]
    if rows:
        heads = dict.fromkeys(key for row in rows for key in row)
        found["junctions.csv"] = {key: [row.get(key, "") for row in rows] for key in heads}
    return found


def stacked(tables: Columns) -> dict[str, list]:
    """Tables of several cells one below the other, the cell before each row; "" where one has no value."""
    heads = dict.fromkeys(key for columns in tables.values() for key in columns)
    sizes = {label: len(next(iter(columns.values()))) for label, columns in tables.items()}
    found: dict[str, list] = {"cell": [label for label in tables for _ in range(sizes[label])]}
    for key in heads:
        found[key] = [value for label in tables for value in tables[label].get(key, [""] * sizes[label])]
    return found


def rest_figure(result: CellsRest) -> "Figure":
    """Where each cell rests between its ions' potentials, what passes each junction and, where they have
    shapes, V on all of them."""
    cells = list(result.cells.items())[:MOST]
    shaped = len(visible(result.layout)) > 0 and all(one.layout.branches for one in result.cells.values())
    rows = max(3.2, 0.5 * sum(2 + len(one.layout.ions) for _, one in cells))
    with new_figure(11.5 if shaped else 9.5, rows) as drawn:
        axes = drawn.subplots(1, 3 if shaped else 2, width_ratios=[5, 4, 3][: 3 if shaped else 2])
        _potentials(axes[0], cells)
        axes[0].set_title(f"{result.layout.name}: rest of each cell and where its ions would go")
        _passing(axes[1], result)
        if shaped:
            draw_cell(axes[2], result.layout, result.v, "V (mV)")
            axes[2].set_title("V, each cell at its place", loc="center")
    return drawn


def _potentials(axis: "Axes", cells: list[tuple[str, RestResult]]) -> None:
    place, ticks = 0.0, []
    for label, one in cells:
        v = one.summary["v_rest_mV"]
        marks = [(f"{label}: rest", v, COLOUR["v"])]
        marks += [(f"E of {SYMBOL[ion]}", one.nernst(ion), COLOUR[ion]) for ion in one.layout.ions]
        for name, e, colour in marks:
            axis.plot([v, e], [place, place], color=colour, lw=6, solid_capstyle="butt", alpha=0.35)
            axis.plot(e, place, "o", color=colour, ms=7)
            axis.annotate(
                minus(f"{e:.1f}"), (e, place), (0, 6), textcoords="offset points", ha="center",
                color=colour, fontsize=8,
            )  # fmt: skip
            ticks.append((place, name))
            place += 1
        place += 0.7
    axis.set_yticks([at for at, _ in ticks], [name for _, name in ticks], fontsize=8.5)
    axis.set_ylim(place - 0.9, -0.9)
    axis.margins(x=0.1)
    axis.set_xlabel("mV (inside minus outside)")


def _passing(axis: "Axes", result: CellsRest) -> None:
    place, ticks = 0.0, []
    for name, parts in list(result.passing.items())[:MOST]:
        axis.text(0.0, place - 0.75, name, transform=axis.get_yaxis_transform(), fontsize=8.5, va="center")
        for ion, current in parts.items():
            axis.barh(place, 1e3 * current, 0.85, color=COLOUR[ion], alpha=0.7)
            axis.annotate(
                minus(f"{1e3 * current:+.3g}"), (max(1e3 * current, 0.0), place), (4, 0),
                textcoords="offset points", ha="left", va="center", fontsize=8.5,
            )  # fmt: skip
            ticks.append((place, SYMBOL[ion]))
            place += 1
        place += 1.2
    if not ticks:
        axis.set_axis_off()
        axis.set_title("no junction")
        return
    axis.axvline(0, color="black", lw=0.8)
    axis.set_yticks([at for at, _ in ticks], [name for _, name in ticks], fontsize=8)
    axis.set_ylim(place - 1.5, -1.6)
    axis.tick_params(axis="y", length=0)
    axis.margins(x=0.35)
    axis.set_xlabel("current (pA, from the first end to the second)")
    axis.set_title("through the junctions")


# ---------------------------------------------------------------------- block


def block_table(console: Console, result: BlockResult) -> None:
    """What became of each cell, and what passed the junctions."""
    s = result.summary
    place = "" if len(result.where) == result.layout.size else " of some of its cells"
    last = duration(s["recover_at_hours"] or s["hours"])
    console.print(f"\n[bold]{s['cell']}: {100 * s['fraction']:g} % of the pumps{place} blocked for {last}[/]")
    cells = s["cells"]
    keys = [("at rest", "v_before_mV"), ("at once", "v_immediate_mV"), ("at recovery", "v_recovery_mV")]
    keys += [(f"after {duration(s['hours'])}", "v_end_mV"), ("for ever", "final_mV")]
    keys = [(name, key) for name, key in keys if any(one[key] is not None for one in cells)]
    columns = [(f"{name}\nmV", [number(one[key]) for one in cells]) for name, key in keys]
    for ion in result.layout.ions:
        if not IONS[ion].trace:
            columns.append((f"{SYMBOL[ion]}\nmM", [_from_to(one, ion) for one in cells]))
    if result.layout.osmotic:
        columns.append(("volume", [f"×{one['relative_volume_end']:.3f}" for one in cells]))
    print_columns(console, "", [one["cell"] for one in cells], columns, (0, 1))
    print_sentence(console, result.endless or result.final_name)
    _through(console, s["junctions"])
    closed = s["closed_conservation_error"]
    both = "" if closed is None else f", inside and outside together {closed:.1e}"
    console.print(
        minus(
            f"charge error {s['max_local_charge_error']:.1e} of the salt in any compartment; each ion's "
            f"total against what crossed membranes and junctions {s['ion_conservation_error']:.1e}{both}; "
            f"solved in {s['wall_s']:.2f} s"
        )
    )


def _from_to(one: dict[str, Any], ion: str) -> str:
    before, end = one.get(f"{ion}i_before_mM"), one.get(f"{ion}i_end_mM")
    return "–" if before is None else f"{number(before)} to {number(end)}"


def ends(console: Console, s: dict[str, Any]) -> None:
    """Each cell at the beginning and the end of what was done to it, and what has passed the junctions."""
    rows = s["cells"]
    ions = [ion for ion in IONS if any(f"{ion}i_end_mM" in one for one in rows)]
    columns = [("V\nmV", [f"{number(one['v_before_mV'])} to {number(one['v_end_mV'])}" for one in rows])]
    columns += [(f"{SYMBOL[ion]}\nmM", [_from_to(one, ion) for one in rows]) for ion in ions]
    print_columns(console, "", [one["cell"] for one in rows], columns, (0, 1))
    _through(console, s["junctions"])


def _through(console: Console, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        said = ", ".join(
            f"{SYMBOL[key.removesuffix('_fmol')]} {value:+.4g}"
            for key, value in row.items()
            if key.endswith("_fmol")
        )
        print_sentence(console, f"through {row['junction']}: {said} fmol")


def over_time(cells: Mapping[str, Layout], course: Course) -> dict[str, Any]:
    """Means of each cell over time, by columns of a table."""
    found: dict[str, Any] = {}
    for label, layout in cells.items():
        one = course.cells[label]
        found[f"{label}_v_mV"] = layout.by_area(one.v)
        for ion in layout.ions:
            found[f"{label}_{ion}i_mM"] = layout.by_volume(getattr(one, ion), one.relative_volume)
            found[f"{label}_{ion}o_mM"] = layout.by_volume(getattr(one, ion + "o"))
        found[f"{label}_relative_volume"] = layout.by_volume(one.relative_volume)
    return found


def passed(course: Course) -> dict[str, Any]:
    """What has passed the junctions over time, by columns of a table."""
    return {
        f"{name} {ion}_fmol": values for name, parts in course.passed.items() for ion, values in parts.items()
    }


def block_tables(result: BlockResult, before: CellsRest) -> Columns:
    """CSV tables: means of each cell over time, and what has passed the junctions; compartments at the
    end."""
    course, hours = result.course, {"time_h": result.course.t / HOUR}
    end: Columns = {}
    first = 0
    for label, one in course.cells.items():
        layout = before.cells[label].layout
        final = result.final[first : first + layout.size]
        first += layout.size
        own = {"section": layout.section, "x": layout.x, "v_mV": one.v[-1], "final_mV": final}
        for ion in layout.ions:
            own |= {f"{ion}i_mM": getattr(one, ion)[-1], f"{ion}o_mM": getattr(one, ion + "o")[-1]}
        end[label] = own | {"relative_volume": one.relative_volume[-1]}
    means = over_time({label: one.layout for label, one in before.cells.items()}, course)
    found: Columns = {"course.csv": hours | means, "end.csv": stacked(end)}
    return found | ({"passed.csv": hours | passed(course)} if course.passed else {})


def block_figure(result: BlockResult, before: CellsRest) -> "Figure":
    """V of each cell over time, their ions, and what has passed the junctions."""
    course, t = result.course, np.maximum(result.course.t, 1e-2)
    labels = list(course.cells)[:MOST]
    ions = [ion for ion in result.layout.ions if not IONS[ion].trace]
    with new_figure(11, 3.2 * (2 if course.passed else 1) + 0.6) as drawn:
        axes = drawn.subplots(2 if course.passed else 1, 2, squeeze=False)
        for label, colour in zip(labels, shades(len(labels)), strict=True):
            one, layout = course.cells[label], before.cells[label].layout
            axes[0, 0].plot(t, layout.by_area(one.v), color=colour, label=label)
        for style, label in zip(("-", "--", ":", "-.", "-", "--"), labels, strict=False):
            one, layout = course.cells[label], before.cells[label].layout
            for ion in (ion for ion in ions if ion in layout.ions):
                mean = layout.by_volume(getattr(one, ion), one.relative_volume)
                axes[0, 1].plot(t, mean, style, color=COLOUR[ion], label=f"{SYMBOL[ion]} {label}")
        axes[0, 0].set_ylabel("V (mV)")
        axes[0, 0].set_title(f"{result.layout.name}: V of each cell")
        axes[0, 1].set_ylabel("inside (mM)")
        axes[0, 1].set_title("ions inside")
        if course.passed:
            for axis, (name, parts) in zip(axes[1], course.passed.items(), strict=False):
                for ion, values in parts.items():
                    axis.plot(t, values, color=COLOUR[ion], label=SYMBOL[ion])
                axis.set_ylabel("passed (fmol)")
                axis.set_title(name)
            for axis in axes[1, len(course.passed) :]:
                axis.set_axis_off()
        for axis in axes.flat:
            if axis.lines:
                time_axis(axis, t)
                axis.legend(fontsize=8)
    return drawn
