"""What is said of pump and potential: how fast gradients vanish without it, and what it adds to V."""

import numpy as np

from ...words import HOUR
from ..block import block, crossing
from ..rest import rest
from .lab import Lab, Numbers

LASTING = {"neuron": 3.0, "muscle_slow": 48.0, "red_cell": 480.0}  # h of block
GONE = 0.1  # of the K+ inside, that is left when its gradient has vanished
FIBRES = ("muscle", "muscle_slow", "muscle_fast", "diaphragm")
MAMMALIAN = ("neuron", "neuron_kcc2", *FIBRES, "ventricle", "purkinje", "astrocyte", "red_cell")
MORE = 10.0  # times the pump


def vanishing(lab: Lab) -> Numbers:
    """After what time (h) a tenth of the K+ inside is left without the pump."""
    found = {}
    for name, hours in LASTING.items():
        cell = lab.cell(name)
        course = block(cell, hours=hours).course
        inside = course.k @ (cell.volume / cell.volume.sum())
        at = crossing(course.t, -inside, -GONE * inside[0])
        found[f"vanished_{name}"] = np.inf if at is None else at / HOUR
    return found


def direct(lab: Lab) -> Numbers:
    """The largest step of V (mV) at a block, and V that ten times the pump adds to the rest."""
    steps = []
    for name in MAMMALIAN:
        stopped = rest(lab.cell(name), scale={"pump": 0.0}, hold="concentrations").summary["v_rest_mV"]
        steps.append(stopped - lab.rest(name)["v_rest_mV"])
    found = {"largest_step": max(steps)}
    for name in ("neuron", "muscle"):
        more = rest(lab.cell(name), scale={"pump": MORE}).summary["v_rest_mV"]
        found[f"more_pump_{name}"] = more - lab.rest(name)["v_rest_mV"]
    return found
