"""Ion flow between the compartments of a cell: the flux formula on NEURON's own tree, coupled to NEURON.

Before every evaluation of its equations NEURON calls `AxialFlow`, which reads the state, lets the ions flow
between neighbours (flux.py) and writes what arrives to the mechanisms ions and space.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import InputError
from ..parameters import Parameters
from ..physics.flux import CHARGE, FlowOptions, Medium, arriving, flows, gathered, spread
from ..physics.ions import AMOUNT, IONS, OUTER, VALENCE
from ..physics.temperature import mobility
from ..physics.theory import thermal_voltage
from ..simulator.runtime import NeuronSection, SegmentVariable
from .faces import Faces, elimination_order, faces_of
from .needs import Outside, Passages, Setting, Sizes
from .reading import BESIDE, VOLUME, Reading

MODES = ("electrodiffusion", "diffusion", "none")


class Others:
    """What there is more inside than outside of ions that pl_ions does not hold, for its water to count."""

    def __init__(self, sections: Sequence[NeuronSection], ions: list[str]):
        kinds = [*(AMOUNT[ion] for ion in ions), *(OUTER[ion] for ion in ions), VOLUME]
        self.reading = SegmentVariable(sections, kinds)
        self._excess = SegmentVariable(sections, "others_pl_ions")
        self._count = len(ions)

    def write(self, ratio: float) -> None:
        """From the amounts that NEURON has now. ratio: volume inside/outside of a closed space, else 0."""
        state, n = self.reading.get(), self._count
        room = 1 - ratio * (state[-1] - 1)
        self._excess.set(state[:n].sum(axis=0) / state[-1] - state[n : 2 * n].sum(axis=0) / room)


class AxialFlow:
    """Axial ion flow of one cell. Called by NEURON before every evaluation of its equations.

    mode: "electrodiffusion", "diffusion" (each ion by its own gradient; NEURON's current moves charge
    without ions, so local charge is not kept) or "none"; InputError for another
    kinds: the states the flow depends on; a state is an array (kinds, compartments) of them
    lateral: whether ions move between the spaces outside
    options: by which formulas ions and current move
    a, b, resistance: of the faces, (faces,): their two compartments, and in the current's way (MOhm)
    conductance: diffusive, of the faces at the initial volumes (um), (faces,)
    elimination_order: rank of each compartment where the leaves of the tree come first, (compartments,)
    entering: current along the cell into each compartment (nA), as last computed, (compartments,)
    arriving: what is written to NEURON, (ions inside, outside where followed, current; compartments)
    reading: the state as NEURON has it
    written: whether what arrives has been written already, so that NEURON's call does nothing
    passing: what passes to another cell: nothing
    """

    passing = np.zeros(0)

    def __init__(
        self,
        mode: str,
        ions: tuple[str, ...],
        geometry: Sizes,
        surroundings: Outside,
        parameters: Parameters,
        conditions: Setting,
        glia: Sequence[NeuronSection] = (),
    ):
        if mode not in MODES:
            raise InputError(f"axial={mode!r}: expected one of {', '.join(MODES)}")
        self.mode, self.ions = mode, ions
        self.written = self.detached = False
        electric = mode == "electrodiffusion"
        self.lateral = surroundings.lateral and mode != "none"
        self.returns_by_bath = electric and surroundings.exchanges
        self.options = FlowOptions(
            electric=electric,
            mixes=mode != "none",
            osmotic=surroundings.osmotic,
            lateral=self.lateral,
            returns=electric and self.lateral and surroundings.returns_current,
            follows=parameters.electrical.axial_resistivity == "ions",
            calcium=ions.index("ca") if "ca" in ions else -1,
        )
        self.buffer = float(parameters.calcium.buffer), float(parameters.calcium.kd)
        self._growth = parameters.water.growth(surroundings.osmotic)
        # openings are what they are in the file's own bath; in another, or warmer, they resist otherwise
        self.files_bath = np.array([[float(getattr(parameters.outside, f"{ion}o"))] for ion in ions])
        self._set_faces(geometry)
        self.valence = np.array([[VALENCE[ion]] for ion in ions], float)
        self.ion_charge = CHARGE * self.valence[:, 0]  # nA per mM um3/ms of each ion
        self.volume = geometry.volume
        self.charging = 1e5 / (geometry.capacitance * geometry.area)  # mV/ms of 1 nA: 1e5 um2 uF/cm2
        self.kinds = _kinds(ions, self.options, surroundings.beside * surroundings.water_ratio(conditions))
        held = surroundings.in_neuron
        self.reading = Reading(geometry.sections, self.kinds, [held(kind) for kind in self.kinds], glia)
        written = [IONS[ion].inside.arriving for ion in ions]
        if surroundings.followed:
            written += [held(IONS[ion].outside.arriving) for ion in ions]
        self._written = SegmentVariable(geometry.sections, [*written, "idiff_pl_ions"])
        self._written.set(0.0)  # nothing of a cell that these sections were before
        self.arriving = np.zeros((len(written) + 1, geometry.size))  # what is written
        further = [ion for ion in ions if IONS[ion].further]
        self._others = Others(geometry.sections, further) if further and surroundings.osmotic else None
        self.entering = np.zeros(geometry.size)
        self.configure(geometry, surroundings, conditions)

    def _set_faces(self, geometry: Sizes) -> None:
        self.faces = neurons_faces(geometry)
        self.neurons_resistance = self.faces.resistance.copy()  # what NEURON's own current flows through
        self.radial = None if geometry.tubules is None else geometry.tubules.reshape(self.faces)
        self.a, self.b, self.resistance = self.faces.a, self.faces.b, self.faces.resistance
        self.elimination_order = elimination_order(self.a, self.b, geometry.size)
        self.ends = np.array([self.a, self.b])
        self.conductance = self.faces.diffusive_conductance()
        self.meeting = np.array([self.faces.meeting()] * 2)

    def configure(self, geometry: Sizes, surroundings: Outside, conditions: Setting) -> None:
        """Take over these conditions as they are now; InputError where no ion could carry the current."""
        thinner = mobility(conditions.celsius, conditions.reference)
        diffusion = thinner * np.array([[conditions.diffusion[ion]] for ion in self.ions])
        if self.options.electric and len(self.a) and not diffusion.any():
            raise InputError("every diffusion coefficient is 0; no ion could carry the axial current")
        self.diffusion = diffusion / conditions.tortuosity**2
        self.diffusion_out = diffusion / conditions.tortuosity_outside**2
        self.vt = float(thermal_voltage(conditions.celsius))
        outside_share, ratio = surroundings.share(conditions), float(surroundings.water_ratio(conditions))
        beside = ratio * surroundings.beside
        self.medium = Medium(self.vt, ratio, outside_share, *self.buffer, self._growth, beside)
        bath = np.array([[conditions.outside[ion]] for ion in self.ions])
        conducts = self.valence**2 * diffusion * bath
        self.bath_conducts = float(conducts.sum() / conditions.tortuosity_outside**2)
        # mM um3/ms of each ion that 1 nA out of a shell takes along; of none where nothing does
        self.carried = np.zeros(0)
        if self.returns_by_bath:
            shares = conducts / conducts.sum() if diffusion.any() else 0 * conducts
            self.carried = (shares / (self.valence * CHARGE))[:, 0]
        self._room = np.array([geometry.volume, surroundings.volume(geometry, conditions), geometry.area])
        outer = self.conductance
        if self.lateral:
            outer = surroundings.diffusive_conductance(geometry, _passages(self, conditions, thinner))
        resistance = self.resistance / thinner**self.options.electric  # NEURON's own where it moves V
        self.face = np.array([self.faces.arm_a, self.faces.arm_b, self.conductance, resistance, outer])
        self.ion = np.hstack([self.valence, self.diffusion, self.diffusion_out]).T.copy()

    def __call__(self) -> None:
        """Read the state from NEURON, write arrivals and the charge that its own current lacks back."""
        try:
            if self._others is not None:
                self._others.write(self.medium.ratio)
            if self.written:
                return
            self.arrive(self.reading.get())
        except RuntimeError:
            if self.detached:  # and its sections are gone with the template that they belonged to
                return
            raise

    def arrive(self, state: np.ndarray) -> None:
        """Write to NEURON what ions and current bring to compartments in a `state`, (kinds, compartments)."""
        arriving(
            state, self.ends, self.face, self.neurons_resistance, self.meeting_at(state), self.ion,
            self.options, self.medium, self._room, self.carried, self.arriving, self.entering,
        )  # fmt: skip
        self._write()

    def positions(self, where: Sequence[Mapping[str, np.ndarray]]) -> np.ndarray:
        """Where in y the states are that the flow depends on, (kinds, compartments). where: by kind, of the
        one cell."""
        return np.array([where[0][kind] for kind in self.kinds])

    def gather(self, state: np.ndarray) -> np.ndarray:
        """What faces bring to compartments in a `state`, (kinds, compartments): see `gathered`; for more to
        be added, in place, before `scatter`."""
        gathered(
            state, self.ends, self.face, self.neurons_resistance, self.meeting_at(state), self.ion,
            self.options, self.medium, self.arriving, self.entering,
        )  # fmt: skip
        return self.arriving

    def scatter(self, state: np.ndarray) -> None:
        """Write to NEURON what has been gathered in that state."""
        carried = self._room, self.carried, self.arriving, self.entering
        spread(state, self.ion[0], self.medium, *carried)
        self._write()

    def _write(self) -> None:
        if self.mode != "none" or self.options.osmotic:
            self._written.set(self.arriving)

    def stiffness(self) -> float:
        """Fastest rate (1/ms) at which NEURON's axial current levels V between two compartments."""
        if not len(self.a):
            return 0.0
        rates = self.charging[self.a] / self.resistance, self.charging[self.b] / self.resistance
        return float(max(rate.max() for rate in rates))

    def meeting_at(self, state: np.ndarray) -> np.ndarray:
        """What meets in branch points, inside and outside, per face, the compartments swollen as they are."""
        if not (self.options.osmotic and len(self.faces.star_arm)):
            return self.meeting
        relative_volume = state[len(self.ions) + 1]
        outside = 1 - self.medium.ratio * (relative_volume - 1)
        if self.medium.beside:
            outside = outside - self.medium.beside * (state[len(self.ions) + 2] - 1)
        return np.array([self.faces.meeting(grown) for grown in (relative_volume, outside)])

    def flows(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ion fluxes (mM um3/ms), (ions inside, then outside where lateral; faces), and current (nA),
        (faces,), both a to b.

        state: (kinds, compartments), mV, mM and relative volume.
        """
        state = np.asarray(state, float)
        ends = state[:, self.a], state[:, self.b]
        return flows(*ends, self.face, self.meeting_at(state), self.ion, self.options, self.medium)


def _passages(flow: AxialFlow, conditions: Setting, thinner: float) -> Passages:
    """The ways from which those outside follow."""
    conducts = float(np.sum(flow.valence**2 * flow.diffusion_out * flow.files_bath)) / thinner
    vt = float(thermal_voltage(conditions.reference))
    return Passages(
        flow.a,
        flow.b,
        flow.conductance,
        flow.radial,
        flow.medium.outside_share,
        conditions.tortuosity_outside,
        conducting=lambda resistance: vt / (CHARGE * resistance * conducts),
    )


def _kinds(ions: tuple[str, ...], options: FlowOptions, beside: float) -> list[str]:
    """The states that the flow depends on; beside: where not 0, on another cell's volume too."""
    found = ["v", *(AMOUNT[ion] for ion in ions)]
    if options.osmotic:
        found.append(VOLUME)
    if options.lateral:
        found += [*([BESIDE] if beside else []), *(OUTER[ion] for ion in ions)]
    return found


def neurons_faces(geometry: Sizes) -> Faces:
    """The faces between compartments, as NEURON's tree is now."""
    nodes = {segment.node_index(): i for i, segment in enumerate(geometry.segments)}
    return faces_of(geometry.sections, nodes, geometry.volume)
