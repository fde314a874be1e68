"""The command statements: what is said of the resting potential, tried."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from ..experiments.statements.every import every
from ..experiments.statements.finding import FAILS, HOLDS, LIMITED
from ..experiments.statements.tried import StatementsResult, figure_name, statements
from ..words import duration, minus
from .command import Command
from .output import Output
from .session import Session
from .statements_figure import drawn
from .tables import new_table, print_sentence

COLOUR = {HOLDS: "green", LIMITED: "yellow", FAILS: "red"}
KEPT = "kept"  # the folder in which a run that is stopped leaves what it has found
Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="[N ...]", help="which statements (default: all)")
]


def run(session: Session, numbers: Numbers = None) -> StatementsResult:
    """What is said of the resting potential, tried on the cells: verdicts, limits, figures."""
    wanted = numbers or list(every())
    with session.progress("trying statements", len(wanted)) as report:
        return statements(wanted, session.folder / KEPT, report)


def table(console: Console, result: StatementsResult) -> None:
    """A line a statement with its verdict and what limits it."""
    console.print("\n[bold]What is said of the resting potential[/]")
    rows = new_table("", "statement", "verdict", left=("", "statement", "verdict"))
    for statement, _, verdict in result.rows():
        rows.add_row(str(statement.number), statement.said, f"[{COLOUR[verdict]}]{verdict}[/]")
    console.print(rows)
    for statement, found, _ in result.rows():
        print_sentence(console, f"{statement.number}. {minus(found.limit)}")
    print_sentence(console, f"{duration(result.summary['wall_s'] / 3600)}")


def files(to: Output, result: StatementsResult) -> None:
    """The table, what the figures are drawn from, and a figure a statement."""
    rows = result.rows()
    columns = {
        "number": [one.number for one, _, _ in rows],
        "statement": [one.said for one, _, _ in rows],
        "verdict": [verdict for _, _, verdict in rows],
        "limit": [found.limit for _, found, _ in rows],
        "experiment": [one.experiment for one, _, _ in rows],
        "criterion": [one.criterion for one, _, _ in rows],
        "figure": [figure_name(one.number) for one, _, _ in rows],
        "command": [one.command for one, _, _ in rows],
    }
    to.csv("statements.csv", columns)
    panels = {str(one.number): asdict(found) for one, found, _ in rows}
    to.path("findings.json").write_text(json.dumps(panels) + "\n", encoding="utf-8")
    for statement, found, verdict in rows:
        to.figure(figure_name(statement.number), drawn(statement, found, verdict))


COMMAND = Command("statements", run, StatementsResult, table, files)
