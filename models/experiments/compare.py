"""Neuron beside muscle: at rest, under pump block in an open bath and in a closed space, and why one takes
minutes and the other hours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cell.cell import Cell
from ..cell.kinds import outside_of, possible_outsides
from ..cells import make_cell
from ..errors import InputError
from ..parameters import Parameters, read_parameters, with_values
from ..parameters.arguments import check_callable, named, shown
from ..parameters.overrides import split
from ..parameters.settings import SETTINGS
from ..solve.events import check_hours
from .block import BlockResult, block
from .dataset import measured, text
from .given import Given, cell_and_settings
from .keys import unit_of
from .layout import Layout
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

HOURS = 24.0
CLOSED = " closed"
# what concerns the closed space alone is no setting of the bath
SPACE = {name for name, record in SETTINGS.items() if record.table == "space"}
EPITHELIUM = "left out, because an epithelium stands between two baths"
AS_IT_IS = "left out, because a cell that is given is taken as it was made"
# of each cell in a notebook
FIRST = (("rest", "v_rest_mV"), ("block", "v_end_mV"), ("block", "hours_half_way_to_final"))


@dataclass(repr=False)
class CompareResult(Result):
    """Several cells under the same block.

    blocks: by the cell's name a BlockResult (which holds the rest before) and, under the name and " closed",
    one in a closed space
    left_out: why, by the name of what is not there
    summary: {"cells": {name: {"rest": ..., "block": ...}}}, scalars with the unit in every key
    """

    blocks: dict[str, BlockResult]
    left_out: dict[str, str]
    summary: dict[str, Any]
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        # the last block's: what is set in closed spaces alone counts too
        self.layout = list(self.blocks.values())[-1].layout

    @property
    def provenance(self) -> dict[str, str]:
        """Of all the cells."""
        each = [one.layout.provenance for one in self.blocks.values()]
        return {key: "; ".join(dict.fromkeys(of[key] for of in each)) for key in each[0]}

    @property
    def followed(self) -> list[str]:
        """Of each cell."""
        each = {one.layout.name: one.layout.followed for one in self.blocks.values()}
        return [f"{name}: {said}" for name, said in each.items() if said]

    def line(self) -> str:
        """What it is, on one line."""
        return f"comparison of {', '.join(self.blocks)}"

    def overview(self) -> list[tuple[str, str, Any]]:
        """A few of each cell."""
        cells = self.summary["cells"]
        found = [(f"{name}: ", key, cells[name][part][key]) for name in cells for part, key in FIRST]
        return [row for row in found if row[2] is not None]

    def to_xarray(self) -> "Dataset":
        """Every scalar of the rests ("rest_v_rest_mV") and blocks ("block_v_end_mV") per cell; nan where a
        cell has none. The states over time, whose compartments differ, are `blocks[name].to_xarray()`."""
        cells = self.summary["cells"]
        variables = {}
        for part in ("rest", "block"):
            for key in next(iter(cells.values()))[part]:
                values, unit = [of[part][key] for of in cells.values()], unit_of(key)
                words = unit is None
                variables[f"{part}_{key}"] = (
                    text("cell", ["" if value is None else str(value) for value in values])
                    if words
                    else measured(
                        "cell", [float("nan") if v is None else float(v) for v in values], str(unit)
                    )
                )
        return self._dataset(variables, {"cell": list(cells)})


def compare(
    cells: "Given | list[Given] | tuple[Given, ...]" = ("neuron", "muscle"),
    hours: float = HOURS,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> CompareResult:
    """Rest and full pump block of several cells, one after the other.

    cells: names or files, of each of which a cell is made in a bath and then one in a closed space of its
    own (an epithelium stands between two baths only); or cells, which are taken as they are. A cell in a
    closed space is compared with the one of its name in a bath.
    hours: how long to follow, or a time with its unit, "1 day".
    set, scale: as in `rest`; what concerns closed spaces alone is no setting of a bath.
    progress: called with the cell's name, the time reached (ms) and words, how often it has fired.
    max_spikes: as for `block`.
    options: as for `make_cell`, of names and files.

    Raises InputError (two cells of one name, a closed space without its bath, what `block` refuses),
    BalanceError or ConvergenceError as `block` does.
    """
    check_callable("progress", progress)
    hours = check_hours(hours)
    of_file, set = split(set)
    scale = named("scale", scale)
    several = [cells] if isinstance(cells, str | Path | Cell | Parameters) else cells
    if not isinstance(several, list | tuple) or not several:
        raise InputError(f"cells: expected names or TOML files, got {shown(cells)}")
    blocks: dict[str, BlockResult] = {}
    left_out: dict[str, str] = {}
    for given in several:
        for cell in _in_each_space(given, of_file, options, left_out):
            closed = cell.surroundings.keeps_ions
            label = cell.name + (CLOSED if closed else "")
            if label in blocks:
                which = given if isinstance(given, str | Path) else label
                raise InputError(
                    f"compare: two cells are called {cell.name!r} ({which} is the second); give one a name "
                    "of its own (name = ... in its file)"
                )
            own = {n: v for n, v in set.items() if closed or n not in SPACE}
            report = progress and partial(progress, label)
            blocks[label] = block(
                cell, hours=hours, set=own, scale=scale, progress=report, max_spikes=max_spikes
            )
            del cell  # its sections leave NEURON before the next one is run
    _check_counterparts(blocks)
    left_out = {label: why for label, why in left_out.items() if label not in blocks}
    summary: dict[str, Any] = {
        "cells": {name: {"rest": _flat(r.before.summary), "block": r.summary} for name, r in blocks.items()}
    }
    if left_out:
        summary["left_out"] = left_out
    return CompareResult(blocks, left_out, summary)


def _flat(summary: dict[str, Any]) -> dict[str, Any]:
    """A rest's summary without its list of modes."""
    return {key: value for key, value in summary.items() if key != "modes"}


def _in_each_space(
    given: Given, of_file: dict[str, Any], options: dict[str, Any], left_out: dict[str, str]
) -> Iterator[Cell]:
    """The cell in a bath and in a closed space, as far as it can be; why not, into `left_out`."""
    if isinstance(given, Cell):
        where, own = given.surroundings.name, outside_of(given.parameters)
        if where not in (own, "closed"):
            raise InputError(f"compare: {given.name} stands in a {where}; expected a {own} or a closed space")
        if where != "closed":
            left_out[given.name + CLOSED] = _why_not_closed(given.parameters) or AS_IT_IS
        yield cell_and_settings(given, of_file, options)[0]
        return
    parameters = given if isinstance(given, Parameters) else read_parameters(given)
    parameters = with_values(parameters, of_file)
    own, why_not = outside_of(parameters), _why_not_closed(parameters)
    for outside in dict.fromkeys((own,) if why_not else (own, "closed")):
        yield make_cell(parameters, outside=outside, **options)
    if why_not:
        left_out[parameters.name + CLOSED] = why_not


def _why_not_closed(parameters: Parameters) -> str:
    """Why a cell cannot stand in a closed space; "" where it can."""
    if parameters.epithelium:
        return EPITHELIUM
    possible = possible_outsides(parameters)
    return "" if "closed" in possible else f"left out, because {next(iter(possible.values()))}"


def _check_counterparts(blocks: dict[str, BlockResult]) -> None:
    """InputError for a closed space without a bath to compare it with."""
    for label in blocks:
        if label.endswith(CLOSED) and label.removesuffix(CLOSED) not in blocks:
            raise InputError(
                f"compare: {label.removesuffix(CLOSED)} is there in a closed space only; expected one of its "
                "name in a bath, too"
            )
