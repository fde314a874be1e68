"""The command validate: the shipped cells against published numbers."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from ..experiments.keys import shown
from ..experiments.validate import Check, ValidateResult, read_rows, validate
from ..words import minus
from .command import Command
from .options import pairs
from .output import Output
from .session import Session
from .style import GREEN, new_figure
from .tables import new_table, print_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# what the letters of the rows say, as in the list of measurements that the cells are held against
ROWS = {
    "R": "rest",
    "K": "ions outside",
    "P": "pump",
    "B": "pump block",
    "TT": "T-tubules",
    "D": "disease and drugs",
    "N": "neurons",
    "M": "muscle",
    "C": "cotransport",
    "E": "red cells and epithelia",
    "W": "water",
    "O": "light",
    "S": "statements",
}
PRINTED = {"within": "green", "miss": "red", "put in": "dim"}
FAR = 3.2  # half-widths of the band; what lies beyond is drawn there as an arrow
SHADE = {"within": "#1B7837", "miss": "#C51B7D", "put in": "#AAAAAA"}
LEGEND = ", ".join(f"{letters} {words}" for letters, words in ROWS.items())
MARKER = {"within": "o", "miss": "D", "put in": "o"}


Junction = Annotated[
    str | None,
    typer.Option(
        metavar="KIND=MV,...", help="by how much electrodes read above V, uncorrected: patch=15,micro=3"
    ),
]


def run(session: Session, junction: Junction = None) -> ValidateResult:
    """The shipped cells against published numbers: a table of what is within and what misses."""
    given = None if junction is None else pairs("junction", [junction])
    with session.progress("measuring", len(read_rows())) as report:
        return validate(report, given)


def table(console: Console, result: ValidateResult) -> None:
    """Every number beside what its source allows, and how many are within."""
    words = ("row", "", "unit")
    found = new_table("row", "", "expected", "got", "unit", "", left=words, padding=(0, 1, 0, 0))
    for check in result.checks:
        none = np.isnan(check.got)
        got = "–" if none else minus(f"{check.got:.4g}")
        verdict = f"[{PRINTED[check.verdict]}]{'no number' if none else check.verdict}[/]"
        unit = "" if check.unit == "1" else shown(check.unit)
        found.add_row(
            check.row, minus(check.what), minus(f"{check.low:g} to {check.high:g}"), got, unit, verdict
        )
    console.print(found)
    print_sentence(console, f"rows: {LEGEND}; the sources are in validation.csv")
    for kind, mv in result.summary.get("junction", {}).items():
        print_sentence(console, f"potentials read with {kind} electrodes are taken {mv:g} mV lower")
    for check in result.checks:
        if check.verdict == "miss":
            said = f"{check.row}, {check.what}: {check.why or 'not known why'}"
            print_sentence(console, said)
        elif np.isnan(check.got):
            print_sentence(console, f"{check.row}, {check.what}: no number; {check.put_in}")
    s = result.summary
    console.print(
        f"[bold]{s['within']} of {s['counted']} numbers within ({100 * s['share_within']:.0f} %)[/]; "
        f"{s['numbers'] - s['counted']} more are no test, because they or what decides them were put in; of "
        f"{s['rows_counted']} rows {s['rows_all_within']} have every number within; in {s['wall_s']:.0f} s"
    )


def files(to: Output, result: ValidateResult) -> None:
    """The table of all numbers, and the figure."""
    names = ("row", "what", "unit", "low", "high", "got", "verdict", "source", "put_in", "why")
    to.csv("validation.csv", {name: [getattr(check, name) for check in result.checks] for name in names})
    to.figure("validation.png", figure(result))


def figure(result: ValidateResult) -> "Figure":
    """One line a number, in two columns: the band is what the source allows, the mark what was got."""
    checks = result.checks
    half = (len(checks) + 1) // 2
    s = result.summary
    with new_figure(16.5, 0.235 * half + 1.4) as drawn:
        axes = drawn.subplots(1, 2)
        for axis, column in zip(axes, (checks[:half], checks[half:]), strict=True):
            axis.axvspan(-1, 1, color=GREEN, alpha=0.10, lw=0)
            axis.axvline(0, color=GREEN, lw=0.6, alpha=0.5)
            for line, check in enumerate(column):
                _line(axis, line, check)
            names = [minus(f"{check.row}  {check.what}") for check in column]
            axis.set_yticks(range(len(column)), names, fontsize=8)
            axis.set_ylim(half - 0.4, -0.6)
            axis.set_xlim(-FAR - 0.3, FAR + 6.5)
            axis.set_xticks([-1, 1], ["lowest", "highest"])
            axis.tick_params(axis="y", length=0)
            axis.spines["left"].set_visible(False)
        drawn.suptitle(
            f"{s['within']} of {s['counted']} numbers are within what their sources allow (green); "
            f"grey: put in, not counted\nrows: {LEGEND}",
            fontsize=11,
        )
    return drawn


def _line(axis: "Axes", line: int, check: Check) -> None:
    colour = SHADE[check.verdict]
    unit = "" if check.unit == "1" else f" {shown(check.unit)}"
    said = "no number" if np.isnan(check.got) else f"{check.got:.4g}{unit}"
    text = minus(f"{said}  ({check.low:g} to {check.high:g}{unit if np.isnan(check.got) else ''})")
    axis.annotate(text, (FAR + 0.3, line), fontsize=7.5, va="center", color=colour)
    if np.isnan(check.got):
        return
    place = (check.got - 0.5 * (check.low + check.high)) / (0.5 * (check.high - check.low))
    if abs(place) > FAR:
        axis.plot(np.sign(place) * FAR, line, ">" if place > 0 else "<", color=colour, ms=7)
    else:
        axis.plot(place, line, MARKER[check.verdict], color=colour, ms=5.5)


COMMAND = Command("validate", run, ValidateResult, table, files, figure, experiment="validation")
