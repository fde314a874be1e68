"""A drug on a whole cell, and from the command line."""

import json

import numpy as np
import pytest

from models import InputError, block, glycoside, make_cell
from models.cli import run_command
from models.experiments.glycoside import parse_dose
from models.parameters.pumps import occupancy
from models.simulator.runtime import SegmentVariable
from models.solve.equations import System

RAT = {"cell": "muscle_slow", "species": "rat", "max_compartment_length": 2500.0}


def test_rat_isoforms_at_a_micromolar_of_ouabain():
    """O'Brien 1994: 48 uM and 115 nM; 2 % and 90 % at 1 uM, at the K+ of the fibre too."""
    s = glycoside(drug="ouabain", dose="1 uM", hours=2, **RAT).summary
    assert s["alpha1_bound_end"] == pytest.approx(0.020, abs=0.002)
    assert s["alpha2_bound_end"] == pytest.approx(0.90, abs=0.01)


def test_human_heart_at_therapeutic_digoxin():
    """Schmidt 1993: 24 % of the sites at 1 ng/ml, and a heart that hardly notices: Na+ by the fourth root of
    what is left, 7 %, as four of its ions act together on a site."""
    s = glycoside(drug="digoxin", dose="1 ng/ml", hours=24).summary
    assert s["dose_mM"] == pytest.approx(1.2805e-6, rel=1e-4)
    assert s["bound_at_equilibrium"] == pytest.approx(0.24, abs=0.01)
    assert 0 < s["v_end_mV"] - s["v_before_mV"] < 2
    assert s["nai_end_mM"] / s["nai_before_mM"] == pytest.approx(0.76**-0.25, abs=0.02)
    assert 1 < s["cai_end_mM"] / s["cai_before_mM"] < 1.5


def test_calcium_rises_through_the_exchanger():
    toxic = glycoside(dose="1 uM", species="human", hours=2)
    without = glycoside(dose="1 uM", species="human", hours=2, scale={"pl_ncxallosteric": 0})
    rise = toxic.summary["cai_end_mM"] / toxic.summary["cai_before_mM"]
    assert rise > 10
    assert without.summary["cai_end_mM"] / without.summary["cai_before_mM"] < 0.2 * rise


def test_everything_bound_is_a_block():
    """Ten millimolar of ouabain ends as a pump block does."""
    drug = glycoside("ventricle", dose="10 mM", species="human", hours=2).summary
    blocked = block(make_cell("ventricle"), hours=2).summary
    # the drug needs some seconds to bind
    assert drug["v_end_mV"] == pytest.approx(blocked["v_end_mV"], abs=0.02)
    assert drug["nai_end_mM"] == pytest.approx(blocked["nai_end_mM"], abs=0.05)


def test_washout_brings_the_cell_back():
    result = glycoside(drug="ouabain", dose="1 uM", hours=30, washout_at=1, **RAT)
    assert result.summary["alpha2_bound_end"] < 1e-6
    assert result.course.v.mean(axis=1).max() > result.summary["v_before_mV"] + 3
    assert result.summary["v_end_mV"] == pytest.approx(result.summary["v_before_mV"], abs=1)


def test_dose_response_is_a_law_of_mass_action():
    result = glycoside(dose="1 uM", hours=0.01)
    for alpha, bound in result.bound_at.items():
        half = np.interp(0.5, bound, result.doses)
        assert bound == pytest.approx(result.doses / (result.doses + half), abs=2e-3), alpha
    assert result.current_at[0] > 0.95 and result.current_at[-1] < 1e-4


def test_half_inhibition_is_where_half_the_current_is_left():
    """The dose in the summary, given to the cell, leaves half of the resting pump current once binding has
    come to rest; so do the doses of the response beside it."""
    result = glycoside(dose="1 uM", hours=0.01)
    half = result.summary["half_inhibition_mM"]
    cell = make_cell("ventricle")
    system = System(cell)
    system.full_rates(system.start)
    currents, bound = {}, {}
    for alpha in result.bound:
        own = SegmentVariable(cell.segments, f"inet_pl_nak{alpha}")
        currents[alpha] = own.get() @ cell.area
        bound[alpha] = occupancy("ouabain", "human", alpha, half, cell.outside["k"])
    left = sum(currents[alpha] * (1 - bound[alpha]) for alpha in bound) / sum(currents.values())
    assert left == pytest.approx(0.5, abs=2e-3)  # read off between two doses of the response
    assert np.interp(half, result.doses, result.current_at) == pytest.approx(0.5, abs=2e-3)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"drug": "digitoxin"}, "unknown drug 'digitoxin'; did you mean 'digoxin'"),
        ({"dose": "1 mV"}, "mV is not a unit of concentration"),
        ({"dose": "-1 uM"}, "must be at least 0"),
        ({"species": "mouse"}, "unknown species 'mouse'"),
        ({"cell": "neuron"}, "its pump has no isoforms"),
        ({"washout_at": 3}, "washout_at=3 h: must lie between 0 and the end"),
    ],
)
def test_what_cannot_be_is_said(given, words):
    with pytest.raises(InputError, match=words):
        glycoside(**{"hours": 2, **given})


def test_a_dose_by_mass():
    assert parse_dose("digoxin", "780.94 mg/l") == pytest.approx(1.0)
    assert parse_dose("ouabain", "2 nM") == pytest.approx(2e-6)


def test_command_line(tmp_path, monkeypatch, capsys):
    line = ["run.py", "glycoside", "--dose", "100 nM", "--hours", "0.5", "--out", str(tmp_path)]
    monkeypatch.setattr("sys.argv", line)
    assert run_command() == 0
    assert "α1" in capsys.readouterr().out
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["drug"] == "ouabain" and summary["species"] == "human"
    for name in ("course.csv", "dose_response.csv", "glycoside.png"):
        assert (tmp_path / name).stat().st_size > 1000
