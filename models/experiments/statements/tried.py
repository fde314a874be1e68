"""Try statements, one after another, and keep each as it is done."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError, notify
from ...parameters.arguments import check_callable
from ...version import VERSION
from ..dataset import text
from ..layout import Layout, layout_of
from ..result import Result
from ..shipped import shipped
from .bench import Bench
from .every import every
from .finding import Finding, Line, Panel, Statement

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class StatementsResult(Result):
    """Statements about the resting potential, tried.

    found: what was found of each, by its number
    verdicts: by number, "holds", "holds within limits" or "does not hold"
    layout: of the neuron, for provenance
    summary: {"statements": [...]}, a table each with its values
    """

    layout: Layout
    found: dict[int, Finding]
    verdicts: dict[int, str]
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        said = list(self.verdicts.values())
        parts = ", ".join(f"{said.count(word)} {word}" for word in dict.fromkeys(said))
        return f"{len(said)} statements: {parts}"

    def rows(self) -> list[tuple[Statement, Finding, str]]:
        """Each statement with what was found and the verdict."""
        return [(every()[number], one, self.verdicts[number]) for number, one in self.found.items()]

    def to_xarray(self) -> "Dataset":
        """A row a statement: what is said, the verdict, its limit."""
        rows = self.rows()
        variables = {
            "said": text("statement", [one.said for one, _, _ in rows]),
            "verdict": text("statement", [verdict for _, _, verdict in rows]),
            "criterion": text("statement", [one.criterion for one, _, _ in rows]),
            "limit": text("statement", [found.limit for _, found, _ in rows]),
        }
        return self._dataset(variables, {"statement": list(self.found)})


def statements(
    numbers: Iterable[int] = (),
    keep: str | Path | None = None,
    progress: Callable[..., None] | None = None,
) -> StatementsResult:
    """Try what is said of the resting potential on the cells as they are.

    numbers: which statements (default: all that there are).
    keep: a folder in which what was found stays until all are done: begun again, the others alone are tried.
    progress: called with how many are done and what is being done.

    Nothing is tuned: the cells are the shipped ones, whose digests are in the summary. Raises InputError for
    a number that no statement has.
    """
    check_callable("progress", progress)
    wanted = _wanted(numbers)
    began, found, identity = time.perf_counter(), {}, _identity()
    for i, number in enumerate(wanted):
        kept = None if keep is None else Path(keep) / f"{number:02d}.json"
        there = None if kept is None else _read(kept, identity)
        if there is not None:
            notify(f"statement {number} was tried before this run was stopped")
            found[number] = there
            continue

        def told(done: float, words: str, first: int = i, number: int = number) -> None:
            if progress is not None:
                progress(first + done, f"{number}: {words}")

        found[number] = every()[number].try_it(Bench(told=told))
        if kept is not None:
            _write(kept, found[number], identity)
    verdicts = {number: every()[number].judge(one.values) for number, one in found.items()}
    layout = layout_of(Bench().cell("neuron"))
    summary = {
        "statements": [_told(every()[number], found[number], verdicts[number]) for number in wanted],
        **shipped(),
        "wall_s": time.perf_counter() - began,
    }
    if keep is not None:
        for number in wanted:
            (Path(keep) / f"{number:02d}.json").unlink(missing_ok=True)
    return StatementsResult(layout, found, verdicts, summary)


def _wanted(numbers: Iterable[int]) -> list[int]:
    wanted = list(dict.fromkeys(numbers)) or list(every())
    for number in wanted:
        if number not in every():
            known = ", ".join(map(str, every()))
            raise InputError(f"statement {number}: there is none of this number; known: {known}")
    return sorted(wanted)


def figure_name(number: int) -> str:
    """The file of a statement's figure."""
    return f"{number:02d}.png"


def _told(statement: Statement, found: Finding, verdict: str) -> dict[str, Any]:
    return {
        "number": statement.number,
        "said": statement.said,
        "experiment": statement.experiment,
        "criterion": statement.criterion,
        "verdict": verdict,
        "limit": found.limit,
        "values": found.values,
        "figure": figure_name(statement.number),
        "command": statement.command,
    }


def _identity() -> str:
    """A digest of cells, mechanisms, version and experiments: what was kept of others is not taken."""
    experiments = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))]
    given = json.dumps([VERSION, shipped(), experiments], sort_keys=True)
    return hashlib.sha256(given.encode()).hexdigest()


def _write(path: Path, found: Finding, identity: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(json.dumps({"identity": identity, **asdict(found)}), encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); expected a disk with room") from None


def finding_of(data: Mapping[str, Any]) -> Finding:
    """A finding as `asdict` wrote it; KeyError or TypeError of what is none."""
    panels = [Panel(**{**one, "lines": [Line(**line) for line in one["lines"]]}) for one in data["panels"]]
    return Finding(data["values"], data["limit"], panels)


def _read(path: Path, identity: str) -> Finding | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("identity") != identity:
            return None
        return finding_of(data)
    except (OSError, ValueError, KeyError, TypeError):
        return None
