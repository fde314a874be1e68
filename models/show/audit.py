"""The command audit: what flows at a model's rest with nothing that brings it back."""

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console

from ..existing.audit import AuditResult, audit
from ..words import duration, minus
from .command import Command
from .drawing import draw_cell, visible
from .output import Output
from .session import Session
from .settle import Files, ForGood, ModelOptions, Start
from .style import COLOUR, GREY, new_figure
from .tables import new_table, number, print_sentence, printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WITHIN = (3, 97)  # percent of the compartments, whose drifts have colours of their own
STILL = 1e-6  # mM/min, below which no drift is drawn
MOST_BARS = 14  # that are drawn, the largest


def run(
    session: Session, model: Files, options: ModelOptions, start: Start = None, for_good: ForGood = None
) -> AuditResult:
    """What flows at the rest of any NEURON model: by ion and mechanism, how fast it drifts, what a pump would
    need."""
    return options.ask(audit, session, model, start, for_good)


def table(console: Console, result: AuditResult) -> None:
    """What carries each ion, and what that amounts to."""
    s = result.summary
    console.print(minus(f"\n[bold]{s['cell']}[/]: at rest, {s['v_rest_mV']:.2f} mV"))
    heads = ("ion", "inside\nmM", "outside\nmM", "E\nmV", "Nernst\nmV", "net\nnA", "drift\nmM/min")
    rows = new_table(
        *heads, "fastest\nmM/min", "a tenth\nafter", "taken out by", left=("ion", "taken out by")
    )
    for one in s["ions"]:
        after = one["tenth_after_s"]
        cells = [_amount(one[key]) for key in ("inside_mM", "outside_mM")]
        cells += [number(one[key], 1) for key in ("potential_mV", "nernst_mV")]
        cells += [_amount(one[key]) for key in ("net_nA", "net_mM_per_min", "fastest_mM_per_min")]
        soon = "–" if after is None else duration(after / 3600)
        rows.add_row(printed(one["ion"]), *cells, soon, one["taken_by"] or "nothing")
    console.print(rows)
    carried = new_table("mechanism", "ion", "nA, outward", left=("mechanism", "ion"))
    for mechanism, ion, current in _parts(result):
        carried.add_row(mechanism, printed(ion), _amount(current))
    console.print(carried)
    print_sentence(console, printed(result.words))


def _amount(value: float | None) -> str:
    return "–" if value is None else minus(f"{value:.3g}")


def _parts(result: AuditResult) -> list[tuple[str, str, float]]:
    """Mechanism, ion and current (nA, outward) of all that carries any."""
    found = [
        (part["mechanism"], one["ion"], part["current_nA"])
        for one in result.summary["ions"]
        for part in one["carried"]
    ]
    known = {(mechanism, current) for mechanism, _, current in found}
    found += [
        (part["mechanism"], "none", part["current_nA"])
        for part in result.summary["no_ion"]
        if (part["mechanism"], part["current_nA"]) not in known
    ]
    return found


def files(to: Output, result: AuditResult) -> None:
    """Currents and drifts of every compartment, the paragraph, and the figure."""
    layout = result.layout
    columns = {"section": layout.section, "x": layout.x, "distance_um": layout.distance, "v_mV": result.v}
    for (mechanism, ion), values in result.currents.items():
        columns[f"{mechanism}_{ion or 'none'}_mA_cm2"] = values
    for name, own in result.ions.items():
        columns[f"{name}_drift_mM_per_min"] = own.drift
        columns[f"{name}_tenth_s"] = own.tenth
    to.csv("compartments.csv", columns)
    to.path("words.txt").write_text(printed(result.words) + "\n", encoding="utf-8")
    to.figure("audit.png", figure(result))


def figure(result: AuditResult) -> "Figure":
    """What every mechanism carries, and where the ion that drifts most does so."""
    layout = result.layout
    most = _most(result)
    drawn_too = most is not None and len(visible(layout)) > 0
    with new_figure(10 if drawn_too else 6, 4.4) as drawn:
        axes = drawn.subplots(1, 2, squeeze=False)[0] if drawn_too else [drawn.subplots()]
        _bars(axes[0], result)
        if drawn_too and most is not None:
            row = next(one for one in result.summary["ions"] if one["fastest_mM_per_min"] == most[1])
            label = f"{printed(row['ion'])} drifts (mM/min)"
            drift = np.nan_to_num(result.ions[most[0]].drift)
            low, high = np.percentile(drift, WITHIN)  # one thin axon would take all of the colours
            draw_cell(axes[1], layout, drift, label, (low, high) if high > low else None)
    return drawn


def _most(result: AuditResult) -> tuple[str, float] | None:
    """The ion that nothing takes out and that drifts fastest, and how fast (mM/min); None where all but
    stand still."""
    found = [
        (name, float(own.drift[np.nanargmax(np.abs(own.drift))]))
        for name, own in result.ions.items()
        if not own.taken_by
    ]
    fastest = max(found, key=lambda one: abs(one[1]), default=None)
    return fastest if fastest and abs(fastest[1]) >= STILL else None


def _bars(axis: "Axes", result: AuditResult) -> None:
    rows = sorted(_parts(result), key=lambda row: -abs(row[2]))[:MOST_BARS]
    names = {
        own: name for name, own in zip(result.ions, (o["ion"] for o in result.summary["ions"]), strict=True)
    }
    for place, (_, ion, current) in enumerate(rows):
        axis.barh(place, current, color=COLOUR.get(names.get(ion, ""), GREY))
    labels = [f"{mechanism}, {printed(ion) if ion != 'none' else 'no ion'}" for mechanism, ion, _ in rows]
    axis.set_yticks(range(len(rows)), labels)
    axis.invert_yaxis()
    axis.axvline(0, color="black", lw=0.8)
    axis.set_xlabel("current (nA, outward)")
    axis.locator_params(axis="x", nbins=5)
    axis.set_title(minus(f"{result.layout.name} at rest, {result.summary['v_rest_mV']:.1f} mV"))


COMMAND = Command("audit", run, AuditResult, table, files, figure)
