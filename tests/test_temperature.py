"""Temperature: every process's Q10 in NEURON and in cells, diffusion, and what results say of it."""

import numpy as np
import pytest

from models import Event, block, evolve, excite, make_cell, rest
from models.cell.temperature import followed
from models.physics.temperature import mobility, viscosity, warmth
from models.simulator import library, nmodl, runtime
from models.simulator.runtime import h

# of what carries a current without having been told how strong it is
STRENGTH = {"p": 1e-6, "g": 1e-4, "imax": 1e-3}
OTHERS = {"pl_ions", "pl_space", "pl_calcium", "pl_mg", "pl_hco3", "pl_carrier", "pl_chords", "pl_energy"}
# what an experiment puts into a cell at places
OTHERS |= {"pl_electrode", "pl_clamp", "pl_ampa", "pl_gaba", "pl_gabahco3", "pl_pipette"}
# published models', whose own factor phi is, or of one temperature
OTHERS |= {"pl_kvinstant", "pl_navinstant", "pl_cabackground", "pl_kpheart"}
OTHERS |= {"pl_navheart", "pl_toheart", "pl_sr"}
OTHERS |= {"pl_navpr", "pl_kvpr", "pl_capr", "pl_kahppr", "pl_kcapr"}
# in the dark without a current; of rates alone Q10s are known (ChR2), or none
OTHERS |= {"pl_chr2", "pl_chr2ca", "pl_chr2wt", "pl_gtacr2", "pl_nphr"}


def carrying():
    """Every mechanism of mod/ that carries a current by itself."""
    return sorted(name for name in library.own_mechanisms() - OTHERS if not name.startswith("pl_space"))


def currents(name, celsius, **parameters):
    """What a mechanism carries of each ion, at NEURON's own concentrations and -40 mV."""
    sec = h.Section(name="one")
    sec.insert(name)
    for parameter, value in {**STRENGTH, **parameters}.items():
        if hasattr(sec(0.5), f"{parameter}_{name}"):
            setattr(sec, f"{parameter}_{name}", value)
    for ion in nmodl.declarations(name).ions:
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
        setattr(sec(0.5), f"{ion}i", 11.0 if ion != "ca" else 2e-4)
        setattr(sec(0.5), f"{ion}o", 90.0 if ion != "ca" else 2.0)
    runtime.reset(celsius)
    h.finitialize(-40)
    said = nmodl.declarations(name).writes
    return np.array([getattr(sec(0.5), f"i{ion}") for ion in said if f"i{ion}" in said[ion]])


@pytest.mark.parametrize("name", carrying())
def test_every_strength_has_a_q10(name):
    """Its current by the one with q10 = 1 at the same temperature is the factor, up to the plateau."""
    library.load_mechanisms()
    for celsius, tref, plateau in ((25.0, 37.0, 1000.0), (33.0, 20.0, 25.0), (40.0, 30.0, 25.0)):
        plain = currents(name, celsius, q10=1.0)
        found = currents(name, celsius, q10=2.3, tref=tref, plateau=plateau)
        assert plain.any()
        # one power and one product
        assert found == pytest.approx(plain * warmth(2.3, celsius, tref, plateau), rel=1e-14)


def test_the_factor():
    assert warmth(2.1, 37, 22) == pytest.approx(3.043189, abs=1e-6)
    assert warmth(2.1, 25, 37) == pytest.approx(0.410522, abs=1e-6)
    assert warmth(1.6, 37, 15, 25) == pytest.approx(1.6)
    assert warmth(1.6, 40, 30, 25) == 1


def test_water_is_as_thick_as_measured():
    """Viscosity of water, mPa s, tabulated by Kestin et al. 1978 to four digits."""
    for celsius, measured in ((20, 1.002), (25, 0.8901), (30, 0.7975), (40, 0.6527), (5, 1.5192)):
        assert viscosity(celsius) == pytest.approx(measured, rel=5e-4)
    # D of K+ in water: 1.957 at 25 degC; it and the viscosity at 37 degC give 2.62
    assert mobility(37, 25) == pytest.approx(310.15 / 298.15 * 0.8901 / 0.6913, rel=1e-3)
    assert mobility(18, 18) == 1


def test_a_cells_own_temperature_changes_nothing_and_another_every_process():
    cell = make_cell("excitable", max_compartment_length=200.0)
    assert all(one.strength == 1 and one.gates in (None, 1) for one in followed(cell))
    own = cell.celsius
    cell.set("celsius", own - 10)
    found = {one.process: one for one in followed(cell)}
    assert found["pump"].strength == pytest.approx(1 / cell.parameters.pump.q10)
    assert (found["pl_kv"].strength, found["pl_kv"].gates) == pytest.approx((1 / 1.2, 1 / 3))
    assert found["diffusion"].strength == pytest.approx(mobility(own - 10, own))


def test_a_leak_stays_above_its_plateau():
    """Chloride's of muscle, between 25 and 37 degC."""
    cell = make_cell("muscle", max_compartment_length=5000.0)
    for celsius, factor in ((37, 1.0), (27, 1.0), (15, 1 / 1.6)):
        cell.set("celsius", celsius)
        found = {one.process: one for one in followed(cell)}
        assert found["clleak"].strength == pytest.approx(factor)


def test_results_say_what_followed():
    result = rest("stylised", {"celsius": 27}, max_compartment_length=100.0)
    said = result.layout.followed
    assert said.startswith(
        "27 °C in place of 37: followed by naleak ×0.505, kleak ×0.505, clleak ×0.505, pump ×0.476"
    )
    assert result.provenance["temperature"] == said and result.followed == [said]
    assert rest("stylised", max_compartment_length=100.0).followed == []
    for made in (block, excite):
        cell = "excitable" if made is excite else "stylised"
        given = {"duration_ms": 2.0} if made is excite else {"hours": 0.01}
        other = made(cell, set={"celsius": 27}, max_compartment_length=200.0, **given)
        assert "27 °C in place of 37" in other.provenance["temperature"]


def test_leaks_and_pump_alike_leave_the_rest_and_change_its_speed():
    """V is set by ratios: with one Q10 for all, 10 degC less move V by RT/F alone, and everything goes on
    at half the speed."""
    same = {f"leak.q10{ion}": 2 for ion in ("na", "k", "cl")} | {"pump.q10": 2}
    cell = make_cell("stylised", set=same, max_compartment_length=1000.0)
    warm = rest(cell)
    cold = rest(cell, {"celsius": 27})
    assert cold.leak_strength["k"] == pytest.approx(warm.leak_strength["k"] / 2, rel=1e-12)
    none = rest(cell, {"celsius": 27}, scale={"naleak": 2, "kleak": 2, "clleak": 2, "pump": 2})
    # the currents between unlike compartments are not twice as large with it, some uV of V
    assert none.v == pytest.approx(cold.v, abs=1e-5)
    assert none.summary["atp_per_s"] == pytest.approx(2 * cold.summary["atp_per_s"], rel=1e-8)


def test_a_course_is_cooled_on_the_way_and_keeps_its_charge():
    cell = make_cell("muscle_fast", max_compartment_length=2500.0)
    course = evolve(cell, 2.0, [Event(1.0, set={"celsius": 20})], points=20)
    warm, cold = (np.abs(course.entered["na"][i + 1] - course.entered["na"][i]) for i in (18, -2))
    assert warm < 1e-9 < cold  # at rest before; cooled, the pump lags behind the leak
    state = {key: course.state[key][-1] for key in ("v", "na", "k", "cl")}
    assert np.abs(cell.charge(state) - cell.charge(cell.start)).max() < 1e-10


def test_neuron_goes_the_same_way_cold(alone):
    """NEURON's own run of a cell that was cooled by hand is ours: its INITIAL takes the temperature."""
    cell = make_cell("stylised", max_compartment_length=300.0)
    cell.set("celsius", 22)
    cell.write()
    h.celsius = 22
    integrator = runtime.reset(22)
    integrator.atol(1e-9)
    h.finitialize()
    integrator.solve(60e3)
    theirs = np.array([segment.v for segment in cell.segments])
    ours = evolve(cell, 60 / 3600, times_ms=[60e3], rtol=1e-8)
    # NEURON's Newton steps leak charge, some 1e-5 mV a minute at this tolerance
    assert theirs == pytest.approx(ours.v[-1], abs=2e-3)
