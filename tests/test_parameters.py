"""Parameter files: what is read, what is refused, and in which words."""

import pytest

from models import BalanceError, InputError, Neuron, make_cell, rest
from models.parameters import read_parameters
from models.parameters.files import SHIPPED, shipped_cells
from models.parameters.settings import SETTINGS, parse_setting
from models.parameters.units import USUAL, Quantity, _registry, convert


@pytest.mark.parametrize("name", ["neuron", "muscle", "stylised"])
def test_every_shipped_value_has_unit_and_source(name):
    assert name in shipped_cells()
    sources = read_parameters(name).sources()
    assert len(sources) > 15
    for parameter, _, unit, source in sources:
        assert unit, parameter
        assert len(source) > 5 and source != "given by the user", parameter


def test_shipped_files_keep_sources_beside_values():
    for path in SHIPPED.glob("*.toml"):
        for line in path.read_text().splitlines():
            if " = " in line and line.split(" = ")[1][:1] == '"':
                plain = ("name", "description", "shape", "law", "base", "mechanism", "species")
                plain += ("outside", "exchange_charge", "area", "axial_resistivity")
                assert line.split(" = ")[0] in plain, line


@pytest.mark.parametrize(
    "text, unit, number",
    [
        ("12 mM", "mM", 12),
        ("0.012 M", "mM", 12),
        ("12 mmol/l", "mM", 12),
        ("-70 mV", "mV", -70),
        ("-0.07 V", "mV", -70),
        ("310.15 K", "degC", 37),
        ("37 degC", "degC", 37),
        ("1 uF/cm2", "uF/cm2", 1),
        ("0.01 F/m^2", "uF/cm2", 1),
        ("1 ohm m", "ohm cm", 100),
        ("20 kohm cm2", "ohm cm2", 2e4),
        ("0.5 mS/cm2", "S/cm2", 5e-4),
        ("1e-8 m/s", "cm/s", 1e-6),
        ("1.33e-9 m2/s", "um2/ms", 1.33),
        ("10 mm", "um", 1e4),
        ("20 %", "1", 0.2),
        ("1.5 uA/cm2", "mA/cm2", 1.5e-3),
    ],
)
def test_units(text, unit, number):
    assert convert(text, unit) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize("given, unit", USUAL)
def test_units_read_without_the_registry_are_those_of_the_registry(given, unit):
    registered = _registry().Quantity(1.0, _registry().Unit(given)).to(unit).magnitude
    assert USUAL[given, unit] == pytest.approx(registered, rel=1e-14)  # the registry's own last digit


@pytest.mark.parametrize(
    "line, words",
    [
        ('[inside]\nnai = "12 mV"', r"inside\.nai: .*concentration.*mV is not a unit of concentration"),
        ('[inside]\nnai = "12"', r"inside\.nai: .*with its unit"),
        ("[inside]\nnai = 12", r"inside\.nai: .*string with its unit"),
        ('[inside]\nnai = "twelve mM"', r"inside\.nai: expected a concentration"),
        ('[inside]\nnai = "12 quux"', r"inside\.nai: .*'quux' is not a unit"),
        ('[inside]\nnai = "-1 mM"', r"inside\.nai: must be at least 0"),
        ('[inside]\nnai = "0 mM"', r"nai must be above 0"),
        ('[inside]\nnai = "1e999 mM"', r"inside\.nai: expected a finite number"),
        ('[inside]\nsodium = "12 mM"', r"\[inside\]: unknown key 'sodium'"),
        ('[inside]\nnai_ = "12 mM"', r"unknown key 'nai_'; did you mean 'nai'"),
        ('[insied]\nnai = "12 mM"', r"unknown key 'insied'; did you mean 'inside'"),
        ('inside = "12 mM"', r"inside: expected a table \[inside\]"),
        ('[electrical]\ncelsius = "-300 degC"', r"electrical\.celsius: must be above -273.15"),
        ('[electrical]\ncapacitance = "0 uF/cm2"', r"electrical\.capacitance: must be above 0"),
        (
            '[balance]\nchloride_share = "1.5"',
            r"balance\.chloride_share: must be at least 0 and at most 0.999",
        ),
        ('[leak]\nlaw = "linear"', r"leak\.law: .*'ghk' or 'ohmic'"),
        ('[leak]\npk = "1e-6 cm/s"', r"missing: cl, na, pump|missing: na, cl, pump"),
        ('ions = ["na", "cl"]', r"ions: a cell needs at least na and k"),
        ("[inside\n", r"not valid TOML: .*line"),
        ('[inside]\nnai = {value = "12 mM", unit = "mM"}', r"inside\.nai: expected \{ value, source \}"),
        ('[[channel]]\nmechanism = "nosuch"', r"unknown mechanism 'nosuch'"),
        ('[[channel]]\nmechanism = "hh"\nset = {gbar = "1 S/cm2"}', r"unknown parameter 'gbar_hh'"),
        ('[[channel]]\nmechanism = "hh"\nset = {gnabar = "0.1 mV"}', r"mV is not a unit of specific"),
        ('[[channel]]\nmechanism = "hh"', r"hh has the non-specific current il, which no ion carries"),
        ('[[channel]]\nmechanism = "hh"\ncarries = {ill = "k"}', r"il, which no ion carries"),
        ('[[channel]]\nmechanism = "hh"\nregions = ["axon(0:0.5)"]', r"regions take whole sections"),
        ('[[channel]]\nmechanism = "hh"\nregions = ["sooma"]', r"unknown region or section 'sooma'"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(write_toml, line, words):
    path = write_toml('base = "stylised"\n' + line)
    with pytest.raises(InputError, match=words) as error:
        Neuron(path)
    assert "\n" not in str(error.value)
    assert any(where in str(error.value) for where in (path, "gnabar", "mechanism hh", "sooma"))


def test_a_file_without_base_must_be_complete(write_toml):
    with pytest.raises(InputError, match=r"morphology is missing.*base = \"neuron\""):
        read_parameters(write_toml('name = "mine"\n'))


def test_base_may_be_a_file_and_must_not_be_a_circle(write_toml, tmp_path):
    write_toml('base = "neuron"\n[inside]\nnai = "15 mM"\n', "first.toml")
    second = write_toml('base = "first.toml"\n[outside]\nko = "5 mM"\n', "second.toml")
    parameters = read_parameters(second)
    assert (parameters.inside.nai, parameters.outside.ko, parameters.outside.nao) == (15, 5, 145)
    write_toml('base = "b.toml"', "a.toml")
    with pytest.raises(InputError, match="leads back to itself"):
        read_parameters(write_toml('base = "a.toml"', "b.toml"))


def test_no_channels_take_those_of_the_base_out(write_toml):
    """Of any file that it starts from; a list of its own beside them does not."""
    assert len(read_parameters("muscle_fast").channel) == 8
    first = write_toml('base = "muscle_fast"\nchannel = []\n', "first.toml")
    assert read_parameters(first).channel == []
    second = write_toml('base = "first.toml"\n[[channel]]\nmechanism = "pl_kir"\n', "second.toml")
    assert [channel.mechanism for channel in read_parameters(second).channel] == ["pl_kir"]


@pytest.mark.parametrize("what", ["nosuch", "nosuch.toml", "."])
def test_no_such_cell(what):
    with pytest.raises(InputError, match=r"nosuch|directory"):
        read_parameters(what)


def test_nearest_cell_is_named():
    with pytest.raises(InputError, match="did you mean 'muscle'"):
        read_parameters("muscel")


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("kO", "8", "unknown parameter 'kO'; did you mean 'ko'"),
        ("ko", "-1", r"ko=-1: ko \(mM\) must be at least 0"),
        ("ko", "abc", "ko=abc: expected a concentration"),
        ("ko", "8 mV", "mV is not a unit of concentration"),
        ("ko", "8M", r"ko=8M: ko \(mM\) must be .* at most 6000, got 8000 mM; is the unit right\?"),
        ("ko", "8 mm", "mm is not a unit of concentration; did you mean mM"),
        ("celsius", "25 degc", "'degc' is not a unit; did you mean degC"),
        ("ko", "nan", "finite"),
        ("celsius", "-300", "must be above -273.15"),
        ("v", "-70", "unknown parameter 'v'"),
    ],
)
def test_settings_that_cannot_be(name, value, words):
    with pytest.raises(InputError, match=words):
        parse_setting(name, value)


def test_settings_take_units():
    assert parse_setting("ko", "8") == parse_setting("ko", 8) == parse_setting("ko", "8 mM") == 8
    assert parse_setting("celsius", "300 K") == pytest.approx(26.85)
    assert set(SETTINGS) >= {"ko", "nao", "clo", "celsius", "n_na", "n_k"}


def test_strengths_replace_the_balance_and_the_other_way_round(write_toml):
    given = write_toml(
        'base = "stylised"\n[leak]\npk = "4e-7 cm/s"\npna = "2e-8 cm/s"\npcl = "1e-7 cm/s"\n'
        '[pump]\nimax = "10 uA/cm2"\n',
        "given.toml",
    )
    parameters = read_parameters(given)
    assert parameters.balance is None
    assert parameters.strengths() == {"k": 4e-7, "na": 2e-8, "cl": 1e-7, "pump": pytest.approx(0.01)}
    cell = Neuron(given, max_compartment_length=100)
    assert cell.strength["pump"] == pytest.approx(0.01)
    summary = rest(cell).summary
    assert summary["v_rest_mV"] == pytest.approx(summary["mullins_noda_mV"], abs=1e-6)
    again = write_toml(
        'base = "given.toml"\n[balance]\nmembrane_resistance = "10 kohm cm2"\nchloride_share = "0.1"\n'
    )
    assert read_parameters(again).strengths() == {}


def test_both_balance_and_strengths_is_a_contradiction(write_toml):
    path = write_toml('base = "neuron"\n[balance]\nchloride_share = "0.1"\n[leak]\npk = "1e-6 cm/s"\n')
    with pytest.raises(InputError, match="exclude each other"):
        read_parameters(path)


def test_a_quantity_remembers():
    value = read_parameters("neuron").inside.nai
    assert isinstance(value, Quantity) and (value, value.unit) == (9.0, "mM")
    assert "Rose & Ransom" in value.source


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[outside]\ncao = "2 mM"', 'outside.cao is given, .*add "ca" to ions'),
        ('ions = ["na", "k", "cl", "ca"]\n[outside]\ncao = "2 mM"', "inside.cai is missing"),
        (
            '[epithelium]\nshunt_resistance = "10 ohm cm2"',
            'epithelium. needs morphology.shape = "epithelium"',
        ),
        ('[region.soma]\nko = "10 mM"', "region.soma.: ko: only the two membranes of an epithelium"),
        ('[region.soma]\ngk = "1 mS/cm2"', "region.soma.: gk has no effect in a cell of law"),
        ('[region.soma]\npca = "1e-7 cm/s"', "region.soma.: pca has no effect"),
        ('[balance]\npump_current = "0 uA/cm2"', "pump_current: must be above 0"),
        ('[balance]\nchloride_share = "1"', "chloride_share: must be at least 0 and at most 0.999"),
        ('ions = ["na", "k", "k"]', "names one twice"),
        ("changed = {}", "unknown key 'changed'"),
        (
            '[[channel]]\nmechanism = "pl_kir"\n[[channel]]\nmechanism = "pl_kir"\nbalanced = false',
            "channel pl_kir: balanced must be the same",
        ),
        (
            '[tubules]\nvolume_fraction = "0.003"\nvolume_per_area = "0.01 um"\ndiffusion_factor = "0.2"\n'
            'access_resistance = "40 ohm cm2"',
            'tubules. needs morphology.shape = "cylinder"',
        ),
        (
            '[tubules]\nvolume_fraction = "0.003"\nvolume_per_area = "0.01 um"\ndiffusion_factor = "0.2"\n'
            'access_resistance = "40 ohm cm2"\nrings = "2.5"',
            "tubules.rings: expected a whole number, got 2.5",
        ),
    ],
)
def test_tables_that_do_not_fit_the_cell(write_toml, text, words):
    with pytest.raises(InputError, match=words):
        read_parameters(write_toml(f'base = "stylised"\n{text}\n'))


@pytest.mark.parametrize(
    "text, words",
    [
        (
            '[balance]\nmembrane_resistance = "1e-9 ohm cm2"',
            r"membrane_resistance: must be at least 0.001 .* right",
        ),
        (
            '[balance]\npump_current = "1e9 mA/cm2"',
            r"pump_current: .* at most 1000, .* unit right",
        ),
        ('[electrical]\naxial_resistivity = "1e-300 ohm cm"', "axial_resistivity: must be at least"),
        ('[diffusion]\ndna = "1e300 um2/ms"', "dna: must be .* at most"),
        ('[[channel]]\nmechanism = "pl_kir"\nset.gbar = "1e300 S/cm2"', "gbar_pl_kir .* at most 1000"),
        ('[inside]\nnai = "1e-300 mM"', "the pump cannot be balanced .* it stands still"),
    ],
)
def test_values_that_no_membrane_has_are_not_blamed_on_an_electrode(write_toml, text, words):
    with pytest.raises((InputError, BalanceError), match=words):
        make_cell(write_toml(f'base = "stylised"\n{text}\n'), max_compartment_length=100.0)
