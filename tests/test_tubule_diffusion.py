"""Diffusion in the lumen of T-tubules against Bessel's modes, a filling rod and a parabola."""

import numpy as np
import pytest
from fibres import BATH, FACTOR, SHARE, ZETA
from scipy.optimize import brentq
from scipy.special import j0, j1, jn_zeros

from models import Event, evolve
from models.physics import theory
from models.physics.ions import VALENCE
from models.solve.equations import System

LITTLE = '[electrical]\ncapacitance = "1e-3 uF/cm2"\n'  # the membrane holds next to no charge

ALIKE = '[diffusion]\ndna = "1.5 um2/ms"\ndk = "1.5 um2/ms"\ndcl = "1.5 um2/ms"\n'


def inert(cell):
    """The cell without any membrane transport."""
    for values in cell.strength.values():
        values[:] = 0
    return cell


def mobility(cell):
    """What moves (um2/ms) per gradient of each ion in the bath's solution while no current flows."""
    z = np.array([VALENCE[ion] for ion in cell.ions], float)
    d = np.array([cell.conditions.diffusion[ion] for ion in cell.ions])
    conducts = z * d * [cell.outside[ion] for ion in cell.ions]
    return np.diag(d) - np.outer(conducts, z * d) / (z @ conducts)


def opening(cell):
    """Diffusive conductance (1/um) of the openings per area of the fibre: what their resistance implies."""
    conducts = sum(cell.conditions.diffusion[ion] * cell.outside[ion] for ion in cell.ions)  # um2/ms mM
    vt = float(theory.thermal_voltage(cell.celsius))
    # RT/F^2 / (ohm cm2 um2/ms mM) = 1e4 /um
    return 1e4 * vt / (theory.FARADAY * cell.geometry.tubules.access * conducts)


def biot(cell, radius):
    return opening(cell) * radius / (SHARE * FACTOR)


def roots(of, count):
    """Roots of x J1(x) = of J0(x), one below each zero of J0."""
    low = np.concatenate([[1e-9], jn_zeros(1, count - 1)]) if count > 1 else [1e-9]
    high = jn_zeros(0, count)
    return np.array([brentq(lambda x: x * j1(x) - of * j0(x), a, b) for a, b in zip(low, high, strict=True)])


def slowest(cell, radius, first_root):
    """The two slowest modes of neutral salt in the lumen (/ms), and those of a round rod."""
    system = System(inert(cell))
    rates = np.linalg.eigvals(system.jacobian(system.start[system.free]).toarray()).real
    salts = np.sort(np.linalg.eigvals(mobility(cell)).real)
    assert abs(salts[0]) < 1e-12  # charge does not move
    expected = -FACTOR * salts[1:] * (first_root / radius) ** 2
    return np.array([rates[np.argmin(np.abs(rates - e))] for e in expected]), expected


def test_the_lumens_slowest_modes_are_bessels(fibre):
    """Open mouth: r2/(2.40483^2 0.21 D), D of the bath's two neutral salts, 312 and 262 ms at 25 um.

    Second order but for the axis, where ln(r1/r2) of rings of equal volume is not their distance: the
    relative error is (a + x^2/(48 J1(x)^2) ln n)/n^2, so n^2 times it grows as much with every doubling.
    """
    x = jn_zeros(0, 1)[0]
    scaled = []
    for rings in (5, 10, 20, 40):
        found, expected = slowest(fibre(25, rings, access=1e-6, extra=LITTLE), 25, x)
        assert -1 / expected == pytest.approx([312.39, 262.15], abs=0.01)
        scaled.append((1 - found / expected) * rings**2)
    assert np.array(scaled[-1]) / 40**2 == pytest.approx([9.0e-4] * 2, abs=0.2e-4)
    growth = np.diff(scaled, axis=0)
    logarithm = x**2 / (48 * j1(x) ** 2) * np.log(2)
    for doubling, tolerance in zip(growth, (0.07, 0.035, 0.025), strict=True):
        assert doubling == pytest.approx([logarithm] * 2, rel=tolerance)


@pytest.mark.parametrize("radius", [25, 40])
def test_the_access_resistance_slows_the_mouth(fibre, radius):
    """40 ohm cm2: the first root of x J1(x) = Bi J0(x), Bi what the openings let through of the radius's."""
    errors = []
    for rings in (5, 10, 20, 40):
        cell = fibre(radius, rings, extra=LITTLE)
        x = roots(biot(cell, radius), 1)[0]
        found, expected = slowest(cell, radius, x)
        errors.append(np.abs(found / expected - 1).max())
    assert x == pytest.approx({25: 2.0860, 40: 2.1967}[radius], abs=1e-4)
    assert -1 / expected[0] == pytest.approx({25: 415.17, 40: 958.46}[radius], abs=0.02)
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert errors[-1] < 1e-3 and (orders > 1.4).all() and orders[-1] > 1.65, (errors, orders)


@pytest.mark.parametrize("access", [1e-6, 40, 400])
def test_a_step_in_the_bath_fills_the_lumen(fibre, access):
    """K+ for Na+ of the same mobility, no membrane: the heat equation of a rod behind a film.

    Mean of the lumen: 1 - sum of 4 Bi^2/(x^2 (x^2 + Bi^2)) exp(-x^2 0.21 D t/r^2) over the roots.
    """
    times, radius = np.array([5, 20, 100, 300, 1000.0]), 25
    errors = []
    for rings in (10, 20, 40):
        cell = inert(fibre(radius, rings, access, extra=ALIKE + LITTLE))
        # the lumen begins with the bath as it was, the surface with the new one
        before = cell.outside
        for name in ("nao", "ko", "clo"):
            ion = name[:-1]
            cell.start[name] = np.where(
                cell.geometry.region == "tubule", before[ion], BATH.get(name, before[ion])
            )
        course = evolve(cell, 1 / 3600, [Event(0, set=BATH)], times_ms=times, rtol=1e-7)
        lumen = course.ko[:, cell.geometry.tubules.ring[0]]
        bi = biot(cell, radius)
        x = roots(bi, 200)
        decay = np.exp(-np.outer(times, x**2) * FACTOR * 1.5 / radius**2)
        expected = 1 - decay @ (4 * bi**2 / (x**2 * (x**2 + bi**2)))
        errors.append(np.abs((lumen.mean(axis=1) - 4.5) / 10 - expected).max())
        assert (np.diff(lumen, axis=1) < 1e-5).all()  # outside first
    # the mouth's first ring is 1/40 of the volume
    assert errors[0] < 1e-2 and errors[-1] < 6e-4, errors
    assert errors[1] < errors[0] / 2.5 and errors[2] < errors[1] / 2.5, errors


def test_a_constant_efflux_makes_a_parabola(fibre):
    """KCC2 lets K+ and Cl- out into the lumen at a rate that hardly changes: after 10 s

    c = bath + g ((R^2 - r^2)/(4 factor) + SHARE R/(2 opening)), g the gradients that carry K+ and Cl- alone.
    """
    radius, u = 25, 1e-7  # mA/cm2
    extra = f'{LITTLE}[[channel]]\nmechanism = "pl_kcc2"\nset = {{ u = "{u} mA/cm2" }}\n'
    worst = []
    for rings in (10, 40):
        cell = inert(fibre(radius, rings, extra=extra, set={"inside.cli": "5 mM"}))
        s = cell.start
        ratio = s["k"][0] * s["cl"][0] / (cell.outside["k"] * cell.outside["cl"])
        source = 1e4 * u * np.log(ratio) / (theory.FARADAY * ZETA)  # mM/ms of the lumen
        # gradients that carry K+ and Cl- at this rate, no Na+ and no charge
        square = np.vstack([mobility(cell), [VALENCE[ion] for ion in cell.ions]])
        carried = np.array([source * (ion != "na") for ion in cell.ions] + [0.0])
        g = np.linalg.lstsq(square, carried, rcond=None)[0]
        middle = 1 - (np.arange(rings) + 0.5) / rings  # r^2/R^2
        shape = radius**2 * (1 - middle) / (4 * FACTOR) + SHARE * radius / (2 * opening(cell))
        course = evolve(cell, 10 / 3600, times_ms=[10e3], rtol=1e-8)
        ring = cell.geometry.tubules.ring[0]
        height = radius**2 / (4 * FACTOR)
        excess = np.array([getattr(course, ion + "o")[-1, ring] - cell.outside[ion] for ion in cell.ions])
        assert excess[cell.ions.index("k"), -1] > 1e-4
        worst.append(np.abs(excess / g[:, None] - shape).max() / height)
    # at the axis ln(r1/r2) errs by sum i ln((2i + 1)/(2i - 1)) - 1 = (1 - ln 2)/2 of a ring; the mouth's, and
    # the integrator's 1e-7 mM of 3e-4, are the rest
    assert worst == pytest.approx([(1 - np.log(2)) / 2 / n for n in (10, 40)], abs=6e-4)
