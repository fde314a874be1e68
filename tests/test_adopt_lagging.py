"""Mechanisms whose currents are computed from what was found the step before: written anew, adopted, put
back."""

import pytest
from fired import adopted_with_another

from models.existing.lagging import in_step, lags
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
    with adopted_with_another([soma, dend], "lagged", 1):
        pass
