"""Tables of the report, and those that `make bench` left."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import escape

from ..words import minus


@dataclass(frozen=True)
class Table:
    """heads: of the columns, the first of the rows' names; rows: as a reader sees them"""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def _short(cell: str) -> str:
    """A number of many digits in three."""
    try:
        return cell if len(cell) < 6 else minus(f"{float(cell):.3g}")
    except ValueError:
        return cell


def bench_tables(folder: Path) -> dict[str, Table]:
    """Tables that `make bench` left in a folder, by their file's name."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(line for line in file if not line.startswith("#")))
        if len(rows) > 1:
            shown = [[_short(cell) for cell in row] for row in rows[1:]]
            found[path.name] = Table(str(escape(path.stem)).replace("_", " "), rows[0], shown)
    return found
