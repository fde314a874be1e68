"""What electrodes see of a cell from outside, and its impedance, against formulas and sums made apart."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import quad

from models import block, make_cell, rest
from models.errors import InputError
from models.experiments.impedance import impedance
from models.experiments.outside_field import IMAGE, SIGMA, Array, ends, potential, resting_current
from models.experiments.outside_field import swinging_current as swinging
from models.experiments.statements import s18_detection as s18

HERTZ = [0.1, 1.0, 10.0, 100.0, 1e4]


@pytest.fixture(scope="module")
def branched():
    cell = make_cell("excitable", max_compartment_length=40.0)
    usual = rest(cell)
    ko = 3 * cell.conditions.outside["k"]
    return cell, rest(cell, hold="concentrations", start=usual, set={"ko": ko})


def test_impedance_of_a_sphere():
    """One compartment whose concentrations stay is a resistor beside a capacitor, R/(1 + i w R C); 1e-6: the
    slope of the membrane is taken by differences."""
    cell = make_cell("hek293")
    found = rest(cell, hold="concentrations")
    r, c = found.summary["membrane_resistance_ohm_cm2"], 1e-6  # Ohm cm2, F/cm2
    omega = 2 * np.pi * np.array(HERTZ)
    assert impedance(cell, found, HERTZ) == pytest.approx(r / (1 + 1j * omega * r * c), rel=1e-6)
    into = impedance(cell, found, HERTZ, "all")  # MOhm of the whole membrane
    assert into == pytest.approx(r / (1 + 1j * omega * r * c) / (cell.area.sum() * 1e-8) * 1e-6, rel=1e-6)


def test_impedance_of_a_cable():
    """Seen from its middle, two sealed halves: Z = R_inf/2 coth(l/2 lambda), lambda of each frequency. 1e-3:
    compartments of a fiftieth of the shortest length constant."""
    size = {"morphology.length": "2000 um", "morphology.diameter": "2 um"}
    cell = make_cell("muscle", set=size, max_compartment_length=10.0)
    found = rest(cell, hold="concentrations")
    hertz = np.array([1.0, 10.0, 100.0])
    r_m, ra, d, length = found.summary["membrane_resistance_ohm_cm2"], cell.sections[0].Ra, 2e-4, 0.2  # cm
    z_m = r_m / (1 + 2j * np.pi * hertz * r_m * 1e-6)
    along = np.sqrt(d * z_m / (4 * ra))
    wanted = 4 * ra * along / (np.pi * d**2) / 2 / np.tanh(length / 2 / along) * 1e-6  # MOhm
    assert impedance(cell, found, hertz, "cable(0.5)") == pytest.approx(wanted, rel=1e-3)


def test_impedance_is_of_a_membrane_whose_area_stays():
    cell = make_cell("muscle", max_compartment_length=5000.0)
    found = rest(cell)
    found.beside = None
    with pytest.raises(InputError, match="expected a membrane of constant area"):
        impedance(cell, found, HERTZ)


def test_slow_currents_move_ions_too():
    """At 0.3 mHz the ions that a current brings have time to change E_K: the cell answers otherwise."""
    cell = make_cell("muscle", max_compartment_length=5000.0)
    free, held = rest(cell), rest(cell, hold="concentrations")
    slow, fast = ([abs(impedance(cell, one, [f])[0]) for one in (free, held)] for f in (3e-4, 10.0))
    assert fast[0] == pytest.approx(fast[1], rel=1e-3) and slow[0] > 2 * slow[1]


def test_current_through_the_membrane_is_what_arrives_along_the_cell(branched):
    """Once by processes, once by what flows along the cell, and none is left over."""
    cell, found = branched
    state = {**{ion: found.inside[ion][None] for ion in cell.ions}}
    still = SimpleNamespace(
        t=np.zeros(1), v=found.v[None], state=state, relative_volume=found.relative_volume[None]
    )
    out = resting_current(found)
    assert np.abs(out).max() > 1e-6  # nA
    # the rest is found to 1e-9 mV, and MOhm lie between compartments: to some 1e-9 nA
    assert swinging(cell, still)[:, 0] == pytest.approx(out, abs=2e-9)
    assert out.sum() == pytest.approx(0, abs=1e-9)


def test_potential_of_a_line_of_current(branched):
    """Each compartment's axis as points that a quadrature adds up, doubled by the array's surface."""
    _, found = branched
    array = Array(pitch=100.0, gap=25.0)
    seen = potential(found.layout, resting_current(found), array)
    points, diameter = ends(found.layout)
    x, y = points[..., 0], points[..., 1]
    level = (points[..., 2].min(axis=1) - diameter / 2).min() - 25.0
    at = [(x.min() + 100.0 * i, y.min() + 100.0 * j, level) for j in range(3) for i in range(2)]
    columns = len(np.arange(x.min(), x.max() + 100.0, 100.0))
    for number, place in enumerate(at):
        total = 0.0
        for (a, b), own in zip(points, resting_current(found), strict=True):
            near = quad(lambda s, a=a, b=b: 1 / np.linalg.norm(a + s * (b - a) - place), 0, 1)[0]  # noqa: B023
            total += own * near / (4 * np.pi * SIGMA)  # nA/(S/m um) = 1e-9/1e-6 V = mV
        j, i = divmod(number, 2)
        assert seen[j * columns + i] == pytest.approx(1e3 * IMAGE * total, rel=1e-6)


def test_a_cell_that_is_the_same_everywhere_makes_no_field():
    """No current flows along it, however far it is from another rest."""
    cell = make_cell("muscle", max_compartment_length=2000.0)
    seen = potential(rest(cell).layout, resting_current(rest(cell, set={"ko": 10})), Array(500.0, 10.0))
    assert np.abs(seen).max() < 1e-9  # uV


def test_a_tighter_layer_shows_more_of_its_membrane():
    """Without a way beside the cells all of the change is seen, with one as much as passes the membranes."""
    z, now = np.full(1, 1000.0 + 0j), np.full(1, 900.0 + 0j)
    assert s18._change(z, now) == pytest.approx(0.1)
    assert s18._change(z, now, 20.0) == pytest.approx((1 / 2000 + 1 / 20) / (1 / 1800 + 1 / 20) * -1 + 1)
    assert s18._barrier((z, z), np.array([True])) is None


def test_values_between_the_steps():
    dv, values = np.array([2.0, 8.0]), np.array([[1.0, 10.0], [4.0, 40.0]])
    assert s18._at_small(dv, values) == pytest.approx([2.5, 25.0])
    assert s18._at_small(np.array([10.0]), np.array([3.0]), 1.0) == pytest.approx(2.0)


def test_one_end_that_depolarises_makes_a_field():
    """The dendrites without pump: current flows along the cell; far less than an array's noise."""
    cell = make_cell("excitable", max_compartment_length=40.0)
    course = block(cell, 1.0, 0.5, where="dend").course
    seen = np.abs(potential(rest(cell).layout, swinging(cell, course), Array(18.0, 10.0))).max(axis=0)
    assert seen[0] < 1e-6 and 0.03 < seen[1:].max() < s18.NOISE
