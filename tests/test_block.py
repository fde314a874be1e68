"""Pump block: the step, the run-down, the end, and charge and ions conserved meanwhile."""

import made_up
import numpy as np
import pytest

from models import ConvergenceError, Event, InputError, Neuron, block, evolve, make_cell, rest
from models.experiments.block import _summary
from models.physics import theory
from models.words import HOUR

# promised: local charge 1e-8 of the compartment's salt, whole cell 1e-10; measured 1e-15
LOCAL, WHOLE = 1e-12, 1e-12


@pytest.mark.parametrize("name", ["neuron", "muscle"])
def test_nothing_moves_in_a_day_of_rest(name):
    cell = make_cell(name)
    cell.start = rest(cell).state()
    course = evolve(cell, 24)
    assert np.abs(course.v - course.v[0]).max() < 1e-6
    assert np.abs(course.na - course.na[0]).max() < 1e-6


def test_half_of_a_cable_for_fifty_hours(cable):
    result = block(cable(51), where="cable(0.5:1)", hours=50)
    s = result.summary
    assert s["max_local_charge_error"] <= LOCAL and s["total_charge_error"] <= WHOLE
    assert len(result.where) == 26  # the middle one, whose centre is 0.5, too
    assert s["v_end_max_mV"] - s["v_end_min_mV"] > 1  # the halves differ for good
    assert s["v_end_mV"] > s["v_before_mV"] + 3
    # the end is a steady state: the rest of the cell with that half blocked
    cell = cable(51)
    cell.block_pump(1, "cable(0.5:1)")
    assert result.course.v[-1] == pytest.approx(rest(cell).v, abs=1e-6)


def test_reconstructed_cell_with_half_the_somas_pumps():
    s = block(Neuron(), fraction=0.5, where="soma", hours=24).summary
    assert s["max_local_charge_error"] <= LOCAL and s["total_charge_error"] <= WHOLE
    assert 0 < s["v_immediate_mV"] - s["v_before_mV"] < 1


@pytest.mark.parametrize("name", ["stylised", "muscle"])
def test_the_step_is_pump_current_over_slope_conductance(name):
    """Small blocks exactly to first order; a full block within the curvature of the current."""
    cell = make_cell(name)
    before = rest(cell)
    pump = before.layout.by_area(before.pump_net)
    slope = before.layout.by_area(before.slope)
    small = block(cell, fraction=1e-3, hours=0.01).summary
    step = small["v_immediate_mV"] - small["v_before_mV"]
    # V moves by 6e-3 mV: the next term is 1e-4 of it, and V is known to 1e-9 mV
    assert step == pytest.approx(1e-3 * pump / slope, rel=1e-3)
    full = block(cell, hours=0.01).summary
    step = full["v_immediate_mV"] - full["v_before_mV"]
    assert step == pytest.approx(full["step_predicted_mV"], rel=0.01)
    ghk = theory.ghk_voltage(
        {ion: cell.strength[ion][0] for ion in cell.ions},
        {ion: cell.start[ion][0] for ion in cell.ions},
        cell.outside,
        cell.celsius,
    )
    assert full["v_immediate_mV"] == pytest.approx(float(ghk), abs=1e-9)


def test_an_ohmic_cell_steps_exactly_linearly(cable):
    s = block(cable(3, extra='leak.law = "ohmic"\n'), hours=0.01).summary
    assert s["v_immediate_mV"] - s["v_before_mV"] == pytest.approx(s["step_predicted_mV"], rel=1e-9)


def test_the_step_is_what_the_time_course_shows(small):
    """After the membrane has charged (20 ms) and before ions have moved: seconds."""
    result = block(small, hours=1)
    t, v = result.course.t, result.layout.by_area(result.course.v)
    soon = v[np.argmin(np.abs(t - 300.0))]
    assert soon == pytest.approx(result.summary["v_immediate_mV"], abs=0.1)


def test_muscle_depolarises_like_rat_soleus_in_ouabain():
    """Clausen & Flatman 1977: -71 to -63 mV rapidly, then a slow, linear fall for hours.

    Chloride holds the step back (1 mV at once) until it has followed, within an hour.
    """
    result = block("muscle_slow", hours=4, max_compartment_length=2500.0)
    t, v = result.course.t / 3600e3, result.layout.by_area(result.course.v)
    at = {hours: float(np.interp(hours, t, v)) for hours in (0.5, 1, 2, 4)}
    assert v[0] == pytest.approx(-75, abs=1e-6)
    assert 0.5 < result.summary["v_immediate_mV"] + 75 < 2
    assert at[1] + 75 == pytest.approx(8, abs=3)
    # slow: between 1 and 4 h no faster than 7 mV in an hour
    assert 0 < at[2] - at[1] < 7 and 0 < (at[4] - at[2]) / 2 < 7


def test_neuron_takes_up_sodium_as_fast_as_measured():
    """Rose & Ransom 1997: 5 mM/min on block, 3 to 8 accepted."""
    s = block(Neuron(), hours=0.1).summary
    assert 3 < s["nai_rise_mM_per_min"] < 8


def test_the_rise_of_sodium_is_the_slope_of_the_course(small):
    result = block(small, hours=0.1)
    t, na = result.course.t, result.layout.by_volume(result.course.na)
    first = (t > 100) & (t < 2000)
    slope = np.polyfit(t[first], na[first], 1)[0] * 60e3
    # the leak falls by a few percent while V steps from -70 to -64 mV
    assert slope == pytest.approx(result.summary["nai_rise_mM_per_min"], rel=0.1)


@pytest.mark.parametrize("name", ["neuron", "stylised"])
def test_the_end_is_donnan(name):
    s = block(make_cell(name), hours=72).summary
    assert s["v_end_mV"] == pytest.approx(s["final_mV"], abs=1e-6)


def test_pump_off_and_on_again_returns_to_the_same_rest(small):
    result = block(small, hours=40, recover_at=0.1)
    assert result.layout.by_area(result.course.v).max() > -66
    assert result.course.v[-1] == pytest.approx(result.before.v, abs=1e-5)
    assert result.course.na[-1] == pytest.approx(result.before.inside["na"], abs=1e-5)
    assert result.summary["max_local_charge_error"] <= LOCAL


def test_bath_change_at_its_time(small):
    course = evolve(small, 3, [Event(1, set={"ko": 10})])
    v = course.v.mean(axis=1)
    hours = course.t / 3600e3
    assert (np.diff(course.t) > 0).all()
    assert np.abs(v[hours < 1] + 70).max() < 1e-6
    assert v[-1] > -62
    assert small.outside["k"] == 3


def test_two_events_at_once_and_a_third_later(small):
    events = [Event(0, block=1), Event(0, set={"ko": 5}), Event(0.5, block=0)]
    course = evolve(small, 1, events, points=20)
    assert len(course.t) == 2 * 21 - 1  # the moment of the third event once
    assert course.na[-1].mean() < course.na[20].mean()


def test_times_asked_for_are_the_times_given(small):
    wanted = [0.0, 1.0, 50.0, 1e4, 3.6e5]
    course = evolve(small, 0.1, [Event(0, block=1)], times_ms=wanted)
    assert list(course.t) == wanted
    other = evolve(small, 0.1, [Event(0, block=1)], points=300)
    for t, v in zip(course.t, course.v, strict=True):
        near = np.array([np.interp(t, other.t, other.v[:, i]) for i in (0, -1)])
        # linear interpolation between 300 points of a smooth course
        assert v[[0, -1]] == pytest.approx(near, abs=0.02)


def test_time_step_control_is_of_the_asked_order(small):
    """Tighter tolerances bring the course closer to the exact one, at least in proportion."""
    from models.solve.equations import System
    from models.solve.integration import integrate

    small.block_pump(1)
    times = np.array([0.0, 6e5, 1.2e6])
    ends = {
        rtol: System(small).state(integrate(System(small), 0.0, times, rtol=rtol)[0][-1])["v"]
        for rtol in (1e-3, 1e-5, 1e-9)
    }
    errors = {rtol: np.abs(ends[rtol] - ends[1e-9]).max() for rtol in (1e-3, 1e-5)}
    assert errors[1e-5] < 1e-4
    assert errors[1e-5] < 0.1 * errors[1e-3]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"fraction": 1.5}, "must lie between 0 and 1"),
        ({"fraction": -0.1}, "must lie between 0 and 1"),
        ({"hours": 0}, "hours=0: must be from 1e-07"),
        ({"hours": float("nan")}, "hours=nan: must be from"),
        ({"where": "sooma"}, "did you mean 'soma'"),
        ({"recover_at": 3, "hours": 2}, "must lie between 0 and the end"),
        ({"set": {"kO": 8}}, "did you mean 'ko'"),
    ],
)
def test_what_cannot_be_is_said(small, options, words):
    with pytest.raises(InputError, match=words):
        block(small, **options)


def test_event_outside_the_run(small):
    with pytest.raises(InputError, match="must lie between 0 and the end"):
        evolve(small, 1, [Event(2, block=1)])


def test_events_leave_the_gates_where_they_are(write_toml, section):
    """A change that changes nothing, in the middle of a spike: the spike goes on."""
    from test_balance import squid

    cell = squid(write_toml, section, carries={"il_hh": "na"})
    cell.start = {**cell.start, "v": np.full(cell.size, -40.0)}
    cell.start["k"] = cell.start["k"] + cell.geometry.charge_per_mv * 25
    times = [0.5, 1.0, 2.0, 4.0]
    plain = evolve(cell, 5 / 3600e3, times_ms=times, rtol=1e-7)
    interrupted = evolve(cell, 5 / 3600e3, [Event(1.2 / 3600e3, block=0)], times_ms=times, rtol=1e-7)
    assert np.ptp(plain.v[:, 0]) > 5
    # the integrator starts again at order 1 at the event: its tolerance on both sides
    assert interrupted.v == pytest.approx(plain.v, abs=0.02)


def test_a_leak_with_fixed_reversal_that_empties_the_cell_is_an_error(section):
    """pas as potassium goes on carrying K+ outwards when none is left."""
    sec = section("soma")
    sec.insert("pas")
    sec(0.5).pas.g = 1e-5
    cell = Neuron(sections=[sec], carries={"i_pas": "k"})
    with pytest.raises(ConvergenceError, match=r"ki in soma\(0.5\) falls below 0 after .* h; some current"):
        block(cell, hours=24)


def test_the_step_counts_channels_in(section):
    """An ohmic channel beside the leaks: the predicted step and the resistance are the whole membrane's."""
    sec = section("soma")
    sec.insert("pas")
    sec(0.5).pas.g = 1e-5
    s = block(Neuron(sections=[sec], carries={"i_pas": "k"}), hours=0.01)
    assert s.before.summary["membrane_resistance_ohm_cm2"] == pytest.approx(2e4, rel=1e-6)
    step = s.summary["v_immediate_mV"] - s.summary["v_before_mV"]
    assert step == pytest.approx(s.summary["step_predicted_mV"], rel=0.01)


@pytest.mark.parametrize("times", [[10, 5], [-1, 5], [5, 5], [5, 1e9], []])
def test_times_that_cannot_be(small, times):
    with pytest.raises(InputError, match="times_ms: expected rising times"):
        evolve(small, 0.1, times_ms=times)


@pytest.mark.parametrize("options", [{"points": 1}, {"rtol": 0}, {"rtol": 1e-9}])
def test_settings_of_the_integrator_that_cannot_be(small, options):
    with pytest.raises(InputError, match=r"points=|rtol="):
        evolve(small, 0.1, **options)


def test_a_very_short_course(small):
    course = evolve(small, 1e-7, [Event(0, block=1), Event(0.99999e-7, block=0)])
    assert course.t[-1] == pytest.approx(0.36) and (np.diff(course.t) > 0).all()


def test_amounts_change_by_what_crosses_the_membrane(small):
    """What eliminating K+ cannot hide: each ion's amount against the integral of its own membrane current."""
    from scipy.integrate import simpson

    t = np.linspace(2e4, 6e5, 401)
    course = evolve(small, 6e5 / 3600e3, [Event(0, block=1)], times_ms=t, rtol=1e-7)
    for ion, valence in (("na", 1), ("k", 1), ("cl", -1)):
        c = getattr(course, ion)
        current = theory.ghk_current(
            small.strength[ion], c, small.outside[ion], valence, course.v, small.celsius
        )
        rate = -theory.concentration_rate(current, small.area, small.volume) / valence
        entered = simpson(rate @ small.volume, x=t)
        gained = (c[-1] - c[0]) @ small.volume
        # Simpson on 400 intervals of a smooth course: 1e-8; the integrator at 1e-7
        assert gained == pytest.approx(entered, rel=1e-5)


def test_recovery_has_its_row(small):
    s = block(small, hours=2, recover_at=0.5).summary
    assert s["v_recovery_mV"] > -50 and s["nai_recovery_mM"] > 60
    assert s["v_end_mV"] < s["v_recovery_mV"]


def test_what_v_does_once_the_pumps_run_again_is_no_way_to_the_end():
    """Half the way and the first 10 mV count while the pumps are blocked."""
    result = made_up.block()
    blocked = _summary(result, {}, 0.0)
    assert blocked["hours_half_way_to_final"] > 0 and blocked["hours_to_10_mV"] > 0
    result.recover_at_hours = 0.5 / HOUR
    recovered = _summary(result, {}, 0.0)
    assert recovered["hours_half_way_to_final"] is None and recovered["hours_to_10_mV"] is None
