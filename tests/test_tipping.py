"""What tips a cell: edges and times against folds and against courses, what is said and drawn."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from models import InputError, follow, make_cell, rest, tipping
from models.cell.dial import turning
from models.cli import app
from models.solve.along import Range
from models.solve.drive import driven
from models.solve.equations import System
from models.solve.homecoming import Homecoming, boundary
from models.solve.path import begin, settle
from models.solve.time_course import Event, evolve
from models.solve.turns import growing

KIR = {"channel.pl_kir.gbar": "0.1 mS/cm2"}


@pytest.fixture(scope="module")
def cell():
    """An inward rectifier in one compartment: along K+ outside its rest goes on, and beside it there is
    another from 1.77 mM down, to which a change in less than three days takes it."""
    return make_cell("hek293", set=KIR)


@pytest.fixture(scope="module")
def fold(cell):
    """Where the other branch ends."""
    (fold,) = follow(cell, "ko=0.5:20", points=20).summary["folds"]
    return fold


@pytest.fixture(scope="module")
def result(cell):
    return tipping(cell, "ko=5:0.6", ["1 min", "300 h"])


def test_a_sudden_change_tips_where_the_other_branch_begins(result, fold):
    """Depolarised by the change at once, the cell goes to the other rest as soon as there is one."""
    # found to 1e-4 of the branch's length, here 4.2 e-folds
    assert result.summary["basin_edge"] == pytest.approx(fold["value"], rel=1e-3)
    assert result.summary["fold"] is None and "goes on to ko" in result.summary["why"]["fold"]


def test_the_critical_time_parts_courses_that_tip_from_such_that_do_not(cell, result):
    critical = result.summary["critical_duration_s"]
    assert 60 < critical < 300 * 3600
    times = [f"{factor * critical} s" for factor in (0.98, 1.02)]
    just, not_quite = tipping(cell, "ko=5:0.6", times).ramps
    assert (just.tipped, not_quite.tipped) == (True, False)
    quick, slow = result.ramps
    assert (quick.tipped, quick.outcome) == (True, "tips")
    assert (slow.tipped, slow.outcome) == (False, "keeps its rest")
    assert quick.v_end == pytest.approx(just.v_end, abs=1e-6)
    assert slow.v_end == pytest.approx(not_quite.v_end, abs=1e-6)


@pytest.mark.parametrize(("ramp", "hours"), [(0, 1 / 60), (1, 300)], ids=["fast", "slow"])
def test_where_a_change_leads_is_where_a_course_leads(cell, result, ramp, hours):
    """Both ramps, of which the fast one tips, as 40 stairs by the time course of events."""
    before = rest(cell)
    values = 5 * (0.6 / 5) ** ((np.arange(40) + 0.5) / 40)
    events = [Event(i / 40 * hours, set={"ko": ko}) for i, ko in enumerate(values)]
    own = cell.starts
    try:
        cell.starts = before.states()
        course = evolve(cell, 3e5, [*events, Event(hours, set={"ko": 0.6})])
    finally:
        cell.starts = own
    assert course.v[-1, 0] == pytest.approx(result.ramps[ramp].v_end, abs=1e-3)


def test_a_ramp_is_lost_at_the_fold_the_slower_the_nearer(cell, fold):
    """K+ outside raised along the other branch, within 11 and within 114 years: V falls beyond the fold by
    what goes with the 2/3rd power of the rate, as beside any fold."""
    beyond = []
    own = cell.starts
    try:
        cell.starts = rest(cell, set={"ko": 1.5}, start={"v": -20}).states()
        for ms in (3.6e11, 3.6e12):
            with cell.changed({"ko": 1.5}), turning(cell, "ko") as (dial,):
                system, seen = System(cell), []

                def value(t, ms=ms):
                    return 1.5 * (2.0 / 1.5) ** min(t / ms, 1.0)

                def see(t, x, system=system, seen=seen):
                    seen.append((t, system.expand(x)[system.at["v"]][0]))

                driven(system, system.pack(system.start), ms, dial, value, rtol=1e-6, see=see)
            t, v = np.array(seen).T
            beyond.append(value(t[np.argmin(np.diff(v) / np.diff(t))]) / fold["value"] - 1)
    finally:
        cell.starts = own
    assert 0 < beyond[1] < 1e-3
    assert beyond[0] / beyond[1] == pytest.approx(10 ** (2 / 3), rel=0.05)


def test_beyond_a_fold_every_change_tips(cell, fold):
    """The other rest, from which a change upwards leads over its branch's end."""
    result = tipping(cell, "ko=1.5:2.5", ["10 h"], set={"ko": 1.5}, start={"v": -20})
    s = result.summary
    assert s["fold"] == pytest.approx(fold["value"], rel=1e-6)
    assert s["fold_v_mV"] == pytest.approx(fold["v_mV"], abs=1e-3)
    assert s["critical_duration_s"] is None and "the fold lies before" in s["why"]["critical_duration_s"]
    assert result.ramps[0].tipped and result.v[0] > result.ramps[0].v_end


def test_the_longest_pause_of_the_pump(cell):
    """At 1.5 mM there are two rests: what a pause changes takes the cell to the other."""
    result = tipping(cell, "ko=1.5:3", ["10 h"], set={"ko": 1.5})
    s = result.summary
    comes_back, tips = result.pauses
    assert (comes_back.tipped, tips.tipped) == (False, True)
    assert comes_back.v_end == pytest.approx(s["v_rest_mV"], abs=1e-6)
    assert abs(tips.v_end - comes_back.v_end) > 5
    ends = []
    for factor in (0.98, 1.02):
        hours = factor * s["longest_off_s"] / 3600
        own = cell.starts
        try:
            with cell.changed({"ko": 1.5}):
                cell.starts = rest(cell).states()
                course = evolve(cell, 3e5, [Event(0.0, block=1.0), Event(hours, block=0.0)])
        finally:
            cell.starts = own
        ends.append(course.v[-1, 0])
    assert ends == [pytest.approx(comes_back.v_end, abs=1e-2), pytest.approx(tips.v_end, abs=1e-2)]
    assert 1 < s["rescue_factor"] < 100
    data = result.to_xarray()
    assert data.tipped.values.tolist() == [True, False, True]
    assert "rescue_factor" in result._repr_html_()
    assert data.v.shape[0] == 3 and data.ko.size == data.v_rest.size


def test_a_drug_from_nothing_on(cell):
    """Ouabain binds as it comes, and the branch goes on from none to all of the pump bound."""
    result = tipping(cell, "ouabain=0:0.01", ["1 h"])
    assert not result.ramps[0].tipped and "goes on to ouabain = 0.02" in result.summary["why"]["fold"]
    at_end = rest(cell, set={"ouabain": 0.01}).summary["v_rest_mV"]
    assert result.ramps[0].v_end == pytest.approx(at_end, abs=1e-6)
    assert repr(tipping(cell, "pump=1:0.9", ["1 h"])).startswith("<hek293, pump from 1 to 0.9: keeps")


def test_the_branch_ends_where_it_begins_to_oscillate():
    """The neuron in a closed space with a weak pump: a Hopf point before the fold."""
    cell = make_cell("excitable", outside="closed")
    with turning(cell, "pump") as (dial,):
        home = Homecoming(cell, dial, Range(1.0, 0.2, False))
        assert home.fold is None and home.hopf is not None
        assert home.rest(home.last + 1e-3) is None and len(home.branch) > 10
        decays, grows = (
            growing(begin(home.along, settle(home.along, home.hopf[1], u), u, 1.0))
            for u in (home.last - 1e-5, home.last + 1e-5)
        )
    assert (decays, grows) == (0, 2)
    assert home.along.range.value(home.last) == pytest.approx(0.288, abs=5e-4)  # the fold lies at 0.285


def test_boundary():
    asked = []

    def below(value):
        asked.append(value)
        return value < 3.3

    assert boundary([1.0, 2.0, 4.0, 8.0], below, 1e-3) == pytest.approx(3.3, rel=1e-3)
    assert max(asked) == 4.0  # beyond the first failure nothing is asked
    assert boundary([0.0, 1.0, 2.0], lambda value: value < 1.25, 1e-3) == pytest.approx(1.25, abs=1e-3)
    assert boundary([1.0, 2.0], lambda value: True, 1e-3) is None


def test_files_table_and_figure(cell, result, tmp_path):
    # the same as a command, on a cell that has one rest
    more = ["--within", "10min,2", "--out", str(tmp_path)]
    run = CliRunner().invoke(
        app,
        ["tipping", "--cell", "stylised", "--max-compartment", "200", "--along", "ko=3:6", *more],
        env={"COLUMNS": "80"},
    )
    assert run.exit_code == 0, run.output
    assert "within 2 h" in run.output and "keeps its rest" in run.output
    s = json.loads((tmp_path / "summary.json").read_text())
    assert (s["from"], s["to"], s["fold"], s["critical_duration_s"]) == (3, 6, None, None)
    assert (tmp_path / "branch.csv").exists() and (tmp_path / "trials.csv").exists()
    figure = result.plot()
    branch, over_time = figure.axes
    assert branch.get_xlabel() == "ko (mM)" and branch.get_xscale() == "log"
    edge = [line for line in branch.lines if line.get_linestyle() == ":"]
    assert edge[0].get_xdata()[0] == result.basin_edge
    labels = [text.get_text() for text in over_time.get_legend().get_texts()]
    assert labels == ["60 s: tips", "12.5 days: keeps its rest"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"within": []}, "within=.*expected times"),
        ({"within": "1 h"}, "expected times"),
        ({"within": [0]}, "within"),
        ({"along": "ko=4:4"}, "both limits are the same"),
        ({"along": "k=4:2"}, "k"),
        ({"along": "ko"}, "expected a parameter and its limits"),
    ],
)
def test_what_cannot_be_used_is_refused(cell, given, says):
    with pytest.raises(InputError, match=says):
        tipping(cell, **given)
