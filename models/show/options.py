"""The options that several commands share, in groups: a parameter of a command that is a group stands for all
of its options."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, get_type_hints

import typer

from ..cell.kinds import KINDS
from ..errors import InputError
from ..parameters.arguments import whole
from ..parameters.files import shipped_cells
from ..parameters.overrides import from_text, split
from ..parameters.units import parse_number
from .formats import SAID


def quantity(name: str, unit: str, metavar: str, says: str, *flags: str) -> Any:
    """An option that is a number in `unit`, or has its own ("30 min"); InputError as from Python."""

    def read(given: Any) -> float:
        return parse_number(name, given, unit)

    return typer.Option(*flags, metavar=metavar, help=says, parser=read)


def _spikes(given: Any) -> int:
    return whole("max_spikes", parse_number("max_spikes", given, "1"), 1)


CellName = Annotated[str, typer.Option(help=f"{', '.join(shipped_cells())}, or a TOML file of your own")]
Shape = Annotated[str | None, typer.Option(help="pyramid, stylised, or an .swc or .asc file")]
Factor = Annotated[
    float | None,
    quantity(
        "scale_morphology",
        "1",
        "FACTOR",
        "makes µm of the file's numbers (0.001 of nm)",
        "--scale-morphology",
    ),
]
Repair = Annotated[
    bool,
    typer.Option("--repair", help="mend an .swc file (radii of 0, unconnected parts) and list what changed"),
]
Folders = Annotated[
    list[str],
    typer.Option("--mod", metavar="DIR", help="folder with .mod files of your own; may be repeated"),
]
Longest = Annotated[
    float | None,
    quantity(
        "max_compartment_length",
        "um",
        "LENGTH",
        "longest compartment, in µm or with its unit (default: the cell's file)",
    ),
]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="change the experiment after balancing, e.g. ko=8, celsius=25; or, with its table, any value of "
        "the cell's file before it, e.g. inside.nai=12 (names: run.py keys)",
    ),
]
Factors = Annotated[
    list[str],
    typer.Option(
        "--scale", metavar="NAME=FACTOR", help="multiply a strength after balancing, e.g. naleak=10, pump=0.5"
    ),
]
Axial = Annotated[str, typer.Option(help="how ions move along the cell: electrodiffusion, diffusion or none")]
Volume = Annotated[str, typer.Option(help="of the compartments: fixed or osmotic (water flows)")]
*_SPACES, _LAST = (f"{name} ({kind.meaning})" for name, kind in KINDS.items())
Outside = Annotated[
    str | None, typer.Option(help=f"{', '.join(_SPACES)} or {_LAST} (default: the file's, else bath)")
]
MaxSpikes = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        parser=_spikes,
        help="give a cell up that is still firing after N spikes (default: never)",
    ),
]
Out = Annotated[str | None, typer.Option(help="folder for the results (default: results/COMMAND)")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors")]
Also = Annotated[
    list[str],
    typer.Option(
        "--also", metavar="FORMAT", help=f"write the whole result too, as one file: {SAID}; may be repeated"
    ),
]


@dataclass(frozen=True)
class CellOptions:
    """What a cell is made from."""

    cell: CellName = "neuron"
    morphology: Shape = None
    scale_morphology: Factor = None
    repair: Repair = False
    mod: Folders = field(default_factory=list)
    max_compartment: Longest = None
    axial: Axial = "electrodiffusion"
    volume: Volume = "fixed"
    outside: Outside = None

    def given(self) -> dict[str, Any]:
        """The options of `make_cell`."""
        found = {own.name: getattr(self, own.name) for own in fields(self) if own.name != "cell"}
        renamed = {"mod": "mechanisms", "max_compartment": "max_compartment_length"}
        return {renamed.get(name, name): value for name, value in found.items()}


@dataclass(frozen=True)
class FastFibre(CellOptions):
    """What a cell that may have two rests is made from: the fast fibre unless told."""

    cell: CellName = "muscle_fast"


@dataclass(frozen=True)
class FileValues:
    """What takes the place of values of the cell's file."""

    set_: Settings = field(default_factory=list)

    def of_file(self) -> dict[str, Any]:
        """By dotted key, "inside.nai"."""
        return from_text(split(pairs("set", self.set_))[0])

    def of_experiment(self) -> dict[str, str]:
        """What changes the cell that has been made, by name."""
        return split(pairs("set", self.set_))[1]


@dataclass(frozen=True)
class Changes(FileValues):
    """What an experiment changes in the cell, and what takes the place of values of its file."""

    scale: Factors = field(default_factory=list)
    max_spikes: MaxSpikes = None

    def given(self) -> dict[str, Any]:
        """The arguments of an experiment on a cell that has been made."""
        return {
            "set": self.of_experiment(),
            "scale": pairs("scale", self.scale),
            "max_spikes": self.max_spikes,
        }


@dataclass(frozen=True)
class Destination:
    """Where the results go, whether anything is printed, and which formats are written beside the usual."""

    out: Out = None
    quiet: Quiet = False
    also: Also = field(default_factory=list)


def hours_of(given: str) -> list[float | str]:
    """Of "1 s,0.5" each time: a number of hours, or what has its own unit."""
    return [_time(word.strip()) for word in given.split(",") if word.strip()]


def _time(word: str) -> float | str:
    try:
        return float(word)
    except ValueError:
        return word


def pairs(option: str, given: list[str]) -> dict[str, str]:
    """{"ko": "8"} from ["ko=8"] or ["ko=8,nao=140"]."""
    found: dict[str, str] = {}
    for word in (w for text in given for w in text.split(",")):
        name, equals, value = word.partition("=")
        if not equals or not name.strip() or not value.strip():
            known = {"set": "ko=8", "scale": "pump=0.5", "start": "na=30,v=-40", "junction": "patch=15"}
            known |= {"with": "hours=2"}
            example = known[option]
            raise InputError(f"--{option} {word}: expected NAME=VALUE, e.g. --{option} {example}")
        if name.strip() in found:
            raise InputError(f"--{option} {word}: {name.strip()} is given twice; expected one value for it")
        found[name.strip()] = value.strip()
    return found


def in_full(
    run: Callable[..., Any], do: Callable[[Destination, dict[str, Any]], None]
) -> Callable[..., None]:
    """A command as typer reads it: every option of the groups that `run` takes after its session is a
    parameter of its own, and so is where the results go. Called, it calls `do` with that and `run`'s
    arguments."""
    hints = get_type_hints(run, include_extras=True)
    own = list(signature(run).parameters.values())[1:]
    groups = {one.name: hints[one.name] for one in own if is_dataclass(hints[one.name])}
    parameters: list[Parameter] = []
    for one in own:
        plain = one.replace(annotation=hints[one.name], kind=Parameter.KEYWORD_ONLY)
        parameters += _options_of(groups[one.name]) if one.name in groups else [plain]
    parameters += _options_of(Destination)
    whole = Signature(parameters)

    def call(**given: Any) -> None:
        bound = whole.bind(**given)
        bound.apply_defaults()
        left = dict(bound.arguments)

        def take(group: Any) -> Any:
            return group(**{option.name: left.pop(option.name) for option in fields(group)})

        to = take(Destination)
        do(to, {name: take(group) for name, group in groups.items()} | left)

    call.__doc__ = run.__doc__
    call.__signature__ = whole  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in parameters}
    return call


def _options_of(group: Any) -> list[Parameter]:
    """The options of a group, as in a function's signature."""
    hints, default = get_type_hints(group, include_extras=True), group()
    return [
        Parameter(
            own.name, Parameter.KEYWORD_ONLY, default=getattr(default, own.name), annotation=hints[own.name]
        )
        for own in fields(group)
    ]
