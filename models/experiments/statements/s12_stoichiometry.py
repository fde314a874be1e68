"""What a cycle of the pump moves, and what it costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...physics.theory import AVOGADRO, FARADAY, nernst
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = ("neuron", "muscle", "muscle_fast", "red_cell", "purkinje")
DAY = 86_400.0  # s
# kJ/mol of ATP in cells at work and at rest: physics of Veech et al. 1979, -50 to -60
LEAST, MOST = 50.0, 60.0


def try_it(bench: Bench) -> Finding:
    """What the pump moves and spends in a day at rest, and the work that it does in a cycle."""
    names = bench.names(CELLS)
    values: dict[str, Any] = {}
    turns, work, ratios = {}, {}, []
    amounts: dict[str, dict[str, float]] = {"na": {}, "k": {}, "atp": {}}
    for i, name in enumerate(names):
        bench.told(i / len(names), name)
        found = bench.rest(name)
        s, area = found.summary, found.layout.area
        # mA/cm2 um2 to ions/s
        per_s = 1e-11 * AVOGADRO / FARADAY
        na, k = (abs(float(found.currents[ion]["pump"] @ area)) * per_s for ion in ("na", "k"))
        atp = s["atp_per_s"] * s["atp_share_of_pump"]
        ratios.append((na / atp, k / atp))
        for moved, own in zip(amounts.values(), (na, k, atp), strict=True):
            moved[name] = own * DAY
        k_inside = float(found.inside["k"] @ found.layout.volume) * 1e-18 * AVOGADRO
        turns[name] = k * DAY / k_inside
        e_na, e_k = (
            float(nernst(s[f"{ion}i_mM"], s[f"{ion}o_mM"], 1, s["celsius_degC"])) for ion in ("na", "k")
        )
        v = s["v_rest_mV"]
        work[name] = 1e-6 * FARADAY * (3 * (e_na - v) + 2 * (v - e_k))
    off = max(abs(np.array(ratios) - (3, 2)).max(axis=0))
    values |= {
        "largest_error_of_3_2_1": float(off),
        "highest_work_kJ_mol": max(work.values()),
        "work_kJ_mol": work,
        "k_turnovers_per_day": turns,
        **{f"{moved}_in_a_day_n": of_cells for moved, of_cells in amounts.items()},
        "fewest_turnovers_per_day": min(turns.values()),
    }
    highest = max(work, key=lambda name: work[name])
    limit = (
        f"a cycle's work is {min(work.values()):.0f} to {work[highest]:.0f} kJ/mol ({highest}), of the "
        f"{LEAST:.0f} to "
        f"{MOST:.0f} that ATP gives; in a day the pump moves {min(turns.values()):.1f} to "
        f"{max(turns.values()):.0f} "
        "times the cell's K⁺"
    )
    return Finding(values, limit, [
        Panel("work in a cycle: below what ATP gives", "", "kJ per mole of ATP", [
            Line(names, [work[name] for name in names], "3 Na⁺ out, 2 K⁺ in", "na", "bars"),
            Line([], [LEAST], f"{LEAST:.0f}: ATP of a cell at work", "", "level"),
            Line([], [MOST], f"{MOST:.0f}: ATP of a cell at rest", "", "level"),
        ]),
        Panel("the cell's K⁺, pumped in a day", "", "times", [
            Line(names, [turns[name] for name in names], "", "k", "bars")
        ], "y"),
    ])  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["largest_error_of_3_2_1"] > 1e-6 or values["highest_work_kJ_mol"] >= MOST:
        return FAILS
    return HOLDS if values["highest_work_kJ_mol"] < LEAST else LIMITED


STATEMENT = Statement(
    12,
    "3 Na⁺ go out for 2 K⁺ and one ATP",
    "what the pump of five cells moves and spends at rest in a day, counted from its currents and its ATP; "
    "the "
    "work of a cycle against the free energy of ATP",
    f"holds where Na⁺, K⁺ and ATP are as 3 : 2 : 1 within 1e-6 and a cycle's work is below {LEAST:.0f} "
    f"kJ/mol; within "
    f"limits below {MOST:.0f}; else not",
    try_it,
    judge,
    {"of_file": {"pump.n_k": 3}},
    "python run.py rest --cell muscle",
)
