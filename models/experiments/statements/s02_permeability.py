"""How permeable the membrane is, to K+ and to Na+."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...physics.ions import VALENCE
from ...physics.theory import ghk_current
from ..rest_result import RestResult
from .bench import EXCITABLE, NATIVE, Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

# what moves an ion by another's gradient or by ATP is no permeability
CARRIERS = ("pump", "pl_ncx", "pl_pmca", "pl_kcc2", "pl_nkcc1", "pl_sr", "pl_acid")
FAR = 0.1  # of P_Na/P_K
OTHERS = ("hek293", "red_cell", "epithelium", "astrocyte")  # neither nerve nor muscle


def permeability(result: RestResult, ion: str) -> float:
    """Permeability (cm/s) that lets an ion through at a rest as all leaks and channels do together."""
    layout = result.layout
    through = sum(values for name, values in result.currents[ion].items() if not name.startswith(CARRIERS))
    unit = ghk_current(1.0, result.inside[ion], result.outside[ion], VALENCE[ion], result.v, layout.celsius)
    return float(np.sum(through * layout.area) / np.sum(unit * layout.area))


def try_it(bench: Bench) -> Finding:
    """P_Na/P_K of every cell at its rest, channels included."""
    ratio = {}
    names = bench.names((*NATIVE, *EXCITABLE))
    for i, name in enumerate(names):
        bench.told(i / len(names), name)
        found = bench.rest(name)
        ratio[name] = permeability(found, "na") / permeability(found, "k")
    highest = max(ratio, key=lambda name: ratio[name])
    values = {
        "highest_ratio": ratio[highest],
        "highest_in": highest,
        "lowest_ratio": min(ratio.values()),
        "cells_far_below_n": sum(value < FAR for value in ratio.values()),
        "nerve_and_muscle_highest_ratio": max(value for name, value in ratio.items() if name not in OTHERS),
        "ratio": ratio,
    }
    beyond = [f"{name} {value:.2f}" for name, value in ratio.items() if value >= FAR]
    limit = f"not so far in {', '.join(beyond)}" if beyond else f"at most {ratio[highest]:.3f}, {highest}"
    order = sorted(ratio, key=lambda name: ratio[name])
    bars = Line(order, [ratio[name] for name in order], "", "na", "bars")
    equal = Line([], [1.0], "as permeable to both", "", "level")
    return Finding(values, limit, [
        Panel("a tenth or less in most cells", "", "P_Na/P_K at rest, channels included", [bars, equal], "y")
    ])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["nerve_and_muscle_highest_ratio"] >= FAR:
        return FAILS
    return HOLDS if values["highest_ratio"] < FAR else LIMITED


STATEMENT = Statement(
    2,
    "The membrane is far more permeable to K⁺ than to Na⁺",
    "P_Na/P_K of every cell at its rest: what lets each ion through, leaks and channels, as one "
    "Goldman–Hodgkin–Katz permeability",
    f"holds where P_Na/P_K is below {FAR} in every cell; within limits in nerve, muscle and heart; else not",
    try_it,
    judge,
    {"scale": {"naleak": 100.0}},
    "python run.py rest --cell neuron",
)
