"""What cells do in baths that are exchanged as baths are, and without oxygen; what the validation asks."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from models import make_cell
from models.experiments.anoxia import anoxia
from models.experiments.measured import baths, pump


def test_ventricle_is_ever_more_negative_in_less_potassium():
    """From 30 to 0.1 mM where the bath is exchanged within seconds, as any bath is; a K+ outside that jumped
    from 5.4 to 0.1 mM within no time would leave it at -105 mV, where its rectifier is shut."""
    cell = make_cell("ventricle")
    v = [baths._washed(cell, ko) for ko in (30.0, 1.0, 0.1)]
    assert np.all(np.diff(v) < -30)
    assert v[-1] == pytest.approx(26.727 * np.log(0.1 / 140), abs=8)  # E_K, from which it stays within 8 mV


def test_hill_is_found_where_it_is_known():
    """Independent sites seen over 0 to 10 mM look steeper than they are at their half, where the coefficient
    of two is 2 2^0.5 (2^0.5 - 1), 1.17."""
    assert pump.hill(np.array([4.0]), 4.0, 1.7) == pytest.approx(0.5)
    assert 2 * np.sqrt(2) * (np.sqrt(2) - 1) < pump._two_sites() < 2


def test_spike_channels_make_the_depolarisation_without_oxygen_rapid():
    """A membrane of leaks slides for minutes; with Na+ channels it falls by itself, in seconds, once the K+
    that the stopped pump leaves outside has brought it to their threshold."""
    slow = anoxia(
        "neuron_fed", hours=0.03, morphology="stylised", outside="closed", max_compartment_length=200.0
    )
    rapid = anoxia("excitable_fed", hours=0.03, outside="closed", max_compartment_length=200.0)
    steepest = [_steepest(result) for result in (slow, rapid)]
    assert steepest[0] < 1.0 and steepest[1] > 3.0  # mV/s, after the first ten seconds
    v = rapid.layout.by_area(rapid.course.v)
    assert v[0] == pytest.approx(-77, abs=0.1) and v.max() > -30


def _steepest(result):
    v, seconds = result.layout.by_area(result.course.v), result.course.t / 1e3
    late = seconds > 10
    return np.max(np.diff(v[late]) / np.diff(seconds[late]))


def test_potassium_and_chloride_at_a_constant_product_bring_no_salt():
    """Boyle & Conway 1941, held against an integration written apart: constant-field fluxes, pump, V where no
    net current flows, one compartment, an hour."""
    cell = make_cell("frog_muscle")
    found = baths.frog(_One(cell))
    celsius, per_volume = cell.celsius, 1e4 * float(cell.area.sum() / cell.volume.sum())  # 1/cm
    rt = 8.314462618 * (celsius + 273.15) / 96485.33212  # V
    p = {ion: float(cell.leak_strength(ion)[0]) for ion in ("na", "k", "cl")}  # cm/s
    start = {ion: float(cell.start[ion][0]) for ion in ("na", "k", "cl")}
    out = {"na": cell.outside["na"], "k": 10.0, "cl": 30.0}
    imax = 1e-3 * float(cell.strength["pump"][0])  # A/cm2
    q = cell.parameters.pump.quantities()

    def flux(ion, z, v, inside):  # mol/cm2/s outward, concentrations in mM = 1e-6 mol/cm3
        u = z * v / rt
        return p[ion] * 1e-6 * u * (inside - out[ion] * np.exp(-u)) / (1 - np.exp(-u))

    def currents(v, na, k, cl):
        sites = (na / (na + q["km_na"])) ** q["hill_na"] * (out["k"] / (out["k"] + q["km_k"])) ** q["hill_k"]
        pumped = imax * sites / 96485.33212
        return (
            flux("na", 1, v, na) + 3 * pumped,
            flux("k", 1, v, k) - 2 * pumped,
            flux("cl", -1, v, cl),
        )

    def rates(_, y):
        na, k, cl = y
        v = _zero(lambda v: (lambda f: f[0] + f[1] - f[2])(currents(v, na, k, cl)))
        return [-1e6 * per_volume * f for f in currents(v, na, k, cl)]

    end = solve_ivp(rates, (0, 3600), [start[i] for i in ("na", "k", "cl")], "LSODA", rtol=1e-8, atol=1e-8).y[
        :, -1
    ]
    # the cell charges its membrane, this one is always without net current: 1e-3 mM of the ions apart
    assert found["boyle_cl"] == pytest.approx(end[2] - start["cl"], abs=5e-3)
    assert found["boyle_product"] == pytest.approx(end[1] * end[2] / 300, rel=5e-3)


def test_soleus_without_chloride_hyperpolarises_by_what_cotransport_brings_in():
    """Of a fibre whose chloride is passive nothing but its share of the conductance would be gone."""
    with_it = baths.without_chloride(_One(make_cell("muscle_slow")))
    passive = {"inside.cli": f"{6.2792:g} mM", "channel.pl_nkcc1.u": "1e-9 uA/cm2"}
    without = baths.without_chloride(_One(make_cell("muscle_slow", set=passive)))
    assert with_it["no_chloride_v"] < -3 < 0 < without["no_chloride_v"]


def _zero(function):
    low, high = -0.2, 0.1
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return 0.5 * (low + high)


class _One:
    """A lab of one cell."""

    def __init__(self, cell):
        self._cell = cell

    def cell(self, _):
        return self._cell

    def rest(self, _):
        from models.experiments.rest import rest

        return rest(self._cell).summary
