"""A cell that fires on its way is followed to its rest; only one that is shown to fire for ever has none."""

import numpy as np
import pytest

from models import ConvergenceError, Event, InputError, block, evolve, make_cell, rest
from models.errors import GivenUpError, NoRestError
from models.solve import firing, spikes
from models.solve.equations import System
from models.solve.steady_state import find_steady_state

# a pump that K+ speeds up more than the cell's own, and ions as fast as in water at 25 degC: where this cell
# ends is known from following it in time
KNOWN = {
    **{"pump.km_k": "2 mM", "diffusion.tortuosity": 1},
    **{"diffusion.dna": "1.33 um2/ms", "diffusion.dk": "1.96 um2/ms", "diffusion.dcl": "2.03 um2/ms"},
}


def excitable(longest=200.0, **options):
    return make_cell("excitable", max_compartment_length=longest, set=KNOWN, **options)


def fastest_growth(cell, state) -> float:
    """The largest real part (1/ms) of the eigenvalues at a state."""
    saved, cell.start = cell.start, state
    try:
        system = System(cell)
        return np.linalg.eigvals(system.jacobian(system.start[system.free]).toarray()).real.max()
    finally:
        cell.start = saved


@pytest.mark.parametrize("pump, v", [(0, -18.897), (0.1, -27.15), (0.2, -31.05), (0.2164, -31.49)])
def test_a_closed_cell_that_fires_on_the_way_has_its_depolarised_rest(pump, v):
    """Means of the compartments, as direct following in time has them."""
    cell = excitable(outside="closed")
    result = rest(cell, scale={"pump": pump})
    assert result.v.mean() == pytest.approx(v, abs=0.01)
    s = result.summary
    assert s["spikes_on_the_way"] > 10 and f"next rest {s['v_rest_mV']:.1f} mV" in s["way"]
    assert s["way"].startswith("left its polarised rest at -70.0 mV by firing")
    with cell.changed(scale={"pump": pump}):
        assert fastest_growth(cell, result.state()) < 1e-10  # the conserved totals are eigenvalues of 0
        if pump == 0.1:
            course = evolve(cell, 100)
            assert result.v == pytest.approx(course.v[-1], abs=1e-3)
    for ion in cell.ions:  # inside and outside together
        held = result.inside[ion] @ cell.volume + result.outside[ion] @ cell.outside_volume
        began = cell.start[ion] @ cell.volume + cell.bath_of(ion) @ cell.outside_volume
        assert held == pytest.approx(began, rel=1e-12)


def test_both_sides_of_the_edge_have_an_answer():
    """At 0.217 the polarised rest is kept, at 0.2164 it is lost: both are states where the cell stays."""
    cell = excitable(outside="closed")
    found = [rest(cell, scale={"pump": pump}) for pump in (0.2164, 0.217)]
    assert found[0].summary["v_rest_mV"] == pytest.approx(-31.63, abs=0.05)
    assert found[1].summary["v_rest_mV"] == pytest.approx(-58.15, abs=0.05)
    assert found[1].summary["way"] is None and found[1].summary["spikes_on_the_way"] == 0


@pytest.mark.parametrize("ko", [11, 12])
def test_raised_potassium_in_a_bath(ko):
    """In 135 compartments and more steps than the old limit."""
    result = rest(make_cell("excitable", set=KNOWN), set={"ko": ko})
    assert result.summary["v_rest_mV"] == pytest.approx(-30.8, abs=0.3)


def test_leaps_lead_where_every_spike_followed_leads(monkeypatch):
    """A cell that fires for a while, runs down and comes to a polarised rest again."""
    cell, found = excitable(), []
    for alone in (firing.ALONE, 10**9):
        monkeypatch.setattr(firing, "ALONE", alone)
        found.append(rest(cell, scale={"naleak": 2}))
    leapt, followed = found
    assert leapt.solver["spikes"] < 0.8 * followed.solver["spikes"]
    assert leapt.v == pytest.approx(followed.v, abs=1e-6)
    assert leapt.summary["v_rest_mV"] == pytest.approx(-56.27, abs=0.01)


def test_a_cell_that_goes_on_oscillating_says_how():
    """From -40 mV at 9 mM K+: its period and range are those of its course in time."""
    cell = excitable()
    with pytest.raises(NoRestError, match=r"goes on firing or oscillating, every 4.* ms between") as error:
        rest(cell, set={"ko": 9}, start={"v": -40})
    found = error.value
    assert found.period == pytest.approx(4.39, rel=0.02)
    assert found.low == pytest.approx(-42.0, abs=0.5) and found.high == pytest.approx(-20.1, abs=0.5)


def test_a_membrane_that_fires_at_held_concentrations_has_no_voltage():
    cell = excitable()
    with pytest.raises(NoRestError, match=r"every .* ms between"):
        rest(cell, scale={"naleak": 2.5}, hold="concentrations")


def test_a_balanced_state_that_does_not_last_is_left(write_toml):
    """At -45 mV this membrane is balanced, but an unstable focus or saddle: rest is where it goes."""
    path = write_toml(
        'base = "stylised"\n[inside]\nv = "-45 mV"\n[balance]\n'
        'membrane_resistance = "1 kohm cm2"\n'
        '[[channel]]\nmechanism = "pl_nav"\nregions = ["soma", "axon"]\nset.gbar = "20 mS/cm2"\n'
        '[[channel]]\nmechanism = "pl_kv"\nregions = ["soma", "axon"]\nset.gbar = "5 mS/cm2"\n'
    )
    cell = make_cell(path, max_compartment_length=200.0)
    assert fastest_growth(cell, cell.start) > 1e-3
    result = rest(cell)
    assert result.summary["v_rest_mV"] < -46
    assert "does not stay at -45.0 mV" in result.summary["way"]
    assert fastest_growth(cell, result.state()) < 0


def test_blocks_in_a_closed_space_have_their_end():
    """The end starts from the course's own: half of a firing cell's block too."""
    s = block(excitable(outside="closed"), hours=100, fraction=0.9).summary
    assert s["final_mV"] == pytest.approx(s["v_end_mV"], abs=1e-3) and s["spikes"] > 100
    assert s["final_name"] == "90 % block, for ever; ATP still spent by the pump"


def test_a_cell_that_fires_at_once_still_gives_its_course():
    result = block(excitable(1000.0), hours=0.001, scale={"naleak": 1.7})
    assert result.summary["v_immediate_mV"] is None and np.isnan(result.v_immediate).all()
    assert result.summary["spikes"] >= 1


@pytest.mark.parametrize("most", [0, -1, 2.5, "ten"])
def test_bounds_that_cannot_be(most):
    with pytest.raises(InputError, match=r"max_spikes=.*(whole number|at least 1|expected a plain number)"):
        rest(excitable(), max_spikes=most)


def test_a_long_course_can_be_bounded_and_says_what_it_does():
    cell, heard = excitable(), []

    def progress(done, words):
        heard.append(words)

    for follow in (
        lambda: rest(cell, scale={"naleak": 2.5}, max_spikes=30, progress=progress),
        lambda: evolve(cell, 1, [Event(0, set={"ko": 12})], max_spikes=2, progress=progress),
        lambda: block(cell, hours=1, max_spikes=5, progress=progress),
    ):
        heard.clear()
        with pytest.raises(
            GivenUpError, match=r"given up after \d+ spikes in .*, and still firing; max_spikes"
        ):
            follow()
        assert any(" spike" in words and " in " in words for words in heard)


def test_peaks_of_a_known_course():
    t = np.arange(0, 1000.0, 0.5)
    v = -60 + 40 * np.sin(2 * np.pi * t / 100) + 0.5 * np.sin(2 * np.pi * t / 7)
    seen = spikes.Peaks(10.0)
    found = [seen.peak[0] for at, value in zip(t, v, strict=True) if seen.see(at, value)]
    assert np.abs(np.array(found) - np.arange(25, 1000, 100)).max() < 5
    assert seen.count == 10 and seen.trough[1] == pytest.approx(-100, abs=1)
    slow = spikes.Peaks(10.0, within=2.0)  # it rises by less in 2 ms
    assert not any([slow.see(at, value) for at, value in zip(t, v, strict=True)])


def test_a_spike_after_a_slow_rise_is_one():
    """However long V crept up before: by 20 mV for 10 s, or not for 10 s that were seen in few steps; a slow
    wave as high is none."""
    creeping, resting = np.linspace(-80, -60, 200), np.full(3, -70.0)
    for before in (creeping, resting):
        t = np.concatenate([np.linspace(0, 1e4, len(before)), 1e4 + np.arange(1, 8) * 0.1])
        v = np.concatenate([before, [-50, -10, 40, 20, -20, -60, -65]])
        watch = spikes.Watch("cell")
        for at, value in zip(t, v, strict=True):
            watch.see(at, value)
        assert watch.seen == [(1e4 + 0.3, 40.0, 0)]
    wave = spikes.Watch("cell")
    for at in np.linspace(0, 2e5, 400):
        wave.see(at, -60 + 40 * np.sin(2 * np.pi * at / 5e4))
    after = np.linspace(0, 5e3, 50)  # from a spike's trough on to a hump, slowly but at first
    for at, value in zip(2e5 + after, -9 - 30 * np.exp(-after / 1e3), strict=True):
        wave.see(at, value)
    wave.see(2.1e5, -40.0)
    assert wave.spikes == 0


def test_a_cell_that_never_fires_counts_no_spike():
    small = make_cell("stylised", max_compartment_length=100.0)
    result = rest(small, set={"ko": 30}, start={"v": -20})
    assert result.summary["way"] is None and result.summary["spikes_on_the_way"] == 0
    assert evolve(small, 1, [Event(0, block=1)]).spikes == 0


def test_newton_is_tried_from_the_start_too(monkeypatch):
    """Where the integrator gives up at once there is still the rest that the start lies near."""
    from models.solve import steady_state

    cell = excitable()
    system = System(cell)
    far = system.start[system.free] * np.where(system.unknowns.is_v, -1.0, 1.0)
    monkeypatch.setattr(
        steady_state, "approach", lambda system, x, watch: firing.Way(far * np.nan, False, 0.0, 0)
    )
    x, _ = find_steady_state(system)
    assert system.state(system.expand(x))["v"] == pytest.approx(-70, abs=1e-6)


def test_no_answer_is_an_error(monkeypatch):
    monkeypatch.setattr(firing, "PUSH", 50.0)
    monkeypatch.setattr("models.solve.steady_state.leaves", lambda system, x: x)
    with pytest.raises(ConvergenceError, match="leaves each of the 5 steady states that it comes by"):
        rest(excitable())
