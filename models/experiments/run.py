"""What becomes of a cell while a protocol is done to it?"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..errors import ConvergenceError, InputError
from ..parameters.arguments import check_callable, named
from ..protocol.read import Protocol, read_protocol
from ..protocol.rig import Rig, set_up
from ..protocol.tables import Start
from ..solve.plan import Plan
from ..solve.time_course import EARLIEST, Look, followed
from ..solve.spikes import Watch
from ..words import HOUR
from .conservation import conservation_errors, received
from .given import Given, cell_and_settings
from .layout import layout_of
from .rest import rest
from .run_result import RunResult, summary_of
from .start import start_from

FEW = 60  # stretches, around the beginning of which a course is looked at closely
CLOSE = 25  # times after each of these


def run(
    protocol: str | Path | Mapping[str, Any] | Protocol,
    cell: Given | None = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> RunResult:
    """Do a protocol to a cell and follow it.

    protocol: the name of a shipped one, a TOML file, or its tables as a dict (docs/protocols.md).
    cell: as in `rest` (default: the protocol's); set, scale, options: as there, over what the protocol says
    of them.
    progress: called with the time reached (ms) and words, how often the cell has fired.
    max_spikes: after which it is given up (default: never).

    Returns states over time, what each process and each stimulus has moved, and spikes. Raises InputError for
    what cannot be used, BalanceError where the cell cannot be made, ConvergenceError where it has no rest to
    begin with or an integration finds no answer.
    """
    check_callable("progress", progress)
    protocol = read_protocol(protocol)
    tables, began = protocol.tables, time.perf_counter()
    if cell is None:
        of_own = protocol.file(tables.cell)
        cell = of_own if of_own.is_file() else tables.cell
    if not isinstance(cell, Cell):
        options = dict(tables.options) | options
    cell, settings = cell_and_settings(cell, dict(tables.set) | named("set", set), options)
    factors = dict(tables.scale) | named("scale", scale)
    saved = cell.starts
    with cell.changed(settings, factors):
        rig = None
        try:
            _begin(cell, tables.start, max_spikes)
            rig = set_up(protocol, cell)
            plan = Plan(float(tables.duration), rig.steps, rig.motions)
            look = Look(wanted=_looked_at(plan, protocol), counted=rig.stimuli)
            layout = layout_of(cell)
            course = followed(cell, plan, look, Watch(cell.name, max_spikes, progress))
            errors = {**conservation_errors(cell, course), **received(cell, course)}
            found = RunResult(layout, protocol, course, rig.told(plan.stop), {})
        finally:
            if rig is not None:
                rig.put_back()
            cell.starts = saved
    found.summary.update(summary_of(found, errors))
    found.summary["wall_s"] = time.perf_counter() - began
    return found


def _begin(cell: Cell, start: Start, max_spikes: int | None) -> None:
    """Bring a cell to where a protocol begins."""
    if start.state == "rest" and not start.values and start.run is None:
        try:
            cell.starts = rest(cell, max_spikes=max_spikes).states()
        except ConvergenceError as error:
            raise type(error)(
                f'{error}; a protocol that begins elsewhere says so: [start] state = "file"'
            ) from None
    elif start.values:
        cell.start = start_from(cell, start.values)
    if start.after is not None:
        alone = Plan(float(start.after), [])
        wanted = np.array([float(start.after)])
        course = followed(cell, alone, Look(wanted=wanted), Watch(cell.name, max_spikes))
        cell.starts = course.last()


def _looked_at(plan: Plan, protocol: Protocol) -> np.ndarray:
    """Times (ms) of a protocol's course that are kept: evenly, at those of the report and, where few things
    happen, closely after each."""
    times = [np.linspace(0.0, plan.stop, protocol.tables.points + 1), np.array(protocol.tables.report, float)]
    stretches = plan.stretches()
    if len(stretches) <= FEW:
        for begin, end in stretches:
            if end - begin > EARLIEST:
                times.append(begin + np.geomspace(EARLIEST, end - begin, CLOSE))
            times.append(np.array([begin]))
    found = np.unique(np.concatenate(times))
    found = found[(found >= 0) & (found <= plan.stop)]
    return found[np.append(True, np.diff(found) > 1e-9 * np.maximum(found[1:], 1e-3))]
