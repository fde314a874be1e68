"""Tables, files and figures of studies, read back and held against the members they stand for."""

import numpy as np
import pandas
import pytest
from rich.console import Console

from models.cli import run_command
from models.errors import InputError
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
ZERO = {"max_compartment_length": 0.0}


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
    said = printed(made)
    lowest, highest = min(wanted), max(wanted)
    assert f"{lowest:.4g}".replace("-", "−") in said and f"{highest:.4g}".replace("-", "−") in said
    assert "ko 2, pump 2" in said and "ko 8, pump 0.5" in said
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
    # the middle nine of ten, in the figure and in the table, with mean and standard deviation
    low, high = np.percentile(values, (5, 95))
    box = spread.patches[-1]
    assert (box.get_x(), box.get_x() + box.get_width()) == pytest.approx((low, high))
    told = (values.mean(), values.std(ddof=1), low, np.median(values), high)
    row = " ".join(next(line for line in printed(made).splitlines() if line.startswith("v_rest mV")).split())
    assert row == "v_rest mV " + " ".join(f"{one:.4g}".replace("-", "−") for one in told)
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


@pytest.mark.filterwarnings("error")
def test_one_member_alone_and_names_of_the_user(tmp_path):
    """One member has no spread, and says nothing of it; a name is shown as it is written."""
    made = result(tmp_path, COHORT | {"members": 1, "name": r"a [red] $\nothing$"})
    said = printed(made)
    assert r"a [red] $\nothing$: rest of 1 member of hek293" in said
    row = next(line for line in said.splitlines() if line.startswith("v_rest mV")).split()
    assert len(row) == 7 and row[3] == "0" and row[2] == row[4] == row[6]
    figure(made).savefig(tmp_path / "study.png")


def test_rows_of_a_file_are_a_row_each(tmp_path):
    (tmp_path / "patients.csv").write_text("ko,pump\n4,1\n5,0.5\n", encoding="utf-8")
    made = result(tmp_path, {"rows": str(tmp_path / "patients.csv")}, failed=[1])
    lines = printed(made).splitlines()
    assert any(line.split() == ["0", "4", "1", "−56"] for line in lines)
    assert any(line.split() == ["1", "5", "0.5", "–", "no", "rest"] for line in lines)
    marks = figure(made).axes[0].lines[0]
    assert list(marks.get_xdata()) == [0, 1] and marks.get_ydata()[0] == -56


def test_many_columns_keep_to_the_terminal(tmp_path):
    """What is the same in all, and what there is no room for, stands in members.csv; numbers stay whole."""
    lines = [f"{'abcdefgh'[i]}{'cell' * 4},{i},1,0.9,{i + 0.123},{i / 7}" for i in range(4)]
    (tmp_path / "patients.csv").write_text("arguments.hold,ko,pump,naleak,nao,kleak\n" + "\n".join(lines))
    made = result(tmp_path, {"rows": str(tmp_path / "patients.csv")}, failed=[1])
    said = printed(made)
    assert "…" not in said and "pump" not in said.split(")")[1] and max(map(len, said.splitlines())) <= 90
    assert "no rest: 1 member, such as number 1 of members.csv: goes on firing" in said
    assert f"{v(made.design.member(3)):.4g}".replace("-", "−") in said


def test_panels_without_a_spread_are_empty(tmp_path):
    """A number that is the same in all members has nothing that explains it."""
    made = result(tmp_path, COHORT | {"keep": ["v_rest_mV", "nai_mM"]})
    made.found["nai_mM"] = np.full(200, 9.0)
    shown = [axis.axison for axis in figure(made).axes]
    assert shown == [True, True, True, False, True, False]


def test_a_map_of_three_is_one_of_the_middle(tmp_path):
    """Of the last two numbers, at the middle of the first, which its title says."""
    made = result(tmp_path, {"vary": {"celsius": [20, 30, 37], "ko": "2:8:4", "pump": "0.5:2:3log"}})
    made.found["v_rest_mV"] = made.found["v_rest_mV"] + made.given["celsius"]
    axis = figure(made).axes[0]
    assert axis.get_title(loc="left") == "V rest (mV), celsius 30"
    drawn = np.reshape(axis.collections[0].get_array(), (4, 3))
    assert drawn[1].tolist() == pytest.approx([v({"ko": 4, "pump": p}) + 30 for p in (0.5, 1, 2)])
    data = made.to_xarray()["v_rest_mV"]
    assert data.dims == ("celsius", "ko", "pump")
    assert float(data.sel(celsius=37, ko=8, pump=2, method="nearest")) == pytest.approx(
        v({"ko": 8, "pump": 2}) + 37
    )


def test_no_contours_between_words(tmp_path):
    given = {"vary": {"arguments.hold": ["a", "b"], "ko": "2:8:4"}}
    made = result(tmp_path, given)
    axis = figure(made).axes[0]
    assert len(axis.collections) == 1 and [t.get_text() for t in axis.get_yticklabels()] == ["a", "b"]
    assert made.to_xarray()["arguments.hold"].values.tolist() == ["a", "b"]


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


def test_what_differs_stands_in_its_column_though_a_result_repeats_it(tmp_path):
    """A result's own ko_mM is none where a member has no numbers; K+ outside is known all the same."""
    made = result(tmp_path, GRID, failed=[1])
    made.found["ko_mM"] = np.where(made.reason == "", made.given["ko"], np.nan)
    columns = made.columns()
    assert columns["ko_mM"] == made.given["ko"].tolist() and list(columns)[:3] == ["number", "ko_mM", "pump"]


def test_a_row_that_was_not_kept_stands_in_its_place(tmp_path):
    """In the dataset, in the table and in the figure, by its number."""
    definition = read_definition({"cell": "hek293", "keep": ["v_rest_mV"], **GRID})
    design = definition.design([])
    store = Store.begin(tmp_path / NAME, {"identity": "", **definition.written()})
    rows = [Row(i, {"v_rest_mV": v(design.member(i))}) for i in range(design.count)]
    given = {i: design.member(i) for i in range(design.count)}
    store.add(rows[:4] + rows[5:], given)
    store.lost[4] = ()
    made = StudyResult.read(definition, design, store, PROVENANCE, [])
    store.close()
    assert made.numbers.tolist() == list(range(12)) and made.reason[4] == "not stored"
    data = made.to_xarray()["v_rest_mV"]
    assert np.isnan(data.values.ravel()[4]) and data.values.ravel()[5] == v(design.member(5))


def test_a_map_of_values_in_any_order(tmp_path):
    """Fields lie round their values, half-way to the next on their axis, logarithmic or not."""
    made = result(tmp_path, {"vary": {"ko": [5, 2, 8], "pump": [10, 0.1, 1]}})
    axis = figure(made).axes[0]
    x, y = axis.collections[0].get_coordinates()[0, :, 0], axis.collections[0].get_coordinates()[:, 0, 1]
    assert list(x) == pytest.approx([10**-1.5, 10**-0.5, 10**0.5, 10**1.5]) and axis.get_xscale() == "log"
    assert list(y) == pytest.approx([0.5, 3.5, 6.5, 9.5])
    drawn = np.reshape(axis.collections[0].get_array(), (3, 3))
    for i, ko in enumerate((2, 5, 8)):
        assert drawn[i].tolist() == pytest.approx([v({"ko": ko, "pump": pump}) for pump in (0.1, 1, 10)])
    lines = figure(result(tmp_path, {"vary": {"ko": [5, 2, 8]}})).axes[0].lines
    assert list(lines[0].get_xdata()) == [2, 5, 8] and list(lines[0].get_ydata()) == [-58, -55, -52]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("--set ko=5 --vary pump=1,2", {"set": {"ko": "5"}, "vary": {"pump": "1,2"}}),
        ("--set inside.nai=9,ko=5", {"set": {"inside.nai": "9", "ko": "5"}}),
        ("--max-compartment 0", {"options": {"axial": "electrodiffusion", "volume": "fixed"} | ZERO}),
        ("--with threshold=false --with hours=2", {"arguments": {"threshold": False, "hours": 2.0}}),
        ("--sample sobol:16 --seed 2", {"sample": {"method": "sobol", "members": 16}, "seed": 2}),
        ("--spread 0.2 --spread pump=0.3", {"spread": {"all": {"cv": "0.2"}, "pump": {"cv": "0.3"}}}),
    ],
)
def test_options_of_the_command_are_tables(monkeypatch, line, wanted):
    """What is given, all of it, and nothing else."""
    asked = {}

    def study(*_, **tables):
        asked.update(tables)
        raise InputError("enough")

    monkeypatch.setattr("models.show.study.study", study)
    monkeypatch.setattr("sys.argv", ["run.py", "study", *line.split()])
    assert run_command() == 2 and asked == wanted


def test_a_study_without_any_number_says_so(tmp_path):
    made = result(tmp_path, GRID, failed=range(12))
    assert "no rest: 12 members" in printed(made)
    assert "no member has numbers" in figure(made).axes[0].texts[0].get_text()
