"""A mechanism of the user's as the Na+/K+ pump: it counts as pumpleak's own does, or is refused."""

import numpy as np
import pytest
from scipy.constants import Avogadro

from models import BalanceError, Event, InputError, Neuron, block, evolve, make_cell, rest
from models.experiments.glycoside import glycoside
from models.experiments.inspect import inspect
from models.physics.theory import FARADAY

UNITS = ("op_milli", "op_micro", "op_metre", "op_molar")  # the same pump, imax in four units
pytestmark = pytest.mark.usefixtures("users_mechanisms")


@pytest.fixture
def with_pump(write_toml):
    """A function that makes a cell whose pump is a mechanism."""

    def make(mechanism="op_milli", maximal="imax", pump="", extra="", **options):
        text = f'[pump]\nmechanism = "{mechanism}"\nmaximal_current = "{maximal}"\n{pump}\n{extra}\n'
        options.setdefault("max_compartment_length", 60)
        return Neuron(write_toml(f'base = "stylised"\nname = "cell"\n{text}'), **options)

    return make


def same(a, b):
    return pytest.approx(a, rel=1e-9, abs=1e-12) == b


@pytest.mark.parametrize("mechanism", UNITS)
def test_it_counts_as_the_built_in_pump_of_the_same_law(with_pump, mechanism):
    """Balance, rest, ATP, block anywhere, scale and course, in whatever unit its maximal current is."""
    ours = make_cell("stylised", max_compartment_length=60, set={"pump.km_k": "2 mM"})
    own = with_pump(mechanism)
    assert own.strength["pump"] == pytest.approx(ours.strength["pump"], rel=1e-9)
    assert mechanism not in own.membrane.channels
    for options in ({}, {"scale": {"pump": 0.5}}, {"set": {"ko": 6}}, {"scale": {"pump": 0}}):
        one, other = rest(own, **options), rest(ours, **options)
        assert one.v == pytest.approx(other.v, abs=1e-7)
        for ion in ("na", "k"):
            assert one.currents[ion]["pump"] == pytest.approx(
                other.currents[ion]["pump"], rel=1e-7, abs=1e-15
            )
        for key in ("atp_per_s", "pump_net_current_uA_cm2", "nai_mM"):
            assert one.summary[key] == pytest.approx(other.summary[key], rel=1e-7, abs=1e-12), key
    events = [Event(0.0, block=0.7, where="soma"), Event(0.2, block=0.0)]
    one, other = (evolve(cell, 0.4, events, pump=True, times_ms=[1e3, 7e5, 14e5]) for cell in (own, ours))
    assert one.pump == pytest.approx(other.pump, rel=1e-7) and np.ptp(one.pump) > 1e-4
    assert one.v == pytest.approx(other.v, abs=1e-6)
    mine, theirs = (block(cell, hours=0.5, where="dend").summary for cell in (own, ours))
    for key, value in theirs.items():
        if isinstance(value, float) and key.endswith("mV"):
            assert mine[key] == pytest.approx(value, abs=1e-6), key
    assert mine["step_predicted_mV"] > 1


def test_its_states_are_found_and_its_current_measured(with_pump):
    cell = with_pump("op_slow", "most")
    result = rest(cell)
    assert result.v == pytest.approx(-70, abs=1e-6)
    bound = 9 / 29
    cycle = cell.strength["pump"] * bound / (1 + np.exp(-(-70 + 100) / 80))
    assert result.currents["na"]["pump"] == pytest.approx(3 * cycle, rel=1e-6)
    assert result.currents["k"]["pump"] == pytest.approx(-2 * cycle, rel=1e-6)
    atp = 1e-3 * cycle / FARADAY @ (1e-8 * cell.area) * Avogadro
    assert result.summary["atp_per_s"] == pytest.approx(atp, rel=1e-6)
    assert result.summary["max_relative_net_flux"] < 1e-10
    course = evolve(cell, 0.2, [Event(0.0, set={"ko": 5})])
    assert course.gates["bound_op_slow"].shape == course.v.shape
    assert course.gates["bound_op_slow"][-1] == pytest.approx(course.na[-1] / (course.na[-1] + 20), rel=1e-3)
    assert rest(cell, scale={"pump": 0.5}).currents["na"]["pump"].mean() < 0.95 * (3 * cycle).mean()


def test_its_stoichiometry_is_the_files(with_pump):
    cell = with_pump(pump='n_na = "2"\nn_k = "1"\nset.ratio = "2"')
    result = rest(cell)
    assert result.v == pytest.approx(-70, abs=1e-6)
    assert result.currents["na"]["pump"] == pytest.approx(-2 * result.currents["k"]["pump"], rel=1e-9)
    cycles = result.currents["na"]["pump"] / 2
    atp = 1e-3 * cycles / FARADAY @ (1e-8 * cell.area) * Avogadro
    assert result.summary["atp_per_s"] == pytest.approx(atp, rel=1e-9)
    with pytest.raises(InputError, match=r"n_na : n_k is 1.5 in the file, .* have the ratio 2;"):
        with_pump(pump='set.ratio = "2"')


def test_strengths_and_regions(with_pump, write_toml):
    given = 'pk = "4e-7 cm/s"\npna = "2e-8 cm/s"\npcl = "1e-7 cm/s"\n'
    cell = with_pump("op_micro", pump=f'imax = "10 uA/cm2"\n[leak]\n{given}[region.soma]\nimax = "0 uA/cm2"')
    soma = cell.where("soma")
    cell.write()
    values = np.array([segment.op_micro.imax for segment in cell.segments])
    assert (values[soma] == 0).all() and np.delete(values, soma) == pytest.approx(10)
    assert rest(cell).currents["na"]["pump"][soma] == pytest.approx(0, abs=1e-15)
    with pytest.raises(InputError, match=r"a block has no effect: .* maximal current of 0 there"):
        block(cell, hours=0.1, where="soma")
    assert (
        block(cell, hours=0.1).summary["v_end_mV"] > block(cell, hours=0.1, where="axon").summary["v_end_mV"]
    )


def test_what_inspect_says_of_it(with_pump):
    result = inspect(with_pump(pump='set.km = { value = "12 mM", source = "measured" }'))
    rows = {row["parameter"]: row for row in result.parameters}
    assert rows["op_milli.km"] == {
        "parameter": "op_milli.km",
        "value": 12,
        "unit": "mM",
        "source": "measured",
    }
    assert rows["pump.imax"]["source"] == "found by the balance; imax of op_milli"
    assert {row["ion"] for row in result.access if row["mechanism"] == "op_milli"} == {"na", "k"}
    assert "op_milli" in result.sections[0]["mechanisms"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mechanism": "op_mili"}, "unknown mechanism 'op_mili'; did you mean 'op_milli'.*op_mili.mod in "),
        ({"mechanism": "IClamp"}, "it is a point process"),
        ({"mechanism": "capacitance"}, "it is a part of NEURON itself"),
        ({"mechanism": "pl_nakpump"}, "it is one of the cell's own"),
        ({"mechanism": "op_current"}, "it WRITEs i; expected a pump that WRITEs ina and ik"),
        ({"mechanism": "pl_kir"}, "it WRITEs ik; expected"),
        ({"mechanism": "pl_nkcc1", "maximal": "u"}, "it WRITEs icl, ik, ina; expected"),
        ({"mechanism": "op_still"}, "it carries nothing"),
        ({"maximal": "imx"}, "maximal_current: unknown RANGE parameter 'imx'; did you mean 'imax'"),
        ({"maximal": "km"}, r"km has the unit \(mM\) in its file; expected that of a current density"),
        ({"maximal": "ratio"}, "ratio has no unit in its file"),
        ({"maximal": ""}, "pump.maximal_current is missing"),
        ({"pump": 'set.square = "100"'}, "not proportional to imax"),
        ({"pump": 'set.basal = "1 uA/cm2"'}, "not proportional to imax"),
        ({"pump": 'set.sign = "-1"'}, "it takes Na. in and K. out"),
        ({"pump": 'set.imax = "1 uA/cm2"'}, "pump.set.imax: the maximal current is what the balance finds"),
        ({"pump": 'set.km = "12"'}, r"km_op_milli = '12': expected a concentration with its unit"),
        ({"pump": "set.km = 12"}, r"pump.set.km: expected a string with its unit"),
        ({"pump": 'set.km = "0 mM"'}, "must be at least 0.001 and at most 1000"),
        ({"pump": 'set.kn = "12 mM"'}, "unknown parameter 'kn_op_milli'; did you mean 'km_op_milli'"),
        ({"pump": 'set.everywhere = "2"'}, "everywhere is GLOBAL in its .mod file"),
        ({"pump": 'law = "hill"'}, "pump.law belongs to pumpleak's own pumps"),
        ({"pump": 'km_na = "10 mM"'}, "pump.km_na belongs to pumpleak's own pumps"),
        ({"pump": '[pump.isoform.alpha1]\nshare = "1"'}, "pump.isoform belongs to pumpleak's own pumps"),
        ({"extra": '[[channel]]\nmechanism = "op_milli"'}, "it is the cell's pump"),
        ({"extra": '[region.soma]\nalpha1 = "1"'}, "the pump has no isoform alpha1"),
    ],
)  # fmt: skip
def test_what_is_no_pump(with_pump, given, words):
    with pytest.raises(InputError, match=words) as error:
        with_pump(**given)
    assert "\n" not in str(error.value) and "mine.toml" in str(error.value)


def test_what_belongs_to_a_mechanism_needs_one(write_toml):
    for line in ('maximal_current = "imax"', 'set.km = "10 mM"'):
        with pytest.raises(InputError, match=r"belongs to a pump with mechanism = \"NAME\""):
            Neuron(write_toml(f'base = "stylised"\n[pump]\n{line}\n'))


def test_what_has_no_effect_on_it_is_refused(with_pump):
    cell = with_pump()
    before = rest(cell).v
    for name in ("ouabain", "insulin", "km_na", "n_na", "atp"):
        with pytest.raises(InputError, match=f"{name}=1.* is the mechanism op_milli, .* knows no {name}"):
            rest(cell, set={name: 1})
    with pytest.raises(InputError, match="it is the pump of this cell; give pump=2"):
        rest(cell, scale={"op_milli": 2})
    with pytest.raises(InputError, match="its pump has no isoforms"):
        glycoside(str(cell.parameters.path), hours=0.1)
    assert rest(cell).v == pytest.approx(before, abs=1e-9)


def test_files_that_start_from_one_another(write_toml):
    pump = '[pump]\nmechanism = "op_milli"\nmaximal_current = "imax"\nset.km = "10 mM"\n'
    write_toml(f'base = "duesterwald2018"\n{pump}[balance]\nmembrane_resistance = "20 kohm cm2"\n', "a.toml")
    write_toml('base = "a.toml"\n[pump]\nset.km = "12 mM"\n', "b.toml")
    again = write_toml('base = "b.toml"\n[pump]\nlaw = "cubic"\n', "c.toml")
    from models.parameters import read_parameters

    assert read_parameters(again).pump.mechanisms == ("pl_nakpumpcubic",)
    pump = read_parameters(again.replace("c.toml", "b.toml")).pump
    assert (pump.mechanism, pump.set["km"].value, pump.maximal_current) == ("op_milli", "12 mM", "imax")


def test_sections_get_another_pump(with_pump, section):
    soma = section()
    first = with_pump(sections=[soma], max_compartment_length=None)
    assert rest(first).v == pytest.approx(-70, abs=1e-6)
    second = Neuron(sections=[soma])
    assert second.membrane.channels == {} and "op_milli" not in [m.name() for m in soma(0.5)]
    assert rest(second).v == pytest.approx(-70, abs=1e-6)


# ------------------------------------------------------------------ a pump that is only a channel


CHANNEL = """
[[channel]]
mechanism = "op_milli"
set.imax = "9 uA/cm2"
[pump]
imax = "0 uA/cm2"
[leak]
pk = "4e-7 cm/s"
pna = "2e-8 cm/s"
pcl = "1e-7 cm/s"
"""


def test_a_block_without_effect_is_refused(write_toml):
    cell = Neuron(write_toml(f'base = "stylised"\n{CHANNEL}'), max_compartment_length=60)
    rest(cell)
    words = r"a block has no effect: .*if op_milli is its pump, .*\[pump\] mechanism = \"op_milli\""
    with pytest.raises(InputError, match=words):
        block(cell, hours=0.1)
    with pytest.raises(InputError, match=words):
        evolve(cell, 0.1, [Event(0.0, block=1.0)])
    assert block(cell, hours=0.1, fraction=0.0).summary["v_end_mV"] < -40


def test_a_pump_that_has_been_stopped_cannot_be_blocked(small, write_toml):
    assert rest(small, scale={"pump": 0}).summary["atp_per_s"] == 0
    with pytest.raises(InputError, match="a block has no effect"):
        block(small, hours=0.1, scale={"pump": 0})
    assert block(small, hours=0.1, scale={"pump": 0.5}).summary["v_end_mV"] > -69
    alone = '[pump]\nlaw = "isoforms"\n[pump.isoform.alpha2]\nshare = "1"\n'
    cell = Neuron(write_toml(f'base = "stylised"\n{alone}'), max_compartment_length=60)
    with pytest.raises(InputError, match="a block has no effect"):
        block(cell, hours=0.1, set={"alpha2_activity": 0})


def test_a_channel_that_pumps_beside_the_pump_is_told_of(write_toml):
    pump = '[[channel]]\nmechanism = "op_milli"\nset.imax = "2 uA/cm2"\n'
    cell = Neuron(write_toml(f'base = "stylised"\n{pump}'), max_compartment_length=60)
    (warning,) = cell.warnings
    assert "op_milli" in warning and "which a block does not stop" in warning
    assert Neuron("stylised", max_compartment_length=60).warnings == []


def test_a_pump_that_cannot_run_at_the_wanted_rest(write_toml):
    text = 'base = "stylised"\n[pump]\nlaw = "isoforms"\natp = "1e-6 mM"\nadp = "5 mM"\n'
    with pytest.raises(
        BalanceError, match=r"the pump cannot be balanced in .*: at the wanted rest it runs back"
    ):
        Neuron(write_toml(f'{text}[pump.isoform.alpha1]\nshare = "1"\n'), max_compartment_length=60)
