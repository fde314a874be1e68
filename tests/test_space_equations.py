"""The equations of the space outside beside plain integrations, NEURON's own steps and differences."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from spaces import EVERY, SPACES, VALENCE, beside_start, check_jacobian

from models import Neuron, evolve, make_cell
from models.physics import theory
from models.simulator.runtime import h
from models.solve.equations import System


def plain_rates(cell, amounts, v, relative_volume, outside):
    """The equations of one compartment in a closed space, written down once more in plain Python."""
    ratio = cell.volume[0] / cell.outside_volume[0]
    room = 1 - ratio * (relative_volume - 1) if cell.osmotic else 1.0
    inner = {ion: amounts[i] / relative_volume for i, ion in enumerate(cell.ions)}
    outer = {ion: outside[i] / room for i, ion in enumerate(cell.ions)}
    current = {
        ion: theory.ghk_current(cell.strength[ion][0], inner[ion], outer[ion], VALENCE[ion], v, cell.celsius)
        for ion in cell.ions
    }
    p = cell.conditions.pump
    cycle = cell.strength["pump"][0] * (1 - cell.conditions.block[0])
    cycle *= (inner["na"] / (inner["na"] + p["km_na"])) ** p["hill_na"]
    cycle *= (outer["k"] / (outer["k"] + p["km_k"])) ** p["hill_k"]
    current["na"] += p["n_na"] * cycle
    current["k"] -= p["n_k"] * cycle
    out = np.array([current[ion] / VALENCE[ion] for ion in cell.ions])
    change = theory.concentration_rate(-out, cell.area[0], cell.volume[0])
    inside_all = sum(inner.values()) + cell.impermeant[0] / relative_volume
    outside_all = sum(outer.values()) + cell.bath_impermeant()[0] / room
    per_area = 0.0029 * 18 * (inside_all - outside_all) * 1e-6 * 10  # cm/s = 10 um/ms
    water = per_area * cell.area[0] / cell.volume[0] if cell.osmotic else 0.0
    return -1e3 * sum(current.values()) / cell.geometry.capacitance[0], change, water, -change * ratio


@pytest.mark.parametrize("volume", ["fixed", "osmotic"])
def test_one_compartment_against_plain_python(section, volume):
    """Ten minutes of block in a closed space by SciPy's Radau, 1e-9, on the plain equations."""
    cell = Neuron(sections=[section("soma", 20, 20)], outside="closed", volume=volume)
    cell.block_pump(1)
    course = evolve(cell, 1 / 6, times_ms=[1e3, 6e4, 6e5], rtol=1e-8)
    start = [-70.0, *(cell.start[ion][0] for ion in cell.ions), 1.0, *cell.outside.values()]

    def rates(t, y):
        dv, change, water, outer = plain_rates(cell, y[1:4], y[0], y[4], y[5:])
        return [dv, *change, water, *outer]

    plain = solve_ivp(rates, (0, 6e5), start, "Radau", course.t, rtol=1e-9, atol=1e-9).y
    # both are within their tolerance of 1e-8 of the exact course, times a condition of some hundred
    assert course.v[:, 0] == pytest.approx(plain[0], abs=1e-5)
    assert course.na[:, 0] * course.relative_volume[:, 0] == pytest.approx(plain[1], abs=1e-5)
    assert course.relative_volume[:, 0] == pytest.approx(plain[4], abs=1e-7)
    room = 1 - cell.water_ratio * (course.relative_volume[:, 0] - 1)
    assert course.ko[:, 0] * room == pytest.approx(plain[6], abs=1e-5)


@pytest.mark.parametrize(("volume", "outside"), SPACES)
def test_neurons_own_integrator_agrees(alone, volume, outside):
    """h.finitialize and cvode.solve, as someone would who never heard of our solvers; and once more."""
    cell = make_cell("stylised", max_compartment_length=60.0, volume=volume, outside=outside)
    for segment in cell.sections[0]:
        segment.pl_nakpump.block = 1
    found = []
    h.CVode().atol(1e-8)
    h.CVode().rtol(1e-8)
    for _ in range(2):
        h.finitialize(-70)
        h.CVode().solve(5e3)
        found.append({name: [getattr(s, name) for s in cell.segments] for name in ("v", "ko", "nai")})
    assert found[0] == found[1]  # to the bit: nothing is left over from the first
    cell.block_pump(1, "soma")
    course = evolve(cell, 5 / 3600, times_ms=[5e3], rtol=1e-8)
    # NEURON's tolerance of 1e-8, some thousand steps long
    assert found[0]["v"] == pytest.approx(course.v[-1], abs=1e-4)
    assert found[0]["ko"] == pytest.approx(course.ko[-1], abs=1e-4)
    assert found[0]["nai"] == pytest.approx(course.na[-1], abs=1e-4)


@pytest.mark.parametrize(("volume", "outside"), [("fixed", "bath"), ("osmotic", "closed")])
def test_second_order_in_space(cable, volume, outside):
    """A smooth block along a cable: the error falls four times with every halving of the compartments."""
    ends = {}
    for n in (9, 27, 81):  # centres of the coarse compartments are centres of the fine ones
        cell = cable(n, length=300.0, volume=volume, outside=outside)
        cell.block_pump(0.5 * (1 - np.cos(np.pi * cell.x)))
        course = evolve(cell, 0.2, times_ms=[7.2e5], rtol=1e-8)
        ends[n] = {key: getattr(course, key)[-1] for key in ("v", "na", "ko", "relative_volume")}
    for key in ("v", "na", *(("ko", "relative_volume") if outside == "closed" else ())):
        coarse = np.abs(ends[9][key] - ends[81][key][4::9]).max()
        fine = np.abs(ends[27][key] - ends[81][key][1::3]).max()
        # against the finest, not the exact course: second order is then log3((81-1)/(9-1)) = 2.096
        order = np.log(coarse / fine) / np.log(3)
        assert 2.0 < order < 2.2, (key, order)


@pytest.mark.parametrize(("volume", "outside"), SPACES)
def test_jacobian_matches_the_equations(cable, volume, outside):
    """On a cable: at a branch point the volume of a third arm is left out of the Jacobian."""
    cell = cable(7, volume=volume, outside=outside)
    system = System(cell)
    x, step = beside_start(system, 0.05)
    check_jacobian(system, x, step)
    entering = system.entering_jacobian(x)
    after, before = (system.rates_and_entering(x + way * step)[len(x) :] for way in (1, -1))
    change = 0.5 * (after - before)
    # K+ enters by leak and pump in nearly equal parts, so that second differences weigh more
    assert change == pytest.approx(entering @ step, rel=1e-4, abs=3e-5 * np.abs(change).max())


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_fixed_steps_have_the_axial_flow_too(volume, outside):
    cell = make_cell("stylised", max_compartment_length=60.0, volume=volume, outside=outside)
    for segment in cell.sections[0]:
        segment.pl_nakpump.block = 1
    h.CVode().active(0)
    h.dt = 0.05
    h.finitialize(-70)
    while h.t < 500 - h.dt / 2:
        h.fadvance()
    found = {name: [getattr(s, name) for s in cell.segments] for name in ("v", "ko", "nai")}
    cell.block_pump(1, "soma")
    course = evolve(cell, 0.5 / 3600, times_ms=[500.0], rtol=1e-8)
    assert np.ptp(course.v[-1]) > 0.1
    # backward Euler: V lags by its slope, some uV/ms, times the step
    assert found["v"] == pytest.approx(course.v[-1], abs=1e-3)
    assert found["ko"] == pytest.approx(course.ko[-1], abs=1e-4)
    assert found["nai"] == pytest.approx(course.na[-1], abs=1e-4)
