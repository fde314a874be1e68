"""What disorders of the pump and drugs on it do to the rest."""

from collections.abc import Mapping
from typing import Any

from ..glycoside import glycoside
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = ("muscle_fast", "muscle_slow", "human_ventricle")
# half of an isoform's cycles, as in the heterozygous loss of FHM2 (alpha2; row D2)
MUTANTS = {"half of α2": {"alpha2_activity": 0.5}, "half of α1": {"alpha1_activity": 0.5}}
DRUGS = {"digoxin 2 ng/ml, 24 h": ("digoxin", "2 ng/ml"), "ouabain 1 µM, 24 h": ("ouabain", "1 uM")}
LOAD = 3.0  # times the Na+ inside, as after a tetanus
SHIFT, LEAST = 3.0, 0.1  # mV: what an electrode sees in one cell, and what is a shift at all


def try_it(bench: Bench) -> Finding:
    """V at once and for good with half of an isoform, and after a day in two glycosides."""
    once: dict[str, float] = {}
    good: dict[str, float] = {}
    loaded: dict[str, float] = {}
    sodium: dict[str, float] = {}
    names = bench.names(CELLS)
    for i, name in enumerate(names):
        options: dict[str, Any] = {"max_compartment_length": 400.0} if name == "human_ventricle" else {}
        cell = bench.cell(name, **options)
        changes = bench.changes(cell)
        before = bench.rest(name).summary
        load: dict[str, Any] = {"start": {"nai": LOAD * before["nai_mM"]}, "hold": "concentrations"}
        usual_loaded = bench.rest(name, **load).summary["v_rest_mV"]
        for words, activity in MUTANTS.items():
            bench.told(i / len(names), f"{name}, {words}")
            key = f"{name}, {words}"
            once[key] = (
                bench.rest(name, activity, hold="concentrations").summary["v_rest_mV"] - before["v_rest_mV"]
            )
            loaded[key] = bench.rest(name, activity, **load).summary["v_rest_mV"] - usual_loaded
            s = bench.rest(name, activity).summary
            good[key], sodium[key] = s["v_rest_mV"] - before["v_rest_mV"], s["nai_mM"] / before["nai_mM"]
        for words, (drug, dose) in DRUGS.items():
            key = f"{name}, {words}"
            s = glycoside(cell, drug, dose, "human", 24.0, max_spikes=200, **changes).summary
            good[key], sodium[key] = s["v_end_mV"] - s["v_before_mV"], s["nai_end_mM"] / s["nai_before_mM"]
    disorders = [key for key in good if "half" in key]
    therapeutic = [key for key in good if "2 ng/ml" in key]
    usual = max(abs(good[key]) for key in (*disorders, *therapeutic))
    values: dict[str, Any] = {
        "largest_of_disorder_or_dose_mV": usual,
        "largest_at_once_mV": max(map(abs, once.values())),
        "largest_of_all_mV": max(map(abs, good.values())),
        "largest_na_factor": max(sodium.values()),
        "at_once_mV": once,
        "at_once_after_na_load_mV": loaded,
        "for_good_mV": good,
        "na_factor": sodium,
    }
    of_loaded = max(map(abs, loaded.values()))
    worst = max(good, key=lambda key: abs(good[key]))
    limit = (
        f"half of an isoform and a therapeutic dose shift V by {usual:.1f} mV at most, Na⁺ up to "
        f"{max(sodium[key] for key in (*disorders, *therapeutic)):.1f}-fold; "
        f"with {LOAD:g} times the Na⁺ inside half an isoform shifts V by up to {of_loaded:.1f} mV at once; "
        f"{worst} by {good[worst]:+.1f} mV for good"
    )
    return Finding(values, limit, [
        Panel("V hardly, until the pump is nearly gone", "", "change of V for good (mV)",
              [Line(list(good), list(good.values()), "", "v", "bars")]),
        Panel("Na⁺ tells more", "", "Na⁺ inside, of the usual",
              [Line(list(sodium), list(sodium.values()), "", "na", "bars")], "y"),
    ])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["largest_of_all_mV"] < LEAST:
        return FAILS
    return HOLDS if values["largest_of_disorder_or_dose_mV"] >= SHIFT else LIMITED


STATEMENT = Statement(
    10,
    "Pump disorders and drugs shift the rest",
    "two muscle fibres and a human ventricular cell with half of α1 or α2, at once, for good and after a "
    "load of Na⁺, and after a day in 2 ng/ml digoxin and in 1 µM ouabain",
    f"holds where half of an isoform or a therapeutic dose shifts V by {SHIFT:g} mV or more in one of "
    f"them; within limits "
    f"where V shifts by {LEAST:g} mV or more at all; else not",
    try_it,
    judge,
    {"scale": {"naleak": 20.0}},
    "python run.py rest --cell muscle_slow --set alpha2_activity=0.5",
)
