"""The resting state of a neuron: found directly, from the rest in another bath, and by waiting for it with
NEURON's own integrator until every V is within 1e-6 mV.
"""

import time
from pathlib import Path

import numpy as np

from .process import beside_goals, one

CLOSE = 1e-6  # mV
LOADED = {"na": 20}  # mM inside, where it starts from; rest is at 9
TOLERANCE = 1e-8  # of NEURON's integrator; with a larger one it comes no closer than some 1e-5 mV


def _best(function, count: int = 5) -> float:
    """Least CPU seconds of several runs."""
    took = []
    for _ in range(count):
        began = time.process_time()
        function()
        took.append(time.process_time() - began)
    return min(took)


def found() -> dict:
    """CPU seconds of a rest: from loaded with Na+, cold and warm, and in steps of the bath's K+, each from
    the rest before."""
    from models import Neuron, rest

    cell = Neuron()
    began = time.process_time()
    rest(cell, start=LOADED)
    cold, before = time.process_time() - began, rest(cell)

    def steps() -> None:
        at = before
        for ko in (3.5, 4.0, 5.0, 6.0, 8.0):
            at = rest(cell, set={"ko": ko}, start=at)

    return {
        "loaded": _best(lambda: rest(cell, start=LOADED)),
        "cold": cold,
        "step": _best(steps) / 5,
        "compartments": cell.size,
    }


def waited() -> dict:
    """CPU seconds that NEURON's own integrator takes from loaded with Na+ to within CLOSE of the rest.

    Nothing differs along the cell, so it is spared the flow along it: with electrodiffusion it creeps.
    """
    from models import Neuron, rest
    from models.experiments.start import start_from
    from models.simulator.runtime import h
    from models.solve.equations import System

    cell = Neuron(axial="none")
    v, cell.start = rest(cell).v, start_from(cell, LOADED)
    System(cell)  # puts the integrator where every run starts
    cell.write()
    integrator, clock, apart = h.CVode(), 3600e3, np.inf
    integrator.atol(TOLERANCE)
    integrator.rtol(TOLERANCE)
    h.finitialize()
    began = time.process_time()
    while apart > CLOSE:
        integrator.solve(clock)
        apart, clock = np.abs(cell.variables["v"].get() - v).max(), clock * 1.1
    return {"seconds": time.process_time() - began, "hours": clock / 1.1 / 3600e3}


def show(target: Path) -> None:
    """Every figure beside its goal."""
    ours, theirs = one("found"), one("waited")
    print(
        f"\nrest of the neuron from loaded with Na+: {ours['loaded']:.3f} s; NEURON's CVODE at {TOLERANCE:g} "
        f"waits {theirs['hours']:.0f} h of its time for it, {theirs['seconds']:.1f} s"
    )
    ratio = theirs["seconds"] / ours["loaded"]
    rows = [
        ("times as fast as NEURON's wait", theirs["seconds"] / ours["cold"], ratio, ">=", 50.0),
        ("another bath, from the rest before, CPU s", None, ours["step"], "<=", 0.1),
    ]
    beside_goals(target, "rests.csv", f"rest of {ours['compartments']} compartments", rows)
