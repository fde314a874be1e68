"""Muscle fibres: what their surface conducts, where they rest, and where their chloride is."""

import numpy as np

from ...cell.cell import Cell
from ...physics.theory import nernst
from ...solve.currents import slope_conductance
from ...solve.equations import System
from ..rest import leak_slope, rest
from ..rest_result import RestResult
from .lab import Lab, Numbers
from .tubules import tubules_of

CHANNEL = "pl_clc1"  # of the fibres whose Cl- has no leak
# the fibre that was measured, by the cell's name, and the K+ outside there (mM; None: the file's)
MEASURED = {
    "muscle_fast": ("gastrocnemius", 6.0),
    "muscle_slow": ("soleus", 6.0),
    "diaphragm": ("diaphragm", None),
}


def conductances(lab: Lab) -> Numbers:
    """K+ and Cl- conductance (uS/cm2) per surface without tubules."""
    found = {}
    for name, (label, ko) in MEASURED.items():
        cell = lab.cell(name)
        result = rest(cell, {} if ko is None else {"ko": ko})
        sodium = leak_slope(cell, "na", result.state()) @ cell.area
        chloride = _chloride(cell, result) @ cell.area
        surface = cell.area[tubules_of(cell).surface].sum()
        found[f"{label}_gcl"] = float(1e6 * chloride / surface)
        if name == "diaphragm":  # whose K+ conductance was not measured
            continue
        found[f"{label}_gk"] = float(1e6 * (result.slope @ cell.area - chloride - sodium) / surface)
    return found


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
    return {
        "edl_cl_ouabain": _e_cl(lab, drug["cli_end_mM"]) - drug["v_end_mV"],
        "edl_cl_high_k": _e_cl(lab, high["cli_mM"]) - high["v_rest_mV"],
        "soleus_v": slow["v_rest_mV"],
        "soleus_surface_v": slow["v_rest_mV"],
        "soleus_na": slow["nai_mM"],
        "edl_cl": fast["cli_mM"],
        "human_p1": fast["v_rest_mV"],
        "cannon_k": lab.rest("muscle")["ki_mM"],
    }


def _e_cl(lab: Lab, cli: float) -> float:
    """E_Cl (mV) of the fast fibre at `cli` (mM) inside."""
    cell = lab.cell("muscle_fast")
    return float(nernst(cli, cell.outside["cl"], -1, cell.celsius))
