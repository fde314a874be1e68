"""The further mechanisms of a cell, beside its leaks and its pump: put them in, find which carry what."""

from ..errors import InputError
from ..shape.locations import find as find_places
from ..simulator import nmodl
from ..simulator.mechanisms import OWN, check_density, set_parameters
from .admission import check_calcium, check_mechanism

CARRIER = "pl_carrier"


def insert(cell, carries: dict) -> dict:
    """Insert what the cell's file asks for; return which ion carries which non-specific current: what the
    file says beside what was given with the sections."""
    carries, sections_of = dict(carries), {}
    for channel in cell.parameters.channel:
        mechanism = channel.mechanism
        where = f"{cell.parameters.path}: channel {mechanism}"
        check_density(mechanism, where)
        if any("(" in place for place in channel.regions):
            raise InputError(
                f"{where}: regions take whole sections, got {channel.regions}; NEURON inserts a mechanism "
                "into all of a section"
            )
        try:
            sections = {cell.segments[i].sec for place in channel.regions for i in find_places(cell, place)}
        except InputError as error:
            raise InputError(f"{where}: regions: {error}") from None
        twice = sections & sections_of.setdefault(mechanism, set())
        if twice:
            raise InputError(
                f"{where}: two of its tables take in {min(sec.name() for sec in twice)}, where it can be "
                "only once; give each table regions of its own"
            )
        sections_of[mechanism] |= sections
        for sec in sections:
            sec.insert(mechanism)
        set_parameters(sections, mechanism, channel.set, where)
        for name, ion in channel.carries.items():
            full = name if name.endswith(f"_{mechanism}") else f"{name}_{mechanism}"  # i or, as NEURON, i_pas
            if carries.setdefault(full, ion) != ion:
                raise InputError(
                    f"{where}: carries.{name} is {ion!r} there and {carries[full]!r} in the "
                    "argument carries; expected one of the two"
                )
    return carries


def find(cell) -> dict[str, list[int]]:
    """Compartments by further density mechanism, whoever inserted it."""
    found: dict[str, list[int]] = {}
    for index, segment in enumerate(cell.segments):
        for mechanism in segment:
            name = mechanism.name()
            if name == "extracellular":
                raise InputError(
                    f"{segment.sec.name()} has the mechanism extracellular; what is outside is followed here "
                    "in another way (outside = bath, shell or closed), so uninsert it"
                )
            if name not in OWN and not name.endswith("_ion"):
                found.setdefault(name, []).append(index)
    return found


def find_points(cell) -> dict[str, list[tuple[int, object]]]:
    """Point processes by name: their compartments and NEURON's objects. InputError for one whose current
    belongs to no ion."""
    found: dict[str, list[tuple[int, object]]] = {}
    for index, segment in enumerate(cell.segments):
        made = sorted(segment.point_processes(), key=lambda p: int(p.hname().split("[")[1].rstrip("]")))
        for process in made:
            name = process.hname().split("[")[0]
            said = nmodl.declarations(name)
            if (said.nonspecific and not name.startswith(CARRIER)) or said.electrode:
                raise InputError(
                    f"{segment} has the point process {process.hname()}, whose current no ion carries, so "
                    "no ion could balance it; remove it from the sections given, or have it WRITE the "
                    "currents of ions"
                )
            if not name.startswith(CARRIER):
                found.setdefault(name, []).append((index, process))
    return found


def admit(cell) -> list[str]:
    """Warnings about the further mechanisms of a cell; InputError for one that it cannot have."""
    first = {name: cell.section_name[owners[0]] for name, owners in cell.channels.items()}
    first |= {name: cell.section_name[owners[0][0]] for name, owners in cell.points.items()}
    warnings = [warning for name, where in first.items() for warning in check_mechanism(cell, name, where)]
    check_calcium(cell, first)
    return warnings


def writes(cell) -> dict[str, list[str]]:
    """Further mechanisms by the ion whose current they write."""
    names = (*cell.channels, *cell.points)
    return {ion: [n for n in names if nmodl.declarations(n).carries(ion)] for ion in cell.ions}
