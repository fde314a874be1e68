"""Whether what a pump's failure does is proportional to how far it fails."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import ConvergenceError
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = ("neuron", "muscle", "muscle_fast")
RATES = np.round(np.linspace(0.0, 2.0, 21), 2)
NEAR = 0.2  # of the normal rate, either way
LINEAR = 0.95  # R2, of what a straight line explains all but a twentieth


def try_it(bench: Bench) -> Finding:
    """V, Na+ and K+ of three cells with 0 to 2 times their pump: V at once, all for good."""
    names = bench.names(CELLS)
    values: dict[str, Any] = {"worst_near": 1.0, "worst_whole": 1.0, "worst_at_once": 1.0}
    panels: dict[str, list[Line]] = {"v": [], "na": []}
    for name in names:
        now, steady, sodium, potassium = [], [], [], []
        for i, rate in enumerate(RATES):
            bench.told((names.index(name) + i / len(RATES)) / len(names), f"{name}, pump {rate:g}")
            other = {"pump": float(rate)}
            now.append(bench.rest(name, scale=other, hold="concentrations").summary["v_rest_mV"])
            try:
                s = bench.rest(name, scale=other).summary
                steady.append(s["v_rest_mV"])
                sodium.append(s["nai_mM"])
                potassium.append(s["ki_mM"])
            except ConvergenceError:
                for found in (steady, sodium, potassium):
                    found.append(np.nan)
        near = np.abs(RATES - 1) <= NEAR + 1e-9
        own = {
            "at_once": straight(RATES, now),
            "near": straight(RATES[near], np.array(steady)[near]),
            "whole": straight(RATES, steady),
            "na_whole": straight(RATES, sodium),
            "k_whole": straight(RATES, potassium),
        }
        steps = np.abs(np.diff(steady))
        tips = int(np.nanargmax(steps))
        values |= {f"{name}_share_{key}": value for key, value in own.items()}
        for key in ("near", "whole", "at_once"):
            values[f"worst_{key}"] = min(values[f"worst_{key}"], own[key])
        values |= {f"{name}_v_without_pump_mV": steady[0], f"{name}_step_mV": now[0] - now[len(now) // 2]}
        values |= {
            f"{name}_steepest_at_share": float(RATES[tips + 1]),
            f"{name}_steepest_mV": float(steps[tips]),
        }
        panels["v"] += [
            Line(RATES.tolist(), steady, f"{name}, for good"),
            Line(RATES.tolist(), now, f"{name}, at once", "", "broken"),
        ]
        panels["na"].append(Line(RATES.tolist(), sodium, f"{name}, Na⁺"))
        panels["na"].append(Line(RATES.tolist(), potassium, f"{name}, K⁺", "", "broken"))
    values = {key.replace("worst_", "least_share_linear_"): value for key, value in values.items()}
    limit = (
        f"V at once is a straight line in the pump's rate (R² {values['least_share_linear_at_once']:.3f}); "
        f"for good "
        f"within {100 * NEAR:.0f} % of the normal rate R² is {values['least_share_linear_near']:.3f}, from "
        f"0 to 2 times "
        f"{values['least_share_linear_whole']:.2f}: little above, run-down below, steepest below "
        f"{max(values[f'{name}_steepest_at_share'] for name in names):g} of it"
    )
    return Finding(values, limit, [
        Panel("nearly flat above the normal rate, run-down below", "pump rate, of the normal one", "V (mV)",
              panels["v"]),
        Panel("the slower, the more Na⁺ for K⁺ inside", "pump rate, of the normal one", "inside (mM)",
              panels["na"], "y"),
    ])  # fmt: skip


def straight(x: Any, y: Any) -> float:
    """R2 of a straight line through points; 0 where there are too few, or where nothing changes."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    there = np.isfinite(y)
    if there.sum() < 3 or np.ptp(y[there]) < 1e-6:
        return 0.0
    return float(np.corrcoef(x[there], y[there])[0, 1] ** 2)


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["least_share_linear_near"] < LINEAR or values["least_share_linear_at_once"] < LINEAR:
        return FAILS
    return HOLDS if values["least_share_linear_whole"] >= LINEAR else LIMITED


STATEMENT = Statement(
    14,
    "The effect is proportional to how far the pump deviates from its normal rate",
    "V at once, and V, Na⁺ and K⁺ for good, of neuron and two muscle fibres with 0 to 2 times their pump",
    f"holds where V is a straight line in the pump's rate from 0 to 2 times (R² ≥ {LINEAR}), at once and "
    f"for good; "
    f"within limits where it is at once, and for good within {100 * NEAR:.0f} %; else not",
    try_it,
    judge,
    {"scale": {"pump": 0.03}},
    "python run.py follow --cell stylised --along pump=0.05:2",
)
