"""What a protocol cannot be is one sentence before the run, with the file and the table; nothing of it stays
in the cell."""

import numpy as np
import pytest
from neuron import h

from models import InputError, make_cell, run


@pytest.fixture(scope="module")
def small():
    return make_cell("stylised", max_compartment_length=200.0)


@pytest.fixture(scope="module")
def lit():
    return make_cell("neuron_chr2", morphology="stylised", max_compartment_length=200.0)


CLAMP = {"where": "soma", "voltage": "-60 mV", "series_resistance": "1 Mohm"}
STEP = {"at": "0.1 s", "duration": "0.1 s", "voltage": "0 mV"}
WRONG = [
    # a sine that makes impossible what is only possible where it begins and where it is asked to go
    ({"change": [{"set": {"ko": "8 mM"}, "sine": "0.1 s"}]}, r"change 1: ko: its sine swings .*got -2"),
    ({"change": [{"scale": {"kleak": 3}, "sine": "0.1 s"}]}, r"kleak, factor: its sine swings .*got -1"),
    ({"change": [{"block": 0.5, "sine": "0.1 s"}]}, r"change 1: block: its sine swings .*got -0.5"),
    # more than any run gets through
    ({"change": [{"block": 0.5, "every": "1e-9 ms", "duration": "1e-10 ms"}]}, r"happens 1e\+12 times"),
    ({"change": [{"set": {"ko": "4 mM"}, "sine": "1e-9 ms"}]}, r"1e\+12 periods of its sine"),
    # the same pumps by two tables at once: the second would return to what was before both
    (
        {
            "change": [
                {"at": "0.1 s", "block": 1.0},
                {"at": "0.2 s", "duration": "0.1 s", "where": "soma", "block": 0.5},
            ]
        },
        r"change 2: block begins at 200 ms, where in the same compartments change 1: block still lasts",
    ),
    # without effect
    ({"start": {"run": "r", "values": {"nai": "12 mM"}}}, r"start.values has no effect beside start.run"),
    ({"start": {"run": "r", "state": "file"}}, r"start.state has no effect beside start.run"),
    ({"clamp": [CLAMP | {"duration": "0.1 s", "step": [STEP]}]}, r"clamp: step 1: .*from 0 to 100 ms"),
    ({"clamp": [CLAMP | {"at": "0.5 s", "step": [STEP]}]}, r"clamp: step 1: .*from 500 to 1000 ms"),
    # found where it happens, but before the run
    (
        {"change": [{"at": "0.1 s", "over": "0.1 s", "set": {"clo": "200 mM"}}]},
        r"protocol: after 100 ms: .*the bath is not electroneutral",
    ),
    ({"change": [{"at": "-1 s", "block": 1.0}]}, r"protocol: change 1.at: must be at least 0"),
]


@pytest.mark.parametrize(("tables", "sentence"), WRONG)
def test_what_cannot_be_is_one_sentence_before_the_run(tables, sentence):
    cell = make_cell("stylised", max_compartment_length=200.0, volume="osmotic")
    before = {name: values.copy() for name, values in cell.start.items()}
    seen = []
    with pytest.raises(InputError, match=sentence) as caught:
        run({"duration": "1 s"} | tables, cell, see=seen.append)
    assert "\n" not in str(caught.value) and seen == []
    assert not any(segment.point_processes() for segment in cell.segments)
    assert all(np.array_equal(values, cell.start[name]) for name, values in before.items())


def test_light_is_read_from_a_file_and_does_not_swing_below_darkness(lit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "light.csv").write_text("time (ms),irradiance (mW/mm2)\n0,0\n100,1\n200,0\n")
    found = run({"duration": "300 ms", "change": [{"parameter": {"chr2.irradiance": "light.csv"}}]}, lit)
    assert found.summary["v_highest_mV"] > -50
    (told,) = found.told
    assert np.interp([50, 150, 250], told.t, told.value) == pytest.approx([0.5, 0.5, 0.0], abs=1e-9)
    swing = {"parameter": {"chr2.irradiance": "1 mW/mm2"}, "sine": "0.2 s"}
    with pytest.raises(InputError, match=r"irradiance: its sine swings to an impossible value"):
        run({"duration": "1 s", "change": [swing]}, lit)
    run({"duration": "0.2 s", "change": [swing | {"duration": "0.1 s"}]}, lit)  # half a sine stays above it


def test_a_channel_is_not_scaled_while_its_strength_is_turned(lit):
    scaled = {"at": "0.2 s", "duration": "0.5 s", "scale": {"pl_chr2": 2}}
    turned = {"duration": "0.1 s", "parameter": {"chr2.gmax": "0.1 mS/cm2"}}
    with pytest.raises(
        InputError, match=r"change 2: chr2.gmax begins at 300 ms, where .*pl_chr2, factor still"
    ):
        run({"duration": "1 s", "change": [scaled, turned | {"at": "0.3 s"}]}, lit)
    run({"duration": "0.8 s", "change": [scaled, turned | {"at": "0.7 s"}]}, lit)


def test_a_second_glycoside_is_told_before_the_run_and_the_temperature_is_put_back():
    cell, seen = make_cell("ventricle"), []
    drugs = [{"set": {"ouabain": "1 uM"}}, {"at": "0.5 s", "set": {"digoxin": "1 uM"}}]
    with pytest.raises(InputError, match="after 500 ms: ventricle: ouabain and digoxin at once"):
        run({"duration": "1 s", "change": drugs}, cell, see=seen.append)
    assert seen == []
    run({"duration": "10 ms", "change": [{"set": {"celsius": "25 degC"}}]}, cell)
    assert h.celsius == cell.celsius == 37
    with pytest.raises(InputError, match="checkpoint: expected a folder, got 3"):
        run({"duration": "1 s"}, cell, checkpoint=3)
    with pytest.raises(InputError, match=r"options.cell: is said by the protocol's own key cell"):
        run({"duration": "1 s", "options": {"cell": "muscle"}})


def test_a_file_with_a_gap_is_told_with_its_line(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ko.csv").write_text("time (s),ko (mM)\n0,3\n0.1,nan\n")
    with pytest.raises(InputError, match=r"ko\.csv: line 3: expected two numbers, got 0\.1,nan"):
        run({"duration": "1 s", "change": [{"set": {"ko": "ko.csv"}}]}, small)
    with pytest.raises(InputError, match="sine has no effect beside a file"):
        (tmp_path / "ko.csv").write_text("time (s),ko (mM)\n0,3\n0.1,4\n")
        run({"duration": "1 s", "change": [{"set": {"ko": "ko.csv"}, "sine": "1 s"}]}, small)


def test_a_ramp_ends_where_it_is_asked_to(small):
    """However far it goes: what is left of 3 mM is below the round-off of 3 mM."""
    found = run({"duration": "1 s", "change": [{"set": {"ko": "1e-30 mM"}, "over": "0.1 s"}]}, small)
    assert found.course.ko[-1].max() == 1e-30


def test_places_may_follow_each_other_or_be_apart(small):
    """All the pumps and then those of the soma, and two places at once."""
    tables = [
        {"at": "0.1 s", "duration": "0.1 s", "block": 1.0},
        {"at": "0.3 s", "duration": "0.2 s", "where": "soma", "block": 0.5},
        {"at": "0.4 s", "duration": "0.3 s", "where": "axon", "block": 0.5},
    ]
    found = run({"duration": "1 s", "change": tables}, small)
    assert len(found.summary["events"]) == 3 and not np.any(small.conditions.block)


def test_the_pumps_of_all_are_those_of_the_glia_too(write_toml):
    path = write_toml(
        'base = "neuron_kcc2"\nmorphology.shape = "stylised"\n'
        '[glia]\ncell = "astrocyte"\nvolume = "0.5"\narea = "0.5"\n'
    )
    cell = make_cell(path, outside="closed", max_compartment_length=1000.0)
    blocks = [{"duration": "0.5 s", "block": 1.0}, {"at": "0.2 s", "block": 0.5, "where": "glia"}]
    with pytest.raises(InputError, match="change 2: block begins at 200 ms, where in the same compartments"):
        run({"duration": "1 s", "change": blocks}, cell)
