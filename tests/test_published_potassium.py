"""A published neuron with K+ dynamics gives what its authors' own equations give.

Huebel N, Dahlem MA (2014) PLoS Comput Biol 10:e1003941, ModelDB 167714: K+ alone exchanges with a bath or is
bound by glia, and nobody brings its charge back.
"""

import numpy as np
import pytest
from numba import njit
from scipy.integrate import solve_ivp

from models import Event, block, evolve, make_cell, rest

# in the units of their code: mM, mV, ms, uA/cm2, volumes in 1000 um3
INSIDE, OUTSIDE, CONVERT, RT = 2.16, 0.72, 9.55589e-05, 26.64
NA, K, CL = (25.231485, 125.30555), (129.25764, 4.0), (9.900239, 123.2716)
BEGIN = np.array([-67.193253, 0.069410823, K[0], CL[0], 0.0])  # v, n, ki, cli, gained K+


@njit
def outer(begin, inside):
    return begin[1] + (begin[0] - inside) * INSIDE / OUTSIDE


@njit
def published(_, y, pump, bath, bound, g_na):
    """Their equations for v, n, ki, cli and the K+ that the space has gained, from a bath or, where
    `bound` is not below 0, from glia that held so much. Na+ inside is from their electroneutrality and, what
    they leave out (3e-3 mM), the charge on the membrane."""

    v, n, ki, cli, gained = y
    opens, shuts = 0.01 * (v + 34) / (1 - np.exp(-0.1 * (v + 34))), 0.125 * np.exp(-(v + 44) / 80)
    alpha, beta = 0.1 * (v + 30) / (1 - np.exp(-0.1 * (v + 30))), 4 * np.exp(-(v + 55) / 18)
    m, h = alpha / (alpha + beta), 1 - 1 / (1 + np.exp(-6.5 * (n - 0.35)))
    nai = NA[0] + K[0] - ki - CL[0] + cli + CONVERT / INSIDE * (v - BEGIN[0])
    ko = outer(K, ki) + gained
    e_k, e_na, e_cl = (
        RT * np.log(ko / ki),
        RT * np.log(outer(NA, nai) / nai),
        RT * np.log(cli / outer(CL, cli)),
    )
    cycles = pump * 6.8 / (1 + np.exp((25 - nai) / 3)) / (1 + np.exp(5.5 - ko))
    i_na = (0.0175 + g_na * m**3 * h) * (v - e_na) + 3 * cycles
    i_k = (0.05 + 40 * n**4) * (v - e_k) - 2 * cycles
    i_cl = 0.02 * (v - e_cl)
    gain = 3e-5 * (bath - ko)
    if bound >= 0:
        held = bound - gained
        gain = 5e-8 * held - 5e-8 / (1 + np.exp((15 - ko) / 1.09)) * ko * (500 - held)
    to_ki = -CONVERT / INSIDE * i_k
    return np.array(
        [-(i_na + i_k + i_cl), 3 * (opens * (1 - n) - shuts * n), to_ki, CONVERT / INSIDE * i_cl, gain]
    )


def after(start, times, pump=1.0, bath=4.0, bound=-1.0, g_na=100.0):
    """Their states at times (ms)."""
    given = {"rtol": 1e-9, "atol": 1e-10, "args": (pump, bath, bound, g_na)}
    return solve_ivp(published, (0, times[-1]), start, "LSODA", times, **given).y


def their_rest():
    given = {"rtol": 1e-10, "atol": 1e-12, "args": (1.0, 4.0, -1.0, 100.0)}
    return solve_ivp(published, (0, 1e7), BEGIN, "Radau", **given).y[:, -1]


@pytest.fixture
def cell():
    return make_cell("huebel2014")


def test_rest_is_where_the_authors_equations_rest(cell):
    """Within what their digits of area and RT/F leave; their file begins 0.02 mV beside it."""
    v, _, ki, cli, gained = their_rest()
    s = rest(cell).summary
    assert s["v_rest_mV"] == pytest.approx(BEGIN[0], abs=0.03)
    assert s["v_rest_mV"] == pytest.approx(v, abs=1e-4)
    assert s["ki_mM"] == pytest.approx(ki, abs=1e-4) and s["cli_mM"] == pytest.approx(cli, abs=1e-4)
    assert s["ko_mM"] == pytest.approx(outer(K, ki) + gained, abs=1e-4)


def test_more_potassium_in_the_bath(cell):
    """5 mM for 5 min, to which the space follows at its rate while Na+ and Cl- stay."""
    cell.start = rest(cell).state()
    seconds = np.array([10.0, 60.0, 300.0])
    course = evolve(cell, 300 / 3600, Event(0, set={"ko": 5}), times_ms=1e3 * seconds, rtol=1e-7)
    start = their_rest()
    v, _, ki, _, gained = after(start, 1e3 * seconds, bath=5.0)
    assert course.v[:, 0] == pytest.approx(v, abs=1e-3)
    assert course.ko[:, 0] == pytest.approx(outer(K, ki) + gained, abs=1e-4)


def test_seconds_without_pump_follow_the_published_equations(cell):
    """Pump off for 7 s (their code: 9.5 s, with some 550 spikes, K+ to 65 mM and a minute at -16 mV, whose
    length hangs on the last digits: LSODA at 1e-9 and 1e-11 end it 1.4 s apart)."""
    cell.start = rest(cell).state()
    seconds = np.array([4.0, 7.0, 10.0, 20.0])
    events = [Event(0, block=1.0), Event(7 / 3600, block=0.0)]
    course = evolve(cell, 20 / 3600, events, times_ms=1e3 * seconds, rtol=1e-6)
    off = after(their_rest(), 1e3 * seconds[:2], pump=0.0)
    on = after(off[:, -1], 1e3 * (seconds[2:] - 7))
    v, _, ki, cli, gained = np.hstack([off, on])
    assert course.v[2:, 0] == pytest.approx(v[2:], abs=0.01)  # before, it fires
    assert course.k[:, 0] == pytest.approx(ki, abs=0.01)
    assert course.cl[:, 0] == pytest.approx(cli, abs=0.01)
    assert course.ko[:, 0] == pytest.approx(outer(K, ki) + gained, abs=0.03)
    assert sum(peak.v > -20 for peak in course.peaks) == 79  # theirs, too


def test_glia_that_binds_it_follows_theirs_too(write_toml):
    """Their other scheme, in a cell that cannot fire; it begins in balance with 4 mM."""
    path = write_toml(
        'base = "huebel2014"\n[space]\nratek = "0 1/s"\n[glial_buffer]\nsites = "500 mM"\n'
        'off_rate = "5e-5 1/s"\nhalf = "15 mM"\nslope = "1.09 mM"\n'
    )
    cell = make_cell(path)
    seconds = np.array([30.0, 300.0, 1200.0])
    with cell.changed(scale={"pl_navinstant": 0}):
        course = evolve(cell, 1200 / 3600, Event(0, block=1.0), times_ms=1e3 * seconds, rtol=1e-7)
    held = course.gates["held_pl_spacebuffer"][:, 0]
    binds = 4 / (1 + np.exp(11 / 1.09))
    bound = 500 * binds / (1 + binds)
    v, _, ki, _, gained = after(BEGIN, 1e3 * seconds, pump=0.0, bound=bound, g_na=0.0)
    assert course.v[:, 0] == pytest.approx(v, abs=5e-3)
    assert course.k[:, 0] == pytest.approx(ki, abs=2e-3)
    assert held == pytest.approx(bound - gained, abs=2e-3)
    assert held[-1] > 5


def test_charge_inside_and_what_nobody_exchanges_are_conserved(cell):
    """Na+ and Cl- stay, inside and outside together, over 10 h in which K+ comes and goes."""
    s = block(cell, hours=10, scale={"pl_navinstant": 0}).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-11
    assert s["closed_conservation_error"] < 1e-12
