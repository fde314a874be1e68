"""The further mechanisms of a cell, beside its leaks and its pump: put them in, find which carry what."""

import numpy as np

from . import nmodl
from .admission import check_calcium, check_mechanism
from .building import OWN
from .engine import h
from .errors import InputError, unknown_name
from .parameters.units import parse_number

CARRIER = "pl_carrier"
STRENGTH_UNITS = ("S/cm2", "mho/cm2", "mS/cm2", "cm/s", "mA/cm2")


def insert(cell) -> dict:
    """Insert what the cell's file asks for; return which ion carries which non-specific current there."""
    known, carries = nmodl.mechanism_names(), {}
    for channel in cell.parameters.channel:
        if channel.mechanism not in known:
            raise unknown_name("mechanism", channel.mechanism, known, str(cell.parameters.path))
        if channel.mechanism in OWN:
            raise InputError(
                f"{cell.parameters.path}: channel {channel.mechanism}: it is one of the cell's own (leaks, "
                "pump, ions), whose strengths stand in [leak] and [pump]; expected a further mechanism"
            )
        if any("(" in where for where in channel.regions):
            raise InputError(
                f"{cell.parameters.path}: channel {channel.mechanism}: regions take whole sections, got "
                f"{channel.regions}; NEURON inserts a mechanism into all of a section"
            )
        for sec in {cell.segments[i].sec for where in channel.regions for i in cell.where(where)}:
            sec.insert(channel.mechanism)
            for name, setting in channel.set.items():
                value = setting.value
                variable = f"{name}_{channel.mechanism}"
                if variable not in nmodl.mechanism_variables(channel.mechanism, 1):
                    names = nmodl.mechanism_variables(channel.mechanism, 1)
                    raise unknown_name("parameter", variable, names, str(cell.parameters.path))
                unit = h.units(variable) or "1"
                least = 0 if unit in STRENGTH_UNITS else -np.inf
                setattr(sec, variable, parse_number(variable, value, unit, least))
        carries |= {f"{name}_{channel.mechanism}": ion for name, ion in channel.carries.items()}
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
