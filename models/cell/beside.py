"""Glia: another cell that faces the spaces outside a cell too, one compartment of it each.

It is a cell of its own, from its own file: membrane, pump, charge and water as of any cell. Its compartments
are NEURON sections of their own, which nothing connects. What its membrane carries enters the spaces by
pl_spaceglia.mod, and what is dissolved there is put before its membrane whenever NEURON evaluates its
equations.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..axial.reading import VOLUME
from ..errors import InputError
from ..parameters import Parameters, read_parameters, with_values
from ..parameters.glia_tables import Glia
from ..physics.ions import IONS
from ..simulator.runtime import Attachment, NeuronSection, NeuronSegment, SegmentVariable, h
from .geometry import Geometry
from .shells import Shell
from .surroundings import Closed, Concentrations, Surroundings

if TYPE_CHECKING:
    from .cell import Cell
    from .conditions import Conditions

MECHANISM = "pl_spaceglia"
SHARED = tuple(ion for ion, record in IONS.items() if not record.further)  # the ions that its spaces hold


@dataclass(frozen=True)
class GliaShell(Shell):
    """A shell that glia faces too."""

    beside: float = 0.0

    mechanism = MECHANISM


@dataclass(frozen=True)
class GliaClosed(Closed):
    """A closed space that glia faces too."""

    beside: float = 0.0

    mechanism = MECHANISM

    def alone(self, conditions: "Conditions") -> dict[str, float]:
        return {"ratiog": self.beside * self.water_ratio(conditions)}


@dataclass(frozen=True)
class Beside(Surroundings):
    """What is outside a glia: the spaces of the cell that it belongs to, which are `shared`."""

    shared: Surroundings

    name = "shared"
    meaning = "the spaces of another cell"
    set_by_bath = False

    def settle(
        self, v: np.ndarray, outside: Concentrations, geometry: Geometry, conditions: "Conditions"
    ) -> Concentrations:
        return outside

    def water_ratio(self, conditions: "Conditions") -> float:
        return self.shared.beside * self.shared.water_ratio(conditions)


def glia_parameters(parameters: Parameters, ions: Sequence[str], osmotic: bool) -> Parameters:
    """What a cell's glia is made from: its file, in the bath of the cell and at its temperature.

    InputError where it cannot face the cell's spaces.
    """
    assert parameters.glia is not None
    where = f"{parameters.path}: [glia] cell = {parameters.glia.cell!r}"
    own = read_parameters(parameters.glia.cell)
    for key in ("glia", "glial_sink", "glial_buffer", "tubules", "epithelium"):
        if getattr(own, key) is not None:
            raise InputError(f"{where}: it has [{key}] itself; expected a cell of one membrane")
    if osmotic and own.water.area == "with_volume":
        raise InputError(f"{where}: its water.area is with_volume; the membrane of a glia stays as it is")
    if {*own.ions} != {*ions} or any(IONS[ion].further for ion in ions):
        raise InputError(
            f"{where}: its ions are {', '.join(own.ions)} and the cell's {', '.join(ions)}; expected the "
            f"same in both, of {', '.join(SHARED)}"
        )
    bath = {f"outside.{ion}o": float(getattr(parameters.outside, f"{ion}o")) for ion in ions}
    given = parameters.outside.impermeant, parameters.outside.impermeant_valence
    for key, value in zip(("impermeant", "impermeant_valence"), given, strict=True):
        if value is not None:
            bath[f"outside.{key}"] = float(value)
    return with_values(own, {"electrical.celsius": float(parameters.electrical.celsius), **bath})


def make_sections(sections: Sequence[NeuronSection], glia: Glia) -> list[NeuronSection]:
    """A section for each compartment of these, so large as the file says it is."""
    found: list[NeuronSection] = []
    for segment in (segment for sec in sections for segment in sec):
        volume, area = glia.volume * segment.volume(), glia.area * segment.area()
        own = h.Section(name=f"glia[{len(found)}]")
        own.diam = 4 * volume / area
        own.L = area / (np.pi * own.diam)
        found.append(own)
    return found


def make(cell: "Cell", volume: str) -> "Cell | None":
    """The cell that is another's glia, where that one's file has one; volume: as of that one."""
    glia = cell.parameters.glia
    if glia is None:
        return None
    known, outside = (
        glia_parameters(cell.parameters, cell.ions, cell.osmotic),
        Beside(cell.osmotic, cell.surroundings),
    )
    found = type(cell)(
        known, sections=make_sections(cell.sections, glia), volume=volume, surroundings=outside
    )
    found.axial.written = True  # nothing connects its compartments
    return found


def attach(cell: "Cell", to: Attachment) -> "Before | None":
    """Have NEURON put what is outside a cell before its glia, if it has one."""
    if cell.glia is None:
        return None
    found = Before(cell, cell.glia)
    to.call(found)
    return found


def join(spaces: Sequence[NeuronSegment], glia: Sequence[NeuronSegment]) -> None:
    """Let what the glia's compartments carry enter the spaces outside these segments."""
    for space, own in zip(spaces, glia, strict=True):
        mechanism = getattr(space, MECHANISM)
        mechanism.areag = own.area()
        h.setpointer(own._ref_relative_volume_pl_ions, "relative_volumeg", mechanism)
        for ion in SHARED:
            h.setpointer(getattr(own, f"_ref_i{ion}"), f"i{ion}g", mechanism)


class Before:
    """What is before a glia's membrane. NEURON calls it, when states are known and before currents are.

    ratios: volume inside over outside at the beginning of the cell and of its glia, where the water that they
    take up leaves the space, else 0.
    """

    def __init__(self, cell: "Cell", glia: "Cell"):
        self.detached = self.asleep = False
        names = [f"{ion}o" for ion in SHARED if ion in glia.accumulated]
        self._there = SegmentVariable(cell.sections, names)
        self._here = SegmentVariable(glia.sections, names)
        taken = "elsewhere_pl_ions"
        self._volumes = [SegmentVariable(one.sections, VOLUME) for one in (cell, glia)]
        self._taken = [SegmentVariable(one.sections, taken) for one in (glia, cell)]
        self.ratios = 0.0, 0.0

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Leave before the membrane what is there, within a `with`."""
        self.asleep = True
        try:
            yield
        finally:
            self.asleep = False

    def __call__(self) -> None:
        """Put what the spaces hold before the membrane."""
        if self.asleep:
            return
        try:
            self._here.set(self._there.get())
            if any(self.ratios):
                for ratio, volume, taken in zip(self.ratios, self._volumes, self._taken, strict=True):
                    taken.set(ratio * (volume.get() - 1))
        except RuntimeError:
            if not self.detached:
                raise
