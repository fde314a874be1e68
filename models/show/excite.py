"""The command excite: threshold and spike, as they depend on where a cell rests."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from ..errors import InputError
from ..experiments.excite import Excitability, ExciteResult, excite
from ..experiments.keys import name_and_unit
from ..words import duration, minus
from .command import Command
from .options import CellName, CellOptions, Changes, quantity
from .output import Output
from .session import Session
from .style import MAGENTA, new_figure, shades
from .tables import new_table, number, print_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 15.0  # ms of the responses that are drawn at least
LONGER = 1.3  # times the longest spike: so much of it
LEGEND = 3  # conditions in a row of the legend

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
) -> ExciteResult:
    """Threshold current and spike, as they depend on where the cell rests."""
    name, values = several(vary)
    made = session.make(cell, changes)
    with session.progress("finding thresholds", len(values)) as report:
        return excite(
            made,
            hours=hours,
            where=where,
            duration_ms=duration,
            vary={name: values} if name else None,
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
    """One row a condition: where it rests, what makes it fire, how high the spike is."""
    s = result.summary
    block = f" after {duration(s['hours_of_block'])} of pump block" if s["hours_of_block"] else ""
    console.print(
        f"\n[bold]{s['cell']}{block}[/]: a pulse of {s['duration_ms']:g} ms into {s['where']}, carried by K⁺"
    )
    varied = s["varied"]
    found = new_table(
        *(["\n".join(name_and_unit(varied))] if varied else []),
        *("rest\nmV", "threshold\nnA", "spike peak\nmV", "height\nmV", "outcome"),
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
    rows = result.summary["points"]
    to.csv("excitability.csv", {key: [row[key] for row in rows] for key in rows[0]})
    traces: dict[str, list[float]] = {"condition": [], "time_ms": [], "v_mV": []}
    for place, point in enumerate(result.points):
        traces["condition"] += [place if point.value is None else point.value] * len(point.t)
        traces["time_ms"] += list(point.t)
        traces["v_mV"] += list(point.v)
    to.csv("spikes.csv", traces)
    to.figure("excite.png", figure(result))


# ---------------------------------------------------------------------- figure


def figure(result: ExciteResult) -> "Figure":
    """The responses and, of several conditions, threshold and spike height against the rest."""
    colours = shades(max(len(result.points), 2))
    fired = any(not np.isnan(point.threshold) for point in result.points)
    several = bool(result.varied) and fired
    rows = -(-len(result.points) // LEGEND) if result.varied else 0
    with new_figure(12 if several else 6, 4.2 + 0.22 * rows) as drawn:
        axes = drawn.subplots(1, 3 if several else 1, squeeze=False)[0]
        _responses(axes[0], result, colours, fired)
        if several:
            _against_rest(axes[1], result.points, colours, "threshold", "threshold (nA)")
            axes[1].set_title("the least current that fires it")
            _against_rest(axes[2], result.points, colours, "height", "spike height (mV)")
            axes[2].set_title("spike height, from rest to peak")
        hours = result.summary["hours_of_block"]
        after = f", {duration(hours)} after pump block" if hours else ""
        alone = "" if result.varied else f": {result.points[0].outcome.split(';')[0]}"
        drawn.suptitle(minus(result.layout.name + after + alone), fontsize=10.5)
        if result.varied:
            handles, labels = axes[0].get_legend_handles_labels()
            drawn.legend(
                handles, labels, loc="outside lower center", fontsize=8.5, ncols=LEGEND if several else 1
            )
    return drawn


def _responses(axis: "Axes", result: ExciteResult, colours: np.ndarray, fired: bool) -> None:
    """V over time at 1.2 times threshold."""
    for point, colour in zip(result.points, colours, strict=False):
        silent = "" if point.outcome == "spike" else f": {point.outcome.split(';')[0]}"
        axis.plot(point.t, point.v, color=colour, label=minus(result.condition(point) + silent))
    axis.axvspan(0, result.duration_ms, color="#999999", alpha=0.2, lw=0)
    axis.set_xlim(0, min(max([SHOWN, *map(_seen, result.points)]), max(p.t[-1] for p in result.points)))
    axis.set_xlabel("time (ms)")
    axis.set_ylabel(f"V in {result.place} (mV)")
    pulse = "1.2 × threshold" if fired else "the strongest pulse"
    least = f", which is {result.points[0].threshold:.3g} nA" if fired and not result.varied else ""
    axis.set_title(f"at {pulse}{least} (shaded: the pulse)")


def _seen(point: Excitability) -> float:
    """How long a response is to be drawn so that its spike is seen whole (ms); 0 without a spike."""
    raised = point.t[point.v - point.v_rest > point.height / 10]
    return LONGER * float(raised[-1]) if len(raised) else 0.0


def _against_rest(
    axis: "Axes", points: list[Excitability], colours: np.ndarray, key: str, label: str
) -> None:
    """One number of each spike against the rest; a cross where there is none."""
    fired = [p for p in points if not np.isnan(p.threshold)]
    axis.plot([p.v_rest for p in fired], [getattr(p, key) for p in fired], color="#BBBBBB", zorder=1)
    for point, colour in zip(points, colours, strict=False):
        if not np.isnan(point.threshold):
            axis.plot(point.v_rest, getattr(point, key), "o", color=colour, ms=7)
    axis.set_ylim(bottom=0, top=1.12 * max([getattr(p, key) for p in fired], default=1.0))
    silent = [p for p in points if np.isnan(p.threshold) and not np.isnan(p.v_rest)]
    for point in silent:
        axis.plot(point.v_rest, 0, "x", color=MAGENTA, ms=8, mew=2, clip_on=False)
    axis.margins(x=0.12)
    axis.set_xlabel("resting potential (mV)" + ("; ✕: no spike" if silent else ""))
    axis.set_ylabel(label)


COMMAND = Command("excite", run, ExciteResult, table, files, figure)
