"""What becomes of a cell whose pump has stopped."""

from collections.abc import Mapping
from typing import Any

from .bench import NATIVE, Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

HOURS = 240.0  # followed; the slowest, a red cell, is half-way after a day
OPEN, CLOSED, SWELLS = "open bath", "closed space", "water flows"
HALF, SOME = 0.5, 0.75  # of the resting potential


def try_it(bench: Bench) -> Finding:
    """The pump of every cell blocked, in a bath, in a closed space and with water."""
    left: dict[str, float] = {}
    half: dict[str, dict[str, float]] = {OPEN: {}, CLOSED: {}, SWELLS: {}}
    names = bench.names(NATIVE)
    for i, name in enumerate(names):
        ways = {OPEN: {}, CLOSED: {"outside": "closed"}, SWELLS: {"volume": "osmotic"}}
        if name == "epithelium":  # which stands between two baths
            del ways[CLOSED], ways[SWELLS]
        for way, options in ways.items():
            bench.told(i / len(names), f"{name}, {way}")
            s = bench.block(name, HOURS, **options).summary
            left[f"{name}, {way}"] = s["v_end_mV"] / s["v_before_mV"]
            if s["hours_half_way_to_final"] is not None:
                half[way][name] = s["hours_half_way_to_final"]
    most = max(left, key=lambda key: left[key])
    values: dict[str, Any] = {
        "largest_share_left": left[most],
        "largest_share_left_in": most,
        "fastest_half_way_hours": min(half[OPEN].values(), default=None),
        "slowest_half_way_hours": max(half[OPEN].values(), default=None),
        "share_left": left,
        "half_way_open_hours": half[OPEN],
        "half_way_closed_hours": half[CLOSED],
        "half_way_osmotic_hours": half[SWELLS],
    }
    fast, slow = values["fastest_half_way_hours"], values["slowest_half_way_hours"]
    limit = f"most is left in {most}: {100 * left[most]:.0f} %"
    if fast is not None and slow is not None:
        limit += f"; half-way after {60 * fast:.0f} min to {slow:.0f} h in a bath"
    sooner = [half[OPEN][name] / hours for name, hours in half[CLOSED].items() if name in half[OPEN]]
    if sooner:
        limit += f", in a closed space {min(sooner):.0f} to {max(sooner):.0f} times as soon"
    lines = [Line(list(own), list(own.values()), way, colour, "bars")
             for (way, own), colour in zip(half.items(), ("k", "na", "cl"), strict=True) if own]  # fmt: skip
    title = "every rest collapses: in minutes, hours or days"
    return Finding(values, limit, [Panel(title, "", "half-way to the end after (h)", lines, "y")])


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["largest_share_left"] > SOME:
        return FAILS
    return HOLDS if values["largest_share_left"] < HALF else LIMITED


STATEMENT = Statement(
    4,
    "Without the pump gradients dissipate and the rest collapses",
    "the pump of every cell blocked for ten days: in an open bath, in a closed space, and with water flowing",
    "holds where less than half of the resting potential is left in every cell and space; within limits "
    "where less "
    "than three quarters are; else not",
    try_it,
    judge,
    {"blocked": 0.3},
    "python run.py block --cell muscle --hours 240",
)
