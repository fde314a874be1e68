"""Mechanisms that advance their gates by hand: written anew with rates, adopted, and put back."""

import numpy as np
import pytest
from fired import adopted_with_another, run_exported

from models import InputError
from models.existing.adopt import adopt
from models.existing.rates import with_rates
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h

TEXT = """NEURON {{ SUFFIX one }}
PARAMETER {{ dt (ms)  v (mV) }}
STATE {{ m h }}
BREAKPOINT {{ SOLVE states }}
PROCEDURE states() {{
{body}
}}
PROCEDURE both() {{ m = m + a*(b - m)
  h = h + c*(d - h) }}
"""


@pytest.mark.parametrize(
    ("body", "rates"),
    [
        ("m = m + mexp*(minf - m)", ["m' = (mexp*(minf - m))/pl_dt"]),
        ("m = m + (1 - exp(-dt/tau))*(i - m)", ["m' = ((1 - exp(-pl_dt/tau))*(i - m))/pl_dt"]),
        ("rates(v)  m = m + dt*(a*(1 - m) - b*m)", ["m' = (pl_dt*(a*(1 - m) - b*m))/pl_dt"]),
        ("m = m + dt*a - dt*b*m", ["m' = ((m + pl_dt*a - pl_dt*b*m) - m)/pl_dt"]),
        ("m = minf", ["m' = ((minf) - m)/pl_dt"]),
        ("m = m + a*(b\n   - m)  h = h + c*(d - h)", ["m' = (a*(b - m))/pl_dt", "h' = (c*(d - h))/pl_dt"]),
        ("both()\nVERBATIM\nreturn 0;\nENDVERBATIM", ["m' = (a*(b - m))/pl_dt", "h' = (c*(d - h))/pl_dt"]),
    ],
)
def test_assignments_become_rates(body, rates):
    text = with_rates(TEXT.format(body=body))
    for one in rates:
        assert one in text.splitlines()
    assert "SOLVE pl_states METHOD cnexp" in text
    assert " dt" not in text  # nor declared


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TEXT.format(body="if (v > 0) { m = m + a*(b - m) }"), "under a condition"),
        (TEXT.format(body="VERBATIM\nm = 3;\nENDVERBATIM"), "C code"),
        (TEXT.format(body="m = m + a*(b - m)\nm = m + c*(d - m)"), "m twice"),
        (TEXT.format(body="m = 1").replace("STATE { m h }", ""), "no STATE"),
    ],
)
def test_what_has_no_rates_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        with_rates(text)


@pytest.fixture
def two(section, own_mechanisms, alone):
    h.celsius = 6.3
    soma, dend = section("soma"), section("dend", 300, 2, 3)
    dend.connect(soma(1))
    soma.insert("hh")
    for sec in (soma, dend):
        sec.insert("byexp")
        sec(0.5).byexp.gbar = 2e-3
    dend(0.5).byexp.el = -75
    return [soma, dend]


def test_it_is_adopted_fires_as_before_and_is_put_back(two, tmp_path):
    h.vhalf_byexp = -52
    with adopted_with_another(two, "byexp", 3) as (found, own):
        assert h.vhalf_byexp_ode == -52
        found.export(tmp_path / "out")

    def alone_again(_):
        run_exported(tmp_path / "out", two, 300)
        return np.array([segment.v for sec in two for segment in sec])

    assert in_a_copy(alone_again) == pytest.approx(own.v, abs=0.05)


def test_a_point_process_of_that_kind_is_named(two, monkeypatch):
    point = TEXT.format(body="m = minf").replace("SUFFIX", "POINT_PROCESS")
    monkeypatch.setattr("models.existing.exchange.source_text", lambda _: point)
    with pytest.raises(InputError, match=r"byexp in .*soma.* by hand.*it is a point process: take it out"):
        adopt(two)
    assert "byexp" in [one.name() for one in two[0](0.5)]
