"""The further mechanisms of a cell, beside its leaks and its pump: put them in, find who carries what."""

import numpy as np

from . import engine
from .engine import h
from .errors import EngineError, InputError, unknown_name
from .parameters.units import parse_number

STRENGTH_UNITS = ("S/cm2", "mho/cm2", "mS/cm2", "cm/s", "mA/cm2")


def insert(cell) -> dict[str, str]:
    """Insert what the cell's file asks for; return which ion carries which non-specific current there."""
    known, carries = engine.mechanism_names(), {}
    for channel in cell.parameters.channel:
        if channel.mechanism not in known:
            raise unknown_name("mechanism", channel.mechanism, known, str(cell.parameters.path))
        if channel.mechanism in engine.OWN:
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
                if variable not in engine.mechanism_variables(channel.mechanism, 1):
                    names = engine.mechanism_variables(channel.mechanism, 1)
                    raise unknown_name("parameter", variable, names, str(cell.parameters.path))
                unit = h.units(variable) or "1"
                least = 0 if unit in STRENGTH_UNITS else -np.inf
                setattr(sec, variable, parse_number(variable, value, unit, least))
        carries |= {f"{name}_{channel.mechanism}": ion for name, ion in channel.carries.items()}
    return carries


def find(cell) -> dict[str, list[int]]:
    """Compartments by further mechanism, whoever inserted it. InputError for what no ion could balance."""
    found: dict[str, list[int]] = {}
    for index, segment in enumerate(cell.segments):
        for mechanism in segment:
            name = mechanism.name()
            if name == "extracellular":
                raise InputError(
                    f"{segment.sec.name()} has the mechanism extracellular; what is outside is followed here "
                    "in another way (outside = bath, shell or closed), so uninsert it"
                )
            if name not in engine.OWN and not name.endswith("_ion"):
                found.setdefault(name, []).append(index)
        for process in segment.point_processes():
            if not process.hname().startswith("pl_carrier["):
                raise InputError(
                    f"{segment} has the point process {process.hname()}, whose current no ion carries, "
                    "so no ion could balance it; remove it from the sections given"
                )
    return found


def writes(cell) -> dict[str, list[str]]:
    """Further mechanisms by the ion whose current they write. InputError for an ion the cell has not."""
    found: dict[str, list[str]] = {ion: [] for ion in cell.ions}
    for name in cell.channels:
        for ion, (_, written) in engine.ion_access(name).items():
            if f"i{ion}" not in written:
                continue
            if ion not in cell.ions:
                raise InputError(
                    f"mechanism {name} carries {ion}, an ion this cell does not follow "
                    f"({', '.join(cell.ions)}); its concentration would drift unseen"
                )
            found[ion].append(name)
    return found


def carry(cell, carries: dict[str, str]) -> list[tuple[str, str, int, object]]:
    """Give the non-specific currents to ions, or refuse them: current, ion, compartment, NEURON's carrier."""
    found, carriers = set(), []
    for name, owners in cell.channels.items():
        for current in engine.nonspecific_currents(name):
            variable = f"{current}_{name}"
            if variable not in carries:
                raise InputError(
                    f"mechanism {name} has the non-specific current {current}, which no ion carries, so "
                    f'no ion could balance it; say which does, e.g. carries = {{ {current} = "k" }} '
                    f"in its [[channel]] table or carries={{'{variable}': 'k'}} in Python"
                )
            found.add(variable)
            carriers += _attach(cell, variable, name, carries[variable], owners)
    for variable in carries.keys() - found:
        raise unknown_name("non-specific current", variable, found or {"(the cell has none)"})
    return carriers


def _attach(cell, variable: str, mechanism: str, ion: str, owners: list[int]) -> list:
    if ion not in cell.ions:
        raise unknown_name("ion", ion, cell.ions)
    types = h.MechanismType(0)
    point = h.MechanismType(1)
    types.select(mechanism)
    point.select("pl_carrier")
    if types.internal_type() > point.internal_type():
        raise EngineError(
            f"mechanism {mechanism} was loaded after pumpleak's own; load it before the first cell is "
            f"made, so that NEURON computes its {variable} before it is given to {ion}"
        )
    carriers = []
    for index in owners:
        carrier = h.pl_carrier(cell.segments[index])
        setattr(carrier, f"fraction_{ion}", 1)
        carrier._ref_current = getattr(cell.segments[index], f"_ref_{variable}")
        carriers.append((variable, ion, index, carrier))
    return carriers
