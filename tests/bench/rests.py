"""The resting state of a neuron of 1161 compartments: found directly, from the rest in another bath, and by
waiting for it with NEURON's own integrator until every V is within 1e-6 mV.
"""

import time

import numpy as np

CLOSE = 1e-6  # mV
LOADED = {"na": 20}  # mM inside, where it starts from; rest is at 12
LOOSEST_FIRST = (1e-6, 1e-7, 1e-8)  # tolerances of NEURON's integrator; the first that comes close counts
LONGEST = 1e8  # ms


def _best(function, count: int = 5) -> float:
    """Least CPU seconds of several runs."""
    took = []
    for _ in range(count):
        began = time.process_time()
        function()
        took.append(time.process_time() - began)
    return min(took)


def found() -> dict:
    """CPU seconds of a rest: from loaded with Na+, from the cell's own start, and in steps of the bath's K+,
    each from the rest before."""
    from models import Neuron, rest

    cell = Neuron()
    before = rest(cell)

    def steps() -> None:
        at = before
        for ko in (3.5, 4.0, 5.0, 6.0, 8.0):
            at = rest(cell, set={"ko": ko}, start=at)

    return {
        "loaded": _best(lambda: rest(cell, start=LOADED)),
        "own": _best(lambda: rest(cell)),
        "step": _best(steps) / 5,
        "compartments": cell.size,
    }


def waited() -> dict:
    """CPU seconds that NEURON's integrator takes from loaded with Na+ to the rest that `rest` has found, and
    with which tolerance."""
    from models import Neuron, rest
    from models.experiments.start import start_from
    from models.simulator.runtime import h
    from models.solve.equations import System

    cell = Neuron()
    v = rest(cell).v
    cell.start = start_from(cell, LOADED)
    for tolerance in LOOSEST_FIRST:
        System(cell)  # puts the integrator where every run starts
        cell.write()
        integrator, clock = h.CVode(), 1e3
        integrator.atol(tolerance)
        integrator.rtol(tolerance)
        h.finitialize()
        began = time.process_time()
        while clock < LONGEST:
            integrator.solve(clock)
            apart = np.abs(cell.variables["v"].get() - v).max()
            if apart < CLOSE:
                seconds = time.process_time() - began
                return {"seconds": seconds, "tolerance": tolerance, "hours": clock / 3600e3}
            clock *= 1.2
        print(tolerance, apart, time.process_time() - began)
    raise AssertionError("NEURON's integrator does not come to this rest")
