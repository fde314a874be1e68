"""The parts of the report: each what a command leaves in a folder, found there or made anew."""

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..cells import make_cell
from ..experiments.layout import layout_of
from ..experiments.result import Result
from ..experiments.shipped import shipped
from ..simulator.runtime import neuron_version
from ..version import VERSION
from . import compare, determinants, statements, validate
from .command import Command
from .options import CellOptions, Changes
from .output import check_writable
from .session import Session

MADE, FOUND = "made", "found"
SPACES = ("bath", "closed")  # of a comparison
WITHOUT = ("--quiet", "-q")  # options that change nothing in what is found


@dataclass(frozen=True)
class Part:
    """What one command shows of it.

    name: in the page, and of its folder
    line: what makes it, after the program's name
    command: whose it is
    make: makes it
    cells: what it is of, as options of `make_cell`; () of all shipped cells, whose digests are in its summary
    """

    name: str
    line: str
    command: Command
    make: Callable[[Session], Result]
    cells: tuple[dict[str, Any], ...] = ()

    @property
    def usual(self) -> str:
        """The folder's name that the command uses by itself."""
        return self.command.experiment or self.command.name


@dataclass(frozen=True)
class Kept:
    """A part that is there.

    folder: with its files
    summary: what its summary.json says
    how: "made", or "found" as an earlier run of this version with these parameters has left it
    """

    part: Part
    folder: Path
    summary: dict[str, Any]
    how: str

    @property
    def name(self) -> str:
        """The part's."""
        return self.part.name

    def files(self, ending: str) -> list[str]:
        """The part's own files with that ending."""
        return [name for name in self.summary["provenance"]["files"] if name.endswith(ending)]


def _determined(cell: str) -> Callable[[Session], Result]:
    return lambda session: determinants.run(session, CellOptions(cell=cell), Changes())


PARTS = (
    Part("statements", "statements", statements.COMMAND, statements.run),
    Part(
        "compare",
        "compare",
        compare.COMMAND,
        lambda session: compare.run(session, compare.Alike(), Changes()),
        tuple({"cell": name, "outside": space} for name in ("neuron", "muscle") for space in SPACES),
    ),
    Part("validation", "validate", validate.COMMAND, validate.run),
    *(
        Part(f"determinants_{name}", f"determinants --cell {name}", determinants.COMMAND, _determined(name),
             ({"cell": name},))
        for name in ("neuron", "muscle")
    ),
)  # fmt: skip


def gathered(session: Session, say: Callable[[str], object]) -> list[Kept]:
    """Every part, those that are not there made. session: its folder is the report's. say: hears which are
    found and which are made."""
    every = []
    for part in PARTS:
        own = session.folder / part.name
        there = found(part, [own, *(home / part.usual for home in homes(session.folder))])
        if there is not None:
            say(f"{part.name}: found in {there.folder}/")
            every.append(there)
            continue
        say(f"{part.name}: made anew, into {own}/")
        check_writable(own)
        result = part.make(Session(session.quiet, own))
        part.command.write(result, own, part.line)
        every.append(Kept(part, own, _summary(own) or {}, MADE))
    return every


def homes(folder: Path) -> list[Path]:
    """Where results of other commands are looked for: beside the report's folder and in results/."""
    return list(dict.fromkeys((folder.parent, Path("results"))))


def found(part: Part, folders: Sequence[Path]) -> Kept | None:
    """The part as an earlier run left it in one of the folders; None where it is not there, or of another
    version, of other cells or mechanisms, or changed by options."""
    for folder in folders:
        summary = _summary(folder)
        if summary is not None and _ours(part, folder, summary):
            return Kept(part, folder, summary, FOUND)
    return None


def _summary(folder: Path) -> dict[str, Any] | None:
    try:
        read = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def _ours(part: Part, folder: Path, summary: dict[str, Any]) -> bool:
    made = summary.get("provenance")
    if not isinstance(made, dict) or (made.get("pumpleak"), made.get("neuron")) != (
        VERSION,
        neuron_version(),
    ):
        return False
    if not _alike(str(made.get("command")), part.line):
        return False
    if not all((folder / str(name)).is_file() for name in made.get("files", [None])):
        return False
    if not part.cells:
        return all(summary.get(key) == value for key, value in shipped().items())
    now = [layout_of(make_cell(**one)).provenance for one in part.cells]
    return all(
        set(str(made.get(key)).split("; ")) == {one[key] for one in now}
        for key in ("parameters", "mechanisms")
    )


def _alike(command: str, line: str) -> bool:
    """Whether a command line is `line`, but for where its results went and whether it was quiet."""
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    name = line.split()[0]
    left = iter(words[words.index(name) :] if name in words else [])
    kept = []
    for word in left:
        if word == "--out":
            next(left, None)
        elif word not in WITHOUT and not word.startswith("--out="):
            kept.append(word)
    return kept == line.split()
