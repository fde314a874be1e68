"""The command follow: branches against the rests that a cell goes to, what is printed, written and drawn."""

import json

import numpy as np
import pandas
import pytest
import xarray
from figure_reading import axes_by_label, texts_of
from printing import plain
from typer.testing import CliRunner

from models import InputError, evolve, follow, make_cell, rest
from models.cell.dial import turning
from models.cli import app
from models.show import follow as shown
from models.show.command import figure_of
from models.show.output import Output
from models.solve.along import Along, Range
from models.solve.equations import System
from models.solve.integration import integrate
from models.solve.linear import near
from models.solve.path import begin, settle
from models.solve.turns import OFF

KIR = {"channel.pl_kir.gbar": "0.1 mS/cm2"}


@pytest.fixture(scope="module")
def cell():
    """One compartment with an inward rectifier: at low K+ outside it has a second rest, on a branch of its
    own that its usual rest does not lead to."""
    return make_cell("hek293", set=KIR)


@pytest.fixture(scope="module")
def result(cell):
    return follow(cell, "ko=0.5:20", points=40, states="nai, cli")


@pytest.fixture(scope="module")
def closed():
    """The neuron with spikes in a closed space."""
    return make_cell("excitable", outside="closed", max_compartment_length=1000.0)


@pytest.fixture(scope="module")
def remembered(closed):
    return follow(closed, "pump=0.27:1", points=10, states=("ko", "h_pl_nav"))


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


def test_a_closed_space_remembers(remembered):
    """With the pump stopped the neuron depolarises, and starting the pump again does not bring it back. Its
    usual rest ends at a Hopf point, just before the branch turns."""
    found = remembered
    low, middle, high = found.at(0.999)
    assert low["v_mV"] == pytest.approx(-70, abs=0.1) and low["stable"]
    assert not middle["stable"]
    assert high["stable"] and -45 < high["v_mV"] < -25
    (fold,), (hopf,) = found.summary["folds"], found.summary["hopfs"]
    assert fold["value"] < hopf["value"] < 0.5 and 1 < hopf["slowest_or_period_s"] < 1000
    assert fold["slowest_or_period_s"] is None  # what stands still has no time constant
    (branch,) = [one for one in found.branches if "fold" in one.turn]
    assert np.isinf(branch.slowest[branch.turn.index("fold")])


def test_an_oscillation_dies_before_a_hopf_point_and_grows_after_it(closed, remembered):
    """Courses beside the rest 5e-4 of the pump to both sides: growth and period go as the pair of eigenvalues
    there, and the period is the one that is told; a pair's own changes by 2 % over so much."""
    (hopf,) = remembered.summary["hopfs"]
    told = hopf["slowest_or_period_s"]
    (branch,) = [one for one in remembered.branches if "hopf" in one.turn]
    state = {name: values[branch.turn.index("hopf")] for name, values in branch.state.items()}
    with turning(closed, "pump") as (dial,):
        over = Range(0.27, 1.0, False)
        system = System(closed)
        along = Along(system, dial, over, system.pack(system.start), over.place(hopf["value"]))
        first = along.start(along.first, state)
        for shift, size in ((5e-4, 1e-3), (-5e-4, 1e-5)):  # mV
            u = over.place(hopf["value"] + shift)
            x = settle(along, first, u)
            linear = begin(along, x, u, 1.0).beside.linear
            (pair,), shape = near(linear, 2j * np.pi / (1e3 * told) * OFF, 1)
            kick = linear.scale * shape[:, 0].real
            kick *= size / np.abs(kick[system.unknowns.is_v]).max()
            along.turn(u)
            system.start = system.expand(x + kick)
            t = np.linspace(0, 4.5e3 * told, 900)
            states, _ = integrate(system, 0.0, t, rtol=1e-8)
            v = (states[:, system.at["v"]] - system.expand(x)[system.at["v"]]).mean(axis=1)
            peaks = [i for i in range(1, len(v) - 1) if v[i - 1] < v[i] >= v[i + 1]]
            lasted = 1e-3 * (t[peaks[-1]] - t[peaks[0]])
            period, growth = lasted / (len(peaks) - 1), np.log(v[peaks[-1]] / v[peaks[0]]) / lasted
            assert (growth > 0) == (shift < 0) and len(peaks) >= 4
            assert period == pytest.approx(told, rel=0.05)
            assert growth == pytest.approx(1e3 * pair.real, rel=0.01)


def test_a_gate_along_a_branch_is_the_one_of_the_rest(closed, remembered):
    """At full pump, with the other states that are told."""
    course = evolve(closed, 1e-6, points=2)  # from the rest that it was balanced for
    h = course.gates["h_pl_nav"][0]
    area = remembered.layout.area[remembered.gates["h_pl_nav"].at]
    (branch,) = [
        one for one in remembered.summary["branches"] if one[0]["v_mV"] < -69.9 or one[-1]["v_mV"] < -69.9
    ]
    at = min(branch, key=lambda one: abs(one["v_mV"] + 70) + 10 * abs(one["value"] - 1))
    assert at["h_pl_nav_share"] == pytest.approx(h @ area / area.sum(), abs=1e-9)
    assert at["ko_mM"] == pytest.approx(3.0, rel=1e-6)  # of the bath that filled the space
    gates = remembered.to_xarray().gates.sel(gate="h_pl_nav")
    there = np.isfinite(gates.values).all(axis=0)
    assert sorted(np.flatnonzero(there)) == sorted(remembered.gates["h_pl_nav"].at)
    assert len(there) > there.sum() > 0


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


def test_starts_from_which_a_cell_fires_are_given_up(closed):
    """At the lower limit of the pump the spiking neuron in a closed space fires before it depolarises."""
    found = follow(closed, "pump=0.5:1", points=10, start={"v": -60}, max_spikes=1)
    assert len(found.branches) == 1 and found.at(0.999)[0]["stable"]
    with pytest.raises(InputError, match="max_spikes"):
        follow(closed, "pump=0.5:1", max_spikes=0)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ("nay", "unknown state 'nay'; did you mean 'nai'"),
        (
            ["nai", "relative_volume"],
            "unknown state 'relative_volume'; known: bound_pl_nakalpha1, cli, ki, nai",
        ),
        ("v", "unknown state 'v'"),
        ([3], "unknown state '3'"),
    ],
)
def test_a_state_that_there_is_not_is_refused_with_those_that_there_are(cell, states, words):
    with pytest.raises(InputError, match=words) as error:
        follow(cell, "ko=1:5", states=states)
    assert "\n" not in str(error.value)


def test_what_is_printed(result):
    text = plain(shown.table, result)
    assert "hek293 along ko" in text and "in part" in text
    fold = result.summary["folds"][0]
    row = next(line for line in text.splitlines() if line.startswith("fold")).replace("−", "-").split()
    assert float(row[1]) == pytest.approx(fold["value"], rel=1e-5)
    assert float(row[2]) == pytest.approx(fold["v_mV"], abs=0.006)
    assert [float(word) for word in row[3:]] == pytest.approx([fold["nai_mM"], fold["cli_mM"]], rel=1e-3)
    first = next(line for line in text.splitlines() if line.strip().startswith("0 ")).split()
    assert float(first[3]) == pytest.approx(result.summary["branches"][0][0]["nai_mM"], rel=1e-3)


def test_what_is_written(result, tmp_path):
    to = Output(tmp_path, result.provenance)
    shown.files(to, result)
    assert to.written == ["branches.csv", "branches.nc", "follow.png"]
    table = pandas.read_csv(tmp_path / "branches.csv", comment="#")
    listed = [point for branch in result.summary["branches"] for point in branch]
    assert table["ko_mM"].to_numpy() == pytest.approx([one["value"] for one in listed])
    assert table["v_mV"].to_numpy() == pytest.approx([one["v_mV"] for one in listed])
    assert list(table["stable"]) == [one["stable"] for one in listed]
    assert table["cli_mM"].to_numpy() == pytest.approx([one["cli_mM"] for one in listed])
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
    for name in ("nai", "cli"):  # below, drawn in the same way
        axis = axes[f"{name} (mM)"]
        assert {line.get_linestyle() for line in axis.lines if len(line.get_xdata()) > 1} == styles
        (mark,) = [line for line in axis.lines if line.get_marker() == "o"]
        assert (*mark.get_xdata(), *mark.get_ydata()) == (fold["value"], fold[f"{name}_mM"])
        assert axis.get_xlim() == v.get_xlim() and axis.get_position().y1 < v.get_position().y0
    assert axes["nai (mM)"].get_position().x0 == pytest.approx(v.get_position().x0, abs=0.02)


def test_the_command(tmp_path):
    out = tmp_path / "found"
    words = f"follow --cell hek293 --along pump=0.5:1.5 --points 12 --state ki --out {out}".split()
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = json.loads((out / "summary.json").read_text())
    assert found["along"] == "pump" and found["folds"] == [] and found["hopfs"] == []
    assert {"value", "v_mV", "stable", "ki_mM"} == {*found["branches"][0][0]}


def test_a_drug_down_to_none():
    """The branch ends at a dose of 0, beyond which there is none to try."""
    result = follow("hek293", "ouabain=0:1", points=20)
    (branch,) = result.branches
    assert (branch.value[0], branch.value[-1]) == (0.0, 1.0)
