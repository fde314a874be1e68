"""Values in place of a file's by dotted key, from Python and on the command line; copies that keep them."""

import copy
import json
import pickle

import numpy as np
import pytest

from models import InputError, Muscle, Neuron, compare, excite, glycoside, make_cell, rest
from models.cli import run_command
from models.experiments.inspect import inspect
from models.parameters import Parameters, read_parameters, with_values
from models.parameters.files import shipped_cells
from models.parameters.overrides import BY_USER
from models.parameters.units import Quantity, convert

COARSE = {"max_compartment_length": 100.0}


def of(parameters: Parameters, name: str) -> dict:
    return next(row for row in parameters.sources() if row["parameter"] == name)


@pytest.mark.parametrize("name", shipped_cells())
@pytest.mark.parametrize(
    "copied",
    [lambda p: pickle.loads(pickle.dumps(p)), copy.copy, copy.deepcopy],
    ids=["pickle", "copy", "deep"],
)
def test_copies_keep_values_units_and_sources(name, copied):
    given = read_parameters(name)
    again = copied(given)
    assert again == given and again.sources() == given.sources() and again.digest() == given.digest()
    value = again.inside.nai
    assert isinstance(value, Quantity) and (value.unit, value.source) == ("mM", given.inside.nai.source)


def test_a_quantity_copies():
    value = Quantity(3.0, "mM", "a book")
    for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert (again, again.unit, again.source) == (3.0, "mM", "a book") and type(again) is Quantity


@pytest.mark.parametrize(
    ("cell", "name", "given", "value"),
    [
        ("neuron", "inside.nai", "12 mM", 12.0),
        ("neuron", "inside.nai", "0.012 M", 12.0),
        ("neuron", "inside.nai", 12, 12.0),
        ("neuron", "inside.nai", "12", 12.0),
        ("neuron", "electrical.axial_resistivity", 150, 150.0),
        ("neuron", "balance.chloride_share", 0.3, 0.3),
        ("neuron", "balance.chloride_share", np.float32(0.25), 0.25),
        ("neuron", "balance.chloride_share", "30 %", 0.3),
        ("neuron", "electrical.celsius", "300 K", 26.85),
        ("neuron", "electrical.axial_resistivity", "ions", None),
        ("neuron", "pump.km_na", "11 mM", 11.0),
        ("neuron", "region.soma.capacitance", "2 uF/cm2", 2.0),
        ("epithelium", "region.apical.ko", "6 mM", 6.0),
        ("muscle_fast", "tubules.rings", 7, 7.0),
    ],
)
def test_any_value_of_a_file(cell, name, given, value):
    before, after = read_parameters(cell), read_parameters(cell, set={name: given})
    assert after.digest() != before.digest() and after.name == before.name
    if value is None:
        assert after.changed == {name: given}
        return
    row = of(after, name)
    assert row["value"] == pytest.approx(value, rel=1e-12) and row["source"] == BY_USER
    assert after.changed == {name: pytest.approx(value, rel=1e-12)} and before.changed == {}
    same = [r for r in after.sources() if r["parameter"] != name]
    assert same == [r for r in before.sources() if r["parameter"] != name]


def test_an_isoform_and_a_source_of_its_own():
    found = read_parameters(
        "ventricle", {"pump.isoform.alpha1.km_na": {"value": "3 mM", "source": "a paper"}, "name": "mine"}
    )
    assert of(found, "pump.alpha1_km_na") == {
        "parameter": "pump.alpha1_km_na",
        "value": 3.0,
        "unit": "mM",
        "source": "a paper",
    }
    assert found.name == "mine"


def test_words_and_lists():
    found = read_parameters(
        "ventricle", {"leak.law": "ohmic", "pump.species": "rat", "space.diffusion": False}
    )
    assert (found.leak.law, found.pump.species, found.space.diffusion) == ("ohmic", "rat", False)
    without = read_parameters("neuron", {"ions": ["na", "k"]})
    assert without.ions == ["na", "k"] and without.changed == {"ions": "['na','k']"}


def test_channels_by_mechanism_and_by_number():
    found = read_parameters(
        "muscle_fast",
        {
            "channel.pl_kirmuscle.p": "2e-6 cm/s",
            "channel.1.regions": ["tubule"],
            "channel.pl_clc1.balanced": False,
        },
    )
    kir, chloride = found.channel[:2]
    assert (kir.set["p"].value, kir.set["p"].source) == ("2e-6 cm/s", BY_USER)
    assert kir.regions == ["all"] and chloride.regions == ["tubule"] and not chloride.balanced
    assert of(found, "pl_kirmuscle.p")["source"] == BY_USER
    assert found.changed["channel.pl_kirmuscle.p"] == "2e-6cm/s"
    again = read_parameters("muscle_fast", {"channel.pl_kirmuscle.set.p": "2e-6 cm/s"})
    assert again.channel[0] == kir


def test_what_excludes_a_value_goes_as_where_a_file_says_so():
    wish = read_parameters("neuron", {"balance.pump_current": "0.05 uA/cm2"})
    assert wish.balance.membrane_resistance is None
    strengths = {"leak.pk": "4e-7 cm/s", "leak.pna": "2e-8 cm/s", "leak.pcl": "1e-7 cm/s"}
    given = read_parameters("neuron", {**strengths, "pump.imax": "10 uA/cm2"})
    assert given.balance is None and given.strengths()["k"] == 4e-7
    cubic = read_parameters("neuron", {"pump.law": "cubic"})
    assert cubic.pump.km_na is None


def test_the_same_as_a_file_that_says_it(write_toml):
    text = 'base = "muscle_fast"\n[inside]\nnai = "11 mM"\n[balance]\nchloride_share = 0.8\n'
    file = read_parameters(write_toml(text))
    given = read_parameters("muscle_fast", {"inside.nai": "11 mM", "balance.chloride_share": 0.8})
    assert given.digest() == file.digest()


def test_parameters_are_changed_as_a_file_is():
    once = read_parameters("muscle_fast", {"inside.nai": "12 mM"})
    twice = with_values(once, {"balance.chloride_share": 0.8})
    at_once = read_parameters("muscle_fast", {"inside.nai": "12 mM", "balance.chloride_share": 0.8})
    assert twice == at_once and twice.sources() == at_once.sources()
    assert once.changed == {"inside.nai": 12.0} and with_values(once, None) is once
    assert with_values(once, {"inside.nai": "13 mM"}).changed == {"inside.nai": 13.0}


@pytest.mark.parametrize(
    ("cell", "first", "then", "said"),
    [
        (
            "neuron",
            {"balance.pump_current": "0.05 uA/cm2"},
            {"balance.membrane_resistance": "10 kohm cm2"},
            {"balance.membrane_resistance": 1e4},
        ),
        ("neuron", {"pump.km_na": "11 mM"}, {"pump.law": "cubic"}, {"pump.law": "cubic"}),
        (
            "muscle_fast",
            {"channel.pl_kirmuscle.p": "1e-6 cm/s"},
            {"channel.0.p": "2e-6 cm/s"},
            {"channel.0.p": "2e-6cm/s"},
        ),
    ],
)
def test_what_has_given_way_since_is_not_said(cell, first, then, said):
    assert with_values(read_parameters(cell, first), then).changed == said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"insied.nai": "12 mM"}, "set insied.nai: unknown key 'insied'; did you mean 'inside'"),
        ({"inside.nia": "12 mM"}, r"set inside.nia: \[inside\]: unknown key 'nia'; did you mean 'nai'"),
        ({"nai": "12 mM"}, "set nai: expected the key with its table, inside.nai"),
        ({"volume_fraction": 0.3}, "space.volume_fraction or tubules.volume_fraction"),
        ({"inside": {"nai": "12 mM"}}, r"set inside: it is a table; give one of its keys \(cai, "),
        ({"inside.nai.value": "12 mM"}, r"set inside.nai.value: \[inside.nai\] holds a value"),
        ({"ions.0": "na"}, r"\[ions\] holds a value"),
        ({"base": "muscle"}, "set base: unknown key 'base'"),
        ({"path": "x"}, "unknown key 'path'"),
        ({"inside.nai": 12e3}, r"set inside.nai: .*at most 6000, got 12000 mM; is the unit right\?"),
        ({"inside.nai": "8 M"}, r"set inside.nai: .*at most 6000, got 8000 mM; is the unit right\?"),
        ({"inside.nai": "12 mm"}, "mm is not a unit of concentration; did you mean mM"),
        ({"inside.v": "-65 mv"}, "'mv' is not a unit; did you mean mV"),
        ({"inside.nai": "12 mV"}, "set inside.nai: .*mV is not a unit of concentration"),
        ({"inside.nai": True}, "set inside.nai: expected a concentration"),
        ({"inside.nai": "-1 mM"}, "set inside.nai: must be at least 0"),
        ({"balance.chloride_share": 1.5}, "set balance.chloride_share: must be at least 0 and at most 0.999"),
        ({"balance.chloride_share": True}, "set balance.chloride_share: expected a plain number"),
        ({"leak.law": "linear"}, "set leak.law: Input should be 'ghk' or 'ohmic'"),
        ({"ions": ["na", "k", "mg_"]}, "set ions: Input should be 'na', 'k'"),
        ({"inside.nai": "0 mM"}, "nai must be above 0"),
        ({"region.soma.ko": "5 mM"}, "only the two membranes of an epithelium"),
        ({"leak.pk": "1e-7 cm/s"}, "without .balance. every strength is needed"),
        ({"pump.isoform.alpha4.share": 1}, "unknown key 'alpha4'; did you mean 'alpha"),
        ({"outside.cao": "2 mM"}, 'outside.cao is given, .*add "ca" to ions'),
        ({"calcium.buffer": "2 mM"}, "calcium.buffer has no effect in a cell that does not follow"),
        ({"morphology.length": "9 um"}, "morphology.length has no effect"),
        ({"pump.atp": "4 mM"}, "pump.atp belongs to another law"),
        ({"tubules.rings": 5}, "tubules.volume_fraction is missing"),
        (
            {"channel.pl_kir.gbar": "1 mS/cm2"},
            "set channel.pl_kir.gbar: unknown mechanism 'pl_kir'; .*has none",
        ),
        ({"channel.0.regions": ["soma"]}, r"has 0 \[\[channel\]\] tables"),
        ({"channel.pl_kir": "1 mS/cm2"}, "expected channel.MECHANISM.KEY"),
        (["inside.nai=12"], "expected names with their values"),
    ],
)
def test_what_no_file_can_say_is_refused(given, words):
    with pytest.raises(InputError, match=words) as error:
        read_parameters("neuron", given)
    assert "\n" not in str(error.value)


def test_the_nearest_mechanism_and_parameter_are_named():
    with pytest.raises(InputError, match="unknown mechanism 'pl_kri'; did you mean 'pl_kir'"):
        read_parameters("astrocyte", {"channel.pl_kri.gbar": "1 mS/cm2"})
    with pytest.raises(InputError, match="unknown parameter 'gbarr_pl_kir'; did you mean 'gbar_pl_kir'"):
        make_cell("astrocyte", set={"channel.pl_kir.gbarr": "1 mS/cm2"})
    with pytest.raises(InputError, match=r"gbar_pl_kir = '0\.5': expected a specific conductance"):
        make_cell("astrocyte", set={"channel.pl_kir.gbar": 0.5})


def test_a_cell_rests_where_it_is_set_to_and_results_say_so():
    given = {"inside.v": "-65 mV", "inside.nai": "12 mM"}
    for cell in (
        Neuron("stylised", set=given, **COARSE),
        make_cell(read_parameters("stylised", given), **COARSE),
        make_cell(read_parameters("stylised"), set=given, **COARSE),
    ):
        result = rest(cell, set={"ko": 3})
        assert result.summary["v_rest_mV"] == pytest.approx(-65, abs=1e-6)
        assert result.summary["nai_mM"] == pytest.approx(12, abs=1e-6)
        assert result.set == {"inside.v": -65.0, "inside.nai": 12.0, "ko": 3.0}
        assert result.layout.provenance["set"] == "inside.v=-65 inside.nai=12 ko=3"
        assert result.layout.provenance["parameters"] == cell.parameters.digest()
    assert "set inside.v=-65 inside.nai=12" in repr(result)
    row = next(r for r in inspect(cell).parameters if r["parameter"] == "inside.nai")
    assert (row["value"], row["source"]) == (12.0, BY_USER)
    muscle = Muscle(set={"electrical.celsius": "30 degC"}, max_compartment_length=20000.0)
    assert muscle.celsius == 30.0


def test_experiments_that_make_their_own_cell_take_both():
    given = {"inside.nai": "12 mM", "ko": 5}
    said = {"inside.nai": 12.0, "ko": 5.0}
    compared = compare("stylised", hours=0.05, set=given, **COARSE)
    before = compared.blocks["stylised"].before.summary
    assert compared.set == said and before["ko_mM"] == pytest.approx(5, rel=1e-12)
    excited = excite(set={"inside.nai": "9 mM"}, **COARSE)
    assert excited.set == {"inside.nai": 9.0}
    drugged = glycoside(hours=0.01, set={"inside.nai": "11 mM", "ko": 5}, **COARSE)
    assert drugged.set == {"inside.nai": 11.0, "ko": 5.0}


def test_a_key_without_its_table_is_named_with_it():
    with pytest.raises(InputError, match=r"unknown parameter 'nai'.* inside\.nai"):
        rest(Neuron("stylised", **COARSE), set={"nai": "12 mM"})


def test_a_made_cell_says_where_its_values_come_from(write_toml):
    """And how that very cell is made with another."""
    for name in ("stylised", write_toml('base = "stylised"\n')):
        cell = Neuron(name, **COARSE)
        said = rf'is a value of the cell\'s file.* make_cell\("{name}", set={{"inside\.nai": \.\.\.}}\)'
        for change in (
            lambda cell=cell: rest(cell, set={"inside.nai": 12}),
            lambda cell=cell: cell.set("inside.nai", 12),
            lambda cell=cell: cell.changed(set={"inside.nai": 12}).__enter__(),
        ):
            with pytest.raises(InputError, match=said):
                change()


def run(monkeypatch, *words) -> int:
    monkeypatch.setattr("sys.argv", ["run.py", *words])
    return run_command()


def test_on_the_command_line_numbers_are_in_the_keys_unit(monkeypatch, tmp_path, capsys):
    out = ("--out", str(tmp_path), "--max-compartment", "100", "-q")
    sets = ("--set", "inside.nai=12,balance.chloride_share=0.3", "--set", "inside.v=-0.065 V,ko=3")
    assert run(monkeypatch, "rest", "--cell", "stylised", *sets, *out) == 0
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["nai_mM"] == pytest.approx(12, abs=1e-6)
    assert summary["v_rest_mV"] == pytest.approx(-65, abs=1e-6)
    said = (tmp_path / "ions.csv").read_text().splitlines()[0]
    assert "set=inside.nai=12 balance.chloride_share=0.3 inside.v=-65 ko=3" in said
    assert run(monkeypatch, "inspect", "--cell", "stylised", *sets[:2], *out) == 0
    assert "inside.nai,12,mM,set by the user" in (tmp_path / "parameters.csv").read_text()
    words = ("--set", "space.diffusion=false,channel.pl_kir.balanced=false,channel.0.regions=cable")
    assert run(monkeypatch, "inspect", "--cell", "ventricle", *words, *out) == 0
    assert run(monkeypatch, "rest", "--set", "inside.nia=12", *out) == 2
    assert "did you mean 'nai'" in capsys.readouterr().err


def test_units_are_those_of_the_schema():
    assert convert("12 mM", "mM") == read_parameters("neuron", {"inside.nai": "12 mM"}).inside.nai
