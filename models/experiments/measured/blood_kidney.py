"""Red cell and proximal tubule: at rest, in ouabain, and the red cell with its chloride gradient reversed."""

import numpy as np

from ...physics.theory import nernst, thermal_voltage
from ...solve.events import Event
from ...solve.time_course import evolve
from ...words import HOUR
from ..block import block, crossing
from ..rest import rest
from .lab import Lab, Numbers

WEEK = 168.0  # h
REVERSED = 30.0  # mV, the red cell's V in impermeant anions
MEASURED_AT = 31.0  # min of ouabain after which frog tubules had half their V


def red_cell(lab: Lab) -> Numbers:
    """The red cell at rest, with its pump stopped, and with its chloride gradient reversed."""
    cell, red = lab.cell("red_cell"), lab.rest("red_cell")
    found = dict.fromkeys(("red_cell_v", "red_cell_measured", "red_cell_impaled"), red["v_rest_mV"])
    found["red_cell_na"] = red["nai_mM"]
    stopped = block(cell, hours=24).summary
    found["red_cell_step"] = stopped["v_immediate_mV"] - stopped["v_before_mV"]
    late = block(cell, hours=WEEK).course
    found["red_cell_run_down"] = (crossing(late.t, -late.k[:, 0], -late.k[0, 0] / 2) or np.inf) / HOUR
    e_cl = float(nernst(stopped["cli_end_mM"], red["clo_mM"], -1, red["celsius_degC"]))
    found["red_cell_day"] = stopped["v_end_mV"] - e_cl
    chloride = red["cli_mM"] * np.exp(-REVERSED / thermal_voltage(cell.celsius))
    usual = rest(cell)
    turned = rest(cell, {"clo": chloride}, hold="concentrations")
    pumped = {ion: turned.currents[ion]["pump"][0] / usual.currents[ion]["pump"][0] for ion in ("na", "k")}
    found["red_cell_reversed"] = turned.summary["v_rest_mV"]
    found["red_cell_reversed_k"] = 100 * (1 - pumped["k"])
    found["red_cell_reversed_na"] = 100 * (1 - pumped["na"])
    out = []
    for state in (usual, turned):  # of a constant-field leak what leaves, by the flux ratio
        e_k = nernst(state.inside["k"], state.outside["k"], 1, cell.celsius)
        ratio = np.exp((e_k - state.v) / thermal_voltage(cell.celsius))
        out.append(float((state.currents["k"]["leak"] / (1 - ratio))[0]))
    return found | {"red_cell_reversed_efflux": out[1] / out[0]}


def tubule(lab: Lab) -> Numbers:
    """The frog's proximal tubule at rest and in 0.1 mM ouabain."""
    cell, summary, at_rest = lab.cell("epithelium"), lab.rest("epithelium"), rest(lab.cell("epithelium"))
    v = float(at_rest.v[-1])
    e_cl = float(nernst(summary["cli_mM"], summary["clo_mM"], -1, summary["celsius_degC"]))
    found = {"tubule_v": v, "tubule_cl": v - e_cl, "tubule_across": float(at_rest.v[-1] - at_rest.v[0])}
    for ion in ("na", "k"):
        nernst_of = float(nernst(summary[f"{ion}i_mM"], summary[f"{ion}o_mM"], 1, summary["celsius_degC"]))
        found[f"tubule_{ion}"] = v - nernst_of
    minutes = np.linspace(0, 90, 181)
    saved, cell.start = cell.start, at_rest.state()
    drug = Event(0, set={"ouabain": 0.1})
    course = evolve(cell, 1.5, [drug], times_ms=minutes * HOUR / 60)
    cell.start = saved
    below = np.flatnonzero(course.v[:, -1] > v / 2)
    found["tubule_half"] = float(minutes[below[0]]) if len(below) else np.inf
    for ion in ("na", "k", "cl"):
        inside = getattr(course, ion)[:, -1]
        found[f"tubule_ouabain_{ion}"] = float(np.interp(MEASURED_AT, minutes, inside) - inside[0])
    return found
