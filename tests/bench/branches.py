"""Branches of rests: a fast fibre with its T-tubules, a hundred slices of five rings and their surface, along
K+ outside, through its folds; the neuron along K+; what a small change of every number of it does.
"""

import time
from pathlib import Path

from .process import beside_goals, one

FIBRE = {"max_compartment_length": 50.0}  # um


def branches(cell: str) -> dict:
    """CPU seconds of following a cell's rests along K+ outside, its compartments, folds and points."""
    from models import follow, make_cell

    made = make_cell(cell, **(FIBRE if cell == "muscle_fast" else {}))
    began = time.process_time()
    found = follow(made, "ko=0.5:12" if cell == "muscle_fast" else "ko=0.5:20", points=100)
    return {
        "seconds": time.process_time() - began,
        "compartments": made.size,
        "folds": len(found.summary["folds"]),
        "points": sum(map(len, found.branches)),
    }


def numbers() -> dict:
    """CPU seconds of the determinants of the reconstructed neuron."""
    from models import Neuron, determinants

    cell = Neuron()
    began = time.process_time()
    found = determinants(cell)
    return {"seconds": time.process_time() - began, "numbers": len(found.names)}


def show(target: Path) -> None:
    """Each beside its goal."""
    fibre, neuron, decides = one("branches", "muscle_fast"), one("branches", "neuron"), one("numbers")
    along = "{compartments} compartments, {folds} folds, {points} points"
    rows = [
        (f"fast fibre, {along.format(**fibre)}", fibre["seconds"], None, "<=", 60.0),
        (f"neuron, {along.format(**neuron)}", neuron["seconds"], None, "<=", 20.0),
        (f"determinants of the neuron, {decides['numbers']} numbers", decides["seconds"], None, "<=", 5.0),
    ]
    beside_goals(target, "branches.csv", "branches of rests along K+ outside, CPU s", rows)
