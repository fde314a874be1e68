"""The command follow: where a rest goes when one of the cell's numbers is turned, and where it ends."""

from typing import Annotated

import typer
from rich.console import Console

from ..experiments.follow import POINTS, follow
from ..experiments.follow_result import Branch, FollowResult
from ..experiments.keys import shown
from ..words import count, duration
from .command import Command
from .follow_figure import figure
from .options import CellOptions, Changes, pairs
from .output import Output
from .rest import Start
from .session import Session
from .tables import amount, new_table, number, print_sentence

BRANCHES = 4  # as many as a search often finds, for its bar

Along = Annotated[
    str,
    typer.Option(
        metavar="NAME=FROM:TO",
        help="which number, from where to where: ko=0.5:20, pump=0:2, with :log or :linear after it (names: "
        "run.py keys set, the strengths of --scale, impermeant_inside)",
    ),
]
Points = Annotated[int, typer.Option(metavar="N", help="points of a branch at least, from limit to limit")]


def run(
    session: Session,
    cell: CellOptions,
    changes: Changes,
    along: Along = "ko=0.5:20",
    points: Points = POINTS,
    start: Start = None,
) -> FollowResult:
    """Every resting state along one number of the cell, stable or not: branches, folds, Hopf points."""
    made = session.make(cell, changes)
    given = changes.given()
    with session.progress("following the rest", BRANCHES) as report:
        return follow(
            made,
            along,
            points,
            start=None if start is None else pairs("start", [start]),
            progress=report,
            set=given["set"],
            scale=given["scale"],
        )


def table(console: Console, result: FollowResult) -> None:
    """Branches, folds and Hopf points."""
    layout, unit = result.layout, "" if result.unit == "1" else f"\n{shown(result.unit)}"
    console.print(f"\n[bold]{layout.name} along {result.along}[/]  ({count(layout.size, 'compartment')})")
    ends = new_table("branch", f"from{unit}", "V\nmV", f"to{unit}", "V\nmV", "points", "stable", left=("",))
    for i, branch in enumerate(result.branches):
        v = layout.by_area(branch.state["v"])
        cells = [amount(branch.value[0]), number(v[0]), amount(branch.value[-1]), number(v[-1])]
        ends.add_row(str(i), *cells, str(len(branch)), _how_stable(branch))
    console.print(ends)
    turns = [("fold", turn) for turn in result.summary["folds"]]
    turns += [("Hopf", turn) for turn in result.summary["hopfs"]]
    if turns:
        rows = new_table("", f"{result.along}{unit}", "V\nmV", "period")
        for kind, turn in turns:
            period = turn["slowest_or_period_s"]
            said = duration(period / 3600) if kind == "Hopf" and period is not None else ""
            rows.add_row(kind, amount(turn["value"], 6), number(turn["v_mV"]), said)
        console.print(rows)
    else:
        print_sentence(console, "no branch turns round or begins to oscillate between these limits")
    print_sentence(console, f"solved in {result.summary['wall_s']:.2f} s")


def _how_stable(branch: Branch) -> str:
    """How much of a branch is stable."""
    stable = branch.stable[branch.growing >= 0]
    return "all" if stable.all() else "in part" if stable.any() else "nowhere"


def files(to: Output, result: FollowResult) -> None:
    """The points of every branch, their states, and the figure."""
    to.csv("branches.csv", result.columns())
    to.netcdf("branches.nc", result.to_xarray())
    to.figure("follow.png", figure(result))


COMMAND = Command("follow", run, FollowResult, table, files, figure)
