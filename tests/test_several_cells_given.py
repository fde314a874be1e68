"""Several cells in one system: who they may be, what reaches which of them, what is refused and written."""

import json

import numpy as np
import pytest
from joined_cells import AT, CABLE, cell, only, pair
from typer.testing import CliRunner

from models import Cells, InputError, block, evolve, excite, make_cell, rest
from models.cli import app
from models.experiments.start import start_from


def test_their_order_does_not_matter():
    first = rest(pair())
    cells = [cell("b", -70), cell("a", -50)]
    second = rest(Cells(cells, [{"between": AT, "conductance": "2 nS"}]))
    for name in "ab":
        assert first.cells[name].v == pytest.approx(second.cells[name].v, abs=1e-9)
    assert only(first)["current_nA"] == pytest.approx(only(second)["current_nA"], rel=1e-9)


def test_a_ring_of_cells():
    """Where junctions close a circle, elimination fills in what it has to."""
    cells = [cell("a", -50), cell("b", -60), cell("c", -70)]
    ring = [("a", "b"), ("b", "c"), ("c", "a")]
    joints = [{"between": [f"{i}.cable(0.5)", f"{j}.cable(0.5)"], "conductance": "1 nS"} for i, j in ring]
    system = Cells(cells, joints)
    found = rest(system)
    v = [found.cells[name].v[0] for name in "abc"]
    assert -50 > v[0] > v[1] > v[2] > -70 and found.summary["max_relative_net_flux"] < 1e-9
    assert len({*system.geometry.components.tolist()}) == 1
    assert block(system, hours=5).summary["ion_conservation_error"] < 1e-12


def test_unlike_cells_with_unlike_ions():
    """A HEK cell with an expressed rectifier on a myocyte that follows Ca2+, which stays in the myocyte."""
    with_kir = {"channel.pl_kir.gbar": "0.1 mS/cm2"}
    shared = {"outside.nao": 140, "outside.ko": 5.4, "outside.clo": 132, "electrical.celsius": 37}
    cells = [
        {"name": "hek", "cell": "hek293", "set": {**shared, **with_kir}},
        {"name": "myocyte", "cell": "ventricle", "set": shared},
    ]
    between = ["hek.cable(0.5)", "myocyte.cable(0.5)"]
    system = Cells(cells, [{"between": between, "channels": 100}])
    assert system.joints[0].conductance == pytest.approx(9.7)
    assert set(system.joints[0].permeability) == {"na", "k", "cl"}
    lone = rest(make_cell("hek293", set={**shared, **with_kir})).v[0]
    found = rest(system)
    hek, myocyte = (found.cells[name].summary["v_rest_mV"] for name in ("hek", "myocyte"))
    assert myocyte < hek < lone  # the myocyte is near -87 mV, and pumps out what leaks into the other
    assert found.cells["hek"].inside["na"][0] < 12
    for ko in (0.5, 30):
        with system.changed(set={"ko": ko}):
            assert rest(system).summary["max_relative_net_flux"] < 1e-8, ko
    week = block(system, hours=168).summary
    assert week["ion_conservation_error"] < 1e-12 and week["max_local_charge_error"] < 1e-12
    assert all(-30 < one["v_end_mV"] < 0 for one in week["cells"])


def test_settings_factors_and_blocks_reach_whom_they_mean():
    system = pair()
    before = rest(system)
    assert rest(system, scale={"junctions": 0}).v == pytest.approx([-50, -70], abs=1e-6)
    less = rest(system, scale={"b.pump": 0.5})
    assert less.cells["b"].inside["na"][0] > before.cells["b"].inside["na"][0] + 1
    assert rest(system, set={"ko": 8}).outside["k"] == pytest.approx([8, 8])
    assert rest(system).v == pytest.approx(before.v, abs=1e-9)  # all of it undone
    with pytest.raises(InputError, match=r"set a\.ko=8: cells of one system share it; expected ko=8"):
        rest(system, set={"a.ko": 8})
    with pytest.raises(InputError, match=r"scale c\.pump: unknown cell 'c'"):
        rest(system, scale={"c.pump": 0.5})
    with pytest.raises(InputError, match="several cells in one system; this is asked of one cell alone"):
        excite(system)
    with pytest.raises(InputError, match="it is one of the cells of system now"):
        rest(system.cells["a"])


def test_places_and_cells_start_from_contents_of_their_own():
    fibre = cell("fibre", -65, "neuron", CABLE)
    state = start_from(fibre, {"na": 12, "cable(0.5).nai": 30})
    assert state["na"] == pytest.approx([12, 30, 12])
    assert fibre.charge({"v": state["v"], **{ion: state[ion] for ion in fibre.ions}}) == pytest.approx(
        np.zeros(3), abs=1e-12
    )
    fibre.start = state
    course = evolve(fibre, 1)
    assert course.na[0] == pytest.approx([12, 30, 12]) and np.ptp(course.na[-1]) < 10
    system = pair()
    state = start_from(system, {"a.na": 30, "v": -40})
    assert state["v"] == pytest.approx([-40, -40]) and state["na"][0] == 30 and state["na"][1] < 20
    assert rest(system, start={"a.na": 30}).v == pytest.approx(rest(system).v, abs=1e-6)
    for start, words in (({"c.na": 3}, "start c.na: unknown cell 'c'"), ({"a.x.na": 3}, "unknown region")):
        with pytest.raises(InputError, match=words):
            start_from(system, start)


# ---------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("junction", "words"),
    [
        ({"between": ["a.cable(0.5)", "c.cable(0.5)"]}, r"junctions\[0\]: between: unknown cell 'c'"),
        ({"between": ["a.cable(0.5)", "a.cable(0.5)"]}, "both ends are in a; a junction joins two cells"),
        ({"between": ["a.cable(0.5)", "b.soma(0.5)"]}, "unknown region or section 'soma"),
        ({"between": ["a", "b.cable(0.5)"]}, r"'a': expected CELL\.PLACE, such as a\.soma\(0\.5\)"),
        ({"between": ["a.cable(0.5)"]}, "expected two places"),
        ({"conductance": "-1 nS"}, r"conductance: must be at least 0 .*got -1"),
        ({"conductance": "1 mV"}, "conductance: expected a conductance such as"),
        ({"conductance": "1 nS", "channels": 3}, "expected one of conductance and channels"),
        ({}, "expected one of conductance and channels"),
        ({"channels": 3, "connexin": "cx99"}, "unknown connexin 'cx99'; did you mean"),
        ({"conductance": "1 nS", "permeability": {"li": 1}}, "permeability: unknown ion 'li'"),
        ({"conductance": "1 nS", "permeability": {"cl": -1}}, r"permeability\.cl = -1: expected a number"),
        (
            {"conductance": "1 nS", "permeability": dict.fromkeys(("na", "k", "cl"), 0)},
            "no ion that both cells have passes it",
        ),
        ({"conductances": "1 nS"}, "unknown key 'conductances'; did you mean 'conductance'"),
    ],
)
def test_junctions_that_are_none(junction, words, two):
    with pytest.raises(InputError, match=words):
        Cells(two, [{"between": AT, **junction}])


@pytest.fixture(scope="module")
def two():
    return [cell("a"), cell("b")]


def test_cells_that_cannot_stand_together(write_toml):
    with pytest.raises(InputError, match="expected a list of two or more"):
        Cells([cell("a")])
    with pytest.raises(InputError, match="expected a cell, or Cells"):
        make_cell(write_toml(FILE, "two.toml"))
    with pytest.raises(InputError, match="two cells are called 'a'"):
        Cells([cell("a"), cell("a")])
    with pytest.raises(InputError, match=r"ko is 4\.0 of a and 8\.0 of b; cells of one system share bath"):
        Cells([cell("a"), cell("b", set={"outside.ko": 8})])
    with pytest.raises(InputError, match="outside is bath of a and closed of b"):
        Cells([cell("a"), cell("b", outside="closed")])
    with pytest.raises(InputError, match="a has T-tubules or an epithelium; expected cells of one membrane"):
        Cells([cell("b"), {"name": "a", "cell": "muscle_fast"}])
    with pytest.raises(InputError, match="a has no position; ions diffuse"):
        Cells([cell("a", outside="closed"), cell("b", outside="closed")])
    closed = [cell("a", outside="closed"), cell("b", outside="closed")]
    with pytest.raises(InputError, match="a and b have the same position"):
        Cells(closed, positions={"a": (0, 0, 0), "b": (0, 0, 0)})
    with pytest.raises(InputError, match=r"positions: a: expected three lengths"):
        Cells([cell("a"), cell("b")], positions={"a": (0, 0)})
    path = write_toml('[[cell]]\nname = "a"\ncell = "hek293"\n')
    with pytest.raises(InputError, match=r"mine\.toml: cell: expected two \[\[cell\]\] tables or more"):
        rest(path)


FILE = """
name = "two"
celsius = "37 degC"
[outside]
nao = "140 mM"
ko = "4 mM"
clo = "120 mM"
[[cell]]
name = "a"
cell = "hek293"
position = ["0 um", "0 um", "0 um"]
[[cell]]
name = "b"
cell = "hek293"
position = ["0 um", "40 um", "0 um"]
set = { "inside.v" = "-70 mV" }
[[junction]]
between = ["a.cable(0.5)", "b.cable(0.5)"]
connexin = "cx43"
channels = { value = 50, source = "assumed" }
"""


def test_a_file_and_what_is_written(write_toml, tmp_path):
    path = write_toml(FILE, "two.toml")
    done = CliRunner().invoke(app, ["block", "--cell", path, "--hours", "1", "--where", "a", "--also", "nc",
                                    "--set", "b.inside.nai=13", "--out", str(tmp_path / "out")])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "a.cable[0](0.5) to b.cable[0](0.5)" in done.output
    s = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert [one["cell"] for one in s["cells"]] == ["a", "b"] and s["cell"] == "two"
    assert s["cells"][1]["v_before_mV"] < s["cells"][0]["v_before_mV"]
    assert set(s["junctions"][0]) == {"junction", "na_fmol", "k_fmol", "cl_fmol"}
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"course.csv", "end.csv", "passed.csv", "traces.nc", "block.nc", "block.png"} <= written
    found = rest(Cells(path))
    data = found.to_xarray()
    assert data.cell.values.tolist() == ["a", "b"] and data.passing.shape == (1, 3)
    for process in found.cells["a"].currents.values():
        assert "junction" in process
    assert found.plot() is not None
    assert rest(path, start=found).v == pytest.approx(found.v, abs=1e-9)
