"""What an experiment may change in a cell: settings (`--set`), strengths (`--scale`), and all of it back."""

from contextlib import contextmanager
from copy import copy

import numpy as np

from ..errors import InputError, unknown_name
from ..interrupts import held
from ..parameters import parse_setting, settable
from ..parameters.arguments import named
from ..parameters.pumps import DRUGS
from ..parameters.units import is_strength, parse_number
from ..physics.ions import IONS
from ..simulator import nmodl
from ..simulator.runtime import SegmentVariable, h

# names that users give to the strengths of the membrane's own processes
PROCESS = {**{f"{ion}leak": ion for ion in IONS}, "pump": "pump"}
# what an experiment may change and what is as before afterwards
SETTABLE = (
    *("celsius", "outside", "impermeant_outside", "pump", "diffusion", "tortuosity", "block"),
    *("water_permeability", "volume_fraction", "exchange_rate", "species", "glycoside"),
)


@contextmanager
def changed(cell, settings: dict | None, factors: dict | None):
    """The cell with these settings and factors of strengths, for a while; see `Cell.changed`."""
    now = numbers(settings, factors)
    before = cell.changes
    saved = {name: copy(getattr(cell, name)) for name in SETTABLE}
    strength = {name: values.copy() for name, values in cell.strength.items()}
    undo = []
    try:
        for name, value in now["set"].items():
            change(cell, name, value)
        cell.bath_impermeant()  # refuses a bath that is not electroneutral
        for name, factor in now["scale"].items():
            undo += scale(cell, name, factor)
        cell.changes = _together(before, now)
        yield cell
    finally:
        with held():
            cell.changes = before
            for name, value in saved.items():
                setattr(cell, name, value)
            cell.strength = strength
            for variable, values in undo:
                variable.set(values)
            if cell.size:
                cell.write()  # NEURON's own run starts from the cell as it is, not from the last experiment


def numbers(settings, factors) -> dict[str, dict[str, float]]:
    """{"set": ..., "scale": ...} by name, as numbers in the parameters' own units; InputError for what is no
    name with its value."""
    return {
        "set": {name: parse_setting(name, value) for name, value in named("set", settings).items()},
        "scale": {name: _factor(name, value) for name, value in named("scale", factors).items()},
    }


def _factor(name: str, factor) -> float:
    return parse_number(name, factor, "1", 0)


def _together(before: dict, now: dict) -> dict:
    """The changes of an experiment within another."""
    factors = dict(before["scale"])
    for name, factor in now["scale"].items():
        factors[name] = factors.get(name, 1.0) * factor
    return {"set": before["set"] | now["set"], "scale": factors}


def change(cell, name: str, value) -> None:
    """Change one parameter of the experiment; InputError where it is unknown or would have no effect."""
    number = parse_setting(name, value)
    section = settable()[name][0]
    why = without_effect(cell, name)
    if why:
        raise InputError(f"{name}={value}: {name} has no effect {why}")
    groups = {"pump": cell.pump}
    groups |= dict.fromkeys(cell.tortuosity, cell.tortuosity)
    groups |= dict.fromkeys(cell.impermeant_outside, cell.impermeant_outside)
    if name in ("celsius", "water_permeability", "volume_fraction", "exchange_rate"):
        setattr(cell, name, number)
    elif section == "pump" and cell.parameters.pump.mechanism is not None:
        raise InputError(
            f"{name}={value}: the pump of this cell is the mechanism {cell.parameters.pump.mechanism}, which "
            f"works as its own file says and knows no {name}"
        )
    elif section == "pump" and name not in cell.pump:
        law = cell.parameters.pump.law
        raise InputError(f'{name}={value}: the pump of this cell (law = "{law}") has no {name}')
    elif section == "pump" and name in DRUGS:
        cell.pump[name] = number
        cell.glycoside = name if number > 0 else cell.glycoside
    elif section in groups or name in groups:
        groups[section if section in groups else name][name] = number
    else:
        ion = name[:-1] if section == "outside" else name[1:]
        if ion not in cell.ions:
            raise InputError(f"{name}={value}: this cell has no {ion} ({', '.join(cell.ions)})")
        if section == "outside":
            if number <= 0:
                raise InputError(
                    f"{name}={value}: {name} (mM) must be above 0; an absent ion has no Nernst potential"
                )
            cell.outside[ion] = number
        else:
            cell.diffusion[ion] = number


def without_effect(cell, name: str) -> str:
    """Why changing a parameter would change nothing in this cell; "" where it does."""
    if name in ("tortuosity", *(f"d{ion}" for ion in IONS)) and cell.axial.mode == "none":
        return 'where no ions move along the cell (axial = "none")'
    if name in ("volume_fraction", "tortuosity_outside") and cell.space == "bath":
        return 'where the outside is a bath; give outside = "shell" or "closed"'
    if name == "exchange_rate" and cell.space != "shell":
        return f'where the outside is "{cell.space}"; only a shell exchanges with the bath'
    if name == "water_permeability" and not cell.osmotic:
        return 'where the volume is fixed; give volume = "osmotic"'
    if name in cell.impermeant_outside and not cell.osmotic and cell.space == "bath":
        return 'on a cell of fixed volume in a bath; give volume = "osmotic"'
    if name == "tortuosity_outside" and not cell.axial.lateral:
        return "where no ions move between the spaces outside"
    return ""


def scale(cell, name: str, factor) -> list:
    """Multiply a process's strength; return NEURON's variables that it changed and what they were.

    InputError where the cell has no such process or its strength is 0 everywhere.
    """
    factor = _factor(name, factor)
    known = [n for n, key in PROCESS.items() if key in cell.strength] + list(cell.channels)
    if name in PROCESS and PROCESS[name] in cell.strength:
        if not cell.strength[PROCESS[name]].any():
            raise _nothing_to_scale(name, factor)
        cell.strength[PROCESS[name]] = cell.strength[PROCESS[name]] * factor
        return []
    if name == cell.parameters.pump.mechanism:
        raise InputError(f"scale {name}={factor:g}: it is the pump of this cell; give pump={factor:g}")
    if name not in cell.channels:
        raise unknown_name("process", name, known)
    undo = channel_strengths(cell, name)
    if not undo:
        raise InputError(
            f"scale {name}: it has no parameter whose unit is that of a conductance, permeability, current "
            "or flux per area"
        )
    if not any(values.any() for _, values in undo):
        raise _nothing_to_scale(name, factor)
    for variable, values in undo:
        variable.set(values * factor)
    return undo


def channel_strengths(cell, name: str) -> list[tuple[SegmentVariable, np.ndarray]]:
    """NEURON's variables that are the strengths of a channel, and their values in its compartments."""
    owners = [cell.segments[i] for i in cell.channels[name]]
    parameters = [p for p in nmodl.mechanism_variables(name, 1) if is_strength(h.units(p))]
    variables = [SegmentVariable(owners, parameter) for parameter in parameters]
    return [(variable, variable.get().copy()) for variable in variables]


def _nothing_to_scale(name: str, factor: float) -> InputError:
    return InputError(f"scale {name}={factor:g}: its strength is 0 everywhere, so a factor has no effect")
