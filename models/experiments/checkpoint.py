"""Parts of a run that are kept on the disk, so that a run that was killed goes on where its last part
ended."""

import hashlib
import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, notify
from ..parameters.arguments import shown
from ..solve.course import Stretch
from ..solve.following import Part
from ..words import HOUR, duration

BELONGS = "run.json"
ARRAYS = ("t", "entered", "moved", "flows", "pump", "passed")


class Checkpoint:
    """The parts of one run in a folder.

    folder: where; made when the first part ends
    identity: all that the run is decided by; a folder of another run is refused (InputError)
    """

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self.folder = folder
        text = json.dumps(identity, sort_keys=True, default=str)
        self._digest = hashlib.sha256(text.encode()).hexdigest()
        self.parts: list[Part] = self._read() if folder.exists() else []
        if self.parts:
            where = duration(self.parts[-1].t / HOUR)
            notify(f"{folder}/: goes on from {where}, where this run was stopped")

    def add(self, part: Part) -> None:
        """Keep another part: whole, or not at all."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if part.number == 1:
                self._write(BELONGS, json.dumps({"run": self._digest}).encode())
            path = self.folder / _name(part.number)
            with path.with_suffix(".new").open("wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(part))
                file.flush()
                os.fsync(file.fileno())
            path.with_suffix(".new").replace(path)
        except OSError as error:
            raise InputError(
                f"{self.folder}: parts of the run cannot be kept ({error.strerror or error}); expected a "
                "folder that is yours to write, on a disk with room"
            ) from None

    def remove(self) -> None:
        """Take the folder away, of which nothing is needed any more."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if path.name == BELONGS or path.name.startswith("part"):
                path.unlink()
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _write(self, name: str, content: bytes) -> None:
        new = self.folder / f"{name}.new"
        new.write_bytes(content)
        new.replace(self.folder / name)

    def _read(self) -> list[Part]:
        """The parts that are there whole, in their order."""
        try:
            whose = json.loads((self.folder / BELONGS).read_text()).get("run")
        except FileNotFoundError:
            if not self.folder.is_dir() or any(self.folder.iterdir()):
                raise InputError(
                    f"{self.folder}: holds no parts of a run; expected a folder of its own for them"
                ) from None
            return []
        except (ValueError, AttributeError, OSError):
            whose = None
        if whose != self._digest:
            raise InputError(
                f"{self.folder}: holds parts of another run (another protocol, cell, option or version); "
                "remove it, or give another folder"
            )
        found: list[Part] = []
        while (path := self.folder / _name(len(found) + 1)).is_file():
            try:
                with np.load(path, allow_pickle=False) as data:
                    found.append(_part(dict(data)))
            except (ValueError, KeyError, OSError, EOFError):
                break  # what a dying disk has left of it; from the part before, all is found again
        return found


def check_folder(folder: object) -> None:
    """InputError unless it is the name of a folder or None."""
    if folder is not None and not isinstance(folder, str | Path):
        raise InputError(f"checkpoint: expected a folder, got {shown(folder)}")


def _name(number: int) -> str:
    return f"part{number:06d}.npz"


def _arrays(part: Part) -> dict[str, Any]:
    found = {"number": part.number, "stretch": part.stretch, "at": part.t, "seen": json.dumps(part.seen)}
    found |= {f"whole/{kind}": values for kind, values in part.whole.items()}
    return found | _of_stretch(part.found, "found")


def _of_stretch(stretch: Stretch, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {f"{name}/counts": np.array(stretch.counts)}
    for one in ARRAYS:
        values = getattr(stretch, one)
        if values is not None:
            found[f"{name}/{one}"] = values
    for table in ("state", "gates"):
        found |= {f"{name}/{table}/{key}": values for key, values in getattr(stretch, table).items()}
    for number, other in enumerate(stretch.others):
        found |= _of_stretch(other, f"{name}/other{number}")
    return found


def _part(data: dict[str, np.ndarray]) -> Part:
    return Part(
        int(data["number"]),
        int(data["stretch"]),
        float(data["at"]),
        _table(data, "whole/"),
        _stretch(data, "found/"),
        json.loads(str(data["seen"])),
    )


def _table(data: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    return {key.removeprefix(name): values for key, values in data.items() if key.startswith(name)}


def _stretch(data: dict[str, np.ndarray], name: str) -> Stretch:
    own = _table(data, name)
    given: dict[str, Any] = {one: own.get(one) for one in ARRAYS}
    given |= {"state": _table(own, "state/"), "gates": _table(own, "gates/")}
    given |= {"counts": tuple(own["counts"].tolist())}
    others: list[Stretch] = []
    while f"{name}other{len(others)}/counts" in data:
        others.append(_stretch(data, f"{name}other{len(others)}/"))
    given["others"] = others
    return Stretch(**{field.name: given[field.name] for field in fields(Stretch)})
