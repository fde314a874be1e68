"""Modes of a steady state: against dense eigenvalues, closed forms and the decay of courses."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from test_elimination import blocks, matrix_of

from models import make_cell, rest
from models.solve.conserved import Totals
from models.solve.elimination import Elimination, layout
from models.solve.equations import System
from models.solve.integration import integrate
from models.solve.linear import Linear, linear, near
from models.solve.modes import modes_of
from models.solve.steady_state import _newton, find_steady_state


def dense(beside) -> np.ndarray:
    """Every eigenvalue of the modes: of J on the departures that change no total."""
    full, kept = beside.jacobian.toarray(), len(beside.kept)
    basis = np.linalg.qr(beside.kept.T, mode="complete")[0][:, kept:] if kept else np.eye(len(full))
    return np.linalg.eigvals(basis.T @ full @ basis)


def beside_of(matrix, owner, visible, pairs, kept=()):
    where = layout(owner, visible, pairs)
    weights = np.array(kept).reshape(len(kept), len(owner))
    elimination = Elimination(where, matrix.indptr, matrix.indices)
    return Linear(matrix, elimination, weights, np.ones(len(owner)))


@given(blocks(), st.floats(0, 1.5), st.floats(0, 4))
@settings(deadline=None, max_examples=60)
def test_counts_what_grows_on_any_tree(shape, heavy, decades):
    """Rates over up to eight decades, and from no eigenvalue on the right to half of them."""
    matrix, owner, visible = matrix_of(*shape)
    rng = np.random.default_rng(shape[3])
    weights = np.asarray(abs(matrix).sum(axis=0)).ravel()
    rates = 10 ** rng.uniform(-decades, decades, len(owner))
    matrix = (sp.diags(rates) @ (matrix - heavy * sp.diags(weights))).tocsc()
    matrix.sort_indices()
    values = np.linalg.eigvals(matrix.toarray())
    if np.abs(values).min() < 1e-12 * np.abs(values).max():  # an eigenvalue 0 that is no conserved total
        return
    found = modes_of(beside_of(matrix, owner, visible, shape[2]))
    assert found.growing == np.count_nonzero(values.real > 0)
    assert np.abs(found.values[:, None] - values).min(axis=1) == pytest.approx(
        0, abs=1e-6 * np.abs(values).max()
    )


@pytest.mark.parametrize("seed", range(20))
def test_counts_beside_conserved_totals(seed):
    """Three compartments, all coupled, and two totals that J changes nothing of."""
    rng = np.random.default_rng(seed)
    owner, size = np.repeat([0, 1, 2], 3), 9
    kept = rng.standard_normal((2, size))
    full = rng.standard_normal((size, size)) - rng.uniform(0, 4) * np.eye(size)
    full -= kept.T @ np.linalg.solve(kept @ kept.T, kept @ full)
    matrix = sp.csc_matrix(full)
    beside = beside_of(matrix, owner, np.ones(size, bool), {(0, 1), (0, 2), (1, 2)}, kept)
    assert modes_of(beside).growing == np.count_nonzero(dense(beside).real > 0)


@pytest.mark.parametrize(
    "name, options",
    [("stylised", {}), ("stylised", {"axial": "diffusion"}), ("huebel2014", {}), ("excitable_muscle", {})],
)
def test_slowest_modes_are_those_of_the_dense_matrix(name, options):
    cell = make_cell(name, **({"max_compartment_length": 100} if name == "stylised" else {}), **options)
    system = System(cell)
    x, _ = find_steady_state(system)
    beside = linear(system, x)
    found, every = modes_of(beside, 3), dense(beside)
    slowest = every[np.argsort(np.abs(every))][:3]
    # the totals' own error, 1e-10 of the fastest rates, is some 1e-5 of the slowest
    assert found.values == pytest.approx(slowest, rel=1e-4)
    assert found.growing == np.count_nonzero(every.real > 0) == 0
    for value, shape in zip(found.values, found.shapes.T, strict=True):
        departure = shape * beside.scale
        left = (beside.jacobian @ departure - value * departure) / beside.scale
        assert np.abs(left).max() <= 1e-4 * abs(value)


@pytest.mark.parametrize(
    "ko, v, growing", [(3, -20, 6), (7, -20, 2), (12, -47, 1), (9, -20, 2), (15, -20, 0)]
)
def test_fast_modes_that_grow_are_counted_and_found(ko, v, growing):
    """Steady states of an excitable cell in raised K+: a saddle, and foci on both sides of Hopf points, among
    them one at 9 mM whose pair is within 2 % of the axis."""
    cell = make_cell("excitable", max_compartment_length=25)
    with cell.changed(set={"ko": ko}):
        system = System(cell, hold="concentrations")
        x = system.pack(system.start)
        x[system.unknowns.is_v] = v
        x, _ = _newton(system, x, Totals(system, x))
        beside = linear(system, x)
    every, found = dense(beside), modes_of(beside)
    assert found.growing == np.count_nonzero(every.real > 0) == growing and found.stable == (growing == 0)
    expected = np.sort_complex(every[(every.real > 0) & (every.imag >= 0)])
    assert np.sort_complex(found.values[found.values.real > 0]) == pytest.approx(expected, rel=1e-6)


def test_a_shift_finds_what_is_near_it():
    matrix = sp.diags([-1e-6, -1.0, -5.0, -1e3]).tocsc()
    beside = beside_of(matrix, np.arange(4), np.ones(4, bool), ())
    values, shapes = near(beside, -4.0, 2)
    assert values == pytest.approx([-5, -1]) and np.abs(shapes[2, 0]) == pytest.approx(1)


def test_a_held_membrane_loses_v_with_r_times_c():
    """Concentrations held, nothing but V moves; the membrane is one everywhere, so the slowest mode is
    uniform and the axis carries nothing: R C, at 1 uF/cm2."""
    cell = make_cell("stylised", max_compartment_length=100)
    system = System(cell, hold="concentrations")
    x, _ = find_steady_state(system)
    found = modes_of(linear(system, x), 1)
    resistance = rest(cell, hold="concentrations").summary["membrane_resistance_ohm_cm2"]
    assert -1 / found.values[0].real == pytest.approx(1e-3 * resistance, rel=1e-6)
    assert np.ptp(np.abs(found.shapes[:, 0])) < 1e-6


def test_ions_spread_along_a_sealed_cable_as_diffusion_says(section):
    """No membrane transport, one D for all: -D (k pi / L)^2, of n compartments -4 D (n/L)^2 sin^2(k pi/2n).
    What is uniform stays: three totals."""
    n, length, d = 20, 100.0, 1.5
    cell = make_cell("neuron", sections=[section("cable", length, 2, n)])
    for values in cell.strength.values():
        values[:] = 0
    cell.conditions = cell.conditions.with_(diffusion=dict.fromkeys(cell.ions, d), tortuosity=1)
    system = System(cell)
    beside = linear(system, system.start[system.free])
    found = modes_of(beside, 8)
    expected = -4 * d * (n / length) ** 2 * np.sin(np.arange(1, 6) * np.pi / (2 * n)) ** 2
    assert len(beside.kept) == 3 and found.growing == 0
    # Na+ and Cl- have the same ones, of which one or both are found
    assert np.abs(found.values / expected[:, None] - 1).min(axis=0) == pytest.approx(0, abs=1e-5)
    assert np.abs(found.values / expected[:4, None] - 1).min(axis=1) == pytest.approx(0, abs=1e-5)
    assert expected[0] == pytest.approx(-d * (np.pi / length) ** 2, rel=3e-3)


@pytest.mark.parametrize("name", ["stylised", "muscle_slow"])
def test_a_course_goes_back_as_the_slowest_mode_says(name):
    """Pushed along the slowest mode by 1 % of a concentration, for one time constant; to 1 %."""
    cell = make_cell(name, max_compartment_length=250)
    system = System(cell)
    x, _ = find_steady_state(system)
    found = modes_of(beside := linear(system, x), 1)
    shape = found.shapes[:, 0].real * beside.scale
    push = 0.01 * shape / np.abs(found.shapes[:, 0].real).max()
    system.start = system.expand(x + push)
    time = -1 / found.values[0].real
    states, _ = integrate(system, 0.0, np.array([0.3, 1.3]) * time, rtol=1e-8)
    away = np.array([system.pack(y) - x for y in states]) / beside.scale
    amplitude = away @ found.shapes[:, 0].real
    assert np.log(amplitude[0] / amplitude[1]) == pytest.approx(1, rel=0.01)


def test_a_kinetic_scheme_keeps_its_sum(own_mechanisms, write_toml):
    """Two closed states and an open one in every compartment: their sum is no mode, all others stay."""
    made = 'base = "stylised"\n[[channel]]\nmechanism = "scheme"\nregions = ["all"]\n'
    system = System(make_cell(write_toml(made), max_compartment_length=100))
    x, told = find_steady_state(system)
    every = np.linalg.eigvals(system.jacobian(x).toarray())
    size = system.cell.size
    every = every[np.argsort(np.abs(every))]
    assert np.abs(every[:size]).max() < 1e-12 < 1e-9 < np.abs(every[size])  # a sum in each compartment
    own = linear(system, x, *told["beside"])
    found = modes_of(own)
    assert found.growing == 0 and found.values == pytest.approx(every[size : size + 6], rel=1e-5)
    values = np.linalg.eigvals(own.jacobian.toarray())
    assert np.abs(values[:, None] - every[size:]).min(axis=0) == pytest.approx(
        0, abs=1e-8 * np.abs(every[-1])
    )


def test_gates_that_stand_still_are_no_modes():
    """Two gates of ten Tusscher 2004 may not close above -60 mV: their rates are 0 in a whole region."""
    system = System(make_cell("tentusscher2004"), hold="concentrations")
    y = system.start.copy()
    for kind, value in (("v", -30.0), ("fca_pl_calheart", 0.05), ("g_pl_sr", 0.01)):
        y[system.at[kind]] = value
    x = system.pack(y)
    every = np.linalg.eigvals(system.jacobian(x).toarray())
    assert np.count_nonzero(every == 0) == 2
    found = modes_of(linear(system, x))
    assert found.growing == np.count_nonzero(every.real > 0)
    slowest = np.sort(np.abs(every))[2]
    assert np.abs(found.values).min() == pytest.approx(slowest, rel=1e-6)
