"""Muscle at work: at which K+ outside it still twitches, and what its pump does about a load of Na+."""

import numpy as np

from ...cell.cell import Cell
from ...cells import make_cell
from ...physics.theory import nernst, thermal_voltage
from ...solve.events import Event
from ...solve.time_course import evolve
from ...words import HOUR
from ..block import crossing
from ..excite import excite
from ..rest import rest
from .lab import Lab, Numbers
from .pump import MUCH

MINUTE = 6e4  # ms
LATER = 15 * MINUTE  # after a tetanus
LOADED = 42.0  # mM, Na+ inside after a tetanus, J Physiol 2024;602:3469 (38-46)
TIRED = 94.0  # mM, after fatiguing tetani, ibid. (86-101)
RICH = 110.0  # mM, Na+ inside of a muscle kept without K+: two thirds of its cations, assumed
WILD, MUTANT = 0.003, 0.02  # Na+ channels without fast inactivation; of M1592V assumed, "a few %"
NO_K = 1e-3  # mM, K+ outside in a bath without it
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
    v, _, times = _loaded(slow, LOADED, None)
    found["tetanus_v"] = v.min() - v_rest
    found["tetanus_lasts"] = float(np.interp(LATER, times, v)) - v_rest
    found["tetanus_above_theory"] = _above_theory(slow, LOADED, 20.0)
    found["brief_tetanus_v"] = found["tetanus_v"]
    found["tetanus_na_half"] = _half_out(slow, TIRED)
    found["excitation_fold"] = _fold(slow, LOADED)
    at_first = {}
    for ko in (2.5, 5.0, 15.0):
        v, e_k, _ = _loaded(slow, RICH, ko)
        at_first[ko] = v[0]
        found[f"rich_{ko:g}".replace(".", "_")] = v[0] - e_k[0]
    found["rich_less"] = at_first[15.0] - at_first[2.5]
    found["rich_end"] = _out_at_nernst(slow, 5.0)
    at_20 = [_held(slow, LOADED, {"ko": 20.0}, share) for share in (1.0, 0.0)]
    found["tetanus_high_k"] = at_20[0] - at_20[1]
    return found


def frog_loaded(lab: Lab) -> Numbers:
    """V beyond E_K of frog muscle loaded with Na+, 2 min in 10 mM K+, its pump at work and not.

    In sulphate: in chloride, which leaves slowly, V is that far beyond E_K with and without pump.
    """
    cell, found = lab.cell("frog_muscle"), {}
    loaded = _state(cell, 60.0)
    for key, events in (("frog_loaded", []), ("frog_loaded_ouabain", [Event(0.0, block=1.0)])):
        saved, cell.start = cell.start, loaded
        try:
            with cell.changed({"ko": 10.0}, {"clleak": 0.0}):
                course = evolve(cell, 2 / 60, events, times_ms=[2 * MINUTE])
        finally:
            cell.start = saved
        e_k = nernst(course.k[-1].mean(), 10.0, 1, cell.celsius)
        found[key] = float(course.v[-1].mean() - e_k)
    return found


def stopped(lab: Lab) -> Numbers:
    """What a load of Na+ does to V (mV) where the pump of soleus is hindered: by ouabain, cold or no K+.

    After a tetanus beside V of the fibre at rest in the same bath; of fibres rich in Na+ beside V without
    pump.
    """
    slow = lab.cell("muscle_slow")
    found = {}
    for key, bath in (
        ("ouabain", {"ouabain": 0.125}),
        ("cold", {"celsius": 19.0}),
        ("no_k", {"ko": NO_K}),
    ):
        rested, loaded = (_course(slow, nai, bath) for nai in (None, LOADED))
        found[f"tetanus_{key}"] = float(np.min(loaded - rested))
    for key, bath in (("ouabain", {"ouabain": 0.1}), ("cold", {"celsius": 4.0})):
        with_it, without = (_held(slow, RICH, {"ko": 5.0} | bath, share) for share in (1.0, 0.0))
        found[f"rich_{key}"] = with_it - without
    return found


def _course(cell: Cell, nai: float | None, bath: dict[str, float]) -> np.ndarray:
    """V (mV) over half an hour in another bath, of a fibre as in `_held`."""
    saved = cell.start
    cell.start = rest(cell).state() if nai is None else _state(cell, nai)
    try:
        with cell.changed(bath):
            course = evolve(cell, 0.5, times_ms=list(np.geomspace(1e3, HOUR / 2, 40)))
    finally:
        cell.start = saved
    return course.v @ (cell.area / cell.area.sum())


def _held(cell: Cell, nai: float | None, bath: dict[str, float], pump: float = 1.0) -> float:
    """V (mV) at once in another bath, of a fibre at rest, or with `nai` (mM) of Na+ in place of K+."""
    saved = cell.start
    cell.start = rest(cell).state() if nai is None else _state(cell, nai)
    try:
        held = rest(cell, bath, {"pump": pump}, hold="concentrations")
        return float(held.summary["v_rest_mV"])
    finally:
        cell.start = saved


def hyperkpp(_: Lab) -> Numbers:
    """What Na+ channels of which more stay open do to a fast fibre at 10 mM K+: V, and Na+ that comes in."""
    rests = []
    for share in (WILD, MUTANT):
        open_share = {"channel.pl_navmuscle.f": f"{share:g}", "tubules.rings": "2"}
        piece = make_cell("excitable_muscle", set=open_share, max_compartment_length=1000.0)
        rests.append(rest(piece, {"ko": 10.0}))
    v, sodium = (
        [r.summary["v_rest_mV"] for r in rests],
        [r.currents["na"]["pump"] @ r.layout.area for r in rests],
    )
    return {"hyperkpp_v": v[1] - v[0], "hyperkpp_na": 100 * float(sodium[1] / sodium[0] - 1)}


def salbutamol(lab: Lab) -> Numbers:
    """A beta2-agonist in 11 or 12 mM K+, 15 min: V."""
    found = {}
    for key, name, ko in (
        ("salbutamol_soleus", "muscle_slow", 12.0),
        ("salbutamol_edl", "muscle_fast", 12.0),
        ("salbutamol_soleus_11", "muscle_slow", 11.0),
    ):
        cell = lab.cell(name)
        before = rest(cell, {"ko": ko})
        saved, cell.start = cell.start, before.state()
        with cell.changed({"ko": ko}):
            course = evolve(cell, 0.25, [Event(0.0, set={"adrenaline": MUCH})], points=20)
        cell.start = saved
        found[key] = float(before.layout.by_area(course.v).min()) - before.summary["v_rest_mV"]
    return found


def _loaded(cell: Cell, nai: float, ko: float | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """V and E_K (mV) over half an hour (ms), of a cell at rest whose Na+ inside is `nai` (mM) in place of K+,
    in `ko` (mM) outside; None: its own."""
    saved, cell.start = cell.start, _state(cell, nai)
    bath = cell.outside["k"] if ko is None else ko
    times = np.geomspace(1e3, HOUR / 2, 40)
    try:
        with cell.changed({} if ko is None else {"ko": ko}):
            course = evolve(cell, 0.5, times_ms=list(times))
    finally:
        cell.start = saved
    share = cell.area / cell.area.sum()
    inside = course.k @ (cell.volume / cell.volume.sum())
    return course.v @ share, nernst(inside, bath, 1, cell.celsius), times


def _above_theory(cell: Cell, nai: float, ko: float) -> float:
    """How much V (mV) of a fibre as in `_loaded` is at most below the constant-field potential of the Na+ and
    K+ that it holds meanwhile, with the permeability ratio by which it rests with a 3:2 pump."""
    at_rest = rest(cell)
    s, thermal = at_rest.summary, thermal_voltage(cell.celsius)
    factor = np.exp(s["v_rest_mV"] / thermal)  # Mullins and Noda's equation, solved for the ratio
    ratio = (1.5 * (s["ki_mM"] * factor - s["ko_mM"])) / (s["nao_mM"] - s["nai_mM"] * factor)
    saved, cell.start = cell.start, _state(cell, nai)
    try:
        with cell.changed({"ko": ko}):
            course = evolve(cell, 0.5, times_ms=list(np.geomspace(1e3, HOUR / 2, 40)))
    finally:
        cell.start = saved
    share = cell.volume / cell.volume.sum()
    inside = course.k @ share + ratio * (course.na @ share)
    theory = thermal * np.log((ko + ratio * s["nao_mM"]) / inside)
    return float((course.v @ (cell.area / cell.area.sum()) - theory).min())


def _out_at_nernst(cell: Cell, ko: float) -> float:
    """Share (%) of a load of Na+ (to RICH) that is out when V has come back to E_K, in `ko` (mM) outside."""
    saved, cell.start = cell.start, _state(cell, RICH)
    try:
        with cell.changed({"ko": ko}):
            course = evolve(cell, 4.0, times_ms=list(np.geomspace(1e3, 4 * HOUR, 200)))
    finally:
        cell.start = saved
    sodium, potassium = (inside @ (cell.volume / cell.volume.sum()) for inside in (course.na, course.k))
    above = course.v @ (cell.area / cell.area.sum()) - nernst(potassium, ko, 1, cell.celsius)
    at = crossing(course.t, above, 0.0)
    if at is None:
        return np.nan
    return float(100 * (RICH - np.interp(at, course.t, sodium)) / (RICH - sodium[-1]))


def _half_out(cell: Cell, nai: float) -> float:
    """After what time (s) half of a load of Na+, to `nai` (mM), is out."""
    saved, cell.start = cell.start, _state(cell, nai)
    try:
        course = evolve(cell, 4.0, times_ms=list(np.geomspace(1e3, 4 * HOUR, 200)))
    finally:
        cell.start = saved
    inside = course.na @ (cell.volume / cell.volume.sum())
    rested = float(rest(cell).summary["nai_mM"])
    at = crossing(course.t, -inside, -0.5 * (nai + rested))
    return np.nan if at is None else at / 1e3


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
