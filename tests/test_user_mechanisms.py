"""Mechanisms of a user's own: each counts, as it does in NEURON, or is refused by name."""

import numpy as np
import pytest
from neuron_run import TIMES
from users_sections import ball, told

from models import BalanceError, InputError, Neuron, evolve, rest
from models.physics.theory import nernst
from models.simulator import library, nmodl
from models.simulator.runtime import h
from models.solve.equations import System

pytestmark = pytest.mark.usefixtures("own_mechanisms")


def run_a_millisecond():
    """By NEURON's variable step and by its fixed one."""
    h.CVode().active(1)
    h.finitialize(-60)
    h.CVode().solve(1)
    h.CVode().active(0)
    h.finitialize(-60)
    while h.t < 1:
        h.fadvance()


# ---------------------------------------------------------------------- what they declare


def test_declarations_are_read_from_the_text():
    said = nmodl.declarations("cashells")
    assert said.reads == {"ca": ["cai", "ica"]} and said.writes == {"ca": ["cai"]}
    assert said.states == ("ca",) and said.diffuses == ("ca",)
    assert nmodl.mechanism_variables("cashells", 3) == tuple(f"ca_cashells[{i}]" for i in range(3))
    assert nmodl.declarations("byhand").by_hand == ("advance",)
    assert nmodl.declarations("pointed").pointers == ("source",)
    assert nmodl.declarations("clocked").uses_time and not nmodl.declarations("skca").uses_time
    assert nmodl.declarations("NaSynapse").waits and nmodl.declarations("IClamp").electrode == ("i",)
    assert nmodl.declarations("hh").nonspecific == ("il",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USEION na READ ena, nai WRITE ina, nai", {"reads": ["ena", "nai"], "writes": ["ina", "nai"]}),
        ("USEION na WRITE nai READ ina VALENCE 1", {"reads": ["ina"], "writes": ["nai"]}),
        ("USEION na READ ina\n  WRITE nao : WRITE nai", {"reads": ["ina"], "writes": ["nao"]}),
        (
            "USEION na READ ena WRITE ina } BREAKPOINT { CONDUCTANCE g USEION na",
            {"reads": ["ena"], "writes": ["ina"]},
        ),
        ("COMMENT USEION na WRITE nai ENDCOMMENT USEION na READ nai", {"reads": ["nai"], "writes": []}),
    ],
)
def test_ions_are_read_however_they_are_written(text, expected):
    said = nmodl.parse("NEURON { SUFFIX x " + text + "\n}")
    assert {"reads": said.reads["na"], "writes": said.writes["na"]} == expected


def test_a_current_of_an_ion_that_nobody_follows_is_refused():
    with pytest.raises(InputError, match=r'carries ca, .*follow it with ions = \["na", "k", "cl", "ca"\]'):
        Neuron("stylised", sections=ball("pl_pmca"))


# ---------------------------------------------------------------------- carriers


@pytest.mark.parametrize("given", ["k", "na", {"k": 0.65, "na": 0.35}, {"k": "65 %", "na": "35 %"}])
def test_a_current_is_carried_whatever_its_mechanism_is_called(given):
    """zleak comes after every file of pumpleak's: what its ions carry is its current at this very state."""
    cell = Neuron("stylised", sections=ball("zleak"), carries={"i_zleak": given})
    parts = {"k": 0.65, "na": 0.35} if isinstance(given, dict) else {given: 1.0}
    for found in (rest(cell), rest(cell, set={"ko": 8})):
        total = 1e-5 * (found.v[0] + 60)
        for ion in ("na", "k"):
            carried = found.currents[ion].get("i_zleak", np.zeros(1))[0]
            assert carried == pytest.approx(parts.get(ion, 0.0) * total, rel=1e-12, abs=1e-18)
    system = System(cell)
    before = system.start[system.free]
    moved = before + 5.0 * system.unknowns.is_v
    first = system.rates(moved)
    system.rates(before)
    assert (system.rates(moved) == first).all(), "nothing of the evaluation before is left"
    course = evolve(cell, 0.1)
    charge = cell.charge({"v": course.v[-1], **{i: getattr(course, i)[-1] for i in cell.ions}})
    assert abs(charge).max() <= 1e-11


def test_shares_by_the_reversal_potential():
    """With conductances in these shares the two ions' currents cancel where the current reverses."""
    cell = Neuron("stylised", sections=ball("zleak"), carries={"i_zleak": "balance"})
    e = {ion: nernst(cell.start[ion], cell.outside[ion], 1, cell.celsius)[0] for ion in ("k", "na")}
    found = {ion: cell.membrane.carriers[0].share(ion) for ion in e}
    assert sum(found.values()) == pytest.approx(1, rel=1e-14)
    assert found["k"] * (-60 - e["k"]) + found["na"] * (-60 - e["na"]) == pytest.approx(0, abs=1e-9)
    assert rest(cell).v == pytest.approx(-70, abs=1e-9)
    for reversal in (-120, 100):
        with pytest.raises(BalanceError, match=r"i_zleak in soma.*reverses at .* name the ion instead"):
            Neuron("stylised", sections=ball("zleak", e_zleak=reversal), carries={"i_zleak": "balance"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"k": 0.6, "na": 0.3}, "add up to 0.9, expected 1"),
        ({"k": 1.5, "na": -0.5}, "at least 0"),
        ({"k": 0.5, "x": 0.5}, "unknown ion 'x'"),
        ({}, "expected an ion"),
        (3, "expected an ion"),
        ("ca", "unknown ion 'ca'"),
    ],
)
def test_shares_that_cannot_be(given, message):
    with pytest.raises(InputError, match=message):
        Neuron("stylised", sections=ball("zleak"), carries={"i_zleak": given})


def test_shares_in_a_file(write_toml):
    path = write_toml(
        'base = "stylised"\n[[channel]]\nmechanism = "zleak"\nregions = ["dend"]\n'
        'set = { g = "1e-5 S/cm2" }\ncarries = { i = { k = 0.65, na = "35 %" } }\n'
    )
    cell = Neuron(path, max_compartment_length=100)
    assert {(c.share("k"), c.share("na")) for c in cell.membrane.carriers} == {(0.65, 0.35)}
    assert rest(cell).v == pytest.approx(-70, abs=1e-8)


# ---------------------------------------------------------------------- what NEURON's equations cannot have


def test_states_advanced_by_hand_are_named():
    with pytest.raises(InputError, match=r"mechanism byhand in soma: SOLVE advance .*METHOD cnexp"):
        Neuron("stylised", sections=ball("byhand"))
    with pytest.raises(InputError, match=r"mechanism afterstep in soma: .*after_cvode.*METHOD cnexp"):
        Neuron("stylised", sections=ball("afterstep"))


def test_states_advanced_by_hand_in_another_section_are_named(small):
    other = ball("byhand")
    with pytest.raises(Exception, match=r"mechanism byhand in soma advances its states by hand"):
        rest(small)
    del other
    assert rest(small).summary["converged"]


def test_a_pointer_that_points_nowhere_is_named():
    """NEURON would end the process; in a section beside the cell too."""
    sec = ball("pointed")
    with pytest.raises(
        InputError, match=r"mechanism pointed in soma\(0\.5\): its POINTER source points to not"
    ):
        Neuron("stylised", sections=sec)
    with pytest.raises(InputError, match=r"its POINTER source points to nothing"):
        Neuron("stylised", sections=ball())
    h.setpointer(sec(0.5)._ref_v, "source", sec(0.5).pointed)
    cell = Neuron("stylised", sections=sec)
    assert rest(cell).v == pytest.approx(-70, abs=1e-9)


@pytest.mark.parametrize("name", ["pl_space", "pl_calcium"])
def test_own_mechanisms_inserted_by_hand_say_what_they_lack(name):
    sec = h.Section(name="alone")
    sec.insert(name)
    with pytest.raises(RuntimeError, match=f"{name}: its POINTER relative_volume is not set"):
        h.finitialize(-60)
    sec.insert("pl_ions")
    h.setpointer(sec(0.5)._ref_relative_volume_pl_ions, "relative_volume", getattr(sec(0.5), name))
    h.finitialize(-60)
    run_a_millisecond()


def test_a_carrier_inserted_by_hand_carries_nothing():
    sec = h.Section(name="alone")
    carrier = getattr(h, library.load_carrier(after=0))(sec(0.5))
    h.finitialize(-60)
    run_a_millisecond()
    assert carrier.total == 0


def test_what_depends_on_time_is_said():
    cell = Neuron("stylised", sections=ball("clocked"))
    assert told(cell) == [
        "mechanism clocked depends on time t, which stands still at 0 here: nothing happens at a set time"
    ]


# ---------------------------------------------------------------------- point processes


def test_a_synapse_by_ions_moves_its_ion():
    """Two in one compartment, with states of their own, and a counter that does nothing."""
    sec = ball()
    synapses = [h.NaSynapse(sec(0.5)) for _ in range(2)]
    synapses[1].level = 3e-5
    counter = h.APCount(sec(0.5))
    cell = Neuron("stylised", sections=sec)
    assert cell.membrane.points.keys() == {"NaSynapse", "APCount"}
    assert "NaSynapse waits for events" in told(cell)[0] and len(told(cell)) == 1
    found = rest(cell)
    e_na = nernst(found.inside["na"], found.outside["na"], 1, 37)[0]
    expected = 4e-5 * (found.v[0] - e_na) * 100 / cell.area[0]  # uS mV = nA
    assert found.currents["na"]["NaSynapse"][0] == pytest.approx(expected, rel=1e-12)
    assert sum(found.currents["na"].values()) == pytest.approx(0, abs=1e-12)
    synapses[0].level = 2e-3  # from now on it opens
    course = evolve(cell, 400 / 3600e3, times_ms=TIMES, rtol=1e-7)
    exact = 2e-3 - (2e-3 - 2e-3) * np.exp(-np.array(TIMES) / 50)
    assert course.gates["NaSynapse[0].g"][:, 0] == pytest.approx(exact, rel=1e-6)
    assert course.gates["NaSynapse[1].g"][:, 0] == pytest.approx(3e-5, rel=1e-9)
    assert course.v[-1, 0] > found.v[0] + 1 and course.na[-1, 0] > found.inside["na"][0]
    del counter


@pytest.mark.parametrize("name", ["IClamp", "SEClamp", "ExpSyn", "AlphaSynapse"])
def test_a_current_of_no_ion_is_refused(name):
    sec = ball()
    process = getattr(h, name)(sec(0.5))
    with pytest.raises(InputError, match=rf"point process {name}\[\d+\], whose current no ion carries"):
        Neuron("stylised", sections=sec)
    del process
