"""Ions that spread along a cable, with known answers: heat equation, junction potential, mixing, rxd."""

import subprocess
import sys

import numpy as np
import pytest

from models import Neuron
from models.physics.theory import thermal_voltage
from models.solve.equations import System
from models.solve.integration import integrate
from models.solve.time_course import evolve


def bare(sections, ra=100.0):
    """A cell with ions and no membrane transport at all."""
    for sec in sections:
        sec.Ra = ra
    cell = Neuron(sections=sections)
    for values in cell.strength.values():
        values[:] = 0
    return cell


def test_pure_diffusion_follows_the_heat_equation_at_second_order(section):
    """Na+ exchanged for K+ of the same mobility carries no charge: c obeys the heat equation exactly.

    A cosine on a sealed cylinder decays as exp(-D (pi/L)^2 t). The error must fall 4 times per halving.
    """
    length, t, d = 100.0, 600.0, 1.5
    errors = []
    for n in (10, 20, 40):
        cell = bare([section("cable", length, 2, n)])
        cell.conditions = cell.conditions.with_(diffusion={"na": d, "k": d, "cl": d}, tortuosity=1)
        wave = 4 * np.cos(np.pi * cell.x)
        cell.start["na"] = cell.start["na"] + wave
        cell.start["k"] = cell.start["k"] - wave
        end = evolve(cell, t / 3600e3, times_ms=[t]).na[-1]
        exact = 9 + wave * np.exp(-d * (np.pi / length) ** 2 * t)
        errors.append(np.abs(end - exact).max())
    rates = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (rates > 1.9).all(), (errors, rates)


@pytest.mark.parametrize("ra", [30.0, 100.0])
def test_liquid_junction_potential(section, ra):
    """Two halves with different KCl: V1 - V2 = -RT/F (DK - DCl)/(DK + DCl) ln(c1/c2), whatever Ra.

    The quasi-steady potential between neighbours, after the membrane has charged and before the step has
    spread. Planck M (1890), Henderson P (1907): for one salt both give this.
    """
    cell = bare([section("cable", 100, 2, 2)], ra)
    concentrated = np.array([100.0, 10.0])
    cell.conditions = cell.conditions.with_(diffusion={"na": 1.33, "k": 1.0, "cl": 2.03})
    cell.start = {
        "v": np.zeros(2),
        "na": np.full(2, 1e-6),
        "k": concentrated.copy(),
        "cl": concentrated.copy(),
    }
    cell.anion = np.full(2, 1e-6)
    # 1 ms: many charging times of the pair, a thousandth of the time to mix
    end = evolve(cell, 1.0 / 3600e3, times_ms=[1.0])
    ratio = end.k[-1, 0] / end.k[-1, 1]
    assert 9.9 < ratio < 10
    expected = -thermal_voltage(37) * (1.0 - 2.03) / (1.0 + 2.03) * np.log(ratio)
    # the concentrations mix meanwhile, so the membrane is recharged all the time: V lags by 1e-4 of itself
    assert end.v[-1, 0] - end.v[-1, 1] == pytest.approx(expected, rel=3e-4)


def test_two_salt_solutions_end_mixed(section):
    """Two halves of a sealed cable with different KCl, no membrane current: the end is uniform, at V = 0."""
    cell = bare([section("cable", 100, 2, 10)])
    salt = np.where(cell.x < 0.5, 100.0, 10.0)
    cell.start = {"v": np.zeros(10), "na": np.full(10, 1e-6), "k": salt.copy(), "cl": salt.copy()}
    cell.anion = np.full(10, 1e-6)
    end = evolve(cell, 1, points=5)
    # the slowest mode has decayed by exp(-3600 s/1.3 s); what is left is the integrator's
    assert end.k[-1] == pytest.approx(55, abs=1e-6) and end.cl[-1] == pytest.approx(55, abs=1e-6)
    assert end.v[-1] == pytest.approx(0, abs=1e-6)


def test_pure_diffusion_agrees_with_rxd(section):
    """Where rxd is right: ions of one mobility exchanged for each other, no field, unequal diameters.

    In a process of its own: rxd keeps what it is told for good. Same compartments, but rxd takes the
    conductance between two sections from its own geometry.
    """
    code = (
        "import numpy as np\n"
        "from neuron import h, rxd\n"
        "parts = [h.Section(name=n) for n in 'ab']\n"
        "for sec, d in zip(parts, (4.0, 2.0)): sec.L, sec.diam, sec.nseg = 60, d, 15\n"
        "parts[1].connect(parts[0](1))\n"
        "inside = rxd.Region(parts, nrn_region='i')\n"
        "na = rxd.Species(inside, name='na', d=1.5, charge=1,\n"
        "    initial=lambda node: 9 + 4 * (node.segment.sec.name() == 'a'))\n"
        "cv = h.CVode(); cv.active(1); cv.atol(1e-9); cv.rtol(1e-9)\n"
        "h.finitialize(-70); cv.solve(400)\n"
        "print(*[s.nai for sec in parts for s in sec])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    theirs = np.array(run.stdout.split(), float)
    sections = [section("a", 60, 4, 15), section("b", 60, 2, 15)]
    sections[1].connect(sections[0](1))
    cell = bare(sections)
    cell.conditions = cell.conditions.with_(diffusion={"na": 1.5, "k": 1.5, "cl": 1.5}, tortuosity=1)
    more = 4.0 * (cell.geometry.section_name == "a")
    cell.start["na"], cell.start["k"] = cell.start["na"] + more, cell.start["k"] - more
    ours = evolve(cell, 400 / 3600e3, times_ms=[400.0], rtol=1e-8).na[-1]
    assert np.ptp(ours) > 2
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_modes_differ_where_they_should(cable):
    """Half of the pumps blocked: by diffusion alone charge is lost locally, by electrodiffusion not."""
    local = {}
    for mode in ("electrodiffusion", "diffusion"):
        cell = cable(axial=mode)
        cell.block_pump(1, "cable(0.5:1)")
        system = System(cell)
        end = system.state(integrate(system, 0.0, np.array([0.0, 2 * 3600e3]))[0][-1])
        local[mode] = np.abs(cell.charge(end)).max()
        whole = cell.charge(end) @ cell.volume / cell.volume.sum()
        assert abs(whole) < 1e-10  # the whole cell keeps its charge either way
    assert local["electrodiffusion"] < 1e-10
    assert local["diffusion"] > 0.5  # mM
