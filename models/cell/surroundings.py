"""What is outside a cell's membrane: a bath, a shell or a closed space before each compartment, the two baths
of an epithelium, or the lumen of T-tubules.

Each is an object that answers what it is asked. Another kind of space is another class in KINDS (kinds.py)
and, where ions come and go by another law, a mechanism of its own, pl_space<name>.mod.
Volumes are in um3, concentrations in mM.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..axial.needs import Passages
from ..parameters import Region
from ..physics.ions import VALENCE
from .conditions import Conditions
from .geometry import Geometry

WIDE = 1e9  # a bath before the membrane, as a multiple of the cross-section inside
Concentrations = dict[str, np.ndarray]  # by ion, one value per compartment


@dataclass(frozen=True)
class Surroundings:
    """What every kind answers. osmotic: whether water passes the cell's membrane."""

    osmotic: bool

    name = "bath"  # as users write it
    meaning = "infinite"  # for who chooses one
    place = ""  # where that is, in the title of a figure
    mechanism = "pl_space"  # that holds what is there; another has its states and parameters, and more
    followed = False  # whether concentrations there are states of the cell
    lateral = False  # whether ions move on from before one compartment to before the next
    set_by_bath = True  # whether what is there is always as the bath is now, or follows from it
    keeps_ions = False  # whether what leaves the cell stays there for ever
    exchanges = False  # whether it is at the potential of a bath with which it exchanges ions
    returns_current = False  # whether the current along the cell returns through it
    takes_k = False  # whether K+ goes from it for ever elsewhere than to a bath
    beside = 0.0  # volume of another cell that it belongs to as well, over that of this cell
    holds = ""  # the state in which it holds K+ bound, if there is one

    def bath(self, ion: str, geometry: Geometry, conditions: Conditions) -> np.ndarray:
        """Concentration (mM) of an ion in the bath of each compartment, times its activity coefficient there
        over that inside, (compartments,)."""
        return np.full(geometry.size, conditions.outside.get(ion, 0.0) * conditions.activity.get(ion, 1.0))

    def volume(self, geometry: Geometry, conditions: Conditions) -> np.ndarray:
        """Volume (um3) outside each compartment at the beginning, (compartments,); infinite for a bath."""
        return np.full(geometry.size, np.inf)

    def share(self, conditions: Conditions) -> float:
        """Volume of a space, where there are any, over that of its compartment, at the beginning."""
        fraction = conditions.volume_fraction
        return fraction / (1 - fraction) * (1 + self.beside)

    def in_neuron(self, name: str) -> str:
        """NEURON's name of a variable, of which those of every space's mechanism are called as pl_space's."""
        stem = name.removesuffix("_pl_space")
        return name if stem == name else f"{stem}_{self.mechanism}"

    def exchange(self, conditions: Conditions) -> dict[str, float]:
        """The parameters by which the mechanisms that hold a space's ions exchange them with a bath: rate
        (1/s)."""
        return {"rate": 0.0}

    def alone(self, conditions: Conditions) -> dict[str, float]:
        """What else the mechanism of the space has, by its own names: by how much faster an ion exchanges
        than all do, alonena, ... (1/s), and what its charge takes along of each in return, sharena, ...;
        glia's numbers."""
        return {}

    def kept(self, ions: Sequence[str], conditions: Conditions) -> np.ndarray:
        """Weights, (sums, ions), of the sums over ions, inside and outside together, that nothing which
        passes between a space and its bath changes; none where all of an ion exchanges."""
        return np.zeros((0, len(ions)))

    def keeps_charge(self, conditions: Conditions) -> bool:
        """Whether the charge of a space is the same for ever, less what V holds, where the current along the
        cell returns through its bath."""
        return False

    def water_ratio(self, conditions: Conditions) -> float:
        """Volume inside over outside at the beginning where water that a cell takes up leaves the space, else
        0."""
        return 0.0

    def settle(
        self, v: np.ndarray, outside: Concentrations, geometry: Geometry, conditions: Conditions
    ) -> Concentrations:
        """Concentrations outside (mM by ion), of which `outside` were, with the bath as it is now and at V =
        v (mV); all (compartments,)."""
        return {ion: self.bath(ion, geometry, conditions) for ion in outside}

    def diffusive_conductance(self, geometry: Geometry, passages: Passages) -> np.ndarray:
        """Diffusive conductance (um) outside from each compartment to its neighbours, (passages,)."""
        return WIDE * passages.inside

    def instead(self) -> str:
        """What there is in place of a mechanism that computes a concentration outside, to end a sentence."""
        return (
            '; for ions that pile up outside take outside = "shell" or "closed" (--outside), with '
            "volume_fraction and exchange_rate in [space]"
        )


class Bath(Surroundings):
    """A bath without end before every compartment."""


@dataclass(frozen=True)
class TwoBaths(Surroundings):
    """The two sides of an epithelium: a bath each, and the way from one to the other between the cells.

    shunt_resistance: of that way, per area of the apical membrane (ohm cm2)
    regions: what the file gives each membrane of its own, the bath before it included
    """

    shunt_resistance: float
    regions: Mapping[str, Region]

    followed = lateral = returns_current = True

    def bath(self, ion: str, geometry: Geometry, conditions: Conditions) -> np.ndarray:
        return geometry.by_region(self.regions, f"{ion}o", conditions.outside.get(ion, 0.0))

    def diffusive_conductance(self, geometry: Geometry, passages: Passages) -> np.ndarray:
        found = super().diffusive_conductance(geometry, passages)
        apical = geometry.region == "apical"
        between = apical[passages.a] != apical[passages.b]
        # ohm cm2 / um2 = 1e2 MOhm
        shunt = 1e2 * self.shunt_resistance / geometry.area[apical].sum()
        found[between] = passages.conducting(shunt)
        return found


@dataclass(frozen=True)
class Space(Surroundings):
    """A space of limited volume before each compartment. lateral: whether it is open to its neighbours."""

    lateral: bool

    followed = True
    set_by_bath = False

    def volume(self, geometry: Geometry, conditions: Conditions) -> np.ndarray:
        return geometry.fibre_volume * self.share(conditions)

    def settle(
        self, v: np.ndarray, outside: Concentrations, geometry: Geometry, conditions: Conditions
    ) -> Concentrations:
        return outside

    def diffusive_conductance(self, geometry: Geometry, passages: Passages) -> np.ndarray:
        return passages.outside_share * passages.inside

    def instead(self) -> str:
        return f'; the space outside (outside = "{self.name}") is followed already, see [space]'


class Closed(Space):
    """A space that keeps what leaves the cell."""

    name = "closed"
    meaning = "a space of its own, no exchange"
    place = "in the closed space outside"
    keeps_ions = returns_current = True

    def kept(self, ions: Sequence[str], conditions: Conditions) -> np.ndarray:
        return np.eye(len(ions))

    def water_ratio(self, conditions: Conditions) -> float:
        return 1 / self.share(conditions) if self.osmotic else 0.0


class Lumen(Surroundings):
    """The lumen of a fibre's T-tubules, which opens to what is before its surface."""

    followed = returns_current = True

    def volume(self, geometry: Geometry, conditions: Conditions) -> np.ndarray:
        found, tubules = super().volume(geometry, conditions), geometry.tubules
        if tubules is not None:
            lumen = tubules.volume_fraction * tubules.slice_volume / tubules.rings
            found[tubules.ring] = lumen[:, None]
        return found

    def diffusive_conductance(self, geometry: Geometry, passages: Passages) -> np.ndarray:
        found, tubules, radial = (
            super().diffusive_conductance(geometry, passages),
            geometry.tubules,
            passages.radial,
        )
        if tubules is None or radial is None:
            return found
        found[radial] = (
            tubules.volume_fraction * tubules.factor * passages.tortuosity**2 * passages.inside[radial]
        )
        # ohm cm2 / um2 = 1e2 MOhm
        opening = 1e2 * tubules.access / geometry.area[tubules.surface]
        mouth = radial[:, 0]
        found[mouth] = 1 / (1 / found[mouth] + 1 / passages.conducting(opening))
        return found


@dataclass(frozen=True)
class TubulesInBath(Lumen, Bath):
    """T-tubules that open to a bath. resting_v: V (mV) of the cell, at which the lumen is as the bath is."""

    resting_v: float

    lateral = True

    def settle(
        self, v: np.ndarray, outside: Concentrations, geometry: Geometry, conditions: Conditions
    ) -> Concentrations:
        """As the bath is and, in the lumen, Na+ from its charge: what the bath holds besides its ions is
        there too."""
        bath, volume = super().settle(v, outside, geometry, conditions), self.volume(geometry, conditions)
        in_lumen = np.isfinite(volume)
        found = {ion: np.where(in_lumen, values, bath[ion]) for ion, values in outside.items()}
        held = geometry.charge_per_mv * geometry.volume / volume * (self.resting_v - v)
        excess = sum(VALENCE[ion] * (bath[ion] - found[ion]) for ion in outside if ion != "na")
        found["na"] = np.where(in_lumen, bath["na"] + excess + held, bath["na"])
        return found


class TubulesInClosed(Lumen, Closed):
    """T-tubules that open to a closed space."""
