"""What makes a rest differ from E_K."""

from collections.abc import Mapping
from itertools import combinations
from math import factorial
from typing import Any

from ...physics.theory import nernst
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = ("neuron", "muscle")
PARTS = {"Na⁺ leak": ("naleak",), "pump": ("pump",), "Cl⁻ leak": ("clleak",)}
WORDS = (-70.0, -90.0, 10.0)  # mV: V and E_K as they are said, and how far they may be off
SEEN = 3.0  # mV, a difference that an electrode tells from none


def try_it(bench: Bench) -> Finding:
    """V of neuron and muscle, their concentrations held, with every set of parts beside the K+ leak."""
    names = bench.names(CELLS)
    values: dict[str, Any] = {}
    lines = []
    for name in names:
        bench.told(names.index(name) / len(names), name)
        s = bench.rest(name).summary
        e_k = float(nernst(s["ki_mM"], s["ko_mM"], 1, s["celsius_degC"]))
        share = shapley(bench, name)
        own = {"v_rest_mV": s["v_rest_mV"], "e_k_mV": e_k, "difference_mV": s["v_rest_mV"] - e_k}
        own |= {"na_mV": share["Na⁺ leak"], "pump_mV": share["pump"], "cl_mV": share["Cl⁻ leak"]}
        values |= {f"{name}_{key}": value for key, value in own.items()}
        lines.append(Line([f"{part}, {name}" for part in share], list(share.values()), name, "", "bars"))
    least = min(values[f"{c}_difference_mV"] for c in names)
    values["least_difference_mV"] = least
    # where V is not above E_K, Na+ makes nothing of the difference
    shares = [values[f"{c}_na_mV"] / values[f"{c}_difference_mV"] for c in names] if least > 0 else [0.0]
    values["least_share_of_na"] = min(shares)
    v, e_k, most = WORDS
    near = sum(
        abs(values[f"{c}_v_rest_mV"] - v) <= most and abs(values[f"{c}_e_k_mV"] - e_k) <= most for c in names
    )
    values["share_near_the_words"] = near / len(names)
    limit = ", ".join(
        f"{c}: rest {values[f'{c}_v_rest_mV']:.1f}, E_K {values[f'{c}_e_k_mV']:.1f} mV; Na⁺ "
        f"{values[f'{c}_na_mV']:+.1f}, pump {values[f'{c}_pump_mV']:+.1f}, Cl⁻ {values[f'{c}_cl_mV']:+.1f} mV"
        for c in names
    )
    title = "what lifts V above E_K, and what lowers it"
    return Finding(values, limit, [Panel(title, "", "share of V − E_K (mV)", lines)])


def shapley(bench: Bench, name: str) -> dict[str, float]:
    """How much each part shifts V (mV), at once, the mean over all orders in which the parts come in.

    Shapley LS (1953), in Contributions to the Theory of Games II, 307-317, doi:10.1515/9781400881970-018.
    """
    v = {}
    for number in range(len(PARTS) + 1):
        for some in combinations(PARTS, number):
            off = {one: 0.0 for part, names in PARTS.items() if part not in some for one in names}
            v[frozenset(some)] = bench.rest(name, scale=off, hold="concentrations").summary["v_rest_mV"]
    share = dict.fromkeys(PARTS, 0.0)
    for part in PARTS:
        others = [one for one in PARTS if one != part]
        for number in range(len(PARTS)):
            weight = factorial(number) * factorial(len(PARTS) - 1 - number) / factorial(len(PARTS))
            for some in combinations(others, number):
                share[part] += weight * (v[frozenset([*some, part])] - v[frozenset(some)])
    return share


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["least_difference_mV"] < SEEN or values["least_share_of_na"] <= 0.5:
        return FAILS
    return HOLDS if values["share_near_the_words"] == 1 else LIMITED


STATEMENT = Statement(
    3,
    "E_K is about −90 mV, the rest about −70 mV; the difference is Na⁺",
    "rest minus E_K of neuron and muscle, apportioned to the Na⁺ leak, the pump's current and Cl⁻ by "
    "Shapley's rule, which no order decides: V with every set of them, concentrations held",
    "holds where Na⁺ makes more than half of a difference of 3 mV or more in both cells, and both have the "
    "voltages "
    "said within 10 mV; within limits where Na⁺ makes it at other voltages; else not",
    try_it,
    judge,
    {"scale": {"naleak": 0.05}},
    "python run.py rest --cell neuron --hold concentrations --scale naleak=0,pump=0",
)
