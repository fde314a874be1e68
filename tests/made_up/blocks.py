"""A pump block, and several side by side."""

import numpy as np

from models.experiments.block import BlockResult
from models.experiments.compare import CompareResult

from .cell import UNEVEN, course, rest


def block(recover=False, endless=None, before=None, part=False, **options) -> BlockResult:
    """A pump block of two hours. part: of two compartments only."""
    before = before or rest(**options)
    where = before.layout
    moved = course(where.ions)
    if not where.osmotic:
        moved.state["relative_volume"] = np.ones_like(moved.relative_volume)
    result = BlockResult(
        layout=where,
        before=before,
        course=moved,
        fraction=0.75,
        where=np.array([1, 2]) if part else np.arange(4),
        place="dend" if part else "all",
        recover_at_hours=5e5 / 3.6e6 if recover else None,
        v_immediate=-68.0 * UNEVEN,
        final=np.full(4, np.nan) if endless else -12.0 * UNEVEN,
        final_relative_volume=np.full(4, np.nan) if endless else 2.5 * UNEVEN,
        final_name="Donnan (full block, for ever)",
        endless=endless,
        summary={},
    )
    s = result.summary
    s |= {
        "cell": where.name, "fraction": 0.75, "hours": 2.0, "recover_at_hours": result.recover_at_hours,
        "v_before_mV": -72.345678, "v_immediate_mV": -66.111, "v_recovery_mV": -33.222 if recover else None,
        "v_end_mV": -14.333, "step_predicted_mV": 6.4444, "v_end_min_mV": -18.0, "v_end_max_mV": -13.0,
        "relative_volume_recovery": 1.1 if recover else None, "relative_volume_end": 1.45678,
        "final_mV": None if endless else -11.5555, "final_relative_volume": None if endless else 2.6789,
        "hours_to_10_mV": 0.04321, "hours_half_way_to_final": None if endless else 0.56789,
        "nai_rise_mM_per_min": 3.45678, "max_local_charge_error": 3.4e-15, "total_charge_error": 1.2e-15,
        "ion_conservation_error": 5.6e-15,
        "closed_conservation_error": 7.8e-15 if where.space == "closed" else None,
        "compartments": 4, "evaluations": 321, "wall_s": 2.6789, "spikes": 7,
        "final_name": result.final_name,
    }  # fmt: skip
    for i, ion in enumerate(("na", "k", "cl")):
        there = ion in where.ions
        s[f"{ion}i_before_mM"] = 21.111 + 10 * i if there else None
        s[f"{ion}i_recovery_mM"] = 22.222 + 10 * i if recover and there else None
        s[f"{ion}i_end_mM"] = 23.333 + 10 * i if there else None
        s[f"{ion}o_recovery_mM"] = 24.444 + 10 * i if recover and there else None
        s[f"{ion}o_end_mM"] = 25.555 + 10 * i if there else None
    return result


def compare(names=("quick cell", "slow"), closed=True, **options) -> CompareResult:
    """Cells in a bath and in a closed space; each number of a later one is another."""
    blocks = {}
    for i, name in enumerate(names):
        for suffix, space in (("", "bath"), *([(" closed", "closed")] if closed else [])):
            one = block(**{"name": name, "space": space, **options})
            factor = 1 + 0.3 * i + (0.05 if suffix else 0.0)
            for summary in (one.summary, one.before.summary):
                summary |= {
                    k: v * factor for k, v in summary.items() if isinstance(v, float) and k != "hours"
                }
            for key, change in (("v", factor), ("na", factor), ("k", 1 / factor), ("ko", factor)):
                one.course.state[key] = one.course.state[key] * change
            one.before.inside["na"] = one.before.inside["na"] * factor
            blocks[name + suffix] = one
    return CompareResult(
        blocks,
        {},
        {"cells": {name: {"rest": b.before.summary, "block": b.summary} for name, b in blocks.items()}},
    )
