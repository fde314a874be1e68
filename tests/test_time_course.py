"""Courses: late and close events, what nothing may be negative in, accuracy, Ctrl-C."""

import os
import signal
import threading
import weakref

import numpy as np
import pytest

from models import ConvergenceError, block, make_cell, rest
from models.cell.energy import BONDS
from models.experiments.conservation import conservation_errors
from models.physics.ions import AMOUNT
from models.simulator.runtime import undisturbed
from models.solve.bdf import BDF
from models.solve.equations import System
from models.solve.events import Event
from models.solve.time_course import evolve


@pytest.fixture
def fibre():
    return make_cell("stylised", max_compartment_length=100.0)


@pytest.mark.parametrize("late", [300.0, 1e4, 9e6])
def test_an_event_acts_alike_however_late_it_comes(fibre, late):
    """A cell at rest stays there; what follows an event does not depend on when it is."""
    first, second = (
        evolve(fibre, begin + 1, [Event(begin, block=1)], points=5, rtol=1e-7).v[-1].mean()
        for begin in (0.0, late)
    )
    # 9e6 h is resolved to 7e-6 s; a course at 1e-7 is good to 1e-6 mV or so
    assert second == pytest.approx(first, abs=1e-5)


def test_events_may_be_as_close_as_their_times_can_be_told_apart(fibre):
    """0.1 + 0.2 and 0.3 hours, as a script makes them."""
    events = [Event(0.3, block=1.0), Event(0.1 + 0.2, block=0.5)]
    together = [Event(0.3, block=0.5)]
    found, expected = (evolve(fibre, 1.0, given, points=5).v[-1].mean() for given in (events, together))
    assert found == pytest.approx(expected, abs=1e-5)
    assert evolve(fibre, 1.0, [Event(np.nextafter(1.0, 0), block=1.0)]).v[-1] == pytest.approx(-70, abs=1e-6)


def test_what_entered_adds_up_over_all_events(fibre):
    """Three stretches, each of which begins where the one before it ended."""
    course = evolve(fibre, 1, [Event(0, block=1.0), Event(0.2, block=0.5), Event(0.6, block=0.0)], points=20)
    assert course.entered["na"].max() > 1
    assert conservation_errors(fibre, course)["ion_conservation_error"] < 1e-12


def test_nothing_negative_is_handed_out():
    """A bath with next to nothing in it: a steep end for every ion, and none of them below 0 on the way."""
    cell = make_cell("ventricle")
    course = evolve(cell, 1000, [Event(0, set={"ko": 1e-3, "nao": 1e-3, "clo": 1e-3})])
    for ion in cell.ions:
        assert (getattr(course, ion) >= 0).all()


def test_a_dip_below_0_between_two_steps_is_not_handed_out(fibre, monkeypatch):
    """However far the polynomial dips: an amount is at least 0; V may be anything."""
    own = BDF.at
    monkeypatch.setattr(BDF, "at", lambda self, times: own(self, times) - 1000.0)
    course = evolve(fibre, 1e-3, points=3)
    assert (course.na[1:] == 0).all() and (course.cl[1:] == 0).all() and (course.na[0] > 0).all()
    assert course.v[1:] == pytest.approx(-1070, abs=1e-6)


def test_a_cell_that_is_emptied_says_of_what():
    """The cubic pump does not ask for K+ outside, and takes it from a closed space until there is none."""
    cell = make_cell("duesterwald2018", outside="closed")
    with pytest.raises(ConvergenceError, match=r"ko in cable.* falls (below|to) 0 after 0\.600"):
        evolve(cell, 2, [Event(0, block=1.0), Event(0.6, block=0.0)])


def test_a_course_that_stops_names_what_has_run_out_and_nothing_that_may_be_none():
    """ATP may be spent, and traces are small: it is not by them that a course cannot go on."""
    system = System(make_cell("neuron_fed"))
    x, free = system.pack(system.start), system.free
    spent = x.copy()
    spent[np.isin(free, system.at[BONDS])] = 1e-12
    for there in (x, spent):
        system.check_possible(there, "after 1 h", last=True)
    spent[np.isin(free, system.at[AMOUNT["na"]])] = 1e-9
    with pytest.raises(ConvergenceError, match=r"nai in .* falls to 0 after 1 h"):
        system.check_possible(spent, "after 1 h", last=True)


@pytest.mark.parametrize("name", ["stylised", "muscle_slow", "ventricle"])
def test_courses_are_as_good_as_is_said(name):
    """Block, recovery, a change of bath: within 1e-3 mV of a run at 1e-8, from a second after each on."""
    events = [Event(0, block=1.0), Event(0.1, block=0.0, set={"ko": 8})]
    begin = 0.1 * 3600e3
    times = np.concatenate([np.geomspace(1e3, begin, 40), begin + np.geomspace(1e3, 3600e3, 40)])
    found, exact = (
        evolve(make_cell(name), 1.2, events, times_ms=times, rtol=rtol).v for rtol in (1e-5, 1e-8)
    )
    assert np.abs(found - exact).max() < 1e-3


def test_spikes_are_as_good_as_is_said():
    """13 spikes in 0.1 s: at 1e-6 each within 0.005 ms (0.05 in a second) of a run at 1e-8."""
    cell = make_cell("excitable", max_compartment_length=100.0)
    times = np.arange(0, 100, 0.01)
    found = []
    with cell.changed(scale={"naleak": 2.5}):
        for rtol in (1e-6, 1e-8):
            v = evolve(cell, 100 / 3600e3, times_ms=times, rtol=rtol).v[:, 0]
            up = np.flatnonzero((v[:-1] < -20) & (v[1:] >= -20))
            found.append(times[up] + 0.01 * (-20 - v[up]) / (v[up + 1] - v[up]))
    assert len(found[0]) == len(found[1]) > 10
    assert np.abs(found[0] - found[1]).max() < 0.005


def test_ctrl_c_ends_a_course_and_leaves_the_cell_as_it_was(fibre):
    before = {key: values.copy() for key, values in fibre.start.items()}
    for delay in (0.02, 0.05, 0.1, 0.2):
        timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            while True:
                evolve(fibre, 100, [Event(0, block=1.0)])
        timer.join()
        assert not fibre.conditions.block.any()
        assert all((fibre.start[key] == values).all() for key, values in before.items())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_is_kept_for_the_end_of_what_is_not_to_be_disturbed():
    with pytest.raises(KeyboardInterrupt), undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        reached = True
    assert reached


def test_a_cell_that_nobody_holds_is_gone_at_once():
    """Without a collection of garbage: NEURON would go on computing its sections."""
    cell = make_cell("stylised", max_compartment_length=100.0)
    with undisturbed():
        rest(cell)
        block(cell, hours=0.1, recover_at=0.05)
        held = weakref.ref(cell)
        del cell
        assert held() is None
