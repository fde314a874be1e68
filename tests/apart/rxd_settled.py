"""What is said of a model whose concentrations rxd computes, in a process of its own: rxd stays in NEURON."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from neuron import h, rxd

from models import InputError, settle

soma = h.Section(name="soma")
soma.insert("hh")
inside = rxd.Region([soma], nrn_region="i")
sodium = rxd.Species(inside, name="na", charge=1, initial=10)
try:
    settle(soma)
except InputError as error:
    print(error)
