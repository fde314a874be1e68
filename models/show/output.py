"""Files of a run: all of them, whole, or none."""

import csv
import errno
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, one_line
from . import placing

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import Dataset


class Output:
    """Files of one run, not yet in their place.

    folder: where they are made.
    provenance: goes into every one of them.
    written: their names.
    gone: the files of the earlier result that this one does not have, once it is in its place.
    """

    def __init__(self, folder: Path, provenance: dict[str, str]):
        self.folder = folder
        self.provenance = {key: one_line(text) for key, text in provenance.items()}
        self.written: list[str] = []
        self.gone: list[str] = []

    def of(self, provenance: dict[str, str]) -> "Output":
        """The same folder and list of files, for files of another provenance."""
        other = Output(self.folder, {**self.provenance, **provenance})
        other.written = self.written
        return other

    def path(self, name: str) -> Path:
        """Where a file of that name is written; it is one of the result's from then on."""
        self.written.append(name)
        return self.folder / name

    def summary(self, experiment: str, data: dict[str, Any]) -> None:
        """The result's scalars and, once all else is written, the list of its files."""
        self.path("summary.json")
        self.written.insert(0, self.written.pop())
        provenance = {**self.provenance, "experiment": experiment, "files": self.written}
        text = json.dumps({**data, "provenance": provenance}, indent=1, allow_nan=False)
        (self.folder / "summary.json").write_text(text + "\n", encoding="utf-8")

    def csv(self, name: str, columns: dict[str, Any]) -> None:
        """columns: heading (with its unit) -> values, all of one length."""
        said = ", ".join(f"{key}={value}" for key, value in self.provenance.items())
        with self.path(name).open("w", encoding="utf-8", newline="") as file:
            file.write(f"# {said}\n")
            table = csv.writer(file, lineterminator="\n")
            table.writerow(columns)
            table.writerows(zip(*(map(_cell, column) for column in columns.values()), strict=True))

    def netcdf(self, name: str, data: "Dataset") -> None:
        """A dataset; of its attributes where it is from alone: the scalars are in summary.json."""
        own = data.drop_attrs(deep=False).assign_attrs(self.provenance)
        own.to_netcdf(self.path(name), engine="h5netcdf")

    def figure(self, name: str, figure: "Figure") -> None:
        """A figure as PNG."""
        said = ", ".join(f"{key}={value}" for key, value in self.provenance.items())
        figure.savefig(self.path(name), metadata={"Software": "pumpleak", "Description": said})


def _cell(value: object) -> object:
    """A value as a table has it: numbers to twelve digits, nothing where there is none."""
    if value != value:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else value


@contextmanager
def output(folder: Path, experiment: str, provenance: dict[str, str]) -> Iterator[Output]:
    """Yield an `Output`; on success put its files into `folder`, otherwise leave no trace.

    They take the place of the earlier result of the same experiment there; what else there is stays.
    """
    try:
        with placing.staged(folder) as work:
            made = Output(work.new, provenance)
            yield made
            words = f"interrupted: the results in {folder}/ are complete"
            made.gone = placing.place(work, folder, made.written, experiment, words)
    except OSError as error:
        raise InputError(
            f"{folder}: results cannot be written ({error.strerror or error}); earlier results are untouched"
        ) from error


def check_writable(folder: Path) -> None:
    """InputError before a long run, rather than after it, where its results could not be kept.

    What dead runs have left there is brought to an end.
    """
    try:
        there = next(place for place in (folder, *folder.parents) if _exists(place))
        if not there.is_dir():
            raise OSError(os.strerror(errno.EEXIST))
        longest = os.pathconf(there, "PC_NAME_MAX")
        if any(len(os.fsencode(part)) > longest for part in folder.parts):
            raise OSError(os.strerror(errno.ENAMETOOLONG))
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(b"x")
        if there == folder:
            for home in (folder, folder.resolve().parent):
                placing.sweep(home)
    except (OSError, ValueError) as error:  # a null character in the name
        why = getattr(error, "strerror", None) or error
        raise InputError(
            f"--out {folder}: cannot be written ({why}); expected a folder that is yours to write, on a disk "
            "with room"
        ) from None


def _exists(place: Path) -> bool:
    """Whether something has that name; OSError where that cannot be known."""
    try:
        os.lstat(place)
    except FileNotFoundError:
        return False
    return True
