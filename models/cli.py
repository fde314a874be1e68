"""The command line: every command calls one experiment and writes one folder of results."""

import os
import shlex
import sys
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperCommand

from . import interrupts
from .cells import make_cell
from .errors import InputError, PumpleakError, PumpleakWarning, keep_quiet, one_line
from .experiments.block import block
from .experiments.compare import compare
from .experiments.excite import excite
from .experiments.glycoside import glycoside
from .experiments.inspect import inspect
from .experiments.rest import rest
from .experiments.validate import read_rows, validate
from .installation import program
from .parameters.files import shipped_cells
from .parameters.overrides import from_text, split
from .parameters.reference import tables
from .show import reference
from .show.output import (
    check_writable,
    output,
    write_block,
    write_compare,
    write_excite,
    write_glycoside,
    write_inspect,
    write_rest,
    write_validate,
)
from .show.tables import (
    print_block,
    print_compare,
    print_excite,
    print_glycoside,
    print_inspect,
    print_rest,
    print_validate,
)
from .show.terminal import Terminal, open_streams, shown
from .version import VERSION


class Command(TyperCommand):
    """A command that takes an option once, unless it may be repeated: the first of two would be lost."""

    def parse_args(self, ctx, args):
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        for param in order:
            if not param.multiple and not getattr(param, "is_flag", False) and order.count(param) > 1:
                raise InputError(f"{max(param.opts, key=len)} is given twice; expected one value for it")
        return super().parse_args(ctx, args)


app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False)
# tables are as wide in a pipe as they need to be
console = Terminal(highlight=False, width=None if sys.stdout and sys.stdout.isatty() else 110)
complain = Terminal(stderr=True, highlight=False)

Cell = Annotated[str, typer.Option(help=f"{', '.join(shipped_cells())}, or a TOML file of your own")]
Shape = Annotated[str | None, typer.Option(help="pyramid, stylised, or an .swc or .asc file")]
Factor = Annotated[
    float | None,
    typer.Option("--scale-morphology", metavar="FACTOR", help="makes µm of the file's numbers (0.001 of nm)"),
]
Repair = Annotated[
    bool,
    typer.Option("--repair", help="mend an .swc file (radii of 0, unconnected parts) and list what changed"),
]
Mods = Annotated[
    list[str],
    typer.Option("--mod", metavar="DIR", help="folder with .mod files of your own; may be repeated"),
]
Longest = Annotated[float | None, typer.Option(help="longest compartment in µm (default: the cell's file)")]
Sets = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="change the experiment after balancing, e.g. ko=8, celsius=25; or, with its table, any value of "
        "the cell's file before it, e.g. inside.nai=12 (names: run.py keys)",
    ),
]
Scales = Annotated[
    list[str],
    typer.Option(
        "--scale", metavar="NAME=FACTOR", help="multiply a strength after balancing, e.g. naleak=10, pump=0.5"
    ),
]
Axial = Annotated[str, typer.Option(help="how ions move along the cell: electrodiffusion, diffusion or none")]
Volume = Annotated[str, typer.Option(help="of the compartments: fixed or osmotic (water flows)")]
Outside = Annotated[
    str,
    typer.Option(
        help="bath (infinite), shell (a thin space round each compartment, exchanging with the bath) or "
        "closed (a space of its own, no exchange)"
    ),
]
MaxSpikes = Annotated[
    int | None,
    typer.Option(metavar="N", help="give a cell up that is still firing after N spikes (default: never)"),
]
Out = Annotated[str | None, typer.Option(help="folder for the results (default: results/COMMAND)")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors")]


def pairs(option: str, given: list[str]) -> dict[str, str]:
    """{"ko": "8"} from ["ko=8"] or ["ko=8,nao=140"]."""
    found = {}
    for word in (w for text in given for w in text.split(",")):
        name, equals, value = word.partition("=")
        if not equals or not name.strip() or not value.strip():
            example = {"set": "ko=8", "scale": "pump=0.5", "start": "na=30,v=-40"}[option]
            raise InputError(f"--{option} {word}: expected NAME=VALUE, e.g. --{option} {example}")
        if name.strip() in found:
            raise InputError(f"--{option} {word}: {name.strip()} is given twice; expected one value for it")
        found[name.strip()] = value.strip()
    return found


def settings(given: list[str]) -> tuple[dict, dict]:
    """What --set says of the cell's file, and of the experiment."""
    of_file, of_experiment = split(pairs("set", given))
    return from_text(of_file), of_experiment


def several(vary: str | None) -> tuple[str | None, list[str]]:
    """("ko", ["2", "4"]) from "ko=2,4"."""
    if vary is None:
        return None, [""]
    name, equals, values = vary.partition("=")
    found = [value.strip() for value in values.split(",") if value.strip()]
    if not equals or not name.strip() or not found:
        raise InputError(f"--vary {vary}: expected NAME=VALUE,VALUE,..., e.g. --vary ko=2,4,8")
    return name.strip(), found


@contextmanager
def progress_bar(quiet: bool, label: str, total: float):
    """A function of (how much is done, words about it, label); a bar on a terminal, silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, words="", name=label: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=complain, transient=True) as bar:
        task = bar.add_task(label, total=total)

        def report(done, words="", name=label):
            """Refreshed here: while a cell is followed, what is printed elsewhere is swallowed."""
            bar.update(task, completed=done, description=f"{name}, {words}" if words else name)
            if words and time.monotonic() - shown[0] > 0.1:
                shown[0] = time.monotonic()
                bar.refresh()

        shown = [0.0]
        yield report


def built(quiet: bool, cell: str, **options):
    """A cell, with a bar while it is built (large files take a while); its warnings are printed."""
    with progress_bar(quiet, "building the cell", 1.0) as report:
        made = make_cell(cell, **options, progress=report)
    warn(made.warnings)
    return made


def say(sentence: str, **style) -> None:
    """One line for the user beside the results, where anybody hears it."""
    with suppress(OSError):
        complain.print(one_line(sentence), markup=False, soft_wrap=True, **style)


def warn(sentences: list[str]) -> None:
    for sentence in dict.fromkeys(sentences):
        say(f"warning: {sentence}")


def save(command: str, out: str | None, quiet: bool, result, provenance: dict, write, show) -> None:
    """All files of a result into its folder, or none; then its tables on the terminal."""
    folder = folder_of(out, command)
    line = f"{program()} {shlex.join(sys.argv[1:])}"
    with output(folder, command, {**provenance, "command": line}) as files:
        write(files, result)
        files.summary(command, result.summary)
    if quiet:
        return
    with shown(f"; the results in {folder}/ are complete"):
        show(console, result)
        few = len(files.written) <= 12
        written = files.written if few else [*files.written[:1], *files.written[-1:]]
        rest_of = "" if few else f" and {len(files.written) - 2} more"
        gone = f"; gone with the earlier result: {', '.join(files.gone)}" if files.gone else ""
        said = f"written to {folder}/: {', '.join(written)}{rest_of}{gone}"
        console.print(said, markup=False, soft_wrap=True)


def folder_of(out: str | None, command: str) -> Path:
    """Where the results go; InputError for a name that is empty."""
    if out is None:
        return Path("results") / command
    if not out:
        raise InputError("--out: the name is empty; expected a folder for the results")
    return Path(out)


def prepare(out: str | None, command: str, quiet: bool) -> None:
    keep_quiet(quiet)
    check_writable(folder_of(out, command))


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="print the version and end")] = False,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Cells whose resting membrane potential is a result. Without a command: compare."""
    if version:
        console.print(f"pumpleak {VERSION}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        run_compare(out=out, quiet=quiet)
    elif out is not None or quiet:
        raise InputError(
            f"give --out and --quiet after the command: {program()} {context.invoked_subcommand} --out ..."
        )


@app.command("rest", cls=Command)
def run_rest(
    cell: Cell = "neuron",
    morphology: Shape = None,
    scale_morphology: Factor = None,
    repair: Repair = False,
    mod: Mods = [],
    max_compartment: Longest = None,
    axial: Axial = "electrodiffusion",
    volume: Volume = "fixed",
    outside: Outside = "bath",
    set_: Sets = [],
    scale: Scales = [],
    start: Annotated[
        str | None,
        typer.Option(
            metavar="NAME=VALUE,...",
            help="start away from rest, e.g. na=30,v=-40 (K⁺ follows from the charge)",
        ),
    ] = None,
    hold: Annotated[
        str | None, typer.Option(help="concentrations: find V alone, concentrations frozen")
    ] = None,
    max_spikes: MaxSpikes = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Where the cell rests, and what each process carries there."""
    prepare(out, "rest", quiet)
    of_file, changes = settings(set_)
    made = built(
        quiet,
        cell,
        set=of_file,
        morphology=morphology,
        scale_morphology=scale_morphology,
        repair=repair,
        mechanisms=mod,
        max_compartment_length=max_compartment,
        axial=axial,
        volume=volume,
        outside=outside,
    )
    with progress_bar(quiet, "finding the rest", 40) as report:
        result = rest(
            made,
            set=changes,
            scale=pairs("scale", scale),
            start=None if start is None else pairs("start", [start]),
            hold=hold,
            progress=report,
            max_spikes=max_spikes,
        )
    save("rest", out, quiet, result, result.layout.provenance, write_rest, print_rest)


@app.command("block", cls=Command)
def run_block(
    cell: Cell = "neuron",
    morphology: Shape = None,
    scale_morphology: Factor = None,
    repair: Repair = False,
    mod: Mods = [],
    max_compartment: Longest = None,
    axial: Axial = "electrodiffusion",
    volume: Volume = "fixed",
    outside: Outside = "bath",
    fraction: Annotated[float, typer.Option(help="blocked fraction of the pumps, 0 to 1")] = 1.0,
    hours: Annotated[float, typer.Option(help="how long to follow")] = 2.0,
    where: Annotated[
        str, typer.Option(help="all, soma, dend, ..., a section (dend[3]) or a part (dend[3](0.5:1))")
    ] = "all",
    recover_at: Annotated[
        float | None, typer.Option(metavar="HOURS", help="when the pumps run again")
    ] = None,
    set_: Sets = [],
    scale: Scales = [],
    max_spikes: MaxSpikes = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Block the pump and follow the cell: the step at once, the run-down, the end."""
    prepare(out, "block", quiet)
    of_file, changes = settings(set_)
    made = built(
        quiet,
        cell,
        set=of_file,
        morphology=morphology,
        scale_morphology=scale_morphology,
        repair=repair,
        mechanisms=mod,
        max_compartment_length=max_compartment,
        axial=axial,
        volume=volume,
        outside=outside,
    )
    with progress_bar(quiet, "following the block", hours * 3.6e6) as report:
        result = block(
            made,
            fraction=fraction,
            hours=hours,
            where=where,
            recover_at=recover_at,
            set=changes,
            scale=pairs("scale", scale),
            progress=report,
            max_spikes=max_spikes,
        )
    save("block", out, quiet, result, result.layout.provenance, write_block, print_block)


@app.command("compare", cls=Command)
def run_compare(
    cells: Annotated[str, typer.Option(help="shipped cells or TOML files, with commas")] = "neuron,muscle",
    hours: Annotated[float, typer.Option(help="how long to follow the block")] = 24.0,
    mod: Mods = [],
    axial: Axial = "electrodiffusion",
    volume: Volume = "fixed",
    set_: Sets = [],
    scale: Scales = [],
    max_spikes: MaxSpikes = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """The main job: neuron and muscle at rest and with the pump blocked, in a bath and in a closed space."""
    prepare(out, "compare", quiet)
    of_file, changes = settings(set_)
    with progress_bar(quiet, "following the block", hours * 3.6e6) as report:
        result = compare(
            tuple(name.strip() for name in cells.split(",")),
            hours=hours,
            set=of_file | changes,
            scale=pairs("scale", scale),
            progress=lambda name, t, words: report(t, words, f"{name}: following the block"),
            max_spikes=max_spikes,
            axial=axial,
            volume=volume,
            mechanisms=mod,
        )
    blocks = result.blocks
    warn([warning for one in blocks.values() for warning in one.layout.warnings])
    provenance = {
        key: "; ".join(dict.fromkeys(b.layout.provenance[key] for b in blocks.values()))
        for key in next(iter(blocks.values())).layout.provenance
    }
    save("compare", out, quiet, result, provenance, write_compare, print_compare)


@app.command("excite", cls=Command)
def run_excite(
    cell: Cell = "excitable",
    morphology: Shape = None,
    scale_morphology: Factor = None,
    repair: Repair = False,
    mod: Mods = [],
    max_compartment: Longest = None,
    vary: Annotated[
        str | None,
        typer.Option(metavar="NAME=A,B,...", help="one setting with several values, e.g. ko=2,4,8"),
    ] = None,
    hours: Annotated[float, typer.Option(help="full pump block before the stimulus")] = 0.0,
    where: Annotated[
        str | None,
        typer.Option(
            help="what is stimulated: a region, a section or a place (cable(0.5)); default: the soma or, "
            "where there is none, the middle of the cable"
        ),
    ] = None,
    duration: Annotated[float, typer.Option(help="of the current pulse, ms")] = 2.0,
    axial: Axial = "electrodiffusion",
    volume: Volume = "fixed",
    outside: Outside = "bath",
    set_: Sets = [],
    scale: Scales = [],
    max_spikes: MaxSpikes = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Threshold current and spike, as they depend on where the cell rests."""
    prepare(out, "excite", quiet)
    of_file, changes = settings(set_)
    name, values = several(vary)
    with progress_bar(quiet, "finding thresholds", len(values)) as report:
        result = excite(
            cell,
            set=of_file | changes,
            scale=pairs("scale", scale),
            hours=hours,
            where=where,
            duration_ms=duration,
            vary={name: values} if name else None,
            progress=report,
            max_spikes=max_spikes,
            morphology=morphology,
            scale_morphology=scale_morphology,
            repair=repair,
            mechanisms=mod,
            max_compartment_length=max_compartment,
            axial=axial,
            volume=volume,
            outside=outside,
        )
    warn(result.layout.warnings)
    save("excite", out, quiet, result, result.layout.provenance, write_excite, print_excite)


@app.command("glycoside", cls=Command)
def run_glycoside(
    cell: Cell = "ventricle",
    drug: Annotated[str, typer.Option(help="ouabain or digoxin")] = "ouabain",
    dose: Annotated[str, typer.Option(help='"1 uM", "2 nM", "1 ng/ml"')] = "1 uM",
    species: Annotated[
        str | None, typer.Option(help="rat or human, whose isoforms bind it (default: the cell's own)")
    ] = None,
    hours: Annotated[float, typer.Option(help="how long to follow")] = 2.0,
    washout_at: Annotated[float | None, typer.Option(metavar="HOURS", help="when the drug is gone")] = None,
    morphology: Shape = None,
    scale_morphology: Factor = None,
    repair: Repair = False,
    mod: Mods = [],
    max_compartment: Longest = None,
    axial: Axial = "electrodiffusion",
    volume: Volume = "fixed",
    outside: Outside = "bath",
    set_: Sets = [],
    scale: Scales = [],
    max_spikes: MaxSpikes = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """A cardiac glycoside: binding, pump current, V, Na⁺ and Ca²⁺ over time, and the dose response."""
    prepare(out, "glycoside", quiet)
    of_file, changes = settings(set_)
    with progress_bar(quiet, "following the drug", hours * 3.6e6) as report:
        result = glycoside(
            cell,
            drug=drug,
            dose=dose,
            species=species,
            hours=hours,
            washout_at=washout_at,
            set=of_file | changes,
            scale=pairs("scale", scale),
            progress=report,
            max_spikes=max_spikes,
            morphology=morphology,
            scale_morphology=scale_morphology,
            repair=repair,
            mechanisms=mod,
            max_compartment_length=max_compartment,
            axial=axial,
            volume=volume,
            outside=outside,
        )
    warn(result.layout.warnings)
    save("glycoside", out, quiet, result, result.layout.provenance, write_glycoside, print_glycoside)


@app.command("validate", cls=Command)
def run_validate(out: Out = None, quiet: Quiet = False) -> None:
    """The shipped cells against published numbers: a table of what is within and what misses."""
    prepare(out, "validation", quiet)
    with progress_bar(quiet, "measuring", len(read_rows())) as report:
        result = validate(progress=report)
    save("validation", out, quiet, result, result.layout.provenance, write_validate, print_validate)


@app.command("inspect", cls=Command)
def run_inspect(
    cell: Cell = "neuron",
    morphology: Shape = None,
    scale_morphology: Factor = None,
    repair: Repair = False,
    mod: Mods = [],
    max_compartment: Longest = None,
    axial: Axial = "electrodiffusion",
    volume: Volume = "fixed",
    outside: Outside = "bath",
    set_: Sets = [],
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """What the cell is made of, who reads and writes each ion, and where every number comes from."""
    prepare(out, "inspect", quiet)
    of_file, changes = settings(set_)
    made = built(
        quiet,
        cell,
        set=of_file,
        morphology=morphology,
        scale_morphology=scale_morphology,
        repair=repair,
        mechanisms=mod,
        max_compartment_length=max_compartment,
        axial=axial,
        volume=volume,
        outside=outside,
    )
    with made.changed(changes):
        result = inspect(made)
    save("inspect", out, quiet, result, result.layout.provenance, write_inspect, print_inspect)


@app.command("keys", cls=Command)
def run_keys(
    table: Annotated[
        str | None,
        typer.Argument(metavar="TABLE", help="one alone: inside, pump, region, ...; set"),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="as a Markdown page")] = False,
) -> None:
    """Every key of a parameter file and of --set: unit, range, default, meaning."""
    write = reference.markdown if markdown else reference.text
    typer.echo(write(tables(table)))


def door() -> int:
    """Run the command line as a process of its own, which Ctrl-C and SIGTERM end; its exit status."""
    open_streams()
    interrupts.obey()
    os.environ["MPLBACKEND"] = "Agg"  # figures go into files, whatever window the user is used to
    return run_command()


def run_command() -> int:
    """Run the command line; one clear sentence and exit status 2 for whatever the user can mend."""
    status = 0  # where nobody reads on (--help | head)
    try:
        with shown(""), warnings.catch_warnings():
            warnings.simplefilter("ignore", PumpleakWarning)  # which each command prints in its own words
            status = app(prog_name=program(), standalone_mode=False) or 0
    except KeyboardInterrupt:
        status = 130
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None and not interrupts.interrupted():
            raise
        status = 2
    if status == 130 or interrupts.interrupted():  # what typer makes of Ctrl-C; errors that follow from it
        interrupts.leave()
        say(interrupts.last_words())
        return interrupts.STATUS
    if status == 2:
        say(f"error: {sentence}", style="red")
    return status


def _sentence(error: Exception) -> str | None:
    """What the user is told of an error; None for one that is ours."""
    if isinstance(error, PumpleakError):
        return str(error)
    if isinstance(error, MemoryError):
        return "the memory of this machine is not enough; expected fewer or longer compartments"
    if isinstance(error, OSError):
        return f"{error.filename or 'the system'}: {error.strerror or error}"
    if hasattr(error, "format_message"):  # an option or command that does not exist
        return error.format_message()
    return None
