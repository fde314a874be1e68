"""What a command says while it works: a bar, warnings, and the consoles they go to."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ..cell.cell import Cell
from ..errors import one_line
from ..systems import make
from .options import CellOptions, FileValues
from .terminal import Terminal

# tables are as wide in a pipe as they need to be
console = Terminal(highlight=False, width=None if sys.stdout and sys.stdout.isatty() else 110)
complain = Terminal(stderr=True, highlight=False)
OFTEN = 0.1  # s between one sight of the bar and the next


class Session:
    """One run of a command. quiet: whether it prints nothing but warnings and errors; folder: where its
    results go."""

    def __init__(self, quiet: bool, folder: Path = Path()):
        self.quiet, self.folder = quiet, folder

    def make(self, options: CellOptions, values: FileValues | None = None) -> Cell:
        """A cell, with a bar while it is built (large files take a while); its warnings are printed. values:
        in place of those of its file."""
        with self.progress("building the cell", 1.0) as report:
            of_file = None if values is None else values.of_file()
            made = make(options.cell, set=of_file, **options.given(), progress=report)
        self.warn(made.warnings)
        return made

    def warn(self, sentences: list[str]) -> None:
        """Print each once."""
        for sentence in dict.fromkeys(sentences):
            say(f"warning: {sentence}")

    @contextmanager
    def progress(self, label: str, total: float) -> Iterator[Callable[..., None]]:
        """A function of (how much is done, words about it, label); a bar on a terminal, silence elsewhere."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda done, words="", name=label: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=complain, transient=True) as bar:
            task, last = bar.add_task(label, total=total), 0.0

            def report(done: float, words: str = "", name: str = label) -> None:
                """Refreshed here: while a cell is followed, what is printed elsewhere is swallowed."""
                nonlocal last
                bar.update(task, completed=done, description=f"{name}, {words}" if words else name)
                if words and time.monotonic() - last > OFTEN:
                    last = time.monotonic()
                    bar.refresh()

            yield report


def say(sentence: str, style: str | None = None) -> None:
    """One line for the user beside the results, where anybody hears it."""
    with suppress(OSError):
        complain.print(one_line(sentence), markup=False, emoji=False, soft_wrap=True, style=style)
