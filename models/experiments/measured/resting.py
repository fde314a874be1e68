"""What cells rest at, and how that depends on what is outside."""

from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...physics.theory import nernst
from ...solve.equations import System
from ...solve.time_course import evolve
from ...words import HOUR
from ..rest import leak_slope, rest
from .lab import Lab, Numbers

EDGE = 0.02  # mM within which the K+ outside at which a state is lost is found


def frog(lab: Lab) -> Numbers:
    """Frog muscle: its K+ curve and its chloride."""
    cell, s = lab.cell("frog_muscle"), lab.rest("frog_muscle")
    e_cl = float(nernst(s["cli_mM"], s["clo_mM"], -1, s["celsius_degC"]))
    slope = rest(cell)
    share = 100 * (leak_slope(cell, "cl", slope.state()) @ cell.area) / (slope.slope @ cell.area)
    found = {"frog_v": s["v_rest_mV"], "frog_e_cl": e_cl, "frog_cl": s["cli_mM"], "frog_share": share}
    without = {}
    for ko in (0.5, 1, 2.5, 5, 10, 20, 50, 100):  # sulphate for chloride, as long as an experiment takes
        held = rest(cell, {"ko": ko}, {"clleak": 0}, hold="concentrations").summary["v_rest_mV"]
        without[ko] = held
        found[f"frog_k_{ko:g}".replace(".", "_")] = held
    found["frog_slope"] = without[100] - without[10]
    low = rest(cell, {"clo": 30}, hold="concentrations").summary["v_rest_mV"]
    found["frog_cl_step"] = low - s["v_rest_mV"]
    with cell.changed({"clo": 30}):
        course = evolve(cell, 1.0, times_ms=[HOUR])
    saved, cell.start = cell.start, {key: getattr(course, key)[-1] for key in cell.start}
    back = rest(cell, hold="concentrations").summary["v_rest_mV"]
    cell.start = saved
    at_last = float(course.v[-1].mean())
    return found | {"frog_cl_return": back - at_last, "frog_cl_decay": at_last - s["v_rest_mV"]}


def given(lab: Lab) -> Numbers:
    """What files have of muscle's inside, a red cell's water, and how V changes the rate of the Ca2+ pump."""
    carried = [_calcium(lab.cell("ventricle"), v) for v in (-90.0, -50.0)]
    return {
        "muscle_inside": float(lab.cell("muscle").segments[0].sec.Ra),
        "red_cell_water": lab.cell("red_cell").conditions.water_permeability,
        "calcium_pump_v": carried[0] / carried[1],
    }


def _calcium(cell: Cell, v: float) -> float:
    """Ca2+ (mA/cm2) that the pump of the plasma membrane takes out at V (mV), all else as at the start."""
    saved, cell.start = cell.start, cell.start | {"v": np.full(cell.size, v)}
    try:
        system = System(cell, hold="membrane")
        system.full_rates(system.start)
        return float(cell.segments[0].ica_pl_pmca)
    finally:
        cell.start = saved


def heart(lab: Lab) -> Numbers:
    """Purkinje fibre against K+ outside."""
    cell = lab.cell("purkinje")
    return {f"purkinje_{ko}": rest(cell, {"ko": ko}).summary["v_rest_mV"] for ko in (2, 4, 16)}


def low_potassium(lab: Lab) -> Numbers:
    """Where muscle loses its rest at low K+, healthy and sick."""
    cell = lab.cell("muscle_fast")

    def reached(ko: float, start: dict[str, Any] | None = None) -> float:
        return float(rest(cell, {"ko": ko}, start=start).summary["v_rest_mV"])

    depolarised = {"v": -50}
    found = {"p2_voltage": reached(1.5, depolarised)}
    for key, start in (("p1_lost", None), ("p2_lost", depolarised)):
        low, high = 0.1, 3.0
        while high - low > EDGE:  # below the edge the cell ends depolarised, above it near E_K
            middle = 0.5 * (low + high)
            low, high = (middle, high) if reached(middle, start) > -75 else (low, middle)
        found[key] = 0.5 * (low + high)
    sick = lab.cell("hypopp")
    for ko in (4, 1.5):
        result = rest(sick, {"ko": ko}).summary
        found[f"hypopp_{ko:g}".replace(".", "_")] = result["v_rest_mV"]
        if ko == 4:
            found["hypopp_na"] = result["nai_mM"]
    return found
