"""Which members a study has, and what is refused before any is computed."""

import numpy as np
import pint
import pytest

from models.errors import InputError
from models.studies import vary
from models.studies.computed import numbers_of
from models.studies.design import Grid, cohort, of_rows, sampled
from models.studies.read import buildable, read_definition
from models.studies.tables import Correlated, Sample


def test_values_of_python_are_as_those_of_a_file():
    """Arrays, ranges and values with units, one by one or as an array."""
    ureg = pint.UnitRegistry()
    with_units = [3 * ureg.mM, 5000 * ureg.uM], np.array([3, 5]) * ureg.mM
    for given in (np.array([3.0, 5.0]), (3, 5), range(3, 6, 2), *with_units):
        grid = read_definition({"cell": "hek293", "vary": {"ko": given}}).design([])
        assert grid.dimensions["ko"] == pytest.approx((3, 5))


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
        ({"ko": "1:5:_"}, "FROM:TO:COUNT"),
        ({"ko": "1:5:1000000000"}, "at most 1,000,000 values"),
        ({"inside": {"nai": [3, 4]}}, 'in quotes, "inside.nai"'),
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
        ("ko,pump\n1\n", "row 1 has 1 values; expected 2"),
        ("ko,pump\n1,\n", "row 1 has no pump"),
        ("ko\n3\nmuch\n", "row 2: ko=much: expected a concentration"),
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
        assert values.std() / values.mean() == pytest.approx(cv, rel=0.03)
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


def test_a_cohort_that_no_memory_holds():
    with pytest.raises(InputError, match="at most 50,000,000"):
        cohort({"pump": 0.2, "ko": 0.1}, {"pump": 1, "ko": 4}, [], 10**9, 0)
    pairs = [Correlated(between=["a", "b"], r=0.1), Correlated(between=["b", "a"], r=0.3)]
    with pytest.raises(InputError, match="given twice"):
        cohort({"a": 0.2, "b": 0.2}, {"a": 1, "b": 1}, pairs, 10, 0)


@pytest.mark.parametrize(
    ("given", "columns", "sentence"),
    [
        ({}, "arguments.hours\n2\n", "unknown argument of rest 'hours'"),
        ({}, "protocol\ndenervation\n", "protocol has no effect"),
        ({"compute": "run"}, "ko\n4\n", "needs a protocol"),
        ({"scale": {"pump": 2}}, "pump\n4\n", "pump varies and is set"),
        ({}, "cell,ko\nneuron,4\nneurone,4\n", "unknown cell 'neurone'"),
        ({"compute": "run"}, "protocol\ndenervation\ndenervatio\n", "unknown protocol 'denervatio'"),
    ],
)
def test_columns_of_a_file_are_checked_as_other_names(tmp_path, given, columns, sentence):
    (tmp_path / "rows.csv").write_text(columns, encoding="utf-8")
    definition = read_definition({"rows": str(tmp_path / "rows.csv"), **given})
    with pytest.raises(InputError, match=sentence):
        buildable(definition, definition.design([]))


def test_a_first_member_that_cannot_be_is_passed_over():
    """Its value is its own reason to fail, as that of any other member is."""
    definition = read_definition({"cell": "hek293", "vary": {"inside.nai": [-1, 9]}})
    assert buildable(definition, definition.design([])) == [{"inside.nai": 9.0}]


def test_files_are_those_of_the_study_and_of_what_they_hold(tmp_path, monkeypatch):
    """Named against the study's folder, whatever folder it is begun in; another content is another study."""
    (tmp_path / "cells").mkdir()
    (tmp_path / "mods").mkdir()
    contents = {
        "cells/own.toml": 'base = "hek293"\n',
        "own.swc": "1 1 0 0 0 5 -1\n2 1 10 0 0 5 1\n",
        "own_protocol.toml": 'duration = "1 min"\n[[change]]\nat = "0 s"\nset = { ko = 8 }\n',
        "rows.csv": "ko\n4\n5\n6\n7\n8\n",
        "mods/a.mod": "NEURON { SUFFIX a }\n",
        "other.toml": 'base = "under.toml"\n',
        "under.toml": 'base = "hek293"\ninside = { nai = "9 mM" }\n',
        "other_protocol.toml": 'cell = "other.toml"\nduration = "1 min"\n'
        '[[change]]\nat = "0 s"\nset = { ko = 8 }\n',
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        'compute = "run"\ncell = "cells/own.toml"\nprotocol = "own_protocol.toml"\nrows = "rows.csv"\n'
        '[options]\nmorphology = "own.swc"\nmechanisms = ["mods"]\n',
        encoding="utf-8",
    )
    monkeypatch.chdir("/")
    definition = read_definition(tmp_path / "study.toml")
    job = definition.job()
    assert job["cell"] == str(tmp_path / "cells" / "own.toml")
    assert job["protocol"] == str(tmp_path / "own_protocol.toml")
    assert job["options"] == {"morphology": str(tmp_path / "own.swc"), "mechanisms": [str(tmp_path / "mods")]}
    made_by = dict.fromkeys(("pumpleak", "neuron", "mechanisms", "parameters"), "x")
    first = definition.identity(definition.design([]), made_by)
    assert definition.identity(definition.design([]), made_by) == first
    assert definition.identity(definition.design([]), made_by | {"neuron": "y"}) != first
    study = {"compute": "run", "vary": {"protocol": ["own_protocol.toml", "other_protocol.toml"]}}
    monkeypatch.chdir(tmp_path)
    several = read_definition(study)
    before = several.identity(several.design([]), made_by)
    (tmp_path / "under.toml").write_text(contents["under.toml"].replace("9 mM", "10 mM"), encoding="utf-8")
    assert several.identity(several.design([]), made_by) != before
    for name, text in list(contents.items())[:5]:
        # of the rows another than those that are looked at
        other = text.replace("5\n6", "5.5\n6") if name == "rows.csv" else f"{text}\n"
        (tmp_path / name).write_text(other, encoding="utf-8")
        assert definition.identity(definition.design([]), made_by) != first, name
        (tmp_path / name).write_text(text, encoding="utf-8")


def test_names_of_several_cells_and_of_glia():
    kinds = {"a.ko": vary.SETTING, "a.inside.nai": vary.FILE, "a.pump": vary.STRENGTH}
    kinds |= {"glia.volume": vary.FILE, "glia.pump": vary.STRENGTH}
    assert {name: vary.kind_of(name) for name in kinds} == kinds
    assert vary.unit_of("a.ko") == "mM" and vary.value_of("a.ko", "400 uM") == pytest.approx(0.4)


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
        ({"spread": {"all": {"cv": 0.2}}, "members": 3, "scale": {"pump": 0.5}}, "expected spread.pump"),
        ({"vary": {"ko": [4]}, "seed": 3}, "seed has no effect"),
        ({"vary": {"cell": ["neuron", "muscle"]}, "cell": "neuron"}, "cell varies and is set"),
        ({"vary": {"ko": [4]}, "compute": "follow"}, "follow needs its argument along"),
        (
            {"vary": {"arguments.hours": [4]}, "compute": "block", "arguments": {"hours": 2}},
            "arguments.hours varies and is set",
        ),
        ({"vary": {"ko": [4]}, "options": {"mechanisms": "folder"}}, "expected a list of folders"),
    ],
)
def test_a_study_that_says_nothing_twice_or_wrongly(given, sentence):
    with pytest.raises(InputError, match=sentence):
        read_definition(given)
