"""From one rest to the next: the same states in fewer steps, and what solvers keep of a cell serves it."""

import numpy as np
import pytest

from models import InputError, Neuron, make_cell, rest
from models.solve import jacobian
from models.solve.equations import System
from models.solve.following import take_over


@pytest.fixture(scope="module")
def cell():
    return Neuron(max_compartment_length=60)


def test_a_cell_made_at_its_rest_needs_one_step(cell):
    assert rest(cell).solver["iterations"] == 1


@pytest.mark.parametrize("ko", [2.0, 5.0, 12.0])
def test_from_the_rest_before_the_same_rest_in_fewer_steps(cell, ko):
    """So near that Newton alone goes there; from far away it is the same state."""
    before = rest(cell, set={"ko": ko - 0.5})
    near = rest(cell, set={"ko": ko}, start=before)
    far = rest(cell, set={"ko": ko}, start={"na": 40})
    assert near.solver["iterations"] <= 6 < far.solver["iterations"]
    assert near.v == pytest.approx(far.v, abs=1e-8)
    for ion in cell.ions:
        assert near.inside[ion] == pytest.approx(far.inside[ion], rel=1e-9)


def test_a_rest_of_another_cell_is_refused(cell):
    other = rest(make_cell("muscle", max_compartment_length=500))
    with pytest.raises(InputError, match="expected a rest of the same cell, got one with other compartments"):
        rest(cell, start=other)
    closed = Neuron(max_compartment_length=60, outside="closed")
    with pytest.raises(InputError, match="other outside: bath, where neuron has closed"):
        rest(closed, start=rest(cell))


def test_a_rest_of_a_cell_with_other_ions_is_refused(further):
    with pytest.raises(InputError, match=r"got one with other ions: .*na.*, where made has .*mg"):
        rest(further(), start=rest(Neuron("stylised", max_compartment_length=60.0)))


def built(monkeypatch) -> list:
    """What is counted up by each structure of derivatives that is made from now on."""
    made, own = [], jacobian.Jacobian.__init__

    def counted(self, *arguments):
        made.append(self)
        own(self, *arguments)

    monkeypatch.setattr(jacobian.Jacobian, "__init__", counted)
    return made


def test_the_structure_of_the_derivatives_is_made_once(cell, monkeypatch):
    made = built(monkeypatch)
    cell.structure = None
    rest(cell)
    for ko in (4, 8):
        rest(cell, set={"ko": ko}, scale={"pump": 0.5})
    assert len(made) == 1


@pytest.mark.parametrize(
    "change", [{"volume_fraction": 0.3}, {"ko": 9}], ids=["the spaces' volume", "the bath that takes charge"]
)
def test_and_anew_where_it_would_be_another(monkeypatch, change):
    """Its derivatives are those of a cell that has never been solved, to the bit."""
    made = built(monkeypatch)
    cell = Neuron(max_compartment_length=120, outside="shell")
    rest(cell)
    with cell.changed(change):
        after = System(cell)
        x = after.start[after.free]
        kept = after.jacobian(x).toarray()
        assert len(made) == 2
        cell.structure = None
        fresh = System(cell)
        np.testing.assert_array_equal(fresh.jacobian(x).toarray(), kept)


def test_slopes_are_not_kept_from_one_system_to_the_next(cell):
    """The same state with half the pumps has other derivatives."""
    cell.structure = None
    one = System(cell)
    x = one.start[one.free]
    whole = one.jacobian(x).toarray()
    with cell.changed(scale={"pump": 0.5}):
        half = System(cell).jacobian(x).toarray()
    assert np.abs(half - whole).max() > 1e-6 * np.abs(whole).max()
    assert np.abs(System(cell).jacobian(x).toarray() - whole).max() == 0


def test_slopes_are_those_of_the_state_that_they_are_asked_at(cell):
    """A state that is almost the last one has derivatives of its own, to the bit."""
    system = System(cell)
    x = system.start[system.free]
    system.jacobian(x)
    beside = x * (1 + 1e-9)
    kept = system.jacobian(beside).toarray()
    np.testing.assert_array_equal(kept, System(cell).jacobian(beside).toarray())


def test_slopes_are_not_kept_where_more_becomes_free(cell):
    """What was held moves once the system takes over another's state; the state is still the same."""
    system, free = System(cell, hold="concentrations"), System(cell)
    system.jacobian(system.start[system.free])
    take_over(system, free)
    x = free.start[free.free]
    np.testing.assert_array_equal(system.jacobian(x).toarray(), free.jacobian(x).toarray())
