"""The folder that a command writes: what stands in every file of it, and where there can be none."""

import json

import numpy as np
import pandas
import pytest
from matplotlib.figure import Figure

from models import InputError
from models.show.output import Output, check_writable

PROVENANCE = {"pumpleak": "9.9", "cell": "this one"}


@pytest.fixture
def files(tmp_path):
    return Output(tmp_path, PROVENANCE)


def test_the_summary_keeps_everything_and_its_origin(files):
    files.csv("a.csv", {"x": [1.5]})
    files.summary("rest", {"µ": 1.5, "none": None})
    text = (files.folder / "summary.json").read_text(encoding="utf-8")
    origin = PROVENANCE | {"experiment": "rest", "files": ["summary.json", "a.csv"]}
    assert json.loads(text) == {"µ": 1.5, "none": None, "provenance": origin}
    assert text.endswith("}\n") and '\n "none": null' in text  # a line a key
    assert files.written == ["summary.json", "a.csv"]
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.summary("rest", {"nan": np.nan})  # no JSON that others cannot read


def test_a_broken_line_in_an_origin_breaks_no_file(tmp_path):
    files = Output(tmp_path, {"command": "run.py rest --cell a\nb"})
    files.csv("a.csv", {"x": [1.5]})
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 3


def test_another_origin_in_the_same_folder(files):
    other = files.of({"cell": "that one", "more": "1"})
    other.csv("a.csv", {"x": [1.25, 1 / 3]})
    text = (files.folder / "a.csv").read_text()
    assert text == "# pumpleak=9.9, cell=that one, more=1\nx\n1.25\n0.333333333333\n"
    assert files.written == ["a.csv"] and files.provenance == PROVENANCE


def test_a_table_is_as_pandas_would_write_it(tmp_path):
    columns = {
        "name": ["soma[0]", 'two, and "three"', ""],
        "number": [1 / 3, -1e-17, 12345678901234.5],
        "none": [None, 2.5, float("nan")],
        "array": np.array([1.0, np.nan, -0.0]),
        "endless": [float("inf"), 0.0, -np.inf],
        "count": [1, 2, 3],
        "so": [True, False, True],
        "µ, with comma": np.array([1e5, 1e-5, 100.0]),
    }
    Output(tmp_path, {"cell": "x"}).csv("a.csv", columns)
    said, table = (tmp_path / "a.csv").read_text(encoding="utf-8").split("\n", 1)
    assert said == "# cell=x"
    assert table == pandas.DataFrame(columns).to_csv(index=False, float_format="%.12g")


def test_a_figure_says_where_it_is_from(files):
    figure = Figure()
    files.figure("a.png", figure)
    data = (files.folder / "a.png").read_bytes()
    assert b"Software\0pumpleak" in data and b"Description\0pumpleak=9.9, cell=this one" in data
    assert files.written == ["a.png"]


def test_where_results_can_be_written(tmp_path, monkeypatch):
    """A folder, or one to be made below it; nothing is left of the trial. Where dead runs may have left
    something, in the folder and beside it, that is brought to an end."""
    swept = []
    monkeypatch.setattr("models.show.placing.sweep", swept.append)
    check_writable(tmp_path / "new" / "deep")
    assert list(tmp_path.iterdir()) == [] and swept == []
    check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == [] and swept == [tmp_path, tmp_path.resolve().parent]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("file", "File exists"),
        ("file/below", "Not a directory"),
        ("x" * 256, "File name too long"),
        ("a\0b", "null"),
    ],
)
def test_where_results_cannot_be_written(tmp_path, name, why):
    (tmp_path / "file").write_text("of somebody's")
    check_writable(tmp_path / ("x" * 255))  # the longest name there is
    with pytest.raises(InputError) as refused:
        check_writable(tmp_path / name)
    said = str(refused.value)
    assert said.startswith(f"--out {tmp_path / name}: cannot be written (") and why in said
    assert said.endswith("); expected a folder that is yours to write, on a disk with room")
