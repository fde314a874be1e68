"""Cells that JSON files describe: those of the Allen Cell Types Database and of BluePyOpt, made up here."""

import json
import math

import pytest
from typer.testing import CliRunner

from models import InputError, settle
from models.cli import app
from models.existing.loading import load
from models.simulator.runtime import h

pytestmark = pytest.mark.usefixtures("alone")
SWC = """1 1 0 0 0 8 -1
2 3 0 8 0 1 1
3 3 0 208 0 1 2
4 2 0 -8 0 0.8 1
5 2 0 -50 0 0.7 4
6 2 0 -150 0 0.4 5
"""
ALLEN = {
    "passive": [
        {"ra": 120, "e_pas": -71, "cm": [{"section": "soma", "cm": 1}, {"section": "dend", "cm": 2}]}
    ],
    "conditions": [{"celsius": 34, "v_init": -68, "erev": [{"section": "soma", "ek": -100, "ena": 52}]}],
    "genome": [
        {"section": "soma", "name": "gkbar_hh", "value": "0.01", "mechanism": "hh"},
        {"section": "soma", "name": "gnabar_hh", "value": 0.02, "mechanism": "hh"},
        {"section": "dend", "name": "g_pas", "value": 2e-4, "mechanism": ""},
        {"section": "glob", "name": "usetable_hh", "value": 1, "mechanism": ""},
    ],
}
PARAMETERS = [
    {"param_name": "v_init", "type": "global", "value": -66},
    {"param_name": "celsius", "type": "global", "value": 30},
    {"param_name": "e_pas", "sectionlist": "all", "type": "section", "dist_type": "uniform", "value": -74},
    {"param_name": "gkbar_hh", "sectionlist": "somatic", "type": "section", "bounds": [0, 1]},
    {
        "param_name": "g_pas",
        "sectionlist": "basal",
        "type": "range",
        "dist_type": "exp",
        "dist": "(0.5 + 2*math.exp({distance}*0.003))*{value}",
        "value": 1e-4,
    },
]
MECHANISMS = {"all": ["pas"], "somatic": ["hh"]}


@pytest.fixture
def write(tmp_path):
    (tmp_path / "cell.swc").write_text(SWC)

    def put(name, what):
        (tmp_path / name).write_text(json.dumps(what))
        return tmp_path / name

    yield put
    h("forall delete_section()")


def of(made, region):
    return [sec for sec in made.sections if sec.name().split(".")[-1].startswith(region)]


def test_allen(write, tmp_path):
    path = write("fit_parameters.json", ALLEN)
    made = load([path], morphology=tmp_path / "cell.swc")
    (soma,), (dend,), axon = of(made, "soma"), of(made, "dend"), of(made, "axon")
    assert [sec.L for sec in axon] == [30, 30] and axon[0].diam == 1 and dend.nseg == 11
    assert axon[0].parentseg() == soma(0.5) and dend.cm == 2 and soma.ek == -100 and soma.Ra == 120
    assert soma.gnabar_hh == 0.02 and dend.g_pas == 2e-4 and axon[1].e_pas == -71
    assert h.celsius == 34 and h.v_init == -68
    assert settle(made.sections).summary["start_mV"] == -68


def test_bluepyopt(write, tmp_path):
    files = [write("parameters.json", PARAMETERS), write("mechanisms.json", MECHANISMS)]
    values = write("best.json", {"gkbar_hh.somatic": 0.02})
    made = load(files, morphology=tmp_path / "cell.swc", values=values)
    (soma,), (dend,), axon = of(made, "soma"), of(made, "dend"), of(made, "axon")
    assert soma.gkbar_hh == 0.02 and h.celsius == 30 and axon[0].parentseg() == soma(1)
    assert axon[0].diam == pytest.approx(1.2, abs=0.3) and axon[1].diam == axon[0].diam
    away = h.distance(soma(0.5), dend(0.9))
    assert dend(0.9).pas.g == pytest.approx(1e-4 * (0.5 + 2 * math.exp(0.003 * away)))


def test_command(write, tmp_path):
    path = write("fit_parameters.json", ALLEN)
    line = ["settle", path, "--morphology", tmp_path / "cell.swc", "--out", tmp_path / "out"]
    done = CliRunner().invoke(app, [*map(str, line)])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["sections"] == 4


@pytest.mark.parametrize(
    ("files", "options", "says"),
    [
        ({"a.json": ALLEN}, {}, "nothing of the shape"),
        ({"a.json": ALLEN | {"passive": []}}, {"morphology": "cell.swc"}, "expected passive, conditions"),
        ({"a.json": {}}, {"morphology": "cell.swc"}, "expected fit_parameters"),
        ({"a.json": PARAMETERS}, {"morphology": "cell.swc"}, "mechanisms too"),
        (
            {"a.json": PARAMETERS, "b.json": MECHANISMS},
            {"morphology": "cell.swc"},
            r"gkbar_hh\.somatic was fitted",
        ),
        (
            {"a.json": PARAMETERS[:1], "b.json": {"trunk": ["pas"]}},
            {"morphology": "cell.swc"},
            "unknown section list 'trunk'",
        ),
        (
            {"a.json": PARAMETERS[:1], "b.json": {"all": ["passiv"]}},
            {"morphology": "cell.swc"},
            "unknown mechanism 'passiv'; did you mean 'pas'",
        ),
        (
            {"a.json": [PARAMETERS[4] | {"dist": "open('x')*{value}"}], "b.json": MECHANISMS},
            {"morphology": "cell.swc"},
            "no formula",
        ),
        (
            {"a.json": [PARAMETERS[2] | {"param_name": "e_pass"}], "b.json": MECHANISMS},
            {"morphology": "cell.swc"},
            "e_pass: .* has no such variable",
        ),
        ({"a.json": ALLEN}, {"morphology": "gone.swc"}, "expected a morphology"),
        ({"a.py": {}}, {"morphology": "cell.swc"}, "have no effect"),
    ],
)
def test_what_cannot_be_used(write, tmp_path, files, options, says):
    paths = [write(name, what) for name, what in files.items()]
    with pytest.raises(InputError, match=says):
        load(paths, **{name: tmp_path / value for name, value in options.items()})


def test_what_belongs_to_templates_is_refused(write, tmp_path):
    path = write("a.json", ALLEN)
    for given in ({"new": "Cell()"}, {"then": ["celsius = 20"]}):
        with pytest.raises(InputError, match="--new and --then have no effect"):
            load([path], morphology=tmp_path / "cell.swc", **given)
