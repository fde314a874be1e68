"""The resting state: exact answers, any start, conserved charge, honest failure."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import ConvergenceError, InputError, Muscle, Neuron, make_cell, rest
from models.physics import theory

# what is promised; the solver stops at Newton steps of 1e-9 mV or mM, far below
PROMISED = 1e-6


@pytest.mark.parametrize("name, v", [("neuron", -70.0), ("muscle", -89.1), ("stylised", -70.0)])
def test_shipped_cells_rest_where_they_should(name, v):
    result = rest(make_cell(name))
    s = result.summary
    assert result.v == pytest.approx(v, abs=PROMISED)
    assert s["max_relative_net_flux"] <= 1e-10
    assert s["converged"] and s["mullins_noda_mV"] == pytest.approx(v, abs=PROMISED)
    for ion in ("na", "k"):
        leak, pump = result.currents[ion]["leak"], result.currents[ion]["pump"]
        assert np.abs(leak + pump).max() <= 1e-10 * np.abs(leak).max()
    assert np.abs(result.currents["cl"]["leak"]).max() < 1e-10 * result.slope.max() * 26.7
    # 3 Na+ and 1 ATP a cycle
    cycles = np.sum(result.currents["na"]["pump"] / 3 * 1e-8 * result.layout.area) * 1e-3  # A
    assert s["atp_per_s"] == pytest.approx(cycles / theory.FARADAY * 6.02214076e23, rel=1e-9)


def test_shipped_cells_against_measurements():
    neuron, muscle = (rest(make_cell(n)).summary for n in ("neuron", "muscle"))
    assert abs(neuron["nai_mM"] - 8.9) < 3.8  # Rose & Ransom 1997, SD
    assert -70 <= neuron["v_rest_mV"] + PROMISED and neuron["v_rest_mV"] < -62
    assert 5 < neuron["cli_mM"] < 10 and 120 <= neuron["ki_mM"] <= 140
    assert muscle["nai_mM"] == pytest.approx(14)  # rat soleus in situ
    fibre = make_cell("muscle")
    # P_Na/P_K of muscle, Hodgkin & Horowicz 1959; its V is given to three digits
    assert fibre.strength["na"] / fibre.strength["k"] == pytest.approx(0.01, rel=0.01)
    # pump's Na+ efflux, rat soleus 0.287 umol/g/min (Clausen & Kohn 1977); 1 g of fibres taken as 1 ml
    efflux = muscle["pump_net_current_uA_cm2"] * 3e-6 / theory.FARADAY * 60e6  # umol/cm2/min
    per_gram = efflux * muscle["surface_to_volume_per_um"] * 1e4
    assert per_gram == pytest.approx(0.287, rel=0.35)  # fibres are 0.75 to 1 of the muscle's mass


@pytest.mark.parametrize(
    "start", [{"na": 30, "v": -40}, {"na": 3, "v": -100}, {"nai": "60 mM", "v": 0, "cl": 30}]
)
@pytest.mark.parametrize("make", [Neuron, Muscle])
def test_any_start_leads_to_the_same_rest(make, start):
    cell = make("stylised") if make is Neuron else make()
    expected = rest(cell).state()
    found = rest(cell, start=start)
    for key, values in found.state().items():
        assert values == pytest.approx(expected[key], abs=PROMISED)
    # the impermeant anion's charge is that of the balanced cell
    assert np.abs(cell.charge(found.state())).max() < 1e-11


def test_reconstructed_cell_in_a_thousand_compartments_from_far_away():
    cell = Neuron()
    assert cell.size > 1000
    found = rest(cell, start={"na": 30, "v": -40})
    assert found.v == pytest.approx(-70, abs=PROMISED)
    assert found.inside["na"] == pytest.approx(9, abs=PROMISED)
    assert found.summary["area_um2"] == pytest.approx(31159, abs=1)


VARIED = st.fixed_dictionaries(
    {},
    optional={
        "ko": st.floats(0.5, 40),
        "nao": st.floats(60, 250),
        "clo": st.floats(40, 200),
        "celsius": st.floats(5, 40),
    },
)
SCALED = st.fixed_dictionaries(
    {},
    optional={
        "pump": st.floats(0.05, 5),
        "naleak": st.floats(0.1, 10),
        "kleak": st.floats(0.1, 10),
        "clleak": st.floats(0.1, 10),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=VARIED, factors=SCALED)
def test_mullins_noda_wherever_it_comes_to_rest(small, changes, factors):
    """Chloride passive, 3:2 pump: the voltage equation holds at every rest of every such cell."""
    result = rest(small, set=changes, scale=factors)
    s = result.summary
    assert s["v_rest_mV"] == pytest.approx(s["mullins_noda_mV"], abs=PROMISED)
    assert s["chord_mV"] == pytest.approx(s["v_rest_mV"], abs=PROMISED)
    # leaks a hundredth of the shipped ones bring round-off of NEURON's axial current to the front
    assert s["max_relative_net_flux"] <= 1e-8
    e_cl = theory.nernst(result.inside["cl"], s["clo_mM"], -1, s["celsius_degC"])
    # each compartment is within round-off of the cell-wide mean only to first order
    assert s["v_rest_mV"] == pytest.approx(result.layout.by_area(e_cl), abs=PROMISED)
    for values in result.inside.values():
        assert (values > 0).all()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=VARIED, factors=SCALED)
def test_goldman_when_the_pump_is_gone_and_concentrations_are_held(small, changes, factors):
    s = rest(small, set=changes, scale={**factors, "pump": 0}, hold="concentrations").summary
    assert s["v_rest_mV"] == pytest.approx(s["ghk_mV"], abs=1e-9)
    assert s["nai_mM"] == pytest.approx(9, abs=1e-12)


@pytest.mark.parametrize("ions", ['["na", "k"]', '["na", "k", "cl"]'])
def test_goldman_with_an_electroneutral_pump(cable, ions):
    cell = cable(5, extra=f"ions = {ions}\n")
    s = rest(cell, set={"n_na": 1, "n_k": 1}).summary
    assert s["v_rest_mV"] == pytest.approx(s["ghk_mV"], abs=PROMISED)


@pytest.mark.parametrize("name", ["neuron", "muscle", "stylised"])
def test_blocked_for_ever_is_donnan(name):
    """The steady state without pump, found from rest, is the closed form of each compartment."""
    cell = make_cell(name)
    result = rest(cell, scale={"pump": 0})
    donnan = [
        theory.donnan_voltage(cell.outside, anion, cell.celsius, per_mv)
        for anion, per_mv in zip(cell.anion, cell.geometry.charge_per_mv, strict=True)
    ]
    assert result.v == pytest.approx(np.array(donnan), abs=PROMISED)
    for ion, valence in (("na", 1), ("k", 1), ("cl", -1)):
        e = theory.nernst(result.inside[ion], cell.outside[ion], valence, cell.celsius)
        assert e == pytest.approx(result.v, abs=PROMISED)


def test_scaling_everything_changes_nothing(small):
    """All permeabilities and the pump times k: the same rest, only sooner."""
    factors = dict.fromkeys(("pump", "naleak", "kleak", "clleak"), 7)
    assert rest(small, set={"ko": 6}, scale=factors).summary["v_rest_mV"] == pytest.approx(
        rest(small, set={"ko": 6}).summary["v_rest_mV"], abs=PROMISED
    )


def test_cell_is_as_before_after_a_run(small):
    before = rest(small).summary["v_rest_mV"]
    rest(small, set={"ko": 20, "celsius": 20, "n_na": 2}, scale={"pump": 2}, start={"na": 50})
    assert rest(small).summary["v_rest_mV"] == pytest.approx(before, abs=1e-9)
    assert small.outside["k"] == 3 and small.celsius == 37


@pytest.mark.parametrize("axial", ["electrodiffusion", "diffusion"])
def test_an_ion_that_nothing_carries_keeps_its_amount(axial):
    """Chloride without a path: its total stays, though it may move along the cell."""
    cell = Neuron("stylised", max_compartment_length=60.0, axial=axial)
    amount = 9.108481275773966 * cell.volume.sum()
    result = rest(cell, set={"ko": 10}, scale={"clleak": 0})
    assert result.inside["cl"] @ cell.volume == pytest.approx(amount, rel=1e-11)
    s = result.summary
    assert s["v_rest_mV"] == pytest.approx(s["mullins_noda_mV"], abs=1e-4)
    assert s["v_rest_mV"] > -70


@pytest.mark.parametrize("axial", ["diffusion", "none"])
def test_rest_without_electrodiffusion_keeps_the_whole_charge(axial):
    cell = Neuron("stylised", max_compartment_length=60.0, axial=axial)
    result = rest(cell, start={"na": 30, "v": -40}, set={"ko": 8})
    total = cell.charge(result.state()) @ cell.volume
    assert abs(total) < 1e-11 * (130 * cell.volume.sum())


def test_leaky_soma_and_pumping_dendrite_come_to_rest(small):
    """A steady circulating current: no ion drifts in any compartment, and charge is kept in each."""
    soma = small.where("soma")
    small.strength["na"][soma] *= 5
    small.strength["pump"][soma] = 0
    result = rest(small)
    assert np.ptp(result.v) > 0.5
    assert result.summary["max_relative_net_flux"] <= 1e-10
    # the rate of change of what is in a compartment, against what its membrane lets through
    for ion in small.ions:
        leak = theory.concentration_rate(np.abs(result.currents["na"]["leak"]), small.area, small.volume)
        assert np.abs(result.net[ion] / leak).max() < 1e-8
    assert np.abs(small.charge(result.state())).max() < 1e-11
    # net membrane flux of sodium in the soma is far from zero: it leaves along the cell
    assert abs(sum(result.currents["na"].values())[soma].sum()) > 1e-5


def test_several_cells_in_one_list(section):
    """Two cells that are not connected keep their charge each."""
    cell = Neuron(sections=[section("a", 50, 5, 3), section("b", 80, 2, 5)])
    assert set(cell.geometry.components) == {0, 1}
    result = rest(cell, start={"na": 30, "v": -40})
    assert result.v == pytest.approx(-70, abs=PROMISED)


def test_no_steady_state_is_an_error_not_a_number(small):
    """No leak and a running pump: sodium falls for ever."""
    with pytest.raises(ConvergenceError, match=r"no resting state found .* still changes"):
        rest(small, scale={"naleak": 0, "kleak": 0, "clleak": 0})


def test_newton_that_may_not_finish_is_an_error(small, monkeypatch):
    monkeypatch.setattr("models.solve.steady_state.MAX_ITERATIONS", 1)
    with pytest.raises(ConvergenceError, match="in 1 iteration:"):
        rest(small, set={"ko": 12})


@pytest.mark.parametrize(
    "options, words",
    [
        ({"start": {"na": 500}}, "K\\+ follows from the charge and would be"),
        ({"start": {"k": 100}}, "K\\+ follows from the charge; give v, na, cl"),
        ({"start": {"naa": 30}}, "unknown start value 'naa'; did you mean 'na'"),
        ({"start": {"na": -1}}, "must be above 0"),
        ({"start": {"v": "ten"}}, "expected a voltage"),
        ({"set": {"kO": 8}}, "did you mean 'ko'"),
        ({"set": {"ko": -1}}, "must be at least 0"),
        ({"set": {"ko": 0}}, "must be above 0"),
        ({"scale": {"pumpp": 2}}, "did you mean 'pump'"),
        ({"scale": {"pump": "abc"}}, "expected a plain number"),
        ({"scale": {"pump": -1}}, "must be at least 0"),
        ({"hold": "voltage"}, 'expected "concentrations"'),
    ],
)
def test_what_cannot_be_is_said(small, options, words):
    with pytest.raises(InputError, match=words):
        rest(small, **options)


def test_short_thick_slices_and_a_tight_membrane(section, write_toml):
    """Neighbours coupled by MOhm^-1 and a membrane of 1 MOhm cm2: still one rest, from any start."""
    path = write_toml('base = "neuron"\nbalance.membrane_resistance = "1 Mohm cm2"\n')
    cell = Neuron(path, sections=[section("disc", 5.2, 23, 20)])
    cell.block_pump(1, np.arange(10, cell.size))
    found = [rest(cell, start=start).v for start in ({}, {"na": 30, "v": -40}, {"na": 3, "v": -90})]
    for v in found[1:]:
        assert v == pytest.approx(found[0], abs=PROMISED)


def test_pump_a_hundredfold(small):
    """The way to rest leads through hyperpolarisation by hundreds of millivolts."""
    s = rest(small, scale={"pump": 100}).summary
    assert s["v_rest_mV"] == pytest.approx(s["mullins_noda_mV"], abs=PROMISED)


def test_nothing_at_all_carries_no_prediction(cable):
    """No chord where no ion flows; the summary is still valid JSON."""
    import json

    cell = cable(3)
    s = rest(cell, scale=dict.fromkeys(("pump", "naleak", "kleak"), 0), hold="concentrations").summary
    json.dumps(s, allow_nan=False)
