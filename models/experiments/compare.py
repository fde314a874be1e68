"""Neuron beside muscle: at rest, under pump block in an open bath and in a closed space, and why one takes
minutes and the other hours."""

from dataclasses import dataclass
from functools import partial

from ..cells import make_cell
from ..errors import InputError
from ..parameters import read_parameters
from ..parameters.arguments import check_callable, check_name, named, shown
from ..parameters.overrides import split
from ..parameters.settings import SETTINGS
from ..solve.events import check_hours
from .block import BlockResult, block
from .result import Result

HOURS = 24.0
CLOSED = " closed"
SPACE = {name for name, record in SETTINGS.items() if record.table == "space"}


@dataclass(repr=False)
class CompareResult(Result):
    """blocks: a BlockResult (which holds the rest before) per cell and, under the cell's name and " closed",
    one in a closed space; left_out: why, by the name of what is not there; summary: {"cells": {...}}."""

    blocks: dict[str, BlockResult]
    left_out: dict[str, str]
    summary: dict

    @property
    def layout(self):
        """The last block's: what is set in closed spaces alone counts too."""
        return list(self.blocks.values())[-1].layout

    def line(self) -> str:
        return f"comparison of {', '.join(self.blocks)}"


def compare(
    cells=("neuron", "muscle"),
    hours=HOURS,
    set=None,
    scale=None,
    progress=None,
    max_spikes=None,
    **options,
) -> CompareResult:
    """Rest and full pump block of several cells (shipped names or TOML files), one after the other, each in
    a bath and then in a closed space of its own (an epithelium stands between two baths only).

    progress: called with the cell's name, the time reached (ms) and words, how often it has fired;
    max_spikes: as for `block`; options: as for `make_cell`.
    """
    check_callable("progress", progress)
    hours = check_hours(hours)
    of_file, set = split(set)
    scale = named("scale", scale)
    cells = [cells] if isinstance(cells, str) else cells
    if not isinstance(cells, list | tuple) or not cells:
        raise InputError(f"cells: expected names or TOML files, got {shown(cells)}")
    blocks: dict[str, BlockResult] = {}
    left_out: dict[str, str] = {}
    for name in cells:
        check_name(name)
        parameters = read_parameters(name, of_file)
        closed = [] if parameters.epithelium else [("closed", CLOSED)]
        for outside, suffix in (("bath", ""), *closed):
            cell = make_cell(parameters, outside=outside, **options)
            label = cell.name + suffix
            if label in blocks:
                raise InputError(
                    f"compare: two cells are called {cell.name!r} ({name} is the second); give one a name of "
                    "its own (name = ... in its file)"
                )
            # what concerns the closed space alone is no setting of the bath
            own = {n: v for n, v in set.items() if outside == "closed" or n not in SPACE}
            report = progress and partial(progress, label)
            blocks[label] = block(
                cell, hours=hours, set=own, scale=scale, progress=report, max_spikes=max_spikes
            )
            if parameters.epithelium:
                left_out[cell.name + CLOSED] = "left out, because an epithelium stands between two baths"
            del cell  # its sections leave NEURON before the next one is run
    summary = {"cells": {name: {"rest": r.before.summary, "block": r.summary} for name, r in blocks.items()}}
    if left_out:
        summary["left_out"] = left_out
    return CompareResult(blocks, left_out, summary)
