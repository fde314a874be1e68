"""How a cell is built: its NEURON sections, the membrane in them, and their geometry as NEURON has it."""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..parameters import Parameters
from ..parameters.activity_table import felt
from ..parameters.units import parse_number
from ..physics.ions import IONS
from ..physics.theory import FARADAY, thermal_voltage
from ..shape.branch import Branch, Shape, branches_from_sections
from ..shape.locations import region_of
from ..shape.morphology import build_sections, read_shape
from ..shape.repair import THINNEST
from ..shape.text import FARTHEST
from ..simulator.runtime import NeuronSection
from ..words import Progress
from .conditions import common_rate
from .kinds import KINDS, possible_outsides
from .tubules import Tubules

if TYPE_CHECKING:
    from .cell import Cell

VOLUMES = ("fixed", "osmotic")
# which living cell a section belongs to
_owner: "weakref.WeakValueDictionary[NeuronSection, Cell]" = weakref.WeakValueDictionary()


@dataclass(frozen=True)
class Body:
    """The sections of a cell.

    sections: those of its T-tubules last
    source: what they were made from, as users know it
    warnings: sentences
    shape: None where the user made the sections
    tubules: None without
    """

    sections: list[NeuronSection]
    source: str
    warnings: list[str]
    shape: Shape | None = None
    tubules: Tubules | None = None


@dataclass(frozen=True)
class Given:
    """What the caller says of a shape in place of the file.

    morphology: a built-in name, or a file
    scale: what makes um of its numbers
    repair: whether to mend it
    longest: the largest length of a compartment (um)
    """

    morphology: str | None
    scale: float | str | None
    repair: bool
    longest: float | str | None


def check_options(parameters: Parameters, axial: str, volume: str, outside: str) -> None:
    """InputError where a cell of these parameters cannot be built with these options."""
    for option, value, known in (("volume", volume, VOLUMES), ("outside", outside, KINDS)):
        if value not in known:
            raise InputError(f"{option}={value!r}: expected one of {', '.join(known)}")
    if KINDS[outside].keeps_ions and axial == "none":
        raise InputError(
            f"axial='none' with outside={outside!r}: every compartment would keep its own ions for ever and "
            "none of them has a rest of its own; expected axial='electrodiffusion' or 'diffusion'"
        )
    if axial == "none" and outside == "shell" and common_rate(parameters) == 0:
        raise InputError(
            f"axial='none' with outside={outside!r} and ions that exchange alone: every compartment would "
            "keep its own others for ever; expected axial='electrodiffusion' or 'diffusion'"
        )
    kind = "T-tubules" if parameters.tubules else "an epithelium" if parameters.epithelium else None
    if kind and axial == "none":
        raise InputError(f"axial='none': a cell with {kind} needs ions that move between its membranes")
    possible = possible_outsides(parameters)
    if outside not in possible:
        raise InputError(f"outside={outside!r}: {next(iter(possible.values()))}")
    if parameters.activity is not None and outside != "bath":
        raise InputError(
            f"outside={outside!r}: the coefficients of [activity] are told of a bath; expected "
            "outside='bath' or a file without them"
        )
    if volume == "osmotic" and parameters.epithelium:
        raise InputError(
            "volume='osmotic': no water flows between the two halves of an epithelial cell; expected 'fixed'"
        )
    grows = volume == "osmotic" and parameters.water.area == "with_volume"
    if grows and axial != "electrodiffusion":
        raise InputError(
            f"axial={axial!r} with water.area = 'with_volume': a membrane that grows takes charge onto "
            "itself, and only electrodiffusion keeps it; expected axial='electrodiffusion'"
        )
    if grows and parameters.tubules:
        raise InputError(
            "water.area = 'with_volume': the membrane of T-tubules belongs to their lumen, not to the "
            "fibre's volume; expected area = 'constant'"
        )
    if volume == "osmotic" and outside == "closed" and parameters.tubules:
        raise InputError(
            "volume='osmotic' with outside='closed': the water that rings of T-tubules take up has no way to "
            "the space outside; expected one of the two"
        )


def find_body(
    parameters: Parameters, ions: tuple[str, ...], given: Given, sections: object, progress: Progress
) -> Body:
    """The user's sections where there are any, or new ones of a morphology or of the cell's own shape.

    InputError where the sections are no whole cells, or a file cannot be read.
    """
    if sections is None:
        return _new_body(parameters, ions, given, progress)
    if parameters.tubules or parameters.epithelium:
        raise InputError("sections: a cell with T-tubules or an epithelium makes its own sections")
    if given != Given(None, None, False, None):
        raise InputError(
            "sections: they have their own shape; give no morphology, scale_morphology, repair or length "
            "with them"
        )
    return Body(_take_over(sections), "sections given", [])


def _is_section(thing: object) -> bool:
    return type(thing).__module__ == "nrn" and type(thing).__name__ == "Section"


def whole_cells(given: Any) -> list[NeuronSection]:
    """Sections that a user gives, one or several, as a list; InputError unless they are whole cells that
    exist."""
    several = hasattr(given, "__iter__") and not _is_section(given)
    sections = list(given) if several else [given]
    owned = set(sections)
    if not sections:
        raise InputError("sections: the list is empty; expected NEURON sections")
    for sec in sections:
        if not _is_section(sec):
            raise InputError(f"sections: expected NEURON sections, got {sec!r}")
        try:
            relatives = [*sec.children(), *([sec.parentseg().sec] if sec.parentseg() else [])]
        except ReferenceError:
            raise InputError("sections: one of them has been deleted; expected sections that exist") from None
        for other in relatives:
            if other not in owned:
                raise InputError(
                    f"sections: {sec.name()} is connected to {other.name()}, which is not in the "
                    "list; give whole cells, because ions flow between connected sections"
                )
    return sections


def _take_over(given: Any) -> list[NeuronSection]:
    """The user's sections as a list, taken from the cells they were before; InputError unless whole cells."""
    sections = whole_cells(given)
    for sec in sections:
        _check_section(sec)
    for sec in sections:
        if sec in _owner:  # made into a cell before: it is the new one's from now on
            _owner[sec].detach()
    return sections


def let_go(sections: Sequence[NeuronSection]) -> None:
    """Take these sections from the cells whose they are, which cannot be run any more."""
    for sec in sections:
        owner = _owner.pop(sec, None)
        if owner is not None and hasattr(owner, "membrane"):  # a cell that could not be made has none
            owner.detach()


# of a user's section, with bounds that no cell comes near: meaning, unit, least, most
SECTION = {
    "L": ("length", "um", 2 * THINNEST, FARTHEST),
    "diam": ("diameter", "um", 2 * THINNEST, FARTHEST),
    "cm": ("capacitance", "uF/cm2", 1e-12, 1e12),
    "Ra": ("axial resistivity", "ohm cm", 1e-12, 1e12),
}


def _check_section(sec: NeuronSection) -> None:
    """InputError for a section whose membrane or cytoplasm no cell could have.

    Diameters by reference where there are no points to work them out from: to read one of 0 itself is an
    error in NEURON, which cannot do anything afterwards.
    """
    found = [("L", sec.L, ""), ("Ra", sec.Ra, "")]
    for segment in sec:
        place = f"({segment.x:.3g})" if sec.nseg > 1 else ""
        diameter = segment.diam if sec.n3d() else segment._ref_diam[0]
        found += [("diam", diameter, place), ("cm", segment._ref_cm[0], place)]
    for name, value, place in found:
        what, unit, least, most = SECTION[name]
        if not least <= value <= most:
            raise InputError(
                f"sections: {sec.name()}{place}.{name} is {value:g} {unit}; its {what} must be finite and "
                f"above 0 (from {least:g} to {most:g} {unit})"
            )


def _new_body(parameters: Parameters, ions: tuple[str, ...], given: Given, progress: Progress) -> Body:
    table = parameters.morphology
    name = table.shape if given.morphology is None else given.morphology
    size = (table.length, table.diameter)
    shape = read_shape(
        name, *size, given.scale, given.repair, lambda done, label: progress(0.4 * done, label)
    )
    longest = given.longest if given.longest is not None else table.max_compartment_length
    longest = parse_number("max_compartment_length", longest, "um", 0, 1e7, True)
    resistivity = _axial_resistivity(parameters, ions)
    sections: list[NeuronSection] = build_sections(shape, longest)
    tubules = None
    for sec in sections:
        sec.Ra = resistivity
    if parameters.tubules is not None:
        tubules = Tubules(sections, parameters.tubules, resistivity)
        sections += tubules.sections
    for sec in sections:
        own = parameters.region.get(region_of(sec.name()))
        capacitance = own.capacitance if own is not None else None
        sec.cm = parameters.electrical.capacitance if capacitance is None else capacitance
    return Body(sections, shape.source, shape.warnings, shape, tubules)


def at_equilibrium(parameters: Parameters, ion: str, v: float) -> float:
    """Concentration (mM) inside at which an ion is at equilibrium at `v` (mV) with the file's bath; 0 if the
    cell has none."""
    if ion not in parameters.ions:
        return 0.0
    celsius, outside = parameters.electrical.celsius, felt(parameters.activity, parameters.outside, ion)
    return float(outside * np.exp(-IONS[ion].valence * v / thermal_voltage(celsius)))


def wanted_inside(parameters: Parameters, ion: str) -> float:
    """Concentration (mM) inside that the file says or, where it leaves that out, of equilibrium."""
    given, v = getattr(parameters.inside, f"{ion}i"), float(parameters.inside.v)
    if IONS[ion].passive and (given is None or ion not in parameters.ions):
        return at_equilibrium(parameters, ion, v)
    return float(given or 0.0)


def _axial_resistivity(parameters: Parameters, ions: tuple[str, ...]) -> float:
    """Ra (ohm cm): the file's or, where it says "ions", RT/(F^2 sum z^2 D c) of its resting inside."""
    electrical, diffusion = parameters.electrical, parameters.diffusion
    if electrical.axial_resistivity != "ions":
        return float(electrical.axial_resistivity)
    conducts = sum(
        IONS[ion].valence ** 2 * wanted_inside(parameters, ion) * getattr(diffusion, "d" + ion)
        for ion in ions
    )
    if not conducts > 0:
        raise InputError(f'{parameters.path}: axial_resistivity = "ions", but no ion inside can diffuse')
    per_square = float(diffusion.tortuosity) ** 2 / (FARADAY * conducts)
    # mV / (C/mol um2/ms mM) = 1e8 ohm cm
    return 1e8 * float(thermal_voltage(electrical.celsius)) * per_square


def take_sections(sections: Sequence[NeuronSection], cell: "Cell") -> dict[NeuronSection, str]:
    """Note that sections are a cell's from now on; return the mechanism that was the pump of each as
    another cell's."""
    former = {}
    for sec in sections:
        before = _owner.get(sec)
        if before is not None:
            former[sec] = before.parameters.pump.mechanism or "pl_nakpump"
        _owner[sec] = cell
    return former


def drawn_branches(sections: Sequence[NeuronSection]) -> list[Branch]:
    """The branches of sections that all have 3-D points; none where one has not."""
    drawn = all(sec.n3d() >= 2 for sec in sections)
    return branches_from_sections(sections, region_of) if drawn else []
