"""The command tipping: which change, and how fast, takes a cell from its rest for ever."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from ..experiments.tipping import tipping
from ..experiments.tipping_result import TippingResult, Trial
from ..words import HOUR, duration, minus
from .command import Command
from .follow_figure import number_axis
from .options import Changes, FastFibre, hours_of
from .output import Output
from .rest import Start, started
from .session import Session
from .style import GREY, MAGENTA, new_figure, shades, time_axis
from .tables import new_table, number, print_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Along = Annotated[
    str | None,
    typer.Option(
        metavar="NAME=FROM:TO", help="what is changed, e.g. ko=4:1.2 (default: K⁺ outside, to a quarter)"
    ),
]
Within = Annotated[
    str, typer.Option(metavar="TIME,...", help="times that the change takes, in h or with unit")
]
EARLIEST = 1e2  # ms, where the axes of time begin


def run(
    session: Session,
    cell: FastFibre,
    changes: Changes,
    along: Along = None,
    within: Within = "10min,1h,4h,12h",
    start: Start = None,
) -> TippingResult:
    """Which change of a parameter, how fast, tips the cell; the longest pause of its pump."""
    made = session.make(cell, changes)
    with session.progress("looking for what tips the cell", 1.0) as report:
        return tipping(
            made,
            along,
            hours_of(within),
            start=started(start),
            progress=report,
            **changes.given(),
        )


# ---------------------------------------------------------------------- on the terminal


def table(console: Console, result: TippingResult) -> None:
    """Where the branch ends, what tips the cell before, and every change that was tried."""
    s = result.summary
    unit = "" if result.along.unit == "1" else f" {result.along.unit}"
    console.print(f"\n[bold]{s['cell']}: {result.said()}[/]")
    rows = new_table("", " ", left=("", " "))
    for words, key, said in (
        ("the rest is lost, however slowly, at", "fold", lambda v: f"{v:.4g}{unit}, {s['fold_v_mV']:.1f} mV"),
        ("it begins to oscillate at", "hopf", lambda v: f"{v:.4g}{unit}, {s['hopf_v_mV']:.1f} mV"),
        ("a sudden change tips the cell beyond", "basin_edge", lambda v: f"{v:.4g}{unit}"),
        (
            f"a change to {s['to']:g}{unit} tips it within",
            "critical_duration_s",
            lambda v: duration(v / 3600),
        ),
        ("it comes back from its pump off for", "longest_off_s", lambda v: duration(v / 3600)),
        ("from twice that it is rescued by a pump", "rescue_factor", lambda v: f"{v:.3g} times as strong"),
    ):
        if key == "hopf" and s[key] is None:
            continue
        rows.add_row(words, "–" if s[key] is None else minus(said(s[key])))
    console.print(rows)
    tried = new_table("tried", "outcome", "ends at\nmV", left=("tried", "outcome"))
    for one in (*result.ramps, *result.pauses):
        tried.add_row(one.name, one.outcome, number(one.v_end))
    console.print(tried)
    for sentence in dict.fromkeys(s["why"].values()):
        print_sentence(console, sentence)
    console.print(f"solved in {s['wall_s']:.1f} s")


# ---------------------------------------------------------------------- files


def files(to: Output, result: TippingResult) -> None:
    """The branch, everything that was tried over time, and the figure."""
    to.csv("branch.csv", {result.along.key: result.value, "v_rest_mV": result.v})
    columns: dict[str, list] = {"trial": [], "time_s": [], "v_mV": []}
    for one in (*result.ramps, *result.pauses):
        columns["trial"] += [one.name] * len(one.t)
        columns["time_s"] += list(one.t / 1e3)
        columns["v_mV"] += list(one.v)
    to.csv("trials.csv", columns)
    to.figure("tipping.png", figure(result))


# ---------------------------------------------------------------------- figure


def figure(result: TippingResult) -> "Figure":
    """The branch with its fold and the edge of a sudden change, the changes over time, the pauses of the
    pump."""
    with new_figure(12.5, 4.4) as drawn:
        panels = drawn.subplots(1, 3 if result.pauses else 2)
        _branch(panels[0], result)
        _over_time(panels[1], result.ramps, f"{result.said()}, within")
        if result.pauses:
            _over_time(panels[2], result.pauses, "the pump off for a while")
        drawn.suptitle(result.layout.name, fontsize=10.5)
    return drawn


def _branch(axis: "Axes", result: TippingResult) -> None:
    axis.plot(result.value, result.v, color="#222222", label="rests")
    axis.plot(result.value[0], result.v[0], "o", color="#222222", ms=6, label="where it begins")
    if result.fold:
        axis.plot(*result.fold, "D", color=MAGENTA, ms=7, label=f"fold, {result.fold[0]:.4g}")
    if result.hopf:
        axis.plot(*result.hopf, "s", color=MAGENTA, ms=7, label=f"Hopf point, {result.hopf[0]:.4g}")
    if result.basin_edge is not None:
        axis.axvline(result.basin_edge, color=MAGENTA, ls=":", label=f"at once, {result.basin_edge:.4g}")
    axis.axvline(result.last, color=GREY, lw=0.8, label=f"to {result.last:g}")
    number_axis(axis, result.along)
    low, high = min(result.value.min(), result.last), max(result.value.max(), result.last)
    room = (high / low) ** 0.05 if result.along.range.log else 1.0
    axis.set_xlim(low / room, high * room)
    axis.set_ylabel("V (mV)")
    axis.set_title("the branch of rests, and its end")
    axis.legend(loc="best", fontsize=8.5)


def _over_time(axis: "Axes", trials: list[Trial], title: str) -> None:
    for one, colour in zip(trials, shades(max(len(trials), 2)), strict=False):
        words = f"{one.name.removeprefix('within ')}: {one.outcome}"
        line = "-" if one.tipped else "--"
        axis.plot(np.maximum(one.t, EARLIEST), one.v, line, color=colour, label=words)
    longest = max(one.t[-1] for one in trials)
    for one, colour in zip(trials, shades(max(len(trials), 2)), strict=False):
        axis.plot(longest, one.v_end, "o", color=colour, ms=6, clip_on=False, zorder=5)
    time_axis(axis, np.array([EARLIEST, longest]))
    axis.set_xlim(EARLIEST, longest)
    axis.set_xlabel(f"time (up to {duration(longest / HOUR)}); ●: where it ends")
    axis.set_ylabel("mean V (mV)")
    axis.set_title(title)
    axis.legend(loc="best", fontsize=8.5)


COMMAND = Command("tipping", run, TippingResult, table, files, figure)
