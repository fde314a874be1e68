"""What channels put into a cell that has none make of its rest."""

from collections.abc import Mapping
from typing import Any

from ...cells import make_cell
from ..iv import iv
from ..rest import rest
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

KIR = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)  # mS/cm2
SHIFT = 10.0  # mV


def try_it(bench: Bench) -> Finding:
    """HEK293 with ever more Kir2.1: its rests, and every voltage without current."""
    v = []
    for i, gbar in enumerate(KIR):
        bench.told(i / (len(KIR) + 1), f"Kir2.1 {gbar:g} mS/cm2")
        v.append(_rest(bench, gbar * bench.scale.get("pl_kir", 1.0)))
    strong = KIR[4] * bench.scale.get("pl_kir", 1.0)
    table = {"channel.pl_kir.gbar": f"{strong} mS/cm2"}
    cell = make_cell("hek293", set=table)
    roots = [root["v_mV"] for root in iv(cell).summary["roots"]]
    values: dict[str, Any] = {
        "native_mV": v[0],
        "with_kir_mV": v[4],
        "shift_mV": v[0] - v[4],
        "roots": roots,
        "v_mV": dict(zip(map(str, KIR), v, strict=True)),
    }
    limit = f"from {v[0]:.0f} to {v[4]:.0f} mV with {KIR[4]:g} mS/cm² of Kir2.1, which it has not by itself"
    line = Line(list(KIR), v, "", "v")
    return Finding(values, limit, [
        Panel("a few channels give a cell a rest", "Kir2.1 (mS/cm²)", "V at rest (mV)", [line])
    ])  # fmt: skip


def _rest(bench: Bench, gbar: float) -> float:
    cell = make_cell("hek293", set={"channel.pl_kir.gbar": f"{gbar} mS/cm2"})
    return rest(cell).summary["v_rest_mV"]


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["shift_mV"] < SHIFT:
        return FAILS
    return HOLDS if values["with_kir_mV"] < -65 else LIMITED


STATEMENT = Statement(
    17,
    "Engineered channels give non-native cells a rest of their own",
    "HEK293 with 0 to 0.5 mS/cm² of Kir2.1",
    f"holds where Kir2.1 lowers V by {SHIFT:g} mV or more, to below −65 mV; within limits where it does "
    f"not reach it; "
    "else not",
    try_it,
    judge,
    {"scale": {"pl_kir": 1e-3}},
    "python run.py rest --cell hek293 --set 'channel.pl_kir.gbar=0.2 mS/cm2'",
)
