"""Ion flow along the cell: geometry from NEURON, conservation, equilibrium, derivatives."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import InputError, Neuron
from models.axial.derivatives import by_meeting, derivatives, swelling
from models.axial.faces import faces_of
from models.physics.flux import log_mean
from models.physics.theory import thermal_voltage
from models.simulator.runtime import h
from models.solve.equations import System
from models.solve.steady_state import find_steady_state


def random_state(cell, seed):
    """A far-from-rest state of what the axial flow depends on: everything uneven along the cell."""
    rng = np.random.default_rng(seed)
    ranges = {"v": (-90, 20), "relative_volume_pl_ions": (0.9, 1.2)}
    rows = [rng.uniform(*ranges.get(kind, (1, 200)), cell.size) for kind in cell.axial.kinds]
    return np.array(rows)


def flows(cell, state):
    """Fluxes and current over the faces, and NEURON's own share of the current."""
    axial = cell.axial
    return *axial.flows(state), (state[0][axial.a] - state[0][axial.b]) / axial.resistance


def arriving(cell, flux):
    """Per compartment what a flux a -> b over the faces brings."""
    found = np.zeros((cell.size, *flux.shape[1:]))
    np.subtract.at(found, cell.axial.a, flux)
    np.add.at(found, cell.axial.b, flux)
    return found


MADE = [  # every kind of axial flow there is
    {},
    {"volume": "osmotic"},
    {"outside": "shell"},
    {"outside": "closed", "volume": "osmotic"},
]


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
    current = (shift[cell.axial.a] - shift[cell.axial.b]) / cell.axial.resistance
    expected = arriving(cell, current) * cell.axial.charging
    assert moved - base == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.abs(expected).max())


def test_every_compartment_is_reached(section):
    sections = tree(section)
    h.finitialize()
    segments = [segment for sec in sections for segment in sec]
    index = {segment.node_index(): i for i, segment in enumerate(segments)}
    faces = faces_of(sections, index, np.array([segment.volume() for segment in segments]))
    a, b = faces.a, faces.b
    assert set(a) | set(b) == set(range(len(segments)))
    assert (faces.resistance > 0).all() and (faces.diffusive_conductance() > 0).all()
    # three dendrites and the axon's end meet at soma(1): 4 arms are 6 faces, not 3
    assert len(a) == len({tuple(sorted(pair)) for pair in zip(a, b, strict=True)})


def test_one_compartment_has_no_faces(section):
    cell = Neuron(sections=[section()])
    assert len(cell.axial.a) == 0
    system = System(cell)
    x, _ = find_steady_state(system)
    assert system.state(system.expand(x))["v"] == pytest.approx(-70, abs=1e-9)


@pytest.mark.parametrize("options", MADE)
@pytest.mark.parametrize("seed", range(3))
def test_what_leaves_one_compartment_arrives_in_others(section, seed, options):
    """Per ion the amount is kept, and the ions' charge is the current, there inside and back outside."""
    cell = Neuron(sections=tree(section), **options)
    flux, current, ohmic = flows(cell, random_state(cell, seed))
    change = arriving(cell, flux.T)
    assert np.abs(change.sum(axis=0)).max() <= 1e-13 * np.abs(change).sum()
    charge = 1e-6 * 96485.33212 * np.array([1, 1, -1])  # nA per mM um3/ms
    scale = 1e-12 * np.abs(ohmic).max()
    assert charge @ flux[:3] == pytest.approx(current, rel=1e-10, abs=scale)
    if cell.axial.options.returns:
        assert charge @ flux[3:] == pytest.approx(-current, rel=1e-10, abs=scale)


@pytest.mark.parametrize("options", MADE)
def test_what_is_written_to_neuron_is_what_flows(section, options):
    """In the state that is given, branches swollen as they are there, whatever state was written before."""
    cell = Neuron(sections=tree(section), **options)
    for seed in range(2):
        state = random_state(cell, seed)
        cell.axial.arrive(state)
        current = arriving(cell, cell.axial.flows(state)[1])
        assert cell.axial.entering == pytest.approx(current, rel=1e-10, abs=1e-12 * np.abs(current).max())
        ohmic = (state[0][cell.axial.a] - state[0][cell.axial.b]) / cell.axial.neurons_resistance
        leaving = (arriving(cell, ohmic) - current) / (1e-2 * cell.area)  # mA/cm2 of nA
        given = [segment.idiff_pl_ions for segment in cell.segments]
        assert given == pytest.approx(leaving, rel=1e-9, abs=1e-12 * np.abs(leaving).max())


@pytest.mark.parametrize("options", MADE)
@pytest.mark.parametrize("seed", range(3))
def test_charge_rate_is_zero_in_every_compartment(section, seed, options):
    """Through NEURON: Cm A dV/dt = F vol d/dt sum z n, whatever the state; and its opposite outside."""
    cell = Neuron(sections=tree(section), **options)
    system = System(cell)
    y = system.start.copy()
    y[np.array([system.at[kind] for kind in cell.axial.kinds])] = random_state(cell, seed)
    rate = system.full_rates(y)
    na, k, cl = (rate[system.at[f"{ion}_pl_ions"]] for ion in cell.ions)
    stored = cell.geometry.charge_per_mv * rate[system.at["v"]]
    assert np.abs(na + k - cl - stored).max() <= 1e-12 * np.abs(k).max()
    if cell.surroundings.keeps_ions:
        na, k, cl = (rate[system.at[f"{ion}_pl_space"]] for ion in cell.ions)
        outside = na + k - cl + stored * cell.volume / cell.outside_volume
        assert np.abs(outside).max() <= 1e-12 * np.abs(k).max()


def test_fluxes_into_a_branch_point_sum_to_zero(section):
    """A Y of three unequal diameters: what each ion brings to the branch it takes away, to round-off."""
    arms = [section(f"dend[{i}]", 100, diameter, 3) for i, diameter in enumerate((3.0, 1.0, 0.4))]
    for arm in arms[1:]:
        arm.connect(arms[0](1))
    cell = Neuron(sections=arms)
    flux = flows(cell, random_state(cell, 5))[0]
    branch = np.flatnonzero(
        cell.geometry.section_name[cell.axial.a] != cell.geometry.section_name[cell.axial.b]
    )
    assert len(branch) == 3  # every arm with every other
    into = np.zeros((3, 3))
    for face in branch:
        for end, sign in ((cell.axial.a[face], 1), (cell.axial.b[face], -1)):
            into[:, ["dend[0]", "dend[1]", "dend[2]"].index(cell.geometry.section_name[end])] += (
                sign * flux[:, face]
            )
    assert np.abs(into.sum(axis=1)).max() <= 1e-15 * np.abs(into).max() * 4
    assert np.abs(into).min() > 0


@pytest.mark.parametrize("options", MADE)
@pytest.mark.parametrize("ra", [50, 100, 300])
def test_nothing_flows_at_equilibrium_whatever_the_resistivity(section, ra, options):
    """Every ion level over all compartments and spaces, V uneven: no flux, to round-off."""
    sections = tree(section)
    for sec in sections:
        sec.Ra = ra
    cell = Neuron(sections=sections, **options)
    inner, outer = np.linspace(-60, 10, cell.size), np.linspace(3, -4, cell.size)
    if not cell.axial.options.returns:
        outer = np.zeros(cell.size)
    level = np.array([[145.0], [3.0], [125.0]])
    valence = np.array([[1], [1], [-1]])
    state = np.zeros((len(cell.axial.kinds), cell.size))
    state[0] = inner - outer
    state[1:4] = level * np.exp(-valence * inner / thermal_voltage(37))
    if cell.osmotic:
        state[4] = np.linspace(0.9, 1.1, cell.size)
        state[1:4] *= state[4]
    if cell.axial.lateral:
        room = 1 - cell.water_ratio * (state[4] - 1) if cell.osmotic else 1
        state[-3:] = level * np.exp(-valence * outer / thermal_voltage(37)) * room
    flux, current, ohmic = flows(cell, state)
    gross = cell.conditions.diffusion["k"] * cell.axial.conductance * 150
    assert np.abs(flux / gross).max() < 1e-12
    assert np.abs(current).max() < 1e-12 * np.abs(ohmic).max()


@pytest.mark.parametrize("options", [*MADE, {"axial": "diffusion"}, {"axial": "none"}])
@pytest.mark.parametrize("ions", [False, True])
def test_derivatives_are_exact(section, options, ions, write_toml):
    resistivity = '[electrical]\naxial_resistivity = "ions"\n' if ions else ""
    cell = Neuron(write_toml(f'base = "neuron"\n{resistivity}'), sections=tree(section), **options)
    state = random_state(cell, 7)
    exact_of = derivatives(cell.axial, state)
    change = np.random.default_rng(8).normal(size=state.shape)
    change[cell.axial.kinds.index("relative_volume_pl_ions") if cell.osmotic else 0] *= 1e-2
    step = 1e-4
    plus, minus = flows(cell, state + step * change), flows(cell, state - step * change)
    numeric = np.vstack([plus[0] - minus[0], (plus[1] - minus[1])[None]]) / (2 * step)
    exact = sum(
        np.einsum("okf,kf->of", exact_of[:, :, end], change[:, i])
        for end, i in enumerate((cell.axial.a, cell.axial.b))
    )
    face, end, arm = cell.axial.faces.others()  # at a branch point a third arm's volume counts too
    assert len(face) and (not cell.osmotic or swelling(cell.axial))
    for i, (kind, *_) in enumerate(swelling(cell.axial)):
        by = by_meeting(cell.axial, state)[:, i, face] * arm * change[cell.axial.kinds.index(kind), end]
        np.add.at(exact.T, face, by.T)
    # central difference over 1e-4 of values of order 1 to 100
    assert exact == pytest.approx(numeric, rel=1e-6, abs=1e-8 * np.abs(numeric).max())


def test_derivatives_where_neighbours_are_almost_equal(section):
    """Series and quotient of the logarithmic mean meet without a seam."""
    cell = Neuron(sections=tree(section))
    for unevenness in (0.0, 1e-12, 1e-6, 1.9e-3, 2.1e-3):
        slope = 1 + unevenness * np.linspace(0, 1, cell.size) * cell.size
        state = np.array([[-70.0], [9.0], [130.0], [9.1]]) * slope
        state[0] = -70
        exact_of = derivatives(cell.axial, state)
        assert np.isfinite(exact_of).all()
        step = np.zeros_like(state)
        step[2] = 1e-3
        numeric = (flows(cell, state + step)[0] - flows(cell, state - step)[0]) / 2e-3
        exact = exact_of[:3, 2, 0] + exact_of[:3, 2, 1]
        assert np.abs(exact - numeric).max() < 1e-7 * np.abs(exact_of[:3, 2]).max()


def test_unknown_mode_is_refused(section):
    with pytest.raises(InputError, match="expected one of electrodiffusion, diffusion, none"):
        Neuron(sections=[section()], axial="drift")


@given(st.floats(-9, 0), st.floats(1e-6, 500), st.booleans())
def test_logarithmic_mean_to_round_off(exponent, larger, swapped):
    """Against 50 digits, from nearly equal to very unequal concentrations; and its limits."""
    pair = larger, larger * (1 - 10**exponent * (1 - 1e-9))
    ca, cb = (Decimal(c) for c in pair)
    with localcontext() as context:
        context.prec = 50
        exact = float((ca - cb) / (ca / cb).ln() if ca != cb else ca)
    found = log_mean(*(reversed(pair) if swapped else pair))
    # (ca - cb) / (ca + cb) near 1 loses what 1 - x lacks in digits
    assert found == pytest.approx(exact, rel=1e-14 if exponent < -0.01 else 1e-8)
    assert log_mean(larger, larger) == larger and log_mean(0.0, 0.0) == 0.0
