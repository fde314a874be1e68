"""A number of a cell is turned while its equations stay: they are those of a cell that was changed so."""

import numpy as np
import pytest

from models import Muscle, Neuron
from models.cell.dial import dial_names, dial_of, turning
from models.errors import InputError
from models.solve.equations import System
from models.solve.steady_state import find_steady_state


def shifted(system):
    """A state near the start, where nothing is at rest."""
    x = system.pack(system.start)
    return x * (1 + 1e-3 * np.cos(np.arange(len(x))))


SET, SCALE = "set", "scale"


@pytest.mark.parametrize(
    ("make", "how", "name", "value"),
    [
        (lambda: Neuron("neuron_kcc2", morphology="stylised"), SET, "ko", 8.0),
        (lambda: Neuron("neuron_kcc2", morphology="stylised"), SET, "celsius", 25.0),
        (lambda: Neuron("neuron_kcc2", morphology="stylised"), SCALE, "pl_kcc2sat", 0.5),
        (lambda: Neuron("stylised", volume="osmotic"), SET, "km_na", 20.0),
        (lambda: Neuron("stylised", outside="closed", volume="osmotic"), SET, "volume_fraction", 0.3),
        (lambda: Neuron("stylised", outside="closed"), SET, "ko", 8.0),
        (lambda: Neuron("stylised", outside="shell"), SET, "exchange_rate", 2.0),
        (lambda: Muscle("muscle_fast", max_compartment_length=2500), SET, "ko", 1.5),
        (lambda: Muscle("muscle_fast", max_compartment_length=2500), SCALE, "naleak", 3.0),
    ],
)
def test_a_renewed_system_is_that_of_a_cell_changed_so(make, how, name, value):
    cell = make()
    system = System(cell)
    x = shifted(system)
    with turning(cell, name) as (dial,):
        dial.turn(value)
        system.renew()
        rates, jacobian, y = system.rates(x), system.jacobian(x), system.expand(x)
    system.renew()
    as_before = system.rates(x)
    with cell.changed(**{how: {name: value}}):
        other = System(cell)
        np.testing.assert_array_equal(y, other.expand(x))
        np.testing.assert_array_equal(rates, other.rates(x))
        assert abs(jacobian - other.jacobian(x)).max() == 0
    np.testing.assert_array_equal(as_before, System(cell).rates(x))


def test_what_cannot_leave_is_turned_with_its_charge():
    cell = Neuron("stylised", volume="osmotic")
    before, k, anion, held = cell.charge(cell.start), cell.start["k"], cell.anion, cell.impermeant
    with turning(cell, "impermeant_inside") as (dial,):
        dial.turn(1.2)
        np.testing.assert_allclose(cell.charge(cell.start), before, atol=1e-11)
        np.testing.assert_allclose(cell.impermeant, 1.2 * held)
        np.testing.assert_allclose(cell.start["k"] - k, 0.2 * anion)
    assert cell.start["k"] is k or (cell.start["k"] == k).all()
    assert (cell.anion == anion).all()


def test_a_drug_is_turned_where_something_binds_it():
    cell = Muscle("muscle_fast", max_compartment_length=2500)
    with turning(cell, "ouabain") as (dial,):
        dial.turn(1e-4)
        system = System(cell)
        x, _ = find_steady_state(system)
        dial.turn(0.0)
        system.renew()
        assert np.abs(system.rates(x)).max() > 1e-6  # it lets go


def test_a_dial_turns_back_what_it_turned(small):
    conditions, strength = small.conditions, small.strength
    with pytest.raises(InputError, match="ko"), turning(small, "ko", "pump") as (ko, pump):
        pump.turn(2)
        np.testing.assert_allclose(small.strength["pump"], 2 * strength["pump"])
        ko.turn("8 mM")
        assert small.conditions.outside["k"] == 8
        ko.turn(-1)
    assert small.conditions is conditions or small.conditions.outside == conditions.outside
    np.testing.assert_array_equal(small.strength["pump"], strength["pump"])
    assert small.changes == {"set": {}, "scale": {}}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kO", "did you mean 'ko'"),
        ("exchange_rate", "has no effect where the outside is a bath|only a shell"),
        ("alpha1_km_na", "has no alpha1_km_na"),
        ("inside.nai", "balanced anew"),
        ("cao", "this cell has no ca"),
    ],
)
def test_what_has_no_effect_is_refused(small, name, words):
    with pytest.raises(InputError, match=words), turning(small, name):
        pass


def test_names_are_those_that_have_an_effect(small):
    names = dial_names(small)
    assert {"ko", "nao", "clo", "celsius", "km_na", "hill_k", "pump", "naleak", "impermeant_inside"} <= {
        *names
    }
    assert not {"exchange_rate", "cao", "oxygen", "ouabain"} & {*names}
    for name in names:  # each can be turned a little
        dial = dial_of(small, name)
        for value in dial.around(dial.first)[0]:
            dial.turn(value)
        dial.put(dial.first)


def test_values_around_make_the_derivative(small):
    for name, value in (("ko", 3.5), ("pump", 1.0), ("pump", 0.0), ("hill_k", 2.0)):
        at, weights = dial_of(small, name).around(value)
        assert abs(weights @ at**2 - 2 * value) < 1e-9 * max(value, 1)
        assert abs(weights @ np.ones(len(at))) < 1e-9
