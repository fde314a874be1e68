"""What becomes of a cell while a protocol is done to it?"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..errors import ConvergenceError, InputError, warn_of
from ..parameters.arguments import check_callable, named
from ..protocol.read import Protocol, read_protocol
from ..protocol.rehearsal import rehearse
from ..protocol.rig import Rig, set_up
from ..solve.following import state_in
from ..solve.looks import EARLIEST, Look
from ..solve.plan import Plan
from ..solve.spikes import Watch
from ..solve.time_course import followed
from .checkpoint import Checkpoint, check_folder
from .conservation import conservation_errors, received
from .given import Given, cell_and_settings
from .layout import Layout, layout_of, layouts_of
from .rest import rest
from .run_result import RunResult, means, read_end, summary_of
from .start import start_from

FEW = 60  # stretches, around the beginning of which a course is looked at closely
CLOSE = 25  # times after each of these
LINES = 20  # that tell of a run while it goes on
PART = 3000  # steps of the integrator, after which a part of a course is kept


def run(
    protocol: str | Path | Mapping[str, Any] | Protocol,
    cell: Given | None = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    checkpoint: str | Path | None = None,
    see: Callable[[dict[str, float]], None] | None = None,
    **options: Any,
) -> RunResult:
    """Do a protocol to a cell and follow it.

    protocol: the name of a shipped one, a TOML file, or its tables as a dict (docs/protocols.md).
    cell: as in `rest` (default: the protocol's); set, scale, options: as there, over what the protocol says
    of them.
    progress: called with the time reached (ms) and words, how often the cell has fired.
    max_spikes: after which it is given up (default: never).
    checkpoint: a folder in which the run is kept as it goes on; a run that was stopped goes on from there, to
    the same result to the bit. It is gone once the run has ended.
    see: called with the cell at the times of the report, or 20 times, as the run comes to them.

    Returns states over time, what each process and each stimulus has moved, and spikes. Raises InputError for
    what cannot be used, BalanceError where the cell cannot be made, ConvergenceError where it has no rest to
    begin with or an integration finds no answer.
    """
    check_callable("progress", progress)
    check_callable("see", see)
    check_folder(checkpoint)
    protocol, began = read_protocol(protocol), time.perf_counter()
    tables = protocol.tables
    cell, settings = _cell(protocol, cell, set, options)
    factors = dict(tables.scale) | named("scale", scale)
    saved = cell.starts
    with cell.changed(settings, factors):
        rig = None
        try:
            whole = _begin(cell, protocol, max_spikes)
            rig = set_up(protocol, cell)
            plan = Plan(float(tables.duration), rig.steps, rig.motions)
            rehearse(plan, rig, cell, protocol.path)
            warn_of(rig.remarks)
            layout = layout_of(cell)
            layout.warnings.extend(rig.remarks)
            look = _look(plan, protocol, rig)
            if see is not None:
                look = replace(look, see=_Seen(layout, protocol, see))
            kept = None if checkpoint is None else _kept(Path(checkpoint), protocol, layout, max_spikes)
            course = followed(cell, plan, look, Watch(cell.name, max_spikes, progress), whole, kept)
            errors = {**conservation_errors(cell, course), **received(cell, course)}
            found = RunResult(layout, protocol, course, rig.told(plan.stop), {}, layouts_of(cell))
        finally:
            if rig is not None:
                rig.put_back()
            cell.starts = saved
    if kept is not None:
        kept.remove()
    found.summary.update(summary_of(found, errors))
    found.summary["wall_s"] = time.perf_counter() - began
    return found


def _cell(
    protocol: Protocol, given: Given | None, set: dict[str, Any] | None, options: dict[str, Any]
) -> tuple[Cell, dict[str, Any]]:
    """The cell, and by which settings it is another from the beginning."""
    tables = protocol.tables
    if given is None:
        of_own = protocol.file(tables.cell)
        given = of_own if of_own.is_file() else tables.cell
    if not isinstance(given, Cell):
        if "cell" in tables.options:
            raise InputError(f"{protocol.path}: options.cell: is said by the protocol's own key cell")
        options = dict(tables.options) | options
    return cell_and_settings(given, dict(tables.set) | named("set", set), options, several=True)


class _Seen:
    """Tells of a cell at the times of the report, or evenly, as a course comes to them."""

    def __init__(self, layout: Layout, protocol: Protocol, see: Callable[[dict[str, float]], None]) -> None:
        tables = protocol.tables
        times = [float(time) for time in tables.report] or np.linspace(0, tables.duration, LINES + 1).tolist()
        self._layout, self._see, self._left = layout, see, sorted(times)

    def __call__(self, t: float, state: dict[str, np.ndarray]) -> None:
        if not self._left or t < self._left[0] * (1 - 1e-9):
            return
        while self._left and self._left[0] <= t * (1 + 1e-9):
            self._left.pop(0)
        self._see(means(self._layout, state, t))


def _begin(cell: Cell, protocol: Protocol, max_spikes: int | None) -> dict[str, np.ndarray] | None:
    """Bring a cell to where a protocol begins; the whole state where that is an earlier run's end."""
    start, whole = protocol.tables.start, None
    if start.run is not None:
        whole = read_end(protocol.file(start.run))
    elif start.state == "rest" and not start.values:
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
        look = Look(wanted=np.array([float(start.after)]), rtol=float(protocol.tables.tolerance))
        whole = followed(cell, alone, look, Watch(cell.name, max_spikes), whole).end
    if whole is not None:
        cell.start = state_in(cell, whole)
    return whole


def _kept(folder: Path, protocol: Protocol, layout: Layout, max_spikes: int | None) -> Checkpoint:
    """Where the parts of this run are kept."""
    identity = layout.provenance | {
        "protocol": protocol.tables.model_dump(mode="json"),
        "samples": {name: protocol.file(name).read_text() for name in protocol.samples},
        "compartments": layout.size,
        "max_spikes": max_spikes,
        "steps": PART,
    }
    return Checkpoint(folder, identity)


def _look(plan: Plan, protocol: Protocol, rig: Rig) -> Look:
    """What of a protocol's course is kept, and how closely it is followed."""
    wanted, tolerance = _looked_at(plan, protocol), float(protocol.tables.tolerance)
    return Look(wanted=wanted, rtol=tolerance, counted=rig.stimuli, most=PART)


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
