"""What the flow along a cell needs of it: sizes of compartments, what is outside them, the conditions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..simulator.runtime import NeuronSection, NeuronSegment
from .faces import Faces


class Rings(Protocol):
    """T-tubules, cut into rings."""

    def reshape(self, faces: Faces) -> np.ndarray: ...


class Sizes(Protocol):
    """The compartments of a cell; see `Geometry`."""

    @property
    def sections(self) -> Sequence[NeuronSection]: ...
    @property
    def segments(self) -> Sequence[NeuronSegment]: ...
    @property
    def size(self) -> int: ...
    @property
    def area(self) -> np.ndarray: ...
    @property
    def volume(self) -> np.ndarray: ...
    @property
    def capacitance(self) -> np.ndarray: ...
    @property
    def tubules(self) -> Rings | None: ...


class Setting(Protocol):
    """What an experiment may change; see `Conditions`."""

    @property
    def celsius(self) -> float: ...
    @property
    def reference(self) -> float: ...
    @property
    def outside(self) -> Mapping[str, float]: ...
    @property
    def diffusion(self) -> Mapping[str, float]: ...
    @property
    def tortuosity(self) -> float: ...
    @property
    def tortuosity_outside(self) -> float: ...
    @property
    def volume_fraction(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Passages:
    """The ways between neighbouring compartments, from which those between the spaces outside follow.

    a, b: the two compartments of each
    inside: diffusive conductance inside (um)
    radial: which of them lead into T-tubules, (slices, rings), or None
    outside_share: volume outside over inside at the beginning
    tortuosity: outside
    conducting: the conductance (um) whose ions, at the file's own bath, have a resistance (MOhm)
    """

    a: np.ndarray
    b: np.ndarray
    inside: np.ndarray
    radial: np.ndarray | None
    outside_share: float
    tortuosity: float
    conducting: Callable[[np.ndarray], np.ndarray]


class Outside(Protocol):
    """What is outside the membrane; see `Surroundings`."""

    @property
    def osmotic(self) -> bool: ...
    @property
    def followed(self) -> bool: ...
    @property
    def lateral(self) -> bool: ...
    @property
    def exchanges(self) -> bool: ...
    @property
    def keeps_ions(self) -> bool: ...
    @property
    def returns_current(self) -> bool: ...
    @property
    def beside(self) -> float: ...
    def in_neuron(self, name: str) -> str: ...
    def share(self, conditions: Any) -> float: ...
    def volume(self, geometry: Any, conditions: Any) -> np.ndarray: ...
    def water_ratio(self, conditions: Any) -> float: ...
    def diffusive_conductance(self, geometry: Any, passages: Passages) -> np.ndarray: ...
