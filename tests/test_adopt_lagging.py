"""Mechanisms whose currents are computed from what was found the step before: written anew, adopted, put
back."""

import numpy as np
import pytest
from fired import fired

from models.existing.adopt import adopt
from models.existing.lagging import in_step, lags
from models.existing.settle import settle
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h

TEXT = """NEURON { SUFFIX one }
STATE { m }
BREAKPOINT { %s }
DERIVATIVE states { %s }
PROCEDURE rates(v) { LOCAL a
  a = f(v)
  minf = a/2  open = m^3 }
FUNCTION f(v) { f = v + 1 }
"""
RATES = "rates(v)\n m' = (minf - m)/tau"


@pytest.mark.parametrize(
    ("breakpoint", "derivative", "late"),
    [
        ("SOLVE states METHOD cnexp\n ik = g*open*(v - ek)", RATES, True),
        ("SOLVE states METHOD cnexp ik = g*minf*m*(v - ek)", "rates(v) m' = (minf - m)/tau", True),
        ("SOLVE states METHOD cnexp\n ik = g*m*(v - ek)", RATES, False),
        ("SOLVE states METHOD cnexp\n rates(v)\n ik = g*open*(v - ek)", RATES, False),
        ("SOLVE states METHOD cnexp\n open = m^3\n ik = g*open*(v - ek)", RATES, False),
        ("SOLVE states METHOD cnexp\n ik = g*a*(v - ek)", RATES, False),  # LOCAL there, another here
        ("SOLVE states METHOD cnexp\n ik = gated(v)", RATES, False),
        ("ik = g*minf*(v - ek)", RATES, False),
    ],
)
def test_what_is_found_the_step_before_is_known_by_its_text(breakpoint, derivative, late):
    assert lags(TEXT % (breakpoint, derivative)) is late


def test_it_is_found_after_solve_too():
    text = in_step(TEXT % ("SOLVE states METHOD cnexp\n ik = g*open*(v - ek)", RATES))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    solved = next(i for i, line in enumerate(lines) if "SOLVE" in line)
    assert lines[solved + 1] == "pl_now()"
    assert lines[lines.index("PROCEDURE pl_now() {") + 1 :] == ["rates(v)", "}"]
    assert not lags(text)


def test_rates_under_a_condition_are_not_taken_apart():
    with pytest.raises(ValueError, match="under a condition"):
        in_step(TEXT % ("SOLVE states METHOD cnexp\n ik = open*v", "rates(v)\n if (v > 0) { m' = 1 }"))


def test_a_cell_of_such_currents_is_adopted_and_put_back(section, own_mechanisms, alone):
    """It fires when NEURON's own short steps, in which the lag is short, say that it does."""
    h.celsius = 6.3
    soma, dend = section("soma"), section("dend", 300, 2, 3)
    dend.connect(soma(1))
    soma.insert("hh")
    for sec in (soma, dend):
        sec.insert("lagged")
    dend.insert("pas")

    def course(begin):
        times = fired([soma, dend], begin, 0.6, 60.0)
        return times, np.array([segment.v for sec in (soma, dend) for segment in sec])

    def begin_at(v):
        return lambda: h.finitialize(v)

    before = course(begin_at(-65))
    own = settle([soma, dend], write=False)
    earlier = in_a_copy(lambda _: course(lambda: (h.finitialize(-65), own.put())))
    found = adopt([soma, dend])
    assert any("lagged (lagged_ode)" in one for one in found.said)
    assert found.rest.v == pytest.approx(own.v, abs=0.01)  # what ions do to each other along the cell

    def begin():
        found.cell.write()
        h.finitialize()
        found.own.put()

    now = in_a_copy(lambda _: course(begin))
    assert len(now[0]) == len(earlier[0]) > 1
    assert now[0] == pytest.approx(earlier[0], abs=0.2)  # K+ and Na+ have moved; the gate came a step late
    found.restore()
    assert "lagged" in [one.name() for one in soma(0.5)]
    after = course(begin_at(-65))
    assert np.array_equal(before[0], after[0]) and np.array_equal(before[1], after[1])
