"""A cell: what it is made of as values of their own, the state it starts from, and what follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..axial.electrodiffusion import AxialFlow
from ..errors import InputError
from ..parameters import Parameters
from ..parameters.arguments import named
from ..physics import electroneutrality
from ..physics.ions import IONS, VALENCE, told_of
from ..shape.branch import Branch
from ..simulator import runtime
from ..simulator.library import load_mechanisms
from ..simulator.runtime import NeuronSection, NeuronSegment, SegmentVariable
from ..words import Progress, silent
from . import changes, own_pump, pumps, replaced, transfer
from .build import build
from .conditions import conditions_of
from .contents import Buffer, first_state
from .sections import Given, check_options, drawn_branches, find_body
from .surroundings import surroundings_of


class Cell:
    """A neuron or fibre on NEURON sections. Amounts are per volume that a compartment began with.

    geometry: its compartments and their sizes (`Geometry`)
    membrane: what ions pass (`Membrane`)
    surroundings: what is outside (`Surroundings`)
    conditions: what an experiment may change (`Conditions`)
    changes: the settings and factors by which it is another than its file, {"set": ..., "scale": ...}
    parameters, name, source, warnings: its file, what it is called, what its shape is from, sentences
    ions: those it has; accumulated: those whose amounts NEURON follows; osmotic: whether water flows
    impermeant, anion: what cannot leave (mM) and its negative charge (mM), which closes the charge balance
    buffer: sites of the Ca2+ buffer (mM) and their dissociation constant (mM)
    given: what the user's sections had by hand (`replaced`)
    start: the state a run starts from, one value per compartment: v (mV), na, k, cl, ca (mM, free) and,
        where they are not the bath's and 1, nao, ko, clo, cao and relative_volume
    axial: how ions move along it (`AxialFlow`)
    variables, currents: NEURON's, by name and of every ion; structure: what solvers keep of its equations
    """

    def __init__(
        self,
        parameters: Parameters,
        morphology: str | None = None,
        max_compartment_length: float | None = None,
        sections: NeuronSection | Iterable[NeuronSection] | None = None,
        carries: dict | None = None,
        axial: str = "electrodiffusion",
        volume: str = "fixed",
        outside: str = "bath",
        mechanisms: Any = (),
        scale_morphology: float | None = None,
        repair: bool = False,
        progress: Progress | None = None,
    ):
        check_options(parameters, axial, volume, outside)
        self.parameters, self.name, progress = parameters, parameters.name, progress or silent
        self.ions = tuple(ion for ion in IONS if ion in parameters.ions)
        shared = [ion for ion, record in IONS.items() if record.inside.mechanism == "pl_ions"]
        self.accumulated = tuple(ion for ion in IONS if ion in (*shared, *self.ions))
        self.osmotic = volume == "osmotic"
        self.surroundings = surroundings_of(outside, parameters, self.osmotic)
        self.buffer = Buffer(float(parameters.calcium.buffer), float(parameters.calcium.kd))
        self.changes: changes.Changes = {"set": {}, "scale": {}}
        load_mechanisms(mechanisms, progress)
        runtime.flush()
        self.detached = False  # whether its sections are another cell's by now
        self._attachment = runtime.Attachment(self)
        given = Given(morphology, scale_morphology, repair, max_compartment_length)
        body = find_body(parameters, self.ions, given, sections, progress)
        self.sections, self.source, self._shape = body.sections, body.source, body.shape
        self._attachment.kept.append(self.sections)
        built = build(self, body, named("carries", carries), progress)
        self.geometry, self.membrane, self.given = built.geometry, built.membrane, built.by_hand
        self._attachment.kept.append(self.membrane.carriers)
        self.conditions = conditions_of(parameters, self.ions, pumps.values(parameters), self.size)
        progress(0.6, "connecting NEURON's variables")
        self.variables = transfer.connect(self)
        self.currents = SegmentVariable(self.sections, ["i" + ion for ion in self.ions])
        self.start, self.anion, self.impermeant = first_state(self)
        computed = replaced.Concentrations(self.start, self.baths(), self.celsius)
        self.warnings = built.warnings + replaced.warnings(self.given, computed, self.geometry.section_name)
        if parameters.pump.mechanism is not None:
            own_pump.check_carried(parameters, self.sections, self.start, self.baths(), self.celsius)
        progress(0.8, "finding the ways between compartments")
        parts = self.geometry, self.surroundings
        self.axial = AxialFlow(axial, self.ions, *parts, parameters, self.conditions)
        self._attachment.resistivity += self.axial.add_return_path(*parts)
        progress(0.9, "balancing")
        self._attachment.call(self.axial)
        self.structure: object = None

    def __repr__(self) -> str:
        return f"<cell {self.name}: {self.size} compartments, {self.source}>"

    @property
    def size(self) -> int:
        return self.geometry.size

    @property
    def segments(self) -> Sequence[NeuronSegment]:
        return self.geometry.segments

    @property
    def x(self) -> np.ndarray:
        return self.geometry.x

    @property
    def area(self) -> np.ndarray:
        return self.geometry.area

    @property
    def volume(self) -> np.ndarray:
        return self.geometry.volume

    @property
    def celsius(self) -> float:
        return self.conditions.celsius

    @property
    def outside(self) -> Mapping[str, float]:
        return self.conditions.outside

    @property
    def strength(self) -> dict[str, np.ndarray]:
        return self.membrane.strength

    @strength.setter
    def strength(self, strength: Mapping[str, np.ndarray]) -> None:
        self.membrane = self.membrane.with_strength(strength)

    @property
    def outside_volume(self) -> np.ndarray:
        """Volume (um3) outside each compartment at the beginning; infinite for a bath."""
        return self.surroundings.volume(self.geometry, self.conditions)

    @property
    def water_ratio(self) -> float:
        """Volume inside/outside at the beginning where the water that a cell takes up leaves the space."""
        return self.surroundings.water_ratio(self.conditions)

    def bath_of(self, ion: str) -> np.ndarray:
        """Concentration (mM) of an ion in the bath before each compartment."""
        return self.surroundings.bath(ion, self.geometry, self.conditions)

    def baths(self) -> dict[str, np.ndarray]:
        """`bath_of` every ion that results tell of."""
        return {ion: self.bath_of(ion) for ion in told_of(self.ions)}

    def bath_impermeant(self) -> tuple[float, float]:
        """What else the bath holds (mM) and its mean valence; InputError where it is not electroneutral."""
        given = self.conditions.impermeant, self.conditions.impermeant_valence
        strict = self.osmotic or self.surroundings.followed  # elsewhere only what passes the membrane counts
        return electroneutrality.bath_impermeant(dict(self.outside), *given, self.name, strict)

    def settle_outside(self, v: np.ndarray, outside: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Concentrations outside (mM by ion), of which `outside` were, with the bath as it is now."""
        return self.surroundings.settle(np.asarray(v), outside, self.geometry, self.conditions)

    def charge(self, state: Mapping[str, np.ndarray]) -> np.ndarray:
        """Charge not accounted for (mM) per compartment, 0 if exact: sum z n - anion - Cm area V/(F vol)."""
        grown = state.get("relative_volume", 1.0)
        total = sum(VALENCE[ion] * self.buffer.amount(ion, state[ion], grown) for ion in self.ions)
        return total - self.anion - self.geometry.charge_per_mv * state["v"]

    def where(self, place: object) -> np.ndarray:
        """Indices of the compartments meant by `place`.

        "all"; a region ("soma", "axon", "apic"; "dend" means every dendrite, apical ones too, "basal" the
        others); a section's name ("dend[3]"); a part of one ("dend[3](0.5:1)", centres from 0.5 on) or one
        compartment ("dend[3](0.5)"); several of these in a list; or an array of booleans or indices.
        Raises InputError with the nearest known names.
        """
        self.check_unchanged()
        return self.geometry.where(place)

    def changed(self, set: dict | None = None, scale: dict | None = None) -> AbstractContextManager["Cell"]:
        """The cell with parameters changed (`--set`) and strengths multiplied (`--scale`), for a while.

        Raises InputError for an unknown name or an impossible value; the cell is as before afterwards.
        """
        self.check_unchanged()
        return changes.changed(self, set, scale)

    def set(self, name: str, value: object) -> None:
        """Change one parameter of the experiment (see `parameters.settings`); the balance stays."""
        self.check_unchanged()
        changes.change(self, name, value)

    def scale(self, name: str, factor: object) -> list:
        """Multiply a process's strength: "naleak", "kleak", "clleak", "pump" or a channel's conductances."""
        self.check_unchanged()
        return changes.scale(self, name, factor)

    def block_pump(self, fraction: float | np.ndarray, where: object = "all") -> None:
        """Block a fraction (0 to 1) of the pumps in these compartments, see `where`; 0 undoes it."""
        self.conditions = self.conditions.blocked(self.where(where), fraction)

    def write(self) -> None:
        """Put everything this cell is into NEURON: bath, strengths, pump, start state.

        InputError where the start state is none that a cell can have, or where its sections have changed.
        """
        self.check_unchanged()
        transfer.write(self)

    def branches(self) -> list[Branch]:
        """Plain 3-D points of every section, for pictures; empty where the sections have none."""
        return drawn_branches(self.sections) if self._shape is None else self._shape.branches

    def detach(self) -> None:
        """Leave the sections to another cell; this one cannot be run any more."""
        self.membrane.carriers.clear()
        self._attachment.detach()
        self.detached = True

    def check_unchanged(self) -> None:
        """InputError where the sections are no longer what the cell was made from."""
        if self.detached:
            raise InputError(f"{self.name}: its sections have been made into another cell; use that one")
        self.geometry.check_unchanged(self.name)
