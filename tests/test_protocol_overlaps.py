"""Two tables that turn one number in compartments that they share: what it was before must be plain."""

import pytest
from joined_cells import pair

from models import InputError, make_cell, run
from models.protocol.shapes import Asked, track
from models.protocol.tables import Timing

ALL, SOMA = {"block": 1.0}, {"block": 0.5, "where": "soma"}


@pytest.fixture(scope="module")
def small():
    return make_cell("stylised", max_compartment_length=300.0)


@pytest.mark.parametrize(
    "changes",
    [
        [ALL, {"at": "1 s", "duration": "1 s", **SOMA}],  # comes back to no block
        [ALL, {"at": "1 s", "over": "1 s", **SOMA}],  # begins from none
        [{"over": "2 s", **ALL}, {"at": "1 s", **SOMA}],
        [{"duration": "2 s", **ALL}, {"at": "1 s", **SOMA}],
        [{"duration": "10 ms", "every": "1 s", **ALL}, {"at": "1.5 s", **SOMA}],
    ],
)
def test_what_is_not_plain_is_refused(small, changes):
    with pytest.raises(InputError, match=r"change 1: block and change 2: block have compartments in common"):
        run({"duration": "3 s", "change": changes}, small)


def test_a_cell_of_several_and_all_of_them():
    changes = [{"scale": {"pump": 0.5}}, {"at": "1 s", "duration": "1 s", "scale": {"a.pump": 2}}]
    with pytest.raises(InputError, match=r"change 1: pump, factor and change 2: a.pump, factor have"):
        run({"duration": "3 s", "change": changes}, pair())


def test_one_after_the_other_is_done(small):
    """The soma's pump, blocked alone and then with all of them, in the end works as it did."""
    changes = [
        {"duration": "1 s", **SOMA},
        {"at": "1.5 s", "duration": "1 s", **ALL},
        {"at": "3 s", **SOMA},
        {"at": "3.5 s", "block": 0.9},
    ]
    found = run({"duration": "4 s", "change": changes}, small)
    net, t = found.course.flows["pump", "na"], found.course.t
    for since, until, share in (
        (1.1e3, 1.4e3, 1.0),
        (1.6e3, 2.4e3, 0.0),
        (2.6e3, 2.9e3, 1.0),
        (3.6e3, 4e3, 0.1),
    ):
        there = net[(t > since) & (t < until)] / net[0]
        assert there == pytest.approx(share, abs=0.15)  # as far as V and Na+ have moved


def test_a_sine_begins_at_the_level_when_it_is_said():
    timing = Timing(at="2 ms", duration="5 ms", sine="10 ms")
    (begin, end, value, _), *_ = track([Asked("it", timing, 3.0)], 1.0, print, True, 30.0).moving
    assert (begin, end) == (2.0, 7.0)
    assert [value(t) for t in (2.0, 4.5, 7.0)] == pytest.approx([1.0, 3.0, 1.0])
