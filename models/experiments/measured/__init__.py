"""Every number that the shipped cells are held against, computed: a group a question.

A group returns its numbers by the keys of validation.toml, where alone it stands what they are and what is
allowed.
"""

from collections.abc import Callable

from . import baths, blood_kidney, light, muscle, neurons, pump, resting, statements, surface, tubules
from .lab import Lab, Numbers

GROUPS: tuple[Callable[[Lab], Numbers], ...] = (
    *(muscle.twitch, resting.low_potassium, resting.heart, resting.frog, resting.given),
    *(neurons.neuron, neurons.outside, neurons.oxygen, neurons.bistable),
    *(neurons.cotransport, neurons.glia, neurons.hek),
    *(blood_kidney.red_cell, blood_kidney.tubule),
    *(surface.conductances, surface.denervated, surface.potentials, tubules.lumen),
    *(baths.frog, baths.fast, baths.without_chloride, baths.washed_heart),
    *(muscle.loads, muscle.frog_loaded, muscle.stopped, muscle.salbutamol, muscle.hyperkpp),
    *(pump.binding, pump.voltage, pump.in_cells, pump.drugs, pump.hormones),
    *(pump.blocks, pump.digoxin, pump.sites),
    *(statements.vanishing, statements.direct),
    light.channelrhodopsin,
)


def measure(lab: Lab, progress: Callable[[int], None] | None = None) -> Numbers:
    """All numbers by key. progress: called with how many are done."""
    found: Numbers = {}
    for group in GROUPS:
        found |= group(lab)
        lab.clear()
        if progress:
            progress(len(found))
    return found
