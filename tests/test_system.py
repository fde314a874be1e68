"""NEURON's equations as a function: pure, complete, with an exact Jacobian."""

import numpy as np
import pytest
import scipy.sparse as sp

from models import Neuron, make_cell
from models.physics.ions import AMOUNT, OUTER
from models.physics.theory import FARADAY
from models.solve.differentiated import MENDED, ROUGH
from models.solve.equations import System


def uneven(system, seed=1):
    """A state that is uneven along the cell."""
    rng = np.random.default_rng(seed)
    x = system.start[system.free]
    return x * (1 + 0.1 * rng.random(len(x)))


def with_hh(section):
    sections = [section("soma", 20, 20), section("dend", 200, 2, 7)]
    sections[1].connect(sections[0](1))
    sections[0].insert("hh")
    sections[1].insert("pas")
    for segment in sections[1]:
        segment.pas.g = 1e-5
    from models.cell.cell import Cell
    from models.parameters import read_parameters

    cell = Cell(read_parameters("neuron"), sections=sections, carries={"il_hh": "na", "i_pas": "k"})
    for ion, p in (("na", 2.5e-8), ("k", 3.7e-7), ("cl", 1e-7), ("pump", 9e-3)):
        cell.strength[ion][:] = p
    return cell


def test_equations_are_a_pure_function(small):
    system = System(small)
    x = uneven(system)
    first = system.rates(x)
    system.rates(x * 1.01)
    system.jacobian(x * 0.99)
    assert (system.rates(x) == first).all()  # to the bit


def test_pure_also_where_a_current_is_given_to_an_ion(section):
    """The carrier must see this evaluation's current, not the last one's."""
    system = System(with_hh(section))
    x = uneven(system)
    first = system.rates(x)
    system.rates(x * 1.05)
    assert (system.rates(x) == first).all()


@pytest.mark.parametrize("outside", ["bath", "closed"])
@pytest.mark.parametrize("hold", [None, "concentrations"])
def test_the_short_way_to_the_rates_is_the_long_one(hold, outside):
    """Free states and fluxes by `rates_and_entering`, against all states by `full_rates`."""
    cell = Neuron("excitable", max_compartment_length=60.0, outside=outside, volume="osmotic")
    system = System(cell, hold=hold)
    x = uneven(system)
    long = system.full_rates(system.expand(x))
    entering = -cell.currents.get() @ cell.area / cell.axial.valence[:, 0]
    found = system.rates_and_entering(x)
    size = np.abs(long).max()  # sums of currents in another order: round-off of the largest
    assert found[: len(x)] == pytest.approx(long[system.free], rel=1e-12, abs=1e-13 * size)
    assert found[len(x) :] == pytest.approx(1e4 * entering / (cell.volume.sum() * FARADAY), rel=1e-12)


@pytest.mark.parametrize("hold", [None, "concentrations", "membrane"])
@pytest.mark.parametrize("axial", ["electrodiffusion", "diffusion", "none"])
def test_jacobian_matches_the_equations(axial, hold):
    cell = Neuron("stylised", max_compartment_length=60.0, axial=axial)
    system = System(cell, hold=hold)
    if hold == "membrane":
        assert len(system.free) == 0  # no gates here
        return
    check_jacobian(system)


def test_jacobian_with_channels(section):
    for hold in (None, "concentrations", "membrane"):
        check_jacobian(System(with_hh(section), hold=hold))


def test_channels_of_different_places_are_shifted_at_once(section):
    """Two places with hh of their own kinds: the gates of one go with the other's, and every entry is the
    same to the last digit as where each goes alone."""
    soma, dend = section("soma"), section("dend", 100, 2, 3)
    dend.connect(soma(1))
    soma.insert("pl_kv")
    dend.insert("pl_nav")
    system = System(Neuron("stylised", sections=[soma, dend]))
    y, made = system.start, system.derivatives()
    kinds = [[made._shifted[number][0] for number in group] for group in made._together]
    assert any({one.split("_pl_")[-1] for one in group} == {"kv", "nav"} for group in kinds)
    together = made.slopes(system.charging_rates, y)
    made._together = [[number] for number in range(len(made._shifted))]
    assert np.array_equal(together, made.slopes(system.charging_rates, y))


def test_a_rough_jacobian_is_nearly_the_exact_one(section):
    """Gates shifted to one side only: second differences of a power of a gate, some 1e-4 of its slope."""
    system = System(with_hh(section))
    x = uneven(system)
    rough = system.jacobian(x, ROUGH).copy()
    exact = system.jacobian(x)
    assert abs(rough - exact).max() <= 1e-2 * abs(exact).max() and (rough != exact).nnz > 0


def test_a_mended_jacobian_finds_anew_what_has_been_changing(section):
    """Between three voltages within a spike of hh's gates: as good as a rough one, by fewer evaluations; and
    made anew where nothing is known."""
    system = System(with_hh(section))
    x = uneven(system)
    steps = 0.02 * np.sin(np.arange(len(x))), 0.04 * np.sin(np.arange(len(x)))
    near, there = (x + np.where(system.unknowns.is_v, 100 * step, step * (x < 1)) for step in steps)
    system.jacobian(x, MENDED)
    system.jacobian(near, ROUGH)
    before = system.evaluations
    mended = system.jacobian(there, MENDED).copy()
    few, before = system.evaluations - before, system.evaluations
    rough = system.jacobian(there, ROUGH).copy()
    assert few < system.evaluations - before
    units = np.where(system.unknowns.is_v, 1e-2, np.where(system.unknowns.is_amount, 1e-2, 1e-4))
    apart = abs(sp.diags(1 / units) @ (mended - rough) @ sp.diags(units)).max()
    assert apart <= 0.1 * abs(sp.diags(1 / units) @ (rough - system.jacobian(near)) @ sp.diags(units)).max()


def check_jacobian(system):
    x = uneven(system)
    jacobian = system.jacobian(x)
    direction = np.random.default_rng(2).normal(size=len(x))
    scale = np.where(system.unknowns.is_v | system.unknowns.is_amount, 1e-2, 1e-4)
    step = direction * scale
    numeric = 0.5 * (system.rates(x + step) - system.rates(x - step))
    exact = jacobian @ step
    # both differ from the derivative by second differences, about (step/25 mV)^2 = 1e-6 of what adds up
    size = abs(jacobian) @ abs(step)
    assert np.abs(numeric - exact).max() <= 1e-5 * size.max()
    assert (np.abs(numeric - exact) <= 1e-5 * size + 1e-12).all()


def test_potassium_follows_from_charge(small):
    system = System(small)
    assert set(system.follows) == {"k_pl_ions"}
    y = system.expand(uneven(system))
    # anion + V on the membrane = na + k - cl, to the round-off of sums near 300 mM
    assert np.abs(small.charge(system.state(y))).max() < 1e-12


def test_a_state_can_be_put_into_neuron(small):
    system = System(small)
    x = uneven(system)
    system.load(x)
    state = system.state(system.expand(x))
    for index in (0, small.size // 2, small.size - 1):
        segment = small.segments[index]
        assert (segment.v, segment.nai, segment.ki, segment.cli) == tuple(
            state[key][index] for key in ("v", "na", "k", "cl")
        )


def test_voltage_rate_is_neurons_own(section):
    """dV/dt put together from NEURON's currents against NEURON's own sum, channels and carriers included."""
    system = System(with_hh(section))
    y = system.expand(uneven(system))
    ours = system.full_rates(y)[system.at["v"]]
    theirs = system._f_all[system.states.place][system.at["v"]]
    # NEURON's branch nodes: 1e-14 mV times the largest coupling (1/ms)
    coupling = system.cell.axial.stiffness()
    assert np.abs(ours - theirs).max() < 1e-12 * max(coupling * 90, np.abs(theirs).max())
    assert np.abs(theirs).max() > 1


def test_what_stays_as_it_is_costs_no_evaluations():
    """An epithelium's two baths stay as they are, Na+ that follows from a charge there included: the Jacobian
    shifts what can move only."""
    system = System(make_cell("epithelium"))
    moving = {system.states.kinds[k] for k in system.states.kind[system.free]} | {AMOUNT["k"]}
    assert OUTER["na"] in system.follows and OUTER["na"] not in moving
    before = system.evaluations
    system.jacobian(system.start[system.free])
    assert system.evaluations - before == 2 + 2 * len(moving)
