"""Each mechanism's own current, as cells really give it."""

from pathlib import Path

import numpy as np
import pytest

from models import InputError, Neuron, make_cell, rest
from models.cell.changes import scale
from models.physics import theory
from models.physics.theory import nernst
from models.show.rest import tables as rest_tables
from models.simulator import library
from models.simulator.runtime import h
from models.solve.equations import System

MECHANISMS = Path(__file__).resolve().parent / "mechanisms"


def neurons(cell, result):
    """NEURON's own ion currents at the resting state."""
    saved = cell.start
    cell.start = result.state()
    try:
        system = System(cell)
        system.full_rates(system.start)
        return {ion: cell.variables[f"i{ion}"].get().copy() for ion in cell.ions}
    finally:
        cell.start = saved


@pytest.mark.parametrize("name", ["ventricle", "epithelium", "excitable", "hypopp"])
def test_one_column_for_each_mechanism(name):
    """Their sum is NEURON's current of the ion; each is the mechanism's own, by its own equation."""
    cell = make_cell(name, max_compartment_length=200.0)
    result = rest(cell)
    whole = neurons(cell, result)
    for ion, parts in result.currents.items():
        assert not any("+" in process for process in parts)
        further = {process for process in parts if process not in ("leak", "pump")}
        assert further == set(cell.membrane.writes[ion])
        largest = max(np.abs(values).max() for values in parts.values())
        # the gates have come to rest when V has: both to 1e-9
        assert np.abs(sum(parts.values()) - whole[ion]).max() <= 1e-7 * max(largest, 1e-12), ion
    columns = rest_tables(result)["compartments.csv"]
    for ion in cell.ions:
        for process in result.currents[ion]:
            np.testing.assert_array_equal(
                columns[f"i_{ion}_{process}_uA_cm2"], 1e3 * result.currents[ion][process]
            )


def test_pump_and_exchanger_of_calcium_by_their_equations():
    cell = make_cell("ventricle", max_compartment_length=200.0)
    result = rest(cell)
    parts, cai = result.currents["ca"], result.inside["ca"]
    segment = cell.segments[0]
    pump = segment.pl_pmca
    most = pump.imax * cai**pump.n / (cai**pump.n + pump.km**pump.n) * pump.atp / (pump.atp + pump.km_atp)
    # as far from the energy that ATP gives as it is, the step back takes less than 1e-4 of it
    assert parts["pl_pmca"] == pytest.approx(most, rel=1e-4)
    assert result.currents["na"]["pl_pmca"] == pytest.approx(-parts["pl_pmca"], rel=1e-12)
    # one ATP for a Ca2+, counted beside the Na+/K+ pump's, one for 3 Na+
    area = 1e-8 * result.layout.area.sum()
    ours = [1e-3 * parts["pl_pmca"].mean() / 2, 1e-3 * result.currents["na"]["pump"].mean() / 3]
    spent = [each * area / theory.FARADAY * theory.AVOGADRO for each in ours]
    assert result.summary["atp_per_s"] == pytest.approx(sum(spent), rel=1e-9)
    assert result.summary["atp_share_of_pump"] == pytest.approx(spent[1] / sum(spent), rel=1e-9)
    # 3 Na+ for a Ca2+: the currents are as 3 to -2
    assert result.currents["na"]["pl_ncxallosteric"] == pytest.approx(
        -1.5 * parts["pl_ncxallosteric"], rel=1e-9
    )
    assert "pl_pmca + pl_ncxallosteric" not in parts and np.abs(parts["pl_ncxallosteric"]).min() > 1e-6


def test_what_is_told_is_what_the_current_loses(monkeypatch):
    """A mechanism that does not tell its current is measured by setting its strengths to 0, to the digit."""
    cell = make_cell("ventricle", max_compartment_length=200.0)
    first = rest(cell)
    told, before = first.currents, first.summary["v_rest_mV"]
    monkeypatch.setattr("models.solve.currents.tells", lambda ion, mechanism: False)
    measured = rest(cell).currents
    for ion, parts in told.items():
        assert set(parts) == set(measured[ion])
        largest = max(np.abs(values).max() for values in parts.values())
        for process, values in parts.items():
            assert np.abs(values - measured[ion][process]).max() <= 1e-12 * max(largest, 1e-12)
    assert rest(cell).summary["v_rest_mV"] == pytest.approx(before, abs=1e-9)  # strengths are what they were


@pytest.mark.parametrize("without", [["pl_ncxallosteric"], ["pl_ncxallosteric", "pl_pmca"]])
def test_what_nothing_tells_apart_shares_a_column_that_says_so(monkeypatch, without):
    """One mechanism that has no strength gets what is left; two share a column named by both."""
    cell = make_cell("ventricle", max_compartment_length=200.0)
    told = rest(cell).currents["ca"]

    def refuse(cell, name, factor):
        if name in without:
            raise InputError("it has no strength")
        return scale(cell, name, factor)

    monkeypatch.setattr("models.solve.currents.tells", lambda ion, mechanism: False)
    monkeypatch.setattr("models.solve.currents.scale", refuse)
    found = rest(cell).currents["ca"]
    if len(without) == 1:
        for name in ("pl_ncxallosteric", "pl_pmca"):
            assert found[name] == pytest.approx(told[name], rel=1e-9)
    else:
        (joint,) = found.keys() - {"leak"}
        assert set(joint.split(" + ")) == {"pl_ncxallosteric", "pl_pmca"}
        assert found[joint] == pytest.approx(told["pl_ncxallosteric"] + told["pl_pmca"], rel=1e-9)


def test_what_does_not_add_up_is_not_told_apart(monkeypatch):
    """A mechanism that goes on at strength 0 is found out: the shares do not make up the whole."""
    cell = make_cell("ventricle", max_compartment_length=200.0)
    told = rest(cell).currents["ca"]

    def goes_on(cell, name, factor):
        return [] if name == "pl_ncxallosteric" else scale(cell, name, factor)

    monkeypatch.setattr("models.solve.currents.tells", lambda ion, mechanism: False)
    monkeypatch.setattr("models.solve.currents.scale", goes_on)
    found = rest(cell).currents["ca"]
    (joint,) = found.keys() - {"leak"}
    assert set(joint.split(" + ")) == {"pl_ncxallosteric", "pl_pmca"}
    assert found[joint] == pytest.approx(told["pl_ncxallosteric"] + told["pl_pmca"], rel=1e-9)


def test_a_users_own_mechanism_has_its_own_column(section):
    """NEURON's hh tells none of its currents; ina is measured beside another's, and il is carried by K+."""
    library.load_mechanisms()
    sec = section()
    sec.insert("hh")
    sec.gnabar_hh, sec.gkbar_hh, sec.gl_hh = 1e-5, 1e-5, 1e-6
    sec.insert("pl_kir")
    sec.gbar_pl_kir = 1e-6
    cell = Neuron(sections=[sec], carries={"il_hh": "k"})
    result = rest(cell)
    parts = result.currents["k"]
    assert set(parts) == {"leak", "pump", "il_hh", "hh", "pl_kir"}
    segment = sec(0.5)
    n, ek = segment.hh.n, segment.ek
    assert parts["hh"][0] == pytest.approx(1e-5 * n**4 * (result.v[0] - ek), rel=1e-6)
    assert parts["il_hh"][0] == pytest.approx(1e-6 * (result.v[0] - segment.hh.el), rel=1e-6)


def test_synapses_by_ions_have_their_columns(section):
    """One that tells its current is asked (nA), one that does not gets what hh, set aside, leaves."""
    library.load_mechanisms(MECHANISMS)
    sec = section(nseg=3)
    sec.insert("hh")
    sec.gnabar_hh, sec.gkbar_hh, sec.gl_hh = 1e-5, 1e-5, 0
    sodium, potassium = h.NaSynapse(sec(0.5)), [h.KSynapse(sec(0.9)), h.KSynapse(sec(0.9))]
    cell = Neuron(sections=[sec], carries={"il_hh": "k"})
    result = rest(cell)
    na, k = result.currents["na"], result.currents["k"]
    assert set(na) == {"leak", "pump", "hh", "NaSynapse"} and set(k) == {
        "leak",
        "pump",
        "hh",
        "KSynapse",
        "il_hh",
    }
    per_area = 100 / result.layout.area  # mA/cm2 of 1 nA
    e_na, e_k = (nernst(result.inside[i], result.outside[i], 1, cell.celsius) for i in ("na", "k"))
    assert na["NaSynapse"][1] == pytest.approx((sodium.g * (result.v - e_na) * per_area)[1], rel=1e-6)
    two = sum(synapse.g for synapse in potassium)
    assert k["KSynapse"][2] == pytest.approx((two * (result.v - e_k) * per_area)[2], rel=1e-6)
    assert abs(na["NaSynapse"][[0, 2]]).max() < 1e-12 * abs(na["NaSynapse"][1])
    assert (k["KSynapse"][:2] == 0).all()
    gates = sec(0.5).hh
    assert na["hh"][1] == pytest.approx(1e-5 * gates.m**3 * gates.h * (result.v - e_na)[1], rel=1e-6)
