"""Every measurement in a process of its own: one run, one NEURON."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def one(kind: str, *args, **environment: str) -> dict:
    """Run the bench again for one measurement and read what it prints."""
    command = [sys.executable, str(HERE), "--one", kind, *map(str, args)]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{run.stderr}")
    return arrays(json.loads(run.stdout.splitlines()[-1]))


def arrays(found: dict) -> dict:
    """What was read, its lists as arrays."""
    return {key: np.array(v) if isinstance(v, list) else v for key, v in found.items()}


def median(kind: str, *args, runs: int = 3) -> dict:
    """One of several runs, with the median of each's times."""
    found = [one(kind, *args) for _ in range(runs)]
    times = [key for key in ("seconds", "first", "build") if key in found[0]]
    return found[0] | {key: float(np.median([f[key] for f in found])) for key in times}


def save(target: Path, name: str, heads: tuple, rows: list) -> None:
    with (target / name).open("w", newline="") as file:
        csv.writer(file).writerows([heads, *rows])


def beside_goals(target: Path, name: str, title: str, rows: list[tuple]) -> None:
    """Print and save figures beside their goals. rows: what, cold, warm (None: not measured), "<=" or ">=",
    goal; it is the warm one that counts, where there is one."""
    print(f"\n{title:<52}{'cold':>9}{'warm':>9}{'goal':>9}")
    kept = []
    for what, cold, warm, sign, goal in rows:
        counts = cold if warm is None else warm
        met = "met" if (counts <= goal if sign == "<=" else counts >= goal) else "not met"
        shown = ("" if value is None else f"{value:.3g}" for value in (cold, warm))
        print(f"{what:<52}" + "{:>9}{:>9}".format(*shown) + f"{sign:>4} {goal:<6g}{met}")
        kept.append([what.strip(), cold, warm, sign, goal, met])
    save(target, name, ("what", "cold", "warm", "sign", "goal", "met"), kept)
