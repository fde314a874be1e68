"""The command study: one question asked of many cells."""

from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape

from .. import interrupts
from ..errors import InputError
from ..experiments.keys import name_and_unit
from ..studies.computed import COMPUTED
from ..studies.read import shipped_studies
from ..studies.spread import spread_columns
from ..studies.study import study
from ..studies.study_result import StudyResult, heading
from ..studies.tables import METHODS
from ..words import count, duration, minus
from .command import Command
from .options import CellOptions, FileValues, pairs, quantity
from .output import Output
from .session import Session
from .study_figure import figure
from .tables import amount, new_table, number, print_sentence

MOST_ROWS = 12  # of a table on the terminal
MOST_SAID = 5  # values of a member that a sentence names
MOST_TOLD = 2  # numbers whose spread is explained there
File = Annotated[
    str | None,
    typer.Argument(
        metavar="[STUDY]",
        help=f"{', '.join(shipped_studies())}, or a study's TOML file, in place of the options below",
    ),
]
Compute = Annotated[str, typer.Option(help=f"what of each member: {', '.join(COMPUTED)}")]
Protocol = Annotated[str | None, typer.Option(help="of --compute run: a shipped protocol or a TOML file")]
Argument = Annotated[
    list[str],
    typer.Option("--with", metavar="NAME=VALUE", help="argument of what is computed: hours=2, dose=1uM, ..."),
]
Vary = Annotated[
    list[str],
    typer.Option(
        metavar="NAME=...",
        help="what differs: FROM:TO:COUNT, log after it to go by factors, or values with commas; with "
        "--sample FROM:TO; may be repeated",
    ),
]
Sample = Annotated[
    str | None, typer.Option(metavar="METHOD:N", help=f"points between limits: {', '.join(METHODS)}")
]
Spread = Annotated[
    list[str],
    typer.Option(
        metavar="CV|NAME=CV",
        help="a cohort of log-normal strengths: the coefficient of variation of all, or of one by its name",
    ),
]
Members = Annotated[int | None, typer.Option(metavar="N", help="how many a cohort has")]
Rows = Annotated[str | None, typer.Option(metavar="FILE", help="a CSV file, a member a row")]
Seed = Annotated[int, typer.Option(metavar="N", help="of samples and cohorts")]
Set = Annotated[
    list[str], typer.Option("--set", metavar="NAME=VALUE", help="setting or file value of all members")
]
Scale = Annotated[list[str], typer.Option(metavar="NAME=FACTOR", help="factor on a strength of all members")]
Keep = Annotated[
    str, typer.Option(metavar="KEY,...", help="which keys of the results (default: all numbers)")
]
Limit = Annotated[
    float | None,
    quantity("time_limit", "ms", "TIME", "of one member's computation, 60s (default: none)", "--time-limit"),
]
Workers = Annotated[int | None, typer.Option(metavar="N", help="processes here (default: one a core)")]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="a Dask scheduler, tcp://HOST:PORT, or its file")
]
Resume = Annotated[bool, typer.Option("--resume", help="go on with the study that is there")]
Anew = Annotated[bool, typer.Option("--anew", help="begin in the place of a study that is there")]
Yes = Annotated[bool, typer.Option("--yes", help="begin, however long it takes")]


def run(
    session: Session,
    cell: CellOptions,
    file: File = None,
    compute: Compute = "rest",
    protocol: Protocol = None,
    with_: Argument = [],  # noqa: B006
    vary: Vary = [],  # noqa: B006
    sample: Sample = None,
    spread: Spread = [],  # noqa: B006
    members: Members = None,
    rows: Rows = None,
    seed: Seed = 0,
    set_: Set = [],  # noqa: B006
    scale: Scale = [],  # noqa: B006
    keep: Keep = "",
    time_limit: Limit = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    resume: Resume = False,
    anew: Anew = False,
    yes: Yes = False,
) -> StudyResult:
    """The same of many cells: grids, samples, cohorts, patients, on all cores or a cluster."""
    given: dict[str, Any] = {
        "cell": cell.cell,
        "compute": compute,
        "protocol": protocol,
        "options": _options(cell),
        "arguments": {name: _plain(text) for name, text in pairs("with", with_).items()},
        "set": FileValues(set_).of_file() | FileValues(set_).of_experiment(),
        "scale": pairs("scale", scale),
        "vary": _varied(vary),
        "sample": _sample(sample),
        "spread": _spread(spread),
        "members": members,
        "rows": rows,
        "seed": seed,
        "keep": [word.strip() for word in keep.split(",") if word.strip()],
        "time_limit": None if time_limit is None else f"{time_limit!r} ms",
    }
    changed = {name: value for name, value in given.items() if value != USUAL[name]}
    if file is not None and changed:
        raise InputError(f"--{min(changed)}: is said by {file}; expected it there, or no file")
    with session.progress("computing members", 1.0) as report:

        def told(done: float, words: str) -> None:
            interrupts.sentence = (
                f"interrupted: what was found is kept; study --resume --out {session.folder} goes on"
            )
            report(done, words)

        found = study(file, session.folder, workers, scheduler, resume, anew, yes, told, **changed)
    session.warn(found.warnings)
    return found


def _options(cell: CellOptions) -> dict[str, Any]:
    """How the cell is made, without what was left out; 0 is no such thing."""
    return {k: value for k, value in cell.given().items() if value not in (None, []) and value is not False}


USUAL: dict[str, Any] = {
    **{"cell": "neuron", "compute": "rest", "protocol": None, "options": _options(CellOptions())},
    **{"arguments": {}, "set": {}, "scale": {}, "vary": {}, "sample": None, "spread": {}, "members": None},
    **{"rows": None, "seed": 0, "keep": [], "time_limit": None},
}  # what says nothing


def _varied(given: list[str]) -> dict[str, str]:
    """{"ko": "1:20:20"} of ko=1:20:20."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, values = text.partition("=")
        if not equals or not name.strip() or not values.strip():
            raise InputError(f"--vary {text}: expected NAME=FROM:TO:COUNT or values, e.g. --vary ko=1:20:20")
        if name.strip() in found:
            raise InputError(f"--vary {text}: {name.strip()} is given twice")
        found[name.strip()] = values.strip()
    return found


def _plain(text: str) -> float | str | bool:
    """2.0 of "2", no of "false", and "30 min" as it is."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def _sample(given: str | None) -> dict[str, Any] | None:
    """{"method": "sobol", "members": 256} of sobol:256."""
    if given is None:
        return None
    method, _, members = given.partition(":")
    if method not in METHODS or not members.isdecimal():
        raise InputError(f"--sample {given}: expected METHOD:N of {', '.join(METHODS)}, e.g. sobol:256")
    return {"method": method, "members": int(members)}


def _spread(given: list[str]) -> dict[str, Any]:
    """{"all": {"cv": "0.2"}} of 0.2, {"pump": {"cv": "0.3"}} of pump=0.3."""
    found: dict[str, Any] = {}
    for text in given:
        name, equals, cv = text.rpartition("=")
        if (name.strip() or "all") in found:
            raise InputError(f"--spread {text}: {name.strip() or 'of all'} is given twice")
        found[name.strip() if equals else "all"] = {"cv": cv.strip()}
    return found


def table(console: Console, result: StudyResult) -> None:
    """How many members have numbers, what these are, and why others have none."""
    s = result.summary
    title = "" if s["name"] == "study" else f"{s['name']}: "
    whose = escape(f"{title}{s['compute']} of {count(s['members'], 'member')}{result.of_cell}")
    console.print(f"\n[bold]{whose}[/]  ({escape(', '.join(s['varied']))})")
    if result.definition.tables.rows is not None:
        _members(console, result)
    else:
        _ranges(console, result)
    for key in [key for key in result.told if key in result.spread][:MOST_TOLD]:
        _explained(console, key, result.spread[key])
    for reason, failed in s["failed"].items():
        at = int((result.reason == reason).argmax())
        said = ", ".join(f"{name} {_said(values[at])}" for name, values in result.given.items())
        if len(result.given) > MOST_SAID:
            said = f"number {result.numbers[at]} of members.csv"
        print_sentence(console, f"{reason}: {count(failed, 'member')}, such as {said}: {result.why[at]}")
    workers = count(s["workers"], "worker")
    print_sentence(console, f"{duration(s['wall_s'] / 3600)} on {workers}")


def _said(value: Any) -> str:
    return value if isinstance(value, str) else amount(float(value))


def _label(key: str) -> str:
    """The key of a number with its unit below it."""
    try:
        return "\n".join(name_and_unit(key))
    except KeyError:
        return key


def _ranges(console: Console, result: StudyResult) -> None:
    """The lowest and the highest of each number, and where they are, or of a cohort how they spread."""
    grid = bool(result.design.dimensions)
    heads = ["lowest", "at", "highest", "at"] if grid else ["mean", "SD", "5 %", "median", "95 %"]
    rows = new_table("", *heads, left=("", "at"))
    for key in result.told:
        values = result.found[key]
        there = np.flatnonzero(np.isfinite(values))
        if not there.size:
            continue
        if grid:
            cells = []
            for at in (there[values[there].argmin()], there[values[there].argmax()]):
                where = ", ".join(f"{name} {_said(own[at])}" for name, own in result.given.items())
                cells += [amount(values[at]), where]
        else:
            own = values[there]
            sd = own.std(ddof=1) if len(own) > 1 else 0.0
            cells = [amount(one) for one in (own.mean(), sd, *np.percentile(own, (5, 50, 95)))]
        rows.add_row(_label(key).replace("\n", " "), *cells)
    if rows.row_count:
        console.print(rows)


def _members(console: Console, result: StudyResult) -> None:
    """A row a member, of the first few."""
    differ: dict[str, np.ndarray] = {}
    room = console.width - 20 - 12 * len(result.told)  # beside the numbers and the reason
    for name, own in result.given.items():
        room -= 2 + max(len(line) for line in (*_label(heading(name)).split("\n"), *map(_said, own)))
        if len(set(own.tolist())) > 1 and (room > 0 or not differ):
            differ[_label(heading(name))] = own
    words = [head for head, own in differ.items() if own.dtype.kind in "UO"]
    rows = new_table("", *differ, *map(_label, result.told), "reason", left=("", "reason", *words))
    for i in range(min(len(result.numbers), MOST_ROWS)):
        cells = [_said(values[i]) for values in differ.values()]
        found = [
            amount(values[i]) if np.isfinite(values[i]) else "–"
            for values in (result.found[key] for key in result.told)
        ]
        rows.add_row(str(result.numbers[i]), *cells, *found, result.reason[i])
    console.print(rows)
    if len(result.numbers) > MOST_ROWS:
        print_sentence(console, f"and {len(result.numbers) - MOST_ROWS} more, in members.csv")


def _explained(console: Console, key: str, found: Any) -> None:
    """What explains a number's spread, most first."""
    heads = ["rank correlation"]
    shares = [("alone", found.first, found.first_error), ("with others", found.total, found.total_error)]
    shares = [one for one in shares if not np.isnan(one[1]).all()]
    rows = new_table("", *heads, *(f"explains {words}" for words, _, _ in shares), left=("",))
    for i in found.order()[:MOST_ROWS]:
        parts = [f"{number(100 * own[i], 0)} ± {100 * error[i]:.0f} %" for _, own, error in shares]
        rows.add_row(found.names[i], minus(f"{found.rank[i]:+.2f}"), *parts)
    print_sentence(console, f"\nwhat the spread of {' in '.join(_label(key).split(chr(10)))} is from")
    console.print(rows)


def files(to: Output, result: StudyResult) -> None:
    """A row a member, the dataset, what explains the spread, and the figure."""
    to.csv("members.csv", result.columns())
    to.netcdf("members.nc", result.to_xarray())
    if result.spread:
        to.csv("spread.csv", spread_columns(result.spread))
    to.figure("study.png", figure(result))


COMMAND = Command("study", run, StudyResult, table, files, figure)
