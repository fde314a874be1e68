"""The command follow: branches against the rests that a cell goes to, what is printed, written and drawn."""

import json

import numpy as np
import pandas
import pytest
import xarray
from figure_reading import axes_by_label, texts_of
from printing import plain
from typer.testing import CliRunner

from models import InputError, follow, make_cell, rest
from models.cli import app
from models.show import follow as shown
from models.show.command import figure_of
from models.show.output import Output

KIR = {"channel.pl_kir.gbar": "0.1 mS/cm2"}


@pytest.fixture(scope="module")
def cell():
    """One compartment with an inward rectifier: at low K+ outside it has a second rest, on a branch of its
    own that its usual rest does not lead to."""
    return make_cell("hek293", set=KIR)


@pytest.fixture(scope="module")
def result(cell):
    return follow(cell, "ko=0.5:20", points=40)


def states_at(result, value):
    return [(round(one["v_mV"], 1), one["stable"]) for one in result.at(value)]


def test_the_rests_that_a_cell_goes_to_are_on_its_branches(cell, result):
    for ko in (0.7, 2.5, 5, 12):
        v = rest(cell, set={"ko": ko}).summary["v_rest_mV"]
        near = min((one for one in result.at(ko) if one["stable"]), key=lambda one: abs(one["v_mV"] - v))
        assert near["v_mV"] == pytest.approx(v, abs=0.15)  # between points 0.09 of an e-fold apart


def test_a_rest_on_a_branch_of_its_own_is_found_and_its_fold_is_where_the_cell_leaves_it(cell, result):
    """Just before the fold a cell that starts there stays; just beyond it goes to the other rest."""
    (fold,) = result.summary["folds"]
    (branch,) = [one for one in result.branches if "fold" in one.turn]
    at = branch.turn.index("fold")
    toward = -1 if branch.growing[at - 1] == 0 else 1
    state = {name: values[at + toward] for name, values in branch.state.items()}
    own = cell.start
    try:
        cell.start = state
        before, beyond = (
            rest(cell, set={"ko": fold["value"] * factor}).summary["v_rest_mV"] for factor in (0.999, 1.001)
        )
    finally:
        cell.start = own
    assert before == pytest.approx(fold["v_mV"], abs=2)
    (other,) = [one["v_mV"] for one in result.at(fold["value"] * 1.001)]
    assert beyond == pytest.approx(other, abs=0.2) and abs(beyond - before) > 4


def test_each_branch_is_found_once(result):
    assert len(result.branches) == 2
    assert states_at(result, 10.0) == [(states_at(result, 10.0)[0][0], True)]
    assert [stable for _, stable in states_at(result, 1.0)] == [True, False, True]


def test_branches_meet_the_limits(result):
    for branch in result.branches:
        assert {branch.value[0], branch.value[-1]} <= {0.5, 20.0}


def test_the_cell_is_as_before(cell, result):
    assert cell.conditions.outside["k"] == pytest.approx(5.0)
    assert cell.changes == {"set": {}, "scale": {}}
    assert rest(cell).summary["v_rest_mV"] == pytest.approx(result.at(5.0)[0]["v_mV"], abs=0.1)


def test_a_closed_space_remembers():
    """The neuron with spikes in a closed space: with the pump stopped it depolarises, and starting the pump
    again does not bring it back. Its usual rest ends at a Hopf point, just before the branch turns."""
    closed = make_cell("excitable", outside="closed", max_compartment_length=1000.0)
    found = follow(closed, "pump=0.27:1", points=10)
    low, middle, high = found.at(0.999)
    assert low["v_mV"] == pytest.approx(-70, abs=0.1) and low["stable"]
    assert not middle["stable"]
    assert high["stable"] and -45 < high["v_mV"] < -25
    (fold,), (hopf,) = found.summary["folds"], found.summary["hopfs"]
    assert fold["value"] < hopf["value"] < 0.5 and 1 < hopf["slowest_or_period_s"] < 1000


def test_along_a_strength_both_ways_and_from_a_start(cell):
    up, down = (follow(cell, way, points=20) for way in ("naleak=0.5:2", {"naleak": (2, "0.5")}))
    assert up.branches[0].value[0] == 0.5 and down.branches[0].value[0] == 2
    v = [[one["v_mV"] for one in found.at(1.3)] for found in (up, down)]
    assert v[0] == pytest.approx(v[1], abs=0.1)
    again = follow(cell, "naleak=0.5:2", points=20, start={"v": -60})
    assert len(again.branches) == len(up.branches)


def test_a_fold_in_two_numbers_is_the_fold_at_each_of_them(cell, tmp_path):
    found = follow(cell, "ko=1.5:4", second="naleak=1:1.5", points=10)
    there = follow(cell, "ko=1.5:4", points=10, scale={"naleak": 1.5})
    assert len(there.summary["folds"]) == 2  # of which one is not there where the search begins
    for fold in there.summary["folds"]:
        (curve,) = [one for one in found.curves if abs(one.value[-1] / fold["value"] - 1) < 1e-3]
        assert curve.kind == "fold" and curve.second[-1] == 1.5
        assert curve.value[-1] == pytest.approx(fold["value"], rel=1e-7)
        assert curve.v[-1] == pytest.approx(fold["v_mV"], abs=1e-4)
    shown.files(to := Output(tmp_path, found.provenance), found)
    assert to.written == ["branches.csv", "branches.nc", "curves.csv", "follow.png"]
    table = pandas.read_csv(tmp_path / "curves.csv", comment="#")
    assert table["naleak"].to_numpy() == pytest.approx(np.concatenate([one.second for one in found.curves]))
    assert len(figure_of(found).axes) == 3 and "naleak = 1.5" in plain(shown.table, found)
    with pytest.raises(InputError, match="given twice"):
        follow(cell, "ko=1:5", second="ko=1:5")


@pytest.mark.parametrize(
    ("along", "words"),
    [
        ("ko", r'expected a parameter and its limits, "ko=0.5:20"'),
        ("ko=5", "expected a parameter and its limits"),
        ("ko=5:5", "both limits are the same"),
        ("ko=0:5", "ko"),
        ("pump=0:2:log", "a logarithmic axis has no 0"),
        ("ko=1:5:cubic", "expected log or linear"),
        ("kO=1:5", "did you mean 'ko'"),
        ("exchange_rate=1:5", "no effect"),
        ("inside.nai=1:5", "balanced anew"),
        (3, "expected a parameter and its limits"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_a_sentence(cell, along, words):
    with pytest.raises(InputError, match=words) as error:
        follow(cell, along)
    assert "\n" not in str(error.value)


def test_starts_from_which_a_cell_fires_are_given_up():
    """At the lower limit of the pump the spiking neuron in a closed space fires before it depolarises."""
    closed = make_cell("excitable", outside="closed", max_compartment_length=1000.0)
    found = follow(closed, "pump=0.5:1", points=10, start={"v": -60}, max_spikes=1)
    assert len(found.branches) == 1 and found.at(0.999)[0]["stable"]
    with pytest.raises(InputError, match="max_spikes"):
        follow(closed, "pump=0.5:1", max_spikes=0)


def test_what_is_printed(result):
    text = plain(shown.table, result)
    assert "hek293 along ko" in text and "in part" in text
    fold = result.summary["folds"][0]
    row = next(line for line in text.splitlines() if line.startswith("fold")).replace("−", "-").split()
    assert float(row[1]) == pytest.approx(fold["value"], rel=1e-5)
    assert float(row[2]) == pytest.approx(fold["v_mV"], abs=0.006)


def test_what_is_written(result, tmp_path):
    to = Output(tmp_path, result.provenance)
    shown.files(to, result)
    assert to.written == ["branches.csv", "branches.nc", "follow.png"]
    table = pandas.read_csv(tmp_path / "branches.csv", comment="#")
    listed = [point for branch in result.summary["branches"] for point in branch]
    assert table["ko_mM"].to_numpy() == pytest.approx([one["value"] for one in listed])
    assert table["v_mV"].to_numpy() == pytest.approx([one["v_mV"] for one in listed])
    assert list(table["stable"]) == [one["stable"] for one in listed]
    data = xarray.open_dataset(tmp_path / "branches.nc", engine="h5netcdf")
    assert data["v"].dims == ("point", "segment") and data["value"].units == "mM"
    assert data["inside"].sel(ion="na").shape == (len(listed), 1)
    json.dumps(result.summary)


def test_what_is_drawn(result):
    axes = axes_by_label(figure_of(result))
    v = axes["V (mV)"]
    assert v.get_xscale() == "log" and v.get_xlim() == (0.5, 20)
    styles = {line.get_linestyle() for line in v.lines if len(line.get_xdata()) > 1}
    assert len(styles) == 2  # whole and broken
    fold = result.summary["folds"][0]
    assert any(f"{fold['value']:.4g}" in words for words in texts_of(v))
    drawn = np.concatenate([line.get_xdata() for line in v.lines if len(line.get_xdata()) > 1])
    assert drawn.min() == 0.5 and drawn.max() == 20


def test_the_command(tmp_path):
    out = tmp_path / "found"
    words = f"follow --cell hek293 --along pump=0.5:1.5 --points 12 --out {out}".split()
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = json.loads((out / "summary.json").read_text())
    assert found["along"] == "pump" and found["folds"] == [] and found["hopfs"] == []
    assert {"value", "v_mV", "stable"} == {*found["branches"][0][0]}


def test_a_drug_down_to_none():
    """The branch ends at a dose of 0, beyond which there is none to try."""
    result = follow("hek293", "ouabain=0:1", points=20)
    (branch,) = result.branches
    assert (branch.value[0], branch.value[-1]) == (0.0, 1.0)
