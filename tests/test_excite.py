"""Thresholds and spikes: what rest does to them, and that a stimulus conserves charge and ions."""

import numpy as np
import pytest

from models import InputError, excite, make_cell, rest
from models.experiments.electrode import Electrode
from models.solve import integration
from models.solve.equations import System
from models.solve.time_course import followed

COARSE = {"max_compartment_length": 100.0}


def electrode(name="excitable", where="soma", duration=2.0):
    cell = make_cell(name, **COARSE)
    return Electrode(cell, cell.where(where), duration)


def test_a_depolarised_rest_has_a_lower_threshold():
    """Higher K+ outside brings rest nearer to the sodium channels' activation."""
    points = excite(vary={"ko": [2, 5, 8]}, **COARSE).points
    assert [p.outcome for p in points] == ["spike"] * 3
    assert points[0].v_rest < points[1].v_rest < points[2].v_rest
    assert points[0].threshold > points[1].threshold > points[2].threshold > 0.1
    for point in points:
        assert 90 < point.height < 125 and 0 < point.peak < 60


def test_all_or_none_at_the_threshold():
    stimulus, threshold = electrode(), excite(**COARSE).points[0].threshold
    below, above = (stimulus.respond(f * threshold)[1].max() for f in (0.98, 1.02))
    assert below < -20 and above > 20


def test_a_shorter_pulse_needs_more_current():
    short, long = (excite(duration_ms=d, **COARSE).points[0].threshold for d in (0.5, 5.0))
    assert short > 2 * long


def test_a_cell_without_channels_is_said_to_have_none_and_what_the_current_does():
    """It is driven far over 0 mV, which is no failing fibre, and falls back."""
    result = excite("stylised", **COARSE)
    (point,), (row,) = result.points, result.summary["points"]
    assert np.isnan(point.threshold) and row["threshold_nA"] is None and row["outcome"] == point.outcome
    assert point.v.max() > 50 and point.v[-1] < -50
    assert point.outcome == (
        f"no spike, no Na+ or Ca2+ channels; driven to {point.v.max():.1f} mV, "
        f"30 ms later at {point.v[-1]:.1f} mV"
    )


def test_channels_scaled_away_are_none():
    """At 30 mM K+ outside, too: without sodium channels nothing is blocked."""
    without = excite(scale={"pl_nav": 0}, vary={"ko": [3, 30]}, **COARSE).points
    assert without[1].v_rest > -55
    for point in without:
        assert point.outcome.startswith("no spike, no Na+ or Ca2+ channels; driven to ")


def test_a_cell_with_too_few_channels_has_a_graded_response():
    point = excite(scale={"pl_nav": 0.1}, **COARSE).points[0]
    assert point.v_rest < -55 and np.isnan(point.threshold)
    assert point.outcome.startswith("no spike, a graded response; driven to ")


def test_a_depolarised_cell_is_blocked():
    """Leaky membrane, rest above -55 mV: the sodium channels are inactivated."""
    point = excite(scale={"naleak": 40}, **COARSE).points[0]
    assert point.v_rest > -55 and point.outcome == "depolarisation block"


def test_without_sodium_channels_nothing_is_blocked():
    assert "no Na+ or Ca2+ channels" in excite("stylised", set={"ko": 30}, **COARSE).points[0].outcome


@pytest.mark.parametrize(
    ("scale", "ko", "outcome"),
    [
        ({}, 3, "spike"),
        ({"pl_nav": 5, "pl_kv": 0}, 3, "spike, then stays at 0."),
        ({"pl_nav": 2, "pl_kv": 3}, 9.5, "spike, then goes on firing"),
        ({}, 11, "depolarisation block"),
    ],
)
def test_what_becomes_of_a_spike(scale, ko, outcome):
    point = excite(scale=scale, set={"ko": ko}, max_compartment_length=200.0).points[0]
    assert point.outcome.startswith(outcome) and (outcome != "spike" or point.outcome == "spike")


def test_a_fibre_is_stimulated_in_its_middle_and_places_within_sections_are():
    piece = make_cell("excitable_muscle", set={"tubules.rings": "2"}, max_compartment_length=500.0)
    fibre = excite(piece)
    assert fibre.place == "cable(0.5)" and fibre.points[0].outcome == "spike"
    end = excite(piece, where="cable(0.1)")
    # the current goes one way only
    assert end.points[0].threshold < fibre.points[0].threshold
    assert excite(where="soma(0.5)", **COARSE).points[0].threshold == pytest.approx(
        excite(**COARSE).points[0].threshold
    )


def test_the_injected_charge_is_found_inside():
    """Current times time enters as K+: what the compartments gain with leaks, pump and channels gone."""
    stimulus = electrode("stylised", duration=10.0)
    cell = stimulus.cell
    for values in cell.strength.values():
        values[:] = 0
    stimulus.inject(0.1)
    system = System(cell)
    states, entered = integration.integrate(system, 0.0, np.array([0.0, 10.0]))
    moles = 0.1e-9 * 10e-3 / 96485.33212
    found = entered[-1] * 1e-18 * cell.volume.sum()  # mM um3 = 1e-18 mol
    assert found == pytest.approx([0, moles, 0], abs=1e-9 * moles)
    v = system.state(states[-1])["v"]
    charge = (
        1e-14 * cell.geometry.capacitance * cell.area * (v - cell.start["v"]) * 1e-3
    )  # uF/cm2 um2 mV in C
    assert charge.sum() == pytest.approx(0.1e-9 * 10e-3, rel=1e-9)


@pytest.mark.parametrize("duration", [2.0, 7.0])
@pytest.mark.parametrize("where", ["soma", "all"])
def test_a_pulse_moves_the_current_that_it_says(monkeypatch, where, duration):
    """Of `respond` itself: current times duration is what enters as K+ and what charges the membrane, in a
    cell with no other way in."""
    stimulus = electrode("stylised", where, duration)
    cell = stimulus.cell
    for values in cell.strength.values():
        values[:] = 0
    seen = []

    def following(*given):
        seen.append(followed(*given))
        return seen[-1]

    monkeypatch.setattr("models.experiments.electrode.followed", following)
    t, v = stimulus.respond(0.3)  # nA
    coulomb = 0.3e-9 * duration * 1e-3
    (course,) = seen
    moles = {ion: course.entered[ion] * 1e-18 * cell.volume.sum() for ion in cell.ions}  # mM um3
    off = np.searchsorted(t, duration)
    assert moles["k"][off] == pytest.approx(coulomb / 96485.33212, rel=1e-8, abs=0)
    assert not moles["na"].any() and not moles["cl"].any()
    assert np.abs(moles["k"][off:] - moles["k"][off]).max() < 1e-9 * moles["k"][off]
    gained = course.v[-1] - cell.start["v"]
    charge = 1e-17 * cell.geometry.capacitance * cell.area @ gained  # uF/cm2 um2 mV in C
    assert charge == pytest.approx(coulomb, rel=1e-8, abs=0)
    if where == "all":  # then the mean voltage that it returns is that of the charge
        gained = 1e-17 * cell.geometry.capacitance * cell.area @ np.full(cell.size, v[-1] - v[0])
        assert gained == pytest.approx(coulomb, rel=1e-6, abs=0) and t[-1] == duration + 30


def test_the_threshold_is_the_current_that_makes_the_spike():
    """The published threshold (nA) put in by hand: 1.2 times it gives the very spike of the result, and its
    charge (nA ms) is found in the K+ that the electrode brings."""
    point = excite(**COARSE).points[0]
    stimulus = electrode()
    cell = stimulus.cell
    cell.start = rest(cell).state()
    stimulus.inject(1.2 * point.threshold)
    own = stimulus.stimulus.variable("ik")
    try:
        states, _ = integration.integrate(System(cell), 0.0, np.linspace(0, 2, 41), rtol=1e-6)
        injected = -own.get().sum() * 1e-9  # A
    finally:
        stimulus.inject(0.0)
    v = System(cell).state(states)["v"][:, stimulus.places] @ stimulus.stimulus.part
    assert v == pytest.approx(point.v[:41], abs=1e-6)
    assert injected == pytest.approx(1.2e-9 * point.threshold, rel=1e-12)


def test_nothing_is_left_over():
    stimulus = electrode()
    start = {key: values.copy() for key, values in stimulus.cell.start.items()}
    first = stimulus.respond(0.5)[1]
    stimulus.respond(1.5)
    assert (stimulus.respond(0.5)[1] == first).all()
    assert all((stimulus.cell.start[key] == values).all() for key, values in start.items())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"duration_ms": 0}, "duration=0"),
        ({"duration_ms": "2 mV"}, "mV is not a unit of"),
        ({"where": "sooma"}, "did you mean 'soma'"),
        ({"vary": {"ko": [3, "3 mM"]}}, "vary: ko = 3 is given twice"),
        ({"vary": {"ko": [3], "nao": [140]}}, "vary: expected one setting"),
        ({"vary": {"kay": [3]}}, "unknown parameter 'kay'"),
    ],
)
def test_what_cannot_be_is_said(options, words):
    with pytest.raises(InputError, match=words):
        excite(**options, **COARSE)
