"""What light-gated channels do to V, and to the balance."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..run import run
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

PROTOCOL = "light_10min"
ON, END = 60e3, 4.26e6  # ms, of that protocol
STEERED, SOON = 10.0, 10.0  # mV, ms
UNTOUCHED = 0.05  # share of Na+ inside


def try_it(bench: Bench) -> Finding:
    """Ten minutes of light on a neuron with channelrhodopsin."""
    cell = bench.cell("neuron_chr2", max_compartment_length=80)

    def told(t: float, words: str = "") -> None:
        bench.told(t / END, words)

    found = run(PROTOCOL, cell, **bench.changes(cell), progress=told)
    s, layout, course = found.summary, found.layout, found.course
    v = layout.by_area(course.v)
    na = layout.by_volume(course.na, course.relative_volume)
    after = course.t >= ON
    half = (v[after] - s["v_before_mV"]) >= 0.5 * (s["v_highest_mV"] - s["v_before_mV"])
    latency = float(course.t[after][half.argmax()] - ON) if half.any() else float("inf")
    gained = float(na.max() / na[0] - 1)
    size = float(s["v_highest_mV"] - s["v_before_mV"])
    values: dict[str, Any] = {
        "latency_ms": latency if np.isfinite(latency) else None,
        "size_mV": size,
        "na_gained_share": gained,
        "undershoot_mV": float(s["v_lowest_mV"] - s["v_before_mV"]),
        "recovered_after_s": s["recovered_after_s"],
        "atp_molecules_n": s["atp_molecules"],
    }
    limit = (
        f"{size:.0f} mV, half of it within {latency:.1f} ms; but ten minutes leave {100 * gained:.0f} % "
        f"more Na⁺ inside, and "
        f"after them V is {-values['undershoot_mV']:.0f} mV below its rest"
    )
    if s["recovered_after_s"] is not None:
        limit += f" and back after {(s['recovered_after_s']) / 60:.0f} min"
    minutes = (course.t / 6e4).tolist()
    return Finding(values, limit, [
        Panel("V follows at once, and overshoots in the dark", "time (min)", "V (mV)", [
            Line(minutes, v.tolist(), "V", "v"), Line([], [s["v_before_mV"]], "rest", "", "level")]),
        Panel("the debt: Na⁺", "time (min)", "Na⁺ inside (mM)", [Line(minutes, na.tolist(), "", "na")]),
    ])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    late = values["latency_ms"] is None or values["latency_ms"] > SOON
    if late or values["size_mV"] < STEERED:
        return FAILS
    return HOLDS if values["na_gained_share"] < UNTOUCHED else LIMITED


STATEMENT = Statement(
    16,
    "Light-gated channels steer V within milliseconds and leave the balance untouched",
    "ten minutes of blue light, 1 mW/mm², on a neuron with channelrhodopsin, and an hour after",
    f"holds where V moves by {STEERED:g} mV or more, half of it within {SOON:g} ms, and Na⁺ inside by less "
    f"than "
    f"{100 * UNTOUCHED:.0f} %; within limits where V moves so but Na⁺ too; else not",
    try_it,
    judge,
    {"scale": {"pl_chr2": 1e-3}},
    "python run.py run light_10min",
)
