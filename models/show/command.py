"""The commands. Each is one file of this folder: its options, its table, its files and its figure.

A file that holds a `COMMAND`, or a `SERVICE`, is found by its name; nothing else has to know of it.
"""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rich.console import Console

from ..errors import InputError, keep_quiet
from ..experiments.result import Result
from ..installation import program
from .formats import FORMATS, check_formats
from .options import Destination, in_full
from .output import Output, check_writable, output
from .session import Session, console
from .tables import print_sentence
from .terminal import printing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

R = TypeVar("R", bound=Result)
MOST_NAMED = 12  # of the files that are written; of more, the first and the last


@dataclass(frozen=True)
class Command(Generic[R]):
    """All that is shown of one experiment.

    name: what the user types.
    run: makes the result; its parameters after the session are the command's options, its first line the
    help.
    result: the class of what it makes.
    table: prints the result.
    files: writes it; all but summary.json.
    figure: draws it; None of a result that has no figure.
    experiment: what the result is called in its files and by default its folder, where not as the command.
    """

    name: str
    run: Callable[..., R]
    result: type[R]
    table: Callable[[Console, R], None]
    files: Callable[[Output, R], None]
    figure: "Callable[[R], Figure] | None" = None
    experiment: str = ""

    def options(self) -> Callable[..., None]:
        """The command as typer reads it."""
        return in_full(self.run, self._do)

    def _do(self, to: Destination, given: dict[str, Any]) -> None:
        """Run it, print the tables and put all files into the folder, or none."""
        experiment = self.experiment or self.name
        check_formats(to.also)
        keep_quiet(to.quiet)
        try:
            folder = folder_of(to.out, experiment)
            check_writable(folder)
            result = self.run(Session(to.quiet, folder), **given)
            unseen = None if to.quiet else self._show(result, folder)
            files = self.write(result, folder, shlex.join(sys.argv[1:]), to.also)
            if unseen is not None:
                raise unseen
            if not to.quiet:
                with printing(_complete(folder)):
                    console.print(_written(folder, files), markup=False, soft_wrap=True)
        finally:
            keep_quiet(False)  # for whoever goes on in this process

    def write(self, result: R, folder: Path, line: str, also: Sequence[str] = ()) -> Output:
        """Put all files of a result into a folder, or none. line: what the user typed after the program's
        name; also: further formats."""
        experiment = self.experiment or self.name
        provenance = {**result.provenance, "command": f"{program()} {line}"}
        with output(folder, experiment, provenance) as files:
            self.files(files, result)
            for form in dict.fromkeys(also):
                FORMATS[form](files, self.name, result.to_xarray())
            files.summary(experiment, result.summary)
        return files

    def _show(self, result: R, folder: Path) -> InputError | None:
        """Print the tables, before any figure is drawn; return why nothing can be shown, which is no reason
        not to write the files."""
        try:
            with printing(_complete(folder)):
                self.table(console, result)
                for sentence in result.followed:
                    print_sentence(console, sentence)
        except InputError as error:
            return error
        return None


def _complete(folder: Path) -> str:
    return f"; the results in {folder}/ are complete"


def _written(folder: Path, files: Output) -> str:
    """Which files there are now, and which of an earlier result are gone."""
    few = len(files.written) <= MOST_NAMED
    names = files.written if few else [*files.written[:1], *files.written[-1:]]
    others = "" if few else f" and {len(files.written) - 2} more"
    gone = f"; gone with the earlier result: {', '.join(files.gone)}" if files.gone else ""
    return f"written to {folder}/: {', '.join(names)}{others}{gone}"


def folder_of(out: str | None, experiment: str) -> Path:
    """Where the results go; InputError for a name that is empty."""
    if out is None:
        return Path("results") / experiment
    if not out:
        raise InputError("--out: the name is empty; expected a folder for the results")
    return Path(out)


@dataclass(frozen=True)
class Service:
    """A command that makes no result, but goes on until it is ended.

    name: what the user types.
    run: does it; its parameters are the options, its first line the help.
    """

    name: str
    run: Callable[..., None]


@cache
def commands() -> dict[str, Command]:
    """Every command by its name."""
    return {command.name: command for command in _found("COMMAND")}


@cache
def services() -> dict[str, Service]:
    """Every command that makes no result by its name."""
    return {service.name: service for service in _found("SERVICE")}


def _found(attribute: str) -> list[Any]:
    """What the files of this folder hold under this name."""
    package = __name__.rpartition(".")[0]
    names = [module.name for module in iter_modules([str(Path(__file__).parent)])]
    held = (getattr(import_module(f"{package}.{name}"), attribute, None) for name in names)
    return [one for one in held if one is not None]


def figure_of(result: Result) -> "Figure":
    """The figure of a result, as its command writes it; InputError for one that has none."""
    for command in commands().values():
        if isinstance(result, command.result) and command.figure is not None:
            return command.figure(result)
    raise InputError(f"{result!r} has no figure; its numbers are in .summary and .to_xarray()")
