"""A cell run by NEURON's own variable step, which pumpleak's integrator has no part in."""

import numpy as np
from neuron import h

TIMES = [0, 1.0, 10.0, 80.0, 400.0]  # ms


def by_neuron(cell, variable):
    """A variable of every segment at TIMES."""
    integrator, found = h.CVode(), []
    integrator.atol(1e-10)
    integrator.rtol(1e-8)
    h.finitialize()
    for t in TIMES:
        if t:
            integrator.solve(t)
        found.append([getattr(segment, variable) for segment in cell.segments])
    return np.array(found)
