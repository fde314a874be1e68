"""The terminal, the pipe or the file that a command writes to, whatever it can show."""

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rich.console import Console
from rich.text import Text

from ..errors import InputError

# what stands for a sign that the terminal's encoding does not have
PLAIN = str.maketrans(
    {
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉", "0123456789+-0123456789", strict=True)),
        **{"µ": "u", "μ": "u", "α": "a", "β": "b", "Δ": "d", "Ω": "ohm", "°": "deg ", "·": " ", "×": "x"},
        **{"–": "-", "—": "-", "−": "-", "→": "->", "±": "+-", "≤": "<=", "≥": ">=", "…": "...", "½": "1/2"},
        **{"“": '"', "”": '"', "‘": "'", "’": "'", "″": '"', "′": "'", "√": "sqrt", "ä": "ae", "ö": "oe"},
    }
)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Plain letters for what cannot be encoded, or its code (as the letters of a broken file name)."""
    assert isinstance(error, UnicodeEncodeError)
    part = error.object[error.start : error.end]
    said = "".join(
        c.translate(PLAIN) if c.translate(PLAIN).isascii() else c.encode("unicode_escape").decode()
        for c in part
    )
    return said, error.end


codecs.register_error("plain", _plain)


class Terminal(Console):
    """A console whose tables are laid out with the letters that it can show."""

    def render_str(self, text: str, **options: Any) -> Text:
        encoding = getattr(self.file, "encoding", None) or "utf-8"
        return super().render_str(text.encode(encoding, "plain").decode(encoding), **options)

    def on_broken_pipe(self) -> None:
        """Whoever reads has seen enough (`| head -1`)."""
        raise BrokenPipeError


def open_streams() -> None:
    """Let both streams take any text; where one is closed, what is written to it goes nowhere."""
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        try:
            os.fstat(number)
        except OSError:  # closed by who called us: the next file that is opened would take its place
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # not a stream of somebody's own, in a test
            stream.reconfigure(errors="plain")


@contextmanager
def printing(after: str) -> Iterator[None]:
    """What is printed within reaches the terminal, or one sentence says that it does not: InputError.

    after: what is true all the same, "the results in DIR/ are complete".
    """
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # which typer makes of it
        _write_nowhere()
    except OSError as error:
        _write_nowhere()
        raise InputError(f"nothing can be shown ({error.strerror}){after}") from None


def _write_nowhere() -> None:
    """Nothing more is written to the standard output, at the end of the process neither."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    with suppress(OSError):
        sys.stdout.flush()
