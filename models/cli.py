"""The command line: the commands of show put together, what ends them, and what is said of an error."""

import os
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from . import interrupts
from .errors import InputError, PumpleakError, PumpleakWarning
from .installation import program
from .parameters.reference import tables
from .show import reference
from .show.command import commands, services
from .show.options import Out, Quiet
from .show.session import console, say
from .show.terminal import open_streams, printing
from .version import VERSION

USUAL = "compare"  # what is done without a command


class Command(TyperCommand):
    """A command that takes an option once, unless it may be repeated: the first of two would be lost."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        for param in order:
            if not param.multiple and not getattr(param, "is_flag", False) and order.count(param) > 1:
                raise InputError(f"{max(param.opts, key=len)} is given twice; expected one value for it")
        return super().parse_args(ctx, args)


app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False)
for name, command in commands().items():
    app.command(name, cls=Command)(command.options())
for name, service in services().items():
    app.command(name, cls=Command)(service.run)


@app.command("keys", cls=Command)
def keys(
    table: Annotated[
        str | None, typer.Argument(help="inside, pump, ... or set, or one key, inside.nai; default: all")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="as a Markdown page")] = False,
) -> None:
    """Every key of a cell's file and of --set: unit, range, default, meaning."""
    typer.echo((reference.markdown if markdown else reference.text)(tables(table)))


@app.callback(invoke_without_command=True)
def without_command(
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
        commands()[USUAL].options()(out=out, quiet=quiet)
    elif out is not None or quiet:
        raise InputError(
            f"give --out and --quiet after the command: {program()} {context.invoked_subcommand} --out ..."
        )


def main() -> int:
    """Run the command line as a process of its own, which Ctrl-C and SIGTERM end; its exit status."""
    open_streams()
    interrupts.obey()
    os.environ["MPLBACKEND"] = "Agg"  # figures go into files, whatever window the user is used to
    return run_command()


def run_command() -> int:
    """Run the command line; one clear sentence and exit status 2 for whatever the user can mend."""
    status = 0  # where nobody reads on (--help | head)
    try:
        with printing(""), warnings.catch_warnings():
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
