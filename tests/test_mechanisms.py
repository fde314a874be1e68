"""Every mechanism's current, as NEURON computes it, against the same equation in Python."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.physics import theory
from models.simulator import library, runtime
from models.simulator.runtime import h

concentration = st.floats(1e-3, 500)
voltage = st.floats(-150, 150)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
VALENCE = {"na": 1, "k": 1, "cl": -1}


@pytest.fixture(scope="module")
def segment():
    library.load_mechanisms()
    sec = h.Section(name="one")
    for name in (
        "pl_naleak",
        "pl_kleak",
        "pl_clleak",
        "pl_naohmic",
        "pl_kohmic",
        "pl_clohmic",
        "pl_nakpump",
        "pl_ions",
    ):
        sec.insert(name)
    yield sec(0.5)
    h.delete_section(sec=sec)


def evaluate(segment, v, celsius, **values):
    """All currents at a state, by one evaluation of NEURON's equations."""
    integrator = runtime.reset(celsius)
    for ion in VALENCE:
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=segment.sec)
    for name, value in values.items():
        setattr(segment, name, value)
        if name in ("nai", "ki", "cli"):
            setattr(segment, f"{name}0_pl_ions", value)
    h.finitialize(v)
    states, rates = h.Vector(), h.Vector()
    integrator.states(states)
    rates.resize(len(states))
    integrator.f(0, states, rates)
    return np.array(rates)


@pytest.mark.parametrize("ion", list(VALENCE))
@quick
@given(inside=concentration, outside=concentration, v=voltage, celsius=st.floats(0, 45))
def test_goldman_leak(segment, ion, inside, outside, v, celsius):
    p = 1e-6
    evaluate(segment, v, celsius, **{f"{ion}i": inside, f"{ion}o": outside, f"p_pl_{ion}leak": p})
    expected = theory.ghk_current(p, inside, outside, VALENCE[ion], v, celsius)
    # the two one-way fluxes may cancel: round-off is relative to them
    scale = 1e-3 * p * theory.FARADAY * max(inside, outside) * (1 + abs(v) / 20)
    assert getattr(segment, f"i_pl_{ion}leak") == pytest.approx(float(expected), rel=1e-12, abs=1e-14 * scale)
    setattr(segment, f"p_pl_{ion}leak", 0)


@pytest.mark.parametrize("ion", list(VALENCE))
@pytest.mark.parametrize("v", [0.0, 1e-300, -1e-9, 1e-6, 1.2, -1.4])
def test_goldman_leak_around_zero_voltage(segment, ion, v):
    evaluate(segment, v, 37, **{f"{ion}i": 140.0, f"{ion}o": 4.0, f"p_pl_{ion}leak": 1e-6})
    expected = theory.ghk_current(1e-6, 140.0, 4.0, VALENCE[ion], v, 37)
    # 1.2 and -1.4 mV lie on either side of the switch from series to quotient
    assert getattr(segment, f"i_pl_{ion}leak") == pytest.approx(float(expected), rel=1e-13)
    if v == 0:
        exact = 1e-3 * 1e-6 * VALENCE[ion] * theory.FARADAY * 136.0
        assert getattr(segment, f"i_pl_{ion}leak") == pytest.approx(exact, rel=1e-13)
    setattr(segment, f"p_pl_{ion}leak", 0)


@pytest.mark.parametrize("ion", list(VALENCE))
@quick
@given(inside=concentration, outside=concentration, v=voltage)
def test_ohmic_leak(segment, ion, inside, outside, v):
    evaluate(segment, v, 37, **{f"{ion}i": inside, f"{ion}o": outside, f"g_pl_{ion}ohmic": 1e-4})
    expected = 1e-4 * (v - theory.nernst(inside, outside, VALENCE[ion], 37))
    # v - E may cancel: 1e-4 S/cm2 times the round-off of potentials up to 300 mV
    assert getattr(segment, f"i_pl_{ion}ohmic") == pytest.approx(float(expected), rel=1e-12, abs=1e-17)
    setattr(segment, f"g_pl_{ion}ohmic", 0)


@quick
@given(
    nai=st.floats(1e-6, 300),
    ko=st.one_of(st.just(0.0), st.floats(1e-6, 100)),
    block=st.floats(0, 1),
    n_na=st.sampled_from([1.0, 2.0, 3.0]),
    n_k=st.sampled_from([1.0, 2.0]),
)
def test_pump(segment, nai, ko, block, n_na, n_k):
    evaluate(
        segment, -70, 37, nai=nai, ko=ko, imax_pl_nakpump=0.01, block_pl_nakpump=block,
        n_na_pl_nakpump=n_na, n_k_pl_nakpump=n_k, km_na_pl_nakpump=10, km_k_pl_nakpump=1.5,
    )  # fmt: skip
    cycle = 0.01 * (1 - block) * (nai / (nai + 10)) ** 3 * (ko / (ko + 1.5)) ** 2
    assert segment.pl_nakpump.icycle == pytest.approx(cycle, rel=1e-13, abs=1e-300)
    assert segment.pl_nakpump.inet == pytest.approx((n_na - n_k) * cycle, rel=1e-13, abs=1e-300)
    assert segment.ina - segment.pl_naleak.i - segment.pl_naohmic.i == pytest.approx(
        n_na * cycle, rel=1e-12, abs=1e-300
    )
    assert segment.ik - segment.pl_kleak.i - segment.pl_kohmic.i == pytest.approx(
        -n_k * cycle, rel=1e-12, abs=1e-300
    )
    # 1 mA/cm2 of cycles is 1e-3/F mol/cm2/s of ATP
    assert segment.pl_nakpump.atpase == pytest.approx(1e-3 * cycle / theory.FARADAY, rel=1e-11, abs=1e-300)
    segment.pl_nakpump.imax = 0


def test_ions_follow_all_current_of_the_ion(segment):
    """A channel that knows nothing of us (hh) moves the concentrations like any other."""
    segment.sec.insert("hh")
    segment.pl_ions.volume = segment.volume()
    evaluate(segment, -60, 37, nai=10, nao=145, ki=140, ko=4, cli=5, clo=110)
    integrator, states, rates = h.CVode(), h.Vector(), h.Vector()
    integrator.states(states)
    rates.resize(len(states))
    integrator.f(0, states, rates)
    current = {"na": segment.ina, "k": segment.ik}
    assert abs(current["na"]) > 1e-6 and abs(current["k"]) > 1e-6
    marks = dict(zip(np.array(states).round(9), np.array(rates), strict=True))
    for ion, at in (("na", 10.0), ("k", 140.0)):
        expected = -theory.concentration_rate(current[ion], segment.area(), segment.volume())
        assert marks[at] == pytest.approx(float(expected), rel=1e-11)
    segment.sec.uninsert("hh")


def test_starting_concentrations_survive_finitialize(segment):
    evaluate(segment, -70, 37, nai=33.0, nao=111.0)
    assert (segment.nai, segment.nao) == (33.0, 111.0)
