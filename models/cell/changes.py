"""What an experiment changes in a cell: settings (`--set`), strengths (`--scale`), and all of it back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError, unknown_name
from ..interrupts import held
from ..parameters.arguments import named
from ..parameters.files import called
from ..parameters.pumps import DRUGS, HORMONES
from ..parameters.settings import Made, Setting, parse_setting, setting
from ..parameters.units import is_strength, parse_number
from ..physics.ions import IONS
from ..simulator import nmodl
from ..simulator.runtime import SegmentVariable, h

if TYPE_CHECKING:
    from .cell import Cell

GLIA = "glia."  # begins the names of the processes and states of a cell's glia
# names that users give to the strengths of the membrane's own processes
PROCESS = {**{f"{ion}leak": ion for ion in IONS}, "pump": "pump"}
Changes = dict[str, dict[str, float]]


@contextmanager
def changed(cell: "Cell", settings: dict | None, factors: dict | None) -> Iterator["Cell"]:
    """The cell with these settings and factors of strengths, within a `with`; see `Cell.changed`."""
    now = numbers(settings, factors, called(cell.parameters.path))
    both = [cell] if cell.glia is None else [cell, cell.glia]
    before = [(one.changes, one.conditions, one.membrane) for one in both]
    undo: list[tuple[SegmentVariable, np.ndarray]] = []
    try:
        for one in both:
            one.strength = one.strength  # in arrays of their own, which may be written into meanwhile
        for name, value in now["set"].items():
            change(cell, name, value)
        cell.bath_impermeant()  # refuses a bath that is not electroneutral
        for name, factor in now["scale"].items():
            with held():  # a factor that has come into NEURON is known to be undone
                undo += scale(cell, name, factor)
        yield cell
    finally:
        with held():
            for one, (changes, conditions, membrane) in zip(both, before, strict=True):
                one.changes, one.conditions, one.membrane = changes, conditions, membrane
            for variable, values in undo:
                variable.set(values)
            if not cell.detached:
                cell.write()  # NEURON's own run starts from the cell as it is, not from the last experiment


def numbers(settings: dict | None, factors: dict | None, cell: str = "...") -> Changes:
    """{"set": ..., "scale": ...} by name, as numbers in the parameters' own units; InputError for what is no
    name with its value. cell: as for `setting`."""
    return {
        "set": {name: parse_setting(name, value, cell) for name, value in named("set", settings).items()},
        "scale": {name: _factor(name, value) for name, value in named("scale", factors).items()},
    }


def _factor(name: str, factor: object) -> float:
    return parse_number(name, factor, "1", 0)


def together(before: Changes, now: Changes) -> Changes:
    """The changes of an experiment within another."""
    factors = dict(before["scale"])
    for name, factor in now["scale"].items():
        factors[name] = factors.get(name, 1.0) * factor
    return {"set": before["set"] | now["set"], "scale": factors}


def change(cell: "Cell", name: str, value: object) -> None:
    """Change one parameter of the experiment; InputError where it is unknown or would have no effect."""
    record = setting(name, called(cell.parameters.path))
    number = record.parse(value)
    why = refused(cell, record, number)
    if why:
        raise InputError(f"{name}={value}: {why}")
    cell.conditions = cell.conditions.with_(**{name: number})
    cell.changes = together(cell.changes, {"set": {name: number}, "scale": {}})
    if cell.glia is not None and shared(record) and not refused(cell.glia, record, number):
        change(cell.glia, name, number)


def shared(record: Setting) -> bool:
    """Whether what a setting changes is the same for a cell and its glia: temperature, bath, drugs in it."""
    drug = record.name in (*DRUGS, *HORMONES)
    both = ("celsius", "outside", "impermeant", "impermeant_valence", "volume_fraction", "energy", "oxygen")
    return record.attribute in both or drug


def refused(cell: "Cell", record: Setting, number: float) -> str:
    """Why a cell's parameter cannot be changed to `number`; "" where it can."""
    name, pump = record.name, cell.parameters.pump
    outside = cell.surroundings
    void = record.void(
        Made(
            cell.axial.mode,
            outside.name,
            outside.exchanges,
            cell.osmotic,
            cell.axial.lateral,
            cell.parameters.energy.followed,
        )
    )
    if void:
        return f"{name} has no effect {void}"
    if record.attribute == "pump" and pump.mechanism is not None:
        return (
            f"the pump of this cell is the mechanism {pump.mechanism}, which works as its own file says and "
            f"knows no {name}"
        )
    if record.attribute == "pump" and name not in cell.conditions.pump:
        return f'the pump of this cell (law = "{pump.law}") has no {name}'
    if name == "energy" and "atp" not in cell.conditions.pump:
        return f'the pump of this cell (law = "{pump.law}") knows no ATP'
    if record.ion is not None and record.ion not in cell.ions:
        return f"this cell has no {record.ion} ({', '.join(cell.ions)})"
    if record.attribute == "outside" and number <= 0:
        return f"{name} (mM) must be above 0; an absent ion has no Nernst potential"
    return ""


def scale(cell: "Cell", name: str, factor: object) -> list[tuple[SegmentVariable, np.ndarray]]:
    """Multiply a process's strength; return NEURON's variables that it changed and what they were, (owners,)
    each.

    factor: a pure number, at least 0.

    InputError where the cell has no such process or its strength is 0 everywhere.
    """
    number = _factor(name, factor)
    if cell.glia is not None and name.startswith(GLIA):
        undo = scale(cell.glia, name.removeprefix(GLIA), number)
    else:
        undo = _multiply(cell, name, number)
    cell.changes = together(cell.changes, {"set": {}, "scale": {name: number}})
    return undo


def _multiply(cell: "Cell", name: str, number: float) -> list[tuple[SegmentVariable, np.ndarray]]:
    process, channels = PROCESS.get(name), cell.membrane.channels
    if process in cell.strength:
        if not cell.strength[process].any():
            raise _nothing_to_scale(name, number)
        cell.membrane = cell.membrane.scaled(process, number)
        return []
    if name == cell.parameters.pump.mechanism:
        raise InputError(f"scale {name}={number:g}: it is the pump of this cell; give pump={number:g}")
    if name not in channels:
        known = [one for one, own in PROCESS.items() if own in cell.strength]
        raise unknown_name("process", name, [*known, *channels])
    undo = channel_strengths(cell, name)
    if not undo:
        raise InputError(
            f"scale {name}: it has no parameter whose unit is that of a conductance, permeability, current "
            "or flux per area"
        )
    if not any(values.any() for _, values in undo):
        raise _nothing_to_scale(name, number)
    for variable, values in undo:
        variable.set(values * number)
    return undo


def strengths(cell: "Cell") -> list[str]:
    """The processes of a cell, and of its glia, that have a strength to multiply, by the names that users
    have for them."""
    found = [name for name, own in PROCESS.items() if own in cell.strength and cell.strength[own].any()]
    for name in cell.membrane.channels:
        own_pump = name == cell.parameters.pump.mechanism
        if not own_pump and any(values.any() for _, values in channel_strengths(cell, name)):
            found.append(name)
    return found + ([] if cell.glia is None else [GLIA + name for name in strengths(cell.glia)])


def is_strong(cell: "Cell", name: str) -> bool:
    """Whether a cell has a process of this name whose strength can be multiplied."""
    return name in strengths(cell)


def has_process(cell: "Cell", name: str) -> bool:
    """Whether a cell, or its glia, has a process of this name, strong or not."""
    if cell.glia is not None and name.startswith(GLIA):
        return has_process(cell.glia, name.removeprefix(GLIA))
    return PROCESS.get(name) in cell.strength or name in cell.membrane.channels


def factor_of(cell: "Cell", name: str) -> Callable[[float], None]:
    """A function that makes a process, one of `strengths`, so many times as strong as it is now."""
    if cell.glia is not None and name.startswith(GLIA):
        return factor_of(cell.glia, name.removeprefix(GLIA))
    process = PROCESS.get(name, "")
    if process in cell.strength:
        before = cell.strength[process]

        def put(factor: float) -> None:
            cell.strength = cell.strength | {process: before * factor}

        return put
    variables = channel_strengths(cell, name)

    def put_channel(factor: float) -> None:
        for variable, values in variables:
            variable.set(values * factor)

    return put_channel


def channel_strengths(cell: "Cell", name: str) -> list[tuple[SegmentVariable, np.ndarray]]:
    """NEURON's variables that are the strengths of a channel, and their values in its compartments,
    (owners,), each in the variable's own unit."""
    owners = cell.geometry.sections_of(cell.membrane.channels[name])
    parameters = [p for p in nmodl.mechanism_variables(name, 1) if is_strength(h.units(p))]
    variables = [SegmentVariable(owners, parameter) for parameter in parameters]
    return [(variable, variable.get().copy()) for variable in variables]


def _nothing_to_scale(name: str, factor: float) -> InputError:
    return InputError(f"scale {name}={factor:g}: its strength is 0 everywhere, so a factor has no effect")
