"""Electrodes, clamps and synapses in several compartments share by area; a junction passes what is free."""

import gc

import numpy as np
import pytest
from joined_cells import APART, cell, pair

from models import Cells, make_cell
from models.cell.stimuli import Stimulus
from models.physics.temperature import mobility
from models.protocol.read import read_protocol
from models.protocol.rig import set_up
from models.simulator import runtime
from models.solve.equations import System
from models.solve.of_part import by_cell

WHERE = ["soma", "apic"]
TABLES = {
    "current": {"amplitude": "0.3 nA"},
    "clamp": {"voltage": "-60 mV", "series_resistance": "4 Mohm"},
    "synapse": {"kind": "ampa", "conductance": "2 nS"},
}
WHOLE = {"current": ("amp", 0.3), "clamp": ("g", 0.25), "synapse": ("g", 2e-3)}  # nA, uS, uS


@pytest.fixture(scope="module")
def small():
    return make_cell("stylised", max_compartment_length=300.0)


@pytest.mark.parametrize("kind", TABLES)
def test_shares_are_by_area(small, kind):
    rig = set_up(read_protocol({"duration": "1 s", kind: [{"where": WHERE, **TABLES[kind]}]}), small)
    try:
        name, whole = WHOLE[kind]
        for one in rig.turned:
            if one.target.unit != "mV":
                one.target.put({"current": 0.3, "clamp": 1.0, "synapse": 2.0}[kind])
        area = small.area[small.where(WHERE)]
        assert len(area) > 2 and np.ptp(area) > 100
        assert rig.stimuli[0].variable(name).get() == pytest.approx(whole * area / area.sum(), rel=1e-12)
    finally:
        rig.put_back()


def test_calcium_passes_a_junction_by_what_is_free():
    """Of unlike buffers with the same free Ca2+ none flows, and with 1 uM more in one it does."""
    cells = [make_cell("ventricle", set={"calcium.buffer": f"{sites} mM"}) for sites in (0.12, 0.02)]
    for one, name in zip(cells, "ab", strict=True):
        one.name = name
    between = [f"{one.name}.{one.geometry.name_of(0)}" for one in cells]
    system = Cells(cells, [{"between": between, "conductance": "2 nS"}])
    passing = []
    for more in (0.0, 1e-3):
        state = {name: values.copy() for name, values in system.start.items()}
        state["ca"][0] += more
        system.start = state
        equations = System(system)
        equations.full_rates(equations.start)
        passing.append(abs(system.axial.passing[[ion for _, ion in system.axial.counted].index("ca")]))
    assert passing[1] > 0 and passing[0] < 1e-9 * passing[1]


def test_spaces_of_unlike_volume_exchange_by_concentration():
    """A swollen cell leaves less room outside: where concentrations are the same nothing passes to another's
    space, whatever the amounts."""
    system = Cells([cell(name, outside="closed", volume="osmotic") for name in "ab"], positions=APART)
    assert system.water_ratio > 0
    fluxes = []
    for swollen in (1.0, 1.1):
        state = {name: values.copy() for name, values in system.start.items()}
        state["relative_volume"] = np.array([swollen, 1.0])
        system.start = state
        equations = System(system)
        y = equations.start.copy()
        flow = system.between[0]
        ends = y[system.axial.positions(by_cell(equations))][flow.pick]
        fluxes.append(np.abs(flow.at(ends)[0]).max())
        amounts = ends[:, -1]
    assert amounts[0] < 0.999 * amounts[1]
    assert max(fluxes) < 1e-12 * flow.ways.outer.max() * amounts.max()


def test_junctions_conduct_better_in_the_warm():
    """As ions move: by the viscosity of water."""
    system = pair()
    cold = system.between[0].strengths().copy()
    with system.changed(set={"celsius": 27}):
        system.write()
        warm = mobility(27, system.members[0].conditions.reference)
        assert system.between[0].strengths() == pytest.approx(warm * cold, rel=1e-12)
    assert warm < 0.9


def test_what_an_error_leaves_stays_until_nothing_runs(small):
    """NEURON ends the process where a point process goes in the middle of an evaluation, as a collection of
    garbage would let it."""
    place = small.segments[0]
    Stimulus(small, "left", "pl_electrode", np.array([0]))
    gc.collect()
    assert len(place.point_processes()) == 1
    runtime.flush()
    assert not place.point_processes()
