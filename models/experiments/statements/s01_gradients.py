"""K+ inside, Na+ outside."""

from collections.abc import Mapping
from typing import Any

from ...errors import ConvergenceError
from .bench import NATIVE, Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

STARTS: tuple[dict[str, float], ...] = (
    {},
    {"v": -20.0},
    {"v": -100.0},
    {"na": 3.0},
    {"na": 60.0, "v": -30.0},
)
SECOND = ("muscle_fast", {"ko": 1.5}, {"v": -110.0}, {"v": -40.0})  # rows K10 and K12
SAME = 1e-3  # mM, within which two rests are one


def try_it(bench: Bench) -> Finding:
    """Rests of every cell from several starts, and of a fibre in 1.5 mM K+ from two."""
    k, na, apart, two = {}, {}, {}, []
    names = bench.names(NATIVE)
    for i, name in enumerate(names):
        bench.told(i / len(names), name)
        found = []
        for start in STARTS:
            try:
                found.append(bench.rest(name, start=start or None).summary)
            except ConvergenceError:
                continue
        first = found[0]
        k[name], na[name] = first["ki_mM"] / first["ko_mM"], first["nao_mM"] / first["nai_mM"]
        apart[name] = max(abs(s[key] - first[key]) for s in found for key in ("nai_mM", "ki_mM"))
        if apart[name] > SAME:
            two.append(name)
    name, bath, *starts = SECOND
    low, high = (bench.rest(name, bath, start=start).summary["v_rest_mV"] for start in starts)
    if abs(low - high) > 1:
        two.append(f"{name} in {bath['ko']:g} mM K⁺ ({low:.0f} and {high:.0f} mV)")
    values = {
        "least_k_ratio": min(k.values()),
        "least_na_ratio": min(na.values()),
        "largest_difference_mM": max(apart.values()),
        "two_rests": two,
        "k_ratio": k,
        "na_ratio": na,
    }
    limit = (
        f"one steady composition from every start, but for two in: {', '.join(two)}" if two else "none found"
    )
    names = list(k)
    return Finding(values, limit, [
        Panel("K⁺ is inside, Na⁺ outside, in every cell", "", "ratio of concentrations", [
            Line(names, list(k.values()), "K⁺ inside / outside", "k", "bars"),
            Line(names, list(na.values()), "Na⁺ outside / inside", "na", "bars"),
            Line([], [1.0], "", "", "level"),
        ], log="y"),
    ])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["least_k_ratio"] <= 3 or values["least_na_ratio"] <= 3:
        return FAILS
    return LIMITED if values["two_rests"] else HOLDS


STATEMENT = Statement(
    1,
    "K⁺ is concentrated inside, Na⁺ outside, and the membrane keeps it so",
    "rests of all cells from five starts each, from 3 to 60 mM Na⁺ inside and −100 to −20 mV; a fast fibre "
    "in "
    "1.5 mM K⁺ from two",
    "holds where K⁺ inside and Na⁺ outside are more than 3 times as concentrated in every cell and every "
    "start "
    "leads to one composition within 0.001 mM; within limits where a cell or condition has two; else not",
    try_it,
    judge,
    {"scale": {"pump": 0.02}},
    "python run.py rest --cell neuron --start na=60,v=-30",
)
