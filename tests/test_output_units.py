"""What cells really give: units of every key, one unit of a leak everywhere, each mechanism's own current."""

import json
import re
from pathlib import Path

import numpy as np
import pandas
import pint
import pytest
from scipy.constants import Avogadro

from models import InputError, Neuron, block, excite, glycoside, make_cell, rest
from models.cell.changes import scale
from models.cli import run_command
from models.experiments.inspect import inspect
from models.experiments.keys import ENDING, SHOWN, name_and_unit, unit_of, with_unit
from models.parameters.settings import SETTINGS
from models.physics.theory import nernst
from models.show.rest import tables as rest_tables
from models.show.tables import SYMBOL
from models.simulator import library
from models.simulator.runtime import h
from models.solve.equations import System

MECHANISMS = Path(__file__).resolve().parent / "mechanisms"
OHMIC = """base = "ventricle"
name = "ohmic"
leak.law = "ohmic"
"""
UNITS = pint.UnitRegistry(preprocessors=[lambda text: re.sub(r"([a-z])(-?[1-9])", r"\1^\2", text)])


@pytest.fixture(scope="module")
def small():
    return rest(Neuron("stylised", max_compartment_length=100.0, volume="osmotic"), set={"ko": 5})


def keys_of(summary) -> list[str]:
    """Every key of a summary that stands for one value, however deep."""
    found = []
    for key, value in summary.items():
        inner = value if isinstance(value, list) else [value]
        if any(isinstance(part, dict) for part in inner):
            for part in inner:
                named = part.values() if all(isinstance(x, dict) for x in part.values()) else [part]
                found += [k for one in named for k in keys_of(one)]
        else:
            found.append(key)
    return found


def test_units_are_units():
    """Each unit of the table is one, and each ending leads to one only."""
    for unit in ENDING.values():
        UNITS.parse_units(unit)
    assert len(set(ENDING.values())) == len(ENDING) - 1  # hours and h
    assert SHOWN.keys() <= {*ENDING.values()}


def test_a_key_says_its_unit():
    for key, unit in {
        "v_rest_mV": "mV", "nai_rise_mM_per_min": "mM/min", "na_net_mM_per_ms": "mM/ms", "pk_cm_s": "cm/s",
        "i_ca_pl_pmca_uA_cm2": "uA/cm2", "hours_to_10_mV": "h", "recover_at_hours": "h", "x": "1",
        "surface_to_volume_per_um": "1/um", "atp_per_s": "1/s", "wall_s": "s", "cell": None,
        "alpha1_share": "1",
    }.items():  # fmt: skip
        assert unit_of(key) == unit, key
    with pytest.raises(KeyError, match="its unit is not said"):
        unit_of("ko")


def test_every_setting_can_be_varied_by_a_key_with_its_unit():
    for name, setting in SETTINGS.items():
        unit = setting.unit
        key = with_unit(name, unit)
        assert unit_of(key) == unit and name_and_unit(key)[0] == name
    assert with_unit("ko", "mM") == "ko_mM" and name_and_unit("celsius_degC") == ["celsius", "°C"]


def test_every_key_of_every_summary_says_its_unit(small, write_toml):
    cell = Neuron("stylised", max_compartment_length=100.0)
    coarse = {"max_compartment_length": 100.0}
    summaries = [
        small.summary,
        rest(make_cell(write_toml(OHMIC), **coarse)).summary,
        block(cell, hours=0.2, recover_at=0.1).summary,
        glycoside(hours=0.01, **coarse).summary,
        excite("stylised", vary={"ko": ["4 mM"]}, **coarse).summary,
        inspect(cell).summary,
    ]
    for summary in summaries:
        for key in keys_of(summary):
            unit_of(key)
    assert summaries[4]["points"][0]["ko_mM"] == 4.0 and summaries[4]["varied"] == "ko_mM"


def test_summary_of_a_rest_in_its_units(small):
    """Each value once more from the arrays, in SI, and from there into the unit that its key says."""
    layout, s = small.layout, small.summary
    area, volume = layout.area, layout.volume * small.relative_volume
    across = UNITS.Quantity

    def by_area(values):
        return values @ area / area.sum()

    def current(values):  # mA/cm2
        return across(by_area(values) * 1e-3 * 1e4, "A/m^2")

    wanted = {
        "v_rest_mV": across(by_area(small.v) * 1e-3, "V"),
        "v_min_mV": across(small.v.min() * 1e-3, "V"),
        "v_max_mV": across(small.v.max() * 1e-3, "V"),
        "pump_net_current_uA_cm2": current(small.pump_net),
        "membrane_resistance_ohm_cm2": 1 / across(by_area(small.slope) * 1e4, "S/m^2"),
        "area_um2": across(area.sum() * 1e-12, "m^2"),
        "volume_um3": across(volume.sum() * 1e-18, "m^3"),
        "surface_to_volume_per_um": across(area.sum() * 1e-12, "m^2") / across(volume.sum() * 1e-18, "m^3"),
        # a cycle carries 3 Na+ and burns one ATP
        "atp_per_s": across(
            small.currents["na"]["pump"] / 3 * 10 @ area * 1e-12 / 96485.33212331 * Avogadro, "1/s"
        ),
    }
    for ion in layout.ions:
        wanted[f"{ion}i_mM"] = across(small.inside[ion] @ volume / volume.sum(), "mol/m^3")
        outer = small.outside[ion] @ layout.volume / layout.volume.sum()
        wanted[f"{ion}o_mM"] = across(outer, "mol/m^3")
        wanted[f"p{ion}_cm_s"] = across(by_area(small.leak_strength[ion]) * 1e-2, "m/s")
    for key, quantity in wanted.items():
        unit = {"mM": "mol/m^3"}.get(unit_of(key), unit_of(key).replace(" ", "*"))
        assert s[key] == pytest.approx(quantity.to(unit).magnitude, rel=1e-9, abs=0), key
    assert s["relative_volume"] == pytest.approx(volume.sum() / layout.volume.sum(), rel=1e-12)
    assert s["celsius_degC"] == layout.celsius


def test_one_leak_has_one_unit_everywhere(write_toml, tmp_path, monkeypatch, capsys):
    """Ca2+ in an ohmic cell: its permeability in ions.csv, compartments.csv, the summary, the list of
    parameters, the terminal and the refusal of a balance; the others have conductances there."""
    path = write_toml(OHMIC)
    monkeypatch.setattr(
        "sys.argv", ["run.py", "rest", "--cell", path, "--max-compartment", "100", "--out", str(tmp_path)]
    )
    assert run_command() == 0
    said = capsys.readouterr().out
    strengths = {ion: None for ion in ("na", "k", "cl", "ca")}
    cell = make_cell(path, max_compartment_length=100.0)
    for ion in strengths:
        strengths[ion] = cell.strength[ion] @ cell.area / cell.area.sum()
    ions = pandas.read_csv(tmp_path / "ions.csv", comment="#").set_index("ion")
    compartments = pandas.read_csv(tmp_path / "compartments.csv", comment="#")
    summary = json.loads((tmp_path / "summary.json").read_text())
    listed = {row["parameter"]: row for row in inspect(cell).parameters}
    for ion, value in strengths.items():
        ohmic = ion != "ca"
        ours, other = ("conductance_S_cm2", "permeability_cm_s")[:: 1 if ohmic else -1]
        assert ions[ours][ion] == pytest.approx(value, rel=1e-11) and np.isnan(ions[other][ion])
        ending, symbol, unit = ("S_cm2", "g", "S/cm2") if ohmic else ("cm_s", "p", "cm/s")
        assert compartments[f"{ion}_leak_{ending}"] @ cell.area / cell.area.sum() == pytest.approx(
            value, rel=1e-11
        )
        assert summary[f"{symbol}{ion}_{ending}"] == pytest.approx(value, rel=1e-11)
        assert summary.get(f"{'p' if ohmic else 'g'}{ion}_{'cm_s' if ohmic else 'S_cm2'}") is None
        row = listed[f"leak.{symbol}{ion}"]
        assert (row["unit"], row["source"]) == (unit, "found by the balance")
        assert row["value"] == pytest.approx(value, rel=1e-11)
    assert (
        f"{strengths['ca']:.3e}" in next(x for x in said.splitlines() if x.startswith("Ca²⁺"))
        and "cm/s" in said
    )
    assert sum(column.endswith("_leak_cm_s") for column in compartments) == 1


def test_sources_are_listed_with_every_parameter(tmp_path, monkeypatch):
    """`inspect` writes each number with its own source, unit and value; none is without."""
    monkeypatch.setattr(
        "sys.argv", ["run.py", "inspect", "--cell", "ventricle", "--quiet", "--out", str(tmp_path)]
    )
    assert run_command() == 0
    read = pandas.read_csv(tmp_path / "parameters.csv", comment="#").set_index("parameter")
    assert read["source"].notna().all() and (read["source"].str.len() > 3).all()
    cell = make_cell("ventricle")
    given = {row["parameter"]: row for row in cell.parameters.sources()}
    assert set(given) <= set(read.index) and len(given) > 30
    for name, row in given.items():
        assert read["source"][name] == row["source"] and read["unit"][name] == str(row["unit"])
        assert read["value"][name] == pytest.approx(row["value"], rel=1e-11, abs=0)
    assert read["source"]["inside.nai"] == cell.parameters.inside.nai.source


# ---------------------------------------------------------------------- each mechanism's own current


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
    assert parts["pl_pmca"] == pytest.approx(pump.imax * cai / (cai + pump.km), rel=1e-9)
    # 3 Na+ for a Ca2+: the currents are as 3 to -2
    assert result.currents["na"]["pl_ncx"] == pytest.approx(-1.5 * parts["pl_ncx"], rel=1e-9)
    assert "pl_pmca + pl_ncx" not in parts and np.abs(parts["pl_ncx"]).min() > 1e-6


def test_what_is_told_is_what_the_current_loses(monkeypatch):
    """A mechanism that does not tell its current is measured by setting its strengths to 0, to the digit."""
    cell = make_cell("ventricle", max_compartment_length=200.0)
    first = rest(cell)
    told, before = first.currents, first.summary["v_rest_mV"]
    monkeypatch.setattr("models.solve.currents._tells", lambda ion, mechanism: False)
    measured = rest(cell).currents
    for ion, parts in told.items():
        assert set(parts) == set(measured[ion])
        largest = max(np.abs(values).max() for values in parts.values())
        for process, values in parts.items():
            assert np.abs(values - measured[ion][process]).max() <= 1e-12 * max(largest, 1e-12)
    assert rest(cell).summary["v_rest_mV"] == pytest.approx(before, abs=1e-9)  # strengths are what they were


@pytest.mark.parametrize("without", [["pl_ncx"], ["pl_ncx", "pl_pmca"]])
def test_what_nothing_tells_apart_shares_a_column_that_says_so(monkeypatch, without):
    """One mechanism that has no strength gets what is left; two share a column named by both."""
    cell = make_cell("ventricle", max_compartment_length=200.0)
    told = rest(cell).currents["ca"]

    def refuse(cell, name, factor):
        if name in without:
            raise InputError("it has no strength")
        return scale(cell, name, factor)

    monkeypatch.setattr("models.solve.currents._tells", lambda ion, mechanism: False)
    monkeypatch.setattr("models.solve.currents.scale", refuse)
    found = rest(cell).currents["ca"]
    if len(without) == 1:
        for name in ("pl_ncx", "pl_pmca"):
            assert found[name] == pytest.approx(told[name], rel=1e-9)
    else:
        (joint,) = found.keys() - {"leak"}
        assert set(joint.split(" + ")) == {"pl_ncx", "pl_pmca"}
        assert found[joint] == pytest.approx(told["pl_ncx"] + told["pl_pmca"], rel=1e-9)


def test_what_does_not_add_up_is_not_told_apart(monkeypatch):
    """A mechanism that goes on at strength 0 is found out: the shares do not make up the whole."""
    cell = make_cell("ventricle", max_compartment_length=200.0)
    told = rest(cell).currents["ca"]

    def goes_on(cell, name, factor):
        return [] if name == "pl_ncx" else scale(cell, name, factor)

    monkeypatch.setattr("models.solve.currents._tells", lambda ion, mechanism: False)
    monkeypatch.setattr("models.solve.currents.scale", goes_on)
    found = rest(cell).currents["ca"]
    (joint,) = found.keys() - {"leak"}
    assert set(joint.split(" + ")) == {"pl_ncx", "pl_pmca"}
    assert found[joint] == pytest.approx(told["pl_ncx"] + told["pl_pmca"], rel=1e-9)


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


def test_each_command_prints_what_it_writes(tmp_path, monkeypatch, capsys):
    """The files of a real run are the result's own: summary and tables of one rest agree with each other."""
    line = ["run.py", "rest", "--cell", "hek293", "--set", "ko=8", "--out", str(tmp_path)]
    monkeypatch.setattr("sys.argv", line)
    assert run_command() == 0
    said = capsys.readouterr().out
    summary = json.loads((tmp_path / "summary.json").read_text())
    ions = pandas.read_csv(tmp_path / "ions.csv", comment="#").set_index("ion")
    assert f"{summary['v_rest_mV']:.3f} mV" in said
    for ion in ions.index:
        assert ions["inside_mM"][ion] == pytest.approx(summary[f"{ion}i_mM"], rel=1e-11)
        assert ions["outside_mM"][ion] == pytest.approx(summary[f"{ion}o_mM"], rel=1e-11)
    assert ions["outside_mM"]["k"] == 8.0
    assert SYMBOL["k"] in said
