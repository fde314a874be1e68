"""Gap junctions: ways from inside one cell to inside another, through which each ion moves by itself.

Through a junction of permeabilities P_k (um3/ms), with w = (Va - Vb) F/RT and the logarithmic mean L,

    J_k = P_k (ca - cb + z_k L(ca, cb) w)                a to b, mM um3/ms

the law of a face between two compartments of one cell (flux.py) whose resistance is the ions' own: ohmic,
with a conductance F^2/RT z^2 P_k L of each ion that reverses at the difference of its Nernst potentials. A
junction's conductance is said for the concentrations with which its cells start, and follows them. Water does
not pass, nor what cannot leave a cell. Where cells face spaces that are open to each other, the current
returns through these beside it, as along a cell.

Ions are in proportion to mobilities in a pore filled with water, as measured of connexins: Wang HZ, Veenstra
RD (1997) J Gen Physiol 109:491-507, doi:10.1085/jgp.109.4.491.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..physics.flux import CHARGE, FlowOptions, Medium, flows, free_calcium
from ..physics.ions import AMOUNT, OUTER, VALENCE
from .reading import VOLUME

TINY = 1e-40  # step of the complex-step derivative
SHUT = 1e-200  # um3/ms, in place of 0: what a way through which nothing passes divides by


def permeability(
    conductance: float, ratios: np.ndarray, valence: np.ndarray, c: np.ndarray, vt: float
) -> float:
    """By what the ions' `ratios` are to be multiplied (um3/ms) for a junction of a conductance (nS) between
    two cells that hold `c` (mM); InputError is the caller's where no ion is there. vt: RT/F (mV)."""
    return 1e-3 * conductance * vt / (CHARGE * float((valence**2 * ratios) @ c))


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways between cells that pass the same ions in the same ratios.

    names: of the ways, (ways,)
    ions: that pass, in their order
    ratios: of their permeabilities, (ions,)
    ends: compartments a and b in the whole system, (2, ways)
    strength: what the ratios are multiplied by, (ways,), um3/ms; 0 where only the spaces outside are open
    buffer, kd: sites and dissociation constant (mM) of the Ca2+ buffers there, (2, ways) each
    outer: diffusive conductance between the spaces outside (um), (ways,), 0 where there are none
    """

    names: Sequence[str]
    ions: tuple[str, ...]
    ratios: np.ndarray
    ends: np.ndarray
    strength: np.ndarray
    buffer: np.ndarray
    kd: np.ndarray
    outer: np.ndarray


class JunctionFlow:
    """What passes some ways between cells.

    kinds: the states that it depends on; a state is an array (kinds, ways) of them at one end
    flows: how many fluxes there are: of each ion inside and, where spaces are open to each other, outside
    pick: where, in the states of all cells, those of its two ends are, (2, kinds, ways)
    put: where, in what arrives in all cells, its fluxes and last its current belong, (2, flows + 1, ways)
    factor: on the strengths of all, as an experiment changes it
    """

    def __init__(self, ways: Ways, osmotic: bool, lateral: bool, returns: bool) -> None:
        self.ways, self.ions, self.osmotic, self.lateral = ways, ways.ions, osmotic, lateral
        self.kinds = ["v", *(AMOUNT[ion] for ion in ways.ions)]
        self.kinds += [VOLUME] * osmotic + [OUTER[ion] for ion in ways.ions] * lateral
        self.flows = len(ways.ions) * (1 + lateral)
        self.valence = np.array([VALENCE[ion] for ion in ways.ions], float)
        self.options = FlowOptions(
            electric=True, mixes=True, osmotic=False, lateral=lateral, returns=lateral and returns,
            follows=True, calcium=-1,
        )  # fmt: skip
        self.ion_charge = CHARGE * self.valence  # nA per mM um3/ms of each ion
        self.factor = 1.0
        self.pick = self.put = np.zeros((2, 0, 0), int)
        self._calcium = ways.ions.index("ca") if "ca" in ways.ions else None
        self.configure(25.0, 1.0, np.zeros((2, len(ways.names))), np.zeros(len(ways.ions)))

    def configure(self, vt: float, thinner: float, ratio: np.ndarray, diffusion_out: np.ndarray) -> None:
        """Take over these conditions: RT/F (mV), mobilities over those at the file's temperature, volume
        inside over outside where that changes (else 0) at both ends, (2, ways), and the ions' diffusion
        outside (um2/ms), (ions,)."""
        self._ratio, self.medium = ratio, Medium(vt, 0.0, 0.0, 0.0, 1.0, 0.0)
        self.ion = np.array([self.valence, self.ways.ratios, diffusion_out])
        shape = np.maximum(SHUT, self.factor * thinner * self.ways.strength)
        none = np.zeros(len(shape))
        self.face = np.array([none, none, shape, none, self.ways.outer])
        self.meeting = np.zeros((2, len(shape)))

    def strengths(self) -> np.ndarray:
        """What the ratios are multiplied by now, (ways,), um3/ms."""
        return self.face[2]

    def _there(self, values: np.ndarray, end: int) -> np.ndarray:
        """V and concentrations inside and outside at one end, as `flows` takes them, from its state."""
        n, found = len(self.ions), values.copy()
        swollen = values[n + 1] if self.osmotic else np.ones_like(values[0])
        for i in range(n):
            if i == self._calcium:
                whole = self.ways.buffer[end], self.ways.kd[end]
                found[1 + i] = [
                    free_calcium(*each) for each in zip(values[1 + i], swollen, *whole, strict=True)
                ]
            else:
                found[1 + i] = values[1 + i] / swollen
        if self.lateral:
            found[-n:] = values[-n:] / (1 - self._ratio[end] * (swollen - 1))
        return found

    def at(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fluxes (mM um3/ms), (flows, ways), and currents (nA), (ways,), a to b. values: states at both ends,
        (2, kinds, ways), of any kind of number."""
        a, b = self._there(values[0], 0), self._there(values[1], 1)
        return flows(a, b, self.face, self.meeting, self.ion, self.options, self.medium)

    def derivatives(self, values: np.ndarray) -> np.ndarray:
        """Derivatives of fluxes and current by the states at both ends, to round-off, by complex steps:
        (flows + 1, kinds, 2, ways)."""
        found = np.empty((self.flows + 1, len(self.kinds), 2, values.shape[2]))
        moved = values.astype(complex)
        for kind in range(len(self.kinds)):
            for end in (0, 1):
                moved[end, kind] += 1j * TINY
                flux, current = self.at(moved)
                found[:-1, kind, end], found[-1, kind, end] = flux.imag / TINY, current.imag / TINY
                moved[end, kind] = moved[end, kind].real
        return found
