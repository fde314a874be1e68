"""What chloride and calcium do to V."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

LITTLE = 5.0  # mV
LEFT_CL, LEFT_CA = 1.0, 1e-3  # mM that washing leaves; assumed
BICARBONATE = 24.0  # mM of a bath; it passes 0.18 times as well as Cl-, see ions.py


@dataclass(frozen=True)
class Taken:
    """What is taken away, of which cell: settings and factors; of_file: what the cell's file has besides."""

    name: str
    bath: dict[str, float] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    of_file: dict[str, Any] = field(default_factory=dict)


def _replaced(name: str, anions: float) -> Taken:
    """Cl- of a bath replaced by HCO3-, which passes, too. anions: of the bath, mM."""
    bath = {"outside.hco3o": BICARBONATE, "outside.clo": anions - BICARBONATE}
    swapped = {"clo": LEFT_CL, "hco3o": anions - LEFT_CL}
    return Taken(name, swapped, of_file={"ions": ["na", "k", "cl", "hco3"], **bath})


TAKEN = {
    "neuron, bath without Cl⁻": Taken("neuron", {"clo": LEFT_CL}),
    "neuron, HCO₃⁻ for Cl⁻": _replaced("neuron", 125.0),
    "neuron, Cl⁻ impermeant": Taken("neuron", factors={"clleak": 0.0}),
    "KCC2 neuron, bath without Cl⁻": Taken("neuron_kcc2", {"clo": LEFT_CL}),
    "KCC2 neuron, Cl⁻ impermeant": Taken("neuron_kcc2", factors={"clleak": 0.0}),
    "muscle, bath without Cl⁻": Taken("muscle", {"clo": LEFT_CL}),
    "muscle, HCO₃⁻ for Cl⁻": _replaced("muscle", 103.9),
    "muscle, Cl⁻ impermeant": Taken("muscle", factors={"clleak": 0.0}),
    "fast fibre, bath without Cl⁻": Taken("muscle_fast", {"clo": LEFT_CL}),
    "ventricle, bath without Ca²⁺": Taken("ventricle", {"cao": LEFT_CA}),
    "ventricle, Ca²⁺ impermeant": Taken("ventricle", factors={"caleak": 0.0}),
    "human heart, bath without Ca²⁺": Taken("human_ventricle", {"cao": LEFT_CA}),
    "human heart, Ca²⁺ impermeant": Taken("human_ventricle", factors={"pl_cabackground": 0.0}),
}


def try_it(bench: Bench) -> Finding:
    """V at once and for good where chloride or calcium is taken away or shut out."""
    once, good = {}, {}
    for i, (words, one) in enumerate(TAKEN.items()):
        if not bench.names((one.name,)):
            continue
        bench.told(i / len(TAKEN), words)

        def v(*changes: dict[str, float], one: Taken = one, **how: Any) -> float:
            return float(bench.rest(one.name, *changes, of_file=one.of_file, **how).summary["v_rest_mV"])

        before = v()
        once[words] = v(one.bath, one.factors, hold="concentrations") - before
        good[words] = v(one.bath, one.factors) - before
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
    "chloride of the bath replaced by an anion that does not enter, or by HCO₃⁻, which does (1 mM of Cl⁻ "
    "left), or made impermeant, in four cells; calcium taken from the bath or made impermeant in two of the "
    "heart: V at once and for good",
    f"holds where V changes by less than {LITTLE:g} mV at once and for good; within limits for good; else "
    f"not",
    try_it,
    judge,
    {"scale": {"clleak": 1e-3, "hco3leak": 1e-3, "pl_clc1": 1e-3}},
    "python run.py rest --cell muscle --set clo=1 --hold concentrations",
)
