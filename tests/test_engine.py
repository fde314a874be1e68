"""NEURON's global state: what is reset, forgotten, noticed."""

import subprocess
import sys
from pathlib import Path

import pytest

from models import EngineError, InputError, Neuron, rest
from models.simulator import runtime


def test_a_forgotten_cell_leaves_neuron_before_the_next_run(alone):
    def names():
        return {sec.name() for sec in runtime.h.allsec()}

    cell = Neuron("stylised", max_compartment_length=100.0)
    assert "axon[0]" in names()
    del cell
    other = Neuron("stylised", sections=[runtime.h.Section(name="only")])
    assert rest(other).summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)
    assert "axon[0]" not in names() and "only" in names()


@pytest.mark.parametrize("shape", ["neuron", "muscle", "astrocyte", "excitable"])
def test_a_variable_is_looked_up_once_a_section(monkeypatch, shape):
    """61,578 look-ups at single segments were three quarters of what it took to build the neuron."""
    looked_up = []
    monkeypatch.setattr(runtime, "_reference", lambda owner, name: looked_up.append((owner, name)))
    cell = Neuron(shape)
    cell.write()
    rest(cell)
    assert not looked_up


def test_sections_stand_for_all_of_their_segments_in_order():
    long, short = runtime.h.Section(name="long"), runtime.h.Section(name="short")
    long.nseg, short.nseg = 3, 1
    variable = runtime.SegmentVariable([long, short(0.5), short], ["v", "cm"])
    variable.set([[1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0]])
    assert [segment.v for segment in long] == [1.0, 2.0, 3.0]
    assert [segment.cm for segment in long] == [6.0, 7.0, 8.0]
    assert (short(0.5).v, short(0.5).cm) == (5.0, 10.0)
    assert variable.get()[:, 3].tolist() == [5.0, 10.0]


def test_two_living_cells_do_not_disturb_each_other():
    a = Neuron("stylised", max_compartment_length=100.0)
    alone = rest(a, set={"ko": 8}).summary["v_rest_mV"]
    b = Neuron("muscle", max_compartment_length=1000.0)
    assert rest(b).summary["v_rest_mV"] == pytest.approx(-89.1, abs=1e-6)
    # the same equations beside others: only the order of sums may differ
    assert rest(a, set={"ko": 8}).summary["v_rest_mV"] == pytest.approx(alone, abs=1e-9)


def test_sections_changed_during_a_run_are_noticed(small):
    from models.solve.equations import System

    system = System(small)
    extra = runtime.h.Section(name="extra")
    with pytest.raises(EngineError, match="were sections made or deleted"):
        system.rates(system.start[system.free])
    del extra


def test_a_section_elsewhere_that_neuron_cannot_integrate_is_named(small):
    other = runtime.h.Section(name="other")
    other.insert("extracellular")
    with pytest.raises(EngineError, match=r"mechanism extracellular.*delete that section"):
        rest(small)
    del other
    assert rest(small).summary["converged"]


def test_a_cell_that_failed_to_be_made_does_not_crash_the_next_run(small):
    """Its sections linger in a cycle of the traceback; collecting them in mid-run would end the process."""
    from models.solve.equations import System
    from models.solve.integration import integrate

    class Cycle:
        pass

    try:
        Neuron("stylised", carries={"il_hh": "k"})
    except InputError as error:
        knot = Cycle()
        knot.self, knot.error = knot, error  # only the garbage collector can free this
        del knot
    system = System(small)
    import numpy as np

    states, _ = integrate(system, 0.0, np.array([0.0, 6e5]))
    assert np.isfinite(states).all()


COHORT = """
import gc
from models import make_cell, rest

def kilobytes():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))

for number in range(41):
    rest(make_cell("stylised", set={"inside.nai": f"{9 + 0.01 * number} mM"}, max_compartment_length=50))
    if number == 10:
        gc.collect()
        before = len(gc.get_objects()), kilobytes()
gc.collect()
print(len(gc.get_objects()) - before[0], kilobytes() - before[1])
"""


def test_cells_that_are_gone_leave_nothing():
    """Built and rested in one process. A cell that stays holds 300 objects and 420 kB. NEURON keeps 96 bytes
    of each of the 150 vectors that a cell takes from it; its as_numpy() left two objects a vector besides."""
    root = Path(__file__).resolve().parent.parent
    said = subprocess.check_output([sys.executable, "-c", COHORT], text=True, cwd=root)
    objects, kilobytes = map(int, said.split())
    assert objects < 30 and kilobytes < 30 * 100
