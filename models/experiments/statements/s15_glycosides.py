"""What cardiac glycosides do to the heart."""

from collections.abc import Mapping
from typing import Any

from ...errors import ConvergenceError
from ..glycoside import glycoside
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELL = "human_ventricle"
NG_ML = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)  # digoxin
USEFUL, TOXIC = 2.0, 50.0  # ng/ml: the highest that is given, and a fatal one
LOAD, SHIFT = 0.05, 3.0  # share of Na+ and Ca2+, and mV


def try_it(bench: Bench) -> Finding:
    """V, Na+ and Ca2+ of a human ventricular cell after a day in digoxin."""
    cell = bench.cell(CELL, max_compartment_length=400.0)
    doses, v, na, ca = [], [], [], []
    for i, dose in enumerate(NG_ML):
        bench.told(i / len(NG_ML), f"digoxin {dose:g} ng/ml")
        changes = bench.changes(cell)
        try:
            s = glycoside(cell, "digoxin", f"{dose} ng/ml", "human", 24.0, max_spikes=200, **changes).summary
        except ConvergenceError:  # it fires by itself
            continue
        doses.append(dose)
        v.append(s["v_end_mV"] - s["v_before_mV"])
        na.append(s["nai_end_mM"] / s["nai_before_mM"])
        ca.append(s["cai_end_mM"] / s["cai_before_mM"])
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
    }
    limit = (
        f"at {USEFUL:g} ng/ml V rises by {v[at]:.1f} mV, Na⁺ by {100 * (na[at] - 1):.0f} % and Ca²⁺ by "
        f"{100 * (ca[at] - 1):.0f} %: useful without depolarising"
    )
    limit += f"; from {toxic[0]:g} ng/ml the cell depolarises and Ca²⁺ runs away" if toxic else ""
    return Finding(values, limit, [
        Panel("no depolarisation in what is given", "digoxin (ng/ml)", "change of V (mV)",
              [Line(doses, v, "", "v")], "x"),
        Panel("Na⁺ and Ca²⁺ load", "digoxin (ng/ml)", "of that without it",
              [Line(doses, na, "Na⁺", "na"), Line(doses, ca, "Ca²⁺", "ca")], "xy"),
    ])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    loads = min(values["na_share_useful"], values["ca_share_useful"]) >= LOAD
    if not loads or values["v_change_highest_mV"] < SHIFT:
        return FAILS
    return HOLDS if values["v_change_useful_mV"] >= SHIFT else LIMITED


STATEMENT = Statement(
    15,
    "Cardiac glycosides depolarise; useful, and arrhythmogenic",
    "a human ventricular cell after a day in 0.5 to 100 ng/ml digoxin",
    f"holds where V rises by {SHIFT:g} mV or more, and Na⁺ and Ca²⁺ by {100 * LOAD:.0f} % or more, at "
    f"{USEFUL:g} ng/ml; "
    "within limits where they are loaded there and V rises at higher doses alone; else not",
    try_it,
    judge,
    {"scale": {"pump": 30.0}},
    "python run.py glycoside --cell human_ventricle --drug digoxin --dose '2 ng/ml' --species human "
    "--hours 24",
)
