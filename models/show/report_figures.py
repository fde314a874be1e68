"""Figures of the report: pictures and tables as text that a page holds, and what they show in words."""

import base64
import csv
import io
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from ..experiments.statements.finding import Finding, Line, Panel, Statement
from ..words import minus
from .statements_figure import drawn

FEW = 14  # values of a line that are told one by one
KIND = {".png": "image/png", ".csv": "text/csv", ".json": "application/json"}


@dataclass(frozen=True)
class Download:
    """A file that the page holds. name: as it is saved; address: a data address."""

    name: str
    address: str


@dataclass(frozen=True)
class Picture:
    """A figure.

    wide: its address, narrow: that of the same for a narrow window, None where there is none
    size: of the wide one (px)
    said: what it shows, for who does not see it
    caption: below it
    command: that makes it
    data: what it was drawn from
    """

    wide: str
    narrow: str | None
    size: tuple[int, int]
    said: str
    caption: Markup
    command: str
    data: Sequence[Download]


def address(content: bytes, ending: str) -> str:
    """A data address of a file's content."""
    return f"data:{KIND[ending]};base64,{base64.b64encode(content).decode()}"


def file(path: Path, name: str = "") -> Download:
    """A file as a download. name: as it is saved, if not as it is called."""
    return Download(name or path.name, address(path.read_bytes(), path.suffix))


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height (px) from a PNG's header."""
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def narrow(statement: Statement, finding: Finding, verdict: str) -> str:
    """The figure of a statement for a narrow window, its panels one below the other."""
    written = io.BytesIO()
    drawn(statement, finding, verdict, below=True).savefig(written, format="png")
    return address(written.getvalue(), ".png")


def panel_data(finding: Finding) -> bytes:
    """What a statement's figure is drawn from, as CSV: a row a point."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["panel", "x", "y", "line", "at", "value"])
    for panel in finding.panels:
        for line in panel.lines:
            for at, value in _points(line):
                table.writerow([panel.title, panel.x, panel.y, line.label, at, value])
    return text.getvalue().encode()


def _points(line: Line) -> Iterable[tuple[object, float]]:
    if line.style == "level":
        return [("", line.y[0])]
    return zip(line.x, line.y, strict=False)


def described(finding: Finding) -> str:
    """A statement's figure in words: every panel, its axes, and where its lines go."""
    return " ".join(_panel(panel, i, len(finding.panels)) for i, panel in enumerate(finding.panels))


def _panel(panel: Panel, number: int, of: int) -> str:
    head = f"Panel {number + 1} of {of}, " if of > 1 else ""
    across = f" against {panel.x}" if panel.x else ""
    lines = "; ".join(_line(line) for line in panel.lines)
    return minus(f"{head}{panel.title}: {panel.y}{across}. {lines}.")


def _line(line: Line) -> str:
    said = f"{line.label}: " if line.label else ""
    if line.style == "level":
        return f"{said}a level at {line.y[0]:.3g}"
    if not line.y:
        return f"{said}none"
    if len(line.y) <= FEW:
        return said + ", ".join(f"{_at(x)} {y:.3g}" for x, y in zip(line.x, line.y, strict=False))
    low, high = min(line.y), max(line.y)
    return f"{said}from {line.y[0]:.3g} to {line.y[-1]:.3g}, lowest {low:.3g}, highest {high:.3g}"


def _at(x: object) -> str:
    return f"{x:.4g}:" if isinstance(x, float) else f"{x}:"
