"""Synapses of a protocol: what each ion carries, when they open, what they do to a cell."""

import numpy as np
import pytest
from users_sections import ball

from models import InputError, Neuron, rest
from models.experiments import run as running
from models.experiments.run import run
from models.physics.theory import FARADAY, ghk_voltage, nernst
from models.protocol.events import Conductance, events_of
from models.protocol.tables import Synapse
from models.simulator import runtime
from models.simulator.runtime import h

HELD = {"where": "soma", "voltage": "-60 mV", "series_resistance": "0.01 Mohm"}


def opened(peak, rise, decay):
    """Time integral (nS ms) of one event: of a difference of exponentials scaled to its peak."""
    top = rise * decay / (decay - rise) * np.log(decay / rise)
    return peak * (decay - rise) / (np.exp(-top / decay) - np.exp(-top / rise))


def ending(cell, *synapses, duration="150 ms", checkpoint=None, **more):
    """A cell's result with these synapses."""
    tables = {"duration": duration, "points": 200, "synapse": list(synapses), **more}
    return run(tables, cell, checkpoint=checkpoint)


# ---------------------------------------------------------------------- what the ions carry


def test_each_ion_carries_the_closed_form_while_the_voltage_is_held():
    """fmol = conductance over time (nS ms = pA ms/mV) x driving force / (z F). The concentrations change by
    1e-5 of themselves and the voltage by 1e-4 mV, the integrator errs by 1e-5: 1e-4 holds all of that."""
    cell = Neuron("neuron_kcc2", sections=ball())
    e = {
        ion: nernst(cell.start[ion], cell.outside[ion], z, cell.celsius)[0]
        for ion, z in (("na", 1), ("k", 1), ("cl", -1))
    }
    gaba = {"kind": "gaba", "where": "soma", "conductance": "0.4 nS", "rise": "0.5 ms", "decay": "7 ms"}
    moved = ending(
        cell,
        gaba | {"at_times": ["5 ms", "8 ms", "8 ms"]},
        {"kind": "ampa", "where": "soma", "number": 3, "at": "6 ms", "every": "2 ms", "times": 4},
        clamp=[HELD],
    ).summary["moved"]
    whole, share = opened(12 * 0.5, 0.2, 1.7), (0 - e["k"]) / (e["na"] - e["k"])
    for synapse, ion, sum_of_g in (
        ("gaba synapse", "cl", 3 * opened(0.4, 0.5, 7)),
        ("ampa synapse", "na", share * whole),
        ("ampa synapse", "k", (1 - share) * whole),
    ):
        z = -1 if ion == "cl" else 1
        expected = -sum_of_g * (-60 - e[ion]) / (z * FARADAY)  # nS mV ms = 1e-15 C
        assert moved[synapse][ion] == pytest.approx(expected, rel=1e-4), (synapse, ion)
    both = sum(moved["ampa synapse"].values())
    assert both == pytest.approx(-whole * -60 / FARADAY, rel=1e-4), "together as one conductance from 0 mV"


def test_bicarbonate_carries_its_share(further):
    """At the reversal of a channel of the measured ratio the two ions' currents cancel, each is there."""
    cell = further("stylised", more='hco3i = "14 mM"\n', sections=ball(), max_compartment_length=None)
    inside, outside = ({ion: side[ion] for ion in ("cl", "hco3")} for side in (cell.start, cell.outside))
    reversal = float(ghk_voltage({"cl": 1.0, "hco3": 0.18}, inside, outside, cell.celsius)[0])
    synapse = {"kind": "gaba", "where": "soma", "conductance": "1 nS", "at": "5 ms"}
    held = HELD | {"voltage": f"{reversal!r} mV"}
    own = ending(cell, synapse, clamp=[held]).summary["moved"]["gaba synapse"]
    e_cl = nernst(inside["cl"], outside["cl"], -1, cell.celsius)[0]
    assert e_cl < reversal - 1 and own["hco3"] < 0 < own["cl"], "Cl- enters, HCO3- leaves"
    assert own["cl"] + own["hco3"] == pytest.approx(0, abs=1e-4 * own["cl"])
    more = ending(cell, synapse, clamp=[HELD | {"voltage": f"{reversal + 10!r} mV"}]).summary["moved"]
    charge = -opened(1.0, 0.19, 5.6) * 10 / (-FARADAY)
    assert sum(more["gaba synapse"].values()) == pytest.approx(charge, rel=2e-4)
    shifted = ending(cell, synapse | {"permeability_ratio": 0.3}, clamp=[held]).summary["moved"]
    assert shifted["gaba synapse"]["hco3"] < 1.4 * own["hco3"]


def test_what_they_carry_is_what_the_cell_gains():
    """Random trains of both, 270 events that overlap: conserved to round-off, and the same of one seed."""
    cell = Neuron("neuron_kcc2", sections=ball())
    trains = (
        {"kind": "gaba", "where": "soma", "number": 10, "rate": "50 Hz"},
        {"kind": "ampa", "where": "soma", "number": 10, "rate": "40 Hz", "seed": 4},
    )
    first, again = (ending(cell, *trains, duration="0.3 s") for _ in range(2))
    alike = ending(
        cell, *({"kind": "gaba", "where": "soma", "rate": "400 Hz"} for _ in range(2)), duration="20 ms"
    )
    assert alike.told[0].t[1] != alike.told[1].t[1], "two tables without a seed are two trains"
    s = first.summary
    assert 210 < sum(event["times"] for event in s["events"]) < 330
    assert max(s["max_local_charge_error"], s["ion_conservation_error"]) < 1e-13
    assert (first.course.v == again.course.v).all()
    gained = {
        ion: cell.volume @ (getattr(first.course, ion)[-1] - getattr(first.course, ion)[0]) * 1e-3
        for ion in ("na", "k", "cl")
    }
    for ion, amount in gained.items():
        carried = sum(process.get(ion, 0.0) for process in s["moved"].values())
        assert carried == pytest.approx(amount, abs=1e-12 * cell.volume[0] * 150e-3)
    assert s["v_highest_mV"] > s["v_before_mV"] + 3


def test_a_train_that_was_stopped_goes_on_to_the_bit(tmp_path, monkeypatch, stopped):
    monkeypatch.setattr(running, "PART", 200)
    cell = Neuron("neuron_kcc2", sections=ball())
    train = {"kind": "gaba", "where": "soma", "number": 5, "rate": "40 Hz"}
    whole = ending(cell, train, duration="0.2 s").course

    stopped(2, lambda: ending(cell, train, duration="0.2 s", checkpoint=tmp_path / "kept"))
    again = ending(cell, train, duration="0.2 s", checkpoint=tmp_path / "kept").course
    assert (again.v == whole.v).all() and (again.cl == whole.cl).all()
    assert (again.moved["gaba synapse", "cl"] == whole.moved["gaba synapse", "cl"]).all()


def test_an_event_is_drawn_to_its_peak():
    found = ending(Neuron("stylised", sections=ball()), {"kind": "ampa", "where": "soma", "at": "9 ms"}).told[
        0
    ]
    assert 0.49 < found.value.max() <= 0.5 and found.t[found.value.argmax()] == pytest.approx(9.5, abs=0.2)


def test_the_voltage_is_that_of_neurons_exp2syn(alone):
    """Two events on a cell of several compartments: there the current is nobody's, here Na+'s and K+'s, which
    changes E_Na and E_K by less than 1e-3 mV. 2e-3 mV of 6, where the integrator is good to some 2e-4."""
    cell = Neuron("stylised", max_compartment_length=100.0)
    synapse = {"kind": "ampa", "where": "soma", "conductance": "4 nS", "at_times": ["5 ms", "8 ms"]}
    times = [6.0, 7.0, 8.5, 10.0, 15.0, 30.0]
    found = ending(cell, synapse, duration="30 ms", report=[f"{t} ms" for t in times])
    at = [int(np.argmin(np.abs(found.course.t - t))) for t in times]
    cell.start = rest(cell).state()
    integrator = runtime.reset(cell.celsius, 1e-9)
    cell.write()
    theirs = h.Exp2Syn(cell.segments[int(cell.where("soma")[0])])
    theirs.tau1, theirs.tau2, theirs.e = 0.2, 1.7, 0
    events = h.NetCon(None, theirs)
    events.weight[0], events.delay = 4e-3, 0
    h.finitialize(float(cell.start["v"].mean()))
    for segment, v in zip(cell.segments, cell.start["v"], strict=True):
        segment.v = v
    for t in (5.0, 8.0):
        events.event(t)
    integrator.re_init()
    v = []
    for t in times:
        integrator.solve(t)
        v.append([segment.v for segment in cell.segments])
    assert found.course.v[at].max() > found.course.v[0].max() + 5
    assert found.course.v[at] == pytest.approx(np.array(v), abs=2e-3)


# ---------------------------------------------------------------------- what they do


def test_gaba_depolarises_where_chloride_is_high_and_hyperpolarises_where_it_is_low():
    synapse = {"kind": "gaba", "where": "soma", "number": 20, "at": "10 ms"}
    for name, sign in (("neuron_immature", 1), ("neuron_kcc2", -1)):
        found = ending(Neuron(name, sections=ball()), synapse, duration="60 ms")
        v = found.course.v[:, 0] - found.course.v[0, 0]
        assert (sign * v).max() > 1 > (-sign * v).max() * 1e3
        assert found.summary["moved"]["gaba synapse"]["cl"] * sign < 0


def test_a_train_loads_the_cell_with_chloride_which_kcc2_takes_out_again():
    cell = Neuron("neuron_kcc2", sections=ball())
    train = {"kind": "gaba", "where": "soma", "number": 300, "every": "50 ms", "duration": "2 s"}
    pushed = HELD | {"voltage": "-40 mV", "duration": "2 s"}
    found = ending(cell, train, duration="40 min", clamp=[pushed], report=["2 s"])
    before, loaded, end = (
        found.summary["cli_before_mM"],
        found.summary["at"][0]["cli_mM"],
        found.summary["cli_end_mM"],
    )
    assert loaded > before + 1 and before < end < before + 0.35 * (loaded - before)
    bought = found.cost("0 s", "2 s")
    assert bought["gaba synapse"]["cl"] > 0.9 * (loaded - before) * cell.volume[0] * 1e-3
    assert found.cost("2 s", "40 min")["pl_kcc2sat"]["cl"] < bought["pl_kcc2sat"]["cl"] < 0


def test_a_synapse_that_the_sections_had_is_switched_on(own_mechanisms):
    """Point processes of a user's own: conductance 0.2 nS for 20 ms of each of two, which Na+ carries and the
    clamp's K+ answers. Their lag (10 us) is of no account; in a compartment without one there is nothing."""
    sec, other = ball(), h.Section(name="dend")
    other.connect(sec)
    synapses = [h.NaSynapse(sec(0.5)) for _ in range(2)]
    for synapse in synapses:
        synapse.decay, synapse.level = 0.01, 0
    cell = Neuron("neuron_kcc2", sections=[sec, other])
    on = {"at": "10 ms", "duration": "20 ms", "parameter": {"NaSynapse.level": "0.2 nS"}}
    held = HELD | {"series_resistance": "0.001 Mohm"}
    with_it, without = (
        ending(cell, change=[change], clamp=[held]).summary["moved"]["clamp"]["k"]
        for change in (on, on | {"at": "149 ms", "duration": "1 ns"})
    )
    e_na = nernst(cell.start["na"], cell.outside["na"], 1, cell.celsius)[0]
    assert with_it - without == pytest.approx(2 * 0.2 * 20 * (-60 - e_na) / FARADAY, rel=1e-3)
    assert [synapse.level for synapse in synapses] == [0, 0], "as before"
    for parameter, message in (
        ({"NaSynapse.level": "2 mM"}, "level.*2 mM"),
        ({"NaSynapse.lvel": 1}, "did you mean 'level'"),
    ):
        with pytest.raises(InputError, match=f"change 1: parameter NaSynapse.*{message}"):
            ending(cell, change=[on | {"parameter": parameter}])
    with pytest.raises(InputError, match="no compartment of dend has NaSynapse"):
        ending(cell, change=[on | {"where": "dend"}])


# ---------------------------------------------------------------------- when they open


def test_the_sum_of_events_is_carried_from_one_to_the_next():
    """Against all of them added up, two at one time among them, far apart and close together."""
    times = np.sort(np.append(np.random.default_rng(1).uniform(0, 300, 60), [50.0, 50.0, 900.0])).tolist()
    track = Conductance(times, 2.0, 0.7, 4.0).track(1000.0, print)
    levels, moves = track.levels, track.moving
    top = 0.7 * 4 / 3.3 * np.log(4 / 0.7)
    highest = np.exp(-top / 4) - np.exp(-top / 0.7)
    for begin, end, value, longest in moves:
        assert longest == 8
        for t in np.linspace(begin, min(end, begin + 30), 7):
            since = np.array([t - at for at in times if at <= begin])
            exact = 2 * (np.exp(-since / 4) - np.exp(-since / 0.7)).sum() / highest
            assert value(t) == pytest.approx(exact, rel=1e-12, abs=1e-13)
    assert levels == [(moves[-2][1], 0.0)] and moves[-1][0] == 900 and moves[-2][1] == max(times[:-1]) + 160
    alone = Conductance([10.0], 2.0, 0.7, 4.0).track(1000.0, print).moving[0][2]
    assert alone(10 + top) == pytest.approx(2, rel=1e-14) and alone(10.0) == 0


def events(stop, **given):
    return events_of(Synapse(kind="gaba", where="soma", **given), stop)


def test_random_events_are_those_of_their_seed():
    """A Poisson train of 10 x 100 Hz for 20 s: 20,000 events and their spread, intervals exponential."""
    given = {"rate": "100 Hz", "number": 10, "at": "5 s", "duration": "20 s"}
    found = np.array(events(60e3, **given, seed=7))
    assert found.tolist() == events(60e3, **given, seed=7) != events(60e3, **given, seed=8)
    assert found.min() >= 5e3 and found.max() < 25e3 and (np.diff(found) > 0).all()
    assert abs(len(found) - 20000) < 4 * 20000**0.5
    assert np.diff(found).std() == pytest.approx(1, rel=0.03)
    per_second = np.histogram(found, np.arange(5e3, 25.1e3, 100))[0]
    assert per_second.var() == pytest.approx(100, rel=0.35)


def test_events_at_set_times():
    assert events(100, at="3 ms") == [3]
    assert events(100, at="3 ms", every="20 ms") == [3, 23, 43, 63, 83]
    assert events(100, at="3 ms", every="20 ms", duration="40 ms") == [3, 23]
    assert events(100, every="20 ms", times=3) == [0, 20, 40]
    assert events(100, at_times=["9 ms", "4 ms", "200 ms"]) == [4, 9]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"at_times": ["1 ms"], "every": "1 ms"}, "every has no effect beside at_times"),
        ({"rate": "5 Hz", "times": 3}, "times has no effect beside rate"),
        ({"seed": 3}, "seed has no effect without rate"),
        ({"times": 3}, "times has no effect without every"),
        ({"at": "1 h"}, "has no event before the protocol ends"),
        ({"rate": "1 MHz", "number": 100}, "expected at most 1e"),
        ({"rise": "6 ms"}, "rise = 6 ms: expected less than decay, 5.6 ms"),
        ({"reversal": "0 mV"}, "reversal has no effect on a gaba synapse"),
        ({"permeability_ratio": 0.2}, "does not follow HCO3"),
        (
            {"kind": "ampa", "reversal": "90 mV"},
            r"protocol: ampa synapse: reversal = 90 mV: expected between E_K and",
        ),
        ({"kind": "ampa", "permeability_ratio": 0.2}, "permeability_ratio has no effect on an ampa"),
        ({"kind": "nmda"}, "expected 'ampa' or 'gaba'|Input should be"),
        ({"conductance": 3}, "expected a conductance as a string with its unit"),
    ],
)
def test_what_cannot_be(given, message):
    table = {"kind": "gaba", "where": "soma"} | given
    with pytest.raises(InputError, match=message):
        ending(Neuron("stylised", sections=ball()), table, start={"state": "file"})


def test_a_cell_without_bicarbonate_is_told():
    with pytest.warns(UserWarning, match="gaba synapse: this cell does not follow HCO3-, so Cl- carries all"):
        found = ending(
            Neuron("stylised", sections=ball()), {"kind": "gaba", "where": "soma"}, duration="1 ms"
        )
    assert "does not follow HCO3-" in found.layout.warnings[-1], "the command prints them"
