"""Protocols: steps, ramps, trains and clamps from tables; what they move is what the cell gains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import InputError, block, glycoside, make_cell, rest, run
from models.physics.theory import FARADAY
from models.protocol.read import read_protocol, shipped_protocols
from models.protocol.shapes import Asked, track
from models.protocol.tables import Timing


@pytest.fixture(scope="module")
def small():
    return make_cell("stylised", max_compartment_length=200.0)


@pytest.fixture(scope="module")
def fibre():
    return make_cell("excitable_muscle", set={"tubules.rings": "2"}, max_compartment_length=1000.0)


# ---------------------------------------------------------------------- the same as before


def test_a_block_is_the_command_block(small):
    """The tolerance is the issue's; the two keep other times, and count other things beside the states."""
    usual = block(small, hours=2, recover_at=1.0).summary
    found = run({"duration": "2 h", "change": [{"block": 1.0, "duration": "1 h"}]}, small).summary
    for key in ("v_before_mV", "v_end_mV", "nai_end_mM", "ki_end_mM", "cli_end_mM"):
        assert found[key] == pytest.approx(usual[key], rel=1e-6, abs=0)


def test_a_drug_is_the_command_glycoside():
    cell = make_cell("ventricle")
    usual = glycoside(cell, dose="1 uM", hours=1).summary
    found = run({"duration": "1 h", "change": [{"set": {"ouabain": "1 uM"}}]}, cell).summary
    for key in ("v_end_mV", "nai_end_mM", "ki_end_mM"):
        assert found[key] == pytest.approx(usual[key], rel=1e-6, abs=0)


def test_left_alone_a_cell_stays_at_rest(small):
    found = run({"duration": "1 h"}, small)
    assert np.abs(found.course.v - found.course.v[0]).max() < 1e-6
    assert found.summary["recovered_after_s"] == 0 and found.summary["spikes"] == []


# ---------------------------------------------------------------------- what is moved


def test_what_processes_move_is_what_the_cell_gains(fibre):
    """Of every ion, over a tetanus and a change of the bath: by the same formula, so to round-off (1e-12 of
    the salt; 1e-8 is asked for)."""
    tables = {
        "duration": "3 s",
        "change": [{"at": "1 s", "over": "200 ms", "duration": "1 s", "set": {"ko": "6 mM"}}],
        "current": [{"where": "cable", "amplitude": "300 nA", "duration": "2 ms", "every": "200 ms"}],
    }
    found = run(tables, fibre)
    course, volume = found.course, fibre.volume.sum()
    assert found.summary["spike_count"] >= 10
    salt = (course.na[0] + course.k[0]) @ fibre.volume * 1e-3  # mM um3 = 1e-3 fmol
    for ion in fibre.ions:
        gained = (getattr(course, ion) - getattr(course, ion)[0]) @ fibre.volume * 1e-3
        moved = sum(values for (_, of), values in course.moved.items() if of == ion)
        assert np.abs(gained - moved).max() < 1e-12 * salt
        assert course.entered[ion] * volume * 1e-3 == pytest.approx(moved, abs=1e-12 * salt)


@pytest.mark.parametrize("ions", [{"k": 1.0}, {"cl": 1.0}, {"na": 0.25, "k": 0.25, "cl": 0.5}])
def test_an_electrode_brings_its_charge_as_its_ions(small, ions):
    """60 pulses of 0.05 nA for 1 ms: coulombs over F, each ion its share, Cl- the other way."""
    pulse = {"where": "soma", "amplitude": "0.05 nA", "duration": "1 ms", "every": "3 ms", "ions": ions}
    found = run({"duration": "180 ms", "current": [pulse]}, small)
    whole = 0.05e-9 * 1e-3 * 60 / FARADAY * 1e15  # fmol
    moved = found.summary["moved"]["current"]
    for ion in ("na", "k", "cl"):
        sign = -1 if ion == "cl" else 1
        assert moved[ion] == pytest.approx(sign * whole * ions.get(ion, 0.0), rel=1e-9, abs=1e-12)
    assert found.summary["ion_conservation_error"] < 1e-12
    assert found.summary["max_local_charge_error"] < 1e-12


def test_atp_is_what_the_pump_spends(small):
    """3 Na+ for each; and a cost between two times is a part of the whole."""
    found = run({"duration": "10 min", "change": [{"set": {"ko": "5 mM"}}]}, small)
    moved = found.summary["moved"]["pump"]
    assert moved["atp"] == pytest.approx(-moved["na"] / 3, rel=1e-9)
    assert moved["k"] == pytest.approx(-moved["na"] * 2 / 3, rel=1e-9)
    parts = [found.cost(*ends)["pump"]["na"] for ends in (("0 s", "3 min"), ("3 min", "10 min"))]
    assert sum(parts) == pytest.approx(moved["na"], rel=1e-12)
    with pytest.raises(InputError, match=r"end=1000 ms: must be after begin, 2000 ms"):
        found.cost("2 s", "1 s")


def test_a_sine_moves_nothing_in_whole_periods(small):
    wave = {"where": "soma", "amplitude": "0.02 nA", "sine": "20 ms", "duration": "2 s"}
    found = run({"duration": "2 s", "current": [wave]}, small)
    flow = found.current("current", "k")
    assert found.course.v.max() - found.course.v.min() > 0.5
    assert flow.max() == pytest.approx(0.02, rel=1e-2) and flow.min() == pytest.approx(-0.02, rel=2e-2)
    # the integrator's own error of 100 periods, each some 2e-4 of what its one half moves
    assert abs(found.summary["moved"]["current"]["k"]) < 0.03 * 0.02e-9 * 6.4e-3 / FARADAY * 1e15


# ---------------------------------------------------------------------- voltage clamp


def test_a_clamp_holds_and_its_current_is_ohm(small):
    """V at the command but for the series resistance times the current; the current between two places of a
    cell at rest at the command is none."""
    tables = {
        "duration": "200 ms",
        "clamp": [
            {
                "where": "soma(0.5)",
                "voltage": "-70 mV",
                "series_resistance": "1 Mohm",
                "step": [{"at": "50 ms", "duration": "100 ms", "voltage": "-40 mV"}],
            }
        ],
    }
    found = run(tables, small)
    place = small.where("soma(0.5)")[0]
    at = np.searchsorted(found.course.t, 149.0)
    v, current = found.course.v[at, place], found.current("clamp", "k")[at]
    assert v == pytest.approx(-40, abs=1.0) and current < 0  # it brings charge in
    assert (v + 40) / 1 == pytest.approx(current, rel=1e-6)  # mV / Mohm = nA
    assert found.current("clamp", "k")[np.searchsorted(found.course.t, 49.0)] == pytest.approx(0, abs=1e-6)


# ---------------------------------------------------------------------- shapes over time


def test_a_ramp_of_the_bath_is_where_it_is_said(small):
    tables = {"duration": "10 min", "change": [{"at": "2 min", "over": "4 min", "set": {"ko": "7 mM"}}]}
    found = run(tables, small)
    told = next(one for one in found.told if one.name == "ko")
    at = np.interp([2 * 60e3, 4 * 60e3, 6 * 60e3, 600e3], told.t, told.value)
    assert at == pytest.approx([3, 5, 7, 7], rel=1e-12)
    outside = found.course.ko[np.searchsorted(found.course.t, 4 * 60e3)]
    assert outside == pytest.approx(5, rel=1e-9)


def test_samples_of_a_file_are_followed(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bath.csv").write_text("time (s),ko (mM)\n0,3\n60,9\n120,4\n")
    found = run({"duration": "3 min", "change": [{"set": {"ko": "bath.csv"}}]}, small)
    told = next(one for one in found.told if one.name == "ko")
    assert np.interp([30e3, 60e3, 90e3, 180e3], told.t, told.value) == pytest.approx([6, 9, 6.5, 4])
    assert found.summary["v_highest_mV"] > found.summary["v_before_mV"] + 5


@given(st.lists(st.floats(1.0, 100.0), min_size=1, max_size=6), st.floats(0.05, 0.9))
@settings(max_examples=40, deadline=None)
def test_pulses_begin_and_end_where_they_are_said(gaps, part):
    """Any train: at its middle each pulse has its value, between two the level; nothing else happens."""
    begins = np.cumsum(gaps)
    asked = [
        Asked(f"pulse {i}", Timing(at=f"{begin} ms", duration=f"{part * min([*gaps])} ms"), float(i + 1))
        for i, begin in enumerate(begins)
    ]
    made = track(asked, 0.0, lambda value: None, True, float(begins[-1] + 200))
    t, v = made.trace(0.0, float(begins[-1] + 200))
    lasting = part * min(gaps)
    # a jump has two values at one time: looked at between them
    for i, begin in enumerate(begins):
        assert np.interp(begin + lasting / 2, t, v) == pytest.approx(i + 1)
        assert np.interp(begin + lasting + (min(gaps) - lasting) / 2, t, v) == pytest.approx(0)
    assert np.trapezoid(v, t) == pytest.approx(lasting * sum(range(1, len(gaps) + 1)), rel=1e-9)


def test_one_begins_where_another_ends_to_the_last_digit():
    """0.1 ms + 0.2 ms come after 0.3 ms: what begins there is not lost."""
    ends = Asked("one", Timing(at="0.1 ms", duration="0.2 ms"), 1.0)
    begins = Asked("other", Timing(at="0.3 ms"), 2.0)
    steps = track([begins, ends], 0.0, lambda value: None, True, 10.0).levels
    assert steps[-1][1] == 2.0 and steps[-1][0] >= max(at for at, _ in steps)


def test_what_is_turned_is_turned_back(small):
    before = rest(small).v
    tables = {
        "duration": "1 s",
        "change": [{"scale": {"kleak": 0.5}}, {"block": 0.5}, {"set": {"celsius": "20 degC"}}],
    }
    run(tables, small)
    assert (rest(small).v == before).all()


def test_a_parameter_of_a_channel_in_one_place(fibre):
    """Without NaV no spike, but the small answer of a passive membrane."""
    tables = {
        "duration": "1.2 s",
        "change": [{"at": "350 ms", "duration": "400 ms", "parameter": {"navmuscle.p": "0 cm/s"}}],
        "current": [{"where": "cable", "amplitude": "150 nA", "duration": "2 ms", "every": "200 ms"}],
    }
    found = run(tables, fibre).summary
    assert [round(spike["t_ms"] / 200) for spike in found["spikes"]] == [0, 1, 4, 5]
    assert found["trains"] == [{"what": "current", "pulses": 6, "answered": 4, "none_since_s": None}]


# ---------------------------------------------------------------------- where it begins


def test_another_run_goes_on_from_the_end(small, tmp_path):
    """A block in two halves is the block in one, to what the restart of the integrator makes."""
    whole = run({"duration": "40 min", "change": [{"block": 1.0}]}, small)
    first = run({"duration": "20 min", "change": [{"block": 1.0}]}, small)
    np.savez(tmp_path / "end.npz", **first.course.end)
    tables = {"duration": "20 min", "start": {"run": str(tmp_path)}, "change": [{"block": 1.0}]}
    second = run(tables, small)
    assert second.course.v[0] == pytest.approx(first.course.v[-1], abs=1e-12)
    assert second.course.v[-1] == pytest.approx(whole.course.v[-1], abs=2e-4)


def test_given_values_and_a_while_alone(small):
    tables = {"duration": "1 min", "start": {"values": {"nai": "30 mM"}, "after": "10 min"}}
    found = run(tables, small).summary
    assert 9 < found["nai_before_mM"] < 30 and found["nai_end_mM"] < found["nai_before_mM"]


# ---------------------------------------------------------------------- what cannot be

WRONG = [
    ({}, r"protocol: duration is missing"),
    ({"duration": "5"}, r"duration: expected a time with its unit"),
    ({"duration": "1 s", "chnage": []}, r"unknown key 'chnage'.*change"),
    ({"duration": "1 s", "report": ["2 s"]}, r"report: 2000 ms is after the end"),
    ({"duration": "1 s", "change": [{}]}, r"change 1: changes nothing"),
    ({"duration": "1 s", "change": [{"set": {"kq": "1 mM"}}]}, r"change 1: unknown parameter 'kq'"),
    ({"duration": "1 s", "change": [{"set": {"ko": "8"}}]}, r"ko = 8: expected a value with its unit"),
    ({"duration": "1 s", "change": [{"set": {"ko": "-1 mM"}}]}, r"ko.*-1.*must be"),
    ({"duration": "1 s", "change": [{"at": "2 s", "block": 1.0}]}, r"at = 2000 ms: the protocol ends"),
    ({"duration": "1 s", "change": [{"every": "1 s", "block": 1.0}]}, r"repeats needs a duration"),
    ({"duration": "1 s", "change": [{"times": 3, "block": 1.0}]}, r"times has no effect without every"),
    ({"duration": "1 s", "change": [{"set": {"ko": "8 mM"}, "where": "soma"}]}, r"where has no effect"),
    ({"duration": "1 s", "change": [{"parameter": {"kcc2.u": "1"}}]}, r"unknown mechanism 'kcc2'"),
    (
        {"duration": "1 s", "change": [{"block": 1.0}, {"at": "0.5 s", "block": 0.5}, {"block": 0.2}]},
        None,
    ),
    (
        {"duration": "1 s", "change": [{"block": 1.0, "duration": "0.6 s"}, {"at": "0.5 s", "block": 0.5}]},
        r"change 2: block begins at 500 ms, while change 1: block still lasts",
    ),
    ({"duration": "1 s", "current": [{"where": "soma", "amplitude": "1 mV"}]}, r"mV is not a unit of"),
    (
        {"duration": "1 s", "current": [{"where": "soma", "amplitude": "1 nA", "ions": {"k": 0.5}}]},
        r"the shares add up to 0.5",
    ),
    (
        {"duration": "1 s", "current": [{"where": "soma", "amplitude": "1 nA", "ions": {"ca": 1.0}}]},
        r"ions: ca: expected one of na, k, cl",
    ),
    ({"duration": "1 s", "current": [{"where": "axn", "amplitude": "1 nA"}]}, r"unknown .*'axn'.*axon"),
    ({"duration": "1 s", "current": [{"where": "soma", "amplitude": "no.csv"}]}, r"no\.csv"),
    ({"duration": "1 s", "start": {"run": "nowhere"}}, r"nowhere.*is not the end of a run"),
]


@pytest.mark.parametrize(("tables", "sentence"), [pair for pair in WRONG if pair[1]])
def test_what_cannot_be_is_one_sentence(small, tables, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        run(tables, small)
    assert "\n" not in str(caught.value)


def test_shipped_protocols_are_read():
    for name in shipped_protocols():
        tables = read_protocol(name).tables
        assert tables.description and tables.source
