"""A cell while one of its numbers is turned: ramps against fine stairs, and what time leaves of them."""

import numpy as np
import pytest

from models import InputError, excite, make_cell, rest
from models.cell.dial import turning
from models.errors import GivenUpError
from models.experiments.change import changed_within
from models.solve.drive import driven
from models.solve.equations import System
from models.solve.events import Event
from models.solve.time_course import evolve
from models.words import HOUR

COARSE = {"max_compartment_length": 100.0}


@pytest.fixture(scope="module")
def cell():
    return make_cell("stylised", **COARSE)


@pytest.mark.parametrize(("name", "first", "last"), [("ko", 3.0, 12.0), ("pump", 1.0, 0.2)])
def test_a_ramp_is_the_limit_of_stairs(cell, name, first, last):
    """Each of n stairs has the mean of its piece of the ramp, so that they come to it as 1/n^2 where pieces
    are shorter than what the cell answers with: near a quarter of the error from 20 to 40, and little of what
    the change itself makes. Stairs of the first order would have a half."""
    hours = 0.5
    own, _ = changed_within(cell, name, last, hours)

    def stairs(n):
        values = first + (last - first) * (np.arange(n) + 0.5) / n
        events = [
            Event(hours * i / n, **({"set": {name: v}} if name == "ko" else {"block": 1 - v}))
            for i, v in enumerate(values)
        ]
        return evolve(cell, hours, events, points=2, rtol=1e-7).na[-1]

    coarse, fine = (np.abs(stairs(n) - own["na"]).max() for n in (20, 40))
    assert 2.5 < coarse / fine < 5
    assert fine < 1e-2 * np.abs(own["na"] - cell.start["na"]).max()


def test_a_slow_change_ends_at_rest_and_the_cell_is_as_before(cell):
    before, own = rest(cell), cell.start
    slow, _ = changed_within(cell, "ko", 6.0, 1e6)
    there = rest(cell, set={"ko": 6.0})
    # what is left behind: time constants of an hour beside a million
    np.testing.assert_allclose(slow["v"], there.states()[0]["v"], atol=1e-4)
    assert cell.start is own and rest(cell).summary["v_rest_mV"] == before.summary["v_rest_mV"]


def test_a_change_at_once_leaves_the_ions_where_they_were(cell):
    quick, _ = changed_within(cell, "ko", 6.0, 1e-6)
    np.testing.assert_allclose(quick["na"], cell.start["na"], atol=1e-3)  # some mM/min for 4 ms
    assert (quick["v"] > cell.start["v"] - 1e-3).all()


def test_a_cell_that_fires_on_the_way_is_given_up():
    firing = make_cell("excitable", **COARSE)
    with pytest.raises(GivenUpError, match="given up after 5 spikes"):
        changed_within(firing, "naleak", 4.0, 1.0, max_spikes=5)


def test_driven_tells_every_step(cell):
    seen = []
    with turning(cell, "ko") as (dial,):
        system = System(cell)
        x = system.pack(system.start)
        end = driven(
            system, x, HOUR, dial, lambda t: 3 + 3 * t / HOUR, see=lambda t, x: seen.append((t, x[0]))
        )
        assert cell.conditions.outside["k"] == pytest.approx(6.0)
    assert seen[-1] == (HOUR, end[0]) and np.all(np.diff([t for t, _ in seen]) > 0)
    assert cell.conditions.outside["k"] == 3.0


def test_excite_after_a_change_and_beside_another_cell():
    result = excite("excitable", vary={"ko": [9.0]}, within="10 min", beside=["human_ventricle"], **COARSE)
    (heart,) = result.beside
    assert [one.layout.name for one in result.cells] == ["excitable", "human_ventricle"]
    assert result.summary["changed_within_hours"] == pytest.approx(1 / 6)
    at_rest = [rest("excitable", set={"ko": ko}, **COARSE).summary["v_rest_mV"] for ko in (9.0,)]
    for point, there in zip(result.points, at_rest, strict=True):
        assert point.outcome == "spike" and 0.05 < abs(point.v_rest - there) < 10  # still on its way
    data = result.to_xarray()
    assert data.threshold.dims == ("cell", "condition") and list(data.ko_mM) == [9.0]
    assert float(data.threshold[1, 0]) == heart.points[0].threshold
    assert result.summary["beside"] == [heart.summary]
    assert "human_ventricle: ko = 9 mM: " in {of for of, _, _ in result.overview()}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"within": "1 h"}, "within=1 h has no effect: nothing is varied"),
        ({"within": 1, "vary": {"ko": [4]}, "hours": 1}, "give hours or within"),
        ({"within": 0, "vary": {"ko": [4]}}, "within"),
        ({"beside": "muscle"}, "beside='muscle': expected a list"),
        ({"beside": ["nerve"]}, "nerve"),
    ],
)
def test_what_has_no_effect_is_refused(given, says):
    with pytest.raises(InputError, match=says):
        excite("excitable", **COARSE, **given)
