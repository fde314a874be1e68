"""Water: osmotic balance at rest, double Donnan at the end, what cannot be balanced."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import BalanceError, ConvergenceError, Event, InputError, block, evolve, make_cell, rest
from models.physics import theory
from models.solve.equations import System
from models.solve.steady_state import find_steady_state

# no membrane charge to speak of (cm = 1e-9), so that the electroneutral closed forms hold to their last digit
LEAKY = """
base = "neuron"
name = "leaky"
[morphology]
shape = "cylinder"
length = "20 um"
diameter = "20 um"
max_compartment_length = "20 um"
[electrical]
capacitance = "1e-9 uF/cm2"
[outside]
nao = "144.5 mM"
ko = "4 mM"
clo = "{clo} mM"
[inside]
v = "-70 mV"
nai = "12 mM"
ki = "{ki} mM"
cli = "5.165 mM"
impermeant = "154.957 mM"
impermeant_valence = "-0.85"
[leak]
pk = "4e-7 cm/s"
pna = "2e-8 cm/s"
pcl = "1e-7 cm/s"
[pump]
imax = "0 mA/cm2"
"""


def leaky(write_toml, clo=119.0, **options):
    return make_cell(write_toml(LEAKY.format(clo=clo, ki=131.71345 - 12 + 5.165)), **options)


def end_of(cell):
    system = System(cell)
    return system.state(system.expand(find_steady_state(system)[0]))


def test_double_donnan_closed_form():
    """Exact answers from outside: 29.5 mM of impermeants outside, 154.957 mM of valence -0.85 inside."""
    bath = {"na": 144.5, "k": 4, "cl": 119}
    v, volume = theory.donnan_osmotic(bath, 29.5, 154.957, 0.85 * 154.957, 37)
    assert v == pytest.approx(0.406927, abs=1e-6)
    assert volume == pytest.approx(5.179365, rel=1e-6)
    r = np.exp(-v / theory.thermal_voltage(37))
    assert (148.5 * r, 119 / r, 154.957 / volume) == pytest.approx((146.256, 120.826, 29.918), abs=1e-3)


@given(
    na=st.floats(50, 500),
    cl_share=st.floats(0.05, 0.95),
    impermeant=st.floats(1, 300),
    valence=st.floats(-3, 0),
    q=st.floats(0, 0.1),
)
@settings(max_examples=100, deadline=None)
def test_double_donnan_solves_its_equations(na, cl_share, impermeant, valence, q):
    bath, charge = {"na": na, "k": 4.0, "cl": cl_share * na}, -valence * impermeant
    outside = na + 4 - bath["cl"]
    v, volume = theory.donnan_osmotic(bath, outside, impermeant, charge, 37, q)
    r = np.exp(-v / theory.thermal_voltage(37))
    inside = (na + 4) * r + bath["cl"] / r + impermeant / volume
    assert inside == pytest.approx(sum(bath.values()) + outside, rel=1e-9)
    assert (na + 4) * r - bath["cl"] / r == pytest.approx((charge + q * v) / volume, abs=1e-7 * na)


def test_no_finite_volume_closed_form():
    with pytest.raises(InputError, match="no Donnan equilibrium of finite volume: 0 mM outside"):
        theory.donnan_osmotic({"na": 100, "k": 50, "cl": 150}, 0.0, 150, 130, 37)


@pytest.mark.parametrize("outside", ["bath", "shell"])
def test_pump_off_ends_at_the_closed_forms(write_toml, outside):
    fixed = end_of(leaky(write_toml, outside=outside))
    bath = {"na": 144.5, "k": 4.0, "cl": 119.0}
    # the steady state is found to the last digits of V, three more than the exact answers have
    assert fixed["v"][0] == pytest.approx(theory.donnan_voltage(bath, 0.85 * 154.957, 37), abs=1e-9)
    free = end_of(leaky(write_toml, outside=outside, volume="osmotic"))
    assert free["v"][0] == pytest.approx(0.406927, abs=1e-6)
    assert free["relative_volume"][0] == pytest.approx(5.179365, rel=1e-6)


def test_a_time_course_ends_there_too(write_toml):
    cell = leaky(write_toml, volume="osmotic")
    course, end = evolve(cell, 20000, points=10), end_of(cell)
    assert course.v[-1] == pytest.approx(end["v"], abs=1e-6)
    assert course.relative_volume[-1] == pytest.approx(end["relative_volume"], rel=1e-6)


def test_nothing_outside_holds_water_back(write_toml):
    cell = leaky(write_toml, clo=148.5, volume="osmotic")
    with pytest.raises(ConvergenceError, match="swells without end"):
        rest(cell)
    # a block that goes on says so and still gives its course
    result = block(make_cell("stylised", volume="osmotic"), hours=2, set={"clo": 148, "impermeant": 0})
    assert "no Donnan equilibrium of finite volume" in result.endless
    assert result.summary["final_mV"] is None and np.isnan(result.final).all()
    assert result.summary["final_relative_volume"] is None
    assert result.summary["relative_volume_end"] > 1.1


@pytest.mark.parametrize("name", ["neuron", "muscle", "stylised"])
def test_water_is_balanced_like_an_ion(name):
    """With the pump on, a balanced cell rests at the volume it has, wherever it is started."""
    cell = make_cell(name, volume="osmotic")
    fixed = rest(make_cell(name))
    cell.start["relative_volume"] = np.full(cell.size, 1.3)
    for ion in cell.ions:
        cell.start[ion] = cell.start[ion] / 1.3
    result = rest(cell)
    assert result.v == pytest.approx(fixed.v, abs=1e-9)
    assert result.relative_volume == pytest.approx(1, abs=1e-9)


def test_a_weak_pump_makes_a_larger_cell(small):
    cell = make_cell("stylised", max_compartment_length=40.0, volume="osmotic")
    found = rest(cell, scale={"pump": 0.1})
    assert found.summary["relative_volume"] > 1.05
    with cell.changed(scale={"pump": 0.1}):
        course = evolve(cell, 2000, points=5)
    assert course.v[-1] == pytest.approx(found.v, abs=1e-6)
    assert course.relative_volume[-1] == pytest.approx(found.relative_volume, rel=1e-6)


def test_boyle_van_t_hoff(write_toml):
    """A cell that only water can leave: volume times osmolarity outside is constant. A course may be off
    by a tenth of 1e-5 a step, and some steps add up."""
    cell = leaky(write_toml, volume="osmotic")
    for values in cell.strength.values():
        values[:] = 0
    inside = 12 + 131.71345 - 12 + 5.165 + 5.165 + 154.957
    for extra in (0.0, 100.0, 300.0):
        with cell.changed(set={"impermeant": 29.5 + extra, "impermeant_valence": -29.5 / (29.5 + extra)}):
            relative_volume = evolve(cell, 1, points=5).relative_volume[-1, 0]
        assert relative_volume == pytest.approx(inside / (148.5 + 119 + 29.5 + extra), rel=3e-6)


def test_water_flows_at_the_rate_of_its_permeability(write_toml):
    """d(volume)/dt = Pf Vw A (difference of osmolarity), at the first instant."""
    cell = leaky(write_toml, volume="osmotic")
    cell.start["relative_volume"] = np.array([0.9])  # the same concentrations: what is impermeant is denser
    system = System(cell)
    rate = system.full_rates(system.start)[system.at["relative_volume_pl_ions"]][0]
    difference = 154.957 / 0.9 + (12 + 131.71345 - 12 + 5.165 + 5.165) - 297  # mM
    flow = 0.0029 * 18 * difference * 1e-6  # cm/s
    expected = flow * 1e4 / 1e3 * cell.area[0] / cell.volume[0]  # um/ms um2/um3
    assert rate == pytest.approx(expected, rel=1e-9)


def test_impermeants_follow_from_what_is_given(write_toml):
    def made(inside="", outside="", **options):
        text = f'base = "stylised"\n[inside]\n{inside}\n[outside]\n{outside}\n'
        return make_cell(write_toml(text), **options)

    plain = made()
    assert plain.bath_impermeant() == pytest.approx((23, -1))
    assert plain.impermeant[0] == pytest.approx(145 + 3 + 125 + 23 - 9 - 130 - plain.start["cl"][0])
    valence = made('impermeant_valence = "-1.5"')
    assert valence.impermeant == pytest.approx(valence.anion / 1.5)
    assert made('impermeant = "200 mM"').impermeant[0] == 200
    assert made(outside='impermeant = "50 mM"').bath_impermeant() == pytest.approx((50, -23 / 50))
    assert made(outside='impermeant_valence = "-2"').bath_impermeant() == pytest.approx((11.5, -2))
    with pytest.raises(
        BalanceError, match=r"water cannot be balanced: 278.021 mM are dissolved inside and 296 mM outside"
    ):
        made('impermeant_valence = "-1"', volume="osmotic")
    with pytest.raises(InputError, match="impermeant_valence = 1 cannot balance"):
        made('impermeant_valence = "1"')


def test_cross_section_grows_with_the_volume(write_toml):
    """Length stays: a compartment twice as large conducts twice as well, ions and current alike."""
    cell = make_cell("stylised", volume="osmotic", max_compartment_length=40.0)
    axial, rows = cell.axial, cell.axial.kinds
    state = np.zeros((len(rows), cell.size))
    state[0] = np.linspace(-70, -60, cell.size)
    amounts = np.array([[9.0], [130.0], [9.0]]) * (1 + 0.1 * np.sin(np.arange(cell.size)))
    found = []
    for relative_volume in (1.0, 2.0):
        state[1:4], state[4] = amounts * relative_volume, relative_volume
        found.append(axial.flows(state))
    assert found[1][0] == pytest.approx(2 * found[0][0], rel=1e-12)
    assert found[1][1] == pytest.approx(2 * found[0][1], rel=1e-12)


def test_a_block_says_where_it_ends_and_recovers_from():
    result = block(make_cell("stylised", volume="osmotic", outside="shell"), hours=2, recover_at=1)
    s = result.summary
    v, volume = theory.donnan_osmotic({"na": 145, "k": 3, "cl": 125}, 23, 147.9, 129.9, 37)
    assert s["final_relative_volume"] == pytest.approx(volume, rel=0.01)
    assert s["final_mV"] == pytest.approx(v, abs=0.05)
    assert s["relative_volume_recovery"] > 1.2 > s["relative_volume_end"]
    assert s["ko_recovery_mM"] > s["ko_end_mM"]


def test_events_go_on_with_the_volume_they_find():
    cell = make_cell("stylised", max_compartment_length=40.0, volume="osmotic")
    course = evolve(cell, 4, [Event(0, block=1.0), Event(1.0, block=0.0)], points=20)
    on = int(np.searchsorted(course.t, 3600e3))
    # 10 us later, in which nothing moves by more than a share of 1e-8
    assert course.relative_volume[on] == pytest.approx(course.relative_volume[on + 1], abs=1e-7)
    assert course.relative_volume[on].min() > 1.3
    assert course.relative_volume[-1] == pytest.approx(1, abs=1e-4)  # it shrinks again
