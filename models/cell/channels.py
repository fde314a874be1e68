"""The further mechanisms of a cell, beside its leaks and its pump: put them in, find which carry what."""

from collections.abc import Mapping, Sequence

from ..errors import InputError
from ..parameters import Channel, Parameters
from ..simulator import nmodl
from ..simulator.library import CARRIERS
from ..simulator.mechanisms import OWN, check_density, set_parameters
from ..simulator.runtime import NeuronProcess, NeuronSection, NeuronSegment
from .admission import Further, Host, check_calcium, check_mechanism, find_species
from .carriers import NOBODY
from .geometry import Compartments
from .surroundings import Surroundings


def insert(parameters: Parameters, compartments: Compartments, carries: dict) -> dict:
    """Insert what the cell's file asks for; return which ion carries which non-specific current: what the
    file says beside what was given with the sections. InputError for a mechanism, region or parameter that is
    none, or where two tables contradict each other."""
    carries = dict(carries)
    sections_of: dict[str, set[NeuronSection]] = {}
    for channel in parameters.channel:
        mechanism = channel.mechanism
        where = f"{parameters.path}: channel {mechanism}"
        check_density(mechanism, where)
        sections = _sections_of(channel, compartments, where)
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


def _sections_of(channel: Channel, compartments: Compartments, where: str) -> set[NeuronSection]:
    """The sections that a channel's table means."""
    if any("(" in place for place in channel.regions):
        raise InputError(
            f"{where}: regions take whole sections, got {channel.regions}; NEURON inserts a mechanism "
            "into all of a section"
        )
    try:
        places = [i for place in channel.regions for i in compartments.where(place)]
    except InputError as error:
        raise InputError(f"{where}: regions: {error}") from None
    return set(compartments.sections_of(places))


def _find(sections: Sequence[NeuronSection]) -> dict[str, list[int]]:
    """Compartments by further density mechanism, whoever inserted it."""
    found: dict[str, list[int]] = {}
    first = 0
    for sec in sections:
        here = range(first, first + sec.nseg)
        first = here.stop
        for mechanism in sec(0.5):  # what one compartment of a section has, all have
            name = mechanism.name()
            if name == "extracellular":
                raise InputError(
                    f"{sec.name()} has the mechanism extracellular; what is outside is followed here "
                    "in another way (outside = bath, shell or closed), so uninsert it"
                )
            if name not in OWN and not name.endswith("_ion"):
                found.setdefault(name, []).extend(here)
    return found


def _find_points(
    segments: Sequence[NeuronSegment], carries: Mapping[str, object]
) -> dict[str, list[tuple[int, NeuronProcess]]]:
    """Point processes by name: their compartments and NEURON's objects. InputError for one whose current
    belongs to no ion, unless `carries` says that nobody does."""
    found: dict[str, list[tuple[int, NeuronProcess]]] = {}
    for index, segment in enumerate(segments):
        made = sorted(segment.point_processes(), key=lambda p: int(p.hname().split("[")[1].rstrip("]")))
        for process in made:
            name = process.hname().split("[")[0]
            said = nmodl.declarations(name)
            if name.startswith(CARRIERS) or carries.get(name) == NOBODY:
                continue
            if said.nonspecific or said.electrode:
                raise InputError(
                    f"{segment} has the point process {process.hname()}, whose current no ion carries, so "
                    "no ion could balance it; remove it from the sections given, or have it WRITE the "
                    "currents of ions"
                )
            found.setdefault(name, []).append((index, process))
    return found


def admit(
    parameters: Parameters,
    ions: tuple[str, ...],
    compartments: Compartments,
    surroundings: Surroundings,
    carries: Mapping[str, object],
) -> tuple[Further, list[str]]:
    """The further mechanisms of a cell, and warnings about them; InputError for one that it cannot have.
    carries: which ions carry the currents that belong to none of the cell's."""
    channels, points = _find(compartments.sections), _find_points(compartments.segments, carries)
    species = find_species(compartments.sections, ions)
    host = Host(parameters, ions, compartments, surroundings, frozenset(carries))
    everything = Further(channels, points, species, {})
    warnings = [warning for name in everything.names for warning in check_mechanism(host, everything, name)]
    check_calcium(host, everything.names)
    channels = {name: owners for name, owners in channels.items() if name != parameters.pump.mechanism}
    names = [*channels, *points]
    writes = {ion: [name for name in names if nmodl.declarations(name).carries(ion)] for ion in ions}
    return Further(channels, points, species, writes), warnings
