"""Neuron beside muscle: at rest, under pump block, and why one takes minutes and the other hours."""

from dataclasses import dataclass

from ..cells import make_cell
from ..errors import InputError
from .block import BlockResult, block

HOURS = 24.0


@dataclass
class CompareResult:
    """blocks: a BlockResult (which holds the rest before) per cell; summary: {"cells": {name: ...}}."""

    blocks: dict[str, BlockResult]
    summary: dict


def compare(
    cells=("neuron", "muscle"), hours=HOURS, set=None, scale=None, progress=None, **options
) -> CompareResult:
    """Rest and full pump block of several cells (shipped names or TOML files), one after the other.

    progress: called with the cell's name and the time reached (ms). options: as for `make_cell`.
    """
    blocks: dict[str, BlockResult] = {}
    for name in cells:
        cell = make_cell(name, **options)
        if cell.name in blocks:
            raise InputError(
                f"compare: two cells are called {cell.name!r} ({name} is the second); give one a name of its "
                "own (name = ... in its file)"
            )
        report = None if progress is None else (lambda t, label=cell.name: progress(label, t))
        blocks[cell.name] = block(cell, hours=hours, set=set, scale=scale, progress=report)
        del cell  # its sections leave NEURON before the next one is run
    summary = {"cells": {name: {"rest": r.before.summary, "block": r.summary} for name, r in blocks.items()}}
    return CompareResult(blocks, summary)
