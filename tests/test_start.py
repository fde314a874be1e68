"""Where a start puts the ions: nothing comes from nowhere, and held concentrations are the cell's own."""

import numpy as np
import pytest

from models import InputError, make_cell, rest
from models.experiments.start import start_from


def closed(**options):
    return make_cell("stylised", max_compartment_length=100.0, outside="closed", **options)


STARTS = [{"na": 30}, {"na": 30, "v": -40}, {"v": 0}, {"ko": 10}, {"nao": 120}, {"ko": 20, "na": 15},
          {"clo": 124}, {"cl": 9.5}, {"ko": 5, "clo": 124.5}]  # fmt: skip


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("volume", ["fixed", "osmotic"])
def test_what_goes_inside_has_left_the_outside(start, volume):
    cell = closed(volume=volume)
    state = start_from(cell, start)
    for ion in cell.ions:
        outside = state.get(ion + "o", cell.bath_of(ion))
        held = state[ion] * cell.volume + outside * cell.outside_volume
        assert held == pytest.approx(cell.start[ion] * cell.volume + cell.bath_of(ion) * cell.outside_volume)
    assert np.abs(cell.charge(state)).max() < 1e-11
    for name, value in start.items():
        assert state[name] == pytest.approx(value)
    found = rest(cell, start=start).summary
    assert found["v_rest_mV"] == pytest.approx(-70, abs=1e-6) and found["ko_mM"] == pytest.approx(3, abs=1e-6)


def test_outside_in_a_shell_is_given_apart():
    cell = make_cell("stylised", max_compartment_length=100.0, outside="shell")
    state = start_from(cell, {"ko": 30, "na": 20})
    assert state["ko"] == pytest.approx(30) and state["na"] == pytest.approx(20)
    assert state["nao"] == pytest.approx(145 - 27)  # closes the charge
    assert rest(cell, start={"ko": 30, "na": 20}).v == pytest.approx(-70, abs=1e-6)


@pytest.mark.parametrize(
    "options, start, words",
    [
        (
            {},
            {"ko": 10},
            r"start ko=10: the outside is a bath, which stays as it is; change it by set",
        ),
        ({"outside": "closed"}, {"na": 30, "nao": 100}, "na and nao are both given, but in a closed space"),
        ({"outside": "closed"}, {"ko": 8, "na": 12, "cl": 8}, "nothing is left that closes the charge"),
        ({"outside": "closed"}, {"nao": 500}, "inside|would be"),
        ({"outside": "closed"}, {"cl": 50}, r"Cl- outside follows .* and would be"),
        ({"outside": "closed"}, {"k": 8}, "give v, na, cl, nao, ko, clo"),
        ({}, {"na": 10, "nai": 12}, "na is given twice"),
        ({"outside": "shell"}, {"nao": 100, "ko": 8, "clo": 100}, "nothing is left that closes the charge"),
    ],
)
def test_starts_that_cannot_be(options, start, words):
    with pytest.raises(InputError, match=words):
        rest(make_cell("stylised", max_compartment_length=100.0, **options), start=start)


def test_held_concentrations_are_the_cells_own():
    """Chloride is passive in this fibre, and stays as it is when concentrations are held."""
    cell = make_cell("muscle_fast")
    own = rest(cell, hold="concentrations")
    found = rest(cell, start={"v": -50}, hold="concentrations")
    assert found.v == pytest.approx(own.v, abs=1e-6)
    for ion in cell.ions:
        assert found.inside[ion] == pytest.approx(own.inside[ion], rel=1e-12)
        assert found.outside[ion] == pytest.approx(own.outside[ion], rel=1e-12)
    given = rest(cell, start={"v": -50, "cl": 20}, hold="concentrations")
    assert given.inside["cl"] == pytest.approx(20, abs=1e-9) and given.summary["v_rest_mV"] > -50


def test_calcium_where_it_is_followed():
    cell = make_cell("ventricle")
    state = start_from(cell, {"ca": "1 uM"})
    assert state["ca"] == pytest.approx(1e-3) and np.abs(cell.charge(state)).max() < 1e-11
    assert rest(cell, start={"cai": "1 uM"}).v == pytest.approx(-86.84, abs=1e-5)
