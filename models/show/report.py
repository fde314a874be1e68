"""The command report: all that the others show, as one page that opens without a network."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from ..cells import make_cell
from ..experiments.dataset import text
from ..experiments.layout import Layout, layout_of
from ..experiments.result import Result
from ..installation import program
from .command import Command
from .output import Output
from .report_page import page
from .report_parts import FOUND, Kept, gathered, homes
from .report_tables import bench_tables
from .session import Session, say
from .tables import new_table, print_sentence

if TYPE_CHECKING:
    from xarray import Dataset

NAME = "report.html"


class ReportResult(Result):
    """The parts of the report, each in its folder.

    parts: in their order
    bench: where `make bench` leaves its tables, if it was run
    layout: of the neuron, for provenance
    summary: {"parts": [...]}: of each its name, command, whether it was found or made, and its files' folder
    """

    def __init__(self, layout: Layout, parts: list[Kept], bench: Path) -> None:
        self.layout, self.parts, self.bench = layout, parts, bench
        self.summary = {
            "parts": [
                {"name": one.name, "line": one.part.line, "how": one.how, "folder": str(one.folder)}
                for one in parts
            ]
        }

    def line(self) -> str:
        """What it is, on one line."""
        found = sum(one.how == FOUND for one in self.parts)
        return f"a report of {len(self.parts)} parts, {found} of them found"

    def to_xarray(self) -> "Dataset":
        """A row a part: its command and whether it was found or made."""
        variables = {
            "line": text("part", [one.part.line for one in self.parts]),
            "how": text("part", [one.how for one in self.parts]),
        }
        return self._dataset(variables, {"part": [one.name for one in self.parts]})


def run(session: Session) -> ReportResult:
    """One page of statements, comparison, validation, determinants and benchmarks, to open from disk."""

    def told(sentence: str) -> None:
        if not session.quiet:
            say(sentence)

    parts = gathered(session, told)
    places = [home / "bench" for home in homes(session.folder)]
    bench = next((place for place in places if place.is_dir()), places[0])
    return ReportResult(layout_of(make_cell("neuron")), parts, bench)


def table(console: Console, result: ReportResult) -> None:
    """A line a part: where it is from."""
    rows = new_table("part", "command", "", left=("part", "command", ""))
    for one in result.parts:
        rows.add_row(one.name, one.part.line, one.how)
    console.print(rows)
    bench = bench_tables(result.bench)
    said = f"{len(bench)} tables of benchmarks" if bench else "no benchmarks: make bench leaves them"
    print_sentence(console, f"{said}; the page is {NAME}")


def files(to: Output, result: ReportResult) -> None:
    """The page."""
    made = page(result.parts, bench_tables(result.bench), program())
    to.path(NAME).write_text(made, encoding="utf-8")


COMMAND = Command("report", run, ReportResult, table, files)
