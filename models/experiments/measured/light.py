"""Channelrhodopsin-2 under voltage clamp, in the solutions in which its published law reverses."""

import numpy as np

from ...cell.cell import Cell
from ...cell.light import irradiances
from ...cells import make_cell
from ...solve.accounting import solver_of
from ...solve.equations import System
from .lab import Lab, Numbers

CHANNEL = "pl_chr2"
SOLUTIONS = {"inside.nai": 10.0, "inside.ki": 140.0, "outside.nao": 140.0, "outside.ko": 5.4}  # mM
BRIGHT = 5.5  # mW/mm2
VOLTAGES = (-80, -70, -60, -40, -20, 20)  # mV
DOSES = (0.1, 0.34, 1.0, 1.6, 5.5)  # mW/mm2
SECOND = 1e3  # ms
EXACT = 1e-7  # error of a step


def channelrhodopsin(_: Lab) -> Numbers:
    """Peak and current after 1 s (uA/cm2) in bright light by V, the latter at -70 mV by dose, at 22 degC."""
    set = {"electrical.celsius": 22.0, **SOLUTIONS}
    cell = make_cell("neuron_chr2", set=set, morphology="stylised", max_compartment_length=1000.0)
    found = {}
    for v in VOLTAGES:
        found[f"chr2_peak_{v}"], found[f"chr2_plateau_{v}"] = _clamped(cell, v, BRIGHT)
    for dose in DOSES:
        found[f"chr2_dose_{dose:g}".replace(".", "_")] = _clamped(cell, -70, dose)[1]
    return found


def _clamped(cell: Cell, v: float, irradiance: float) -> tuple[float, float]:
    """Largest and last current of the channel (uA/cm2) in a second of light after the dark, V and
    concentrations held."""
    light = irradiances(cell)[CHANNEL]
    saved, segment = cell.start, cell.segments[0]
    cell.start = saved | {"v": np.full(cell.size, float(v))}
    try:
        system = System(cell, hold="dissolved")
        light.set(irradiance)
        solver = solver_of(system, system.pack(system.start), SECOND, EXACT)
        currents = []
        while solver.t < SECOND and solver.step():
            system.full_rates(system.expand(solver.z[: len(system.free)]))
            currents.append(1e3 * float(segment.pl_chr2.i))
    finally:
        light.set(0.0)
        cell.start = saved
    return max(currents, key=abs), currents[-1]
