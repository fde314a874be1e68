"""What a disturbed rest does to spikes."""

from collections.abc import Mapping
from typing import Any

from ...errors import ConvergenceError
from ..excite import excite
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = {"excitable": "neuron", "excitable_muscle": "muscle", "human_ventricle": "heart"}
# K+ outside (mM) and strength of the pump: as they are, and disturbed
STATES: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "as it is": ({}, {}),
    "8 mM K⁺": ({"ko": 8.0}, {}),
    "12 mM K⁺": ({"ko": 12.0}, {}),
    "half the pump": ({}, {"pump": 0.5}),
    "a fifth of it": ({}, {"pump": 0.2}),
}
CHANGED = 0.2  # of threshold or height, which an experiment sees


def try_it(bench: Bench) -> Finding:
    """Threshold and height of the spike of three cells in more K+ and with less pump."""
    threshold: dict[str, dict[str, float | None]] = {}
    height: dict[str, dict[str, float | None]] = {}
    names = bench.names(tuple(CELLS))
    for i, name in enumerate(names):
        cell = bench.cell(name, max_compartment_length=400.0)
        threshold[name], height[name] = {}, {}
        for j, (words, (bath, factors)) in enumerate(STATES.items()):
            bench.told((i + j / len(STATES)) / len(names), f"{CELLS[name]}, {words}")
            changes = bench.changes(cell, bath, factors)
            try:
                point = excite(cell, **changes, max_spikes=100).summary["points"][0]
            except ConvergenceError:  # it fires by itself and comes to no rest
                point = {"threshold_nA": None, "spike_height_mV": None}
            threshold[name][words], height[name][words] = point["threshold_nA"], point["spike_height_mV"]
    change: dict[str, float] = {}
    failing: list[str] = []
    for name in names:
        usual, *disturbed = STATES
        of_all = []
        for words in disturbed:
            if threshold[name][words] is None and threshold[name][usual] is not None:
                failing.append(
                    f"{CELLS[name]} in {words}" if "K⁺" in words else f"{CELLS[name]} with {words}"
                )
            for own in (threshold[name], height[name]):
                before, now = own[usual], own[words]
                if before is not None:  # of what does not fire nothing is disturbed
                    of_all.append(1.0 if now is None else abs(now / before - 1))
        change[name] = max(of_all, default=0.0)
    values: dict[str, Any] = {
        "least_change_share": min(change.values()),
        "cells_changed_n": sum(value >= CHANGED for value in change.values()),
        "cells_n": len(names),
        "without_spike": failing,
        "threshold_nA": threshold,
        "spike_height_mV": height,
    }
    limit = f"threshold or height changes by {100 * min(change.values()):.0f} % or more in every cell"
    limit += f"; no spike or no rest in: {', '.join(failing)}" if failing else ""
    states = list(STATES)
    both = (
        (
            "a disturbed rest: easier to fire, then not at all",
            "threshold, of the usual (no bar: no spike)",
            threshold,
        ),
        ("what fires is lower", "height, of the usual (no bar: no spike)", height),
    )
    panels = []
    for title, y, of_cells in both:
        bars = [_bars(states, of_cells[name], CELLS[name]) for name in names]
        panels.append(Panel(title, "", y, bars))
    return Finding(values, limit, panels)


def _bars(states: list[str], own: dict[str, float | None], words: str) -> Line:
    """One cell's values, of that as it is; 0 where it has none."""
    usual = own[states[0]]
    shares = [0.0 if one is None or usual is None else one / usual for one in own.values()]
    return Line(states, shares, words, "", "bars")


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if not values["cells_changed_n"]:
        return FAILS
    return HOLDS if values["cells_changed_n"] == values["cells_n"] else LIMITED


STATEMENT = Statement(
    9,
    "The rest is the baseline of action potentials; a disturbed rest disturbs signalling",
    "threshold and height of the spike of neuron, muscle and heart, as they are, in 8 and 12 mM K⁺, and "
    "with a half "
    "and a fifth of their pump",
    f"holds where threshold or height changes by {100 * CHANGED:.0f} % or more, or no spike is left, in "
    f"all three cells; "
    "within limits in some; else not",
    try_it,
    judge,
    {"scale": {"pl_nav": 1e-3, "pl_navmuscle": 1e-3, "pl_navheart": 1e-3, "pl_calheart": 1e-3}},
    "python run.py excite --cell excitable_muscle --vary ko=4,8,12",
)
