"""Tables, files and figures of studies, read back and held against the members they stand for."""

import numpy as np
import pandas
import pytest
from rich.console import Console

from models.show.formats import parquet
from models.show.output import Output
from models.show.study import files, table
from models.show.study_figure import figure
from models.studies.read import read_definition
from models.studies.rows import Row
from models.studies.store import NAME, Store
from models.studies.study_result import StudyResult

PROVENANCE = {"pumpleak": "0", "cell": "made up"}
WHY = "goes on firing"


def v(member):
    return -60.0 + member["ko"] - 3 * np.log(member.get("pump", 1.0))


def result(tmp_path, given, failed=()):
    """A study whose members are made up: V of K+ and pump, some without."""
    definition = read_definition({"cell": "hek293", "keep": ["v_rest_mV"], **given})
    design = definition.design(["naleak", "pump"])
    store = Store.begin(tmp_path / NAME, {"identity": "", **definition.written()})
    rows = [
        Row(i, reason="no rest", why=WHY) if i in failed else Row(i, {"v_rest_mV": v(design.member(i))})
        for i in range(design.count)
    ]
    store.add(rows, {i: design.member(i) for i in range(design.count)})
    made = StudyResult.read(definition, design, store, PROVENANCE, [])
    store.close()
    made.summary |= {"workers": 2, "wall_s": 3.0}
    return made


GRID = {"vary": {"ko": "2:8:4", "pump": "0.5:2:3log"}}
COHORT = {"spread": {"pump": {"cv": "0.3"}, "ko": {"cv": "0.05", "median": "4 mM"}}, "members": 200}


def printed(made, width=80):
    console = Console(width=width, record=True, force_terminal=False)
    with console.capture() as heard:
        table(console, made)
    return heard.get()


def test_a_map(tmp_path):
    """Colours at their places, members without numbers in a shade that the legend names."""
    made = result(tmp_path, GRID, failed=[0, 1])
    drawn = figure(made)
    axis = drawn.axes[0]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("pump", "ko (mM)") and axis.get_xscale() == "log"
    colours, shade = axis.collections[0], axis.collections[-1]
    values = np.ma.getdata(colours.get_array())[~np.ma.getmaskarray(colours.get_array())]
    wanted = [v(made.design.member(i)) for i in range(2, 12)]
    assert sorted(values) == pytest.approx(sorted(wanted))
    assert (~np.ma.getmaskarray(shade.get_array())).sum() == 2
    assert [text.get_text() for text in drawn.legends[0].get_texts()] == ["no rest"]
    data = made.to_xarray()
    assert float(data["v_rest_mV"].sel(ko=8, pump=2, method="nearest")) == pytest.approx(
        v({"ko": 8, "pump": 2})
    )
    assert data["reason"].values[0, 0] == "no rest" and np.isnan(data["v_rest_mV"].values[0, 0])


def test_a_line(tmp_path):
    """A number along one that differs; a member without has a mark on the axis."""
    definition = {"vary": {"ko": "2:8:4"}, "scale": {"pump": 1}}
    made = result(tmp_path, definition, failed=[3])
    line, mark = figure(made).axes[0].lines
    assert list(line.get_xdata()) == [2, 4, 6, 8] and line.get_ydata()[:3] == pytest.approx([-58, -56, -54])
    assert list(mark.get_xdata()) == [8]
    assert "no rest: 1 member, such as ko 8: goes on firing" in printed(made, 120)


def test_a_cohort(tmp_path):
    """Its spread, what explains it, and the members against that."""
    made = result(tmp_path, COHORT)
    spread, tornado, scatter = figure(made).axes
    values = made.found["v_rest_mV"]
    assert sum(bar.get_height() for bar in spread.patches[:-1]) == 200
    assert spread.get_title(loc="left").startswith(f"median −{abs(np.median(values)):.4g}"[:12])
    found = made.spread["v_rest_mV"]
    # V is -3 ln(pump) + ko: variances of 9 ln(1 + 0.09) and 16 ln(1 + 0.0025)
    share = 9 * np.log1p(0.09) / (9 * np.log1p(0.09) + 16 * np.log1p(0.0025))
    assert found.first[found.names.index("pump")] == pytest.approx(share, abs=0.15)
    assert [text.get_text() for text in tornado.get_yticklabels()][-1] == "pump"
    widths = [bar.get_width() for bar in tornado.patches]
    assert widths == pytest.approx(100 * found.first[found.order()][::-1])
    assert scatter.lines[0].get_xdata() == pytest.approx(made.given["pump"])
    assert scatter.lines[0].get_ydata() == pytest.approx(values)
    said = printed(made)
    assert "what the spread of v_rest in mV is from" in said and max(map(len, said.splitlines())) <= 80
    assert f"{values.mean():.4g}".replace("-", "−") in said


def test_rows_of_a_file_are_a_row_each(tmp_path):
    (tmp_path / "patients.csv").write_text("ko,pump\n4,1\n5,0.5\n", encoding="utf-8")
    made = result(tmp_path, {"rows": str(tmp_path / "patients.csv")}, failed=[1])
    lines = printed(made).splitlines()
    assert any(line.split() == ["1", "4", "1", "−56"] for line in lines)
    assert any(line.split() == ["2", "5", "0.5", "–", "no", "rest"] for line in lines)
    marks = figure(made).axes[0].lines[0]
    assert list(marks.get_xdata()) == [1, 2] and marks.get_ydata()[0] == -56


def test_files_hold_every_member(tmp_path):
    made = result(tmp_path, GRID, failed=[5])
    to = Output(tmp_path, made.provenance)
    files(to, made)
    parquet(to, "study", made.to_xarray())
    assert to.written == ["members.csv", "members.nc", "study.png", "study.parquet"]
    read = pandas.read_csv(tmp_path / "members.csv", comment="#")
    assert list(read.columns) == ["number", "ko_mM", "pump", "v_rest_mV", "reason", "why"]
    assert read["number"].tolist() == list(range(12)) and read["why"][5] == WHY
    assert read["v_rest_mV"][7] == pytest.approx(v(made.design.member(7)), rel=1e-11)
    again = pandas.read_parquet(tmp_path / "study.parquet")
    assert again.set_index(["ko", "pump"])["v_rest_mV"].loc[8.0, 0.5] == pytest.approx(
        v({"ko": 8, "pump": 0.5})
    )


def test_a_study_without_any_number_says_so(tmp_path):
    made = result(tmp_path, GRID, failed=range(12))
    assert "no rest: 12 members" in printed(made)
    assert "no member has numbers" in figure(made).axes[0].texts[0].get_text()
