"""Commands are found where they are: a file of show and one of experiments make a new one."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from inspect import signature
from pathlib import Path

import pandas
import pytest
import xarray
from typer.testing import CliRunner

from models import InputError
from models.cli import app
from models.show import formats
from models.show.command import commands
from models.show.options import CellOptions, Destination, in_full

ROOT = Path(__file__).resolve().parent.parent

EXPERIMENT = '''
"""How much membrane is there per cytoplasm?"""

from dataclasses import dataclass

from .given import cell_of
from .layout import Layout, layout_of
from .result import Result


@dataclass(repr=False)
class RatioResult(Result):
    layout: Layout
    summary: dict

    def line(self):
        return "a ratio"

    def to_xarray(self):
        return self._dataset({"ratio": self.summary["relative_area"]}, {})


def ratio(cell, **options):
    layout = layout_of(cell_of(cell, options))
    found = layout.area.sum() / layout.volume.sum()
    return RatioResult(layout, {"cell": layout.name, "relative_area": found})
'''
COMMAND = '''
"""The command ratio."""

from ..experiments.ratio import RatioResult, ratio
from .command import Command
from .options import CellOptions
from .style import new_figure


def run(session, cell: CellOptions, twice: bool = False) -> RatioResult:
    """Membrane per cytoplasm."""
    result = ratio(session.make(cell))
    result.summary["relative_area"] *= 1 + twice
    return result


def table(console, result):
    console.print(f"ratio {result.summary['relative_area']:.3f}")


def files(to, result):
    to.csv("ratio.csv", {"relative_area": [result.summary["relative_area"]]})
    to.figure("ratio.png", figure(result))


def figure(result):
    with new_figure(3, 2) as drawn:
        drawn.subplots().bar(0, result.summary["relative_area"])
    return drawn


COMMAND = Command("ratio", run, RatioResult, table, files, figure)
'''


def test_two_files_make_a_command(tmp_path):
    """With options, help, table, files, figure and provenance; nothing else is touched."""
    for name in ("models", "mod"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "run.py", tmp_path)
    (tmp_path / "build").symlink_to((ROOT / "build").resolve())
    (tmp_path / "models" / "experiments" / "ratio.py").write_text(EXPERIMENT)
    (tmp_path / "models" / "show" / "ratio.py").write_text(COMMAND)
    line = ["ratio", "--twice", "--cell", "stylised", "--max-compartment", "200", "--out", "here"]
    done = subprocess.run(
        [sys.executable, "run.py", *line], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "here" / "summary.json").read_text())
    assert f"ratio {summary['relative_area']:.3f}" in done.stdout
    assert "written to here/: summary.json, ratio.csv, ratio.png" in done.stdout
    read = pandas.read_csv(tmp_path / "here" / "ratio.csv", comment="#")
    assert read["relative_area"][0] == pytest.approx(summary["relative_area"], rel=1e-11)
    assert summary["provenance"]["experiment"] == "ratio" and "--twice" in summary["provenance"]["command"]
    code = (
        "from models.experiments.ratio import ratio\n"
        "print(len(ratio('stylised', max_compartment_length=200.0).plot().axes))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"


def test_every_command_has_its_help():
    """Its first line is what `run` says; every option of its groups is there, and where the results go."""
    assert set(commands()) >= {"rest", "block", "compare", "excite", "glycoside", "inspect", "validate"}
    for name, command in commands().items():
        shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
        assert shown.exit_code == 0
        assert command.run.__doc__.splitlines()[0] in " ".join(shown.output.split())
        assert "--out" in shown.output and "--quiet" in shown.output
        groups = [one.annotation for one in signature(command.run).parameters.values()]
        if CellOptions in groups:
            assert "--max-compartment" in shown.output and "--outside" in shown.output


def test_times_and_lengths_may_have_a_unit(tmp_path):
    """As from Python; without one they are in hours and um."""
    found = []
    for hours, at, longest in (("36 s", "18000 ms", "0.2 mm"), ("0.01", "0.005", "200")):
        line = ["block", "--cell", "stylised", "--max-compartment", longest, "--fraction", "50 %", "--quiet"]
        line += ["--hours", hours, "--recover-at", at, "--out", str(tmp_path)]
        assert CliRunner().invoke(app, line, catch_exceptions=False).exit_code == 0
        summary = json.loads((tmp_path / "summary.json").read_text())
        keys = ("hours", "recover_at_hours", "compartments", "fraction")
        found.append([summary[key] for key in keys])
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    assert (found[0][0], found[0][3]) == (pytest.approx(0.01), 0.5)


def test_a_group_stands_for_its_options():
    @dataclass(frozen=True)
    class Pair:
        one: int = 1
        two: str = "two"

    def run(session, pair: Pair, three: float = 3.0) -> None:
        """Nothing."""

    asked = []
    whole = in_full(run, lambda to, given: asked.append((to, given)))
    assert [(one.name, one.default) for one in signature(whole).parameters.values()] == [
        ("one", 1), ("two", "two"), ("three", 3.0), ("out", None), ("quiet", False), ("also", []),
    ]  # fmt: skip
    whole(two="2", out="there")
    assert asked == [(Destination("there", False), {"pair": Pair(1, "2"), "three": 3.0})]


def test_a_format_is_one_function_of_the_dataset(tmp_path, monkeypatch):
    """Every command writes it where --also asks for it; it is one of the result's files."""

    def txt(to, name, data):
        to.path(f"{name}.txt").write_text(" ".join(data.sizes))

    monkeypatch.setitem(formats.FORMATS, "txt", txt)
    line = ["inspect", "--cell", "stylised", "--max-compartment", "200", "--quiet", "--out", str(tmp_path)]
    CliRunner().invoke(app, [*line, "--also", "txt", "--also", "nc"], catch_exceptions=False)
    assert "parameter" in (tmp_path / "inspect.txt").read_text()
    with xarray.open_dataset(tmp_path / "inspect.nc", engine="h5netcdf") as read:
        assert "parameter" in read.sizes and "command" in read.attrs
    made = json.loads((tmp_path / "summary.json").read_text())["provenance"]["files"]
    assert {"inspect.txt", "inspect.nc", "sections.csv"} < {*made}
    with pytest.raises(InputError, match=r"--also.*format 'csvv'"):
        CliRunner().invoke(app, [*line, "--also", "csvv"], catch_exceptions=False)
