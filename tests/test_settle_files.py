"""Models from files (hoc, Python, templates) and what the command settle leaves behind."""

import json
import shutil
from pathlib import Path

import pandas
import pytest
from typer.testing import CliRunner

from models import InputError, settle
from models.cli import app
from models.existing.loading import load
from models.simulator.runtime import h

pytestmark = pytest.mark.usefixtures("alone")
LEAK = Path(__file__).parent / "mechanisms" / "zleak.mod"
TEMPLATE = """
begintemplate Ball
public soma, all
create soma
objref all
proc init() {
    create soma
    all = new SectionList()
    soma { L = $1 diam = 20 insert pas e_pas = -63 all.append() }
}
endtemplate Ball
"""
BUILDER = """
from neuron import h


class Cell:
    def __init__(self):
        self.soma = h.Section(name="soma", cell=self)
        self.soma.insert("pas")
        self.soma.e_pas = E


E = -58


def build():
    return Cell()
"""


def run(*line):
    return CliRunner().invoke(app, ["settle", *map(str, line)])


def test_hoc_with_a_mechanism_beside_it_and_an_init_of_its_own(tmp_path, own_mechanisms):
    """What init() does to the model before each run belongs to it: here the leak's potential."""
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copy(LEAK, folder)
    (folder / "geometry.hoc").write_text("create trunk, twig\nconnect twig(0), trunk(1)\n")
    (folder / "model.hoc").write_text(
        'load_file("stdrun.hoc")\nxopen("geometry.hoc")\nv_init = -60\nforall insert zleak\n'
        "proc init() { finitialize(v_init) twig.e_zleak = -71 trunk.e_zleak = -71.5 }\n"
    )
    out = tmp_path / "out"
    done = run(folder / "model.hoc", "--out", out, "--also", "nc")
    assert done.exit_code == 0, done.output
    assert "it starts at −60.00 and rests at −71" in done.output
    summary = json.loads((out / "summary.json").read_text())
    assert summary["cell"] == "model" and -71.5 < summary["v_lowest_mV"] < summary["v_highest_mV"] < -71
    table = pandas.read_csv(out / "compartments.csv", comment="#")
    assert table.section.tolist() == ["trunk", "twig"]
    assert table.v_mV.min() == pytest.approx(summary["v_lowest_mV"], rel=1e-11)
    assert {"rest.dat", "settle.png", "states.csv", "settle.nc"} <= {path.name for path in out.iterdir()}
    h("forall delete_section()")


def test_cell_of_a_template(tmp_path):
    path = tmp_path / "ball.hoc"
    path.write_text(TEMPLATE)
    done = run(path, "--new", "Ball(30)", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["v_rest_mV"] == pytest.approx(-63)
    h("objref pumpleak_cell")


def test_python_that_builds_a_cell(tmp_path):
    path = tmp_path / "builder.py"
    path.write_text(BUILDER)
    made = load([path])
    assert settle(made.sections).v[0] == pytest.approx(-58)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("gone.hoc", None, "no such file"),
        ("cell.swc", "1 1 0 0 0 5 -1", r"expected a model in \.hoc, \.py, \.json or \.nml"),
        ("broken.hoc", "create soma\nsoma { insert nothing }\n", "nothing is not a MECHANISM"),
        ("empty.py", "x = 1\n", r"makes no section; .*build\(\)"),
        ("fails.py", "1 / 0\n", "it fails .*division by zero"),
        ("fails.py", "def build():\n    raise KeyError('soma')\n", r"build\(\) fails"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, name, text, says):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=says):
        load([tmp_path / name])
    done = run(tmp_path / name, "--out", tmp_path / "out")
    assert done.exit_code != 0 and not (tmp_path / "out").exists()
    h("forall delete_section()")


def test_what_a_button_would_do(tmp_path):
    path = tmp_path / "menu.hoc"
    path.write_text("create chosen\nproc choose() { chosen { insert pas e_pas = $1 } }\n")
    made = load([path], then=["choose(-61)"])
    assert settle(made.sections).v[0] == pytest.approx(-61)
    with pytest.raises(InputError, match=r"--then nothing\(\)"):
        load([path], then=["nothing()"])
    h("forall delete_section()")


def test_template_that_does_not_exist(tmp_path):
    (tmp_path / "bowl.hoc").write_text(TEMPLATE.replace("Ball", "Bowl"))
    with pytest.raises(InputError, match="--new Bell"):
        load([tmp_path / "bowl.hoc"], new="Bell(30)")
