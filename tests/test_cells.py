"""The shipped cells: each at the rest it was made for, conservation, two rests where there are two."""

import numpy as np
import pytest

from models import ConvergenceError, InputError, block, make_cell, rest
from models.cell.kinds import possible_outsides
from models.parameters import read_parameters
from models.parameters.files import shipped_cells

# in fewer compartments here
LONG = ("neuron", "neuron_chr2", "muscle", "muscle_fast", "muscle_slow", "hypopp", "diaphragm")


def made(name, **options):
    longest = {"neuron": 60.0, "neuron_chr2": 60.0}.get(name, 2500.0)
    return make_cell(name, **({"max_compartment_length": longest} if name in LONG else {}), **options)


@pytest.mark.parametrize("name", shipped_cells())
def test_a_shipped_cell_is_at_its_rest(name):
    """Balanced to the wanted rest, unless something was added to the membrane or strengths are given."""
    cell = made(name)
    found, wanted = rest(cell), cell.parameters.inside
    assert found.summary["max_relative_net_flux"] < 1e-9
    added = any(not channel.balanced for channel in cell.parameters.channel)
    if cell.parameters.balance is not None and (not added or name == "hek293"):
        assert found.v == pytest.approx(float(wanted.v), abs=1e-6)
        assert found.inside["na"] == pytest.approx(float(wanted.nai), abs=1e-6)
    elif name == "hypopp":
        assert found.summary["v_rest_mV"] > rest(made("muscle_fast")).summary["v_rest_mV"] + 4
    elif name == "ex293":  # channels that were given to it
        assert found.summary["v_rest_mV"] < rest(made("hek293")).summary["v_rest_mV"] - 20
    else:
        assert found.summary["v_rest_mV"] == pytest.approx(float(wanted.v), abs=1)


# not those that fire for hours on a weak pump
@pytest.mark.parametrize("name", [n for n in shipped_cells() if "excitable" not in n and n != "saetra2020"])
def test_a_blocked_cell_conserves_charge_and_ions(name):
    s = block(made(name), hours=5, fraction=0.7).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-11
    if "closed" in possible_outsides(read_parameters(name)):
        s = block(made(name, outside="closed"), hours=5).summary
        assert s["max_local_charge_error"] < 1e-12 and s["closed_conservation_error"] < 1e-11


def reached(cell, ko, v=None):
    return rest(cell, set={"ko": ko}, start=None if v is None else {"v": v}).summary["v_rest_mV"]


def test_muscle_has_a_second_rest_at_low_potassium():
    """Jurkat-Rott et al. 2009: -60 mV, half of the fibres in it at 1.5 mM; below, the first is lost."""
    cell = made("muscle_fast")
    assert reached(cell, 1.5) < -95 < -66 < reached(cell, 1.5, -50) < -54
    assert reached(cell, 4.0, -50) == pytest.approx(-88.6, abs=1e-3)
    assert reached(cell, 0.5) == pytest.approx(reached(cell, 0.5, -50), abs=1e-3)
    assert reached(cell, 0.5) > -66  # paradoxical depolarisation


@pytest.mark.parametrize("name", ["neuron", "ventricle"])
def test_neuron_and_ventricle_have_one_rest(name):
    cell = made(name)
    for ko in (0.5, 1.0, 1.5, 2.5):
        assert reached(cell, ko) == pytest.approx(reached(cell, ko, -40), abs=1e-3)


def test_a_leak_moves_the_second_rest_to_higher_potassium():
    """Where the healthy fibre has only the first rest, one with a gating-pore leak has only the second."""
    healthy, sick = made("muscle_fast"), made("hypopp")
    assert reached(healthy, 2.2, -50) < -95
    assert -66 < reached(sick, 1.5) < -54 and -66 < reached(sick, 3.0, -50) < -54
    assert -89 < reached(sick, 4.0) < -81  # at normal K+ it still rests


def test_a_rest_with_channels_is_the_one_that_time_leads_to():
    """At 1.3 mM from the rest at 4 mM the fibre depolarises; long implicit steps had jumped to the other."""
    from models import evolve

    cell = made("muscle_fast")
    with cell.changed({"ko": 1.3}):
        course = evolve(cell, 3000, points=10)
    assert reached(cell, 1.3) == pytest.approx(course.v[-1].mean(), abs=0.5)


@pytest.mark.parametrize(("name", "share"), [("muscle_fast", 0.2), ("muscle_slow", 0.225)])
def test_alpha1_is_of_the_surface_and_its_share_of_the_fibre(name, share):
    cell = made(name)
    alpha1 = cell.membrane.pump_share["pl_nakalpha1"]
    assert (alpha1[cell.geometry.tubules.ring] == 0).all()
    assert alpha1 @ cell.area / cell.area.sum() == pytest.approx(share, rel=1e-3)


def test_red_cells_step_is_the_pump_over_its_anions_conductance():
    """(2.61 - 1.74) mmol/(l h) over 1.2 /h sqrt(95 145.8) F/RT: 0.16 mV, Cl- alone counted."""
    s = block(make_cell("red_cell"), hours=0.01).summary
    assert s["v_immediate_mV"] - s["v_before_mV"] == pytest.approx(0.16, abs=0.01)


def test_sodium_passes_the_epithelium():
    """In through the apical membrane, along the cell, out through the other: every compartment at rest."""
    cell = make_cell("epithelium")
    found = rest(cell)
    apical = cell.geometry.region == "apical"
    through = {region: found.currents["na"]["leak"][at] for region, at in (("in", apical), ("out", ~apical))}
    assert through["in"][0] < -1e-3 and through["out"][0] == 0  # mA/cm2
    net = sum(found.currents["na"].values()) * cell.area
    assert net.sum() == pytest.approx(0, abs=1e-9 * abs(net).max())
    assert abs(net[0]) > 0.5 * abs(through["in"][0]) * cell.area[0]
    # what is carried through returns between the cells: V differs by current times the shunt's resistance
    charge = sum(sum(parts.values()) for parts in found.currents.values()) * cell.area
    shunt = 1e2 * 15.0 / cell.area[0]  # MOhm
    cytoplasm = cell.axial.resistance[0]
    expected = -charge[0] * 1e-2 * (shunt + cytoplasm)  # mA/cm2 um2 = 1e-2 nA
    # the ions' gradients along the cell add a junction potential of some 1 %
    assert found.v[apical][0] - found.v[~apical][0] == pytest.approx(expected, rel=0.1)


def test_an_epithelium_between_unlike_baths(write_toml):
    """Na+ taken from the apical bath alone: that membrane hyperpolarises, and what enters falls."""
    path = write_toml(
        'base = "epithelium"\nname = "dilute"\n[region.apical]\nnao = "10 mM"\npna = "5.628e-8 cm/s"\n'
        'imax = "0 mA/cm2"\n'
    )
    dilute, normal = rest(make_cell(path)), rest(make_cell("epithelium"))
    assert dilute.outside["na"] == pytest.approx([10, 100])
    assert dilute.summary["nai_mM"] < 0.9 * normal.summary["nai_mM"]
    assert np.abs(dilute.currents["na"]["leak"][0]) < 0.4 * np.abs(normal.currents["na"]["leak"][0])


def test_a_channel_that_the_balance_does_not_count(write_toml):
    table = '[[channel]]\nmechanism = "pl_gatingpore"\nset.p = "1e-8 cm/s"\n'
    counted = rest(make_cell(write_toml(f'base = "stylised"\n{table}'), max_compartment_length=100.0))
    path = write_toml(f'base = "stylised"\n{table}balanced = false\n')
    added = make_cell(path, max_compartment_length=100.0)
    assert counted.v == pytest.approx(-70, abs=1e-6)
    assert rest(added).summary["v_rest_mV"] > -65
    assert rest(added, scale={"pl_gatingpore": 0}).v == pytest.approx(-70, abs=1e-6)


def test_a_file_adds_its_channels_to_those_of_its_base(write_toml):
    path = write_toml('base = "excitable"\n[[channel]]\nmechanism = "pl_kcc2"\nset.u = "0 mA/cm2"\n')
    assert [c.mechanism for c in read_parameters(path).channel] == ["pl_nav", "pl_kv", "pl_kcc2"]
    path = write_toml('base = "excitable"\n[[channel]]\nmechanism = "pl_kv"\nset.gbar = "1 mS/cm2"\n')
    own = read_parameters(path).channel[-1]
    assert own.mechanism == "pl_kv" and own.regions == ["all"] and own.set["gbar"].value == "1 mS/cm2"


def test_regions_of_their_own(write_toml):
    path = write_toml(
        'base = "stylised"\n[region.axon]\nmembrane_resistance = "5 kohm cm2"\ncapacitance = "0.5 uF/cm2"\n'
    )
    cell = make_cell(path, max_compartment_length=100.0)
    axon = cell.geometry.region == "axon"
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-6)
    assert 1 / found.slope[axon] == pytest.approx(5e3, rel=1e-6)
    assert 1 / found.slope[~axon] == pytest.approx(20e3, rel=1e-6)
    assert (cell.geometry.capacitance[axon] == 0.5).all() and (cell.geometry.capacitance[~axon] == 1).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[region.axn]\ncapacitance = '1 uF/cm2'", "unknown region 'axn'; did you mean 'axon'"),
        ("[region.axon]\npk = '1e-7 cm/s'", "region.axon.*pk and .balance. exclude each other"),
        ("[region.axon]\nalpha2 = '0.5'", "the pump has no isoform alpha2"),
        ("[balance]\npump_current = '1 uA/cm2'\nmembrane_resistance = '1 kohm cm2'", "not both"),
    ],
)
def test_what_regions_cannot_be_is_said(write_toml, text, words):
    with pytest.raises(InputError, match=words):
        make_cell(write_toml(f'base = "stylised"\n{text}\n'), max_compartment_length=100.0)


def test_the_pumps_current_instead_of_the_membranes_resistance(write_toml):
    path = write_toml('base = "stylised"\n[balance]\npump_current = "0.5 uA/cm2"\n')
    found = rest(make_cell(path, max_compartment_length=100.0))
    assert found.v == pytest.approx(-70, abs=1e-6)
    assert found.pump_net == pytest.approx(0.5e-3, rel=1e-9)


@pytest.mark.parametrize(
    "mechanism",
    ["pl_nakalpha1", "pl_nakpump", "pl_kohmic", "pl_caleak", "pl_calcium", "pl_space", "pl_carrier"],
)
def test_the_cells_own_mechanisms_are_no_channels(write_toml, mechanism):
    with pytest.raises(InputError, match=f"channel {mechanism}: it is one of the cell's own"):
        make_cell(write_toml(f'base = "stylised"\n[[channel]]\nmechanism = "{mechanism}"\n'))


def test_a_cell_that_fires_has_no_rest():
    """From -40 mV at 5.8 mM K+ the drawn neuron fires for ever about a steady state that it leaves."""
    cell = make_cell("excitable", max_compartment_length=200.0)
    with pytest.raises(
        ConvergenceError, match=r"no resting state is reached from here: the cell goes on firing"
    ):
        rest(cell, set={"ko": 5.8}, start={"v": -40})
    assert rest(cell, set={"ko": 5.8}).summary["v_rest_mV"] < -55


def test_a_depolarised_start_brings_no_salt_into_a_closed_space():
    """The same rest, but for the charge that the membrane held: some 1e-3 mV."""
    cell = made("muscle_fast", outside="closed")
    assert rest(cell, start={"v": -50}).v == pytest.approx(rest(cell).v, abs=0.01)


def test_regions_do_not_overlap(write_toml):
    """Every table is of its region alone: "dend" is not "apic" here, and their order changes nothing."""
    tables = [
        f'[region.{name}]\nmembrane_resistance = "{r} kohm cm2"\n' for name, r in (("dend", 10), ("apic", 5))
    ]
    found = []
    for order in (tables, tables[::-1]):
        cell = make_cell(write_toml('base = "stylised"\n' + "".join(order)), max_compartment_length=100.0)
        found.append(1 / rest(cell).slope)
        assert found[-1][cell.geometry.region == "dend"] == pytest.approx(10e3, rel=1e-6)
        assert found[-1][cell.geometry.region == "apic"] == pytest.approx(5e3, rel=1e-6)
    assert (found[0] == found[1]).all()


def test_the_pump_of_purkinje_cells_is_as_measured_in_them():
    """Dog, Cohen et al. 1987 J Physiol 383:251: it makes 0.27 uA/uF at rest in 8 mM K+ as in 4, where as much
    Na+ comes in; from 8 to 1 mM it loses more than 40 % at once, at the Na+ of 8."""
    cell = make_cell("purkinje")
    at_4, at_8 = rest(cell), rest(cell, {"ko": 8})
    assert 1e3 * at_4.pump_net == pytest.approx(0.27, abs=0.02)
    assert 1e3 * at_8.pump_net == pytest.approx(0.27, abs=0.04)  # two errors of the mean
    cell.start = at_8.state()
    less = rest(cell, {"ko": 1}, hold="concentrations")
    assert (less.pump_net < 0.6 * at_8.pump_net).all()
