"""T-tubules: a fibre cut into rings, each with its share of the tubules' membrane and of their lumen.

Every compartment of the fibre carries its surface membrane; `rings` compartments of equal volume, from the
surface to the axis, carry the tubules' membrane and face a lumen of their own. The compartment under the
surface shares the cytoplasm of the outermost ring. Along a radius r, per length dx of the fibre, a stretch
from r1 to r2 has a length over cross-section of ln(r1/r2)/(2 pi dx) in the cytoplasm; in the lumen the
cross-section is volume_fraction of that and diffusion `diffusion_factor` of that in water, the tubules being
a tortuous net. The lumen opens to the outside through the access resistance. Ions and the current move along
both as they do along any cell with a space outside (electrodiffusion.py).

Adrian RH, Chandler WK, Hodgkin AL (1969) J Physiol 204:207-230 (radial cable); Shorten PR, Soboleva TK (2007)
Theor Biol Med Model 4:18 (effective diffusion).
"""

from collections.abc import Sequence

import numpy as np

from ..axial.faces import Faces
from ..parameters import Tubules as TubuleParameters
from ..simulator.runtime import NeuronSection, NeuronSegment, h

ASPECT = 10.0  # length over diameter of NEURON's cylinder for the rings of one compartment; no physics in it


class Tubules:
    """The rings of a fibre's compartments.

    sections: NEURON sections made for them, one a compartment of the fibre, nseg = rings
    surface: indices of the fibre's own compartments, (slices,)
    ring: indices of the rings', (slices, rings), outermost first
    slice_volume: what the fibre's compartments had before (um3), (slices,)

    `place` must be called when the cell knows its compartments; the last three are there from then on.
    """

    surface: np.ndarray
    ring: np.ndarray
    slice_volume: np.ndarray

    def __init__(self, fibre: Sequence[NeuronSection], parameters: TubuleParameters, resistivity: float):
        self.volume_fraction = float(parameters.volume_fraction)
        self.factor = float(parameters.diffusion_factor)
        self.access = float(parameters.access_resistance)
        self.rings = int(parameters.rings)
        self.sections: list[NeuronSection] = []
        self._fibre: list[NeuronSegment] = []
        length = []
        for sec in fibre:
            for segment in sec:
                slice_length = sec.L / sec.nseg
                area = self.volume_fraction * segment.volume() / float(parameters.volume_per_area)
                tubule = h.Section(name=f"tubule[{len(self.sections)}]")
                tubule.diam = np.sqrt(area / (ASPECT * np.pi))
                tubule.L = ASPECT * tubule.diam
                tubule.nseg = self.rings
                tubule.connect(segment, 0)
                self.sections.append(tubule)
                self._fibre.append(segment)
                length.append(slice_length)
        self.length = np.array(length)
        self.radius = np.sqrt([s.volume() for s in self._fibre] / (np.pi * self.length))
        self.resistivity = resistivity
        outermost = self._arms()[1][:, 0]
        for tubule, arm in zip(self.sections, outermost, strict=True):
            # NEURON's own half of a ring is the true outermost one; the flow makes up the rest
            half = tubule.L / (2 * self.rings) / (np.pi * tubule.diam**2 / 4)
            tubule.Ra = resistivity * arm / half

    def _arms(self) -> tuple[np.ndarray, np.ndarray]:
        """Length over cross-section (1/um), (slices, rings): from each ring's outer neighbour to the edge
        between them, and from that edge to the ring."""
        edge = np.sqrt(1 - np.arange(self.rings) / self.rings)  # outer edge of each ring, share of the radius
        middle = np.sqrt(1 - (np.arange(self.rings) + 0.5) / self.rings)
        neighbour = np.concatenate([[1.0], middle[:-1]])
        per_length = 1 / (2 * np.pi * self.length[:, None])
        return np.log(neighbour / edge) * per_length, np.log(edge / middle) * per_length

    def place(self, segments: Sequence[NeuronSegment]) -> None:
        """Find the compartments of surface and rings among the cell's."""
        index = {(segment.sec.name(), segment.x): i for i, segment in enumerate(segments)}
        self.surface = np.array([index[s.sec.name(), s.x] for s in self._fibre])
        self.ring = np.array([[index[s.name(), segment.x] for segment in s] for s in self.sections])
        self.slice_volume = np.array([segment.volume() for segment in self._fibre])

    def volumes(self, volume: np.ndarray) -> np.ndarray:
        """Cytoplasm (um3), (compartments,), from NEURON's volumes, likewise."""
        volume, share = volume.copy(), self.slice_volume / self.rings
        volume[self.ring] = share[:, None]
        volume[self.surface] = volume[self.ring[:, 0]] = share / 2
        return volume

    def distances(self, distance: np.ndarray) -> np.ndarray:
        """Distance (um) along the fibre, (compartments,): a ring is where its compartment of the fibre is."""
        distance = distance.copy()
        distance[self.ring] = distance[self.surface][:, None]
        return distance

    def reshape(self, faces: Faces) -> np.ndarray:
        """Give the radial faces their true resistance and arms; return which they are, (slices, rings)."""
        at = {frozenset(pair): i for i, pair in enumerate(zip(faces.a, faces.b, strict=True))}
        outer = np.column_stack([self.surface, self.ring[:, :-1]])
        pairs = np.stack([outer, self.ring], axis=-1)
        found = np.array([[at[frozenset(pair)] for pair in row] for row in pairs])
        outside, inside = self._arms()
        first = faces.a[found] == outer  # whether a is the outer one
        faces.arm_a[found] = np.where(first, outside, inside)
        faces.arm_b[found] = np.where(first, inside, outside)
        faces.resistance[found] = 1e-2 * self.resistivity * (outside + inside)  # ohm cm/um = 1e-2 MOhm
        return found
