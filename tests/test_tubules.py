"""T-tubules: geometry, rest, conservation, accumulation, refusals."""

from itertools import pairwise

import numpy as np
import pytest
from fibres import BATH, SHARE, ZETA
from spaces import beside_start, check_jacobian

from models import Event, InputError, block, evolve, make_cell, rest
from models.solve.equations import System

KIR = '[[channel]]\nmechanism = "pl_kir"\nset = { gbar = "3e-5 S/cm2" }\n'


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


def test_what_the_lumen_is_held_at_counts_from_the_first_step(fibre):
    """From a rest whose lumen holds something else, which with that would be one already."""
    cell = fibre()
    changed = {"set": {"ko": 8}, "scale": {"pump": 0.3}}
    before = rest(cell, **changed)
    found = rest(cell, **changed, hold="concentrations", start=before)
    assert np.abs(found.v - before.v).max() > 1e-3
    assert found.solver["residual"] < 1e-9


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
    check_jacobian(system, *beside_start(system, 0.02))


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
