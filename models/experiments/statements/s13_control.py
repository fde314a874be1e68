"""What the pump follows: energy, hormones, development."""

from collections.abc import Mapping
from typing import Any

from ...physics.theory import nernst
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = ("muscle_fast", "muscle_slow", "ventricle")
WAYS = {
    "ATP a tenth": {"energy": 0.1},
    "insulin 1 nM": {"insulin": 1e-6},
    "adrenaline 10 nM": {"adrenaline": 1e-5},
}
SWITCHED = "human_ventricle"  # all of its pump by alpha1, of which there is more for it
FOLLOWS = 0.1  # of the pump's current at once


def try_it(bench: Bench) -> Finding:
    """The pump's current at once, and V for good, with less ATP and with two hormones; chloride of a young
    neuron."""
    current: dict[str, dict[str, float]] = {words: {} for words in WAYS}
    v: dict[str, dict[str, float]] = {words: {} for words in WAYS}
    names = bench.names(CELLS)
    for i, name in enumerate(names):
        before = bench.rest(name).summary
        for words, setting in WAYS.items():
            bench.told(i / len(names), f"{name}, {words}")
            held = bench.rest(name, setting, hold="concentrations").summary
            current[words][name] = held["pump_net_current_uA_cm2"] / before["pump_net_current_uA_cm2"]
            v[words][name] = bench.rest(name, setting).summary["v_rest_mV"] - before["v_rest_mV"]
    young = {}
    for name in bench.names(("neuron_kcc2", "neuron_immature")):
        s = bench.rest(name).summary
        e_cl = float(nernst(s["cli_mM"], s["clo_mM"], -1, s["celsius_degC"]))
        young[name] = e_cl - s["v_rest_mV"]
    switch = _switched(bench)
    least = {words: min(abs(one - 1) for one in own.values()) for words, own in current.items()}
    values: dict[str, Any] = {
        "least_followed_share": min(least.values()),
        "followed_share": least,
        "pump_current_share": current,
        "v_change_mV": v,
        "chloride_driving_force_mV": young,
        **switch,
    }
    shift = {words: max(own.values(), key=abs) for words, own in v.items()}
    limit = "the pump's current at once: " + ", ".join(
        f"{words} {min(own.values()):.1f} to {max(own.values()):.1f} times" for words, own in current.items()
    )
    limit += "; V for good by " + ", ".join(f"{change:+.1f} mV ({words})" for words, change in shift.items())
    if len(young) == 2:
        old, new = young["neuron_kcc2"], young["neuron_immature"]
        limit += f"; E_Cl is {new:+.0f} mV from V in the immature neuron, {old:+.0f} in the adult"
    if switch:
        times = switch["isoform_switch_pump_share"]
        limit += f"; α1 alone in a heart's pump makes {times:.2f} times its current at once"
    lines = [
        Line(list(own), list(own.values()), words, colour, "bars")
        for (words, own), colour in zip(current.items(), ("v", "k", "na"), strict=True)
    ]
    return Finding(values, limit, [
        Panel("at once: reversed with a tenth of ATP, faster with hormones", "",
              "pump current, of the usual", [*lines, Line([], [1.0], "", "", "level")]),
    ])  # fmt: skip


def _switched(bench: Bench) -> dict[str, float]:
    """The pump of a heart with alpha1 alone, as many cycles in all: its current at once, and Na+ for good."""
    if not bench.names((SWITCHED,)):
        return {}
    isoforms = bench.cell(SWITCHED).parameters.pump.isoform
    alone = {f"{name}_activity": 0.0 for name in isoforms} | {
        "alpha1_activity": 1 / float(isoforms["alpha1"].share)
    }
    before, held = bench.rest(SWITCHED).summary, bench.rest(SWITCHED, alone, hold="concentrations").summary
    return {
        "isoform_switch_pump_share": held["pump_net_current_uA_cm2"] / before["pump_net_current_uA_cm2"],
        "isoform_switch_na_factor": bench.rest(SWITCHED, alone).summary["nai_mM"] / before["nai_mM"],
    }


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if max(values["followed_share"].values()) < FOLLOWS:
        return FAILS
    return HOLDS if values["least_followed_share"] >= FOLLOWS else LIMITED


STATEMENT = Statement(
    13,
    "The pump follows energy, hormones and development",
    "the pump's current at once and V for good of two muscle fibres and a ventricular cell with a tenth of "
    "their ATP, "
    "with insulin and with adrenaline; E_Cl of an immature and an adult neuron; a heart's pump with α1 alone",
    f"holds where the pump's current changes by {100 * FOLLOWS:.0f} % or more at once in all three by "
    f"each; within limits "
    "by some; else not",
    try_it,
    judge,
    {"set": {"insulin": 1e-6, "adrenaline": 1e-5}},
    "python run.py rest --cell muscle_fast --set adrenaline=1e-5 --hold concentrations",
)
