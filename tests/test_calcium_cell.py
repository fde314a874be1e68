"""Cells with Ca2+: the buffer, balanced rest, conservation, the pump lost, Donnan's end."""

import numpy as np
import pytest

from models import BalanceError, Event, InputError, block, evolve, make_cell, rest
from models.axial.derivatives import TINY
from models.experiments.final_state import final_state
from models.physics import theory
from models.physics.electroneutrality import all_calcium
from models.physics.flux import free_calcium
from models.simulator.runtime import h
from models.solve.equations import System
from models.solve.steady_state import find_steady_state

EVERY = [(volume, outside) for volume in ("fixed", "osmotic") for outside in ("bath", "shell", "closed")]
PMCA = ("pl_pmca", 'set = { imax = "1e-4 mA/cm2" }')
NCX = ("pl_ncx", 'set = { k = "0.02 mA/cm2" }')
ISOFORMS = (
    '[pump]\nlaw = "isoforms"\n[pump.isoform.alpha1]\nshare = "0.4"\n[pump.isoform.alpha3]\nshare = "0.6"\n'
)
ALL = (
    PMCA,
    NCX,
    ("pl_kcc2", 'set = { u = "1e-4 mA/cm2" }'),
    ("pl_nkcc1", 'set = { u = "5e-3 uA/cm2" }'),
    ("pl_kir", 'set = { gbar = "1e-5 S/cm2" }'),
    ("pl_nav", 'regions = ["soma"]\nset = { gbar = "0.001 S/cm2" }'),
    ("pl_kv", 'regions = ["soma"]\nset = { gbar = "0.0005 S/cm2" }'),
    ("pl_gatingpore", 'regions = ["soma"]\nset = { p = "1e-9 cm/s" }'),
)


@pytest.fixture
def calcium_cell(write_toml):
    """A function that makes the stylised cell with Ca2+ and the channels given."""

    def make(*channels, buffer="0.05 mM", cai="1e-4 mM", inside="", extra="", longest=60.0, **options):
        tables = "".join(f'[[channel]]\nmechanism = "{name}"\n{said}\n' for name, said in channels)
        text = (
            f'base = "stylised"\nname = "made"\nions = ["na", "k", "cl", "ca"]\n[outside]\ncao = "2 mM"\n'
            f'[inside]\ncai = "{cai}"\n{inside}\n[calcium]\nbuffer = "{buffer}"\nkd = "1e-3 mM"\n'
            f"{extra}\n{tables}"
        )
        return make_cell(write_toml(text), max_compartment_length=longest, **options)

    return make


# ---------------------------------------------------------------------- the buffer


def drawn(seed, count=2000):
    rng = np.random.default_rng(seed)
    free, relative_volume = 10 ** rng.uniform(-6, 1, count), 10 ** rng.uniform(-0.5, 1, count)
    buffer = np.where(rng.random(count) < 0.2, 0.0, 10 ** rng.uniform(-4, 1, count))
    return free, relative_volume, buffer, 10 ** rng.uniform(-4, 0, count)


def lost(total, relative_volume, buffer, kd):
    """By what the root's last sum is smaller than its parts: digits that a saturated buffer costs."""
    b = relative_volume * kd + buffer - total
    root = np.sqrt(b * b + 4 * relative_volume * total * kd)
    return (abs(b) + root + total + buffer) / (b + root)


def test_free_and_all_calcium_are_inverse():
    free, relative_volume, buffer, kd = drawn(31)
    total = all_calcium(free, relative_volume, buffer, kd)
    back = free_calcium(total, relative_volume, buffer, kd)
    assert (np.abs(back / free - 1) <= 8e-16 * lost(total, relative_volume, buffer, kd)).all()
    assert free_calcium(0.0, 1.0, 0.05, 1e-3) == 0
    # the law of mass action itself: free sites times free Ca2+ over bound is kd
    some = (buffer > 0) & (free < kd)
    bound = (total - free * relative_volume)[some]
    # what is bound is a difference, at worst a thousandth of what it is taken from
    assert (buffer[some] - bound) * free[some] / bound == pytest.approx(kd[some], rel=1e-7)


def test_buffer_bears_complex_steps():
    """Derivative of the root is 1/(relative_volume + buffer kd/(free + kd)^2)."""
    free, relative_volume, buffer, kd = drawn(32)
    total = all_calcium(free, relative_volume, buffer, kd)
    slope = free_calcium(total + 1j * TINY, relative_volume, buffer, kd).imag / TINY
    exact = 1 / (relative_volume + buffer * kd / (free + kd) ** 2)
    # each factor of the quotient has the root's own error, squared in its derivative
    assert (np.abs(slope / exact - 1) <= 1e-14 * lost(total, relative_volume, buffer, kd)).all()
    by_volume = free_calcium(total, relative_volume + 1j * TINY, buffer, kd).imag / TINY
    tolerance = 1e-14 * lost(total, relative_volume, buffer, kd)
    assert (np.abs(by_volume / (-free * exact) - 1) <= tolerance * (1 + 1 / exact)).all()


def test_neuron_has_the_same_buffer(calcium_cell):
    cell = calcium_cell(PMCA, NCX)
    for ca in (1e-5, 1e-3, 0.3):
        cell.start = cell.start | {"ca": np.full(cell.size, ca)}
        system = System(cell)
        total = system.start[system.at["ca_pl_calcium"]]
        assert total == pytest.approx(all_calcium(ca, 1.0, 0.05, 1e-3), rel=1e-15)
        shifted = system.start.copy()
        shifted[system.at["ca_pl_calcium"]] = 2 * total
        system.full_rates(shifted)
        found = cell.variables["cai"].get()
        assert found == pytest.approx(free_calcium(2 * total, 1.0, 0.05, 1e-3), rel=1e-11)


# ---------------------------------------------------------------------- rest and conservation


@pytest.mark.parametrize(("volume", "outside"), EVERY)
@pytest.mark.parametrize("everything", [False, True])
def test_rest_is_the_wanted_one(calcium_cell, volume, outside, everything):
    cell = made(calcium_cell, everything, volume=volume, outside=outside)
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-7)
    assert found.inside["ca"] == pytest.approx(1e-4, rel=1e-6)
    assert found.inside["na"] == pytest.approx(9, abs=1e-7)
    assert found.relative_volume == pytest.approx(1, abs=1e-9)
    net = sum(found.currents["ca"].values())
    assert np.abs(net).max() <= 1e-9 * np.abs(found.currents["ca"]["leak"]).max()


def made(calcium_cell, everything, **options):
    if not everything:
        return calcium_cell(PMCA, NCX, **options)
    return calcium_cell(*ALL, inside='cli = "7 mM"', extra=ISOFORMS, **options)


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_conservation_with_everything_inserted(calcium_cell, volume, outside):
    cell = made(calcium_cell, True, volume=volume, outside=outside)
    s = block(cell, hours=5, where="soma", fraction=0.5).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-12
    assert outside != "closed" or s["closed_conservation_error"] < 1e-12
    s = block(cell, hours=5).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-12
    assert outside != "closed" or s["closed_conservation_error"] < 1e-12
    assert s["v_end_mV"] > -65


def test_every_compartment_keeps_its_charge_with_bound_calcium(calcium_cell):
    """na + k - cl + 2 (free and bound Ca2+) less the membrane's charge, while Ca2+ rises a hundred times."""
    cell = calcium_cell(PMCA, NCX, buffer="0.5 mM", volume="osmotic")
    cell.start = rest(cell).state()
    course = evolve(cell, 20, [Event(0, block=1.0)], points=60)
    assert course.ca[-1].min() > 1e-2
    bound = 0.5 * course.ca / (course.ca + 1e-3)
    total = (course.na + course.k - course.cl + 2 * course.ca) * course.relative_volume + 2 * bound
    kept = total - cell.geometry.charge_per_mv * course.v
    assert np.abs(kept - kept[0]).max() < 1e-12 * 140


def test_calcium_that_cannot_be_balanced_is_named(calcium_cell):
    with pytest.raises(BalanceError, match=r"Ca2\+ cannot be balanced in .* nothing takes it out"):
        calcium_cell()
    with pytest.raises(
        BalanceError, match=r"Ca2\+ cannot be balanced in .*(dend|apic).* nothing takes it out"
    ):
        calcium_cell(("pl_pmca", 'regions = ["soma"]'))
    # the exchanger's reversal: at this cai it would bring Ca2+ in
    with pytest.raises(BalanceError, match=r"Ca2\+ cannot be balanced in .* the rest carries -.* mA/cm2"):
        calcium_cell(NCX, cai="1e-6 mM")
    with pytest.raises(InputError, match="cai must be above 0 mM"):
        calcium_cell(PMCA, cai="0 mM")


# ---------------------------------------------------------------------- what the Na+/K+ pump does to it


@pytest.mark.parametrize("outside", ["bath", "closed"])
def test_a_pump_block_raises_calcium_through_the_exchanger(calcium_cell, outside):
    """Na+ rises, the exchanger slows and turns round: more Ca2+ than with pmca alone."""
    rise = {}
    for name, channels in (("both", (PMCA, NCX)), ("pl_pmca", (PMCA,))):
        cell = calcium_cell(*channels, outside=outside)
        cell.start = rest(cell).state()
        course = evolve(cell, 0.5, [Event(0, block=1.0)], times_ms=[60e3, 600e3, 1800e3])
        rise[name] = course.ca.mean(axis=1) / 1e-4
        assert (np.diff(rise[name]) > 0).all() or name == "pl_pmca"
        if name == "both":
            assert (np.diff(course.na.mean(axis=1)) > 0).all()
    assert (rise["both"] > rise["pl_pmca"]).all() and rise["both"][-1] > 2


def without_transport(cell):
    return cell.changed(
        scale={name: 0 for name in ("pump", "pl_pmca", "pl_ncx") if name in (*cell.membrane.channels, "pump")}
    )


@pytest.mark.parametrize("volume", ["fixed", "osmotic"])
@pytest.mark.parametrize("buffer", ["0 mM", "0.5 mM"])
def test_without_transport_it_ends_at_donnans_equilibrium(calcium_cell, volume, buffer):
    """Every ion at V, and V that of Donnan's equations; what the buffer binds at the end has its charge."""
    cell = calcium_cell(PMCA, NCX, buffer=buffer, volume=volume)
    with without_transport(cell):
        system = System(cell)
        end = system.state(system.expand(find_steady_state(system)[0]))
        for ion, valence in (("na", 1), ("k", 1), ("cl", -1), ("ca", 2)):
            potential = theory.nernst(end[ion], end[ion + "o"], valence, cell.celsius)
            assert potential == pytest.approx(end["v"], abs=1e-6), ion
        bound = cell.buffer[0] * end["ca"] / (end["ca"] + cell.buffer[1])
        for i in range(cell.size):
            anion, held = cell.anion[i] - 2 * bound[i], cell.geometry.charge_per_mv[i]
            if volume == "fixed":
                expected = theory.donnan_voltage(cell.outside, anion, cell.celsius, held), 1.0
            else:
                given = cell.outside, cell.bath_impermeant()[0], cell.impermeant[i], anion
                expected = theory.donnan_osmotic(*given, cell.celsius, held)
            assert end["v"][i] == pytest.approx(expected[0], abs=1e-6)
            assert end["relative_volume"][i] == pytest.approx(expected[1], rel=1e-7)


@pytest.mark.parametrize("volume", ["fixed", "osmotic"])
@pytest.mark.parametrize("buffer", ["0 mM", "0.5 mM"])
def test_block_says_that_end(calcium_cell, volume, buffer):
    cell = calcium_cell(PMCA, NCX, buffer=buffer, volume=volume)
    with without_transport(cell):
        system = System(cell)
        end = system.state(system.expand(find_steady_state(system)[0]))
        cell.block_pump(1)
        v, relative_volume, name, endless = final_state(cell)
    assert endless is None and name == "Donnan (full block, for ever)"
    assert v == pytest.approx(end["v"], abs=1e-6)
    assert relative_volume == pytest.approx(end["relative_volume"], rel=1e-7)


# ---------------------------------------------------------------------- NEURON's own integrator, axial flow


@pytest.mark.parametrize(
    ("volume", "outside"), [("fixed", "bath"), ("osmotic", "shell"), ("osmotic", "closed")]
)
def test_neurons_own_integrator_agrees(calcium_cell, volume, outside):
    cell = calcium_cell(PMCA, NCX, volume=volume, outside=outside)
    for segment in cell.sections[0]:
        segment.pl_nakpump.block = 1
    h.CVode().atol(1e-9)
    h.CVode().rtol(1e-9)
    h.finitialize(-70)
    h.CVode().solve(5e3)
    found = {name: np.array([getattr(s, name) for s in cell.segments]) for name in ("v", "nai", "cai", "cao")}
    cell.block_pump(1, "soma")
    course = evolve(cell, 5 / 3600, times_ms=[5e3], rtol=1e-8)
    # NEURON's tolerance, some thousand steps long
    assert found["v"] == pytest.approx(course.v[-1], abs=1e-4)
    assert found["nai"] == pytest.approx(course.na[-1], abs=1e-4)
    assert found["cai"] == pytest.approx(course.ca[-1], rel=1e-4)
    assert found["cao"] == pytest.approx(course.cao[-1], rel=1e-6)
    assert np.abs(course.ca[-1] / 1e-4 - 1).max() > 1e-3  # it has moved


@pytest.mark.parametrize("options", [{}, {"volume": "osmotic"}, {"volume": "osmotic", "outside": "closed"}])
def test_no_calcium_flows_at_equilibrium(calcium_cell, options):
    """Every electrochemical potential level along the cell, V and volumes uneven: no flux of any ion."""
    cell = calcium_cell(PMCA, **options)
    axial, vt = cell.axial, float(theory.thermal_voltage(37))
    inner = np.linspace(-60, 10, cell.size)
    outer = np.linspace(3, -4, cell.size) if axial.options.returns else np.zeros(cell.size)
    level = np.array([[145.0], [3.0], [125.0], [0.02]])
    valence = np.array([[1], [1], [-1], [2]])
    relative_volume = np.linspace(0.9, 1.1, cell.size) if cell.osmotic else np.ones(cell.size)
    state = np.zeros((len(axial.kinds), cell.size))
    state[0] = inner - outer
    state[1:5] = level * np.exp(-valence * inner / vt)
    for i, ion in enumerate(cell.ions):
        state[1 + i] = cell.buffer.amount(ion, state[1 + i], relative_volume)
    if cell.osmotic:
        state[5] = relative_volume
    if axial.lateral:
        state[-4:] = level * np.exp(-valence * outer / vt) * (1 - cell.water_ratio * (relative_volume - 1))
    flux, current = axial.flows(state)
    gross = (axial.diffusion * np.tile(axial.conductance, (4, 1))) * level
    for rows in (flux[:4], flux[4:]):
        if len(rows):
            assert np.abs(rows / (gross * np.exp(60 * np.abs(valence) / vt))).max() < 1e-12
    ohmic = (state[0][axial.a] - state[0][axial.b]) / axial.resistance
    assert np.abs(current).max() < 1e-12 * np.abs(ohmic).max()
    state[4, 0] *= 2  # and one compartment with more Ca2+ loses it to its neighbours
    flux, _ = axial.flows(state)
    assert flux[3][axial.a == 0].sum() > flux[3][axial.b == 0].sum()


def test_jacobian_matches_the_equations(calcium_cell):
    """With fixed volumes: at branch points the volume of a third arm is left out of the Jacobian."""
    for options in ({}, {"outside": "closed"}):
        cell = calcium_cell(*ALL, inside='cli = "7 mM"', extra=ISOFORMS, **options)
        system = System(cell)
        rng = np.random.default_rng(3)
        x = system.start[system.free]
        x = x * (1 + 0.02 * rng.random(len(x)))
        step = rng.normal(size=len(x)) * np.maximum(np.abs(x), 1e-6) * 1e-4
        numeric = 0.5 * (system.rates(x + step) - system.rates(x - step))
        jacobian = system.jacobian(x)
        # central differences over 1e-4: third differences are 1e-8 of what adds up, of steep gates more
        error = np.abs(numeric - jacobian @ step)
        assert (error <= 2e-6 * (abs(jacobian) @ abs(step)) + 1e-12).all()
