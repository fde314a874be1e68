"""Muscle at work: at which K+ outside it still twitches, and what its pump does about a load of Na+."""

import numpy as np

from ...cell.cell import Cell
from ...cells import make_cell
from ...physics.theory import nernst
from ...solve.events import Event
from ...solve.time_course import evolve
from ...words import HOUR
from ..excite import excite
from ..rest import rest
from .lab import Lab, Numbers
from .pump import MUCH

MINUTE = 6e4  # ms
LOADED = 42.0  # mM, Na+ inside after a tetanus, J Physiol 2024;602:3469 (38-46)
RICH = 110.0  # mM, Na+ inside of a muscle kept without K+: two thirds of its cations, assumed
TWITCHES = (4.0, 8.0, 14.0)  # mM of K+ outside


def twitch(_: Lab) -> Numbers:
    """The action potential of a piece of fast fibre in raised K+."""
    piece = make_cell("excitable_muscle", set={"tubules.rings": "2"}, max_compartment_length=1000.0)
    low, raised, high = excite(piece, vary={"ko": TWITCHES}).points
    return {
        "twitch_8": raised.peak,
        "twitch_14": 0.0 if np.isnan(high.threshold) else high.peak,
        "overshoot_8": raised.peak - low.peak,
        "clinical_k": raised.v_rest - low.v_rest,
    }


def loads(lab: Lab) -> Numbers:
    """V and pump of fibres loaded with Na+ in place of K+."""
    slow, v_rest = lab.cell("muscle_slow"), lab.rest("muscle_slow")["v_rest_mV"]
    found: Numbers = {}
    found["tetanus_v"] = _loaded(slow, LOADED, None)[0].min() - v_rest
    found["excitation_fold"] = _fold(slow, LOADED)
    for ko in (2.5, 5.0, 15.0):
        v, e_k, _ = _loaded(slow, RICH, ko)
        found[f"rich_{ko:g}".replace(".", "_")] = v[0] - e_k[0]
    v, e_k, _ = _loaded(slow, RICH, 5.0, hours=2.0)
    found["rich_end"] = v[-1] - e_k[-1]
    v, e_k, times = _loaded(lab.cell("frog_muscle"), 60.0, 10.0)
    found["frog_loaded"] = float(np.interp(2 * MINUTE, times, v - e_k))
    return found


def salbutamol(lab: Lab) -> Numbers:
    """A beta2-agonist in 12 mM K+, 15 min: V."""
    found = {}
    for key, name in (("salbutamol_soleus", "muscle_slow"), ("salbutamol_edl", "muscle_fast")):
        cell = lab.cell(name)
        before = rest(cell, {"ko": 12})
        saved, cell.start = cell.start, before.state()
        with cell.changed({"ko": 12}):
            course = evolve(cell, 0.25, [Event(0.0, set={"adrenaline": MUCH})], points=20)
        cell.start = saved
        found[key] = float(before.layout.by_area(course.v).min()) - before.summary["v_rest_mV"]
    return found


def _loaded(
    cell: Cell, nai: float, ko: float | None, hours: float = 0.5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """V and E_K (mV) over time (ms), of a cell at rest whose Na+ inside is `nai` (mM) in place of K+, in `ko`
    (mM) outside; None: its own."""
    saved, cell.start = cell.start, _state(cell, nai)
    bath = cell.outside["k"] if ko is None else ko
    times = np.geomspace(1e3, hours * HOUR, 40)
    try:
        with cell.changed({} if ko is None else {"ko": ko}):
            course = evolve(cell, hours, times_ms=list(times))
    finally:
        cell.start = saved
    share = cell.area / cell.area.sum()
    inside = course.k @ (cell.volume / cell.volume.sum())
    return course.v @ share, nernst(inside, bath, 1, cell.celsius), times


def _fold(cell: Cell, nai: float) -> float:
    """Pump current at once after a load over that at rest."""
    saved, rested = cell.start, float(rest(cell).pump_net @ cell.area)
    cell.start = _state(cell, nai)
    try:
        course = evolve(cell, 10e3 / HOUR, times_ms=[10e3], pump=True)
    finally:
        cell.start = saved
    return float(np.asarray(course.pump)[-1] @ cell.area) / rested


def _state(cell: Cell, nai: float) -> dict[str, np.ndarray]:
    """The resting state with `nai` (mM) of Na+ inside and as much less K+."""
    state = rest(cell).state()
    more = nai - state["na"]
    return state | {"na": state["na"] + more, "k": state["k"] - more}
