"""Any NEURON model as it stands: what it is made of, where it rests, what drifts there."""
