"""Which members a study has, and what is refused before any is computed."""

import numpy as np
import pytest

from models.errors import InputError
from models.studies import vary
from models.studies.computed import numbers_of
from models.studies.design import Grid, cohort, of_rows, sampled
from models.studies.read import read_definition
from models.studies.tables import Correlated, Sample


def test_a_grid_has_every_value_with_every_other():
    grid = Grid(vary.grid({"ko": "1:5:3", "pump": "0.1:10:3log", "celsius": [25, "37 degC"]}))
    assert grid.names == ["ko", "pump", "celsius"] and grid.count == 18
    assert grid.dimensions["pump"] == pytest.approx((0.1, 1, 10))
    members = [grid.member(i) for i in range(grid.count)]
    assert members[0] == {"ko": 1, "pump": pytest.approx(0.1), "celsius": 25}
    assert members[1]["celsius"] == 37 and members[1]["ko"] == 1
    assert len({tuple(one.values()) for one in members}) == 18


def test_what_another_cell_is_made_for_varies_most_slowly():
    grid = Grid(vary.grid({"ko": "1:5:3", "inside.nai": [8, 12], "cell": ["neuron", "muscle"]}))
    assert grid.names == ["inside.nai", "cell", "ko"]


def test_a_grid_of_a_billion_is_not_made():
    grid = Grid(vary.grid({"ko": "1:5:1000", "nao": "100:150:1000", "pump": "0.1:2:1000"}))
    assert grid.count == 10**9
    assert grid.member(10**9 - 1) == {"ko": 5, "nao": 150, "pump": 2}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ko": "1:5"}, "count of values is missing"),
        ({"ko": "1:5:0"}, "at least one value"),
        ({"ko": "0:5:4log"}, "limits above 0"),
        ({"ko": "a:5:4"}, "expected a concentration"),
        ({"ko": []}, "one value or more"),
        ({"ko": [4, 4.0]}, "given twice"),
        ({"ko": ""}, "one value or more"),
        ({"ko": 4}, "one value or more"),
        ({"pump": ["much"]}, "expected a plain number"),
    ],
)
def test_what_no_values_can_be_read_from(given, sentence):
    with pytest.raises(InputError, match=sentence):
        vary.grid(given)


def test_rows_of_a_file(tmp_path):
    path = tmp_path / "patients.csv"
    path.write_text("# of a clinic\ncell, ko, naleak\nneuron, 4 mM, 1\nmuscle, 3.5, 1.2\n", encoding="utf-8")
    rows = of_rows(path)
    assert rows.count == 2 and rows.member(1) == {"cell": "muscle", "ko": 3.5, "naleak": 1.2}
    for text, sentence in (
        ("ko\n", "a member a row"),
        ("ko,ko\n1,2\n", "different names"),
        ("ko,pump\n1\n", "member 1 has 1 values; expected 2"),
        ("ko,pump\n1,\n", "member 1 has no pump"),
        ("ko\nmuch\n", "expected a concentration"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=sentence):
            of_rows(path)


@pytest.mark.parametrize(("method", "count"), [("latin", 64), ("sobol", 64), ("saltelli", 64 * 4)])
def test_samples_lie_evenly_between_their_limits(method, count):
    varied = vary.limits({"ko": "2:8", "pump": "0.1:10:log"})
    points = sampled(varied, Sample(method=method, members=64), seed=1)
    again = sampled(varied, Sample(method=method, members=64), seed=1)
    assert points.count == count and points.columns(range(count)) == again.columns(range(count))
    columns = points.columns(range(count))
    assert 2 <= min(columns["ko"]) and max(columns["ko"]) <= 8
    # of 64 evenly spread points the mean is that of the limits to 1/64 of their distance at most
    assert np.mean(columns["ko"]) == pytest.approx(5, abs=6 / 64)
    assert np.mean(np.log10(columns["pump"])) == pytest.approx(0, abs=2 / 64)
    with pytest.raises(InputError, match="a sample has no steps"):
        vary.limits({"ko": "2:8:4"})
    with pytest.raises(InputError, match="expected 128"):
        sampled(varied, Sample(method="sobol", members=100), 0)


def test_a_cohort_is_spread_and_correlated_as_stated():
    """20,000 members: standard errors of 0.4 % of a median, 1 % of a CV, 0.6 % of a correlation."""
    pairs = [Correlated(between=["naleak", "pump"], r=0.6)]
    members = cohort(
        {"naleak": 0.5, "pump": 0.2, "ko": 0.1}, {"naleak": 1, "pump": 1, "ko": 4}, pairs, 20_000, 3
    )
    columns = {name: np.array(values) for name, values in members.columns(range(members.count)).items()}
    for name, cv, median in (("naleak", 0.5, 1), ("pump", 0.2, 1), ("ko", 0.1, 4)):
        values = columns[name]
        assert values.std() / values.mean() == pytest.approx(cv, rel=0.05)
        assert np.median(values) == pytest.approx(median, rel=0.02)
    logs = np.log(np.array(list(columns.values())))
    assert np.corrcoef(logs) == pytest.approx(np.array([[1, 0.6, 0], [0.6, 1, 0], [0, 0, 1]]), abs=0.03)


def test_correlations_that_no_numbers_have():
    cv, median = dict.fromkeys("abc", 0.2), dict.fromkeys("abc", 1.0)
    pairs = [Correlated(between=list(two), r=-0.9) for two in ("ab", "bc", "ac")]
    with pytest.raises(InputError, match="no numbers have these"):
        cohort(cv, median, pairs, 10, 0)
    with pytest.raises(InputError, match="d does not vary"):
        cohort(cv, median, [Correlated(between=["a", "d"], r=0.1)], 10, 0)


def test_numbers_of_a_summary():
    summary = {"v_mV": -70.0, "stable": True, "name": "x", "none": None, "wall_s": 1.0, "far": float("inf")}
    summary |= {"folds": [{"value": 0.5, "kind": "fold"}], "scale": {"pump": 2}}
    assert numbers_of(summary) == {"v_mV": -70.0, "stable": 1.0, "folds_0_value": 0.5, "scale_pump": 2.0}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "nothing varies"),
        ({"vary": {"ko": [4]}, "spread": {"all": {"cv": 0.2}}, "members": 3}, "come from one of them"),
        ({"vary": {"ko": [4]}, "compute": "rset"}, "unknown computation 'rset'; did you mean 'rest'"),
        ({"vary": {"ko": [4]}, "members": 3}, "spread is missing"),
        ({"spread": {"all": {"cv": 0.2}}}, "members is missing"),
        ({"vary": {"ko": [4]}, "set": {"ko": 3}}, "ko varies and is set"),
        ({"vary": {"ko": [4]}, "compute": "run"}, "needs a protocol"),
        ({"vary": {"ko": [4]}, "protocol": "denervation"}, "protocol has no effect"),
        ({"vary": {"ko": [4]}, "arguments": {"hours": 2}}, "unknown argument of rest 'hours'"),
        ({"vary": {"ko": [4]}, "cell": "neurone"}, "neurone"),
        ({"vary": {"ko": [4]}, "sampel": {}}, "unknown key 'sampel'"),
        ({"vary": {"ko": [4]}, "sample": {"method": "sobol"}}, "sample.members is missing"),
        ({"spread": {"all": {"cv": -0.2}}, "members": 3}, "must be above 0"),
    ],
)
def test_a_study_that_says_nothing_twice_or_wrongly(given, sentence):
    with pytest.raises(InputError, match=sentence):
        read_definition(given)
