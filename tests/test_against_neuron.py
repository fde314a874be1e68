"""Our solvers against NEURON's own variable-step integrator, started from the same state.

NEURON's Newton steps lack the coupling of voltage and concentration, so its charge leaks with its tolerance;
at 1e-9 it is good to about 1e-5 mV and mM here, which sets the tolerances.
"""

import numpy as np
import pytest

from models import Event, Neuron, evolve, rest
from models.simulator import runtime
from models.simulator.runtime import h


def by_neuron(cell, milliseconds, tolerance=1e-9):
    """The cell run by cvode.solve from its start, with what is set and blocked in it."""
    integrator = runtime.reset(cell.celsius, tolerance)
    cell.write()
    h.finitialize(float(cell.start["v"][0]))
    integrator.re_init()
    integrator.solve(milliseconds)
    return {
        "v": np.array([segment.v for segment in cell.segments]),
        "na": np.array([segment.nai for segment in cell.segments]),
        "k": np.array([segment.ki for segment in cell.segments]),
        "cl": np.array([segment.cli for segment in cell.segments]),
    }


@pytest.mark.parametrize("axial", ["electrodiffusion", "diffusion"])
def test_block_of_the_soma(axial):
    cell = Neuron("stylised", max_compartment_length=100.0, axial=axial)
    minutes = 2
    ours = evolve(cell, minutes / 60, [Event(0, block=1, where="soma")], rtol=1e-7)
    cell.block_pump(1, "soma")
    theirs = by_neuron(cell, minutes * 60e3)
    for key, tolerance in (("v", 1e-4), ("na", 1e-4), ("k", 1e-3), ("cl", 1e-4)):
        assert getattr(ours, key)[-1] == pytest.approx(theirs[key], abs=tolerance), key
    assert ours.na[-1].max() > 9.5  # something happened


def test_milliseconds_of_charging():
    cell = Neuron("stylised", max_compartment_length=100.0)
    ours = evolve(cell, 5 / 3600e3, [Event(0, block=1)], times_ms=[5.0], rtol=1e-7)
    cell.block_pump(1)
    theirs = by_neuron(cell, 5.0)
    assert ours.v[-1] == pytest.approx(theirs["v"], abs=1e-4)
    assert -70 < ours.v[-1].mean() < -68


def test_a_cell_at_rest_stays_there_in_neurons_hands():
    cell = Neuron("stylised", max_compartment_length=100.0)
    cell.start = rest(cell, set={"ko": 8}).state()
    cell.set("ko", 8)
    theirs = by_neuron(cell, 60e3)
    assert theirs["v"] == pytest.approx(cell.start["v"], abs=1e-5)
    assert theirs["na"] == pytest.approx(cell.start["na"], abs=1e-5)


def test_action_potential_in_a_cell_of_ours(write_toml, section):
    """hh driven by a bath change: gates, ions and V, against NEURON over some spikes."""
    sec = section("soma", 100, 30, 3)
    sec.insert("hh")
    path = write_toml(
        'base = "neuron"\n[electrical]\ncelsius = "6.3 degC"\n[outside]\nnao = "440 mM"\nko = "10 mM"\n'
        'clo = "560 mM"\n[inside]\nv = "-65 mV"\nnai = "50 mM"\nki = "400 mM"\n'
        '[balance]\nmembrane_resistance = "700 ohm cm2"\nchloride_share = "0.1"\n'
    )
    cell = Neuron(path, sections=[sec], carries={"il_hh": "na"})
    cell.set("ko", 25)
    times = np.linspace(0, 12, 200)
    ours = evolve(cell, times[-1] / 3600e3, times_ms=times, rtol=1e-7)
    theirs = by_neuron(cell, times[-1], 1e-8)
    assert ours.v.max() > 0 > -40 > ours.v.min()
    # an upstroke of 100 mV/ms turns a phase error of 1e-4 ms into 0.01 mV
    assert ours.v[-1] == pytest.approx(theirs["v"], abs=0.05)
    assert ours.na[-1] == pytest.approx(theirs["na"], abs=1e-4)
