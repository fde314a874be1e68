"""Where does a cell rest, and what does each process carry there?"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..cell.several import SeveralCells
from ..errors import InputError
from ..parameters.arguments import check_callable, named
from ..physics.ions import AMOUNT, OUTER, VALENCE, told_of
from ..physics.theory import AVOGADRO, ghk_slope_conductance
from ..solve.currents import atp_by_process, by_process, slope_conductance
from ..solve.equations import System
from ..solve.of_part import at_of, part_state
from ..solve.steady_state import find_steady_state
from .cells_rest import PROCESS, CellsRest, junction_rows, leaving, passing, whole
from .given import Given, cell_and_settings
from .layout import layout_of
from .predictions import predictions
from .read_by import check_electrode, read_by
from .rest_result import RestResult
from .rest_summary import cells_summary, imbalance, summary, way, with_glia
from .scalars import Scalars
from .stability import beside
from .start import start_from

# states of a cell and of its glia to start from
Starts = tuple[dict[str, np.ndarray], dict[str, np.ndarray] | None]


def rest(
    cell: Given,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    start: dict[str, Any] | RestResult | None = None,
    hold: str | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    electrode: str | None = None,
    **options: Any,
) -> RestResult:
    """The resting state of a cell, or of several in one system: the one that it goes to, however often it
    fires on the way.

    cell: a cell, which is afterwards as before, or a name or file that one is made of with `options` (see
    `make_cell`).
    set: parameters of the experiment, {"ko": 8} in the parameter's own unit (mM, degC, ...) or with its unit,
    "8 mM"; and values of the cell's file, {"inside.nai": "12 mM"}, where a cell is made of a name or file.
    scale: factors on strengths, at least 0, e.g. {"pump": 0.5}.
    start: where to start from, V (mV) and free concentrations (mM), e.g. {"na": 30, "v": -40}, the others
    follow; or a rest of the same cell found before, e.g. in another bath: the next is then found faster.
    hold: "concentrations" finds V alone, without moving ions.
    progress: called with a number and words, how often the cell has fired.
    max_spikes: after which it is given up (default: never).
    electrode: a name in `physics.junction`: what it reads too, zeroed in the bath and not corrected.

    Returns what every compartment has there, arrays (compartments,); of several cells a `CellsRest`. Raises
    InputError for what cannot be used, BalanceError where the cell cannot be made, ConvergenceError where
    there is no resting state: NoRestError (one of them) where the cell fires for ever, GivenUpError after
    `max_spikes`.
    """
    check_callable("progress", progress)
    if not isinstance(start, RestResult):
        start = named("start", start)
    if hold is not None and not (isinstance(hold, str) and hold == "concentrations"):
        raise InputError(f'hold={hold!r}: expected "concentrations" or nothing')
    check_electrode(electrode)
    cell, set = cell_and_settings(cell, set, options, several=True)
    if electrode is not None and isinstance(cell, SeveralCells):
        raise InputError(f"electrode={electrode!r}: it reads one cell; {cell.name} has {len(cell.cells)}")
    began = time.perf_counter()
    saved = cell.starts
    with cell.changed(set, scale):
        try:
            cell.starts = _states_of(cell, start, hold is not None)
            system = System(cell, hold=hold)
            if hold and cell.surroundings.followed:
                _hold_outside(cell, system, saved[0])
            x, solver = find_steady_state(system, progress, max_spikes)
            found = _result(cell, system, x, {**solver, "hold": hold}, began)
            found.summary |= read_by(electrode, cell, found.summary["v_rest_mV"])
            return found
        finally:
            cell.starts = saved


def _states_of(cell: Cell, start: RestResult | dict[str, Any], held: bool) -> Starts:
    """The states to start from, the cell's and its glia's: of a rest that was found before, or the cell's own
    with other values in it."""
    if not isinstance(start, RestResult):
        return start_from(cell, start, held), cell.starts[1]
    before, now = start.layout, layout_of(cell)
    for what, theirs, own in (
        ("compartments", before.size, now.size),
        ("ions", before.ions, now.ions),
        ("outside", before.space, now.space),
    ):
        if theirs != own:
            raise InputError(
                f"start={start!r}: expected a rest of the same cell, got one with other {what}: {theirs}, "
                f"where {cell.name} has {own}"
            )
    return start.states()


def _hold_outside(cell: Cell, system: System, own: dict[str, np.ndarray]) -> None:
    """Hold in T-tubules what is there in the cell's `own` state: Na+ would follow from the start's V."""
    if not cell.surroundings.set_by_bath:
        return
    outside = {ion: own.get(ion + "o", cell.bath_of(ion)) for ion in told_of(cell.ions)}
    for ion, values in cell.settle_outside(np.asarray(own["v"]), outside).items():
        system.start[system.at[OUTER[ion]]] = values
    system.load(system.pack(system.start))  # what is held is written with a whole state only


def leak_slope(cell: Cell, ion: str, state: dict[str, np.ndarray]) -> np.ndarray:
    """Slope conductance (S/cm2) of an ion's leak, (compartments,).

    state: v (mV) and concentrations inside and, by its name with an o, outside (mM), (compartments,) each.
    """
    if cell.membrane.leak[ion].symbol == "g":
        return cell.leak_strength(ion).copy()
    return ghk_slope_conductance(
        cell.leak_strength(ion), state[ion], state[ion + "o"], VALENCE[ion], state["v"], cell.celsius
    )


def _result(cell: Cell, system: System, x: np.ndarray, solver: dict[str, Any], began: float) -> RestResult:
    """What is so at the free states x. began: when, by the clock of the summary's wall_s."""
    y = system.expand(x)
    system.load(x)
    if isinstance(cell, SeveralCells):
        result: RestResult = _of_several(cell, system, y, solver)
    else:
        result = result_of(cell, system, y, solver)
    if cell.glia is not None:
        result.glia = result_of(cell.glia, system, y, solver)
        result.summary |= with_glia(result.summary, result.glia.summary)
    result.summary["way"] = way(
        float(result.layout.by_area(cell.start["v"])), result.summary["v_rest_mV"], solver
    )
    result.summary["spikes_on_the_way"] = solver["spikes"]
    result.summary["wall_s"] = time.perf_counter() - began
    own = solver.pop("beside")
    if own is not None:
        result.beside = beside(system, x, *own)
        result.summary = Scalars(result.summary, result.beside.told)
    return result


def _of_several(cell: SeveralCells, system: System, y: np.ndarray, solver: dict[str, Any]) -> CellsRest:
    """What is so in several cells in a state y of their system."""
    system.full_rates(y)
    through, cells = passing(cell), {}
    for label, one in cell.cells.items():
        cells[label] = result_of(one, system, y, solver, leaving(cell, label, through))
    result = whole(layout_of(cell), cells, through, solver)
    rows = junction_rows(cell, result.v, through)
    result.summary.update(cells_summary(result, rows))
    return result


def result_of(
    cell: Cell,
    system: System,
    y: np.ndarray,
    solver: dict[str, Any],
    through: dict[str, np.ndarray] | None = None,
) -> RestResult:
    """What is so in a state y of a system, in its cell, that cell's glia or one of several cells. through:
    what leaves it through junctions, by ion (mA/cm2), (compartments,)."""
    state, at = part_state(system, cell, y), at_of(system, cell)
    pump, change = pumped(system, y, cell), system.full_rates(y)
    rates = {ion: change[at[AMOUNT[ion]]] for ion in cell.ions}
    currents = by_process(cell, pump, lambda: system.full_rates(y))
    for ion, values in (through or {}).items():
        currents[ion][PROCESS] = values
    slopes = {ion: leak_slope(cell, ion, state) for ion in cell.ions}
    layout = layout_of(cell)
    result = RestResult(
        layout=layout,
        leak=dict(cell.membrane.leak),
        v=state["v"],
        inside={ion: state[ion] for ion in cell.ions},
        outside={ion: state[ion + "o"].copy() for ion in cell.ions},
        relative_volume=state["relative_volume"].copy(),
        currents=currents,
        net=rates,
        leak_strength={ion: cell.leak_strength(ion).copy() for ion in cell.ions},
        pump_net=pump.net,
        slope=slope_conductance(system, y, cell),
        bonds=state["bonds"].copy() if "bonds" in state else None,
        solver=solver,
        summary={},
    )
    area = cell.area * cell.grown(state["relative_volume"])
    atp = {
        name: float(values @ (1e-8 * area) * AVOGADRO) for name, values in atp_by_process(cell, pump).items()
    }
    net_flux = imbalance(layout, currents, slopes, rates)
    result.summary.update(summary(result, predictions(cell, result), net_flux, atp))
    return result
