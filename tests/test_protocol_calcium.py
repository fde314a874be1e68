"""The Ca2+ buffer as a protocol changes it: what there is of Ca2+ stays, with all other amounts; the new
buffer is the one along the cell too."""

import numpy as np
import pytest

from models import make_cell, run
from models.experiments import run as running
from models.protocol.read import read_protocol
from models.protocol.rig import set_up
from models.solve.equations import System

LESS = {"parameter": {"calcium.buffer": "0.02 mM"}}
CHANGES = {
    "step": [{"at": "1 s", **LESS}],
    "there and back": [{"at": "1 s", "duration": "1 s", **LESS}],
    "ramp": [{"at": "1 s", "over": "1 s", **LESS}],
    "of kd": [{"at": "1 s", "over": "1 s", "parameter": {"calcium.kd": "2 uM"}}],
    "with a ramp": [{"at": "1 s", **LESS}, {"at": "1 s", "over": "1 s", "set": {"ko": "6 mM"}}],
}


@pytest.fixture(scope="module")
def myocyte():
    return make_cell("ventricle")


@pytest.mark.parametrize("changes", CHANGES)
def test_amounts_and_charge_stay(myocyte, changes):
    """To round-off, while free Ca2+ moves by a tenth and more."""
    found = run({"duration": "4 s", "change": CHANGES[changes]}, myocyte)
    s, course = found.summary, found.course
    assert s["max_local_charge_error"] < 1e-14 and s["ion_conservation_error"] < 1e-14
    salt = (course.na[0] + course.k[0]) @ myocyte.volume * 1e-3
    for ion, inside in (("k", course.k), ("ca", course.gates["ca_pl_calcium"])):
        moved = sum(values for (_, of), values in course.moved.items() if of == ion)
        assert (inside - inside[0]) @ myocyte.volume * 1e-3 == pytest.approx(moved, abs=1e-13 * salt)
    assert np.ptp(course.ca) > 1e-5
    assert myocyte.buffer == (0.12, 0.0008)


def test_the_cell_is_that_of_the_other_buffer(myocyte):
    """Rates of a cell with Ca2+ at one end, the buffer changed, are those of a cell made with the other."""
    other = make_cell("ventricle", set={"calcium.buffer": "0.02 mM"})
    loaded = np.linspace(1e-4, 1e-3, myocyte.size)
    saved = myocyte.start
    rig = set_up(read_protocol({"duration": "1 s", "change": [LESS]}), myocyte)
    try:
        rig.steps[0].make()
        rates = []
        for cell in (myocyte, other):
            cell.start = saved | {"ca": loaded}
            system = System(cell)
            rates.append(system.full_rates(system.start)[system.at["ca_pl_calcium"]])
        assert rates[0] == pytest.approx(rates[1], rel=1e-9)
    finally:
        rig.put_back()
        myocyte.start = saved


def test_a_ramp_of_the_buffer_that_was_stopped_goes_on_to_the_bit(myocyte, tmp_path, monkeypatch, stopped):
    monkeypatch.setattr(running, "PART", 20)
    tables = {"duration": "4 s", "change": CHANGES["ramp"]}
    whole = run(tables, myocyte).course

    stopped(3, lambda: run(tables, myocyte, checkpoint=tmp_path / "kept"))
    again = run(tables, myocyte, checkpoint=tmp_path / "kept").course
    for name, values in whole.state.items():
        assert (again.state[name] == values).all()
