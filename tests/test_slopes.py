"""The slope of each mechanism's current in V, which NEURON's own implicit steps take from it: against
differences of the current."""

import re
from pathlib import Path

import pytest
from neuron import h

from models.simulator.library import load_mechanisms
from models.simulator.nmodl import declarations

V = (-90.0, -50.0, -0.3, 0.0, 40.0)  # mV; the constant field has another formula near 0
CONCENTRATIONS = {  # mM, inside and outside
    **{"na": (14, 140), "k": (130, 5), "cl": (6, 115)},
    **{"ca": (1e-4, 1.8), "mg": (0.6, 1), "hco3": (15, 24)},
}
STRENGTHS = ("p", "g", "gbar", "imax", "u", "k", "amp")
MOD = Path(__file__).resolve().parent.parent / "mod"
CARRYING = sorted(
    path.stem
    for path in MOD.glob("pl_*.mod")
    if "SUFFIX" in path.read_text() and re.search(r"WRITE i", path.read_text())
)


@pytest.fixture
def compartment():
    load_mechanisms()
    sec = h.Section(name="compartment")
    sec.L = sec.diam = 20
    yield sec(0.5)


def current(segment, ions) -> float:
    """Of all ions (mA/cm2), as the segment is now."""
    h.fcurrent()
    return sum(getattr(segment, f"i{ion}") for ion in ions)


@pytest.mark.usefixtures("alone")  # NEURON's step takes in whatever there is
@pytest.mark.parametrize("mechanism", CARRYING)
def test_neurons_step_takes_the_slope_of_the_current(compartment, mechanism):
    compartment.sec.insert(mechanism)
    own = getattr(compartment, mechanism)
    for name in STRENGTHS:
        if hasattr(own, name) and not getattr(own, name):
            setattr(own, name, 1e-4)
    ions = declarations(mechanism).ions
    for ion in ions:
        for side, value in zip("io", CONCENTRATIONS[ion], strict=True):
            setattr(compartment, f"{ion}{side}", value)
    h.celsius, h.dt, h.t = 37, 1e4, 0  # so long a step that the slope decides it
    h.CVode().active(0)
    for v in V:
        h.finitialize(v)
        before = current(compartment, ions)
        step = 1e-2
        sides = []
        for side in (v + step, v - step):
            compartment.v = side
            sides.append(current(compartment, ions))
        slope = (sides[0] - sides[1]) / (2 * step)
        h.finitialize(v)
        h.fadvance()
        # implicit Euler of c dv/dt = -i - slope (v - before), 1e-3: uF/cm2 in mA/cm2 ms/mV
        moved = -before / (1e-3 * compartment.cm / h.dt + slope)
        # NEURON's own slopes are differences over 1e-3 mV, off by that times half the second derivative
        assert compartment.v - v == pytest.approx(moved, rel=1e-3, abs=1e-9)
