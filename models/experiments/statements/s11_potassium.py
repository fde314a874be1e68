"""What K+ of the blood does to nerve, muscle and heart."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..excite import excite
from ..follow import follow
from ..follow_result import FollowResult
from ..tipping import tipping
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = {"excitable": "neuron", "excitable_muscle": "muscle", "human_ventricle": "heart"}
NORMAL = 4.0
BATHS = (1.5, 2.5, NORMAL, 5.5, 7.0, 9.0)  # mM, as in diarrhoea and in kidney failure
SLOW, SUDDEN = "slowly", "within 1 min"
WITHIN = {SLOW: None, SUDDEN: 1 / 60}  # h, that K+ takes; None: as long as it takes to rest
LONG = 400.0  # um, compartments of cells that are stimulated
FIBRES = {
    "muscle_fast": "fast fibre",
    "hypopp": "with HypoPP",
}  # whose rest low K+ depolarises (rows K10, K12)
RANGE = (0.3, 9.0)  # mM, along which their rests are followed
FALL = 0.6  # mM, to which K+ falls for the healthy one: it still has its rest there, if it gets to it
QUICK, GENTLE = "10 s", "1 h"  # within which it falls
SHIFT = 3.0  # mV


def try_it(bench: Bench) -> Finding:
    """V and threshold of three excitable cells along K+ outside; where two fibres depolarise in low K+."""
    cells, fibres = bench.names(tuple(CELLS)), bench.names(tuple(FIBRES))
    v: dict[str, dict[str, list[float]]] = {SLOW: {}, SUDDEN: {}}
    threshold: dict[str, dict[str, list[float]]] = {SLOW: {}, SUDDEN: {}}
    for i, name in enumerate(cells):
        for way in v:
            bench.told(i / (len(cells) + len(fibres)), f"{CELLS[name]}, K⁺ changed {way}")
            v[way][name], threshold[way][name] = _along(bench, name, BATHS, way)
    at = BATHS.index(NORMAL)
    shift = {way: {name: max(one) - one[at] for name, one in own.items()} for way, own in v.items()}
    stopped = {name: _stopped(BATHS, own) for name, own in threshold[SLOW].items()}
    followed = {}
    for i, name in enumerate(fibres):
        bench.told((len(cells) + i) / (len(cells) + len(fibres)), f"{FIBRES[name]}, low K⁺")
        cell = bench.cell(name)
        followed[name] = follow(cell, {"ko": RANGE}, **bench.changes(cell))
    low = _low_potassium(bench, followed)
    values: dict[str, Any] = {
        "least_shift_mV": min(shift[SLOW].values()),
        "cells_that_stop": [name for name, own in stopped.items() if own],
        "stopped_at_mM": stopped,
        "shift_mV": shift,
        "v_mV": v,
        "threshold_nA": threshold,
        **low,
    }
    where = "; ".join(
        f"{CELLS[name]} stops at {_listed(own)} mM" if own else f"{CELLS[name]} goes on"
        for name, own in stopped.items()
    )
    limit = (
        f"from {NORMAL:g} to {BATHS[-1]:g} mM V rises by {_rounded(shift[SLOW])} mV, {SUDDEN} by "
        f"{_rounded(shift[SUDDEN])}; {where}{_limit(low)}"
    )
    return Finding(values, limit, _panels(v, threshold, followed))


def _panels(
    v: Mapping[str, Mapping[str, list[float]]],
    threshold: Mapping[str, Mapping[str, list[float]]],
    followed: Mapping[str, FollowResult],
) -> list[Panel]:
    """V and threshold along K+ outside, of each way; the rests of the fibres that low K+ depolarises."""
    baths, at, outside = list(BATHS), BATHS.index(NORMAL), "K⁺ outside (mM)"
    lifted, lowered = (
        [
            Line(baths, as_drawn(one), CELLS[name] + (f", {way}" if style == "broken" else ""), style=style)
            for (way, own), style in zip(found.items(), ("line", "broken"), strict=True)
            for name, one in own.items()
        ]
        for found, as_drawn in ((v, list), (threshold, lambda one: [nA / one[at] for nA in one]))
    )
    panels = [
        Panel("K⁺ lifts every rest", outside, "V (mV)", lifted),
        Panel("and lowers what it takes for a spike", outside, "threshold, of that at 4 mM", lowered),
    ]
    if followed:
        rests = [_rests(found, FIBRES[name]) for name, found in followed.items()]
        title = "with too little a muscle loses its rest"
        panels.append(Panel(title, outside, "V of stable rests (mV)", rests, "x"))
    return panels


def _along(bench: Bench, name: str, baths: tuple[float, ...], way: str) -> tuple[list[float], list[float]]:
    """V (mV) and threshold (nA) in each bath, nan where there is none."""
    cell = bench.cell(name, max_compartment_length=LONG)
    found = excite(cell, vary={"ko": list(baths)}, within=WITHIN[way], max_spikes=100, **bench.changes(cell))
    points = found.summary["points"]
    return [_or_nan(one["v_rest_mV"]) for one in points], [_or_nan(one["threshold_nA"]) for one in points]


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _stopped(baths: tuple[float, ...], threshold: list[float]) -> list[float]:
    return [ko for ko, own in zip(baths, threshold, strict=True) if np.isnan(own)]


def _rounded(shift: Mapping[str, float]) -> str:
    return ", ".join(f"{one:.0f}" for one in shift.values())


def _low_potassium(bench: Bench, followed: Mapping[str, FollowResult]) -> dict[str, Any]:
    """Where two fibres lose their polarised rest, how fast a fall takes it from the healthy one before that,
    and whether the other has a spike where it has lost it."""
    if not followed:
        return {}
    lost, second = {}, {}
    for name, found in followed.items():
        folds = found.summary["folds"]
        lost[name] = min(folds, key=lambda one: one["v_mV"])["value"] if folds else None
        second[name] = max(one["value"] for one in folds) if folds else None
    values: dict[str, Any] = {"rest_lost_below_mM": lost, "second_rest_below_mM": second}
    healthy, sick = FIBRES
    if healthy in followed:
        cell = bench.cell(healthy)
        tip = tipping(cell, {"ko": (NORMAL, FALL)}, [QUICK, GENTLE], **bench.changes(cell)).summary
        critical = tip["critical_duration_s"]
        values |= {
            "v_after_fall_mV": {
                way: one["v_end_mV"] for way, one in zip((QUICK, GENTLE), tip["ramps"], strict=True)
            },
            "critical_fall_s": critical,
            "critical_fall_mM_per_min": None if critical is None else 60 * (NORMAL - FALL) / critical,
        }
    if sick in followed:
        baths = (BATHS[0], NORMAL)
        values["hypopp_stopped_at_mM"] = _stopped(baths, _along(bench, sick, baths, SLOW)[1])
    return values


def _limit(low: Mapping[str, Any]) -> str:
    """Of the fibres that low K+ depolarises."""
    healthy, sick = FIBRES
    said, lost = "", low.get("rest_lost_below_mM", {})
    if lost.get(healthy) is not None:
        said += f"; a fast fibre depolarises below {lost[healthy]:.2f} mM"
        if low["critical_fall_mM_per_min"] is not None:
            rate = low["critical_fall_mM_per_min"]
            said += f", and at {FALL:g} mM where K⁺ falls faster than {rate:.1f} mM/min"
    if lost.get(sick) is not None:
        said += f"; one with HypoPP below {lost[sick]:.1f} mM"
        if low["hypopp_stopped_at_mM"]:
            said += f", and has no spike at {_listed(low['hypopp_stopped_at_mM'])} mM"
    return said


def _listed(values: list[float]) -> str:
    return ", ".join(f"{one:g}" for one in values)


def _rests(found: FollowResult, name: str) -> Line:
    """The stable rests of a fibre; a gap between branches, and where they are unstable."""
    x: list[float] = []
    y: list[float] = []
    for branch in found.branches:
        v = np.where(branch.growing > 0, np.nan, branch.state["v"].mean(axis=1))
        x += [*branch.value, float("nan")]
        y += [*v, float("nan")]
    return Line(x, y, name)


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["least_shift_mV"] < SHIFT:
        return FAILS
    return HOLDS if values["cells_that_stop"] else LIMITED


STATEMENT = Statement(
    11,
    "Kidney failure or diarrhoea, through K⁺, shift the rest and may stop nerve, muscle or heart",
    "rest and threshold of neuron, muscle and heart in 1.5 to 9 mM K⁺, reached slowly and within 1 min; "
    "where a fast fibre, and one with HypoPP, depolarise in low K⁺, and how fast K⁺ must fall for it",
    f"holds where V of all three rises by {SHIFT:g} mV or more from {NORMAL:g} to 9 mM and one of them has "
    f"no spike any "
    "more somewhere between 1.5 and 9 mM; within limits where V alone shifts; else not",
    try_it,
    judge,
    {"scale": {"clleak": 300.0, "naleak": 5.0}},
    "python run.py excite --cell excitable_muscle --vary ko=1.5,4,9",
)
