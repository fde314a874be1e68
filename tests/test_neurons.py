"""The neurons as a physiologist asks them: K+ outside, what GABA does, a drug in a frog."""

import numpy as np
import pytest

from models import make_cell, rest
from models.parameters.pumps import occupancy

COARSE = {"max_compartment_length": 200.0}


def made(name):
    return make_cell(name, set={"morphology.shape": "stylised"}, **COARSE)


@pytest.mark.parametrize(("name", "least"), [("neuron", 8), ("neuron_kcc2", 9)])
def test_the_neuron_feels_potassium_at_once(name, least):
    """mV per decade at 3 mM, before ions have moved: with the pump half saturated at 4.8 mM it was 1.9."""
    cell = made(name)
    low, high = (rest(cell, {"ko": ko}, hold="concentrations").summary["v_rest_mV"] for ko in (2.9, 3.1))
    assert (high - low) / np.log10(3.1 / 2.9) > least


@pytest.mark.parametrize(("name", "way"), [("neuron_kcc2", -1), ("neuron_immature", 1)])
def test_what_gaba_does_depends_on_who_keeps_the_chloride(name, way):
    """Ten times the chloride leak, as open GABA receptors: V goes to E_Cl, below rest or above it."""
    cell = made(name)
    before = rest(cell)
    away = before.nernst("cl") - before.v
    assert (way * away > 2).all()
    opened = rest(cell, scale={"clleak": 10}, hold="concentrations").v - before.v
    assert (way * opened > 0.5).all() and (np.abs(opened) < np.abs(away)).all()


def test_without_its_cotransporter_chloride_becomes_passive():
    cell = made("neuron_immature")
    found = rest(cell, scale={"pl_nkcc1": 0})
    assert found.nernst("cl") == pytest.approx(found.v, abs=1e-3)


def test_both_isoforms_work_at_rest():
    """Either stopped, the other keeps the cell, at more Na+ and a little less V (Azarias et al. 2013)."""
    cell = made("neuron_kcc2")
    before = rest(cell).summary
    for alpha in ("alpha1", "alpha3"):
        after = rest(cell, {f"{alpha}_activity": 0}).summary
        assert 2 < after["nai_mM"] - before["nai_mM"] < 12
        assert 0.2 < after["v_rest_mV"] - before["v_rest_mV"] < 3


def test_a_frog_binds_what_a_rat_does_not():
    assert occupancy("ouabain", "frog", "alpha1", 0.1, 2.5) > 0.99
    assert occupancy("ouabain", "rat", "alpha1", 0.1, 2.5) < 0.75
    # 1 uM binds as 10 uM does, within what a count of grains tells apart
    assert occupancy("ouabain", "frog", "alpha1", 1e-3, 2.5) > 0.8
