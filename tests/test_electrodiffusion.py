"""Ion flow along the cell: geometry from NEURON, conservation, equilibrium, order, known answers."""

import numpy as np
import pytest

from models import InputError, Neuron
from models.electrodiffusion import faces_of
from models.engine import h
from models.steady_state import find_steady_state
from models.system import System
from models.theory import thermal_voltage
from models.time_course import evolve, integrate


def random_state(cell, seed):
    """A far-from-rest state: V and concentrations uneven along the cell."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(-90, 20, cell.size)
    c = rng.uniform(1, 200, (len(cell.ions), cell.size))
    return v, c


def tree(section, orientation=0):
    """Sections joined at 0, at 1, in the middle and by their far end; unequal diameters and resistivities."""
    root = section("soma", 30, 12, 3)
    parts = [root]
    for name, where, own, diameter, ra in (
        ("dend[0]", 1, 0, 2.0, 100),
        ("dend[1]", 1, 0, 1.0, 150),
        ("dend[2]", 0.5, 0, 0.7, 100),
        ("dend[3]", 0, 0, 3.0, 80),
        ("axon", 1, 1, 1.5, 200),
    ):
        sec = section(name, 100, diameter, 5)
        sec.Ra = ra
        sec.connect(root(where), own)
        parts.append(sec)
    tip = section("dend[4]", 50, 0.5, 3)
    tip.connect(parts[1](1), 0)
    return [*parts, tip]


def test_faces_reproduce_neurons_own_axial_current(section):
    """Shift V anywhere: dV/dt by NEURON must equal our conductances between compartments."""
    cell = Neuron(sections=tree(section), axial="none")
    system = System(cell)
    rng = np.random.default_rng(3)
    y = system.start.copy()
    base = system.full_rates(y)[system.at["v"]].copy()
    shift = rng.normal(size=cell.size)
    # the leaks and the pump are taken out: with them dV/dt would not be the axial current alone
    for values in cell.strength.values():
        values[:] = 0
    system = System(cell, hold="concentrations")
    base = system.full_rates(y)[system.at["v"]].copy()
    y[system.at["v"]] += shift
    moved = system.full_rates(y)[system.at["v"]]
    expected = cell.axial.voltage_coupling(cell.capacitance) @ shift
    assert moved - base == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.abs(expected).max())


def test_every_compartment_is_reached(section):
    sections = tree(section)
    h.finitialize()
    segments = [segment for sec in sections for segment in sec]
    index = {segment.node_index(): i for i, segment in enumerate(segments)}
    a, b, resistance, shape = faces_of(sections, index)
    assert set(a) | set(b) == set(range(len(segments)))
    assert (resistance > 0).all() and (shape > 0).all()
    # three dendrites and the axon's end meet at soma(1): 4 arms are 6 faces, not 3
    assert len(a) == len({tuple(sorted(pair)) for pair in zip(a, b, strict=True)})


def test_one_compartment_has_no_faces(section):
    cell = Neuron(sections=[section()])
    assert len(cell.axial.a) == 0
    system = System(cell)
    x, _ = find_steady_state(system)
    assert system.state(system.expand(x))["v"] == pytest.approx(-70, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_what_leaves_one_compartment_arrives_in_others(section, seed):
    """Per ion the amount is kept, and the ions' charge is the electric current, on a branched tree."""
    cell = Neuron(sections=tree(section))
    v, c = random_state(cell, seed)
    flux, current = cell.axial.flows(v, c)
    change = cell.axial.arrivals(flux) * cell.volume
    assert np.abs(change.sum(axis=1)).max() <= 1e-13 * np.abs(change).sum()
    carried = 1e-6 * 96485.33212 * (np.array([1, 1, -1]) @ flux)  # nA
    ohmic = (v[cell.axial.a] - v[cell.axial.b]) / cell.axial.resistance
    assert carried == pytest.approx(ohmic + current, rel=1e-10, abs=1e-12 * np.abs(ohmic).max())


@pytest.mark.parametrize("seed", range(5))
def test_charge_rate_is_zero_in_every_compartment(section, seed):
    """Through NEURON: Cm A dV/dt = F vol d/dt sum z c, whatever the state."""
    cell = Neuron(sections=tree(section))
    system = System(cell)
    v, c = random_state(cell, seed)
    y = system.start.copy()
    y[system.at["v"]] = v
    for ion, values in zip(cell.ions, c, strict=True):
        y[system.at[f"{ion}i"]] = values
    rate = system.state(system.full_rates(y))
    charge = rate["na"] + rate["k"] - rate["cl"] - cell.charge_per_mv * rate["v"]
    assert np.abs(charge).max() <= 1e-12 * np.abs(rate["k"]).max()


@pytest.mark.parametrize("ra", [50, 100, 300])
def test_nothing_flows_at_equilibrium_whatever_the_resistivity(section, ra):
    """Every ion at equilibrium with one bath, V uneven: no flux. Holds to round-off, not just on average."""
    sections = tree(section)
    for sec in sections:
        sec.Ra = ra
    cell = Neuron(sections=sections)
    v = np.linspace(-60, 10, cell.size)
    u = v / thermal_voltage(37)
    c = np.array([145 * np.exp(-u), 3 * np.exp(-u), 125 * np.exp(u)])
    flux, current = cell.axial.flows(v, c)
    gross = cell.diffusion["k"] * cell.axial.shape * 150
    assert np.abs(flux / gross).max() < 1e-12
    ohmic = (v[cell.axial.a] - v[cell.axial.b]) / cell.axial.resistance
    assert current == pytest.approx(-ohmic, rel=1e-10, abs=1e-12 * np.abs(ohmic).max())


@pytest.mark.parametrize("mode", ["electrodiffusion", "diffusion"])
def test_derivatives_are_exact(section, mode):
    cell = Neuron(sections=tree(section), axial=mode)
    axial = cell.axial
    v, c = random_state(cell, 7)
    by_v, by_c = axial.derivatives(v, c)
    rng = np.random.default_rng(8)
    dv, dc = rng.normal(size=cell.size), rng.normal(size=c.shape)
    step = 1e-4
    plus, minus = axial.flows(v + step * dv, c + step * dc), axial.flows(v - step * dv, c - step * dc)
    numeric = np.vstack([plus[0] - minus[0], (plus[1] - minus[1])[None]]) / (2 * step)
    exact = sum(
        by_v[:, end] * dv[i] + sum(by_c[:, j, end] * dc[j][i] for j in range(len(c)))
        for end, i in enumerate((axial.a, axial.b))
    )
    # central difference over 1e-4 of values of order 1 to 100
    assert exact == pytest.approx(numeric, rel=1e-6, abs=1e-8 * np.abs(numeric).max())


def test_derivatives_where_neighbours_are_almost_equal(section):
    """Series and quotient of the logarithmic mean meet without a seam."""
    cell = Neuron(sections=tree(section))
    v = np.full(cell.size, -70.0)
    for unevenness in (0.0, 1e-12, 1e-6, 1.9e-3, 2.1e-3):
        c = np.array([[9.0], [130.0], [9.1]]) * (1 + unevenness * np.linspace(0, 1, cell.size) * cell.size)
        by_v, by_c = cell.axial.derivatives(v, c)
        assert np.isfinite(by_v).all() and np.isfinite(by_c).all()
        step = np.zeros_like(c)
        step[1] = 1e-3
        numeric = (cell.axial.flows(v, c + step)[0] - cell.axial.flows(v, c - step)[0]) / 2e-3
        exact = by_c[:3, 1, 0] + by_c[:3, 1, 1]
        scale = np.abs(by_c[:3, 1]).max()
        assert np.abs(exact - numeric).max() < 1e-7 * scale


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
        cell.diffusion = {"na": d, "k": d, "cl": d}
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
    cell.diffusion = {"na": 1.33, "k": 1.0, "cl": 2.03}
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


def test_modes_differ_where_they_should(cable):
    """Half of the pumps blocked: by diffusion alone charge is lost locally, by electrodiffusion not."""
    local = {}
    for mode in ("electrodiffusion", "diffusion"):
        cell = cable(axial=mode)
        cell.block[cell.where("cable(0.5:1)")] = 1
        system = System(cell)
        end = system.state(integrate(system, 0.0, np.array([0.0, 2 * 3600e3]))[-1])
        local[mode] = np.abs(cell.charge(end)).max()
        whole = cell.charge(end) @ cell.volume / cell.volume.sum()
        assert abs(whole) < 1e-10  # the whole cell keeps its charge either way
    assert local["electrodiffusion"] < 1e-10
    assert local["diffusion"] > 0.5  # mM


def test_unknown_mode_is_refused(section):
    with pytest.raises(InputError, match="expected one of electrodiffusion, diffusion, none"):
        Neuron(sections=[section()], axial="drift")
