"""What the tests of the space outside go through: volume with outside; and valences, written once more."""

import numpy as np

EVERY = [(volume, outside) for volume in ("fixed", "osmotic") for outside in ("bath", "shell", "closed")]
SPACES = [pair for pair in EVERY if pair[1] != "bath"]
VALENCE = {"na": 1, "k": 1, "cl": -1}


def beside_start(system, share):
    """A state within a `share` of the system's start, and a small step from it."""
    rng = np.random.default_rng(1)
    x = system.start[system.free]
    x = x * (1 + share * rng.random(len(x)))
    return x, rng.normal(size=len(x)) * np.where(x > 2, 1e-2, 1e-4)


def check_jacobian(system, x, step):
    """The Jacobian at x against central differences of the equations along a step."""
    numeric = 0.5 * (system.rates(x + step) - system.rates(x - step))
    jacobian = system.jacobian(x)
    # central differences over steps of 1e-4 of the state: second differences are 1e-6 of what adds up
    assert (np.abs(numeric - jacobian @ step) <= 2e-5 * (abs(jacobian) @ abs(step)) + 1e-12).all()
