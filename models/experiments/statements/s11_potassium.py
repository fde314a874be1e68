"""What K+ of the blood does to nerve, muscle and heart."""

from collections.abc import Mapping
from typing import Any

from ...errors import ConvergenceError
from ..excite import excite
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = {"excitable": "neuron", "excitable_muscle": "muscle", "human_ventricle": "heart"}
NORMAL = 4.0
BATHS = (1.5, 2.5, NORMAL, 5.5, 7.0, 9.0)  # mM, as in diarrhoea and in kidney failure
FAST = ("muscle_fast", 1.0, -60.0)  # a fibre and a K+ at which it has a second rest, from where (rows K10)
SHIFT = 3.0  # mV


def try_it(bench: Bench) -> Finding:
    """V and threshold of three excitable cells along K+ outside; a fast fibre at 1 mM."""
    v: dict[str, list[float]] = {}
    spikes: dict[str, list[bool]] = {}
    threshold: dict[str, list[float]] = {}
    names = bench.names(tuple(CELLS))
    for i, name in enumerate(names):
        bench.told(i / (len(names) + 1), CELLS[name])
        cell = bench.cell(name, max_compartment_length=400.0)
        changes = bench.changes(cell)
        v[name], spikes[name], threshold[name] = [], [], []
        for ko in BATHS:
            try:
                found = excite(cell, set=changes["set"] | {"ko": ko}, scale=changes["scale"], max_spikes=100)
                point = found.summary["points"][0]
            except ConvergenceError:  # it fires by itself
                point = {"v_rest_mV": float("nan"), "threshold_nA": None, "spike_height_mV": None}
            v[name].append(point["v_rest_mV"])
            threshold[name].append(point["threshold_nA"] or float("nan"))
            spikes[name].append(point["threshold_nA"] is not None)
    at = BATHS.index(NORMAL)
    shift = {name: max(own) - own[at] for name, own in v.items()}
    stopped = {
        name: [ko for ko, there in zip(BATHS, own, strict=True) if not there] for name, own in spikes.items()
    }
    name, ko, start = FAST
    paradox = None
    if bench.names((name,)):
        low = bench.rest(name, {"ko": ko}, start={"v": -110.0}).summary["v_rest_mV"]
        high = bench.rest(name, {"ko": ko}, start={"v": start}).summary["v_rest_mV"]
        paradox = high - low
    values: dict[str, Any] = {
        "least_shift_mV": min(shift.values()),
        "cells_that_stop": [name for name, own in stopped.items() if own],
        "stopped_at_mM": stopped,
        "paradox_mV": paradox,
        "shift_mV": shift,
        "v_mV": v,
        "threshold_nA": threshold,
    }
    where = "; ".join(
        f"{CELLS[one]} stops at {', '.join(f'{ko:g}' for ko in own)} mM" if own else f"{CELLS[one]} goes on"
        for one, own in stopped.items()
    )
    limit = f"from {NORMAL:g} to 9 mM V rises by {', '.join(f'{d:.0f}' for d in shift.values())} mV; {where}"
    if paradox is not None:
        limit += f"; a fast fibre in {ko:g} mM has a second rest {paradox:.0f} mV above the first"
    baths = list(BATHS)
    return Finding(values, limit, [
        Panel("K⁺ lifts every rest", "K⁺ outside (mM)", "V (mV)",
              [Line(baths, own, CELLS[name]) for name, own in v.items()]),
        Panel("and lowers what it takes for a spike", "K⁺ outside (mM)", "threshold, of that at 4 mM",
              [Line(baths, [one / own[at] for one in own], CELLS[name]) for name, own in threshold.items()]),
    ])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["least_shift_mV"] < SHIFT:
        return FAILS
    return HOLDS if values["cells_that_stop"] else LIMITED


STATEMENT = Statement(
    11,
    "Kidney failure or diarrhoea, through K⁺, shift the rest and may stop nerve, muscle or heart",
    "rest and threshold of neuron, muscle and heart in 1.5 to 9 mM K⁺; the second rest of a fast fibre at "
    "1 mM",
    f"holds where V of all three rises by {SHIFT:g} mV or more from {NORMAL:g} to 9 mM and one of them has "
    f"no spike any "
    "more somewhere between 1.5 and 9 mM; within limits where V alone shifts; else not",
    try_it,
    judge,
    {"scale": {"clleak": 300.0, "naleak": 5.0}},
    "python run.py excite --cell excitable_muscle --vary ko=1.5,4,9",
)
