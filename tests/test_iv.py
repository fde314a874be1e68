"""The current of a membrane against V: constant-field currents, zeros and slopes, what is shown."""

import json

import numpy as np
import pytest
from printing import plain

from models import InputError, iv, make_cell, rest
from models.physics.theory import ghk_current
from models.show import iv as shown
from models.show.output import Output

VALENCE = {"na": 1, "k": 1, "cl": -1}


@pytest.fixture(scope="module")
def neuron():
    return make_cell("stylised", max_compartment_length=400)


def test_leaks_are_constant_field_currents(neuron):
    found, state = iv(neuron, low=-120, high=30, points=31), rest(neuron)
    for ion, z in VALENCE.items():
        inside, outside = state.inside[ion][0], state.outside[ion][0]
        leak = ghk_current(state.leak_strength[ion][0], inside, outside, z, found.v, 37.0)
        assert found.currents[ion]["leak"] == pytest.approx(leak, rel=1e-9, abs=1e-15)
    assert found.of_ion("k") == pytest.approx(found.currents["k"]["leak"] + found.currents["k"]["pump"])
    assert np.ptp(found.currents["na"]["pump"]) == 0  # this pump does not feel V


def test_a_passive_membrane_has_one_zero_and_its_slope(neuron):
    found, state = iv(neuron), rest(neuron)
    (zero,), (slope,) = found.zeros
    assert zero == pytest.approx(state.summary["v_rest_mV"], abs=1e-6)
    assert 1 / slope == pytest.approx(state.summary["membrane_resistance_ohm_cm2"], rel=1e-6)
    passive = iv(neuron, chloride="passive")
    # a fifth of the conductance is chloride's (chloride_share), which carries nothing here
    assert passive.zeros[1][0] == pytest.approx(0.8 * slope, rel=1e-5)
    assert np.abs(passive.of_ion("cl")).max() < 1e-12 and passive.zeros[0][0] == pytest.approx(zero, abs=1e-6)


def test_two_rests_have_a_third_zero_between_them():
    cell = make_cell("muscle_fast", max_compartment_length=2500)
    found = iv(cell, set={"ko": 1.5}, chloride="passive")
    assert found.zeros[0] == pytest.approx([-108.35, -69.87, -58.59], abs=0.05)
    assert np.sign(found.zeros[1]).tolist() == [1, -1, 1]
    assert found.v_rest == pytest.approx(found.zeros[0][0], abs=0.01)  # nearly isopotential
    before = iv(cell, set={"ko": 1.5}, chloride="passive", concentrations="start", points=101)
    assert before.v_rest is None and len(before.zeros[0]) == 3
    # no ions have moved yet: Na+ inside is the file's
    assert before.zeros[0][0] > found.zeros[0][0]


def test_gates_are_settled_whatever_was_before():
    cell = make_cell("excitable", max_compartment_length=100)
    wide, near = iv(cell, low=-90, high=-10, points=9), iv(cell, low=-30, high=-20, points=3)
    at = np.flatnonzero(wide.v == -30)[0]
    assert wide.currents["na"]["pl_nav"][at] == pytest.approx(near.currents["na"]["pl_nav"][0], rel=1e-9)
    soma = iv(cell, set={"ko": 8}, place="soma", low=-70, high=-10, points=61)
    assert np.sign(soma.zeros[1]).tolist() == [1, -1, 1]


def test_the_cell_is_as_before(neuron):
    before = rest(neuron).summary["v_rest_mV"]
    iv(neuron, set={"ko": 10}, chloride="passive", points=11)
    assert rest(neuron).summary["v_rest_mV"] == before


def test_what_is_shown(neuron, tmp_path):
    found = iv(neuron, points=41)
    said = plain(shown.table, found)
    assert "V stays" in said and "-70.00" in said and "it rests at -70.00 mV" in said
    s = json.loads(json.dumps(found.summary))
    assert s["zeros"][0]["slope_S_cm2"] == pytest.approx(5e-5, rel=1e-6) and s["chloride"] == "held"
    to = Output(tmp_path, found.provenance)
    shown.files(to, found)
    assert to.written == ["iv.csv", "iv.png"]
    head = (tmp_path / "iv.csv").read_text("utf-8").splitlines()[1]
    assert head.startswith("v_mV,total_uA_cm2,na_uA_cm2,i_na_leak_uA_cm2,i_na_pump_uA_cm2,k_uA_cm2")
    data = found.to_xarray()
    assert data.current.dims == ("ion", "process", "v")
    assert data.current.sum(("ion", "process")).values == pytest.approx(data.total.values, abs=1e-15)
    drawn = shown.figure(found)
    assert drawn.axes[1].get_xlim() == pytest.approx((-95, -45))
    assert repr(found) == "<I-V of stylised: no current at -70 mV>"


def test_a_range_without_a_zero(neuron):
    found = iv(neuron, low=-50, high=0, points=6)
    assert len(found.zeros[0]) == 0 and "no voltage" in repr(found)
    assert shown.figure(found).axes[1].get_xlim() == (-50, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"chloride": "pasive"}, "chloride='pasive': expected held or passive"),
        ({"concentrations": "now"}, "expected rest or start"),
        ({"low": 10, "high": 0}, "high"),
        ({"points": 1}, "points"),
        ({"place": "elbow"}, "elbow"),
    ],
)
def test_what_cannot_be_is_refused(neuron, given, said):
    with pytest.raises(InputError, match=said):
        iv(neuron, **given)
