"""How a cell is built: its NEURON sections, the membrane in them, and their geometry as NEURON has it."""

import weakref
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..parameters import Parameters
from ..parameters.units import parse_number
from ..physics.ions import IONS, VALENCE
from ..physics.theory import FARADAY, thermal_voltage
from ..shape.branch import Shape
from ..shape.locations import region_of
from ..shape.morphology import build_sections, read_shape
from ..shape.repair import THINNEST
from ..shape.text import FARTHEST
from ..simulator.mechanisms import OWN
from ..simulator.runtime import h, initialise
from . import pumps
from .tubules import Tubules

VOLUMES = ("fixed", "osmotic")
SPACES = ("bath", "shell", "closed")
# which living cell a section belongs to
_owner: "weakref.WeakValueDictionary" = weakref.WeakValueDictionary()


@dataclass
class Body:
    """The sections of a cell, those of its T-tubules last. source: what they were made from, as users know
    it; warnings: sentences; shape: None where the user made the sections; tubules: None without."""

    sections: list
    source: str
    warnings: list[str]
    shape: Shape | None = None
    tubules: Tubules | None = None


@dataclass
class Geometry:
    """Per compartment: area (um2); volume (um3) of its cytoplasm; fibre_volume (um3), from which that differs
    where there are T-tubules; capacitance (uF/cm2); distance (um) along the cell from the soma's centre or
    the root's beginning; components: which connected cell it belongs to, 0, 1, ..."""

    area: np.ndarray
    volume: np.ndarray
    fibre_volume: np.ndarray
    capacitance: np.ndarray
    distance: np.ndarray
    components: np.ndarray


def check_options(parameters: Parameters, axial: str, volume: str, outside: str) -> None:
    """InputError where a cell of these parameters cannot be built with these options."""
    for option, value, known in (("volume", volume, VOLUMES), ("outside", outside, SPACES)):
        if value not in known:
            raise InputError(f"{option}={value!r}: expected one of {', '.join(known)}")
    if outside == "closed" and axial == "none":
        raise InputError(
            "axial='none' with outside='closed': every compartment would keep its own ions for ever and "
            "none of them has a rest of its own; expected axial='electrodiffusion' or 'diffusion'"
        )
    kind = "T-tubules" if parameters.tubules else "an epithelium" if parameters.epithelium else None
    if kind is None:
        return
    if axial == "none":
        raise InputError(f"axial='none': a cell with {kind} needs ions that move between its membranes")
    if outside == "shell" or (parameters.epithelium and outside != "bath"):
        fits = "'bath'" if parameters.epithelium else "'bath' or 'closed'"
        raise InputError(f"outside={outside!r}: a cell with {kind} stands in {fits}")
    if volume == "osmotic" and parameters.epithelium:
        raise InputError(
            "volume='osmotic': no water flows between the two halves of an epithelial cell; expected 'fixed'"
        )
    if volume == "osmotic" and outside == "closed":
        raise InputError(
            "volume='osmotic' with outside='closed': the water that rings of T-tubules take up has no way to "
            "the space outside; expected one of the two"
        )


def find_body(cell, morphology: tuple, longest: float | None, sections, progress) -> Body:
    """The user's sections where there are any, or new ones of a morphology or of the cell's own shape.

    morphology: name or file, the factor that makes um of its numbers, whether to repair it.
    """
    if sections is None:
        return _new_body(cell, *morphology, longest, progress)
    if cell.parameters.tubules or cell.parameters.epithelium:
        raise InputError("sections: a cell with T-tubules or an epithelium makes its own sections")
    if longest is not None or any(given not in (None, False) for given in morphology):
        raise InputError(
            "sections: they have their own shape; give no morphology, scale_morphology, repair or length "
            "with them"
        )
    return Body(_take_over(sections), "sections given", [])


def _is_section(thing) -> bool:
    return type(thing).__module__ == "nrn" and type(thing).__name__ == "Section"


def _take_over(sections) -> list:
    """The user's sections as a list, taken from the cells they were before; InputError unless whole cells."""
    several = hasattr(sections, "__iter__") and not _is_section(sections)
    sections = list(sections) if several else [sections]
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
    for sec in sections:
        _check_section(sec)
    for sec in sections:
        if sec in _owner:  # made into a cell before: it is the new one's from now on
            _owner[sec].give_up()
    return sections


# of a user's section, with bounds that no cell comes near: meaning, unit, least, most
SECTION = {
    "L": ("length", "um", 2 * THINNEST, FARTHEST),
    "diam": ("diameter", "um", 2 * THINNEST, FARTHEST),
    "cm": ("capacitance", "uF/cm2", 1e-12, 1e12),
    "Ra": ("axial resistivity", "ohm cm", 1e-12, 1e12),
}


def _check_section(sec) -> None:
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


def _new_body(cell, morphology: str | None, scale, repair, longest: float | None, progress) -> Body:
    parameters, given = cell.parameters, cell.parameters.morphology
    name = given.shape if morphology is None else morphology
    size = (given.length, given.diameter)
    shape = read_shape(name, *size, scale, repair, lambda done, label: progress(0.4 * done, label))
    longest = longest if longest is not None else given.max_compartment_length
    longest = parse_number("max_compartment_length", longest, "um", 0, 1e7, True)
    resistivity = _axial_resistivity(cell)
    sections, tubules = build_sections(shape, longest), None
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


def _axial_resistivity(cell) -> float:
    """Ra (ohm cm): the file's or, where it says "ions", RT/(F^2 sum z^2 D c) of its resting inside."""
    electrical = cell.parameters.electrical
    if electrical.axial_resistivity != "ions":
        return float(electrical.axial_resistivity)
    diffusion = cell.parameters.diffusion
    conducts = sum(
        VALENCE[ion] ** 2 * cell.wanted_inside(ion) * getattr(diffusion, "d" + ion) for ion in cell.ions
    )
    if not conducts > 0:
        raise InputError(f'{cell.parameters.path}: axial_resistivity = "ions", but no ion inside can diffuse')
    per_square = float(diffusion.tortuosity) ** 2 / (FARADAY * conducts)
    # mV / (C/mol um2/ms mM) = 1e8 ohm cm
    return 1e8 * float(thermal_voltage(electrical.celsius)) * per_square


def insert_membrane(cell) -> None:
    """Insert the leaks, pumps and books of a cell into its sections, which are the cell's from now on."""
    pumps.check_known(cell)
    space = ["pl_space"] if cell.faces_spaces else []
    further = [IONS[ion].inside.mechanism for ion in cell.booked]
    further = [name for name in dict.fromkeys(further) if name != "pl_ions"]
    leak = [own.mechanism for own in cell.leak.values()]
    wanted = ["pl_ions", *cell.parameters.pump.mechanisms, *leak, *space, *further]
    for sec in cell.sections:
        before = _owner.get(sec)
        old = {before.parameters.pump.mechanism or "pl_nakpump"} if before is not None else set()
        _owner[sec] = cell
        for name in wanted:
            sec.insert(name)
        for name in (OWN | old) - {*wanted}:
            if h.ismembrane(name, sec=sec):  # of a cell that these sections were before
                sec.uninsert(name)
    for sec in cell.sections:
        for segment in sec:
            for name in (*space, *further):
                h.setpointer(segment._ref_swelling_pl_ions, "swelling", getattr(segment, name))


def given_strengths(cell) -> dict[str, np.ndarray]:
    """Strengths that the file gives itself, a region's over the cell's; 0 where it gives none."""
    found = {name: np.zeros(cell.size) for name in (*cell.ions, "pump")}
    for name, value in cell.parameters.strengths().items():
        found[name][:] = value
    for region, own in cell.parameters.region.items():
        keys = {ion: leak.name for ion, leak in cell.leak.items()} | {"pump": "imax"}
        for name, key in keys.items():
            value = getattr(own, key)
            if value is not None:
                found[name][cell.region == region] = float(value)
    return found


def read_geometry(cell) -> Geometry:
    """The geometry of a cell's compartments, once everything is inserted."""
    initialise()  # NEURON sets up its tree; areas and volumes are its own from here on
    fibre_volume = np.array([segment.volume() for segment in cell.segments])
    root = next(sec for sec in cell.sections if sec.parentseg() is None)
    centre = root(0.5) if region_of(root.name()) == "soma" else root(0)
    volume, distance = fibre_volume, np.array([h.distance(centre, segment) for segment in cell.segments])
    if cell.tubules is not None:
        cell.tubules.place(cell.segments)
        volume, distance = cell.tubules.volumes(volume), cell.tubules.distances(distance)
    return Geometry(
        area=np.array([segment.area() for segment in cell.segments]),
        volume=volume,
        fibre_volume=fibre_volume,
        capacitance=np.array([segment.cm for segment in cell.segments]),
        distance=distance,
        components=_components(cell.sections),
    )


def _components(sections: list) -> np.ndarray:
    """Which connected cell each compartment belongs to, 0, 1, ..."""
    label: dict = {}
    for sec in sections:
        way = [sec]
        while way[-1] not in label and way[-1].parentseg() is not None:
            way.append(way[-1].parentseg().sec)
        label.update(dict.fromkeys(way, label.get(way[-1], way[-1])))
    roots: dict = {}
    found = [roots.setdefault(label[sec], len(roots)) for sec in sections]
    return np.repeat(found, [sec.nseg for sec in sections])
