"""From sections to a cell: its membrane put in and its compartments measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..parameters.activity_table import outside_over_inside
from ..words import Progress
from . import light, own_pump, replaced
from .beside import join
from .geometry import Compartments, Geometry, read_geometry
from .membrane import Membrane, build_membrane
from .sections import Body, take_sections

if TYPE_CHECKING:
    from .cell import Cell

FELT = (
    "activity coefficients are not the same on both sides of the membrane: concentrations outside are told "
    "as it feels them, times the coefficient there over that inside"
)


@dataclass(frozen=True, eq=False)
class Built:
    """What a cell is made of.

    by_hand: potentials and concentrations that somebody had set in the sections, see `replaced`
    warnings: sentences
    """

    geometry: Geometry
    membrane: Membrane
    by_hand: Mapping[str, np.ndarray]
    warnings: list[str]


def build(cell: "Cell", body: Body, carries: dict, progress: Progress) -> Built:
    """Build a cell on its sections, in the order in which NEURON can have it.

    carries: which ion carries which non-specific current. Raises InputError for what the cell cannot have.
    """
    parameters = cell.parameters
    by_hand = replaced.set_by_hand(body.sections)
    progress(0.4, "putting the membrane in")
    own_pump.check_known(parameters)
    former, compartments = take_sections(body.sections, cell), Compartments.of(body.sections)
    compartments.check_regions(parameters.region, parameters.path)
    membrane, warnings = build_membrane(
        parameters, cell.ions, compartments, cell.surroundings, carries, former
    )
    light.shine(parameters, compartments, body)
    if cell.glia is not None:
        join(compartments.segments, cell.glia.segments)
    progress(0.5, "measuring the compartments")
    geometry = read_geometry(compartments, body.tubules)
    felt = [FELT] if any(outside_over_inside(parameters.activity, ion) != 1 for ion in cell.ions) else []
    return Built(geometry, membrane, by_hand, [*body.warnings, *felt, *warnings])
