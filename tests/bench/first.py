"""The first seconds: a cell, a small cell's command, a cohort, a fresh clone, and what stays in memory.

Each beside its goal. Cold is the first time in a process, or of a clone; warm what every further time takes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from .process import beside_goals, one

ROOT = Path(__file__).resolve().parent.parent.parent
REST = ("run.py", "rest", "--cell", "stylised", "--out")


def _seconds(function: Callable[[], object]) -> float:
    began = time.process_time()
    function()
    return time.process_time() - began


def build() -> dict:
    """CPU seconds of the first neuron of a process and the least of a further one's."""
    from models import Neuron

    cold = _seconds(Neuron)
    return {"cold": cold, "warm": min(_seconds(Neuron) for _ in range(9))}


def cohort(cells: int = 300) -> dict:
    """Stylised cells that differ, each built and rested and gone: how many a CPU second, and megabytes that
    the process has more after the last than after the tenth."""
    from models import make_cell, rest

    took, memory = [], []
    for number in range(cells):
        other = {"inside.nai": f"{9 + 0.01 * number} mM"}
        took.append(_seconds(lambda own=other: rest(make_cell("stylised", set=own))))
        memory.append(_resident())
    return {"per_second": (cells - 10) / sum(took[10:]), "grown": memory[-1] - memory[9]}


def _resident() -> float:
    """Megabytes of this process in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _spent() -> float:
    """CPU seconds of all processes that this one has started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def command(folder: Path) -> dict:
    """A small cell's rest by the command line in a checkout: CPU seconds, and seconds to the table's end."""
    spent, began = _spent(), time.monotonic()
    words = [sys.executable, *REST, str(folder / "results" / "first")]
    run = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True)
    table = next(time.monotonic() - began for line in run.stdout if line.startswith("membrane"))
    run.communicate()
    return {"cpu": _spent() - spent, "table": table}


def fresh_clone() -> dict:
    """Seconds until a copy of this checkout has its mechanisms, and of CPU; a small cell's command then."""
    with tempfile.TemporaryDirectory() as place:
        for name in ("models", "mod"):
            shutil.copytree(ROOT / name, Path(place) / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "run.py", place)
        code = "from models.simulator.library import load_mechanisms; load_mechanisms()"
        spent, began = _spent(), time.monotonic()
        subprocess.run([sys.executable, "-c", code], cwd=place, check=True)
        took = {"mechanisms": time.monotonic() - began, "cpu": _spent() - spent}
        return took | {"command": command(Path(place))}


def show(target: Path) -> None:
    """Every figure beside its goal."""
    built, many, fresh = one("build"), one("cohort"), fresh_clone()
    small = [command(ROOT) for _ in range(5)]
    cpu, table = (min(run[key] for run in small) for key in ("cpu", "table"))
    rows = [
        ("Neuron(), 1161 compartments, CPU s", built["cold"], built["warm"], "<=", 0.2),
        ("run.py rest --cell stylised, CPU s", fresh["command"]["cpu"], cpu, "<=", 2.0),
        ("  its table on the terminal, s", fresh["command"]["table"], table, "<=", 1.5),
        ("stylised cells built and rested a CPU s", None, many["per_second"], ">=", 15.0),
        ("  MB more after 300 of them than after 10", None, many["grown"], "<=", 5.0),
        ("mechanisms of a fresh clone, s", fresh["mechanisms"], None, "<=", 40.0),
        ("  of CPU, which two cores share", fresh["cpu"], None, "<=", 80.0),
    ]
    beside_goals(target, "first.csv", "first seconds", rows)
