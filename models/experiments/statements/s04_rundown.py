"""What becomes of a cell whose pump has stopped."""

from collections.abc import Mapping
from typing import Any

from ...cell.cell import Cell
from ...cell.changes import is_strong
from .bench import NATIVE, Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

HOURS = 240.0  # followed; the slowest, a red cell, is half-way after a day
HALF, SOME = 0.5, 0.75  # of the resting potential
OPEN, CLOSED, WATER = "open bath", "closed space", "water flows"
SHUT, SHUT_WATER = "Cl⁻ shut out", "Cl⁻ shut out, water flows"
# options of the cell, and whether chloride can move
WAYS: dict[str, tuple[dict[str, Any], bool]] = {
    OPEN: ({}, True),
    CLOSED: ({"outside": "closed"}, True),
    WATER: ({"volume": "osmotic"}, True),
    SHUT: ({}, False),
    SHUT_WATER: ({"volume": "osmotic"}, False),
}
CHLORIDE = ("clleak", "pl_clc1", "pl_nkcc1")  # what carries it in these cells
FIRES = "pl_navmuscle"  # without Cl- a fibre with these fires until it has run down; they are shut then
LIKE = 2.0  # times as soon or as late: of the same order


def without_chloride(cell: Cell) -> dict[str, float]:
    """Factors that let no chloride through a cell's membrane, and keep it from firing for that."""
    return {name: 0.0 for name in (*CHLORIDE, FIRES) if is_strong(cell, name)}


def try_it(bench: Bench) -> Finding:
    """The pump of every cell blocked, in a bath, in a closed space, with water and without chloride."""
    left: dict[str, float] = {}
    half: dict[str, dict[str, float]] = {way: {} for way in WAYS}
    volume: dict[str, dict[str, float]] = {WATER: {}, SHUT_WATER: {}}
    names = bench.names(NATIVE)
    for i, name in enumerate(names):
        for way, (options, chloride) in WAYS.items():
            if options and name == "epithelium":  # which stands between two baths
                continue
            bench.told(i / len(names), f"{name}, {way}")
            scale = {} if chloride else without_chloride(bench.cell(name, **options))
            s = bench.block(name, HOURS, scale, **options).summary
            left[f"{name}, {way}"] = s["v_end_mV"] / s["v_before_mV"]
            if s["hours_half_way_to_final"] is not None:
                half[way][name] = s["hours_half_way_to_final"]
            if way in volume:
                volume[way][name] = s["relative_volume_end"]
    most = max(left, key=lambda key: left[key])
    values: dict[str, Any] = {
        "largest_share_left": left[most],
        "largest_share_left_in": most,
        "fastest_half_way_hours": min(half[OPEN].values(), default=None),
        "slowest_half_way_hours": max(half[OPEN].values(), default=None),
        "share_left": left,
        "half_way_hours": half,
        "relative_volume_end": volume,
    }
    bars = {way: half[way] for way in (OPEN, CLOSED, WATER, SHUT) if half[way]}
    panels = [
        _bars("every rest collapses: in minutes, hours or days", "half-way to the end after (h)", bars, "y")
    ]
    if any(volume.values()):
        with_it = dict(zip(("with Cl⁻", "Cl⁻ shut out"), volume.values(), strict=True))
        panels.append(_bars("what swells them is Cl⁻", "volume after ten days, of that at rest", with_it))
    return Finding(values, f"most is left in {most}: {100 * left[most]:.0f} %{_limit(half, volume)}", panels)


def _limit(half: Mapping[str, dict[str, float]], volume: Mapping[str, dict[str, float]]) -> str:
    """How soon, and what a closed space and chloride have to do with it."""
    said, bath = "", half[OPEN]
    if bath:
        fast, slow = 60 * min(bath.values()), max(bath.values())
        said += f"; half-way after {fast:.0f} min to {slow:.0f} h in a bath"
    sooner = [bath[name] / hours for name, hours in half[CLOSED].items() if name in bath]
    if sooner:
        said += f", in a closed space {min(sooner):.0f} to {max(sooner):.0f} times as soon"
    later = [hours / bath[name] for name, hours in half[SHUT].items() if name in bath]
    if later:
        like = sum(1 / LIKE < times < LIKE for times in later)
        said += (
            f"; without Cl⁻ they collapse too, {like} of {len(later)} within {LIKE:g} times as soon or late"
        )
    if all(volume.values()):
        swollen, kept = (max(own.values()) for own in volume.values())
        said += f"; water swells them to {swollen:.1f} times their volume at most, without Cl⁻ to {kept:.2f}"
    return said


def _bars(title: str, y: str, groups: Mapping[str, dict[str, float]], log: str = "") -> Panel:
    colours = dict(zip(groups, ("k", "na", "cl", "v"), strict=False))
    return Panel(title, "", y, [
        Line(list(own), list(own.values()), way, colours[way], "bars") for way, own in groups.items()
    ], log)  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["largest_share_left"] > SOME:
        return FAILS
    return HOLDS if values["largest_share_left"] < HALF else LIMITED


STATEMENT = Statement(
    4,
    "Without the pump gradients dissipate and the rest collapses",
    "the pump of every cell blocked for ten days: in an open bath, in a closed space, with water flowing, "
    "and with nothing that lets Cl⁻ through (and no Na⁺ channels in the fast fibre, which fires without Cl⁻)",
    "holds where less than half of the resting potential is left in every cell and space; within limits "
    "where less "
    "than three quarters are; else not",
    try_it,
    judge,
    {"blocked": 0.3},
    "python run.py block --cell muscle --hours 240",
)
