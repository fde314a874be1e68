"""The voltage equations count every conductance at rest, or are left out with the reason."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from models import block, compare, make_cell, rest
from models.experiments.predictions import Means, _permeabilities
from models.physics.theory import nernst
from models.show.compare import table as print_compare


@pytest.mark.parametrize(
    "name", ["excitable", "excitable_muscle", "muscle_fast", "diaphragm", "hypopp", "hek293", "astrocyte"]
)
def test_channels_are_counted_in(name):
    s = rest(make_cell(name)).summary
    assert s["mullins_noda_mV"] == pytest.approx(s["v_rest_mV"], abs=1e-5)
    assert s["chord_mV"] == pytest.approx(s["v_rest_mV"], abs=1e-5)
    assert s["v_rest_mV"] < s["ghk_mV"] < s["v_rest_mV"] + 10.84  # (RT/F) ln 1.5 at 37 degC
    assert s["not_predicted"] is None


def test_goldman_is_near_where_v_is_without_the_pump():
    """In a cell whose gates move little: the step of a full block, but for Kir, which follows V at once."""
    for name in ("muscle_fast", "astrocyte"):
        s = block(make_cell(name), hours=0.01)
        assert s.before.summary["ghk_mV"] == pytest.approx(s.summary["v_immediate_mV"], abs=1.0)


def test_chloride_that_goes_round_a_fibre_flows_along_its_gradient_everywhere():
    """In 9 mM K+ the lumen of T-tubules differs from the bath, and Cl- leaves there what enters at the
    surface: none on the whole, of which round-off made a sign. K+ and Na+ leak 2 : 3 as they are pumped, so
    that Mullins-Noda is V."""
    cell = make_cell("muscle_fast")
    found = rest(cell, set={"ko": 9})
    flows = sum(found.currents["cl"].values())
    away = found.v - nernst(found.inside["cl"], found.outside["cl"], -1, found.layout.celsius)
    assert np.ptp(flows) > 0 and np.all(flows * away >= 0)
    s = found.summary
    assert s["not_predicted"] is None and s["v_rest_mV"] < s["ghk_mV"] < s["v_rest_mV"] + 10.84
    assert s["mullins_noda_mV"] == pytest.approx(s["v_rest_mV"], abs=1e-5)


@pytest.mark.parametrize(
    ("currents", "away", "words"),
    [
        ((0.9, -1.0), (10.0, -5.0), "each along its gradient there"),
        ((-1.0, -1.0), (10.0, -5.0), "no transporter known here"),
        ((-1e-18, -1e-18), (1e-13, 1e-13), ""),
    ],
)
def test_an_ion_against_the_mean_of_its_gradient(currents, away, words):
    """Along it in each of two halves, whose mean is the other way; against it; and at equilibrium in each
    place, where round-off alone has a sign."""
    ions = {name: np.array([10.0, 10.0]) for name in ("k", "na", "cl")}
    found = SimpleNamespace(
        v=np.array(away),
        inside=ions,
        outside=ions,  # V is how far each half is from equilibrium
        currents={name: {"pl_any": np.array(currents)} for name in ions},
        leak_strength={name: np.zeros(2) for name in ions},
        layout=SimpleNamespace(by_area=np.mean, celsius=37.0),
    )
    flows = {"cl": np.array(currents)}
    concentration = {name: 10.0 for name in ions}
    mean = Means(2.5, concentration, concentration, {"cl": float(np.mean(currents))})
    why = _permeabilities(found, flows, mean)[1]
    assert words in why and bool(words) == bool(why)


def test_away_from_the_balanced_rest_too():
    s = rest(make_cell("astrocyte"), set={"ko": 8}, scale={"naleak": 2}).summary
    assert s["mullins_noda_mV"] == pytest.approx(s["v_rest_mV"], abs=1e-5)


@pytest.mark.parametrize(
    "name, words",
    [
        ("ventricle", "ncxallosteric and pmca move Na+ or K+, and charge, beside the pump"),
        ("duesterwald2018", "kcc2 moves Na+ or K+ beside the pump"),
        ("muscle_slow", "nkcc1 moves Na+ or K+ beside the pump"),
        ("epithelium", "two unlike membranes"),
    ],
)
def test_where_they_do_not_hold_the_reason_is_said(name, words):
    s = rest(make_cell(name)).summary
    assert s["mullins_noda_mV"] is None and s["chord_mV"] is None and words in s["not_predicted"]


def test_the_comparison_says_what_it_leaves_out():
    result = compare(("epithelium", "ventricle"), hours=0.01)
    assert set(result.blocks) == {"epithelium", "ventricle", "ventricle closed"}
    console = Console(record=True, width=200, file=io.StringIO())
    print_compare(console, result)
    said = console.export_text()
    assert "epithelium closed: left out, because an epithelium stands between two baths" in said
    assert "no Donnan equilibrium: full block, for ever; ATP still spent by pmca" in said
    assert "Donnan voltage" not in said and "ventricle: not predicted, because ncx" in said


@pytest.mark.parametrize(
    "name, options, final",
    [
        ("stylised", {}, "Donnan (full block, for ever)"),
        ("ventricle", {}, "full block, for ever; ATP still spent by pmca"),
        ("stylised", {"fraction": 0.5}, "50 % block, for ever; ATP still spent by the pump"),
        ("stylised", {"where": "soma"}, "block in soma, for ever; ATP still spent by the pump"),
        ("stylised", {"recover_at": 0.005}, "Donnan (full block, for ever)"),
        ("muscle_fast", {}, "Donnan (full block, for ever)"),
    ],
)
def test_the_end_is_called_what_it_is(name, options, final):
    s = block(make_cell(name, max_compartment_length=200.0), hours=0.01, **options).summary
    assert s["final_name"] == final and s["final_mV"] > s["v_before_mV"]
