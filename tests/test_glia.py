"""Glia, another cell that faces a cell's spaces: rest, conservation over both, what it must equal, other
integrations of both."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from spaces import beside_start, check_jacobian
from typer.testing import CliRunner

from models import Event, InputError, block, evolve, glycoside, inspect, make_cell, rest
from models.cli import app
from models.physics.theory import FARADAY, thermal_voltage
from models.simulator import runtime
from models.simulator.runtime import h
from models.solve.equations import System

EVERY = [(outside, volume) for outside in ("shell", "closed") for volume in ("fixed", "osmotic")]
GLIA = '[glia]\ncell = "{}"\nvolume = {}\narea = {}\n'


@pytest.fixture
def with_glia(write_toml):
    def make(cell="astrocyte", base="stylised", share=1, more="", **options):
        text = f'base = "{base}"\n{more}{GLIA.format(cell, share, 1)}'
        options = {"max_compartment_length": 200.0} | options
        return make_cell(write_toml(text, "tissue.toml"), **options)

    return make


@pytest.mark.parametrize(("outside", "volume"), EVERY)
def test_both_rest_as_wanted_and_conserve(with_glia, outside, volume):
    more = '[outside]\nimpermeant = "30 mM"\n' if volume == "osmotic" else ""
    cell = with_glia(outside=outside, volume=volume, more=more)
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-9)
    assert found.glia.v == pytest.approx(float(cell.glia.parameters.inside.v), abs=1e-9)
    assert found.summary["max_relative_net_flux"] < 1e-9
    assert found.summary["glia_v_rest_mV"] == pytest.approx(found.glia.v.mean())
    assert found.glia.outside["k"] == pytest.approx(found.outside["k"], abs=0)
    for where in ("all", "cell", "glia", "soma"):
        s = block(cell, hours=3, where=where).summary
        assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-12, where
        assert outside == "shell" or s["closed_conservation_error"] < 1e-12, where
        if where in ("all", "cell"):  # the step of the cell alone
            assert s["v_immediate_mV"] == pytest.approx(-63.6844, abs=1e-3), where


@pytest.mark.parametrize(
    ("outside", "volume"), [("shell", "fixed"), ("closed", "fixed"), ("closed", "osmotic")]
)
def test_jacobian(with_glia, outside, volume):
    cell = with_glia(base="astrocyte", outside=outside, volume=volume, max_compartment_length=20.0)
    system = System(cell)
    x, step = beside_start(system, 0.02)
    check_jacobian(system, x, 0.1 * step)  # the rectifier of the glia is steep


@pytest.mark.parametrize(
    ("outside", "volume"), [("shell", "fixed"), ("closed", "fixed"), ("closed", "osmotic")]
)
def test_a_cell_as_its_own_glia_is_two_of_it(with_glia, outside, volume):
    """Alike, one compartment each: they go the same way, and as one alone in as large a space for each."""
    options = {"outside": outside, "volume": volume, "max_compartment_length": 1e6}
    base = make_cell("astrocyte", **options)
    cell = with_glia("astrocyte", "astrocyte", more='[outside]\nko = "5 mM"\n', **options)
    both, alone = (evolve(one, 1, Event(0, block=0.8), points=20) for one in (cell, base))
    assert both.glia.v == pytest.approx(both.v, abs=1e-4)
    assert both.v == pytest.approx(alone.v, abs=5e-4)  # steps differ, and each errs by so much
    assert both.ko == pytest.approx(alone.ko, rel=1e-4)
    assert both.relative_volume == pytest.approx(alone.relative_volume, rel=1e-5)
    assert both.glia.relative_volume == pytest.approx(both.relative_volume, rel=1e-5)


def test_blocks_settings_and_factors_reach_whom_they_mean(with_glia):
    cell = with_glia(outside="closed")
    courses = {
        where: evolve(cell, 0.2, Event(0, block=1.0, where=where)) for where in ("all", "cell", "glia")
    }
    ko = {where: course.ko[-1].mean() for where, course in courses.items()}
    assert ko["all"] > ko["cell"] > 3.0 and ko["all"] > ko["glia"] > 3.0
    assert not cell.conditions.block.any() and not cell.glia.conditions.block.any()
    with cell.changed(set={"celsius": 30}, scale={"glia.pump": 0.5}):
        assert cell.glia.celsius == 30 and cell.conditions.celsius == 30
        less = rest(cell)
    assert cell.glia.celsius == cell.celsius
    assert less.glia.inside["na"].mean() > rest(cell).glia.inside["na"].mean() + 1
    again = rest(cell, start=less)  # the totals that it starts from are others
    assert again.summary["glia_nai_mM"] == pytest.approx(rest(cell).summary["glia_nai_mM"], abs=0.5)
    with pytest.raises(InputError, match=r"unknown process 'glia\.pump'"):
        rest(make_cell("stylised"), scale={"glia.pump": 0.5})


def test_a_drug_in_the_bath_reaches_both(with_glia, write_toml):
    share = '[pump.isoform.{}]\nshare = "0.5"\n'
    pump = '[pump]\nlaw = "isoforms"\n' + share.format("alpha1") + share.format("alpha2")
    own = write_toml(f'base = "astrocyte"\n{pump}', "own.toml")
    cell = with_glia(own, more=pump, outside="shell")
    glycoside(cell, dose="1 mM", drug="ouabain", hours=0.2)
    cell.set("ouabain", "1 mM")
    assert cell.glia.conditions.pump["ouabain"] == 1.0


@pytest.mark.parametrize("outside", ["shell", "closed"])
def test_neurons_own_integrator_goes_the_same_way(with_glia, outside):
    cell = with_glia(outside=outside)
    ours = evolve(cell, 10 / 3600, Event(0, block=1.0, where="cell"), rtol=1e-7, points=5)
    cell.block_pump(1.0, "cell")
    integrator = runtime.reset(cell.celsius, 1e-9)
    cell.write()
    h.finitialize()
    integrator.re_init()
    integrator.solve(10e3)
    for name, mine, segments in (
        ("v", ours.v, cell.segments),
        ("v", ours.glia.v, cell.glia.segments),
        ("ki", ours.glia.k, cell.glia.segments),
        ("ko", ours.ko, cell.segments),
    ):
        theirs = np.array([getattr(segment, name) for segment in segments])
        assert mine[-1] == pytest.approx(theirs, abs=2e-3), name


# two cells of ohmic leaks and pumps, in mS/cm2, uA/cm2, mM: gna, gk, gcl, imax, start v, na, k, cl
OWN = {
    "neuron": (0.02, 0.08, 0.02, 6.0, -68.0, 12.0, 130.0, 10.0),
    "glia": (0.01, 0.3, 0.01, 5.0, -85.0, 14.0, 125.0, 6.0),
}
BATH, FRACTION, VOLUME, AREA, LENGTH, DIAMETER = (145.0, 4.0, 125.0), 0.2, 0.6, 1.7, 100.0, 8.0
TOML = """
name = "{name}"
ions = ["na", "k", "cl"]
morphology = {{ shape = "cylinder", length = "100 um", diameter = "8 um", max_compartment_length = "100 um" }}
electrical = {{ capacitance = "1 uF/cm2", axial_resistivity = "100 ohm cm", celsius = "37 degC" }}
outside = {{ nao = "145 mM", ko = "4 mM", clo = "125 mM" }}
inside = {{ v = "{4} mV", nai = "{5} mM", ki = "{6} mM", cli = "{7} mM" }}
leak = {{ law = "ohmic", gna = "{0} mS/cm2", gk = "{1} mS/cm2", gcl = "{2} mS/cm2" }}
[pump]
law = "sigmoid"
imax = "{3} uA/cm2"
n_na = "3"
n_k = "2"
half_na = "20 mM"
slope_na = "3 mM"
half_k = "3.5 mM"
slope_k = "1 mM"
"""


def two_cells(_, y, vt, inside, areas, outside):
    """d/dt (per ms) of v, na, k, cl of one, of the other, and of na, k, cl outside; um2, um3."""
    rates, there = np.zeros(11), np.array(y[8:])
    for at, own, volume, area in zip((0, 4), OWN.values(), inside, areas, strict=True):
        v, na, k, cl = y[at : at + 4]
        cycle = own[3] / (1 + np.exp((20 - na) / 3)) / (1 + np.exp(3.5 - there[1]))
        current = np.array(
            [
                own[0] * (v - vt * np.log(there[0] / na)) + 3 * cycle,
                own[1] * (v - vt * np.log(there[1] / k)) - 2 * cycle,
                own[2] * (v + vt * np.log(there[2] / cl)),
            ]
        )
        flow = current * np.array([1, 1, -1]) * 1e-3 * area * 1e4 / FARADAY  # mM um3/ms
        rates[at] = -current.sum()
        rates[at + 1 : at + 4] = -flow / volume
        rates[8:] += flow / outside
    return rates


def test_two_cells_in_one_space_follow_their_equations(write_toml):
    glia = write_toml(TOML.format(*OWN["glia"], name="glial"), "glial.toml")
    text = TOML.format(*OWN["neuron"], name="neuronal") + GLIA.format(glia, VOLUME, AREA)
    cell = make_cell(write_toml(text), outside="closed")
    seconds = np.array([0.01, 1.0, 30.0, 300.0])
    course = evolve(cell, 300 / 3600, times_ms=1e3 * seconds, rtol=1e-8)
    volume, area = np.pi * DIAMETER**2 / 4 * LENGTH, np.pi * DIAMETER * LENGTH
    space = FRACTION / (1 - FRACTION) * (1 + VOLUME) * volume
    given = thermal_voltage(37.0), (volume, VOLUME * volume), (area, AREA * area), space
    start = [*OWN["neuron"][4:], *OWN["glia"][4:], *BATH]
    found = solve_ivp(
        two_cells, (0, 3e5), start, "Radau", 1e3 * seconds, args=given, rtol=1e-10, atol=1e-12
    ).y
    assert course.v[:, 0] == pytest.approx(found[0], abs=1e-4)
    assert course.glia.v[:, 0] == pytest.approx(found[4], abs=1e-4)
    for i, ion in enumerate(("na", "k", "cl")):
        assert getattr(course, ion)[:, 0] == pytest.approx(found[1 + i], abs=1e-5), ion
        assert getattr(course.glia, ion)[:, 0] == pytest.approx(found[5 + i], abs=1e-5), ion
        assert getattr(course, ion + "o")[:, 0] == pytest.approx(found[8 + i], abs=1e-5), ion
    assert abs(course.ko[-1, 0] - 4) > 0.5  # something happened


def test_what_cannot_be_glia_is_refused(with_glia, write_toml):
    for options, message in (
        ({"outside": "bath"}, "outside='bath': glia of its file needs 'shell' or 'closed'"),
        ({"cell": "ventricle", "outside": "shell"}, "its ions are na, k, cl, ca and the cell's na, k, cl"),
        ({"cell": "muscle_fast", "outside": "shell"}, r"it has \[tubules\] itself"),
        ({"cell": "astrocite", "outside": "shell"}, "did you mean 'astrocyte'"),
        ({"share": 0, "outside": "shell"}, "glia.volume: must be at least 0.001"),
    ):
        with pytest.raises(InputError, match=message):
            with_glia(**options)
    sink = '[glial_sink]\nmaximal = "5 mM/s"\nhalf = "18 mM"\nslope = "2 mM"\n'
    with pytest.raises(InputError, match=r"\[glia\] and \[glial_sink\] both stand for glia"):
        with_glia(more=sink, outside="shell")
    cell = with_glia(outside="shell")
    with pytest.raises(InputError, match="unknown region or section 'astro'"):
        block(cell, where="astro", hours=0.1)


def test_results_say_what_the_glia_does(with_glia, tmp_path):
    """Tables, files and datasets, each beside what it says of the cell."""
    cell = with_glia(outside="shell", volume="osmotic", more='[outside]\nimpermeant = "30 mM"\n')
    found, result = rest(cell), block(cell, hours=0.5)
    s, t = found.summary, result.summary
    assert s["glia"] == "astrocyte" and s["glia_ki_mM"] == pytest.approx(130)
    assert s["glia_atp_per_s"] == pytest.approx(found.glia.summary["atp_per_s"])
    assert t["glia_v_before_mV"] == s["glia_v_rest_mV"]
    glia = result.course.glia
    holds = glia.relative_volume[-1] * cell.glia.volume
    assert t["glia_nai_end_mM"] == pytest.approx(np.average(glia.na[-1], weights=holds))
    assert t["k_from_bath_mM"] < 0 < t["na_from_bath_mM"]  # K+ has gone there, Na+ come
    data = result.to_xarray()
    assert np.array_equal(data["glia_v"].values, glia.v) and "glia_v" in found.to_xarray()
    assert data.attrs["glia"].startswith("astrocyte ")
    rows = {row["parameter"]: row["value"] for row in inspect(cell).parameters}
    assert rows["glia: leak.pna"] == pytest.approx(cell.glia.strength["na"].mean())
    command = CliRunner().invoke(
        app, ["block", "--cell", str(cell.parameters.path), "--hours", "0.1", "--out", str(tmp_path / "out")]
    )
    assert command.exit_code == 0 and "its glia, astrocyte: −71.90 to" in " ".join(command.output.split())
    header = (tmp_path / "out" / "course.csv").read_text().splitlines()[1]
    assert {"glia_v_mV", "glia_ki_mM"} <= set(header.split(","))
