"""What channels put into a cell that has none make of its rest."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...cells import make_cell
from ...systems import Cells
from ..electrode import Electrode
from ..iv import iv
from ..rest import rest
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

KIR = (0.0, 0.02, 0.05, 0.1, 0.2, 0.6047)  # mS/cm2; the last as strong as in heart (see ex293.toml)
SHIFT, REST = 10.0, -65.0  # mV: how far V has to fall, and to where
PULSES, LONG, AFTER = np.geomspace(0.1, 0.3, 12), 2.0, 60.0  # nA, each a tenth stronger; ms
ALL = 30.0  # mV more for a tenth more current: a spike
BATHS = (5.0, 3.0, 2.0, 1.5, 1.0)  # mM K+
# a myocyte joined by 68.9 nS to a HEK293 cell of 1.7 times its area, with and without Kir2.1: McSpadden et
# al. 2012 Circ Arrhythm Electrophysiol 5:821, doi:10.1161/CIRCEP.111.969329
JOINED, LARGER = "68.9 nS", 1.7


def try_it(bench: Bench) -> Finding:
    """HEK293 with ever more Kir2.1: its rests; with NaV1.5: its spike, every voltage that holds; beside a
    myocyte."""
    factor, v = bench.scale.get("pl_kir", 1.0), []
    for i, gbar in enumerate(KIR):
        bench.told(i / (len(KIR) + 3), f"Kir2.1 {gbar:g} mS/cm2")
        cell = make_cell("hek293", set={"channel.pl_kir.gbar": f"{gbar * factor} mS/cm2"})
        v.append(rest(cell).summary["v_rest_mV"])
    bench.told(len(KIR) / (len(KIR) + 3), "NaV1.5")
    cell = make_cell("ex293", set={"channel.pl_kir.gbar": f"{KIR[-1] * factor} mS/cm2"})
    peaks, t, course = _responses(cell)
    holding = {ko: [one["v_mV"] for one in iv(cell, set={"ko": ko}).roots if one["holds"]] for ko in BATHS}
    bench.told((len(KIR) + 2) / (len(KIR) + 3), "beside a myocyte")
    pair = {words: _pair(gbar * factor) for words, gbar in (("native", 0.0), ("kir", KIR[-1]))}
    two = [ko for ko, own in holding.items() if len(own) > 1]
    values: dict[str, Any] = {
        "native_mV": v[0],
        "with_kir_mV": v[-1],
        "shift_mV": v[0] - v[-1],
        "jump_mV": float(np.diff(peaks).max()),
        "spike_peak_mV": float(peaks.max()),
        "two_rests_in_mM": two,
        "holding_mV": {f"{ko:g} mM K+": own for ko, own in holding.items()},
        "myocyte_alone_mV": rest(make_cell("ventricle")).summary["v_rest_mV"],
        **{f"myocyte_beside_{words}_mV": own["myocyte"] for words, own in pair.items()},
        **{f"hek_beside_{words}_mV": own["hek"] for words, own in pair.items()},
        "v_mV": {f"{gbar:g} mS/cm2": own for gbar, own in zip(KIR, v, strict=True)},
    }
    return Finding(values, _limit(values), [
        Panel("a few channels give a cell a rest", "Kir2.1 (mS/cm²)", "V at rest (mV)",
              [Line(list(KIR), v, "", "v")]),
        Panel("with NaV1.5 it fires, all or nothing", "time (ms)", "V (mV)",
              [Line(t.tolist(), own.tolist(), words) for words, own in course.items()]),
        Panel("in little K⁺ a second rest", "K⁺ outside (mM)", "V that holds (mV)",
              [Line([ko for ko, own in holding.items() for _ in own],
                    [one for own in holding.values() for one in own], "", "k", "points")]),
    ])  # fmt: skip


def _responses(cell: Cell) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """The highest V (mV) after every pulse, (pulses,); and V over time before and after the largest jump."""
    saved = cell.starts
    electrode = Electrode(cell, cell.where("all"), LONG)
    try:
        cell.starts = rest(cell).states()
        found = [electrode.respond(float(one), AFTER) for one in PULSES]
    finally:
        electrode.remove()
        cell.starts = saved
    peaks = np.array([v.max() for _, v in found])
    i = int(np.diff(peaks).argmax())
    return peaks, found[i][0], {f"{PULSES[j]:.2f} nA": found[j][1] for j in (i, i + 1)}


def _pair(gbar: float) -> dict[str, float]:
    """V (mV) of a myocyte and of a HEK293 cell with so much Kir2.1 (mS/cm2), joined."""
    myocyte, hek = make_cell("ventricle"), make_cell("hek293")
    given = myocyte.parameters.outside
    bath = {f"outside.{ion}": f"{float(getattr(given, ion))} mM" for ion in ("nao", "ko", "clo")}
    length = LARGER * myocyte.area.sum() / (hek.area.sum() / hek.sections[0].L)
    own = {
        "electrical.celsius": f"{float(myocyte.celsius)} degC",
        "channel.pl_kir.gbar": f"{gbar} mS/cm2",
        "morphology.length": f"{length} um",
        "morphology.max_compartment_length": f"{length} um",
    }
    system = Cells(
        [{"name": "hek", "cell": "hek293", "set": bath | own}, {"name": "myocyte", "cell": "ventricle"}],
        junctions=[{"between": ["hek.cable(0.5)", "myocyte.cable(0.5)"], "conductance": JOINED}],
    )
    return {one["cell"]: one["v_rest_mV"] for one in rest(system).summary["cells"]}


def _limit(values: Mapping[str, Any]) -> str:
    words = (
        f"from {values['native_mV']:.0f} to {values['with_kir_mV']:.0f} mV with as much Kir2.1 as heart has"
    )
    if values["jump_mV"] >= ALL:
        words += f"; with its NaV1.5 a spike, to {values['spike_peak_mV']:.0f} mV"
    for ko in values["two_rests_in_mM"]:
        low, high = values["holding_mV"][f"{ko:g} mM K+"]
        words += f"; in {ko:g} mM K⁺ a second rest at {high:.0f} beside {low:.0f} mV"
    return words + (
        f"; a myocyte of {values['myocyte_alone_mV']:.0f} mV is at {values['myocyte_beside_native_mV']:.0f} "
        f"beside a native cell, at {values['myocyte_beside_kir_mV']:.0f} mV beside one with Kir2.1"
    )


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["shift_mV"] < SHIFT:
        return FAILS
    alone = values["with_kir_mV"] < REST and not values["two_rests_in_mM"]
    return HOLDS if alone and values["jump_mV"] >= ALL else LIMITED


STATEMENT = Statement(
    17,
    "Engineered channels give non-native cells a rest of their own",
    "HEK293 with 0 to 0.6 mS/cm² of Kir2.1, as much as heart has; with NaV1.5 as well: pulses a tenth "
    "stronger each, every voltage that holds in 5 to 1 mM K⁺; beside a myocyte, joined by 68.9 nS",
    f"holds where Kir2.1 lowers V by {SHIFT:g} mV or more, to below {REST:g} mV, NaV1.5 adds a response that "
    f"is {ALL:g} mV higher for a tenth more current, and no second voltage holds; within limits where V "
    "falls by as much; else not",
    try_it,
    judge,
    {"scale": {"pl_kir": 1e-3}},
    "python run.py iv --cell ex293 --set ko=1",
)
