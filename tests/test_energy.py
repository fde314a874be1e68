"""ATP: its pools, what is left of it when asked by one name, and as a state that is made and spent."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from models import BalanceError, Event, InputError, block, evolve, make_cell, rest
from models.cell.energy import pool_of
from models.physics import theory
from models.physics.energy import Pool
from models.solve.currents import slope_conductance
from models.solve.equations import System
from models.words import HOUR

ALPHA = '[pump]\nlaw = "isoforms"\n[pump.isoform.alpha1]\nshare = "1"\n'
FED = f'base = "stylised"\nname = "fed"\n{ALPHA}[energy]\nfollowed = true\ncreatine = "10 mM"\n'
ONE = (
    f'base = "neuron"\nname = "one"\n{ALPHA}'
    '[morphology]\nshape = "cylinder"\nlength = "20 um"\ndiameter = "15 um"\n'
    'max_compartment_length = "20 um"\n'
    '[energy]\nfollowed = true\ncreatine = "10 mM"\n'
)


def pools():
    rng = np.random.default_rng(3)
    for _ in range(200):
        atp, adp, pi = 10 ** rng.uniform((0, -2.5, 0), (1, -1, 1))
        yield (
            Pool.at_rest(atp, adp, pi, rng.uniform(0, 40), 10 ** rng.uniform(1, 3), 10 ** rng.uniform(-1, 1)),
            atp,
        )


def test_pools_are_conserved_and_at_equilibrium():
    for pool, atp in pools():
        for left in (1.0, 0.7, 0.1, 1e-3):
            found = pool.with_atp(left * atp)
            assert found.atp == pytest.approx(left * atp, rel=1e-12)
            assert found.atp + found.adp + found.amp == pytest.approx(pool.adenylates, rel=1e-12)
            assert found.phosphate + found.bonds == pytest.approx(pool.phosphate, rel=1e-12)
            assert found.atp * found.amp == pytest.approx(pool.k_adenylate * found.adp**2, rel=1e-12)
            free = pool.creatine - found.phosphocreatine
            # the difference loses digits where nearly all creatine is free of phosphate, or none
            assert found.atp * free == pytest.approx(
                pool.k_creatine * found.adp * found.phosphocreatine, rel=1e-9, abs=1e-9
            )
            again = pool.with_bonds(found.bonds)
            assert again.atp == pytest.approx(found.atp, rel=1e-9)  # of the sum of bonds 16 digits are kept


def test_energy_takes_adp_and_phosphate_along(write_toml):
    """A tenth of the ATP: the pools' own numbers are NEURON's, and the pump has too little to run on."""
    cell = make_cell(write_toml(f'base = "stylised"\n{ALPHA}'), max_compartment_length=1000.0)
    whole = pool_of(cell.parameters)
    with cell.changed({"energy": 0.1}):
        cell.write()
        left = whole.with_atp(0.4)
        for name, value in (("atp", left.atp), ("adp", left.adp), ("pi", left.phosphate)):
            assert getattr(cell.segments[0], f"{name}_pl_nakalpha1") == pytest.approx(value, rel=1e-12)
    assert left.adp > 50 * 0.013 and left.phosphate > 30
    dg = -32.6 + theory.GAS_CONSTANT * 310.15e-3 * np.log(1e-3 * left.adp * left.phosphate / left.atp)
    at_once = rest(cell, {"energy": 0.1}, hold="concentrations")
    e_na, e_k = (at_once.nernst(ion) for ion in ("na", "k"))
    # the gradients of rest ask for more than ATP gives: at once the pump runs backwards
    assert 3 * e_na - 2 * e_k + 1e6 * dg / theory.FARADAY > 0
    assert (at_once.pump_net < 0).all()
    poor = rest(cell, {"energy": 0.1})
    assert (poor.pump_net > 0).all()
    assert poor.summary["v_rest_mV"] > -60 and poor.summary["nai_mM"] > 25
    assert -70 < rest(cell, {"energy": 0.9}).summary["v_rest_mV"] < -68


def test_a_pump_that_knows_no_atp_refuses(write_toml):
    cell = make_cell("stylised", max_compartment_length=1000.0)
    with pytest.raises(InputError, match=r'energy=0.1: the pump of this cell \(law = "hill"\) knows no ATP'):
        cell.set("energy", 0.1)
    with pytest.raises(InputError, match="oxygen has no effect where ATP is no state"):
        cell.set("oxygen", 0)
    with pytest.raises(
        InputError, match=r'energy.followed: the pump knows no ATP; expected law = "isoforms"'
    ):
        make_cell("stylised", set={"energy.followed": True})
    fed = make_cell(write_toml(FED), max_compartment_length=1000.0)
    with pytest.raises(InputError, match="energy has no effect where ATP is a state"):
        fed.set("energy", 0.5)
    with pytest.raises(InputError, match=r"must be above 0"):
        make_cell(write_toml(f'base = "stylised"\n{ALPHA}')).set("energy", 0)
    halves = '[region.apical]\nimax = "0 mA/cm2"\n[energy]\nfollowed = true\n'
    with pytest.raises(BalanceError, match="ATP cannot be balanced in apical"):
        make_cell(write_toml(f'base = "epithelium"\n{halves}'))


def test_atp_in_neuron_is_the_pools(write_toml):
    cell = make_cell(write_toml(FED), max_compartment_length=1000.0)
    pool, system = pool_of(cell.parameters), System(cell)
    for bonds in (17.0, 12.0, 8.0, 3.0, 0.1, 1e-4):
        y = system.start.copy()
        y[system.at["bonds_pl_energy"]] = bonds
        system.full_rates(y)
        found = pool.with_bonds(bonds)
        for name, value in (("atp", found.atp), ("adp", found.adp), ("pi", found.phosphate)):
            # the same steps of Newton's; phosphate is a difference of 20 mM
            assert cell.variables[f"{name}_pl_energy"].get() == pytest.approx(float(value), rel=1e-11)


@pytest.mark.parametrize("volume", ["fixed", "osmotic"])
def test_it_rests_as_without_and_its_jacobian_is_that_of_its_equations(write_toml, volume):
    cell = make_cell(write_toml(FED), max_compartment_length=1000.0, volume=volume)
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-9)
    assert found.bonds == pytest.approx(pool_of(cell.parameters).with_atp(4).bonds, rel=1e-12)
    if volume == "osmotic":
        return  # the flow through branch points is taken as at the volumes of the step before
    system = System(cell)
    x = system.start[system.free] * np.random.default_rng(5).uniform(0.9, 1.1, system.free.size)
    exact = system.jacobian(x).toarray()
    for column in range(len(x)):
        step = 1e-6 * max(1e-3, abs(x[column]))
        up, down = x.copy(), x.copy()
        up[column] += step
        down[column] -= step
        n = len(x)
        slope = (system.rates_and_entering(up)[:n] - system.rates_and_entering(down)[:n]) / (2 * step)
        # differences of third order and round-off of 1e-16/1e-6 of the largest term
        assert exact[:, column] == pytest.approx(slope, rel=1e-5, abs=1e-7 * max(1e-9, np.abs(slope).max()))


def test_stores_last_as_long_as_the_integral_says(write_toml):
    """No oxygen and no pump: what is left of the bonds after a time is the inverse of a quadrature."""
    cell = make_cell(write_toml(ONE))
    other, pool = float(cell.membrane.energy.other[0]), pool_of(cell.parameters)
    begin = float(cell.start["bonds"][0])
    course = evolve(cell, 1.0, [Event(0.0, set={"oxygen": 0}, block=1.0)], points=40, rtol=1e-8)
    bonds = course.bonds[:, 0]
    assert bonds[-1] < 0.01 * begin

    def slowness(left):
        return (1 + 0.15 / pool.with_bonds(left).atp) / other  # s/mM

    for at in (20, 30, 35):
        seconds, _ = quad(slowness, bonds[at], begin, epsabs=0, epsrel=1e-9, limit=200)
        assert seconds == pytest.approx(1e-3 * course.t[at], rel=1e-5)  # the integrator's own error


def equations(cell):
    """d(V, na, k, cl, bonds)/dt per ms of a cell of one compartment, written from its pieces' papers."""
    area, volume, f = cell.area[0], cell.volume[0], theory.FARADAY
    vt, capacitance = theory.thermal_voltage(37.0), cell.geometry.capacitance[0]
    nao, ko, clo = (cell.outside[ion] for ion in ("na", "k", "cl"))
    rates, pool, share = cell.membrane.energy, pool_of(cell.parameters), cell.strength

    def leak(ion, z, v, inside, outside):
        u = z * v / vt
        flux = inside * theory.bernoulli(-u) - outside * theory.bernoulli(u)
        return 1e-3 * z * f * share[ion][0] * flux

    def derivative(_, y, oxygen, block):
        v, na, k, cl, bonds = y
        there = pool.with_bonds(bonds)
        u = v / vt
        work = 3 * (np.log(nao / na) - u) + 2 * (np.log(k / ko) + u)
        work += -32.6e3 / (theory.GAS_CONSTANT * 310.15) + np.log(
            1e-3 * there.adp * there.phosphate / there.atp
        )
        field = 1 / (1 + 0.12 * np.exp(-0.1 * u) + 0.04 * np.exp(-u) * (np.exp(nao / 67.3) - 1) / 7)
        sites = (na / (na + 4.57)) ** 3 * (ko / (ko + 1.0)) ** 2
        fuel = there.atp / (there.atp + 0.15 * (1 + there.adp / 0.1))
        cycle = share["pump"][0] * (1 - block) * sites * field * fuel * np.tanh(-work / 2)
        currents = np.array([
            leak("na", 1, v, na, nao) + 3 * cycle,
            leak("k", 1, v, k, ko) - 2 * cycle,
            leak("cl", -1, v, cl, clo),
        ])  # fmt: skip
        into = 1e4 * area / (f * volume)  # mM/ms of 1 mA/cm2
        made = oxygen * rates.capacity[0] / (1 + 0.0324 / there.adp)
        used = rates.other[0] * there.atp / (there.atp + 0.15) + 1e3 * into * cycle
        return [-1e3 * currents.sum() / capacitance, *(-into * currents * [1, 1, -1]), 1e-3 * (made - used)]

    return derivative


def test_anoxia_and_recovery_are_an_independent_integration(write_toml):
    """10 min without oxygen, 50 min with: every state against SciPy's LSODA on equations written here."""
    cell = make_cell(write_toml(ONE))
    begin = [float(cell.start[name][0]) for name in ("v", "na", "k", "cl", "bonds")]
    times = np.array([1.0, 3.0, 6.0, 10.0, 11.0, 15.0, 30.0, 60.0]) * 60e3
    events = [Event(0.0, set={"oxygen": 0}), Event(1 / 6, set={"oxygen": 1})]
    course = evolve(cell, 1.0, events, times_ms=times, rtol=1e-7)
    options = {"method": "LSODA", "rtol": 1e-10, "atol": 1e-10, "args": (0.0, 0.0)}
    first = solve_ivp(equations(cell), (0, 600e3), begin, t_eval=times[:4], **options)
    options["args"] = (1.0, 0.0)
    then = solve_ivp(equations(cell), (600e3, HOUR), first.y[:, -1], t_eval=times[4:], **options)
    expected = np.hstack([first.y, then.y])
    for row, name in enumerate(("v", "na", "k", "cl", "bonds")):
        assert getattr(course, name)[:, 0] == pytest.approx(expected[row], abs=1e-4), name  # mV, mM
    assert expected[4].min() < 4 < 14 < expected[4, -1]
    assert course.v[3, 0] > -69 and course.v[-1, 0] == pytest.approx(-70, abs=0.1)


def test_what_is_spent_is_what_was_there_and_was_made(write_toml):
    """The books of ATP: bonds lost are what pumps and the rest have spent, less what was made, with swelling,
    in every compartment; charge is kept."""
    cell = make_cell(write_toml(FED), max_compartment_length=500.0, volume="osmotic")
    times = np.linspace(0, 120e3, 2001)
    course = evolve(cell, 120 / 3600, [Event(0.0, set={"oxygen": 0.2})], times_ms=times, rtol=1e-7)
    system = System(cell)
    with cell.changed({"oxygen": 0.2}):
        system = System(cell)
        net = []
        for index in range(0, len(times), 10):
            y = system.start.copy()
            grown = course.relative_volume[index]
            y[system.at["v"]] = course.v[index]
            y[system.at["relative_volume_pl_ions"]] = grown
            y[system.at["bonds_pl_energy"]] = course.bonds[index]
            for ion in ("na", "k", "cl"):
                y[system.at[f"{ion}_pl_ions"]] = getattr(course, ion)[index] * grown
            system.full_rates(y)
            atp = cell.variables["atp_pl_energy"].get().copy()
            adp = cell.variables["adp_pl_energy"].get().copy()
            spent = 1e10 * cell.variables["atpase_pl_nakalpha1"].get() * cell.area / cell.volume
            rates = cell.membrane.energy
            made = 0.2 * rates.capacity / (1 + 0.0324 / adp)
            net.append(made - spent - rates.other * atp / (atp + 0.15))
    gained = np.trapezoid(net, times[::10] / 1e3, axis=0)
    # the trapezium's error on steps of 0.6 s, some 1e-6 of what was spent
    assert gained == pytest.approx(course.bonds[-1] - course.bonds[0], rel=1e-4)
    keys = ("v", "na", "k", "cl", "relative_volume")
    state = {key: getattr(course, key)[-1] for key in keys}
    assert np.abs(cell.charge(state) - cell.charge(cell.start)).max() < 1e-10


def test_a_membrane_of_a_cell_that_was_fed_is_another_cells_again(section, write_toml):
    """Sections made into a cell without ATP as a state: nothing of the former is left in them."""
    sec = section("soma", 20, 20)
    fed = make_cell(write_toml(FED.replace('base = "stylised"', 'base = "neuron"')), sections=[sec])
    assert rest(fed).bonds is not None
    plain = make_cell(write_toml(f'base = "neuron"\n{ALPHA}'), sections=[sec])
    assert rest(plain).bonds is None and rest(plain).v[0] == pytest.approx(-70)
    low = rest(plain, {"atp": 0.1})
    assert low.summary["nai_mM"] > 9.5  # its pump reads its own ATP
    assert slope_conductance(System(plain), System(plain).start) > 0


def test_a_block_saves_atp(write_toml):
    """With the pumps blocked less is spent, and the stores fill up."""
    cell = make_cell(write_toml(FED), max_compartment_length=1000.0)
    found = block(cell, hours=0.2)
    assert (found.course.bonds[-1] > found.course.bonds[0]).all()
