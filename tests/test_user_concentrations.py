"""Concentrations that a user's mechanisms write: refused where the cell follows the ion, else left alone."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from neuron_run import TIMES, by_neuron
from users_sections import ball, told

from models import InputError, Neuron, evolve, rest
from models.simulator.runtime import h
from models.solve.equations import System

pytestmark = pytest.mark.usefixtures("own_mechanisms")


def fork(*names):
    """A soma with a dendrite that branches, every section with these mechanisms."""
    soma = ball()
    dendrites = [h.Section(name=f"dend[{i}]") for i in range(3)]
    for sec, parent in zip(dendrites, (soma, dendrites[0], dendrites[0]), strict=True):
        sec.connect(parent(1))
        sec.L, sec.diam, sec.nseg = 100, 2, 5
    for sec in (soma, *dendrites):
        for name in names:
            sec.insert(name)
    return [soma, *dendrites]


@pytest.mark.parametrize(
    ("options", "way_out"),
    [
        ({}, r'take outside = "shell" or "closed" \(--outside\)'),
        ({"outside": "shell"}, r'the space outside \(outside = "shell"\) is followed already'),
        ({"outside": "closed"}, r'the space outside \(outside = "closed"\) is followed already'),
    ],
)
def test_a_second_writer_of_a_concentration_is_refused(options, way_out):
    with pytest.raises(InputError, match=rf"mechanism ksheath in soma writes ko, which .*{way_out}"):
        Neuron("stylised", sections=ball("ksheath"), **options)


def test_a_writer_of_a_reversal_potential_is_refused():
    with pytest.raises(
        InputError, match="mechanism ownek in soma writes ek, which is the Nernst potential of K"
    ):
        Neuron("stylised", sections=ball("ownek"))


CALCIUM = """base = "stylised"
ions = ["na", "k", "cl", "ca"]
[outside]
cao = "1.8 mM"
[inside]
cai = "0.1 uM"
[[channel]]
mechanism = "pl_pmca"
set.imax = "0.2 uA/cm2"
"""


def test_a_writer_of_calcium_in_a_cell_that_follows_it_is_refused(write_toml):
    with pytest.raises(
        InputError, match=r'cadecay in soma writes cai.*\[calcium\].*ions = \["na", "k", "cl"\]'
    ):
        Neuron(write_toml(CALCIUM), sections=ball("cadecay"))


@pytest.mark.parametrize(("name", "states"), [("cadecay", ["cai"]), ("capool", ["ca_capool"])])
def test_calcium_that_the_cell_does_not_follow_is_the_mechanisms_own(name, states):
    """It decays as its one equation says, and the channel that it opens moves V as in NEURON's own run."""
    cell = Neuron("stylised", sections=ball(name, "skca"))
    course = evolve(cell, TIMES[-1] / 3600e3, times_ms=TIMES, rtol=1e-7)
    exact = 1e-4 + 9e-4 * np.exp(-np.array(TIMES) / 80)
    for state in states:
        assert course.gates[state][:, 0] == pytest.approx(exact, rel=1e-5)
    # NEURON's own runs of the two mechanisms, which are the same equation, differ by 5e-5 mV: its Jacobian
    # does not know that concentrations drive V
    assert course.v == pytest.approx(by_neuron(cell, "v"), abs=2e-4)
    assert np.ptp(course.v) > 0.05  # and the channel does something
    rest(cell)
    assert cell.segments[0].cai == pytest.approx(1e-4, rel=1e-9)


def test_layers_and_diffusion_along_the_cell():
    """States in an array, coupled between compartments: derivatives, course and rest."""
    sections = fork("cashells", "skca")
    for segment in sections[1]:
        segment.cashells.start = 5e-3
    cell = Neuron("stylised", sections=sections)
    system = System(cell)
    x = system.start[system.free]
    exact = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = max(1e-5 * abs(x[i]), 1e-9)
        exact[:, i] = (system.rates(x + step) - system.rates(x - step)) / (2 * step[i])
    scale = np.abs(exact).max(axis=0)
    assert (np.abs(system.jacobian(x).toarray() - exact).max(axis=0) <= 1e-5 * scale).all()
    course = evolve(cell, TIMES[-1] / 3600e3, times_ms=TIMES, rtol=1e-7)
    assert course.gates["ca_cashells[0]"] == pytest.approx(by_neuron(cell, "cai"), rel=1e-6)
    assert np.ptp(course.gates["ca_cashells[0]"][-1]) > 1e-4  # it has not levelled out by then
    assert rest(cell).v == pytest.approx(-70, abs=1e-6)
    assert [s.cai for s in cell.segments] == pytest.approx([1e-4] * cell.size, rel=1e-8)


def test_rxd_of_an_ion_that_the_cell_does_not_follow():
    script = Path(__file__).resolve().parent / "apart" / "rxd_calcium.py"
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert run.stdout.startswith("the rxd species 'k' on soma computes a concentration of K+"), run.stderr


def test_a_reader_of_calcium_that_nobody_follows(write_toml):
    """It reads NEURON's own resting value or the file's, and the user is told."""
    cell = Neuron("stylised", sections=ball("skca"))
    assert told(cell) == [
        "mechanism skca reads cai, which this cell does not follow: it stays at 5e-05 mM; follow it with "
        'ions = ["na", "k", "cl", "ca"]'
    ]
    expected = 1e-4 * 5e-5**4 / (5e-5**4 + 5e-4**4)
    assert rest(cell).currents["k"]["skca"][0] == pytest.approx(expected * (-70 + 100.7315), rel=1e-3)
    given = Neuron(
        write_toml('base = "stylised"\n[inside]\ncai = "1 uM"\n'), sections=ball("skca", gbar_skca=1e-6)
    )
    rest(given)
    assert given.segments[0].cai == 1e-3 and "it stays at 0.001 mM" in told(given)[0]
    with pytest.raises(InputError, match=r"inside\.cai .*nothing in this cell reads it"):
        Neuron(write_toml('base = "stylised"\n[inside]\ncai = "1 uM"\n'), sections=ball())
    with pytest.raises(InputError, match=r"inside\.cai .*cadecay computes it"):
        Neuron(write_toml('base = "stylised"\n[inside]\ncai = "1 uM"\n'), sections=ball("cadecay", "skca"))


def test_what_a_base_says_of_calcium_goes_with_it(write_toml):
    """The base's channels stay, and the one that carries Ca2+ is named."""
    path = write_toml('base = "ventricle"\nname = "bare"\nions = ["na", "k", "cl"]\n')
    with pytest.raises(InputError, match=r"mechanism pl_(ncx|pmca) in cable.* carries ca"):
        Neuron(path, max_compartment_length=200)
