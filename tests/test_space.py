"""The space outside: conservation, ends where nothing is driven, a space that runs dry, resistivity."""

import numpy as np
import pytest
from spaces import EVERY, VALENCE

from models import ConvergenceError, Event, InputError, Neuron, block, evolve, make_cell, rest
from models.experiments.conservation import conservation_errors
from models.physics import theory
from models.simulator.runtime import h
from models.solve.equations import System
from models.solve.steady_state import find_steady_state


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_half_of_a_cable_for_fifty_hours(cable, volume, outside):
    """Charge of every compartment, each ion's total and the closed total, all to round-off.

    1e-8 and 1e-9 are promised; the equations keep these sums exactly and so does the integrator, so that only
    sums of some hundred steps round.
    """
    s = block(cable(51, volume=volume, outside=outside), where="cable(0.5:1)", hours=50).summary
    assert s["max_local_charge_error"] < 1e-13
    assert s["ion_conservation_error"] < 1e-12
    assert outside != "closed" or s["closed_conservation_error"] < 1e-13
    assert s["v_end_max_mV"] - s["v_end_min_mV"] > 0.5  # the halves differ for good


@pytest.mark.parametrize("outside", ["bath", "closed"])
def test_reconstructed_cell_with_half_the_somas_pumps(outside):
    cell = Neuron(volume="osmotic", outside=outside, max_compartment_length=20.0)
    s = block(cell, fraction=0.5, where="soma", hours=50).summary
    assert s["max_local_charge_error"] < 1e-13
    assert s["ion_conservation_error"] < 1e-12
    assert outside != "closed" or s["closed_conservation_error"] < 1e-13


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_what_entered_is_the_integral_of_the_membrane_current(cable, volume, outside):
    """Accumulated membrane fluxes against Gauss's sum over the course's states and NEURON's own currents."""
    cell = cable(5, volume=volume, outside=outside)
    cell.block_pump(1, "cable(0.5:1)")
    nodes, weights = np.polynomial.legendre.leggauss(24)
    times = 30e3 * (nodes + 1)  # the first minute
    course = evolve(cell, 1 / 60, times_ms=np.append(times, 60e3), rtol=1e-8)
    flux = []
    for i in range(len(times)):
        keys = ("v", "na", "k", "cl", "relative_volume", "nao", "ko", "clo")
        cell.start = {key: getattr(course, key)[i] for key in keys}
        system = System(cell)
        flux.append(system.rates_and_entering(system.start[system.free])[-len(cell.ions) :])
    sums = 30e3 * weights @ np.array(flux)
    # the membrane charges within 20 ms of the 60 s, where the sum has no nodes: the error it makes there
    for ion, found in zip(cell.ions, sums, strict=True):
        assert found == pytest.approx(course.entered[ion][-1], rel=2e-3, abs=1e-3)


@pytest.mark.parametrize("volume", ["fixed", "osmotic"])
@pytest.mark.parametrize("lateral", ["true", "false"])
def test_a_closed_system_ends_where_nothing_is_driven(section, write_toml, volume, lateral):
    """Soma and dendrite, each with its own space, pump off: every Nernst potential is V, everywhere."""
    soma, dend = section("soma", 20, 20), section("dend", 200, 1.5, 5)
    dend.connect(soma(1))
    toml = write_toml(f'base = "neuron"\n[space]\ndiffusion = {lateral}\n')
    cell = Neuron(toml, sections=[soma, dend], volume=volume, outside="closed")
    cell.block_pump(1)
    system = System(cell)
    end = system.state(system.expand(find_steady_state(system)[0]))
    course = evolve(cell, 30000, points=5, rtol=1e-6)
    for ion, valence in VALENCE.items():
        for state in (end, {key: getattr(course, key)[-1] for key in ("v", ion, ion + "o")}):
            potential = theory.nernst(state[ion], state[ion + "o"], valence, cell.celsius)
            assert potential == pytest.approx(state["v"], abs=1e-6)
    assert conservation_errors(cell, course)["closed_conservation_error"] < 1e-13


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_a_circulating_current_rests(volume, outside):
    """A leaky soma and dendrites that pump: currents flow for ever and nothing drifts anywhere."""
    cell = make_cell("stylised", max_compartment_length=40.0, volume=volume, outside=outside)
    soma = cell.where("soma")
    cell.strength["na"][soma] *= 3
    cell.strength["pump"][soma] = 0
    found = rest(cell)
    assert np.abs(found.currents["na"]["leak"] + found.currents["na"]["pump"]).max() > 1e-4  # mA/cm2
    cell.start = found.state()
    course = evolve(cell, 100, points=5)
    for key, at_rest in cell.start.items():
        assert getattr(course, key)[-1] == pytest.approx(at_rest, abs=1e-6), key


def test_a_fast_shell_is_a_bath(small):
    """The faster the exchange the nearer the bath: the difference falls in proportion to 1/rate."""
    open_bath = evolve(small, 0.5, [Event(0, block=1.0)], points=5, rtol=1e-8).v[-1].mean()
    differences = []
    for rate in (100, 1000):
        cell = make_cell("stylised", max_compartment_length=40.0, outside="shell")
        events = [Event(0, set={"exchange_rate": rate}, block=1.0)]
        differences.append(abs(evolve(cell, 0.5, events, points=5, rtol=1e-8).v[-1].mean() - open_bath))
    assert differences[0] > 1e-4
    # the next order in 1/rate is 0.5 % at 100/s (5 % at 10/s); the courses are within 1e-7 mV
    assert differences[1] == pytest.approx(differences[0] / 10, rel=0.01)


def test_shells_rest_and_end_like_the_bath():
    """In a steady state of no net flux the exchange does not matter."""
    shell, bath = (make_cell("stylised", max_compartment_length=40.0, outside=o) for o in ("shell", "bath"))
    blocked = {"pump": 0}
    assert rest(shell, scale=blocked).v == pytest.approx(rest(bath, scale=blocked).v, abs=1e-9)
    # elsewhere the currents that even out V between thin and thick pass the shells: 6e-6 mV
    uneven = {"naleak": 3}
    assert rest(shell, scale=uneven).v == pytest.approx(rest(bath, scale=uneven).v, abs=2e-5)


def test_potassium_piles_up_within_minutes():
    """Pump blocked: in a closed space the neuron loses 20 mV while in the bath it loses only the step."""
    courses = {}
    for outside in ("bath", "closed"):
        cell = make_cell("stylised", outside=outside)
        courses[outside] = evolve(cell, 3 / 60, [Event(0, block=1.0)], times_ms=[60e3, 180e3])
    assert courses["closed"].ko[0].mean() > 8  # mM after a minute
    assert courses["closed"].v[0].mean() > -50 > -60 > courses["bath"].v[0].mean()


def test_a_shell_stays_neutral():
    """Every shell holds the bath's charge but for what its membrane binds (0.1 mM or so), water or not."""
    for volume in ("fixed", "osmotic"):
        cell = make_cell("stylised", max_compartment_length=40.0, volume=volume, outside="shell")
        course = evolve(cell, 5, [Event(0, block=1.0, where="soma")], points=20)
        charge = course.nao + course.ko - course.clo - 23
        bound = (
            cell.geometry.charge_per_mv
            * cell.volume
            / cell.outside_volume
            * np.abs(course.v - course.v[0]).max()
        )
        assert (np.abs(charge) <= bound).all()


def test_a_shell_without_diffusion_rests_and_conserves_charge_and_ions(write_toml):
    toml = write_toml('base = "stylised"\n[space]\ndiffusion = false\n')
    cell = make_cell(toml, max_compartment_length=60.0, volume="osmotic", outside="shell")
    assert rest(cell).v == pytest.approx(-70, abs=1e-9)
    s = block(cell, hours=5, where="soma").summary
    assert s["max_local_charge_error"] < 1e-13 and s["ion_conservation_error"] < 1e-12


def test_neuron_is_left_as_the_cell_is(alone):
    """After experiments NEURON's own run starts from the cell's start again, V, ions, bath and pump."""
    cell = make_cell("stylised", max_compartment_length=60.0, volume="osmotic", outside="shell")
    h.finitialize()
    fresh = {name: [getattr(s, name) for s in cell.segments] for name in ("v", "ki", "ko", "nai")}
    assert fresh["v"] == pytest.approx([-70] * cell.size)
    rest(cell, set={"ko": 8, "volume_fraction": 0.5}, scale={"pump": 0.5})
    block(cell, hours=0.1)
    evolve(cell, 0.1, [Event(0.05, set={"nao": 100, "clo": 80})], points=3)
    h.finitialize()
    assert fresh == {name: [getattr(s, name) for s in cell.segments] for name in fresh}
    h.CVode().solve(1e3)
    assert cell.segments[0].v == pytest.approx(-70, abs=1e-3)


def test_sections_get_their_resistivity_back(section):
    """A closed space writes its way back into Ra; the sections' next cell must not find it there."""
    soma, dend = section("soma"), section("dend", 300, 2, 5)
    dend.connect(soma(1))
    for _ in range(2):
        closed = Neuron(sections=[soma, dend], outside="closed")
        assert dend.Ra > 500
        del closed
        assert Neuron(sections=[soma, dend]).axial.resistance[0] > 0
        assert dend.Ra == soma.Ra == 35.4  # NEURON's default
    closed = Neuron(sections=[soma, dend], outside="closed")
    Neuron(sections=[soma, dend], outside="shell")
    assert dend.Ra == 35.4
    with pytest.raises(InputError, match="made into another cell"):
        rest(closed)


def test_no_rest_where_the_space_runs_dry():
    cell = make_cell("stylised", max_compartment_length=40.0, volume="osmotic", outside="closed")
    with pytest.raises(ConvergenceError, match=r"on the way to it the closed space outside .* runs dry"):
        rest(cell, scale={"pump": 0}, set={"clo": 148, "impermeant": 0})


def test_a_closed_space_can_run_dry(write_toml):
    """Nothing outside holds water back and the space is small: the cell drinks it empty, and that is said."""
    toml = write_toml(
        'base = "stylised"\n[outside]\nclo = "148 mM"\nimpermeant = "0 mM"\n'
        '[space]\nvolume_fraction = "0.05"\n'
    )
    cell = make_cell(toml, volume="osmotic", outside="closed", max_compartment_length=40.0)
    with pytest.raises(
        ConvergenceError, match=r"closed space outside .* runs dry after .* larger volume_fraction"
    ):
        block(cell, hours=10)


def test_the_ions_own_resistivity(write_toml):
    """axial_resistivity = "ions": a face conducts what the ions in it conduct, now and where they are."""
    toml = write_toml('base = "stylised"\n[electrical]\naxial_resistivity = "ions"\n')
    cell = make_cell(toml, max_compartment_length=40.0)
    held = 1e-3 * np.array([9, 130, cell.start["cl"][0]])  # mol/l
    diffusion = 1e-5 * np.array([1.781, 2.625, 2.719]) / 1.18**2  # cm2/s
    conducts = theory.FARADAY**2 / (theory.GAS_CONSTANT * 310.15) * (diffusion @ held) * 1e-3  # S/cm
    assert cell.sections[0].Ra == pytest.approx(1 / conducts, rel=1e-12)
    assert rest(cell).v == pytest.approx(-70, abs=1e-9)
    axial = cell.axial
    state = np.array([np.linspace(-70, -60, cell.size), *(np.full(cell.size, c) for c in (18, 260, 18.2))])
    current = axial.flows(state)[1]
    half = np.array([state[0], *(state[1:] / 2)])
    assert current == pytest.approx(2 * axial.flows(half)[1], rel=1e-12)


def test_tortuosity_divides_diffusion_by_its_square(write_toml):
    plain, tortuous = (
        make_cell(write_toml(f'base = "stylised"\n[diffusion]\ntortuosity = "{t}"\n'), axial="diffusion")
        for t in (1, 3.2)
    )
    assert tortuous.axial.diffusion == pytest.approx(plain.axial.diffusion / 3.2**2, rel=1e-12)


def test_calcium_too_conducts_along_the_cell(write_toml):
    """Four times by its charge, and of 0.1 uM next to nothing."""
    text = 'base = "ventricle"\n[electrical]\naxial_resistivity = "ions"\n'
    text += '[balance]\npump_current = "0.4 uA/cm2"\n'
    given = make_cell(write_toml(text + '[inside]\ncai = "0.1 uM"\n')).sections[0].Ra
    more = make_cell(write_toml(text + '[inside]\ncai = "0.2 uM"\n')).sections[0].Ra
    dca, dk = 0.71, 1.96  # um2/ms
    assert (given - more) / given == pytest.approx(4 * dca * 1e-4 / (dk * 140), rel=0.2)
