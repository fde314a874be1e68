"""Each closed form against the equation that it solves, with every ion and constant different from 1."""

from decimal import Decimal, getcontext

import numpy as np
import pytest
from scipy.constants import physical_constants

from models import InputError
from models.physics import theory

CELSIUS = 17.0
VT = float(theory.thermal_voltage(CELSIUS))  # mV
OUTSIDE = {"na": 110.0, "k": 7.0, "cl": 90.0, "ca": 3.0}
INSIDE = {"na": 13.0, "k": 120.0, "cl": 11.0, "ca": 0.5}
PERMEABILITY = {"na": 0.3e-7, "k": 2.5e-7, "cl": 0.7e-7}


def test_constants_and_thermal_voltage():
    assert physical_constants["Faraday constant"][0] == theory.FARADAY
    assert physical_constants["molar gas constant"][0] == theory.GAS_CONSTANT
    assert theory.KELVIN == 273.15
    assert pytest.approx(8.314462618 * 290.15 / 96.48533212, rel=1e-9) == VT


def test_nernst_levels_the_electrochemical_potential():
    for ion, z in (("na", 1), ("k", 1), ("cl", -1), ("ca", 2)):
        v = theory.nernst(INSIDE[ion], OUTSIDE[ion], z, CELSIUS)
        assert INSIDE[ion] * np.exp(z * v / VT) == pytest.approx(OUTSIDE[ion], rel=1e-9)
    inside = np.array([1.0, 2.0])
    assert theory.nernst(list(inside), [3.0, 4.0] * np.ones(2), 1, CELSIUS).shape == (2,)
    assert theory.nernst(inside, [3.0, 4.0], 1, CELSIUS) == pytest.approx(VT * np.log([3, 2]), rel=1e-9)


@pytest.mark.parametrize("ions", [("k", "na"), ("k", "na", "cl")])
def test_at_the_ghk_voltage_no_current_flows(ions):
    p = {ion: PERMEABILITY[ion] for ion in ions}
    v = theory.ghk_voltage(p, INSIDE, OUTSIDE, CELSIUS)
    z = {"na": 1, "k": 1, "cl": -1}
    currents = [theory.ghk_current(p[i], INSIDE[i], OUTSIDE[i], z[i], v, CELSIUS) for i in ions]
    assert abs(sum(currents)) < 1e-12 * max(map(abs, currents))
    assert max(map(abs, currents)) > 1e-6


@pytest.mark.parametrize("ratio", [1.0, 1.5, 3.0])
def test_at_the_mullins_noda_voltage_the_leaks_are_in_the_pumps_ratio(ratio):
    given = {} if ratio == 1.5 else {"ratio": ratio}
    v = theory.mullins_noda(PERMEABILITY, INSIDE, OUTSIDE, CELSIUS, **given)
    na, k = (theory.ghk_current(PERMEABILITY[i], INSIDE[i], OUTSIDE[i], 1, v, CELSIUS) for i in ("na", "k"))
    assert na == pytest.approx(-ratio * k, rel=1e-9)
    v = theory.chord_voltage(3e-5, -90.0, 2e-6, 55.0, **given)
    assert 2e-6 * (v - 55) == pytest.approx(-ratio * 3e-5 * (v + 90), rel=1e-9)


def test_bernoulli():
    whole = np.array([-3, 0, 2])  # integers too
    x = whole.astype(float)
    expected = [x[0] / np.expm1(x[0]), 1.0, x[2] / np.expm1(x[2])]
    assert theory.bernoulli(whole) == pytest.approx(expected, rel=1e-15)
    assert theory.bernoulli([0, 0]).tolist() == [1.0, 1.0]


def exact(v: float, z: int, inside: float, outside: float) -> tuple[float, float]:
    """GHK current and slope over p in 50 digits, by u/(1 - exp(-u)) and its derivative."""
    getcontext().prec = 50
    u = Decimal(z) * Decimal(float(v)) / Decimal(VT)
    c_in, c_out = Decimal(inside), Decimal(outside)
    e = (-u).exp()
    difference = c_in - c_out * e
    factor = Decimal("1e-3") * z * Decimal(theory.FARADAY)
    current = factor * u * difference / (1 - e)
    slope = difference / (1 - e) + u * c_out * e / (1 - e) - u * difference * e / (1 - e) ** 2
    per_mv = Decimal(z) / Decimal(VT)
    return float(current), float(factor * slope * per_mv)


@pytest.mark.parametrize("z", [1, -1, 2])
def test_current_and_slope_to_all_digits(z):
    p, inside, outside = 3e-7, 17.0, 120.0
    turns = [-160.0, -20.0, -0.7, -9.9e-4, 8e-4, 1.2e-3, 0.3, 0.95, 7.0]  # u
    v = np.array([u * VT / z for u in turns])
    current = theory.ghk_current(p, inside, outside, z, v, CELSIUS)
    slope = theory.ghk_slope_conductance(p, inside, outside, z, v, CELSIUS)
    for i, at in enumerate(v):
        wanted = exact(at, z, inside, outside)
        assert current[i] == pytest.approx(p * wanted[0], rel=1e-12, abs=0)
        # beyond |u| = 1e-3 the formula itself loses some digits
        digits = 1e-14 if abs(turns[i]) < 1e-3 else 1e-9
        assert slope[i] == pytest.approx(p * wanted[1], rel=digits, abs=0)
    # at 0: F p z (c_in - c_out), and F p z^2 (c_in + c_out)/2 of it per RT/F; whole numbers serve
    at_zero = theory.ghk_current(p, inside, outside, z, 0, CELSIUS)
    assert at_zero == pytest.approx(1e-3 * theory.FARADAY * p * z * (inside - outside), rel=1e-14, abs=0)
    flat = theory.ghk_slope_conductance(p, inside, outside, z, 0, CELSIUS)
    wanted = 1e-3 * theory.FARADAY * p * z * z * (inside + outside) / 2 / VT
    assert flat == pytest.approx(wanted, rel=1e-14, abs=0)


@pytest.mark.parametrize("per_mv", [None, 0.05])
@pytest.mark.parametrize("ions", [("na", "k", "cl", "ca"), ("na", "cl"), ("k", "cl"), ("ca", "cl"), ("na",)])
@pytest.mark.parametrize("anion", [1e-3, 60.0, 5e4])
def test_donnan_charge(ions, anion, per_mv):
    outside = {ion: OUTSIDE[ion] for ion in ions}
    v = theory.donnan_voltage(outside, anion, CELSIUS, *([] if per_mv is None else [per_mv]))
    z = {"na": 1, "k": 1, "cl": -1, "ca": 2}
    charge = sum(z[ion] * c * np.exp(-z[ion] * v / VT) for ion, c in outside.items())
    assert charge == pytest.approx(anion + (per_mv or 0.0) * v, rel=1e-9, abs=1e-11)


def test_donnan_far_away():
    """Equilibria some 38 RT/F from 0 are found, to twelve digits after the point; there are none beyond."""
    assert theory.donnan_voltage({"k": 1e-15}, 30.0, CELSIUS) == pytest.approx(-VT * np.log(3e16), rel=1e-9)
    v = theory.donnan_voltage({"k": 1e-15, "cl": 1e-15}, -30.0, CELSIUS)
    assert v == pytest.approx(VT * np.log(3e16), rel=1e-9)
    with pytest.raises(InputError, match="1e-16 mM of permeant cations and 2 mM of permeant anions"):
        theory.donnan_voltage({"k": 1e-16, "cl": 2.0}, 1e5, CELSIUS)
    with pytest.raises(InputError, match=r"8 mM of permeant cations and 0 mM .* 0 mM of impermeant anion in"):
        theory.donnan_voltage({"ca": 3.0, "na": 5.0}, 0.0, CELSIUS)


OSMOTIC = {
    "all ions": (OUTSIDE, 20.0, 150.0, 130.0, 0.0),
    "charged membrane": (OUTSIDE, 20.0, 150.0, 130.0, 0.02),
    "no calcium": ({"na": 140.0, "k": 4.0, "cl": 130.0}, 14.0, 160.0, 120.0, 0.0),
    "no chloride": ({"na": 70.0, "k": 4.0}, 60.0, 90.0, 50.0, 0.01),
    "few impermeants": (OUTSIDE, 0.5, 3.0, 3.5, 0.0),
    "dilute": ({"na": 0.11, "k": 0.007, "cl": 0.09, "ca": 0.003}, 0.02, 0.15, 0.13, 0.0),
    "positive inside": (OUTSIDE, 20.0, 150.0, -130.0, 0.0),
}


@pytest.mark.parametrize("case", OSMOTIC)
def test_double_donnan(case):
    outside, impermeant_out, impermeant, anion, per_mv = OSMOTIC[case]
    extra = [per_mv] if per_mv else []
    v, r = theory.donnan_osmotic(outside, impermeant_out, impermeant, anion, CELSIUS, *extra)
    z = {"na": 1, "k": 1, "cl": -1, "ca": 2}
    inside = {ion: c * np.exp(-z[ion] * v / VT) for ion, c in outside.items()}
    water = sum(inside.values()) + impermeant / r - sum(outside.values()) - impermeant_out
    assert abs(water) < 1e-11 * sum(outside.values())
    charge = sum(z[ion] * c for ion, c in inside.items())
    assert charge == pytest.approx((anion + per_mv * v) / r, rel=1e-11, abs=0)
    assert r > 0


@pytest.mark.parametrize(
    ("outside", "impermeant_out", "impermeant"),
    [
        ({"na": 150.0, "cl": 150.0}, 0.0, 100.0),  # nothing outside that stays there
        ({"na": 150.0, "cl": 150.0}, 20.0, 0.0),  # nothing inside
        ({"cl": 150.0}, 150.0, 100.0),  # no cation to go with it
    ],
)
def test_no_finite_volume(outside, impermeant_out, impermeant):
    words = f"{impermeant_out:g} mM outside .* against {impermeant:g} mM inside"
    with pytest.raises(InputError, match=words):
        theory.donnan_osmotic(outside, impermeant_out, impermeant, 80.0, CELSIUS)


def test_what_a_little_holds_back_is_enough():
    """A tenth of a millimolar outside is enough for a finite volume, and 1e-8 mM counts too."""
    for little in (0.1, 1e-8):
        _, r = theory.donnan_osmotic({"na": 150.0, "cl": 150.0}, little, 100.0, 80.0, CELSIUS)
        assert 1 < r < np.inf


def test_charge_and_rates_in_si_units():
    capacitance, area, volume = 0.7, 1200.0, 900.0  # uF/cm2, um2, um3
    farad, litre = capacitance * 1e-6 * area * 1e-8, volume * 1e-15
    millimolar = farad * 1e-3 / 96485.33212 / litre * 1e3
    assert theory.charge_per_mv(capacitance, area, volume) == pytest.approx(millimolar, rel=1e-9)
    ampere = 5e-3 * 1e-3 * area * 1e-8  # 5e-3 mA/cm2
    rate = ampere / 96485.33212 / litre * 1e3 * 1e-3  # mM in a ms
    assert theory.concentration_rate(5e-3, area, volume) == pytest.approx(rate, rel=1e-9)
    assert theory.electrogenic_step(6e-4, 4e-5) == pytest.approx(15.0)
