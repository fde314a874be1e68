"""What V is where Na+ goes through the membrane as easily as K+."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import ConvergenceError
from ...physics.theory import nernst
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement
from .s02_permeability import permeability

CELLS = ("neuron", "muscle")
RATIOS = np.geomspace(1e-3, 1e3, 19)
SAID, NEAR = 60.0, 10.0  # mV


def try_it(bench: Bench) -> Finding:
    """V at P_Na/P_K from 0.001 to 1000, concentrations held and for good."""
    names = bench.names(CELLS)
    values: dict[str, Any] = {}
    lines = []
    for name in names:
        found = bench.rest(name)
        own = permeability(found, "na") / permeability(found, "k")
        s = found.summary
        values[f"{name}_e_na_mV"] = float(nernst(s["nai_mM"], s["nao_mM"], 1, s["celsius_degC"]))
        held, steady = [], []
        for i, ratio in enumerate(RATIOS):
            bench.told((names.index(name) + i / len(RATIOS)) / len(names), f"{name}, P_Na/P_K {ratio:.3g}")
            other = {"naleak": float(ratio / own)}
            held.append(bench.rest(name, scale=other, hold="concentrations").summary["v_rest_mV"])
            try:
                steady.append(bench.rest(name, scale=other).summary["v_rest_mV"])
            except ConvergenceError:
                steady.append(float("nan"))
        lines += [
            Line(RATIOS.tolist(), held, f"{name}, at once", "", "line"),
            Line(RATIOS.tolist(), steady, f"{name}, for good", "", "broken"),
        ]
        equal = int(np.argmin(np.abs(np.log(RATIOS))))
        values |= {f"{name}_equal_at_once_mV": held[equal], f"{name}_equal_for_good_mV": steady[equal]}
        values[f"{name}_highest_at_once_mV"] = max(held)
        values[f"{name}_highest_for_good_mV"] = float(np.nanmax(steady))
    values["equal_at_once_mV"] = [values[f"{name}_equal_at_once_mV"] for name in names]
    values["highest_for_good_mV"] = max(values[f"{name}_highest_for_good_mV"] for name in names)
    equal_words = ", ".join(f"{values[f'{name}_equal_at_once_mV']:.1f} mV ({name})" for name in names)
    limit = (
        f"at equal permeability V is {equal_words} at once; once ions have moved it is above "
        f"{values['highest_for_good_mV']:.1f} mV at no ratio"
    )
    lines.append(Line([], [SAID], "+60 mV", "na", "level"))
    title = "equal permeabilities: below 0 mV, not at +60"
    return Finding(values, limit, [Panel(title, "P_Na/P_K", "V (mV)", lines, "x")])


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    away = [SAID - v for v in values["equal_at_once_mV"]]
    if max(away) <= NEAR:
        return HOLDS
    return LIMITED if min(away) <= NEAR else FAILS


STATEMENT = Statement(
    6,
    "With equal permeability to K⁺ and Na⁺ the rest would be near E_Na, +60 mV",
    "V of neuron and muscle with the Na⁺ leak so strong that P_Na/P_K is 0.001 to 1000, concentrations "
    "held and "
    "for good",
    "holds where V at a ratio of 1 is within 10 mV of +60 in both cells, within limits in one; else not",
    try_it,
    judge,
    {"set": {"nao": 1400.0, "clo": 1380.0}, "scale": {"clleak": 0.0}},
    "python run.py rest --cell neuron --scale naleak=15 --hold concentrations",
)
