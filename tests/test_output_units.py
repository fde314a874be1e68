"""What cells really give: units of every key, one unit of a leak everywhere."""

import json
import re

import numpy as np
import pandas
import pint
import pytest
from scipy.constants import Avogadro

from models import Neuron, block, excite, glycoside, make_cell, rest
from models.cli import run_command
from models.experiments.inspect import inspect
from models.experiments.keys import ENDING, name_and_unit, shown, unit_of, with_unit
from models.parameters.settings import SETTINGS
from models.show.tables import SYMBOL
from models.words import minus

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


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("degC", "°C"), ("uA/cm2", "µA/cm²"), ("S/cm2", "S/cm²"), ("ohm cm2", "Ω·cm²"),
        ("kohm cm2", "kΩ·cm²"),
        ("um", "µm"), ("um2", "µm²"), ("um3", "µm³"), ("um2/ms", "µm²/ms"), ("1/um", "1/µm"),
        ("uF/cm2", "µF/cm²"), ("ohm cm", "Ω·cm"), ("mM", "mM"), ("mM/min", "mM/min"), ("kJ/mol", "kJ/mol"),
        ("mV or mM", "mV or mM"), ("uM", "µM"), ("mV/decade", "mV/decade"),
    ],
)  # fmt: skip
def test_a_unit_as_a_reader_sees_it(unit, said):
    assert shown(unit) == said


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
        minus(f"{strengths['ca']:.3e}") in next(x for x in said.splitlines() if x.startswith("Ca²⁺"))
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
        assert read["source"][name] == row["source"] and read["unit"].fillna("")[name] == str(row["unit"])
        assert read["value"][name] == pytest.approx(row["value"], rel=1e-11, abs=0)
    assert read["source"]["inside.nai"] == cell.parameters.inside.nai.source


def test_each_command_prints_what_it_writes(tmp_path, monkeypatch, capsys):
    """The files of a real run are the result's own: summary and tables of one rest agree with each other."""
    line = ["run.py", "rest", "--cell", "hek293", "--set", "ko=8", "--out", str(tmp_path)]
    monkeypatch.setattr("sys.argv", line)
    assert run_command() == 0
    said = capsys.readouterr().out
    summary = json.loads((tmp_path / "summary.json").read_text())
    ions = pandas.read_csv(tmp_path / "ions.csv", comment="#").set_index("ion")
    assert minus(f"{summary['v_rest_mV']:.3f} mV") in said
    for ion in ions.index:
        assert ions["inside_mM"][ion] == pytest.approx(summary[f"{ion}i_mM"], rel=1e-11)
        assert ions["outside_mM"][ion] == pytest.approx(summary[f"{ion}o_mM"], rel=1e-11)
    assert ions["outside_mM"]["k"] == 8.0
    assert SYMBOL["k"] in said
