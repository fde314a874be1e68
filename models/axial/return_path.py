"""The way back of the current along a cell whose spaces outside are closed, as NEURON's own integrator sees
it."""

from ..physics.flux import CHARGE
from ..simulator.runtime import NeuronSection, initialise
from .electrodiffusion import AxialFlow, neurons_faces
from .needs import Outside, Sizes


def add_return_path(
    flow: AxialFlow, geometry: Sizes, surroundings: Outside
) -> list[tuple[NeuronSection, float]]:
    """Where the current returns through closed spaces, give NEURON's Ra the resistance of that way, with
    the bath in it; return the sections that this changes and their own Ra.

    The current is ours anyhow (`AxialFlow` makes up the difference), but NEURON's integrator solves with
    its own resistances, and with those of the inside alone it would creep.
    """
    if not (flow.options.returns and len(flow.a) and surroundings.keeps_ions):
        return []
    own = [(sec, sec.Ra) for sec in geometry.sections]
    for sec, ra in own:  # MOhm um = 1e2 ohm cm
        sec.Ra = ra + 1e2 * flow.vt / (CHARGE * flow.bath_conducts * flow.medium.outside_share)
    initialise()  # NEURON takes over the new resistances
    flow.neurons_resistance = neurons_faces(geometry).resistance
    return own
