"""A cell: what it is made of as values of their own, the state it starts from, and what follows from them."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..axial.electrodiffusion import AxialFlow
from ..axial.return_path import add_return_path
from ..errors import InputError
from ..parameters import Parameters
from ..parameters.arguments import named
from ..physics.ions import IONS, VALENCE
from ..shape.branch import Branch
from ..simulator import runtime
from ..simulator.library import load_mechanisms
from ..simulator.runtime import NeuronSection, SegmentVariable
from ..words import Progress, silent
from . import beside, changes, own_pump, pumps, replaced, temperature, transfer
from .build import build
from .conditions import conditions_of
from .contents import Buffer, first_state
from .kinds import outside_of, surroundings_of
from .parts import Parts
from .sections import Given, check_options, drawn_branches, find_body
from .surroundings import Surroundings


class Cell(Parts):
    """A neuron or fibre on NEURON sections. Amounts are per volume that a compartment began with.

    geometry: its compartments and their sizes (`Geometry`)
    membrane: what ions pass (`Membrane`)
    surroundings: what is outside (`Surroundings`); conditions: what may be changed (`Conditions`)
    name: what it is called; ions: those it has, "na", "k", ...
    osmotic: whether water flows
    area_power: of the relative volume, to which the membrane's area is proportional; 0 where it stays
    changes: the settings and factors by which it is another than its file, {"set": ..., "scale": ...}
    parameters: its file
    source: what its shape is from
    warnings: sentences on what should be known of it
    accumulated: those whose amounts NEURON follows
    sections: NEURON's
    impermeant: what cannot leave (mM), (compartments,)
    anion: its negative charge (mM), which closes the charge balance, (compartments,)
    buffer: sites of the Ca2+ buffer (mM) and their dissociation constant (mM)
    given: what the user's sections had by hand (`replaced`)
    start: the state a run starts from, by name, (compartments,) each: v (mV), na, k, cl, ca (mM, free);
    nao, ko, clo, cao (mM) and relative_volume where they are not the bath's and 1
    axial: how ions move along it (`AxialFlow`)
    glia: another cell that faces its spaces outside, or None
    variables: NEURON's, by name, (compartments,)
    currents: of every ion through the membrane (mA/cm2, outward), (ions, compartments)
    structure: what solvers keep of its equations
    detached: whether its sections are another's by now
    system: whose it is one of several cells, or ""
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
        outside: str | None = None,
        mechanisms: Any = (),
        scale_morphology: float | None = None,
        repair: bool = False,
        progress: Progress | None = None,
        surroundings: Surroundings | None = None,
    ):
        outside = outside_of(parameters) if outside is None else outside
        if surroundings is None:
            check_options(parameters, axial, volume, outside)
        self.parameters, self.name, progress = parameters, parameters.name, progress or silent
        self.ions = tuple(ion for ion in IONS if ion in parameters.ions)
        shared = [ion for ion, record in IONS.items() if record.inside.mechanism == "pl_ions"]
        self.accumulated = tuple(ion for ion in IONS if ion in (*shared, *self.ions))
        self.osmotic = volume == "osmotic"
        self.area_power = parameters.water.growth(self.osmotic)
        self.surroundings = surroundings or surroundings_of(outside, parameters, self.osmotic)
        self.buffer = Buffer(float(parameters.calcium.buffer), float(parameters.calcium.kd))
        self.changes: changes.Changes = {"set": {}, "scale": {}}
        load_mechanisms(mechanisms, progress)
        runtime.flush()
        self.detached, self.system = False, ""
        self._attachment = runtime.Attachment(self)
        given = Given(morphology, scale_morphology, repair, max_compartment_length)
        body = find_body(parameters, self.ions, given, sections, progress)
        self.sections, self.source, self._shape = body.sections, body.source, body.shape
        self._attachment.kept.append(self.sections)
        self.glia: Cell | None = beside.make(self, volume)
        built = build(self, body, named("carries", carries), progress)
        self.geometry, self.membrane, self.given = built.geometry, built.membrane, built.by_hand
        self._attachment.kept += [self.membrane.carriers, self.membrane.points]
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
        own = () if self.glia is None else self.glia.sections
        self.axial = AxialFlow(axial, self.ions, *parts, parameters, self.conditions, own)
        self._attachment.resistivity += add_return_path(self.axial, *parts)
        progress(0.9, "balancing")
        self._attachment.call(self.axial)
        self.before_glia = beside.attach(self, self._attachment)
        self.structure: object = None

    def __repr__(self) -> str:
        return f"<cell {self.name}: {self.size} compartments, {self.source}>"

    @property
    def members(self) -> list["Cell"]:
        """The cells whose membranes it consists of: itself, or several."""
        return [self]

    def charge(self, state: Mapping[str, np.ndarray]) -> np.ndarray:
        """Charge not accounted for (mM), (compartments,), 0 if exact: sum z n - anion - Cm area V/(F vol), of
        the area that the membrane has then.

        state: v (mV), the free concentration of every ion (mM) and, unless it is 1, relative_volume.
        """
        grown = state.get("relative_volume", 1.0)
        total = sum(VALENCE[ion] * self.buffer.amount(ion, state[ion], grown) for ion in self.ions)
        on_membrane = self.geometry.charge_per_mv * self.grown(grown) * state["v"]
        return total - self.anion - on_membrane

    def grown(self, relative_volume: np.ndarray | float) -> np.ndarray | float:
        """The membrane's area at a relative volume as a multiple of that which it began with."""
        return relative_volume**self.area_power if self.area_power else 1.0

    def leak_strength(self, ion: str) -> np.ndarray:
        """Strength of an ion's leak at the cell's temperature (cm/s, or S/cm2 of an ohmic one),
        (compartments,)."""
        return self.strength[ion] * temperature.leak_warmth(self, ion)

    def where(self, place: object) -> np.ndarray:
        """Indices, rising, of the compartments meant by `place`.

        "all"; a region ("soma", "axon", "apic"; "dend" means every dendrite, apical ones too, "basal" the
        others); a section's name ("dend[3]"); a part of one ("dend[3](0.5:1)", centres from 0.5 on) or one
        compartment ("dend[3](0.5)"); several of these in a list; or an array of booleans or indices.
        Raises InputError with the nearest known names.
        """
        self.check_unchanged()
        if self.glia is not None and isinstance(place, str) and place == "cell":
            place = "all"
        return self.geometry.where(place)

    def changed(self, set: dict | None = None, scale: dict | None = None) -> AbstractContextManager["Cell"]:
        """The cell with parameters changed (`--set`) and strengths multiplied (`--scale`), within a `with`.

        set: {"ko": 8} in the setting's own unit, or {"ko": "8 mM"}; scale: {"pump": 0.5}. Raises InputError
        for an unknown name or an impossible value; the cell is as before afterwards.
        """
        self.check_unchanged()
        return changes.changed(self, set, scale)

    def set(self, name: str, value: object) -> None:
        """Change one parameter of the experiment (`run.py keys set` names them); the balance stays.

        value: a number in the setting's own unit (mM, degC, ...) or a text with its unit. Raises InputError
        for an unknown name, an impossible value, or one that has no effect on this cell.
        """
        self.check_unchanged()
        changes.change(self, name, value)

    def scale(self, name: str, factor: object) -> list:
        """Multiply a process's strength: "naleak", "kleak", "clleak", "pump" or a channel's conductances.

        factor: at least 0. Returns NEURON's variables that it changed, with what they were. Raises
        InputError.
        """
        self.check_unchanged()
        return changes.scale(self, name, factor)

    def block_pump(self, fraction: float | np.ndarray, where: object = "all") -> None:
        """Block a fraction of the pumps in these compartments, see `where`; 0 undoes it.

        fraction: 0 to 1, one number or one for each of these compartments. where: "all" is the cell and its
        glia, "cell" and "glia" one of them. Raises InputError.
        """
        of_glia = isinstance(where, str) and where in ("all", "glia")
        if self.glia is not None and of_glia:
            self.glia.conditions = self.glia.conditions.blocked(self.glia.where("all"), fraction)
        if not (isinstance(where, str) and where == "glia"):
            self.conditions = self.conditions.blocked(self.where(where), fraction)

    def check_block(self, places: np.ndarray | slice) -> None:
        """InputError where a block of the pumps in these compartments (indices) would have no effect."""
        pumps.check_block(self, places)

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
        if self.glia is not None:
            self.glia.detach()
        self._attachment.detach()
        self.detached = True

    def check_unchanged(self) -> None:
        """InputError where the sections are no longer what the cell was made from."""
        if self.detached:
            raise InputError(f"{self.name}: its sections have been made into another cell; use that one")
        if self.system:
            raise InputError(f"{self.name}: it is one of the cells of {self.system} now; use that")
        self.geometry.check_unchanged(self.name)
