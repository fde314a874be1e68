"""The files that a study names."""

from pathlib import Path


def file_in(folder: str | Path, name: str) -> str:
    """A file of a folder, whole; a name that is none, a shipped cell's or protocol's, as it is."""
    path = Path(folder) / name
    return str(path.resolve()) if path.is_file() else name
