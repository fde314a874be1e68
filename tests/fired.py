"""Runs of a model, adopted or not, by NEURON's own fixed steps."""

import runpy
from contextlib import contextmanager

import numpy as np
import pytest

from models.existing.adopt import adopt
from models.existing.settle import settle
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h


def fired(sections, begin, amplitude, until=100.0):
    """When the first section fires until a time (ms) under a current (nA) that begins at 1 ms."""
    clamp = h.IClamp(sections[0](0.5))
    clamp.delay, clamp.dur, clamp.amp = 1, until, amplitude
    times = h.Vector()
    counter = h.NetCon(sections[0](0.5)._ref_v, None, sec=sections[0])
    counter.threshold = -10
    counter.record(times)
    h.CVode().active(0)
    h.dt = 0.025
    begin()
    run_to(until)
    return np.array(times)


def run_to(until):
    while h.t < until:
        h.fadvance()


def run_exported(folder, sections, until):
    """Put what was exported into the sections, and run them until a time (ms) from their rest."""
    runpy.run_path(str(folder / "adopted.py"))["put"](sections)
    h.CVode().active(0)
    h.finitialize()
    run_to(until)


@contextmanager
def adopted_with_another(sections, mechanism, least):
    """The result of adopting a model in which another mechanism stands for this one meanwhile, and its own
    rest: it rests and fires, more than `least` times, as before, and after it runs as before, to the bit."""

    def course(begin):
        return fired(sections, begin, 0.6, 60.0), np.array([segment.v for sec in sections for segment in sec])

    before = course(lambda: h.finitialize(-65))
    own = settle(sections, write=False)
    earlier = in_a_copy(lambda _: course(lambda: (h.finitialize(-65), own.put())))
    found = adopt(sections)
    assert found.rest.v == pytest.approx(own.v, abs=0.01)  # what ions do to each other along the cell
    assert any(f"{mechanism} ({mechanism}_ode)" in one for one in found.said)

    def begin():
        found.cell.write()
        h.finitialize()
        found.own.put()

    now = in_a_copy(lambda _: course(begin))
    assert len(now[0]) == len(earlier[0]) > least
    assert now[0] == pytest.approx(earlier[0], abs=0.2)  # K+ and Na+ have moved
    yield found, own
    found.restore()
    names = [one.name() for one in sections[0](0.5)]
    assert mechanism in names and f"{mechanism}_ode" not in names
    after = course(lambda: h.finitialize(-65))
    assert np.array_equal(before[0], after[0]) and np.array_equal(before[1], after[1])
