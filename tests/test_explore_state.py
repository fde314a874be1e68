"""What the page asks, without a browser: sliders, states, their past and links, courses, drawings."""

import math
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_reading import contrast, palettes

from models.errors import InputError
from models.explore import captions
from models.explore.cells import shipped
from models.explore.controls import CONTROLS, STEPS, control
from models.explore.courses import course
from models.explore.flows import composition, currents
from models.explore.frames import Answer, Described, Frame, Frames, OfIon
from models.explore.ladder import ladder
from models.explore.marks import apart
from models.explore.player import Player
from models.explore.portrait import Portrait
from models.explore.session import Session, View
from models.explore.state import DONE, PAST, History, State, query, state_of
from models.explore.style import WHOLE

names = st.sampled_from([*CONTROLS, "pl_kir", "pl_navheart", "glia.pl_kir"])
numbers = st.floats(0, 1).map(lambda share: share * STEPS)


@st.composite
def states(draw):
    turned = draw(st.dictionaries(names, numbers, max_size=6))
    values = {name: control(name).value(position) for name, position in turned.items()}
    done = {name: draw(st.booleans()) for name in DONE}
    return State(draw(st.sampled_from(sorted(shipped()))), values, **done)


@given(states())
def test_any_state_comes_back_from_its_link(state):
    link = query(state)
    assert state_of(link) == state_of(f"http://127.0.0.1:4000/token/?{link}") == state
    assert State(**state.plain()) == state


@given(st.text(max_size=200))
def test_any_text_is_a_state_or_a_sentence(text):
    try:
        assert isinstance(state_of(text), State)
    except InputError as error:
        assert str(error) and "\n" not in str(error)[:60]


@given(names, st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.none(), st.lists(st.integers())))
def test_whatever_is_typed_is_a_number_in_range_or_a_sentence(name, typed):
    record = control(name)
    try:
        value = record.parse(typed)
    except InputError as error:
        assert str(error)
    else:
        assert record.low <= value <= record.high and math.isfinite(value)


@given(names, numbers)
def test_a_slider_stands_where_its_value_is(name, position):
    record = control(name)
    value = record.value(position)
    assert record.low <= value <= record.high
    assert record.value(record.position(value)) == pytest.approx(value, rel=2e-3, abs=1e-4 * record.high)


def test_a_factor_is_one_in_the_middle_and_nothing_at_the_left():
    for record in (one for one in [*CONTROLS.values(), control("pl_kir")] if one.of_strength):
        assert [record.value(p) for p in (0, STEPS / 2, STEPS)] == [0, 1, record.high]


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("cell=nerve", "unknown cell 'nerve'"),
        ("ko=-3", "ko=-3"),
        ("ko=abc", "ko=abc"),
        ("ko=8&ko=9", "twice"),
        ("nobody's=3", "unknown value"),
        ("blocked=2", "blocked=2: expected 0 or 1"),
        ("x" * 5000, "5000 letters"),
        ("ko=nan", "finite"),
    ],
)
def test_a_link_that_holds_no_state_says_why(link, why):
    with pytest.raises(InputError, match=why):
        state_of(link)


def test_undo_goes_back_change_by_change_and_a_moving_slider_is_one():
    history = History(State())
    for ko in (4.0, 5.0, 6.0):
        history = history.to(history.now.with_value("ko", ko), by="ko")
    history = history.settled().to(history.now.with_value("ko", 7.0), by="ko")
    history = history.to(replace(history.now, blocked=True))
    assert history.to(history.now) is history, "what is no change is none to come back from"
    seen = []
    while history.past:
        history = history.undone()
        seen.append((history.now.values.get("ko"), history.now.blocked))
    assert seen == [(7.0, False), (6.0, False), (None, False)]
    assert history.undone() == history


def test_the_past_is_no_longer_than_it_may_be():
    history = History(State())
    for step in range(PAST + 5):
        history = history.to(history.now.with_value("ko", 1 + step / 10))
    assert len(history.past) == PAST and history.past[-1].values["ko"] == 21.3


# ---------------------------------------------------------------------- courses and drawings


def frame(t=0.0, v=-70.0, volume=1.0, **other) -> Frame:
    ions = {
        "na": OfIon(9.0, 145.0, 74.0, -1.0, 0.0, 1.0),
        "k": OfIon(130.0, 3.0, -101.0, 0.66, 0.0, -0.66),
        "cl": OfIon(9.0, 125.0, -70.0, 0.0, 0.0, 0.0),
    }
    given = {"ghk": -63.7, "mullins_noda": -70.0, "unsaid": ""} | other
    return Frame(t, v, v, v, ions, given["ghk"], given["mullins_noda"], given["unsaid"], (150.0, 23.0),
                 volume, 0.33, 1e8, 0.067, (v, v))  # fmt: skip


def test_a_course_is_shown_frame_by_frame_held_and_compared_with_the_one_before():
    player = Player()
    player.begin(["blocked"], keep=True)
    player.add(Frames([frame(), frame(0.1, -64)], 0, 2))
    assert [player.step(), player.step(), player.playing] == [True, False, True], "more is still to come"
    player.add(Frames([frame(10, -20)], 1, 2))
    assert player.step() and not player.playing
    player.hold(1)
    assert player.frame.t == 0.1 and not player.step()
    player.again()
    assert player.frame.t == 0 and player.step()
    player.add(Frames([frame()], 0, 2))
    assert len(player.frames) == 1, "a worker that was begun anew begins the course anew"
    player.begin(["blocked", "closed"], keep=True)
    assert [*player.earlier] == ["blocked"] and player.frame is None
    player.begin(["blocked"], keep=False)
    assert not player.earlier


unbelievable = st.floats(-1e3, 1e3)


@given(unbelievable, st.floats(0, 200), st.floats(0, 1e6), st.booleans())
def test_every_drawing_is_sound_whatever_is_found(v, volume, t, equations):
    one = frame(t, v, volume, **({} if equations else {"ghk": None, "mullins_noda": None, "unsaid": "a < b"}))
    cell = Described("x", {}, {}, [(0, 0, 0, 9, 2), (0, 9, 3, 15, 1)], [0, 1], 2, 10.0)
    drawn = [ladder(one, -70.0), currents(one), composition(one), Portrait(cell).drawn(one)]
    drawn += [course([frame(), one], 1, {"closed": [(0, -70), (1, -60)]}, "blocked"), course([], 0, {}, "")]
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img" and root.get("aria-label")
        assert "nan" not in svg and "inf" not in svg.lower().replace("information", "")
    assert all("None" not in sentence for sentence in captions.story(one))


def test_what_is_said_of_a_course_is_what_was_found():
    still = captions.of_course(["closed"], [frame(), frame(1.0), frame(86400.0)])
    assert "nothing moves" in still and "Stop the pump too" in still
    ran = [frame(), frame(0.1, -63.7), frame(60, -35), frame(86400, -10, volume=4.2)]
    said = captions.of_course(["blocked", "water"], ran)
    assert "the pump is stopped and water may enter" in said
    assert "V moves by 6.3 mV at once" in said and "−10.0 mV it has gone after 60 s" in said
    assert "4.20 times" in said and "Press a button" in captions.of_course([], [])


def test_words_that_would_run_into_each_other_are_moved_apart():
    found = apart([50, 51, 49, 90], 14, 0, 100)
    assert (
        sorted(found) == sorted(set(found))
        and min(b - a for a, b in zip(sorted(found), sorted(found)[1:], strict=False)) >= 14 - 1e-9
    )
    assert found.index(min(found)) == 2


def test_a_page_that_fails_in_what_it_shows_says_so():
    """Answers come from another thread, where nobody would hear of it."""
    said = []

    class Failing(View):
        def describe(self, cell, state):
            raise ZeroDivisionError

        def mistaken(self, error):
            said.append(type(error))

    class AtOnce:
        def is_closed(self):
            return False

        def call_soon_threadsafe(self, do, *given):
            do(*given)

        def ask(self, page, question, tell):
            if question.what == "describe":
                tell(Answer(Described("stylised", {}, {}, [], [], 1, 1.0)))

    Session(AtOnce(), Failing(), State(), AtOnce()).open()
    assert said == [ZeroDivisionError]


def test_what_stands_on_a_coloured_box_can_be_read():
    """In light and in dark: WCAG AA, 4.5."""
    light, dark = palettes(WHOLE)
    for colours in (light, dark):
        for name in ("na", "cl", "ca", "mg", "hco3", "rest"):
            assert contrast("#14181c", colours[name]) >= 4.5, name
        assert contrast(colours["onk"], colours["k"]) >= 4.5
    assert ".on { fill: #14181c" in WHOLE and ".on.k { fill: var(--onk)" in WHOLE
