"""Density mechanisms by name, and their parameters as a file gives them, each with its unit."""

import math
import re
from collections.abc import Iterable
from typing import Any

from ..errors import InputError, unknown_name
from ..installation import MECHANISMS
from ..parameters.fields import MechanismValue
from ..parameters.pump_laws import PUMP_LAWS
from ..parameters.units import check_range, convert_for_mechanism, is_strength, strongest
from ..physics import leaks
from ..physics.ions import IONS
from . import nmodl
from .runtime import h

PUMPS = {mechanism for law in PUMP_LAWS.values() for mechanism in law.mechanisms}
# what a cell inserts itself; all else is a further mechanism
STORES = {store.mechanism for ion in IONS.values() for store in (ion.inside, ion.outside)}
SPACES = {path.stem for path in MECHANISMS.glob("pl_space*.mod")}
OWN = leaks.MECHANISMS | PUMPS | STORES | SPACES | {"pl_carrier", "pl_chords", "pl_energy"}
GLOBAL, PARAMETER, STATE = -1, 1, 3  # NEURON's kinds of variable


def _internal(name: str) -> bool:
    """Whether it is NEURON's own and has no .mod text (capacitance, na_ion, extracellular, ...)."""
    return not nmodl.source_text(name)


def check_density(name: str, where: str) -> None:
    """InputError, beginning with `where`, unless a cell can have this mechanism beside its own."""
    density = nmodl.mechanism_names()
    if name in OWN:
        raise InputError(
            f"{where}: it is one of the cell's own (leaks, pump, ions), whose strengths stand in [leak] and "
            "[pump]; expected a further mechanism"
        )
    if name in nmodl.mechanism_names(points=True):
        raise InputError(
            f"{where}: it is a point process, which sits at a place; expected a density mechanism, which a "
            "membrane has all over"
        )
    if name in density and _internal(name):
        instead = {"extracellular": "see outside = bath, shell or closed", "fastpas": "take pas"}
        hint = f" ({instead[name]})" if name in instead else ""
        raise InputError(
            f"{where}: it is a part of NEURON itself, and no .mod file says what it carries{hint}; expected "
            "a density mechanism with a file of its own"
        )
    if name not in density:
        known = {one for one in density - OWN if not _internal(one)}
        error = unknown_name("mechanism", name, known, where)
        file = f"{name}.mod" if re.fullmatch(r"\w+", name) else "NAME.mod"
        raise InputError(f"{error}; a mechanism of your own: {file} in mod/ or in a folder given with --mod")


def set_parameters(
    sections: Iterable[Any], mechanism: str, settings: dict[str, MechanismValue], where: str
) -> None:
    """Set RANGE parameters of a mechanism in all of these sections; InputError for what it has not or cannot
    have."""
    known = nmodl.mechanism_variables(mechanism, PARAMETER)
    for name, setting in settings.items():
        variable = f"{name}_{mechanism}"
        if variable in nmodl.mechanism_variables(mechanism, GLOBAL):
            raise InputError(
                f"{where}: {name} is GLOBAL in its .mod file, one value for every cell in the process; "
                "declare it RANGE there, or change its value in the file"
            )
        if variable not in known:
            raise unknown_name("parameter", variable, known or {"(it has none)"}, where)
        value = parameter_value(mechanism, name, setting.value, where)
        for sec in sections:
            setattr(sec, variable, value)


def parameter_value(mechanism: str, name: str, text: str, where: str) -> float:
    """The value of a mechanism's parameter that a text means, in the parameter's own unit; InputError where
    it is none that the parameter can have."""
    variable, unit = name_of(mechanism, name), unit_of(mechanism, name)
    low, high = limits(mechanism, name)
    if is_strength(unit):
        low, high = max(low, 0.0), min(high, strongest(unit))
    try:
        value = convert_for_mechanism(text, unit)
        check_range(value, low, high, False)
    except ValueError as error:
        raise InputError(f"{where}: {variable} = {text!r}: {error}") from None
    return value


def name_of(mechanism: str, parameter: str) -> str:
    """NEURON's name of a mechanism's parameter: "u_pl_kcc2" of a section, "g" of a point process itself."""
    return parameter if mechanism in nmodl.mechanism_names(points=True) else f"{parameter}_{mechanism}"


def unit_of(mechanism: str, parameter: str) -> str:
    """The unit that a parameter's .mod file gives it, "" where none."""
    name = name_of(mechanism, parameter)
    return str(h.units(f"{mechanism}.{name}" if name == parameter else name))


def limits(mechanism: str, name: str) -> tuple[float, float]:
    """What a parameter's .mod file says of its smallest and largest value, <a, b>, in its own unit; infinite
    where nothing."""
    number = r"[-+]?[\d.]+(?:[eE][-+]?\d+)?"
    text = nmodl.without_comments(nmodl.source_text(mechanism))
    found = re.search(
        rf"\b{name}\s*=\s*{number}\s*(?:\([^)]*\))?\s*<\s*({number})\s*,\s*({number})\s*>", text
    )
    return (float(found[1]), float(found[2])) if found else (-math.inf, math.inf)
