"""The rooms that import NEURON: load the mechanisms, read what they say, run and reset it."""
