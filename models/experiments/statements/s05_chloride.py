"""What chloride and calcium do to V."""

from collections.abc import Mapping
from typing import Any

from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

LITTLE = 5.0  # mV
# what is taken away, of which cell: settings and factors
TAKEN: dict[str, tuple[str, dict[str, float], dict[str, float]]] = {
    "neuron, bath without Cl⁻": ("neuron", {"clo": 5.0}, {}),
    "neuron, Cl⁻ impermeant": ("neuron", {}, {"clleak": 0.0}),
    "KCC2 neuron, bath without Cl⁻": ("neuron_kcc2", {"clo": 5.0}, {}),
    "KCC2 neuron, Cl⁻ impermeant": ("neuron_kcc2", {}, {"clleak": 0.0}),
    "muscle, bath without Cl⁻": ("muscle", {"clo": 5.0}, {}),
    "muscle, Cl⁻ impermeant": ("muscle", {}, {"clleak": 0.0}),
    "fast fibre, bath without Cl⁻": ("muscle_fast", {"clo": 5.0}, {}),
    "ventricle, Ca²⁺ impermeant": ("ventricle", {}, {"caleak": 0.0}),
    "human heart, Ca²⁺ impermeant": ("human_ventricle", {}, {"pl_cabackground": 0.0}),
}


def try_it(bench: Bench) -> Finding:
    """V at once and for good where chloride or calcium is taken away or shut out."""
    once, good = {}, {}
    for i, (words, (name, bath, factors)) in enumerate(TAKEN.items()):
        if not bench.names((name,)):
            continue
        bench.told(i / len(TAKEN), words)
        before = bench.rest(name).summary["v_rest_mV"]
        held = bench.rest(name, bath, factors, hold="concentrations").summary["v_rest_mV"]
        once[words] = held - before
        good[words] = bench.rest(name, bath, factors).summary["v_rest_mV"] - before
    at_once, for_good = (max(own, key=lambda key: abs(own[key])) for own in (once, good))
    values = {
        "largest_at_once_mV": abs(once[at_once]),
        "largest_at_once_in": at_once,
        "largest_for_good_mV": abs(good[for_good]),
        "largest_for_good_in": for_good,
        "at_once_mV": once,
        "for_good_mV": good,
    }
    limit = (
        f"for good at most {abs(good[for_good]):.1f} mV ({for_good}); at once {once[at_once]:+.0f} mV "
        f"({at_once}), until "
        "chloride has followed"
    )
    title = "a large step that goes, in muscle; else little"
    return Finding(values, limit, [Panel(title, "", "change of V (mV)", [
        Line(list(once), list(once.values()), "at once", "cl", "bars"),
        Line(list(good), list(good.values()), "for good", "v", "bars"),
    ])])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["largest_for_good_mV"] > LITTLE:
        return FAILS
    return HOLDS if values["largest_at_once_mV"] <= LITTLE else LIMITED


STATEMENT = Statement(
    5,
    "Chloride and calcium matter little",
    "chloride of the bath replaced by an anion that does not enter (125 to 5 mM), or made impermeant, in "
    "four cells; "
    "calcium made impermeant in two of the heart: V at once and for good",
    f"holds where V changes by less than {LITTLE:g} mV at once and for good; within limits for good; else "
    f"not",
    try_it,
    judge,
    {"scale": {"clleak": 1e-3, "pl_clc1": 1e-3}},
    "python run.py rest --cell muscle --set clo=5 --hold concentrations",
)
