"""Morphology files as text: read as a whole, lines ended alike; errors that name file and line."""

from pathlib import Path

from ..errors import InputError
from ..parameters.reading import read_bytes

FARTHEST = 1e8  # um, for coordinates and radii


def broken(path: Path, line: int, what: str) -> InputError:
    """The error for one line of a file."""
    return InputError(f"{path}:{line}: {what}")


def read_text(path: Path) -> str:
    """A text file's content, its lines ended by \\n.

    InputError for a file that is missing, a directory, unreadable, empty or binary.
    """
    raw = read_bytes(path, "morphology file")
    if not raw.strip():
        raise InputError(f"{path}:1: the file is empty; expected a morphology")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}:1: is text in UTF-16, here a binary file; save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # old headers carry accents
    if "\0" in text or sum(not (c.isprintable() or c.isspace()) for c in text[:4096]) > 8:
        raise InputError(f"{path}:1: is a binary file; expected text (a compressed file? unpack it first)")
    return text.replace("\r\n", "\n").replace("\r", "\n")
