"""Several cells in one system: what a junction passes, what the cells must equal, what is kept over them, and
others who integrate the same."""

import numpy as np
import pytest
from joined_cells import APART, CABLE, EVERY, cell, only, pair
from scipy.integrate import solve_ivp
from spaces import beside_start, check_jacobian

from models import Cells, Event, block, evolve, rest
from models.axial.junctions import JunctionFlow, Ways
from models.experiments.conservation import conservation_errors
from models.physics.theory import FARADAY, ghk_current, thermal_voltage
from models.simulator import runtime
from models.simulator.runtime import h
from models.solve.equations import System

# ---------------------------------------------------------------------- the law


def test_a_junction_conducts_what_is_said_and_nothing_at_equilibrium():
    vt, c = float(thermal_voltage(37)), np.array([12.0, 130.0, 10.0])
    ways = Ways(
        ["x"], ("na", "k", "cl"), np.array([0.7, 1.0, 0.5]), np.array([[0], [1]]), np.array([0.02]),
        np.zeros((2, 1)), np.ones((2, 1)), np.zeros(1),
    )  # fmt: skip
    flow = JunctionFlow(ways, False, False, False)
    flow.configure(vt, 1.0, np.zeros((2, 1)), np.zeros(3))
    state = np.array([[-50.0, *c], [-57.0, *c]])[:, :, None]
    flux, current = flow.at(state)
    # F^2/RT sum z^2 P c: mM um3/ms is 1e-18 mol/ms, so FARADAY 1e-6 nA
    conductance = 1e-6 * FARADAY * 0.02 * (0.7 * 12 + 130 + 0.5 * 10) / vt
    assert current[0] == pytest.approx(7 * conductance, rel=1e-13)
    assert 1e-6 * FARADAY * (flux[:, 0] @ [1, 1, -1]) == pytest.approx(current[0], rel=1e-13)
    level = np.array([[-50.0, *c], [-57.0, *(c * np.exp(np.array([1, 1, -1]) * 7 / vt))]])[:, :, None]
    assert np.abs(flow.at(level)[0]).max() < 1e-14  # each ion at its equilibrium


def test_unlike_rests_meet_between_as_the_conductances_in_series_say():
    """At held concentrations, alike in both where they pass, the current is g times the difference of V; for
    rests 1 mV apart membranes are conductances too, to their curvature."""
    a, b = cell("a", -60), cell("b", -61, set={"balance.membrane_resistance": "20 kohm cm2"})
    alone = [rest(one, hold="concentrations") for one in (a, b)]
    v = [one.v[0] for one in alone]
    g = [1e-2 * one.slope[0] * one.layout.area[0] for one in alone]  # uS of S/cm2 um2
    system = pair("0.3 nS", [a, b], {"permeability": {"cl": 0}})
    found = rest(system, hold="concentrations")
    said = only(found)
    assert said["current_nA"] == pytest.approx(3e-4 * said["v_difference_mV"], rel=1e-12)
    series = 1 / (1 / g[0] + 1 / g[1] + 1 / 3e-4)
    assert said["current_nA"] == pytest.approx(series * (v[0] - v[1]), rel=0.01)
    assert v[1] < found.cells["b"].v[0] < found.cells["a"].v[0] < v[0]


def test_a_junction_of_nothing_leaves_lone_cells():
    system = pair("0 nS")
    found = rest(system)
    for name, v in (("a", -50), ("b", -70)):
        assert found.cells[name].v == pytest.approx(v, abs=1e-9)
    assert only(found)["current_nA"] == 0


def test_equal_cells_exchange_nothing():
    system = pair("5 nS", [cell("a"), cell("b")])
    found = rest(system)
    assert found.v == pytest.approx(-50, abs=1e-9)
    assert max(abs(current) for current in found.passing[only(found)["junction"]].values()) < 1e-12


def test_a_wide_junction_levels_every_electrochemical_potential():
    found = rest(pair("1 mS"))
    a, b = found.cells["a"], found.cells["b"]
    for ion in ("na", "k", "cl"):
        assert a.v[0] - a.nernst(ion) == pytest.approx(b.v[0] - b.nernst(ion), abs=2e-3)
    assert -70 < b.v[0] < a.v[0] < -50


def test_two_cells_are_one_that_was_cut():
    """A fibre of three compartments whose axial resistance is the ions' own, and three cells of a third of
    its length with junctions of those faces' shape, go the same way, blocked at one end."""
    third = {**CABLE, "morphology.length": "50 um", "electrical.axial_resistivity": "ions"}
    fibre = cell("fibre", -65, "neuron", {**CABLE, "electrical.axial_resistivity": "ions"})
    diffusion = dict(zip(fibre.ions, fibre.axial.diffusion[:, 0], strict=True))  # in the cytoplasm
    own = {ion: value / diffusion["k"] for ion, value in diffusion.items() if ion != "k"}
    inside = {ion: float(fibre.start[ion][0]) for ion in diffusion}
    face = float(fibre.axial.conductance[0])  # um
    vt = float(thermal_voltage(37))
    conducts = 1e-6 * FARADAY * face * sum(diffusion[ion] * inside[ion] for ion in diffusion) / vt  # uS
    alike = {"conductance": f"{float(1e3 * conducts)!r} nS", "permeability": own}
    cells = [cell(name, -65, "neuron", third) for name in "abc"]
    ends = [[f"{one}.cable(0.5)", f"{other}.cable(0.5)"] for one, other in ("ab", "bc")]
    system = Cells(cells, [{"between": between, **alike} for between in ends])
    times = np.array([0.0, 1e3, 3.6e6, 3.6e7])
    ours = evolve(system, 10, Event(0, block=1.0, where="a"), times_ms=times, rtol=1e-7)
    whole = evolve(fibre, 10, Event(0, block=1.0, where=[0]), times_ms=times, rtol=1e-7)
    assert fibre.size == 3 and np.ptp(whole.na[-1]) > 0.1
    # the same equations; NEURON's own axial current in one of them rounds otherwise
    assert ours.v == pytest.approx(whole.v, abs=1e-5)
    assert ours.na == pytest.approx(whole.na, abs=1e-5)


# ---------------------------------------------------------------------- the books


@pytest.mark.parametrize(("outside", "volume"), EVERY)
def test_charge_ions_and_water_are_kept_over_both(outside, volume):
    a = cell("a", -50, outside=outside, volume=volume)
    b = cell("b", -70, "neuron", CABLE, outside=outside, volume=volume)
    system = Cells(
        [a, b], [{"between": ["a.cable(0.5)", "b.cable(0.9)"], "conductance": "2 nS"}],
        positions=None if outside == "bath" else APART,
    )  # fmt: skip
    equations = System(system)
    x, step = beside_start(equations, 0.02)
    check_jacobian(equations, x, step)
    assert rest(system).summary["max_relative_net_flux"] < 1e-9
    for where in ("all", "a"):
        s = block(system, hours=3, where=where).summary
        for key in ("max_local_charge_error", "total_charge_error", "ion_conservation_error"):
            assert s[key] < 1e-12, (where, key)
        assert outside != "closed" or s["closed_conservation_error"] < 1e-12, where


def test_what_passes_a_junction_is_what_the_cells_gain():
    """Over ten hours, against what came through their membranes, to 1e-12 of what they hold."""
    system = pair()
    course = evolve(system, 10, Event(0, block=1.0, where="a"))
    (passed,) = course.passed.values()
    for name, sign in (("a", -1e3), ("b", 1e3)):  # mM um3 of a fmol
        own, one = course.cells[name], system.cells[name]
        for ion in one.ions:
            gained = (getattr(own, ion) - getattr(own, ion)[0]) @ one.volume
            through = own.entered[ion] * one.volume.sum()
            assert gained - through == pytest.approx(sign * passed[ion], abs=1e-12 * 130 * one.volume.sum())
    assert abs(passed["na"][-1]) > 100
    assert conservation_errors(system, course)["ion_conservation_error"] < 1e-13


def test_spaces_are_open_to_each_other():
    """In a closed space K+ that one cell loses comes before the other, sooner the nearer they are."""
    found = {}
    for apart in (10, 1e5):
        cells = [cell("a", -50, outside="closed"), cell("b", -70, outside="closed")]
        system = Cells(cells, positions={"a": (0, 0, 0), "b": (0, apart, 0)})
        spaces = [float(one.outside_volume[0]) for one in system.members]
        assert system.between[0].ways.outer == pytest.approx(np.mean(spaces) / apart**2, rel=1e-12)
        course = evolve(system, 1, Event(0, block=1.0, where="a"))
        found[apart] = course.cells["b"].ko[-1, 0] - course.cells["b"].ko[0, 0]
        assert conservation_errors(system, course)["closed_conservation_error"] < 1e-13
    assert found[10] > 3 * abs(found[1e5])


@pytest.mark.parametrize("outside", ["bath", "closed"])
def test_jacobian_of_membranes_that_grow(outside):
    """What passes a junction depends on V, which there follows from charge and volume together."""
    grows = {"water.area": "with_volume", "water.area_power": 0.7}
    cells = [
        cell(name, v, set=grows, outside=outside, volume="osmotic") for name, v in (("a", -50), ("b", -70))
    ]
    system = System(pair(cells=cells, outside=outside))
    _, step = beside_start(system, 0.02)
    check_jacobian(
        system, system.pack(system.start) * (1 + 0.02 * np.abs(np.sin(np.arange(len(step))))), step
    )


# ---------------------------------------------------------------------- other integrations


def test_another_integration_goes_the_same_way():
    """Two cells with leaks alone, their equations written here; SciPy's LSODA at 1e-10."""
    system = pair("1 nS")
    with system.changed(scale={"pump": 0}):
        ours = evolve(system, 1, times_ms=np.array([0.0, 10.0, 3.6e6]), rtol=1e-7)
        (joint,), cells = system.joints, list(system.cells.values())
        valence, outside = np.array([1, 1, -1]), np.array([140.0, 4.0, 120.0])
        strength = np.array([[one.strength[ion][0] for ion in ("na", "k", "cl")] for one in cells])
        passes = np.array([joint.permeability[ion] for ion in ("na", "k", "cl")])

    def rates(_, y):
        y, found = y.reshape(2, 4), np.empty((2, 4))
        w, (ca, cb) = (y[0, 0] - y[1, 0]) / thermal_voltage(37), y[:, 1:]
        x = np.maximum(np.abs(ca / cb - 1), 1e-9)  # alike, one is as good a mean as the other
        mean = np.where(x > 1e-9, (ca - cb) / np.log1p(np.where(x > 1e-9, ca / cb - 1, x)), ca)
        flux = passes * (ca - cb + valence * mean * w)  # 1e-18 mol/ms
        for i, (one, sign) in enumerate(zip(cells, (-1, 1), strict=True)):
            area, volume = 1e-8 * one.area[0], one.volume[0]  # cm2, um3
            leaks = ghk_current(strength[i], y[i, 1:], outside, valence, y[i, 0], 37) * area  # mA
            enters = -leaks / (valence * FARADAY) * 1e12 + sign * flux  # 1e-18 mol/ms
            found[i, 1:] = enters / volume
            nano_amperes = 1e-6 * FARADAY * (valence @ enters)
            found[i, 0] = 1e-3 * nano_amperes / (one.geometry.capacitance[0] * area)  # nA/uF = mV/s
        return found.ravel()

    start = np.array([[one.start[name][0] for name in ("v", "na", "k", "cl")] for one in cells])
    theirs = solve_ivp(rates, (0, 3.6e6), start.ravel(), "LSODA", ours.t, rtol=1e-10, atol=1e-10).y.T
    theirs = theirs.reshape(3, 2, 4)
    for column, name in enumerate(("v", "na", "k", "cl")):
        assert getattr(ours, name) == pytest.approx(theirs[:, :, column], abs=1e-4), name


@pytest.mark.usefixtures("alone")
def test_neurons_own_integrator_goes_the_same_way():
    system = pair()
    ours = evolve(system, 10 / 3600, Event(0, block=1.0, where="a"), rtol=1e-7, points=5)
    system.block_pump(1.0, "a")
    integrator = runtime.reset(system.celsius, 1e-9)
    system.write()
    h.finitialize()
    integrator.re_init()
    integrator.solve(10e3)
    assert [segment.v for segment in system.segments] == pytest.approx(ours.v[-1], abs=2e-3)
    assert [segment.nai for segment in system.segments] == pytest.approx(ours.na[-1], abs=1e-4)
    system.block_pump(0.0)
