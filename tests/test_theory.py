"""Closed forms against exact answers computed elsewhere (R 8.314462618, F 96485.33212).

Tolerances are half a unit in the last digit that the reference gives.
"""

import numpy as np
import pytest

from models.errors import InputError
from models.physics import theory
from models.simulator import runtime

IN = {"k": 140.0, "na": 12.0, "cl": 6.0}
OUT = {"k": 4.0, "na": 145.0, "cl": 110.0}


def permeability(b, **more):
    return {"k": 1.0, "na": b, **more}


def test_constants_are_neurons_own():
    # both are CODATA 2018; NEURON keeps F as e N_A, which differs in the 13th digit
    assert theory.FARADAY == pytest.approx(runtime.h.FARADAY, rel=1e-11)
    assert theory.GAS_CONSTANT == pytest.approx(runtime.h.R, rel=1e-11)


@pytest.mark.parametrize(
    "celsius, mv",
    [(6.3, 24.081138), (18, 25.089366), (20, 25.261712), (22, 25.434059), (25, 25.692579), (37, 26.726659)],
)
def test_thermal_voltage(celsius, mv):
    assert theory.thermal_voltage(celsius) == pytest.approx(mv, abs=5e-7)


@pytest.mark.parametrize(
    "inside, outside, valence, mv",
    [
        (140, 4, 1, -95.022576),
        (12, 145, 1, 66.598213),
        (6, 110, -1, -77.740392),
        (1e-4, 1.8, 2, 130.935601),
    ],
)
def test_nernst(inside, outside, valence, mv):
    assert theory.nernst(inside, outside, valence, 37) == pytest.approx(mv, abs=5e-7)


@pytest.mark.parametrize(
    "b, ghk, mullins_noda",
    [
        (0.001, -94.073172, -94.385890),
        (0.01, -86.778351, -89.252736),
        (0.02, -80.496256, -84.515000),
        (0.04, -71.164614, -77.007285),
        (0.05, -67.499537, -73.924951),
        (0.1, -54.319438, -62.336743),
        (0.2, -39.077915, -48.191460),
        (1, -0.532775, -10.300389),
        (10, 46.007058, 39.671865),
    ],
)
def test_goldman_and_mullins_noda(b, ghk, mullins_noda):
    assert theory.ghk_voltage(permeability(b), IN, OUT, 37) == pytest.approx(ghk, abs=5e-7)
    assert theory.mullins_noda(permeability(b), IN, OUT, 37) == pytest.approx(mullins_noda, abs=5e-7)


def test_pump_contribution_is_bounded():
    bound = theory.thermal_voltage(37) * np.log(1.5)
    b = np.geomspace(1e-6, 1e6, 200)
    gain = theory.mullins_noda(permeability(b), IN, OUT, 37) - theory.ghk_voltage(
        permeability(b), IN, OUT, 37
    )
    assert bound == pytest.approx(10.836728, abs=5e-7)
    assert (gain < 0).all() and (gain > -bound).all()


def test_goldman_with_chloride():
    assert theory.ghk_voltage(permeability(1.0, cl=1.0), IN, OUT, 37) == pytest.approx(-14.029342, abs=5e-7)
    squid = ({"k": 345, "na": 72, "cl": 61}, {"k": 10, "na": 455, "cl": 540})
    assert theory.ghk_voltage(permeability(0.04, cl=0.45), *squid, 20) == pytest.approx(-59.682, abs=5e-4)


def test_goldman_current_and_slope():
    assert theory.ghk_current(1e-6, 140, 4, 1, -70, 37) == pytest.approx(1.690323e-3, abs=5e-10)
    assert theory.ghk_current(4e-8, 12, 145, 1, -70, 37) == pytest.approx(-1.571354e-3, abs=5e-10)
    e_k = theory.nernst(140, 4, 1, 37)
    assert theory.ghk_slope_conductance(1e-6, 140, 4, 1, e_k, 37) == pytest.approx(5.285035e-5, abs=5e-12)


@pytest.mark.parametrize("valence", [1, -1])
def test_goldman_slope_is_the_derivative_also_at_zero(valence):
    v = np.array([-120.0, -60.0, -0.02, -1e-7, 0.0, 1e-7, 0.02, 40.0])
    step = 1e-3
    numeric = (
        theory.ghk_current(1e-6, 140, 4, valence, v + step, 37)
        - theory.ghk_current(1e-6, 140, 4, valence, v - step, 37)
    ) / (2 * step)
    # central difference: (step/RT/F)^2/6 = 2e-10 of truncation, 1e-16/(step/RT/F) = 3e-12 of round-off
    assert theory.ghk_slope_conductance(1e-6, 140, 4, valence, v, 37) == pytest.approx(numeric, rel=1e-8)


def test_chord_and_electrogenic_step():
    e_k, e_na = -95.104518, 62.474561
    rest = theory.chord_voltage(70, e_k, 20, e_na)
    blocked = theory.chord_voltage(70, e_k, 20, e_na, ratio=1)
    assert rest == pytest.approx(-69.891865, abs=5e-7)
    assert blocked == pytest.approx(-60.086945, abs=5e-7)
    pump = 70e-6 * (e_k - rest) + 20e-6 * (e_na - rest)
    assert pump == pytest.approx(0.882443e-3, abs=5e-10)
    assert theory.electrogenic_step(pump, 90e-6) == pytest.approx(9.804920, abs=5e-7)
    assert theory.electrogenic_step(pump, 110e-6) == pytest.approx(8.022208, abs=5e-7)


@pytest.mark.parametrize(
    "anion, mv", [(10, -0.899718), (50, -4.478450), (100, -8.836976), (131.7135, -11.495043)]
)
def test_donnan(anion, mv):
    out = {"na": 148.5, "cl": 148.5}
    assert theory.donnan_voltage(out, anion, 37) == pytest.approx(mv, abs=5e-7)


def test_donnan_without_an_answer_says_so():
    with pytest.raises(InputError, match="no Donnan equilibrium"):
        theory.donnan_voltage({"na": 0.0, "k": 0.0, "cl": 100.0}, 10.0, 37)


def test_charge_on_the_membrane():
    # 100 mV on cylinders: dc = 4 Cm dV/(F d)
    for diameter, mm in ((1, 4.145708e-2), (10, 4.145708e-3), (50, 8.291416e-4), (500, 8.291416e-5)):
        assert 100 * theory.charge_per_mv(1, 4, diameter) == pytest.approx(mm, rel=2e-7)


def test_run_down_rate():
    # 1 uA/cm2 into a cylinder of diameter d and a sphere
    for diameter, cylinder, sphere in (
        (1, 0.414571, 0.621856),
        (10, 0.041457, 0.062186),
        (50, 0.008291, 0.012437),
    ):
        assert 1e3 * theory.concentration_rate(1e-3, 4, diameter) == pytest.approx(cylinder, abs=1e-6)
        assert 1e3 * theory.concentration_rate(1e-3, 6, diameter) == pytest.approx(sphere, abs=1e-6)


def test_bernoulli_at_zero_and_far_away():
    assert theory.bernoulli(0.0) == 1.0
    x = np.array([-30.0, -1e-9, 1e-9, 30.0])
    assert theory.bernoulli(x) + x == pytest.approx(theory.bernoulli(-x), rel=1e-15)  # B(-x) = B(x) + x
