"""What cardiac glycosides do to the heart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...errors import ConvergenceError
from ...words import HOUR
from ..crossing import crossing
from ..glycoside import GlycosideResult, glycoside, parse_dose
from ..run import run
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELL = "human_ventricle"
NG_ML = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)  # digoxin
USEFUL, TOXIC = 2.0, 50.0  # ng/ml: the highest that is given, and a fatal one
LOAD, SHIFT = 0.05, 3.0  # share of Na+ and Ca2+, and mV
BEATING = (0.0, USEFUL, TOXIC, NG_ML[-1])  # ng/ml in which the cell beats
EVERY, BEATS, BEFORE, LOOKED = 1000.0, 5, 500.0, 700.0  # ms, number, ms before the first, ms of the last
SOON, LATE = 20.0, 600.0  # ms after a pulse: its spike, and one that nobody asked for
BEAT = {
    "duration": f"{BEFORE + BEATS * EVERY} ms",
    "points": 5000,
    "current": [
        {
            "where": "all",
            "amplitude": "4 nA",  # 2.4 times what it takes at rest
            "at": f"{BEFORE} ms",
            "every": f"{EVERY} ms",
            "times": BEATS,
            "duration": "2 ms",
            "ions": {"k": 1.0},
        }
    ],
}


def try_it(bench: Bench) -> Finding:
    """V, Na+ and Ca2+ of a human ventricular cell after a day in digoxin."""
    cell = bench.cell(CELL, max_compartment_length=400.0)
    doses, v, na, ca, half = [], [], [], [], None
    for i, dose in enumerate(NG_ML):
        bench.told(i / len(NG_ML), f"digoxin {dose:g} ng/ml")
        changes = bench.changes(cell)
        try:
            found = glycoside(cell, "digoxin", f"{dose} ng/ml", "human", 24.0, max_spikes=200, **changes)
        except ConvergenceError:  # it fires by itself
            continue
        s = found.summary
        doses.append(dose)
        v.append(s["v_end_mV"] - s["v_before_mV"])
        na.append(s["nai_end_mM"] / s["nai_before_mM"])
        ca.append(s["cai_end_mM"] / s["cai_before_mM"])
        half = _half_way(found) if dose == USEFUL else half
    at = doses.index(USEFUL)
    toxic = [dose for dose, change in zip(doses, v, strict=True) if change >= SHIFT]
    values: dict[str, Any] = {
        "v_change_useful_mV": v[at],
        "na_share_useful": na[at] - 1,
        "ca_share_useful": ca[at] - 1,
        "v_change_highest_mV": max(v),
        "na_factor_highest": max(na),
        "ca_factor_highest": max(ca),
        "depolarises_from_ng_ml": toxic[0] if toxic else None,
        "margin_n": toxic[0] / USEFUL if toxic else None,
        "na_half_way_useful_hours": half,
    }
    beats = {f"{ng:g} ng/ml": _beat(bench, cell, ng) for ng in BEATING}
    for key in ("peak_mV", "above_half_ms", "diastolic_ca_mM", "answered_n", "unasked_n"):
        values[f"beat_{key}"] = {words: own.values.get(key) for words, own in beats.items()}
    limit = (
        f"at {USEFUL:g} ng/ml V rises by {v[at]:.1f} mV, Na⁺ by {100 * (na[at] - 1):.0f} % and Ca²⁺ by "
        f"{100 * (ca[at] - 1):.0f} %: useful without depolarising"
    )
    if toxic:
        times = toxic[0] / USEFUL
        limit += f"; from {toxic[0]:g} ng/ml, {times:g} times as much, it depolarises and Ca²⁺ runs away"
    limit += _of_beats(values["beat_peak_mV"])
    return Finding(values, limit, [
        Panel("no depolarisation in what is given", "digoxin (ng/ml)", "change of V (mV)",
              [Line(doses, v, "", "v")], "x"),
        Panel("Na⁺ and Ca²⁺ load", "digoxin (ng/ml)", "of that without it",
              [Line(doses, na, "Na⁺", "na"), Line(doses, ca, "Ca²⁺", "ca")], "xy"),
        Panel("the beat: lower, then none", "time after the stimulus (ms)", "V (mV)",
              [Line(own.t, own.v, words) for words, own in beats.items() if own.t]),
    ])  # fmt: skip


@dataclass(frozen=True)
class _Beat:
    """The last of some beats: V (mV) over time (ms), and what is told of it; nothing of a cell that has no
    rest to begin with."""

    t: list[float] = field(default_factory=list)
    v: list[float] = field(default_factory=list)
    values: dict[str, float] = field(default_factory=dict)


def _beat(bench: Bench, cell: Cell, ng_ml: float) -> _Beat:
    """The cell stimulated once a second, from its rest with the drug bound."""
    dose = {"digoxin": parse_dose("digoxin", f"{ng_ml} ng/ml")} if ng_ml else {}
    try:
        found = run(BEAT, cell, max_spikes=200, **bench.changes(cell, dose))
    except ConvergenceError:
        return _Beat()
    course, last = found.course, BEFORE + (BEATS - 1) * EVERY
    own = (course.t >= last) & (course.t <= last + LOOKED)
    t, v = course.t[own] - last, course.v[own, 0]
    # of a spike before the first pulse nobody asked for it either
    pulses = np.concatenate([[-np.inf], BEFORE + EVERY * np.arange(BEATS)])
    since = [float(np.min(one["t_ms"] - pulses[pulses <= one["t_ms"]])) for one in found.summary["spikes"]]
    fired = bool(since)
    above = t[v > (v.max() + v[0]) / 2]
    values = {
        "diastolic_ca_mM": float(course.ca[own, 0][0]),
        "answered_n": sum(after <= SOON for after in since),
        "unasked_n": sum(after >= LATE for after in since),
    } | ({"peak_mV": float(v.max()), "above_half_ms": float(above[-1] - above[0])} if fired else {})
    return _Beat(t.tolist(), v.tolist(), values)


def _half_way(found: GlycosideResult) -> float | None:
    """Hours until half of the Na+ that is gained in the end has been gained."""
    na = found.layout.by_volume(found.course.na, found.course.relative_volume)
    reached = crossing(found.course.t, na, (na[0] + na[-1]) / 2)
    return None if reached is None else reached / HOUR


def _of_beats(peak: Mapping[str, float | None]) -> str:
    told = [f"{own:.0f} mV in {words}" for words, own in peak.items() if own is not None]
    none = [words for words, own in peak.items() if own is None]
    said = f"; its beats peak at {', '.join(told)}" if told else ""
    return said + (f", none in {', '.join(none)}" if none else "")


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    loads = min(values["na_share_useful"], values["ca_share_useful"]) >= LOAD
    if not loads or values["v_change_highest_mV"] < SHIFT:
        return FAILS
    return HOLDS if values["v_change_useful_mV"] >= SHIFT else LIMITED


STATEMENT = Statement(
    15,
    "Cardiac glycosides depolarise; useful, and arrhythmogenic",
    "a human ventricular cell after a day in 0.5 to 100 ng/ml digoxin, and its beats with the drug bound",
    f"holds where V rises by {SHIFT:g} mV or more, and Na⁺ and Ca²⁺ by {100 * LOAD:.0f} % or more, at "
    f"{USEFUL:g} ng/ml; "
    "within limits where they are loaded there and V rises at higher doses alone; else not",
    try_it,
    judge,
    {"scale": {"pump": 30.0}},
    "python run.py glycoside --cell human_ventricle --drug digoxin --dose '2 ng/ml' --species human "
    "--hours 24",
)
