"""The current through a membrane whose concentrations stay: against the equations of leaks, and its roots."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from models import InputError, iv, make_cell, rest
from models.cli import app
from models.experiments.rest import leak_slope
from models.physics.theory import ghk_current


@pytest.fixture(scope="module")
def leaky():
    return make_cell("stylised", max_compartment_length=200.0)


def test_leaks_and_pump_are_the_equations(leaky):
    """Goldman-Hodgkin-Katz for each leak; the pump, which feels no voltage here, is what balances them."""
    result = iv(leaky, (-100, 20))
    weights = leaky.area / leaky.area.sum()
    for ion, symbol in (("na", "Na+"), ("k", "K+")):
        inside, outside = leaky.start[ion], leaky.conditions.outside[ion]
        for v, found in zip(result.v[::20], result.parts[f"{symbol} leak"][::20], strict=True):
            unit = ghk_current(leaky.leak_strength(ion), inside, outside, 1, v, leaky.celsius)
            assert found == pytest.approx(1e3 * float(unit @ weights), rel=1e-9)
    assert np.ptp(result.parts["Na+ pump"]) < 1e-12
    np.testing.assert_allclose(sum(result.parts.values()), result.current)


def test_the_only_root_of_a_resting_cell_is_its_rest_and_the_slope_its_conductance(leaky):
    found, at_rest = iv(leaky), rest(leaky)
    (root,) = found.roots
    assert root["holds"] and root["v_mV"] == pytest.approx(at_rest.summary["v_rest_mV"], abs=1e-6)
    # chloride, at equilibrium with each voltage, carries nothing
    state = at_rest.states()[0] | {f"{ion}o": leaky.bath_of(ion) for ion in leaky.ions}
    without_chloride = at_rest.layout.by_area(at_rest.slope - leak_slope(leaky, "cl", state))
    # over 0.1 mV, and V itself is some uV apart along the cell
    assert root["slope_mS_cm2"] == pytest.approx(1e3 * float(without_chloride), rel=1e-3)


def test_chloride_held_has_a_current(leaky):
    passive, held = (iv(leaky, chloride=how) for how in ("passive", "held"))
    assert np.abs(passive.parts["Cl- leak"]).max() < 1e-9
    assert np.abs(held.parts["Cl- leak"]).max() > 0.1
    assert held.roots[0]["v_mV"] == pytest.approx(passive.roots[0]["v_mV"], abs=1e-3)  # it rests there
    assert held.roots[0]["slope_mS_cm2"] > passive.roots[0]["slope_mS_cm2"]


def test_two_rests_and_the_edge_between_them():
    """A fast fibre at low K+: two voltages that hold and one between that is left."""
    cell = make_cell("muscle_fast", max_compartment_length=2000.0)
    result = iv(cell, set={"ko": 1.5})
    assert [one["holds"] for one in result.roots] == [True, False, True]
    v = [one["v_mV"] for one in result.roots]
    assert v[0] < -95 and v[2] > -65 and v == sorted(v)
    assert len(iv(cell).roots) == 1
    for one in result.roots:
        i = np.searchsorted(result.v, one["v_mV"])
        rising = result.current[i] > result.current[i - 1]
        assert rising == one["holds"] and np.sign(result.current[i - 1]) != np.sign(result.current[i])


def test_the_store_of_a_heart_cell_stays():
    """Held at depolarised voltages the Ca2+ store would run empty and further; what it carries in and out is
    no current of the membrane."""
    cell = make_cell("human_ventricle", max_compartment_length=100.0)
    result = iv(cell)
    assert [one["holds"] for one in result.roots] == [True, False, True]
    assert result.roots[0]["v_mV"] == pytest.approx(rest(cell).summary["v_rest_mV"], abs=1e-3)
    drawn = [text.get_text() for text in result.plot().axes[1].get_legend().get_texts()]
    assert "K+ kirhuman" in drawn and "pump" in drawn and not any("sr" in label for label in drawn)
    held = rest(cell, set={"ko": 8}, hold="concentrations").summary["v_rest_mV"]
    assert iv(cell, set={"ko": 8}).roots[0]["v_mV"] == pytest.approx(held, abs=1e-3)


def test_the_cell_is_as_before(leaky):
    before, changes = leaky.start, leaky.changes
    iv(leaky, set={"ko": 8}, scale={"pump": 0.5})
    assert leaky.start is before and leaky.changes == changes


def test_files_and_figure(tmp_path):
    run = CliRunner().invoke(
        app, ["iv", "--cell", "hek293", "--v", "-90:10", "--out", str(tmp_path)], env={"COLUMNS": "80"}
    )
    assert run.exit_code == 0, run.output
    assert "it comes back" in run.output
    s = json.loads((tmp_path / "summary.json").read_text())
    assert s["roots"][0]["v_mV"] == pytest.approx(-50, abs=1e-6) and s["chloride"] == "passive"
    result = iv("hek293", (-90, 10))
    whole, parts = result.plot().axes
    np.testing.assert_array_equal(whole.lines[0].get_ydata(), result.current)
    assert whole.lines[1].get_xdata()[0] == result.roots[0]["v_mV"]
    assert "slope" in result._repr_html_() and "mS/cm²" in result._repr_html_()
    labels = [text.get_text() for text in parts.get_legend().get_texts()]
    assert "K+ leak" in labels and labels[-1] == "the whole"
    data = result.to_xarray()
    np.testing.assert_allclose(data.part.sum("process"), data.current)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"v": (-40, -90)}, "the lower voltage first"),
        ({"v": "-90:0"}, "expected two voltages"),
        ({"v": (-500, 0)}, "v"),
        ({"chloride": "gone"}, "expected passive or held"),
        ({"where": "muscle"}, "muscle"),
    ],
)
def test_what_cannot_be_used_is_refused(leaky, given, says):
    with pytest.raises(InputError, match=says):
        iv(leaky, **given)


def test_chloride_of_a_cell_without_is_refused():
    cell = make_cell("stylised", set={"ions": ["na", "k"]}, max_compartment_length=500.0)
    assert iv(cell).chloride == ""
    with pytest.raises(InputError, match="has no effect"):
        iv(cell, chloride="held")
