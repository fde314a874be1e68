"""Cells in NeuroML 2, by the NeuroML project's own converter to NEURON: jnml, which pyNeuroML brings."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..simulator.runtime import h

CONVERTER = "jnml"
BEGUN = "initMembPotential"  # the V that a cell begins at, as the converter writes it


@dataclass(frozen=True)
class Converted:
    """hoc: the file with the cell's template; new: how one is made; begins: its V at the beginning (mV)."""

    hoc: Path
    new: str
    begins: float | None


def convert(path: Path, wanted: str | None, target: Path) -> Converted:
    """The hoc and .mod files of a NeuroML cell, written to the folder `target`.

    wanted: its id, where the file has several. InputError where the converter is not installed or makes
    nothing of the file.
    """
    done = subprocess.run(
        [_converter(path), str(path), "-neuron", "-outputdir", str(target)],
        cwd=target,
        capture_output=True,
        text=True,
        check=False,
    )
    made = {one.stem: one for one in sorted(target.glob("*.hoc"))}
    if not made or done.returncode:
        raise InputError(f"{path}: NeuroML's converter makes no cell of it ({_words(done)})")
    name = wanted or next(iter(made))
    if name not in made or (wanted is None and len(made) > 1):
        raise InputError(f"{path}: which of its cells? --new NAME: {', '.join(made)}")
    # the first region's, where they differ; --start is another, so no handler of ours may stand above it
    begins = re.search(rf'"{BEGUN}".*?"value" : "([^"]+)"', made[name].read_text("utf-8"), re.DOTALL)
    return Converted(made[name], f"{name}()", None if begins is None else float(begins[1]))


def _converter(path: Path) -> str:
    beside = Path(sys.executable).with_name(CONVERTER)  # where a virtual environment has its programs
    program = str(beside) if beside.is_file() else shutil.which(CONVERTER)
    if program is None:
        raise InputError(
            f"{path}: NeuroML is read by its own converter, {CONVERTER}, which is not installed: "
            "pip install pyNeuroML (it needs Java)"
        )
    return program


def _words(done: "subprocess.CompletedProcess[str]") -> str:
    """What the converter says of an error, on one line."""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines()]
    telling = [line for line in lines if re.search(r"(Error|Exception)\b.*:", line)]
    said = telling[0].split("Error: ")[-1] if telling else "\n".join(lines[-1:])
    return said or f"it ends with status {done.returncode}"


def beginning(cell: Any) -> object:
    """What gives a converted cell its concentrations at the beginning of each run, as the converter's own
    runs have it: after NEURON's INITIAL blocks."""
    return h.FInitializeHandler(1, cell.set_initial_ion_properties)
