"""What a cell is made of, and the short way to what is asked of it most."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..physics import electroneutrality
from ..physics.ions import told_of
from ..simulator.runtime import NeuronSegment
from .conditions import Conditions
from .geometry import Geometry
from .membrane import Membrane
from .surroundings import Surroundings

if TYPE_CHECKING:
    from .cell import Cell


class Parts:
    """The parts of a cell, as `Cell` says what they are, and what follows from them alone."""

    geometry: Geometry
    membrane: Membrane
    surroundings: Surroundings
    conditions: Conditions
    name: str
    ions: tuple[str, ...]
    osmotic: bool
    start: dict[str, np.ndarray]
    glia: "Cell | None"

    @property
    def starts(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray] | None]:
        """The states that it and, where it has one, its glia start from."""
        return self.start, None if self.glia is None else self.glia.start

    @starts.setter
    def starts(self, states: tuple[dict[str, np.ndarray], dict[str, np.ndarray] | None]) -> None:
        self.start, own = states
        if self.glia is not None and own is not None:
            self.glia.start = own

    @property
    def spaces(self) -> np.ndarray:
        """Which connected space each compartment faces, 0, 1, ..., (compartments,): of each connected cell
        one."""
        return self.geometry.components

    @property
    def size(self) -> int:
        """How many compartments it has."""
        return self.geometry.size

    @property
    def segments(self) -> Sequence[NeuronSegment]:
        """NEURON's segments, one a compartment, section by section."""
        return self.geometry.segments

    @property
    def x(self) -> np.ndarray:
        """Position of each compartment's centre on its section, 0 to 1, (compartments,)."""
        return self.geometry.x

    @property
    def area(self) -> np.ndarray:
        """Membrane (um2), (compartments,)."""
        return self.geometry.area

    @property
    def volume(self) -> np.ndarray:
        """Cytoplasm at the beginning (um3), (compartments,)."""
        return self.geometry.volume

    @property
    def celsius(self) -> float:
        """Temperature (degC)."""
        return self.conditions.celsius

    @property
    def outside(self) -> Mapping[str, float]:
        """Concentrations in the bath (mM) by ion, as the conditions are now."""
        return self.conditions.outside

    @property
    def strength(self) -> dict[str, np.ndarray]:
        """Strength of each ion's leak (cm/s, or S/cm2 of an ohmic one) and "pump" (mA/cm2),
        (compartments,)."""
        return self.membrane.strength

    @strength.setter
    def strength(self, strength: Mapping[str, np.ndarray]) -> None:
        self.membrane = self.membrane.with_strength(strength)

    @property
    def outside_volume(self) -> np.ndarray:
        """Volume (um3) outside each compartment at the beginning, (compartments,); infinite for a bath."""
        return self.surroundings.volume(self.geometry, self.conditions)

    @property
    def water_ratio(self) -> float:
        """Volume inside over outside at the beginning where the water that a cell takes up leaves the space,
        else 0."""
        return self.surroundings.water_ratio(self.conditions)

    def room(self, relative_volume: np.ndarray, beside: np.ndarray | float = 1.0) -> np.ndarray:
        """Relative volumes of the spaces outside compartments of these relative volumes, the glia's `beside`;
        of any shape."""
        taken = self.water_ratio * (relative_volume - 1)
        return 1 - taken - self.surroundings.beside * self.water_ratio * (np.asarray(beside) - 1)

    def bath_of(self, ion: str) -> np.ndarray:
        """Concentration (mM) of an ion in the bath before each compartment, (compartments,), times its
        activity coefficient there over that inside, which is 1 unless the file has a table [activity]."""
        return self.surroundings.bath(ion, self.geometry, self.conditions)

    def baths(self) -> dict[str, np.ndarray]:
        """Concentrations (mM) in the bath by ion, of every ion that results tell of, (compartments,) each."""
        return {ion: self.bath_of(ion) for ion in told_of(self.ions)}

    def unfelt(self) -> float:
        """By how much (mM) more is dissolved in the bath than its ions' activities over their coefficients
        inside: water follows concentrations, 0 without activity coefficients."""
        return sum(c * (1 - self.conditions.activity[ion]) for ion, c in self.outside.items())

    def bath_impermeant(self) -> tuple[float, float]:
        """What else the bath holds (mM) and its mean valence; InputError where it is not electroneutral."""
        given = self.conditions.impermeant, self.conditions.impermeant_valence
        strict = self.osmotic or self.surroundings.followed  # elsewhere only what passes the membrane counts
        return electroneutrality.bath_impermeant(dict(self.outside), *given, self.name, strict)

    def settle_outside(self, v: np.ndarray, outside: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Concentrations outside (mM by ion), of which `outside` were, with the bath as it is now and at `v`
        (mV); all (compartments,)."""
        return self.surroundings.settle(np.asarray(v), outside, self.geometry, self.conditions)
