"""Muscle fibres: what their surface conducts, where they rest, and where their chloride is."""

from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...cells import make_cell
from ...physics.theory import nernst, thermal_voltage
from ...solve.currents import slope_conductance
from ...solve.equations import System
from ...solve.time_course import evolve
from ..rest import leak_slope, rest
from ..rest_result import RestResult
from .lab import Lab, Numbers
from .tubules import tubules_of

EXHAUSTED = 0.01  # of the ATP at rest, without oxygen
CHANNEL = "pl_clc1"  # of the fibres whose Cl- has no leak
# rat gastrocnemius: the fast fibre with its own rectifier, a slope of 99 uS per cm2 of fibre surface at E_K
# and 6 mM K+ (Lorkovic & Tomanek 1977), at -85 mV as in 4 mM (Jurkat-Rott et al. 2009 PNAS 106:4036)
GASTROCNEMIUS = {"channel.pl_kirmuscle.p": "0.66e-6 cm/s", "inside.v": "-85 mV"}
# a muscle's cell, what is set in it, and the K+ outside where it was measured (mM; None: the file's)
MEASURED: dict[str, tuple[str, dict[str, str], float | None]] = {
    "gastrocnemius": ("muscle_fast", GASTROCNEMIUS, 6.0),
    "soleus": ("muscle_slow", {}, 6.0),
    "diaphragm": ("diaphragm", {}, None),
}
# what is left of conductances two weeks after denervation, Lorkovic & Tomanek 1977 Am J Physiol 232:C109
DENERVATED = {
    "gastrocnemius": {"pl_clc1": 440 / 845, "pl_kirmuscle": 205 / 99},
    "soleus": {"clleak": 191 / 1025, "kleak": 364 / 161, "pl_kirmuscle": 364 / 161},
}


def conductances(lab: Lab) -> Numbers:
    """K+ and Cl- conductance (uS/cm2) per surface without tubules."""
    found = {}
    for muscle in MEASURED:
        cell, ko = _fibre(lab, muscle)
        chloride, potassium = _conductances(cell, ko)
        surface = cell.area[tubules_of(cell).surface].sum()
        found[f"{muscle}_gcl"] = 1e6 * chloride / surface
        if muscle != "diaphragm":  # whose K+ conductance was not measured
            found[f"{muscle}_gk"] = 1e6 * potassium / surface
    return found


def denervated(lab: Lab) -> Numbers:
    """Chloride's share (%) of the conductance two weeks after the nerve was cut."""
    found = {}
    for muscle, change in DENERVATED.items():
        cell, ko = _fibre(lab, muscle)
        with cell.changed({}, change):
            chloride, potassium = _conductances(cell, ko)
        found[f"{muscle}_denervated"] = 100 * chloride / (chloride + potassium)
    return found


def _fibre(lab: Lab, muscle: str) -> tuple[Cell, float | None]:
    """The fibre of a muscle that was measured, and the K+ outside there (mM; None: its own)."""
    name, change, ko = MEASURED[muscle]
    return make_cell(name, set=change) if change else lab.cell(name), ko


def _conductances(cell: Cell, ko: float | None) -> tuple[float, float]:
    """Chloride's and K+'s conductance of the whole fibre at rest (S/cm2 um2), in `ko` (mM; None: its own)."""
    result = rest(cell, {} if ko is None else {"ko": ko})
    sodium = leak_slope(cell, "na", result.state()) @ cell.area
    chloride = _chloride(cell, result) @ cell.area
    return float(chloride), float(result.slope @ cell.area - chloride - sodium)


def _chloride(cell: Cell, result: RestResult) -> np.ndarray:
    """Conductance of Cl- (S/cm2), (compartments,), of leak or channel."""
    if CHANNEL not in cell.membrane.channels:
        return leak_slope(cell, "cl", result.state())
    saved, cell.start = cell.start, result.state()
    slopes = []
    for scale in ({}, {CHANNEL: 0.0}):
        with cell.changed({}, scale):
            system = System(cell)
            slopes.append(slope_conductance(system, system.start))
    cell.start = saved
    return slopes[0] - slopes[1]


def potentials(lab: Lab) -> Numbers:
    """V and concentrations at rest; how far E_Cl is from V in ouabain and in high K+."""
    slow, fast = lab.rest("muscle_slow"), lab.rest("muscle_fast")
    drug = lab.ouabain("muscle_fast", "1 mM", 2.0).summary
    high = rest(lab.cell("muscle_fast"), {"ko": 12}).summary
    fast_fibre = lab.cell("muscle_fast")
    with fast_fibre.changed({"energy": EXHAUSTED}):
        anoxic = evolve(fast_fibre, 2.0, points=2)
    inside = anoxic.cl[-1] @ fast_fibre.volume / fast_fibre.volume.sum()
    v = anoxic.v[-1] @ fast_fibre.area / fast_fibre.area.sum()
    return {
        "edl_cl_ouabain": _e_cl(lab, drug["cli_end_mM"]) - drug["v_end_mV"],
        "edl_cl_anoxia": _e_cl(lab, float(inside)) - float(v),
        "edl_cl_high_k": _e_cl(lab, high["cli_mM"]) - high["v_rest_mV"],
        "soleus_v": slow["v_rest_mV"],
        "soleus_surface_v": slow["v_rest_mV"],
        "soleus_na": slow["nai_mM"],
        "edl_cl": fast["cli_mM"] / _passive(lab, fast),
        "human_p1": fast["v_rest_mV"],
        "cannon_k": lab.rest("muscle")["ki_mM"],
    }


def _passive(lab: Lab, s: dict[str, Any]) -> float:
    """Cl- inside (mM) that would be in equilibrium with V."""
    cell = lab.cell("muscle_fast")
    return float(s["clo_mM"] * np.exp(s["v_rest_mV"] / thermal_voltage(cell.celsius)))


def _e_cl(lab: Lab, cli: float) -> float:
    """E_Cl (mV) of the fast fibre at `cli` (mM) inside."""
    cell = lab.cell("muscle_fast")
    return float(nernst(cli, cell.outside["cl"], -1, cell.celsius))
