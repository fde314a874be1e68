"""T-tubules: their membrane, and how fast K+ leaves their lumen."""

from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...cell.tubules import Tubules
from ...cells import make_cell
from ...parameters import read_parameters
from ...parameters.units import Quantity
from ...solve.time_course import evolve
from ...words import HOUR
from .lab import Lab, Numbers

RADII = (25.0, 40.0)  # um
CHLORIDE = "pl_clc1"
ACCESS = 1e-3  # ohm cm2, a wide opening


def lumen(lab: Lab) -> Numbers:
    """Diffusion in the lumen, its slowest time constants, and the membrane of the tubules."""
    found = {
        "lumen_diffusion": 100 * tubules_of(lab.cell("muscle_fast")).factor,
        "lumen_tau": lumen_time(25.0, None),
    }
    fast = lab.cell("muscle_fast")
    carried = np.array([getattr(segment, CHLORIDE).p for segment in fast.segments]) * fast.area
    ring = tubules_of(fast).ring
    found["tubular_chloride"] = 100 * float(carried[ring].sum() / carried.sum())
    for radius in RADII:
        found[f"area_ratio_{radius:g}"] = area_ratio(radius)
        found[f"lumen_mode_{radius:g}"] = lumen_time(radius, ACCESS)
    return found


def tubules_of(cell: Cell) -> Tubules:
    """The T-tubules of a fibre that has them."""
    assert cell.geometry.tubules is not None
    return cell.geometry.tubules


def _tubule_cell(radius: float, **tubules: Quantity) -> Cell:
    """A compartment of the fast fibre at another radius (um), its tubules changed, its membrane closed."""
    parameters = read_parameters("muscle_fast")
    long = Quantity(100.0, "um")
    shape = {"diameter": Quantity(2 * radius, "um"), "length": long, "max_compartment_length": long}
    assert parameters.tubules is not None
    changes: dict[str, Any] = {
        "morphology": parameters.morphology.model_copy(update=shape),
        "tubules": parameters.tubules.model_copy(update=tubules),
        "channel": [],
    }
    cell = make_cell(parameters.model_copy(update=changes))
    cell.strength = {name: 0 * values for name, values in cell.strength.items()}
    return cell


def area_ratio(radius: float) -> float:
    """Membrane of the T-tubules over that of the surface, as NEURON has them."""
    cell = _tubule_cell(radius)
    tubules = tubules_of(cell)
    return float(cell.area[tubules.ring].sum() / cell.area[tubules.surface].sum())


def lumen_time(radius: float, access: float | None) -> float:
    """Slowest time constant (s) at which 1 mM of K+ in place of Na+ leaves the lumen, 20 rings."""
    given = {} if access is None else {"access_resistance": Quantity(access, "ohm cm2")}
    cell = _tubule_cell(radius, rings=Quantity(20, "1"), **given)
    ring = tubules_of(cell).ring[0]
    ko, nao = (cell.bath_of(ion) for ion in ("k", "na"))
    ko[ring], nao[ring] = ko[ring] + 1, nao[ring] - 1
    cell.start = cell.start | {"ko": ko, "nao": nao}
    early, late = (1.5 * radius**2, 2.5 * radius**2)  # ms; after some four time constants one mode is left
    course = evolve(cell, late / HOUR, times_ms=[early, late], rtol=1e-7)
    left = course.ko[:, ring[-1]] - cell.outside["k"]
    return float((late - early) / np.log(left[0] / left[1]) / 1e3)
