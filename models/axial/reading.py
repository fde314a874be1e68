"""The state that the flow along a cell depends on, as NEURON has it."""

from collections.abc import Sequence

import numpy as np

from ..simulator.runtime import NeuronSection, SegmentVariable

VOLUME = "relative_volume_pl_ions"
BESIDE = f"glia.{VOLUME}"  # of another cell before the spaces outside


class Reading:
    """Reads some kinds of state of a cell's compartments, that other cell's relative volume among them.

    kinds: in their order; names: NEURON's.
    """

    def __init__(
        self,
        sections: Sequence[NeuronSection],
        kinds: list[str],
        names: list[str],
        glia: Sequence[NeuronSection],
    ):
        self._at = kinds.index(BESIDE) if BESIDE in kinds else None
        own = [name for kind, name in zip(kinds, names, strict=True) if kind != BESIDE]
        self._own = SegmentVariable(sections, own)
        self._beside = None if self._at is None else SegmentVariable(glia, [VOLUME])

    def get(self) -> np.ndarray:
        """The state, (kinds, compartments)."""
        if self._at is None or self._beside is None:
            return self._own.get()
        return np.insert(self._own.get(), self._at, self._beside.get()[0], axis=0)
