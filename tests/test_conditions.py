"""The conditions of an experiment are a value: others are made from them, and they never change."""

import dataclasses

import numpy as np
import pytest

from models import Muscle, Neuron, block, excite, rest
from models.cell.kinds import KINDS
from models.cell.shells import Shell
from models.cell.surroundings import Bath, Closed, TubulesInBath, TubulesInClosed, TwoBaths


@pytest.fixture(scope="module")
def cell():
    return Neuron("stylised", max_compartment_length=200)


def test_other_conditions_leave_these_as_they_were(cell):
    before = cell.conditions
    other = before.with_(ko=8, nao=130, dk=0.5, km_na=20, celsius=25, tortuosity=2)
    assert (other.outside["k"], other.outside["na"]) == (8, 130)
    assert other.diffusion["k"] == 0.5 and other.pump["km_na"] == 20
    assert (other.celsius, other.tortuosity) == (25, 2)
    untouched = {"outside": "cl", "diffusion": "na", "pump": "n_na"}
    for table, key in untouched.items():
        assert getattr(other, table)[key] == getattr(before, table)[key]
    assert before.outside["k"] != 8 and before.diffusion["k"] != 0.5 and before.celsius != 25


def test_conditions_cannot_be_changed(cell):
    with pytest.raises(dataclasses.FrozenInstanceError):
        cell.conditions.celsius = 20.0
    with pytest.raises(ValueError, match="read-only"):
        cell.conditions.block[:] = 1
    with pytest.raises(TypeError, match="assignment"):
        cell.outside["k"] = 8
    with pytest.raises(TypeError, match="kos"):
        cell.conditions.with_(kos=8)


def test_a_glycoside_given_is_the_last_one_until_another_is():
    conditions = Neuron("ventricle").conditions
    given = conditions.with_(digoxin=1e-6)
    assert given.glycoside == "digoxin" and given.with_(digoxin=0).glycoside == "digoxin"
    assert given.with_(digoxin=0, ouabain=1e-6).glycoside == "ouabain"


def test_an_experiment_leaves_the_very_conditions_it_found(cell):
    before = cell.conditions, cell.membrane
    with pytest.raises(ZeroDivisionError):
        with cell.changed(set={"ko": 8}, scale={"pump": 0.5}):
            cell.block_pump(1.0, "soma")
            assert cell.outside["k"] == 8 and cell.conditions.block[cell.where("soma")].all()
            assert cell.strength["pump"] == pytest.approx(0.5 * before[1].strength["pump"], rel=1e-15)
            raise ZeroDivisionError
    assert (cell.conditions, cell.membrane) == before
    assert not cell.conditions.block.any()


def test_strengths_written_into_during_an_experiment_are_as_before(cell):
    before = {name: values.copy() for name, values in cell.strength.items()}
    with cell.changed():
        cell.strength["na"][:] = 0
        cell.strength["pump"] = np.zeros(cell.size)
    assert all((cell.strength[name] == values).all() for name, values in before.items())


def test_blocks_add_up_by_place(cell):
    with cell.changed():
        cell.block_pump(0.5)
        cell.block_pump(1.0, "soma")
        soma = np.isin(np.arange(cell.size), cell.where("soma"))
        assert (cell.conditions.block == np.where(soma, 1.0, 0.5)).all()
        cell.block_pump(0.0)
        assert not cell.conditions.block.any()


@pytest.mark.parametrize(
    ("make", "options", "kind"),
    [
        (Neuron, {"cell": "stylised"}, Bath),
        (Neuron, {"cell": "stylised", "outside": "shell"}, Shell),
        (Neuron, {"cell": "stylised", "outside": "closed"}, Closed),
        (Neuron, {"cell": "epithelium"}, TwoBaths),
        (Muscle, {"cell": "muscle_fast"}, TubulesInBath),
        (Muscle, {"cell": "muscle_fast", "outside": "closed"}, TubulesInClosed),
    ],
)
def test_what_is_outside_answers_what_it_is_asked(make, options, kind):
    made = make(**options)
    outside = made.surroundings
    assert type(outside) is kind and outside.name == options.get("outside", "bath")
    assert outside.set_by_bath == (outside.name == "bath")
    assert outside.keeps_ions == (outside.name == "closed") and outside.exchanges == (kind is Shell)
    assert outside.followed == (kind is not Bath) and outside.returns_current == (kind not in (Bath, Shell))
    limited = np.isfinite(made.outside_volume)
    everywhere, nowhere = kind in (Shell, Closed, TubulesInClosed), kind in (Bath, TwoBaths)
    assert limited.all() == everywhere and (not limited.any()) == nowhere


def test_a_class_makes_another_space(monkeypatch):
    """Half as fast a shell: by its name an option, and it is the shell of half the rate."""

    class Slow(Shell):
        name, meaning = "slow", "a shell behind a barrier"

        def exchange(self, conditions):
            return {"rate": conditions.exchange_rate / 2}

    monkeypatch.setitem(KINDS, "slow", Slow)
    options = {"cell": "stylised", "max_compartment_length": 200.0}
    found = block(Neuron(**options, outside="slow"), hours=0.05, set={"exchange_rate": 0.02})
    same = block(Neuron(**options, outside="shell"), hours=0.05, set={"exchange_rate": 0.01})
    assert found.layout.space == "slow"
    assert np.array_equal(found.course.ko, same.course.ko)
    assert found.course.ko.max() > found.course.ko[0].max() + 0.1


def test_results_say_by_what_the_cell_was_changed_whoever_changed_it():
    """Set for good, for a while around an experiment, or by the experiment; each counts, factors together."""
    cell = Neuron("stylised", max_compartment_length=200)
    cell.set("ko", "5 mM")
    cell.scale("naleak", 2)
    with cell.changed(set={"celsius": 36}, scale={"naleak": 0.75}):
        found = rest(cell, set={"clo": 120}), excite(cell, set={"clo": 120})
    for result in found:
        assert result.set == {"ko": 5.0, "celsius": 36.0, "clo": 120.0} and result.scale == {"naleak": 1.5}
    assert cell.changes == {"set": {"ko": 5.0}, "scale": {"naleak": 2.0}}
