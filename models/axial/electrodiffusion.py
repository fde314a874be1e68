"""Ion flow between the compartments of a cell: the flux formula on NEURON's own tree, coupled to NEURON.

Before every evaluation of its equations NEURON calls `AxialFlow`, which reads the state, lets the ions flow
between neighbours (flux.py) and writes what arrives to the mechanisms ions and space.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order

from ..errors import InputError
from ..physics.flux import CHARGE, Medium, Ways, arriving, flows
from ..physics.ions import AMOUNT, IONS, OUTER, VALENCE
from ..physics.theory import thermal_voltage
from ..simulator.runtime import SegmentVariable, initialise
from .faces import faces_of

MODES = ("electrodiffusion", "diffusion", "none")
WIDE = 1e9  # a bath before the membrane, as a multiple of the cross-section inside
TINY = 1e-40  # step of the complex-step derivative; its square vanishes, so nothing is cancelled


class Others:
    """What there is more inside than outside of ions that pl_ions does not hold, for its water to count."""

    def __init__(self, segments, ions: list[str]):
        kinds = [*(AMOUNT[ion] for ion in ions), *(OUTER[ion] for ion in ions), "swelling_pl_ions"]
        self._state = SegmentVariable(segments, kinds)
        self._excess = SegmentVariable(segments, "others_pl_ions")
        self._count = len(ions)

    def write(self, ratio: float) -> None:
        """From the amounts that NEURON has now; ratio: volume inside/outside of a closed space, else 0."""
        state, n = self._state.get(), self._count
        room = 1 - ratio * (state[-1] - 1)
        self._excess.set(state[:n].sum(axis=0) / state[-1] - state[n : 2 * n].sum(axis=0) / room)


class AxialFlow:
    """Axial ion flow of one cell. Called by NEURON before every evaluation of its equations.

    mode: "electrodiffusion", "diffusion" (each ion by its own gradient; NEURON's current moves charge
    without ions, so local charge is not kept) or "none". kinds: the states the flow depends on; a state is
    an array (kinds, compartments) of them. lateral: whether ions move between the spaces outside.
    """

    def __init__(self, cell, mode: str):
        if mode not in MODES:
            raise InputError(f"axial={mode!r}: expected one of {', '.join(MODES)}")
        self.mode = mode
        self.ions = cell.ions
        self.frozen = self.detached = False
        in_bath = cell.faces_spaces and cell.space == "bath"
        apart = cell.parameters.space.diffusion or in_bath
        self.lateral = cell.faces_spaces and mode != "none" and apart
        electric = mode == "electrodiffusion"
        self.returns_by_bath = electric and cell.space == "shell"
        self.ways = Ways(
            electric=electric,
            mixes=mode != "none",
            osmotic=cell.osmotic,
            lateral=self.lateral,
            returns=electric and self.lateral and (cell.space == "closed" or in_bath),
            follows=cell.parameters.electrical.axial_resistivity == "ions",
            calcium=cell.ions.index("ca") if "ca" in cell.ions else -1,
        )
        nodes = {segment.node_index(): i for i, segment in enumerate(cell.segments)}
        self.faces = faces_of(cell.sections, nodes, cell.volume)
        self.neurons_resistance = self.faces.resistance.copy()  # what NEURON's own current flows through
        self.radial = None if cell.tubules is None else cell.tubules.reshape(self.faces)
        self.a, self.b, self.resistance = self.faces.a, self.faces.b, self.faces.resistance
        self.ends = np.array([self.a, self.b])
        self.shape = self.faces.shape()
        self.meeting = np.array([self.faces.meeting()] * 2)
        self.valence = np.array([[VALENCE[ion]] for ion in self.ions], float)
        self.ion_charge = CHARGE * self.valence[:, 0]  # nA per mM um3/ms of each ion
        self.volume = cell.volume
        self.charging = 1e5 / (cell.capacitance * cell.area)  # mV/ms of 1 nA: 1e5 um2 uF/cm2
        self.kinds = ["v", *(AMOUNT[ion] for ion in self.ions)]
        if self.ways.osmotic:
            self.kinds.append("swelling_pl_ions")
        if self.lateral:
            self.kinds += [OUTER[ion] for ion in self.ions]
        self._state = SegmentVariable(cell.segments, self.kinds)
        written = [IONS[ion].inside.arriving for ion in self.ions]
        if cell.faces_spaces:
            written += [IONS[ion].outside.arriving for ion in self.ions]
        self._written = SegmentVariable(cell.segments, [*written, "idiff_pl_ions"])
        self._written.set(0.0)  # nothing of a cell that these sections were before
        self._rows = np.zeros((len(written) + 1, cell.size))  # what is written
        further = [ion for ion in self.ions if IONS[ion].further]
        self._others = Others(cell.segments, further) if further and cell.osmotic else None
        self.entering = np.zeros(cell.size)  # current along the cell into each compartment (nA)
        self.configure(cell)
        if self.ways.returns and len(self.a) and cell.space == "closed":
            self._add_return_path(cell, nodes)

    def configure(self, cell) -> None:
        """Take over the cell's temperature, diffusion coefficients and outside volumes as they are now."""
        diffusion = np.array([[cell.diffusion[ion]] for ion in self.ions])
        if self.mode == "electrodiffusion" and len(self.a) and not diffusion.any():
            raise InputError("every diffusion coefficient is 0; no ion could carry the axial current")
        self.diffusion = diffusion / cell.tortuosity["tortuosity"] ** 2
        self.diffusion_out = diffusion / cell.tortuosity["tortuosity_outside"] ** 2
        self.vt = float(thermal_voltage(cell.celsius))
        outside_share = float(cell.volume_fraction / (1 - cell.volume_fraction))
        self.medium = Medium(self.vt, float(cell.water_ratio), outside_share, *cell.buffer)
        bath = np.array([[cell.outside[ion]] for ion in self.ions])
        conducts = self.valence**2 * diffusion * bath
        self.bath_conducts = float(conducts.sum() / cell.tortuosity["tortuosity_outside"] ** 2)
        # mM um3/ms of each ion that 1 nA out of a shell takes along; of none where nothing does
        self.carried = np.zeros(0)
        if self.returns_by_bath:
            shares = conducts / conducts.sum() if diffusion.any() else 0 * conducts
            self.carried = (shares / (self.valence * CHARGE))[:, 0]
        self._room = np.array([cell.volume, cell.outside_volume, cell.area])
        outer_shape = self._outer_shape(cell) if self.lateral else self.shape
        self.face = np.array([self.faces.arm_a, self.faces.arm_b, self.shape, self.resistance, outer_shape])
        self.ion = np.hstack([self.valence, self.diffusion, self.diffusion_out]).T.copy()

    def _outer_shape(self, cell) -> np.ndarray:
        """Diffusive conductance (um) between the spaces outside, per face, at the initial volumes."""
        # openings are what they are in the file's own bath; in another their resistance differs, not they
        out = cell.parameters.outside
        bath = np.array([[float(getattr(out, f"{ion}o"))] for ion in self.ions])
        conducts = float(np.sum(self.valence**2 * self.diffusion_out * bath))

        def conducting(resistance):  # the conductance (um) whose ions have this resistance (MOhm)
            return self.vt / (CHARGE * resistance * conducts)

        wide = WIDE if cell.space == "bath" else self.medium.outside_share
        found = wide * self.shape
        if self.radial is not None:
            tubules = cell.tubules
            lumen = tubules.volume_fraction * tubules.factor * cell.tortuosity["tortuosity_outside"] ** 2
            found[self.radial] = lumen * self.shape[self.radial]
            # ohm cm2 / um2 = 1e2 MOhm
            opening = 1e2 * tubules.access / cell.area[tubules.surface]
            mouth = self.radial[:, 0]
            found[mouth] = 1 / (1 / found[mouth] + 1 / conducting(opening))
        if cell.epithelium is not None:
            apical = cell.region == "apical"
            between = apical[self.a] != apical[self.b]
            shunt = 1e2 * float(cell.epithelium.shunt_resistance) / cell.area[apical].sum()
            found[between] = conducting(shunt)
        return found

    def _add_return_path(self, cell, nodes) -> None:
        """Give NEURON's Ra the resistance of the way back outside, with the bath in it.

        The current is ours anyhow (`__call__` makes up the difference), but NEURON's integrator solves with
        its own resistances, and with those of the inside alone it would creep.
        """
        for sec in cell.sections:  # MOhm um = 1e2 ohm cm
            cell.resistivity.append((sec, sec.Ra))
            sec.Ra += 1e2 * self.vt / (CHARGE * self.bath_conducts * self.medium.outside_share)
        initialise()  # NEURON takes over the new resistances
        self.neurons_resistance = faces_of(cell.sections, nodes, cell.volume).resistance

    def __call__(self) -> None:
        """Read the state from NEURON, write arrivals and the charge that its own current lacks back."""
        try:
            if self._others is not None:
                self._others.write(self.medium.ratio)
            if self.frozen:
                return
            state = self._state.get()
        except RuntimeError:
            if self.detached:  # and its sections are gone with the template that they belonged to
                return
            raise
        arriving(
            state, self.ends, self.face, self.neurons_resistance, self._meeting(state), self.ion, self.ways,
            self.medium, self._room, self.carried, self._rows, self.entering,
        )  # fmt: skip
        if self.mode != "none" or self.ways.osmotic:
            self._written.set(self._rows)

    def elimination_order(self) -> np.ndarray:
        """Rank of every compartment in an order in which the leaves of the tree come first."""
        size = len(self.volume)
        graph = sp.csr_matrix((np.ones(len(self.a)), (self.a, self.b)), shape=(size, size))
        seen, order = np.zeros(size, bool), []
        for root in range(size):
            if not seen[root]:
                found = breadth_first_order(graph, root, directed=False, return_predecessors=False)
                seen[found] = True
                order.append(found)
        rank = np.empty(size, int)
        rank[np.concatenate(order)] = np.arange(size)[::-1]
        return rank

    def stiffness(self) -> float:
        """Fastest rate (1/ms) at which NEURON's axial current levels V between two compartments."""
        if not len(self.a):
            return 0.0
        rates = self.charging[self.a] / self.resistance, self.charging[self.b] / self.resistance
        return float(max(rate.max() for rate in rates))

    def _meeting(self, state: np.ndarray) -> np.ndarray:
        """What meets in branch points, inside and outside, per face, the compartments swollen as they are."""
        if not (self.ways.osmotic and len(self.faces.star_arm)):
            return self.meeting
        swelling = state[len(self.ions) + 1]
        return np.array([self.faces.meeting(s) for s in (swelling, 1 - self.medium.ratio * (swelling - 1))])

    def flows(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ion fluxes (ions inside, then outside where lateral; faces) and current (faces), both a to b.

        state: (kinds, compartments).
        """
        state = np.asarray(state, float)
        ends = state[:, self.a], state[:, self.b]
        return flows(*ends, self.face, self._meeting(state), self.ion, self.ways, self.medium)

    def derivatives(self, state: np.ndarray) -> np.ndarray:
        """Derivatives of fluxes and current by the states at the two ends of each face, to round-off.

        state: (kinds, compartments). Returns (fluxes and current, kinds, 2 ends, faces). By complex steps:
        Squire W, Trapp G (1998) SIAM Rev 40:110-112, doi:10.1137/S003614459631241X
        """
        ends = state[:, self.a].astype(complex), state[:, self.b].astype(complex)
        meeting = self._meeting(state)
        fluxes = len(self.ions) * (1 + self.lateral)
        found = np.empty((fluxes + 1, len(self.kinds), 2, len(self.a)))
        for kind in range(len(self.kinds)):
            for end in (0, 1):
                if kind == 0 and end == 1:  # only the difference of V counts
                    found[:, 0, 1] = -found[:, 0, 0]
                    continue
                ends[end][kind] += 1j * TINY
                flux, current = flows(*ends, self.face, meeting, self.ion, self.ways, self.medium)
                found[:-1, kind, end], found[-1, kind, end] = flux.imag / TINY, current.imag / TINY
                ends[end][kind] = ends[end][kind].real
        return found
