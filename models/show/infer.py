"""The command infer: permeabilities and pump from measured values, and how well they are known."""

from typing import Annotated, Any

import typer
from rich.console import Console

from ..errors import InputError
from ..experiments.infer import DRAWS, infer
from ..experiments.inference.known import within
from ..experiments.inference.result import QUANTILES, InferResult
from ..experiments.inference.tables import Given, read_measured
from ..parameters.units import NUMBER
from ..words import count, minus
from .command import Command
from .infer_figure import figure
from .options import Changes
from .output import Output
from .run import ProtocolCell
from .session import Session
from .tables import amount, new_table, number, print_sentence

File = Annotated[str | None, typer.Argument(help="TOML file of measured values (docs: inference)")]
Values = Annotated[
    list[str],
    typer.Option(
        "--measured",
        metavar="NAME=VALUE+-ERROR",
        help="a measured value: v=-70+-1, nai=9+-2, membrane_resistance=20+-2 kohm cm2, ouabain_step=6+-1; "
        "may be repeated",
    ),
]
Free = Annotated[
    str,
    typer.Option(
        metavar="NAME,...",
        help="what is to be found, with the prior's spread as a factor: kleak,naleak:2,pump (default: leaks "
        "and pump, each to a factor of 3)",
    ),
]
Draws = Annotated[int, typer.Option(metavar="N", help="independent draws that the sample is worth; 0: none")]
Seed = Annotated[int, typer.Option(metavar="N", help="of the sample, the same for the same seed")]
SIGNS = ("+-", "±", "+/-")


def run(
    session: Session,
    cell: ProtocolCell,
    changes: Changes,
    file: File = None,
    measured: Values = [],  # noqa: B006 - typer copies it
    free: Free = "",
    draws: Draws = DRAWS,
    seed: Seed = 1,
) -> InferResult:
    """Permeabilities and pump of a cell from measured values, their uncertainty, and what is not known."""
    if changes.max_spikes is not None:
        raise InputError("--max-spikes has no effect here; take it out")
    if file is None and not measured:
        raise InputError("nothing is measured; expected a TOML file, or --measured v=-70+-1")
    read = _with(read_measured({} if file is None else file), measured, free)
    given = changes.given()
    with session.progress("inferring", 1.0) as report:
        found = infer(
            read,
            cell.cell or None,
            draws,
            seed,
            set=changes.of_file() | given["set"],
            scale=given["scale"],
            progress=report,
            **cell.chosen(),
        )
    session.warn(found.layout.warnings)
    return found


def _with(read: Given, measured: list[str], free: str) -> Given:
    """What a file says, with what the options say beside it."""
    tables = read.tables.model_dump(exclude_unset=True)
    values = [_value(word) for text in measured for word in text.split(",") if word.strip()]
    tables["measured"] = [*tables.get("measured", []), *values]
    for word in (w.strip() for w in free.split(",") if w.strip()):
        name, colon, spread = word.partition(":")
        tables.setdefault("free", {})[name] = {"spread": _factor(word, spread)} if colon else {}
    again = read_measured(tables)
    return Given(again.tables, "--measured" if read.path == "measured" else read.path, read.folder)


def _factor(word: str, given: str) -> float:
    try:
        return float(given)
    except ValueError:
        raise InputError(f"--free {word}: expected NAME or NAME:FACTOR, e.g. pump:2") from None


def _value(word: str) -> dict[str, Any]:
    """A measured value of "v=-70+-1"; a unit may follow, of both."""
    name, equals, rest = (part.strip() for part in word.partition("="))
    sign = next((sign for sign in SIGNS if sign in rest), None)
    value, _, error = (part.strip() for part in rest.partition(sign or "+-"))
    if not equals or not name or not value or not error:
        raise InputError(f"--measured {word}: expected NAME=VALUE+-ERROR, e.g. --measured v=-70+-1")
    own, unit = NUMBER.match(value), NUMBER.match(error)
    if own and not own[2] and unit and unit[2] not in ("", "%"):
        value = f"{value} {unit[2]}"
    return {"what": name, "value": value, "error": error}


def table(console: Console, result: InferResult) -> None:
    """The numbers, what was measured beside what they give, and what is known in sentences."""
    s = result.summary
    console.print(f"\n[bold]{s['cell']}, from {count(len(result.measured), 'measured value')}[/]")
    if s["misfit"]:
        print_sentence(console, s["misfit"])
    rows = new_table("", "before", "best", "95 % from", "to", "still open", "best is")
    for own in s["numbers"]:
        limits = (amount(own[key], 3) for key in ("best", "low_95", "high_95"))
        still = f"{100 * own['share_of_prior']:.0f} %"
        rows.add_row(own["what"], _prior(own), *limits, still, _whole(own))
    console.print(rows)
    values = new_table("measured", "", "error", "fitted", "95 % from", "to", "errors off", left=("measured",))
    for own in s["values"]:
        unit = "" if own["unit"] == "1" else f" {own['unit']}"
        numbers = (amount(own[key]) for key in ("value", "standard_error", "fitted", "low_95", "high_95"))
        values.add_row(minus(f"{own['measurement']}{f', {unit.strip()}' if unit else ''}"), *numbers,
                       number(own["errors_off"], 1))  # fmt: skip
    console.print(values)
    for sentence in s["known"]:
        print_sentence(console, sentence)
    for one in result.next_ones[:1]:
        print_sentence(
            console,
            f"what would tell most next: {one.words} to {one.error}, by which {one.label} would be known to "
            f"within {within(one.after)} in place of {within(one.before)}",
        )
    for sentence in ending(result):
        print_sentence(console, sentence)


def _prior(own: dict[str, Any]) -> str:
    """What was held possible: "1 ×÷ 3", "0.1 to 10"."""
    if own["prior"] == "flat":
        return f"{amount(own['low_limit'], 3)} to {amount(own['high_limit'], 3)}"
    return f"{amount(own['prior_median'], 3)} ×/÷ {amount(own['prior_spread'], 3)}"


def _whole(own: dict[str, Any]) -> str:
    """The best value in the unit of the whole: "3.1e-8 cm/s"."""
    if own["unit"] != "1":
        return own["unit"]
    if own["whole_unit"] == "1":
        return ""
    return minus(f"{own['best'] * own['whole']:.3g} {own['whole_unit']}")


def ending(result: InferResult) -> list[str]:
    """How well it fits, and how good the sample is."""
    s = result.summary
    said = []
    if s["p_value"] is not None and s["fits"]:
        said.append(f"the values fit: of such data {100 * s['p_value']:.0f} % fit no better")
    if s["other_solutions"]:
        said.append(f"{count(len(s['other_solutions']), 'other solution')} nearly as good, see summary.json")
    if s["without_rest_share"]:
        said.append(
            f"{100 * s['without_rest_share']:.2g} % of what was tried has no rest and counts as impossible"
        )
    if result.sample is None:
        said.append("limits are those of the normal approximation beside the best values (no sample drawn)")
    else:
        short = (
            "" if s["long_enough"] else "; the chain is too short for limits to be trusted: give --draws more"
        )
        said.append(
            f"a sample worth {s['effective_number']:.0f} independent draws, "
            f"{100 * s['acceptance_share']:.0f} % of proposals accepted, "
            f"{s['autocorrelation_number']:.1f} steps remembered of {s['steps_counted']}{short}"
        )
    return [*said, f"{s['evaluations']:,} sets of numbers tried in {s['wall_s']:.1f} s"]


def files(to: Output, result: InferResult) -> None:
    """The numbers, the values, the sample and the figure."""
    s = result.summary
    shown = ("parameter", "what", "unit", "prior", "prior_median", "prior_spread", "best", *QUANTILES)
    keys = (*shown, "share_of_prior", "whole", "whole_unit", "source")
    to.csv("parameters.csv", {key: [_blank(own[key]) for own in s["numbers"]] for key in keys})
    keys = (
        "measurement",
        "unit",
        "value",
        "standard_error",
        "fitted",
        "low_95",
        "high_95",
        "errors_off",
        "source",
    )
    to.csv("values.csv", {key: [own[key] for own in s["values"]] for key in keys})
    if result.sample is not None:
        columns = {one.name: result.draws[:, i] for i, one in enumerate(result.sought)}
        to.csv("samples.csv", columns | {"log_probability": result.sample.log_probability})
    to.figure("infer.png", figure(result))


def _blank(value: Any) -> Any:
    return "" if value is None else value


COMMAND = Command("infer", run, InferResult, table, files, figure)
