"""Mg2+ and HCO3-: ions with mechanisms of their own rest, are conserved, drive water and flow."""

import numpy as np
import pytest
from spaces import EVERY

from models import BalanceError, block, evolve, make_cell, rest
from models.experiments.conservation import conservation_errors
from models.experiments.final_state import final_state
from models.physics import theory
from models.physics.ions import IONS, VALENCE
from models.simulator.runtime import h
from models.solve.equations import System
from models.solve.steady_state import find_steady_state

FURTHER = [ion.name for ion in IONS.values() if ion.further]
MGPUMP = """
NEURON { THREADSAFE SUFFIX mgpump USEION mg READ mgi WRITE img VALENCE 2 RANGE imax, img }
UNITS { (mA) = (milliamp) (mM) = (milli/liter) }
PARAMETER { imax = 1e-4 (mA/cm2) <0, 1e9> }
ASSIGNED { mgi (mM) img (mA/cm2) }
BREAKPOINT { img = imax*mgi/(mgi + 1(mM)) }
"""


def leaky(cell):
    """With a leak of Mg2+ that the balance has not given it, and pumps that half of the cell has lost."""
    cell.strength = {**cell.strength, "mg": np.full(cell.size, 2e-9)}
    half = np.arange(cell.size) < cell.size // 2
    cell.conditions = cell.conditions.with_(block=half.astype(float))
    return cell


# ---------------------------------------------------------------------- each alone


@pytest.mark.parametrize("ion", FURTHER)
def test_each_alone_rests_and_keeps_its_charge(write_toml, ion):
    """Whatever ion there is a record of, with some on both sides, where nothing is held from outside."""
    inside = "" if IONS[ion].passive else f'{ion}i = "1 mM"\n'
    text = (
        f'base = "stylised"\nions = ["na", "k", "cl", "{ion}"]\n[outside]\nclo = "100 mM"\n'
        f'{ion}o = "2 mM"\n[inside]\n{inside}'
    )
    cell = make_cell(write_toml(text), max_compartment_length=60.0, volume="osmotic", outside="closed")
    assert rest(cell).v == pytest.approx(-70, abs=1e-7)
    cell.strength = {**cell.strength, ion: np.full(cell.size, 2e-9)}
    s = block(cell, hours=24).summary
    assert s["max_local_charge_error"] < 1e-13
    assert s["ion_conservation_error"] < 1e-12 and s["closed_conservation_error"] < 1e-12
    assert abs(s[f"{ion}i_end_mM"] - s[f"{ion}i_before_mM"]) > 0.01


# ---------------------------------------------------------------------- rest


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_rest_is_the_wanted_one(further, volume, outside):
    cell = further(volume=volume, outside=outside)
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-7)
    assert found.inside["mg"] == pytest.approx(0.5, abs=1e-9)
    assert found.nernst("hco3") == pytest.approx(-70, abs=1e-6)
    assert found.relative_volume == pytest.approx(1, abs=1e-9)
    assert found.summary["membrane_resistance_ohm_cm2"] == pytest.approx(20e3, rel=1e-7)
    assert np.abs(cell.charge(found.state())).max() < 1e-12


def test_what_the_balance_gives_them(further):
    """HCO3- passes with Cl-, in the ratio of its record; nothing takes Mg2+ out, so none may leak in."""
    cell = further()
    ratio = IONS["hco3"].per_chloride
    assert cell.strength["hco3"] == pytest.approx(ratio * cell.strength["cl"], rel=1e-12)
    assert not cell.strength["mg"].any()
    assert any("Mg2+: nothing transports it" in warning for warning in cell.warnings)
    with pytest.raises(BalanceError, match=r"what goes with it \(HCO3-\) are more than all of it"):
        further(more='[balance]\nchloride_share = "0.99"\n')


def test_an_extruded_ion_gets_the_leak_that_balances_it(further, tmp_path):
    (tmp_path / "mgpump.mod").write_text(MGPUMP)
    cell = further(more='[[channel]]\nmechanism = "mgpump"\n', mechanisms=[tmp_path])
    found = rest(cell)
    assert found.inside["mg"] == pytest.approx(0.5, abs=1e-8)
    assert found.currents["mg"]["leak"] == pytest.approx(-1e-4 * 0.5 / 1.5, rel=1e-9)
    assert found.currents["mg"]["mgpump"] == pytest.approx(1e-4 * 0.5 / 1.5, rel=1e-9)


def test_leaks_are_the_closed_form(further):
    cell = leaky(further())
    cell.start = cell.start | {"v": np.linspace(-90, 30, cell.size), "hco3": np.linspace(5, 30, cell.size)}
    system = System(cell)
    system.full_rates(system.start)
    for ion in FURTHER:
        expected = theory.ghk_current(
            cell.strength[ion],
            cell.start[ion],
            cell.outside[ion],
            VALENCE[ion],
            cell.start["v"],
            cell.celsius,
        )
        found = cell.variables[f"i_pl_{ion}leak"].get()
        assert found == pytest.approx(expected, rel=1e-11, abs=1e-13 * np.abs(expected).max())


def test_the_order_of_ions_does_not_matter(further):
    one = rest(leaky(further()), set={"ko": 6})
    other = rest(leaky(further(ions='"hco3", "cl", "mg", "k", "na"')), set={"ko": 6})
    assert one.v.tolist() == other.v.tolist()
    for ion in one.inside:
        assert one.inside[ion].tolist() == other.inside[ion].tolist()


@pytest.mark.parametrize("ko", [0.1, 1, 10, 30])
def test_potassium_outside_from_little_to_much(further, ko):
    """K+ in place of Na+, so that the bath stays electroneutral; HCO3- follows V, Mg2+ stays where it is."""
    cell = further(volume="osmotic")
    found = rest(cell, set={"ko": ko, "nao": 148 - ko})
    assert found.nernst("hco3") == pytest.approx(found.summary["v_rest_mV"], abs=0.1)
    held = found.inside["mg"] * found.relative_volume
    assert held @ cell.volume == pytest.approx(0.5 * cell.volume.sum(), rel=1e-9)
    assert np.abs(cell.charge(found.state())).max() < 1e-11


# ---------------------------------------------------------------------- conservation


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_a_day_without_pumps_conserves_charge_and_ions(further, volume, outside):
    """Charge of every compartment and the total of every ion, to round-off."""
    s = block(further(volume=volume, outside=outside), hours=24).summary
    assert s["max_local_charge_error"] < 1e-13 and s["ion_conservation_error"] < 1e-12
    assert outside != "closed" or s["closed_conservation_error"] < 1e-12
    assert s["hco3i_end_mM"] > s["hco3i_before_mM"] + 1


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_conservation_while_magnesium_moves(further, volume, outside):
    cell = leaky(further(volume=volume, outside=outside))
    course = evolve(cell, 24, points=40)
    errors = conservation_errors(cell, course)
    assert errors["max_local_charge_error"] < 1e-13 and errors["ion_conservation_error"] < 1e-12
    assert outside != "closed" or errors["closed_conservation_error"] < 1e-12
    assert np.ptp(course.mg * course.relative_volume, axis=0).max() > 0.1
    assert course.entered["mg"][-1] > 0.05


def test_they_even_out_along_a_cell(cable, further, section):
    """Nothing through the membrane: what one end holds more of spreads, each ion's total stays."""
    cell = further(sections=[section("cable", 500, 2, 21)], max_compartment_length=None)
    for name in cell.strength:
        cell.strength[name] = np.zeros(cell.size)
    mg = np.linspace(0.2, 0.8, cell.size)
    cell.start = cell.start | {"mg": mg, "k": cell.start["k"] - 2 * (mg - 0.5)}
    course = evolve(cell, 1, points=30)
    assert np.ptp(course.mg[-1]) < 0.05 * np.ptp(mg)
    assert course.mg @ cell.volume == pytest.approx(mg @ cell.volume, rel=1e-12)
    assert conservation_errors(cell, course)["max_local_charge_error"] < 1e-13


# ---------------------------------------------------------------------- water


def test_they_count_in_the_water(further):
    """With 5 mM more Mg2+ in the bath the cell shrinks until as much is dissolved inside as outside."""
    cell = further(volume="osmotic")
    more = rest(cell, set={"mgo": 6})
    with cell.changed(set={"mgo": 6}):
        outside = sum(cell.outside.values()) + cell.bath_impermeant()[0]
    inside = sum(more.inside[ion] for ion in cell.ions) + cell.impermeant / more.relative_volume
    assert inside == pytest.approx(outside, abs=1e-8)
    assert (more.relative_volume < 0.97).all()


@pytest.mark.parametrize("volume", ["fixed", "osmotic"])
def test_without_pumps_it_ends_at_donnans_equilibrium(further, volume):
    cell = leaky(further(volume=volume))
    cell.block_pump(1)
    v, relative_volume, name, endless = final_state(cell)
    system = System(cell)
    end = system.state(system.expand(find_steady_state(system)[0]))
    assert endless is None and name.startswith("Donnan")
    assert v == pytest.approx(end["v"], abs=1e-6) and relative_volume == pytest.approx(
        end["relative_volume"], rel=1e-7
    )
    for ion in cell.ions:
        e = theory.nernst(end[ion], cell.outside[ion], VALENCE[ion], cell.celsius)
        assert e == pytest.approx(end["v"], abs=1e-6)
    cell.strength["mg"][:] = 0  # and where it cannot come to equilibrium it holds back water and charge
    shut, *_, endless = final_state(cell)
    assert endless is None and np.abs(shut - v).max() > 1e-3


# ---------------------------------------------------------------------- equations


@pytest.mark.parametrize(("volume", "outside"), EVERY)
def test_jacobian_matches_the_equations(further, section, volume, outside):
    sections = [section("cable", 300, 3, 5)]
    cell = leaky(further(sections=sections, max_compartment_length=None, volume=volume, outside=outside))
    system = System(cell)
    rng = np.random.default_rng(5)
    x = system.start[system.free]
    x = x * (1 + 0.02 * rng.random(len(x)))
    step = rng.normal(size=len(x)) * np.maximum(np.abs(x), 1e-3) * 1e-4
    numeric = 0.5 * (system.rates(x + step) - system.rates(x - step))
    jacobian = system.jacobian(x)
    error = np.abs(numeric - jacobian @ step)
    assert (error <= 2e-6 * (abs(jacobian) @ abs(step)) + 1e-12).all()
    if volume == "osmotic":  # water feels Mg2+ and HCO3-
        lift = system.membrane_jacobian(system.expand(x))
        for kind in (IONS[ion].inside.amount for ion in FURTHER):
            columns = lift[system.at["relative_volume_pl_ions"]][:, system.at[kind]].diagonal()
            reference = lift[system.at["relative_volume_pl_ions"]][:, system.at["cl_pl_ions"]].diagonal()
            assert columns == pytest.approx(reference, rel=1e-6)


@pytest.mark.parametrize(
    ("volume", "outside"), [("fixed", "bath"), ("osmotic", "shell"), ("osmotic", "closed")]
)
def test_neurons_own_integrator_agrees(further, volume, outside):
    cell = leaky(further(volume=volume, outside=outside))
    cell.write()
    h.CVode().atol(1e-9)
    h.CVode().rtol(1e-9)
    h.finitialize(-70)
    h.CVode().solve(5e3)
    names = ("v", "nai", "mgi", "hco3i", "mgo")
    found = {name: np.array([getattr(s, name) for s in cell.segments]) for name in names}
    course = evolve(cell, 5 / 3600, times_ms=[5e3], rtol=1e-8)
    assert found["v"] == pytest.approx(course.v[-1], abs=1e-4)
    assert found["nai"] == pytest.approx(course.na[-1], abs=1e-4)
    assert found["mgi"] == pytest.approx(course.mg[-1], abs=1e-6)
    assert found["hco3i"] == pytest.approx(course.hco3[-1], abs=1e-5)
    assert found["mgo"] == pytest.approx(course.mgo[-1], abs=1e-6)
    assert np.abs(course.mg[-1] - 0.5).max() > 1e-5  # it has moved


def test_in_the_lumen_of_tubules(further):
    more = '[morphology]\nlength = "1 mm"\nmax_compartment_length = "500 um"\n'
    cell = further("muscle_fast", clo="80 mM", more=more)
    found = rest(cell)
    lumen = found.layout.in_lumen
    assert found.v == pytest.approx(float(cell.parameters.inside.v), abs=1e-6)
    assert found.outside["mg"][lumen] == pytest.approx(1, abs=1e-9)
    s = block(cell, hours=1).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-12
