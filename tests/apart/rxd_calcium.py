"""Ca2+ by rxd in a cell that does not follow it is as by NEURON's own integrator; K+ by rxd is refused.

In a process of its own, because rxd leaves its callbacks behind.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from neuron import h, rxd  # noqa: E402
from neuron_run import TIMES, by_neuron  # noqa: E402

from models import InputError, Neuron, evolve, rest  # noqa: E402
from models.simulator import library  # noqa: E402

library.load_mechanisms(ROOT / "tests" / "mechanisms")
soma, dendrite = h.Section(name="soma"), h.Section(name="dend[0]")
soma.L = soma.diam = 20
dendrite.L, dendrite.diam, dendrite.nseg = 200, 2, 5
dendrite.connect(soma(1))
for sec in (soma, dendrite):
    sec.insert("skca")
region = rxd.Region([soma, dendrite], name="cytosol", nrn_region="i")
calcium = rxd.Species(
    region, d=0.2, name="ca", charge=2, initial=lambda node: 1e-3 if node.sec is soma else 1e-4
)
decay = rxd.Rate(calcium, (1e-4 - calcium) / 80)
cell = Neuron("stylised", sections=[soma, dendrite])
assert not any("cai" in warning for warning in cell.warnings), cell.warnings
course = evolve(cell, TIMES[-1] / 3600e3, times_ms=TIMES, rtol=1e-7)
found = by_neuron(cell, "cai")
assert np.allclose(course.gates["ca_rxd"], found, rtol=1e-6, atol=0), course.gates["ca_rxd"] - found
assert abs(rest(cell).summary["v_rest_mV"] + 70) < 1e-6
potassium = rxd.Species(region, name="k", charge=1, initial=130)
try:
    Neuron("stylised", sections=[soma, dendrite])
except InputError as error:
    print(error)
