"""Muscle and heart in other baths: K+ and Cl- changed together, low K+, no Cl- or Na+; less K+ inside."""

import numpy as np

from ...cell.cell import Cell
from ...physics.theory import nernst
from ...solve.events import Event
from ...solve.time_course import evolve
from ...words import HOUR
from ..rest import rest
from .lab import Lab, Numbers

PRODUCT = 300.0  # mM2, K+ times Cl- outside, as in frog Ringer
HIGH = 10.0  # mM, K+ outside at that product
WASHED = (30.0, 10.0, 1.0, 0.3, 0.1)  # mM of K+ that the heart is brought to
EXCHANGE = 1.0  # s, with which a bath takes the place of another; 0.1 and 3 s make the same
MINUTE = 1 / 60  # h


def frog(lab: Lab) -> Numbers:
    """Frog muscle: at 10 mM K+, at a constant product of K+ and Cl-, with a tenth of the Na+, with less K+
    inside."""
    cell, s = lab.cell("frog_muscle"), lab.rest("frog_muscle")
    held = rest(cell, {"ko": HIGH}, {"clleak": 0}, hold="concentrations").summary["v_rest_mV"]
    found = {"frog_nernst": held - float(nernst(s["ki_mM"], HIGH, 1, s["celsius_degC"]))}
    with cell.changed({"ko": HIGH, "clo": PRODUCT / HIGH}):
        course = evolve(cell, 1.0, times_ms=[HOUR])
    inside = {ion: float(getattr(course, ion)[-1].mean()) for ion in ("k", "cl")}
    found["boyle_cl"] = inside["cl"] - s["cli_mM"]
    found["boyle_product"] = inside["k"] * inside["cl"] / PRODUCT
    less = rest(cell, {"nao": s["nao_mM"] / 10}, hold="concentrations").summary["v_rest_mV"]
    found["frog_low_na"] = less - s["v_rest_mV"]
    saved = cell.start
    v = []
    for ki in (140.0, 60.0):
        cell.start = saved | {"k": np.full(cell.size, ki)}
        v.append(rest(cell, hold="concentrations").summary["v_rest_mV"])
    cell.start = saved
    return found | {"frog_less_k_inside": v[1] - v[0]}


def fast(lab: Lab) -> Numbers:
    """The fast fibre at 0.76 mM K+ from either side, and without its Na+ channels in raised K+."""
    cell = lab.cell("muscle_fast")
    low = [rest(cell, {"ko": 0.76}, start={"v": v}).summary["v_rest_mV"] for v in (-95.0, -50.0)]
    raised, poisoned = (
        rest(cell, {"ko": HIGH}, scale, hold="concentrations").summary["v_rest_mV"]
        for scale in ({}, {"pl_navmuscle": 0.0})
    )
    return {"low_k_p1": low[0], "low_k_p2": low[1], "poisoned_v": poisoned - raised}


def without_chloride(lab: Lab) -> Numbers:
    """Rat soleus, 2 h without Cl-: V, and the input resistance of a long fibre, root of the membrane's."""
    cell, s = lab.cell("muscle_slow"), lab.rest("muscle_slow")
    with cell.changed({"clo": s["clo_mM"] / 100}):
        course = evolve(cell, 2.0, times_ms=[2 * HOUR])
    v = float(course.v[-1] @ cell.area / cell.area.sum())
    closed = rest(cell, scale={"clleak": 0}, hold="concentrations").summary
    key = "membrane_resistance_ohm_cm2"
    return {"no_chloride_v": v - s["v_rest_mV"], "no_chloride_r": 100 * (np.sqrt(closed[key] / s[key]) - 1)}


def washed_heart(lab: Lab) -> Numbers:
    """Quiescent ventricle, a minute after its bath began to be exchanged for one of other K+."""
    v = [_washed(lab.cell("ventricle"), ko) for ko in WASHED]
    return {"washed_rise": float(np.max(np.diff(v))), "washed_low": v[-1]}


def _washed(cell: Cell, to: float) -> float:
    """V (mV) a minute after K+ outside began to go to `to` (mM) with EXCHANGE, in twelve steps."""
    begin = cell.outside["k"]
    seconds = np.linspace(0, 5 * EXCHANGE, 13)[1:]
    values = to + (begin - to) * np.exp(-seconds / EXCHANGE)
    values[-1] = to
    events = [Event(t / 3600, set={"ko": float(ko)}) for t, ko in zip(seconds, values, strict=True)]
    return float(evolve(cell, MINUTE, events, points=2).v[-1].mean())
