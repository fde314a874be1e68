"""The command follow: where a rest goes when one of the cell's numbers is turned, and where it ends."""

from typing import Annotated

import typer
from rich.console import Console

from ..experiments.follow import POINTS, follow
from ..experiments.follow_result import Branch, FollowResult
from ..experiments.keys import name_and_unit, shown
from ..solve.turns import HOPF
from ..words import count, duration
from .command import Command
from .follow_figure import figure
from .options import CellOptions, Changes
from .output import Output
from .rest import Start, started
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
And = Annotated[
    str | None,
    typer.Option(
        "--and",
        metavar="NAME=FROM:TO",
        help="another number: the curve of every fold and Hopf point in both, e.g. pump=0.2:2",
    ),
]
Points = Annotated[int, typer.Option(metavar="N", help="points of a branch at least, from limit to limit")]

States = Annotated[
    str,
    typer.Option(
        "--state",
        metavar="NAME,...",
        help="states shown too, in table and figure: nai, ki, cli, ko (of a space outside), "
        "relative_volume, a gate by its name",
    ),
]


def run(
    session: Session,
    cell: CellOptions,
    changes: Changes,
    along: Along = "ko=0.5:20",
    and_: And = None,
    points: Points = POINTS,
    state: States = "",
    start: Start = None,
) -> FollowResult:
    """Every resting state along one number of the cell, stable or not: branches, folds, Hopf points."""
    made = session.make(cell, changes)
    with session.progress("following the rest", BRANCHES) as report:
        return follow(
            made,
            along,
            and_,
            points,
            [name for name in state.split(",") if name.strip()],
            start=started(start),
            progress=report,
            **changes.given(),
        )


def table(console: Console, result: FollowResult) -> None:
    """Branches, folds and Hopf points."""
    layout, along = result.layout, result.along
    unit = "" if along.unit == "1" else f"\n{shown(along.unit)}"
    console.print(f"\n[bold]{layout.name} along {along.name}[/]  ({count(layout.size, 'compartment')})")
    also = ["\n".join([*name.split("_", 1), *name_and_unit(key)[1:]]) for name, key in result.keys().items()]
    heads = ["branch", f"from{unit}", "V\nmV", *also, f"to{unit}", "V\nmV", *also, "points", "stable"]
    ends = new_table(*heads)
    for i, branch in enumerate(result.branches):
        cells = []
        for at in (0, -1):
            cells += [amount(branch.value[at]), number(result.mean(branch, "v")[at])]
            cells += [amount(result.mean(branch, name)[at]) for name in result.states]
        ends.add_row(str(i), *cells, str(len(branch)), _how_stable(branch))
    console.print(ends)
    turns = [("fold", turn) for turn in result.summary["folds"]]
    turns += [("Hopf", turn) for turn in result.summary["hopfs"]]
    if turns:
        rows = new_table("", f"{along.name}{unit}", "V\nmV", *also, "period")
        for kind, turn in turns:
            period = turn["slowest_or_period_s"]
            said = duration(period / 3600) if kind == "Hopf" and period is not None else ""
            more = [amount(turn[key]) for key in result.keys().values()]
            rows.add_row(kind, amount(turn["value"], 6), number(turn["v_mV"]), *more, said)
        console.print(rows)
    else:
        print_sentence(console, "no branch turns round or begins to oscillate between these limits")
    for curve in result.curves:
        kind = "Hopf point" if curve.kind == HOPF else "fold"
        first, last = (f"{along.name} = {amount(curve.value[i])}" for i in (0, -1))
        second = result.summary["second"]
        console.print(
            f"{kind} in two numbers: from {first}, {second} = {amount(curve.second[0])} "
            f"to {last}, {second} = {amount(curve.second[-1])} ({count(len(curve.value), 'point')})"
        )
    print_sentence(console, f"solved in {result.summary['wall_s']:.2f} s")


def _how_stable(branch: Branch) -> str:
    """How much of a branch is stable."""
    stable = branch.stable[branch.growing >= 0]
    return "all" if stable.all() else "in part" if stable.any() else "nowhere"


def files(to: Output, result: FollowResult) -> None:
    """The points of every branch, their states, and the figure."""
    to.csv("branches.csv", result.columns())
    to.netcdf("branches.nc", result.to_xarray())
    if result.second is not None:
        to.csv("curves.csv", result.curve_columns())
    to.figure("follow.png", figure(result))


COMMAND = Command("follow", run, FollowResult, table, files, figure)
