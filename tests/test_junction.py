"""Liquid-junction potentials: Henderson's equation, what an electrode reads, measured potentials less it."""

import numpy as np
import pytest

from models import InputError, rest
from models.experiments import validate as validation
from models.physics import theory
from models.physics.junction import ELECTRODES, MOBILITY, closed, junction_potential


def test_one_salt_at_two_concentrations():
    """Exactly RT/F (u+ - u-)/(u+ + u-) ln(c1/c2)."""
    for anion in ("cl", "gluconate", "acetate"):
        u = MOBILITY[anion][1]
        found = junction_potential({"k": 3000.0, anion: 3000.0}, {"k": 150.0, anion: 150.0}, 25.0)
        share = (1 - u) / (1 + u)
        # K+ is ahead of a slower anion, and leaves the electrode negative
        assert found == pytest.approx(theory.thermal_voltage(25.0) * share * np.log(20), rel=1e-12)


def test_turned_round_it_turns_round():
    bath = closed({"na": 145.0, "k": 3.0, "cl": 125.0, "ca": 2.0})
    assert sum(MOBILITY[ion][0] * c for ion, c in bath.items()) == pytest.approx(0)
    for filling in ELECTRODES.values():
        there = junction_potential(filling, bath, 25.0)
        assert junction_potential(bath, filling, 25.0) == pytest.approx(-there, rel=1e-12)
    # where both conduct alike the limit is taken
    other, scale = {"na": 100.0, "gluconate": 100.0}, 100 * (0.682 + 0.33) / (1 + 0.33)
    same, near = ({"k": c, "gluconate": c} for c in (scale, scale * (1 + 1e-6)))
    found = junction_potential(same, other, 25.0)
    assert found == pytest.approx(junction_potential(near, other, 25.0), rel=1e-5)


def test_usual_electrodes():
    """K gluconate against saline: 16 mV, as known of patch pipettes; 3 M KCl: about -1."""
    bath = closed({"na": 145.0, "k": 3.0, "cl": 125.0})
    assert junction_potential(ELECTRODES["k_gluconate"], bath, 25.0) == pytest.approx(16.2, abs=0.1)
    assert junction_potential(ELECTRODES["kcl_3M"], bath, 25.0) == pytest.approx(-1.1, abs=0.1)


def test_rest_says_what_an_electrode_reads():
    s = rest("stylised", electrode="k_gluconate", max_compartment_length=1000.0).summary
    bath = closed({"na": 145.0, "k": 3.0, "cl": 125.0})
    junction = junction_potential(ELECTRODES["k_gluconate"], bath, 37.0)
    assert s["electrode"] == "k_gluconate" and s["junction_mV"] == pytest.approx(junction)
    assert s["reading_mV"] == pytest.approx(s["v_rest_mV"] + junction)
    assert rest("stylised", max_compartment_length=1000.0).summary["reading_mV"] is None
    with pytest.raises(InputError, match="unknown electrode 'k_glukonate'; did you mean 'k_gluconate'"):
        rest("stylised", electrode="k_glukonate")


def test_measured_potentials_are_taken_lower(monkeypatch):
    monkeypatch.setattr(validation, "measure", lambda lab, progress: {"astrocyte_v": -80.0, "frog_v": -94.8})
    plain = {check.key: check for check in validation.validate().checks}
    moved = {check.key: check for check in validation.validate(junction={"patch": "10 mV"}).checks}
    assert moved["astrocyte_v"].low == pytest.approx(plain["astrocyte_v"].low - 10)
    assert not plain["astrocyte_v"].within and moved["astrocyte_v"].within
    assert moved["frog_v"].low == plain["frog_v"].low
    assert moved["astrocyte_ko_r"].low == plain["astrocyte_ko_r"].low  # no potential
    with pytest.raises(InputError, match="unknown electrode 'glass'"):
        validation.validate(junction={"glass": 3})
