"""[[channel]] tables: what is inserted where, what is refused, and factors that change nothing."""

import pytest

from models import InputError, Neuron, rest
from models.errors import unknown_name
from models.physics.theory import nernst
from models.simulator import mechanisms

pytestmark = pytest.mark.usefixtures("users_mechanisms")


@pytest.fixture
def with_channels(write_toml):
    """A function that makes a cell of [[channel]] tables."""

    def make(*tables, extra=""):
        text = "".join(f"[[channel]]\n{table}\n" for table in tables)
        return Neuron(write_toml(f'base = "stylised"\n{extra}\n{text}'), max_compartment_length=80)

    return make


def kir(where, gbar="0.1 mS/cm2"):
    return f'mechanism = "pl_kir"\nregions = {where}\nset.gbar = "{gbar}"'


HH = 'mechanism = "hh"\nregions = ["{}"]\ncarries = {{ il = "{}" }}'


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([kir('["soma"]'), kir('["all"]')], "two of its tables take in soma, where it can be only once"),
        ([kir('["dend"]'), kir('["apic"]')], r"two of its tables take in apic"),
        ([kir('["dend[0]"]'), kir('["axon", "basal"]')], r"two of its tables take in dend\[0\]"),
        ([kir("[]")], r"regions is empty, so it would be nowhere"),
        ([kir('["somaa"]')], r"regions: unknown region or section 'somaa'; did you mean 'soma'"),
        ([kir('["tubule"]')], "regions: unknown region or section 'tubule'"),
        ([kir('["dend(0.5)"]')], "regions take whole sections"),
        ([HH.format("soma", "na"), HH.format("axon", "k")], "carries.il must be the same in all its tables"),
        (['mechanism = "pl_kir"\nset.gbar = 1'], r"set.gbar: expected a string with its unit .*, got 1$"),
        (['mechanism = "pl_kir"\nset.gbar = 1.5'], r"set.gbar: expected a string with its unit .*, got 1.5$"),
        (
            ['mechanism = "pl_kir"\nset.gbar = true'],
            r"set.gbar: expected a string with its unit .*, got True$",
        ),
        (['mechanism = "pl_kir"\nset.gbar = { value = 1 }'], r"set.gbar: expected a string with its unit"),
        (
            ['mechanism = "pl_kir"\nset.gbar = { unit = "S/cm2" }'],
            r"expected \{ value, source \}, got the keys unit",
        ),
        (['mechanism = "pl_kir"\nset.gbar = "1"'], r"gbar_pl_kir = '1': .*with its unit, such as"),
        (['mechanism = "pl_kir"\nset.gbar = "-1 mS/cm2"'], "must be at least 0"),
        (['mechanism = "pl_kir"\nset.gbar = "1 mS"'], "mS is not a unit of specific conductance"),
        (['mechanism = "pl_kir"\nset.gmax = "1 mS/cm2"'], "unknown parameter 'gmax_pl_kir'; did you mean"),
        (['mechanism = "hh"\nset.m = "1"'], "unknown parameter 'm_hh'"),
        (
            ['mechanism = "hh"\nset.usetable = "0"'],
            "usetable is GLOBAL in its .mod file, one value for every cell",
        ),
        (['mechanism = "op_dense"\nset.share = "2"'], "must be at least 0 and at most 1, got 2"),
        (['mechanism = "op_dense"\nset.share = "1 mV"'], "its .mod file gives it no unit"),
        (['mechanism = "op_dense"\nset.share = 1'], "set.share: expected a string"),
        (['mechanism = "op_dense"\nset.gbar = "-3 pS/um2"'], "must be at least 0"),
        (['mechanism = "IClamp"'], "channel IClamp: it is a point process"),
        (['mechanism = "NetStim"'], "channel NetStim: it is a point process"),
        (['mechanism = "pl_ions"'], "channel pl_ions: it is one of the cell's own"),
        (['mechanism = "capacitance"'], "capacitance: it is a part of NEURON itself"),
        (['mechanism = "morphology"'], "morphology: it is a part of NEURON itself"),
        (['mechanism = "na_ion"'], "na_ion: it is a part of NEURON itself"),
        (['mechanism = "fastpas"'], r"fastpas: it is a part of NEURON itself.*\(take pas\)"),
        (['mechanism = "extracellular"'], "extracellular: it is a part of NEURON itself.*outside = bath"),
        (['mechanism = "pl_kirr"'], "unknown mechanism 'pl_kirr'; did you mean 'pl_kir'"),
        (
            ['mechanism = "kdr2"'],
            r"a mechanism of your own: kdr2.mod in mod/ or in a folder given with --mod$",
        ),
        (['mechanism = ""'], r"unknown mechanism ''.* NAME.mod in mod/ or in a folder given with --mod$"),
    ],
)
def test_what_a_table_cannot_be(with_channels, tables, words):
    with pytest.raises(InputError, match=words) as error:
        with_channels(*tables)
    assert "\n" not in str(error.value) and "mine.toml" in str(error.value)


def test_only_what_a_table_can_have_is_offered(with_channels, monkeypatch):
    """Of which the sentence names the first: which these are hangs on what else the process has loaded."""
    offered = set()

    def told(kind, name, known, where=""):
        offered.update(known)
        return unknown_name(kind, name, known, where)

    monkeypatch.setattr(mechanisms, "unknown_name", told)
    with pytest.raises(InputError, match="unknown mechanism 'zzzzzz'; known: "):
        with_channels('mechanism = "zzzzzz"')
    assert {"hh", "op_current"} <= offered
    for name in ("IClamp", "capacitance", "morphology", "na_ion", "pl_ions", "fastpas", "pl_kleak"):
        assert name not in offered, name


def test_one_mechanism_in_two_places(with_channels):
    cell = with_channels(kir('["soma"]', "0.1 mS/cm2"), kir('["axon", "axon"]', "0.3 mS/cm2"))
    gbar = {
        segment.sec.name(): segment.pl_kir.gbar for segment in cell.segments if hasattr(segment, "pl_kir")
    }
    assert gbar == {"soma": pytest.approx(1e-4), "axon[0]": pytest.approx(3e-4)}
    assert rest(cell).v == pytest.approx(-70, abs=1e-6)


def test_values_are_in_the_mechanisms_own_unit(with_channels):
    cell = with_channels('mechanism = "op_dense"\nset = { gbar = "0.02 mS/cm2", share = "50 %" }')
    segment = cell.segments[0]
    assert (segment.op_dense.gbar, segment.op_dense.share) == (pytest.approx(0.2), 0.5)
    before = rest(cell)
    assert before.v == pytest.approx(-70, abs=1e-6)
    assert before.currents["k"]["op_dense"][0] == pytest.approx(1e-5 * (-70 - before.nernst("k")), rel=1e-6)
    # (pS/um2) is a conductance too, whose factor counts
    assert rest(cell, scale={"op_dense": 3}).v.max() < -71
    assert cell.segments[0].op_dense.gbar == pytest.approx(0.2)


# ------------------------------------------------------------------------ factors


@pytest.mark.parametrize("factor", [10, 0, 1])
def test_a_factor_of_nothing_is_refused(with_channels, factor):
    cell = with_channels('mechanism = "pl_kir"\nset.gbar = "0 S/cm2"')
    assert cell.warnings == ["pl_kir: its strength is 0 everywhere, so it has no effect"]
    with pytest.raises(InputError, match=rf"scale pl_kir={factor}: its strength is 0 everywhere"):
        rest(cell, scale={"pl_kir": factor})


def test_a_factor_of_a_leak_or_pump_of_no_strength_is_refused(write_toml):
    text = '[leak]\npk = "4e-7 cm/s"\npna = "2e-8 cm/s"\npcl = "0 cm/s"\n[pump]\nimax = "0 uA/cm2"\n'
    cell = Neuron(write_toml(f'base = "stylised"\n{text}'), max_compartment_length=80)
    for name in ("clleak", "pump"):
        with pytest.raises(InputError, match=f"scale {name}=2: its strength is 0 everywhere"):
            rest(cell, scale={name: 2})
    with pytest.raises(InputError, match="unknown process 'clleek'; did you mean 'clleak'"):
        rest(cell, scale={"clleek": 2})


def test_one_place_with_some_is_enough(with_channels):
    cell = with_channels(kir('["soma"]'), kir('["axon"]', "0 mS/cm2"))
    assert cell.warnings == []
    before, after = rest(cell), rest(cell, scale={"pl_kir": 5})
    assert abs(after.v - before.v).max() > 0.05


def test_a_mutation_of_no_strength_is_told_of(with_channels):
    cell = with_channels('mechanism = "pl_kir"\nset.gbar = "0 S/cm2"\nbalanced = false')
    assert cell.warnings == ["pl_kir: its strength is 0 everywhere, so it has no effect"]
    assert rest(cell).v == pytest.approx(-70, abs=1e-6)


def test_who_carries_a_current_is_said_once(write_toml, section):
    soma = section()
    path = write_toml(
        'base = "neuron"\n[[channel]]\nmechanism = "pas"\nset.g = "1 uS/cm2"\ncarries.i = "k"\n'
    )
    assert rest(Neuron(path, sections=[soma], carries={"i_pas": "k"})).v == pytest.approx(-70, abs=1e-6)
    with pytest.raises(InputError, match=r"carries\.i is 'k' there and 'na' in the argument carries"):
        Neuron(path, sections=[soma], carries={"i_pas": "na"})


# ---------------------------------------------------------------- sections of a user's


def test_reversal_potentials_that_are_replaced_are_told(section):
    soma, dend = section("soma"), section("dend", 100, 2)
    dend.connect(soma(1))
    soma.insert("pl_kv")
    soma(0.5).ek = -90
    dend.insert("pas")
    dend(0.5).pas.g = 1e-5
    cell = Neuron(sections=[soma, dend], carries={"i_pas": "k"})
    assert cell.warnings == [
        "ek = -90 mV of soma is replaced by -100.7 mV, the Nernst potential of its concentrations"
    ]
    assert Neuron(sections=[soma, dend], carries={"i_pas": "k"}).warnings == [], "its own are nobody's"


def test_every_ion_and_section_is_told_and_equal_values_are_not(section):
    soma, dend = section("soma"), section("dend", 100, 2)
    dend.connect(soma(1))
    for sec in (soma, dend):
        sec.insert("hh")
        sec.ena = 50
        sec(0.5).hh.gnabar, sec(0.5).hh.gkbar, sec(0.5).hh.gl = 1e-4, 1e-5, 1e-6
    soma.ek, dend.ek = -77, -90
    potassium, sodium = Neuron(sections=[soma, dend], carries={"il_hh": "na"}).warnings
    assert potassium.startswith("ek = -90 to -77 mV of soma, dend is replaced by -100.7 mV")
    assert sodium.startswith("ena = 50 mV of soma, dend is replaced by 74.29 mV")
    other = section("other")
    other.insert("pl_kv")
    other.ek = nernst(130, 3, 1, 37)
    assert Neuron(sections=[other]).warnings == []


def test_concentrations_set_by_hand_are_told(section):
    soma = section()
    soma.insert("op_milli")  # reads nai and ko
    soma(0.5).ko, soma(0.5).nao = 8, 100
    assert Neuron(sections=[soma]).warnings == [
        "ko = 8 mM of soma is replaced by 3 mM, the parameter file's",
    ]
