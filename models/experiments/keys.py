"""How units stand in the keys of results: the one table for summaries, tables, traces and their tests."""

import re

# how a key ends -> its unit
ENDING = {
    "mV": "mV",
    "uV": "uV",
    "mM": "mM",
    "mM_per_min": "mM/min",
    "mM_per_ms": "mM/ms",
    "cm_s": "cm/s",
    "mS_cm2": "mS/cm2",
    "S_cm2": "S/cm2",
    "mA_cm2": "mA/cm2",
    "uA_cm2": "uA/cm2",
    "ohm_cm2": "ohm cm2",
    "um2_ms": "um2/ms",
    "kJ_mol": "kJ/mol",
    "um": "um",
    "um2": "um2",
    "um3": "um3",
    "per_um": "1/um",
    "degC": "degC",
    "ms": "ms",
    "s": "s",
    "per_s": "1/s",
    "per_day": "1/day",
    "ng_ml": "ng/ml",
    "h": "h",
    "hours": "h",
    "nA": "nA",
    "Mohm": "Mohm",
}
# keys whose last word is not their unit
WHOLE = {
    "hours_to_10_mV": "h",
    "hours_to_half_atp": "h",
    "hours_half_way_to_final": "h",
    "hours_of_block": "h",
    "last_newton_step": "mV or mM",
}
# pure numbers, by the words that their keys hold
NUMBERS = {
    *("relative", "fraction", "share", "bound", "left", "error", "valence", "x"),
    *("n", "hill", "coop", "q10", "voltage", "activity", "tortuosity", "energy", "oxygen"),
    *("compartments", "sections", "iterations", "evaluations", "spikes", "numbers", "counted", "within"),
    *("growing", "factor", "ratio"),
}
# words, lists and yes or no
TEXT = {
    *("cell", "cells", "section", "region", "regions", "mechanisms", "mechanism", "source", "warnings"),
    *("ion", "reads", "writes", "converged", "hold", "where", "varied", "points", "outcome", "condition"),
    *("electrode", "way", "not_predicted", "final_name", "left_out"),
    *("stable", "modes", "grows", "kind", "moves", "place", "first", "group"),
    *("determinants", "determinants_nai", "determinants_ki", "determinants_cli", "determinants_mgi"),
    *("determinants_hco3i", "determinants_relative_volume", "determinants_v_place", "determinants_unit"),
    "determinants_threshold",
    *("drug", "species", "misses", "junction", "parameter", "value", "unit"),
    *("along", "folds", "hopfs", "branches", "turn", "branch", "stable", "growing_modes"),
    *("curve", "curves", "second", "second_unit"),
    *("from", "to", "fold", "hopf", "basin_edge", "ramps", "tips", "trial", "roots", "holds", "chloride"),
    *("row", "what", "low", "high", "got", "verdict", "put_in", "why"),
    *("measured", "measurement", "known", "prior", "misfit", "fits", "long_enough", "parameter", "number"),
    *("best", "low_68", "low_95", "median", "high_68", "high_95", "prior_median", "whole", "whole_unit"),
    *("no_ion", "ions", "state", "carried", "taken_by", "set_by", "given", "words", "mismatched"),
    *("low_limit", "high_limit", "standard_error", "fitted", "error_of", "without_rest_why"),
}


def unit_of(key: str) -> str | None:
    """The unit of what a key of a summary or the head of a column stands for, "1" for pure numbers, None for
    text and for values whose unit stands beside them. KeyError where the key does not say."""
    if key in TEXT:
        return None
    if key in WHOLE:
        return WHOLE[key]
    words = key.split("_")
    for start in range(len(words)):  # the longest ending counts: mM_per_min before min
        ending = "_".join(words[start:])
        if ending in ENDING:
            return ENDING[ending]
    if NUMBERS & set(words):
        return "1"
    raise KeyError(f"{key}: its unit is not said; end it in one of {', '.join(ENDING)}")


def with_unit(name: str, unit: str) -> str:
    """A key that says the unit of what it stands for: "ko_mM"; pure numbers keep their name."""
    if unit == "1":
        return name
    return f"{name}_{next(ending for ending, of in ENDING.items() if of == unit)}"


def name_and_unit(key: str) -> list[str]:
    """A key as a reader says it: "ko", "mM"; the name alone of a pure number and of text."""
    unit = unit_of(key)
    return [key] if unit is None or unit == "1" else [key.removesuffix(with_unit("", unit)), shown(unit)]


def shown(unit: str) -> str:
    """A unit as a reader sees it: "µA/cm²", "kΩ·cm²", "°C"."""
    said = re.sub(r"\bu(?=[A-Za-z])", "µ", unit.replace("degC", "°C").replace("ohm ", "Ω·"))
    return re.sub(r"(?<=m)[23]\b", lambda found: "²³"[int(found[0]) - 2], said)
