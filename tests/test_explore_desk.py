"""The worker of the page and who asks it: answers, sentences, what overtakes what, and what ends."""

import threading
import time

import psutil
import pytest
import worker_at_hand

from models import make_cell, rest
from models.explore import desk as desks
from models.explore.desk import Desk
from models.explore.frames import Answer, Described, Frame, Frames, Question
from models.explore.state import State

LONG = 60.0  # s, on a busy machine


@pytest.fixture(scope="module")
def news():
    return []


@pytest.fixture(scope="module")
def desk(news):
    """A desk with its worker, which has loaded NEURON."""
    made = Desk(news.append)
    yield made
    worker = psutil.Process(made.pid)
    Heard(made, of("follow", State("stylised", blocked=True)))
    made.close()  # in the middle of a course
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


class Heard:
    """What is answered to one question, until the last."""

    def __init__(self, desk, question, page="page"):
        self.answers, self.done = [], threading.Event()
        desk.ask(page, question, self._take)

    def _take(self, answer):
        self.answers.append(answer)
        if answer.last:
            self.done.set()

    def last(self) -> Answer:
        assert self.done.wait(LONG)
        return self.answers[-1]


def of(what, state=None, **values) -> Question:
    return Question(what, (state or State("stylised", values)).plain())


def test_a_cell_is_described_and_its_rest_is_that_of_the_package(desk):
    cell = Heard(desk, of("describe")).last().found
    assert isinstance(cell, Described) and cell.size == 135 and len(cell.pieces) == 135
    assert cell.own["ko"] == 3 and "knows no ATP" in cell.void["energy"]
    found = Heard(desk, of("settle", ko=8, naleak=2)).last().found
    want = rest(make_cell("stylised"), set={"ko": 8}, scale={"naleak": 2}).summary
    assert isinstance(found, Frame)
    for got, key in ((found.v, "v_rest_mV"), (found.ghk, "ghk_mV"), (found.mullins_noda, "mullins_noda_mV")):
        assert got == pytest.approx(want[key], abs=1e-6)
    assert found.ions["na"].inside == pytest.approx(want["nai_mM"], rel=1e-6)
    assert len(found.each) == 135


def test_a_course_comes_piece_by_piece_and_ends_where_the_cell_is_at_equilibrium(desk):
    """With its pump stopped in an open bath it goes to the Donnan state, as the README says."""
    heard = Heard(desk, of("follow", State("stylised", blocked=True)))
    assert heard.last().why == ""
    pieces = [answer.found for answer in heard.answers]
    assert all(isinstance(piece, Frames) for piece in pieces)
    assert [piece.number for piece in pieces] == list(range(pieces[0].pieces))
    frames = [one for piece in pieces for one in piece.frames]
    times = [one.t for one in frames]
    assert times == sorted(times) and times[0] == 0 and times[-1] == pytest.approx(86400)
    assert frames[0].v == pytest.approx(-70, abs=1e-6) and frames[-1].v == pytest.approx(-10.06, abs=0.05)
    charged = next(one for one in frames if one.t >= 0.0999)
    assert charged.v == pytest.approx(charged.ghk, abs=0.1), "at once it is where GHK says"


@pytest.mark.parametrize(
    ("state", "low", "high", "volume"),
    [
        (State("stylised", closed=True), -70.01, -69.99, 1.0),
        (State("stylised", water=True), -70.01, -69.99, 1.0),
        (State("stylised", blocked=True, closed=True), -19.0, -18.8, 1.0),
    ],
    ids=["a closed space alone", "water alone", "a closed space and no pump"],
)
def test_what_the_buttons_do(desk, state, low, high, volume):
    """At rest nothing follows from a closed space or from water; with the pump stopped too it goes where the
    README has it."""
    last = Heard(desk, of("follow", state)).last().found.frames[-1]
    assert low < last.v < high and last.volume == pytest.approx(volume, abs=1e-3)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (of("settle", State("stylised", {"energy": 0.5})), "knows no ATP"),
        (of("settle", State("stylised", {"pl_kir": 2.0})), "unknown process 'pl_kir'"),
        (of("follow", State("epithelium", closed=True)), "stands in 'bath'"),
    ],
)
def test_what_cannot_be_is_answered_by_a_sentence(desk, question, why):
    answer = Heard(desk, question).last()
    assert answer.found is None
    assert why in answer.why


def test_a_new_question_overtakes_the_old_and_another_page_has_its_turn(desk):
    """The course of one page goes on while another page's sliders are answered."""
    long = Heard(desk, of("follow", State("stylised", blocked=True, closed=True)), page="one")
    other = Heard(desk, of("settle", ko=5), page="two")
    assert isinstance(other.last().found, Frame) and not long.done.is_set()
    newer = Heard(desk, of("settle", ko=4), page="one")
    assert newer.last().found.v < other.last().found.v
    kept = len(long.answers)
    Heard(desk, of("settle", ko=4.5), page="one").last()
    assert len(long.answers) == kept and not long.done.is_set(), "the course has been overtaken"


def test_the_file_of_a_cell_rests_as_the_page_does(desk, write_toml):
    """A leak changed, a bath changed: the file says the strengths, and is not balanced anew."""
    state = State("stylised", {"ko": 6.0, "naleak": 2.0, "pump": 0.8, "celsius": 30.0})
    text = Heard(desk, of("write", state)).last().found
    v = Heard(desk, of("settle", state)).last().found.v
    assert "--set celsius=30" in text and "[leak]" in text and "explore --link" in text
    assert rest(write_toml(text), set={"celsius": 30}).summary["v_rest_mV"] == pytest.approx(v, abs=1e-6)


# ---------------------------------------------------------------------- a worker that dies or hangs


@pytest.fixture
def handed(monkeypatch):
    """A desk whose worker does as it is told, and what it says of it."""
    monkeypatch.setattr(desks.worker, "main", worker_at_hand.main)
    said = []
    made = Desk(said.append)
    yield made, said
    made.close()
    assert not psutil.pid_exists(made.pid) or psutil.Process(made.pid).status() == psutil.STATUS_ZOMBIE


def told(what, ask="settle") -> Question:
    return Question(ask, {"cell": what})


def test_a_worker_that_dies_is_begun_anew_and_its_question_asked_twice(handed):
    desk, said = handed
    first, _ = Heard(desk, told("echo")).last().found
    assert Heard(desk, told("die")).last().why == desks.DEAD
    second, _ = Heard(desk, told("echo")).last().found
    assert second != first and said.count(desks.ENDED) == 2 and said[-1] == ""


def test_a_course_whose_worker_dies_begins_anew_and_another_pages_too(handed):
    desk, _ = handed
    other = Heard(desk, told("echo", "follow"), page="other")
    heard = Heard(desk, told("die in the middle", "follow"))
    assert heard.last().why == desks.DEAD
    assert [answer.found.number for answer in heard.answers[:-1]] == [0, 1, 0, 1]
    assert other.last().found.number == 3 and not any(answer.why for answer in other.answers)


def test_one_that_hangs_is_ended_once_nobody_waits(handed, monkeypatch):
    desk, said = handed
    monkeypatch.setattr(desks, "PATIENCE", 0.1)
    hung = Heard(desk, told("hang"))
    time.sleep(0.1)
    assert Heard(desk, told("echo")).last().found[1] == "echo"
    assert not hung.answers and desks.ENDED in said


def test_one_that_takes_too_long_is_given_up_with_a_sentence(handed, monkeypatch):
    desk, _ = handed
    Heard(desk, told("echo")).last()
    monkeypatch.setattr(desks, "LONGEST", 0.2)
    assert Heard(desk, told("hang")).last().why == desks.SLOW
    assert Heard(desk, told("echo")).last().found


def test_of_a_page_that_is_gone_nothing_is_asked_any_more(handed):
    desk, _ = handed
    gone = Heard(desk, told("echo", "follow"), page="gone")
    desk.forget("gone")
    Heard(desk, told("echo")).last()
    assert not gone.done.is_set()
