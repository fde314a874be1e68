"""T-tubules: geometry, diffusion in the lumen against Bessel's modes, rest, conservation, accumulation."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import j0, j1, jn_zeros

from models import Event, InputError, block, evolve, make_cell, rest
from models.physics import theory
from models.physics.ions import VALENCE
from models.solve.equations import System

FACTOR, SHARE, ZETA = 0.21, 0.003, 0.0125  # diffusion_factor, volume_fraction, volume_per_area (um)
KIR = '[[channel]]\nmechanism = "pl_kir"\nset = { gbar = "3e-5 S/cm2" }\n'
LITTLE = '[electrical]\ncapacitance = "1e-3 uF/cm2"\n'  # the membrane holds next to no charge
BATH = {"ko": 14.5, "nao": 128.3}  # mM, of the muscle's 4.5 and 138.3
ALIKE = '[diffusion]\ndna = "1.5 um2/ms"\ndk = "1.5 um2/ms"\ndcl = "1.5 um2/ms"\n'


@pytest.fixture
def fibre(write_toml):
    """A function that makes a fibre with T-tubules: radius (um), rings, access (ohm cm2), slices."""

    def make(radius=25, rings=5, access=40, slices=1, extra="", **options):
        path = write_toml(
            f'base = "muscle"\nname = "fibre"\n[morphology]\nshape = "cylinder"\n'
            f'length = "{50 * slices} um"\ndiameter = "{2 * radius} um"\n'
            f'max_compartment_length = "50.01 um"\n[tubules]\nvolume_fraction = "{SHARE}"\n'
            f'volume_per_area = "{ZETA} um"\ndiffusion_factor = "{FACTOR}"\n'
            f'access_resistance = "{access} ohm cm2"\nrings = "{rings}"\n{extra}\n'
        )
        return make_cell(path, **options)

    return make


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


# ---------------------------------------------------------------------- geometry


@pytest.mark.parametrize(("radius", "expected"), [(40, 4.8), (25, 3.0)])
@pytest.mark.parametrize("rings", [2, 5, 20])
def test_areas_and_volumes(fibre, radius, expected, rings):
    cell = fibre(radius, rings, slices=3)
    surface, ring = cell.geometry.tubules.surface, cell.geometry.tubules.ring
    assert cell.size == 3 * (1 + rings) and len(cell.where("tubule")) == 3 * rings
    fibre_volume = np.pi * radius**2 * 50
    assert cell.area[surface] == pytest.approx(2 * np.pi * radius * 50, rel=1e-12)
    tubular = cell.area[ring].sum(axis=1)
    assert tubular / cell.area[surface] == pytest.approx(SHARE * radius / (2 * ZETA), rel=1e-12)
    assert tubular / cell.area[surface] == pytest.approx(expected, rel=1e-12)
    assert cell.volume[surface] + cell.volume[ring].sum(axis=1) == pytest.approx(fibre_volume, rel=1e-12)
    assert cell.outside_volume[ring].sum(axis=1) == pytest.approx(SHARE * fibre_volume, rel=1e-12)
    assert np.ptp(cell.outside_volume[ring]) < 1e-12 * fibre_volume
    assert np.isinf(cell.outside_volume[surface]).all()
    # zeta: lumen per membrane
    assert cell.outside_volume[ring] / cell.area[ring] == pytest.approx(ZETA, rel=1e-12)


def test_radial_resistance_is_the_annulus_own(fibre):
    """From the surface to the innermost ring: rho ln(R/r)/(2 pi L) in the cytoplasm."""
    cell = fibre(25, 5)
    faces, ring = cell.axial, cell.geometry.tubules.ring[0]
    chain = [cell.geometry.tubules.surface[0], *ring]
    at = {frozenset(pair): i for i, pair in enumerate(zip(faces.a, faces.b, strict=True))}
    found = [faces.resistance[at[frozenset(pair)]] for pair in pairwise(chain)]
    middle = 25 * np.sqrt(1 - (np.arange(5) + 0.5) / 5)  # radius that halves each ring
    # 180 ohm cm / um = 1.8 MOhm
    expected = 1.8 * np.log(25 / middle) / (2 * np.pi * 50)
    assert np.cumsum(found) == pytest.approx(expected, rel=1e-12)


# ---------------------------------------------------------------------- diffusion in the lumen


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
    extra = (
        f'{LITTLE}[inside]\ncli = "5 mM"\n[[channel]]\nmechanism = "pl_kcc2"\nset = {{ u = "{u} mA/cm2" }}\n'
    )
    worst = []
    for rings in (10, 40):
        cell = inert(fibre(radius, rings, extra=extra))
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


# ---------------------------------------------------------------------- the whole fibre


@pytest.mark.parametrize("extra", ["", KIR])
@pytest.mark.parametrize(("volume", "outside"), [("fixed", "bath"), ("osmotic", "bath"), ("fixed", "closed")])
def test_every_ring_has_the_wanted_rest(fibre, volume, outside, extra):
    cell = fibre(slices=2, extra=extra, volume=volume, outside=outside)
    found = rest(cell)
    assert found.v == pytest.approx(-71, abs=1e-8)
    assert found.inside["na"] == pytest.approx(14, abs=1e-8)
    assert found.outside["k"] == pytest.approx(4.5, abs=1e-8)
    assert found.relative_volume == pytest.approx(1, abs=1e-10)
    cell.start = found.state()
    course = evolve(cell, 1 / 60, points=5)
    assert course.v == pytest.approx(-71, abs=1e-6) and course.ko == pytest.approx(4.5, abs=1e-6)


@pytest.mark.parametrize(("volume", "outside"), [("fixed", "bath"), ("osmotic", "bath"), ("fixed", "closed")])
def test_conservation_with_half_the_pumps_blocked(fibre, volume, outside):
    """Charge of every compartment, every ion against its membrane flux, closed totals: to round-off."""
    cell = fibre(slices=3, extra=KIR, volume=volume, outside=outside)
    for where in ("all", "tubule", "cable(0:0.4)"):
        s = block(cell, fraction=0.5, hours=5, where=where).summary
        assert s["max_local_charge_error"] < 1e-12, where
        assert s["ion_conservation_error"] < 1e-12, where
        assert outside == "bath" or s["closed_conservation_error"] < 1e-12, where
        assert s["nai_end_mM"] > s["nai_before_mM"] + 0.1


@pytest.mark.parametrize("outside", ["bath", "closed"])
def test_every_lumen_keeps_its_charge(fibre, outside):
    """Outside a compartment the charge is the bath's less what its membrane holds."""
    cell = fibre(slices=2, extra=KIR, outside=outside)
    course = evolve(cell, 0.5, [Event(0, block=1.0, where="tubule")], points=40)
    ring = cell.geometry.tubules.ring.ravel()
    held = (cell.geometry.charge_per_mv * cell.volume / cell.outside_volume)[ring]
    kept = (course.nao + course.ko - course.clo)[:, ring] + held * course.v[:, ring]
    assert np.ptp(course.v[:, ring]) > 1
    assert np.abs(kept - kept[0]).max() < 1e-12 * 138.3


def test_potassium_piles_up_in_the_lumen(fibre):
    """A pump block: more in every deeper ring, soon, and it comes down again by way of the mouth."""
    cell = fibre(40, 5, extra=KIR)
    cell.start = rest(cell).state()
    seconds = np.array([0.1, 1.0, 3.0, 10.0, 60.0])
    found = {}
    for where in ("all", "tubule"):
        course = evolve(cell, 1 / 60, [Event(0, block=1.0, where=where)], times_ms=1e3 * seconds)
        lumen = course.ko[:, cell.geometry.tubules.ring[0]]
        assert (lumen > 4.5).all() and (np.diff(lumen, axis=1) > 0).all()
        assert (np.diff(lumen[:4].mean(axis=1)) > 0).all()
        assert course.ko[:, cell.geometry.tubules.surface] == pytest.approx(4.5, abs=1e-9)  # the bath stays
        found[where] = lumen.mean(axis=1)
    wide = fibre(40, 5, access=4, extra=KIR)
    wide.start = rest(wide).state()
    course = evolve(wide, 1 / 60, [Event(0, block=1.0)], times_ms=1e3 * seconds)
    assert course.ko[3, wide.geometry.tubules.ring[0]].mean() < found["all"][3]


def test_a_change_of_the_bath_reaches_the_fibre_whenever_it_comes(fibre):
    """At the beginning or 4 us later, from the balanced start or from a rest: the same a minute later."""
    cell = fibre()
    fresh = rest(cell, set=BATH).v
    assert fresh.min() > -60
    courses = [evolve(cell, 1 / 60, [Event(at, set=BATH)], times_ms=[60e3]) for at in (0, 1e-6)]
    assert courses[1].ko[-1, cell.geometry.tubules.surface] == pytest.approx(14.5, rel=1e-12)
    # what the lumen begins with differs, and a minute of diffusion forgets it
    assert courses[1].ko[-1] == pytest.approx(courses[0].ko[-1], abs=0.05)
    cell.start = rest(cell).state()
    assert rest(cell, set=BATH).v == pytest.approx(fresh, abs=1e-6)


def test_the_lumen_begins_as_it_was(fibre):
    """An event at 0 changes the bath; what is in the lumen only diffusion changes."""
    cell = fibre()
    course = evolve(cell, 1 / 3600, [Event(0, set=BATH)], times_ms=[0.0, 1.0])
    assert course.ko[0, cell.geometry.tubules.ring[0]] == pytest.approx(4.5, abs=1e-9)


def test_rings_converge(fibre):
    """Innermost V and mean K+ of the lumen a minute after a block."""
    found = {}
    for rings in (5, 10, 20, 40):
        cell = fibre(25, rings, extra=KIR)
        course = evolve(cell, 1 / 60, [Event(0, block=1.0)], times_ms=[60e3], rtol=1e-7)
        found[rings] = course.v[-1].mean(), course.ko[-1, cell.geometry.tubules.ring[0]].mean()
    found = np.array(list(found.values()))
    errors = np.abs(found[:-1] - found[-1])
    assert (errors[0] < [0.01, 0.03]).all()  # mV, mM
    assert (errors[1] < errors[0]).all() and (errors[2] < errors[1] / 2).all(), errors


@pytest.mark.parametrize(("volume", "outside"), [("fixed", "bath"), ("osmotic", "bath"), ("fixed", "closed")])
def test_jacobian_matches_the_equations(fibre, volume, outside):
    cell = fibre(slices=2, extra=KIR, volume=volume, outside=outside)
    system = System(cell)
    rng = np.random.default_rng(1)
    x = system.start[system.free]
    x = x * (1 + 0.02 * rng.random(len(x)))
    step = rng.normal(size=len(x)) * np.where(x > 2, 1e-2, 1e-4)
    numeric = 0.5 * (system.rates(x + step) - system.rates(x - step))
    jacobian = system.jacobian(x)
    # as in test_space.py
    assert (np.abs(numeric - jacobian @ step) <= 2e-5 * (abs(jacobian) @ abs(step)) + 1e-12).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"outside": "shell"}, "outside='shell': a cell with T-tubules stands in 'bath' or 'closed'"),
        ({"axial": "none"}, "axial='none': a cell with T-tubules needs ions that move"),
        ({"volume": "osmotic", "outside": "closed"}, "volume='osmotic' with outside='closed'.*T-tubules"),
    ],
)
def test_surroundings_that_cannot_be(fibre, options, message):
    with pytest.raises(InputError, match=message) as error:
        fibre(**options)
    assert "\n" not in str(error.value)


def test_tubules_need_every_value(write_toml, section):
    with pytest.raises(InputError, match=r"tubules\.(diffusion_factor|access_resistance) is missing"):
        text = f'[tubules]\nvolume_fraction = "{SHARE}"\nvolume_per_area = "{ZETA} um"\n'
        make_cell(write_toml(f'base = "muscle"\n{text}'))
