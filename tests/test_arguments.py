"""What is given from Python: numbers of any kind count, what is none gets one sentence; what results say of
themselves."""

from fractions import Fraction

import numpy as np
import pytest

from models import Event, InputError, Neuron, block, compare, evolve, excite, glycoside, make_cell, rest
from models.experiments.inspect import inspect
from models.experiments.validate import Check, ValidateResult
from models.simulator.runtime import h


@pytest.fixture(scope="module")
def cell():
    return Neuron("stylised", max_compartment_length=100.0)


KINDS = (np.float32, np.float64, np.int64, np.uint8, np.array, Fraction)


@pytest.mark.parametrize("kind", KINDS)
def test_any_number_is_a_number(cell, kind):
    two = kind(2)
    changed = rest(cell, set={"ko": two}, scale={"pump": two}, start={"na": two})
    assert changed.v == pytest.approx(rest(cell, set={"ko": 2}, scale={"pump": 2}).v, abs=1e-6)
    course = evolve(cell, two, [Event(kind(1), set={"ko": two}, block=kind(1))], points=kind(3))
    assert course.t[-1] == 2 * 3600e3 and len(course.t) == 7


@pytest.mark.parametrize("kind", KINDS)
def test_options_take_any_number(kind):
    cell = Neuron("stylised", max_compartment_length=kind(100))
    result = block(cell, fraction=kind(1), hours=kind(2), recover_at=kind(1), where=[np.uint8(0)])
    assert result.summary["hours"] == 2 and result.fraction == 1


def test_a_time_may_have_its_unit(cell):
    assert block(cell, hours="3 min").summary["hours"] == pytest.approx(0.05)


NO_NUMBERS = ["2", "", "two", b"2", [2], (2,), np.array([2.0]), None, True, np.True_, 2j, {}]
NO_NAMES = ["ko=3", ["ko=3"], [], {"ko"}, {1: 2}, 3, {"ko": None}, {"ko": [3]}, {"ko": True}]


@pytest.mark.parametrize("bad", NO_NUMBERS)
@pytest.mark.parametrize(
    "call",
    [
        lambda cell, x: block(cell, hours=x),
        lambda cell, x: block(cell, fraction=x),
        lambda cell, x: evolve(cell, x),
        lambda cell, x: evolve(cell, 1, rtol=x),
        lambda cell, x: evolve(cell, 1, points=x),
        lambda cell, x: evolve(cell, 1, [Event(x)]),
        lambda cell, x: compare(["stylised"], hours=x),
        lambda cell, x: excite(hours=x),
        lambda cell, x: excite(duration_ms=x),
        lambda cell, x: glycoside(hours=x),
    ],
)
def test_what_is_no_number_is_said(cell, call, bad):
    with pytest.raises(InputError, match="expected a"):
        call(cell, bad)


@pytest.mark.parametrize("bad", NO_NAMES)
@pytest.mark.parametrize("what", ["set", "scale", "start"])
def test_what_is_no_name_with_its_value_is_said(cell, what, bad):
    if isinstance(bad, dict) and "ko" in bad:
        bad = {{"set": "ko", "scale": "pump", "start": "na"}[what]: bad["ko"]}
    with pytest.raises(InputError, match=r"expected (names with their values|a number)"):
        rest(cell, **{what: bad})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rest(5), "expected a cell, its name or a TOML file, got 5"),
        (lambda: rest("nobody"), "unknown cell 'nobody'"),
        (lambda: block(None), "expected a cell"),
        (lambda: evolve(5, 1), "expected a cell"),
        (lambda: inspect({}), "expected a cell"),
        (lambda: compare([]), "expected names or TOML files"),
        (lambda: compare(5), "expected names or TOML files"),
        (lambda: excite(vary=["ko"]), "vary: expected one setting"),
        (lambda: excite(vary={"ko": 5}), "vary: expected one setting"),
        (lambda: excite(where=5), "expected the name of a region"),
        (lambda: glycoside(drug=["ouabain"]), "unknown drug"),
        (lambda: glycoside(species=["rat"]), "unknown species"),
        (lambda: glycoside(dose=[1]), "expected a number"),
        (lambda: Neuron(5), "5 is no name"),
        (lambda: Neuron("stylised", carries=["i_pas"]), "carries: expected names"),
        (lambda: Neuron("stylised", morphology=""), "unknown morphology ''"),
    ],
)
def test_what_cannot_be_meant_is_said(call, words):
    with pytest.raises(InputError, match=words):
        call()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"where": "soma(0.5.5)"}, "unknown region"),
        ({"where": None}, "where: expected"),
        ({"where": 1.5}, "where: expected"),
        ({"progress": True}, "progress: expected a function"),
    ],
)
def test_of_a_block(cell, options, words):
    with pytest.raises(InputError, match=words):
        block(cell, **options)


@pytest.mark.parametrize("events", [5, [5], ["x"], Event("0"), Event(0, block="x"), Event(0, set=["ko"])])
def test_events_that_are_none(cell, events):
    with pytest.raises(InputError):
        evolve(cell, 1, events)


def test_a_cell_stays_as_it_was_made(cell):
    for call in (rest, block, excite, glycoside, inspect, compare):
        with pytest.raises(InputError, match="a cell stays as it was made; give outside, volume where"):
            call(cell, outside="shell", volume="osmotic")


def test_a_deleted_section_is_said(section):
    first, second = section("first"), section("second")
    second.connect(first)
    made = Neuron("stylised", sections=[first, second])
    h.delete_section(sec=second)
    for call in (rest, block, inspect, lambda given: evolve(given, 1)):
        with pytest.raises(InputError, match="one of its sections was deleted"):
            call(made)
    for call in (
        made.write,
        lambda: made.set("ko", 4),
        lambda: made.scale("naleak", 2),
        lambda: made.changed({"ko": 4}),
        lambda: made.where("first(0.5)"),
    ):
        with pytest.raises(InputError, match="one of its sections was deleted"):
            call()
    with pytest.raises(InputError, match="one of them has been deleted"):
        Neuron("stylised", sections=[second])


def test_results_are_one_line_and_know_their_changes(cell):
    options = {"set": {"ko": "8 mM"}, "scale": {"naleak": 2}}
    at_rest, blocked = rest(cell, **options), block(cell, hours=0.1, **options)
    both = compare("stylised", hours=0.1, set={"ko": 8, "volume_fraction": 0.3}, scale={"naleak": 2})
    excited = excite(max_compartment_length=100.0, scale={"kleak": 1.01}, vary={"ko": [3, 4]})
    drugged = glycoside(hours=0.1, set={"ko": 8}, scale={"naleak": 2})
    for result in (at_rest, blocked, drugged):
        assert result.set == {"ko": 8.0} and result.scale == {"naleak": 2.0}
        assert result.layout.provenance["set"] == "ko=8"
        assert result.layout.provenance["scale"] == "naleak=2"
    assert both.set == {"ko": 8.0, "volume_fraction": 0.3} and both.scale == {"naleak": 2.0}
    assert both.blocks["stylised"].set == {"ko": 8.0}
    assert excited.set == {} and excited.scale == {"kleak": 1.01}
    plain = rest(cell)
    assert plain.set == {} and plain.layout.provenance["set"] == "nothing"
    with cell.changed(scale={"pump": 0.5}):
        assert rest(cell, scale={"pump": 0.5, "kleak": 2}).scale == {"pump": 0.25, "kleak": 2.0}
    stock = inspect(cell)
    numbers = ValidateResult(plain.layout, [Check("a", "b", "c", "mV", 0, 1, "s", 0.5, "", "")], {})
    points = excited.points
    for result in (at_rest, blocked, both, excited, drugged, plain, stock, numbers, blocked.course, *points):
        assert "\n" not in repr(result) and 10 < len(repr(result)) < 160
    assert (
        repr(at_rest)
        == f"<rest of stylised: {at_rest.summary['v_rest_mV']:.4g} mV, set ko=8, scale naleak=2>"
    )
    assert "\n" not in repr(plain.layout) and len(repr(plain.layout)) < 100


def test_cells_of_two_names_of_one_kind(cell):
    """What an experiment changes is not left in the cell."""
    with pytest.raises(InputError):
        rest(cell, set={"ko": 8, "kO": 8})
    assert cell.changes == {"set": {}, "scale": {}}
    assert make_cell("stylised").changes == {"set": {}, "scale": {}}
