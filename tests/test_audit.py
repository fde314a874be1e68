"""What flows at the rest of a model: against NEURON's own run in which concentrations follow, and by hand."""

import json

import numpy as np
import pandas
import pytest
from typer.testing import CliRunner

from models import audit, settle
from models.cli import app
from models.existing.currents import currents_in_copy
from models.existing.reading import read_model
from models.experiments.keys import unit_of
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h

pytestmark = pytest.mark.usefixtures("alone")
F = 96485.33212  # C/mol
MINUTE = 6e4  # ms


@pytest.fixture
def cell(section, own_mechanisms):
    """A soma and a dendrite of two diameters, channels of Na+ and K+ in both, and a leak."""
    soma, dend = section("soma", 30, 30), section("dend", 300, 3, 5)
    dend.connect(soma(1))
    for sec in (soma, dend):
        for name in ("hh", "pas"):
            sec.insert(name)
        sec.e_pas, sec.nai, sec.ki, sec.ko = -68, 12, 140, 4
        for segment in sec:
            segment.hh.gnabar, segment.hh.gkbar = 0.1 * segment.x, 0.03
    return soma, dend


def test_drift_is_that_of_a_run_in_which_concentrations_follow(cell):
    """NEURON's own accumulation, E held as the model has it, from the same rest: the slope of its first 100
    ms, in which V and gates hardly follow."""
    found = audit(cell)

    def accumulate(_):
        for sec in cell:
            for ion, mechanism in (("na", "fills"), ("k", "kfills")):
                sec.insert(mechanism)
                h.ion_style(f"{ion}_ion", 3, 1, 0, 0, 1, sec=sec)
            sec.start_fills, sec.start_kfills = 12, 140
        settle_there = settled.put
        h.finitialize(-65)
        settle_there()
        segments = [segment for sec in cell for segment in sec]
        before = np.array([(s.nai, s.ki) for s in segments])
        h.CVode().active(0)
        h.t, h.dt = 0, 0.1
        while h.t < 100:
            h.fadvance()
        return (np.array([(s.nai, s.ki) for s in segments]) - before) / h.t * MINUTE

    settled = settle(cell, write=False)
    na, k = in_a_copy(accumulate).T
    assert found.ions["na"].drift == pytest.approx(na, rel=1e-2)
    assert found.ions["k"].drift == pytest.approx(k, rel=1e-2)
    assert na.min() > 0 > k.max() and np.ptp(na) > 0.1


def test_by_hand(section, alone):
    """One ball of hh: what hh carries of Na+ is its own g (V - E); sphere, volume and ATP by hand."""
    soma = section("soma", 30, 30)
    soma.insert("hh")
    soma.nai, soma.ki, soma.ko = 12, 140, 4
    found, here = audit(soma), soma(0.5)
    settle(soma)
    h.fcurrent()
    s, (na, k) = found.summary, found.summary["ions"]
    current = 0.01 * here.ina * here.area()  # nA
    assert [na["ion"], k["ion"]] == ["Na+", "K+"]
    assert na["net_nA"] == pytest.approx(current) and na["carried"][0]["current_nA"] == pytest.approx(current)
    drift = -1e4 * here.ina * here.area() / (F * here.volume()) * MINUTE
    assert na["net_mM_per_min"] == pytest.approx(drift) and na["place"] == "soma(0.5)"
    assert na["tenth_after_s"] == pytest.approx(1.2 / drift * 60)
    assert s["atp_per_s"] == pytest.approx(-current * 1e-9 / F * 6.02214076e23 / 3)
    assert s["pump_nA"] == pytest.approx(-current / 3)
    assert s["no_ion"] == [{"mechanism": "hh", "current_nA": pytest.approx(0.01 * here.hh.il * here.area())}]
    # all currents together are none, and so the leak's is what K+ and Na+ leave
    assert na["net_nA"] + k["net_nA"] + s["no_ion"][0]["current_nA"] == pytest.approx(0, abs=1e-9)
    assert na["given"] and s["mismatched"] == ["Na+", "K+"]
    left = k["net_nA"] + 2 * current / 3
    assert s["potassium_left_mM_per_min"] / k["net_mM_per_min"] == pytest.approx(left / k["net_nA"])
    assert "Na+ enters" in found.words and "K+ leaves" in found.words and "hh" in found.words


def test_pump_moves_v_as_a_small_current_does(cell):
    """In proportion: a thousandth of the pump's current as pipettes' moves V by a thousandth."""
    found = audit(cell)
    before = settle(cell, write=False).v
    pipettes = []
    for segment, net in zip((s for sec in cell for s in sec), found.ions["na"].net, strict=True):
        pipettes.append(h.IClamp(segment))
        pipettes[-1].dur, pipettes[-1].amp = 1e9, 1e-3 * 0.01 * net * segment.area() / 3
    assert 1e3 * (settle(cell, write=False).v - before) == pytest.approx(found.moves, rel=1e-2)


def test_calcium_that_a_pool_makes_vanish(section, own_mechanisms):
    """Its pool stands still; what enters is told all the same, and who takes it out."""
    soma = section("soma", 30, 30)
    for name in ("pas", "cadecay", "pl_caleak"):
        soma.insert(name)
    soma.cao, soma.p_pl_caleak = 2, 1e-9
    row = audit(soma).summary["ions"][0]
    assert row["ion"] == "Ca2+" and row["taken_by"] == "cadecay" and row["net_mM_per_min"] > 0
    assert row["inside_mM"] == pytest.approx(settle(soma).states["cai"][0])


def test_currents_of_all_mechanisms_at_rest_are_none(cell):
    """Whatever flows in somewhere flows out elsewhere, of ions or of none."""
    settle(cell)
    found = in_a_copy(lambda _: currents_in_copy(read_model(cell)))
    area = np.array([segment.area() for sec in cell for segment in sec])
    assert found.net @ area == pytest.approx(0, abs=1e-9 * np.abs(found.net) @ area)


def keys_of(value):
    """Every key of a summary, however deep."""
    if isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from keys_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from keys_of(one)


def test_every_key_says_its_unit(cell):
    found = [*keys_of(audit(cell).summary), *keys_of(settle(cell, write=False).summary)]
    assert all(unit_of(key) or True for key in found) and "potassium_left_mM_per_min" in found


def test_a_drift_is_drawn_where_there_is_one(section):
    """Beside the bars, with numbers below them that can be told apart; of ions that stand still, none."""
    sec = section("soma")
    sec.insert("hh")
    drawn = audit([sec]).plot()
    bars = drawn.axes[0]
    assert len(drawn.axes) > 1 and len(bars.get_xticks()) <= 7
    sec(0.5).hh.gnabar = sec(0.5).hh.gkbar = 0
    assert len(audit([sec]).plot().axes) == 1


def test_command(tmp_path):
    path, out = tmp_path / "ball.py", tmp_path / "out"
    path.write_text(
        "from neuron import h\nsoma = h.Section(name='soma')\nsoma.insert('hh')\nsoma.L = soma.diam = 30\n"
    )
    done = CliRunner().invoke(app, ["audit", str(path), "--out", str(out), "--also", "nc"])
    assert done.exit_code == 0, done.output
    assert "Nobody has set its concentrations" in done.output and "K⁺" in done.output
    summary = json.loads((out / "summary.json").read_text())
    assert summary["ions"][0]["taken_by"] is None and summary["v_rest_mV"] == pytest.approx(-64.97, abs=0.01)
    assert {"audit.png", "audit.nc", "compartments.csv", "words.txt"} <= {p.name for p in out.iterdir()}
    table = pandas.read_csv(out / "compartments.csv", comment="#")
    assert all(unit_of(key) or key == "section" for key in table.columns)
    assert table["na_drift_mM_per_min"][0] == pytest.approx(summary["ions"][0]["net_mM_per_min"])
