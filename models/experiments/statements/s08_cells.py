"""How rests differ between kinds of cell."""

from collections.abc import Mapping
from typing import Any

from ...parameters import read_parameters
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

# measured V (mV), lowest and highest: rows of validation.toml, where their sources stand
MEASURED = {
    "neuron": (-70.0, -62.0, "R3"),
    "neuron_kcc2": (-79.0, -75.0, "R3"),
    "muscle_slow": (-84.3, -67.0, "R13, R14"),
    "muscle_fast": (-89.0, -81.0, "R16"),
    "frog_muscle": (-97.0, -92.6, "R9"),
    "astrocyte": (-75.3, -68.5, "R27"),
    "hek293": (-40.0, -20.0, "R31"),
    "red_cell": (-14.0, -9.0, "R22, R23"),
    "epithelium": (-60.8, -53.2, "R24"),
}
SAID, NEAR, APART = -70.0, 10.0, 20.0  # mV


def try_it(bench: Bench) -> Finding:
    """Rests of all cells beside measured ones, and in which files V was put in."""
    v, put_in, out = {}, [], []
    names = bench.names(tuple(MEASURED))
    for i, name in enumerate(names):
        bench.told(i / len(names), name)
        v[name] = bench.rest(name).summary["v_rest_mV"]
        if read_parameters(name).balance is not None:
            put_in.append(name)
        low, high, _ = MEASURED[name]
        if not low - 0.05 <= v[name] <= high + 0.05:
            out.append(name)
    nerve_and_muscle = [
        name for name in names if name not in ("astrocyte", "hek293", "red_cell", "epithelium")
    ]
    values: dict[str, Any] = {
        "spread_mV": max(v.values()) - min(v.values()),
        "nerve_and_muscle_farthest_from_70_mV": max(abs(v[name] - SAID) for name in nerve_and_muscle),
        "outside_of_measured": out,
        "v_put_in": put_in,
        "v_follows": [name for name in names if name not in put_in],
        "v_mV": v,
    }
    limit = (
        f"from {min(v.values()):.0f} to {max(v.values()):.0f} mV; nerve and muscle within "
        f"{values['nerve_and_muscle_farthest_from_70_mV']:.0f} mV of −70"
        + (f"; not as measured: {', '.join(out)}" if out else "")
        + f"; V was put in in {len(put_in)} of {len(names)} files, where permeabilities follow from it"
    )
    order = sorted(v, key=lambda name: v[name])
    lines = [
        Line(order, [v[name] for name in order], "at rest", "v", "bars"),
        *(Line([i, i], list(MEASURED[name][:2]), "measured" if not i else "", "k", "range") for i, name in
          enumerate(order)),
        Line([], [SAID], f"{SAID:g} mV", "", "level"),
    ]  # fmt: skip
    return Finding(values, limit, [Panel("a cell's kind decides, from −95 to −12 mV", "", "V (mV)", lines)])


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["spread_mV"] < APART:
        return FAILS
    near = values["nerve_and_muscle_farthest_from_70_mV"] <= NEAR
    return HOLDS if near and not values["outside_of_measured"] else LIMITED


STATEMENT = Statement(
    8,
    "The rest differs between cell types: neuron and muscle about −70 mV; red cells and epithelia differ",
    "rests of nine cells beside measured ones",
    f"holds where rests differ by {APART:g} mV or more, nerve and muscle lie within {NEAR:g} mV of −70 and "
    f"all as "
    "measured; within limits where they differ so; else not",
    try_it,
    judge,
    {"scale": {"pump": 1e-3}},
    "python run.py rest --cell red_cell",
)
