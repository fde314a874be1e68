"""A cell in NEURON: sections, membrane, surroundings, conditions."""
