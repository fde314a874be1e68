"""What an experiment changes in several cells of one system, and all of it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..interrupts import held
from ..parameters.settings import setting
from ..parameters.units import parse_number
from ..simulator.runtime import SegmentVariable
from . import changes, pumps

if TYPE_CHECKING:
    from .several import SeveralCells

JUNCTIONS = "junctions"  # the process that `scale` calls so
Undo = list[tuple[SegmentVariable, np.ndarray]]


@contextmanager
def changed(system: "SeveralCells", settings: dict | None, factors: dict | None) -> Iterator["SeveralCells"]:
    """The system with these settings and factors of strengths, within a `with`."""
    before = [(one.changes, one.conditions, one.membrane) for one in system.members]
    said, junctions = system.changes, [flow.factor for flow in system.between]
    undo: Undo = []
    try:
        for one in system.members:
            one.strength = one.strength  # in arrays of their own, which may be written into meanwhile
        for name, value in (settings or {}).items():
            change(system, name, value)
        for one in system.members:
            one.bath_impermeant()  # refuses a bath that is not electroneutral
        for name, factor in (factors or {}).items():
            with held():  # a factor that has come into NEURON is known to be undone
                undo += scale(system, name, factor)
        yield system
    finally:
        with held():
            for one, own in zip(system.members, before, strict=True):
                one.changes, one.conditions, one.membrane = own
            system.changes = said
            for flow, factor in zip(system.between, junctions, strict=True):
                flow.factor = factor
            for variable, values in undo:
                variable.set(values)
            system.take_over()
            if not system.detached:
                system.write()


def change(system: "SeveralCells", name: str, value: object) -> None:
    """Change one parameter in all cells that have it, or "CELL.NAME" in one; see `SeveralCells.set`."""
    label, dot, own = name.partition(".")
    record = setting(own if dot else name)
    if dot and changes.shared(record):
        raise InputError(f"set {name}={value}: cells of one system share it; expected {own}={value}")
    number = record.parse(value)
    cells = {label: system.named(label, f"set {name}")} if dot else system.cells
    why = {label: changes.refused(one, record, number) for label, one in cells.items()}
    if all(why.values()):
        raise InputError(f"{name}={value}: {next(iter(why.values()))}")
    for label, one in cells.items():
        if not why[label]:
            changes.change(one, record.name, value)
    system.changes = changes.together(system.changes, {"set": {name: number}, "scale": {}})
    system.take_over()


def scale(system: "SeveralCells", name: str, factor: object) -> Undo:
    """Multiply a process's strength; see `SeveralCells.scale`. Returns NEURON's variables that it changed,
    with what they were."""
    number = parse_number(name, factor, "1", 0)
    label, dot, own = name.partition(".")
    undo: Undo = []
    if name == JUNCTIONS:
        _scale_junctions(system, number)
    elif dot:
        undo += changes.scale(system.named(label, f"scale {name}"), own, number)
    else:
        having = [one for one in system.members if changes.is_strong(one, name)]
        for one in having or system.members[:1]:  # the first says what there is
            undo += changes.scale(one, name, number)
    system.changes = changes.together(system.changes, {"set": {}, "scale": {name: number}})
    system.take_over()
    return undo


def _scale_junctions(system: "SeveralCells", number: float) -> None:
    if not any(joint.conductance > 0 for joint in system.joints):
        raise InputError(f"scale {JUNCTIONS}={number:g}: {system.name} has no junction that conducts")
    for flow in system.between:
        flow.factor *= number


def check_block(system: "SeveralCells", places: np.ndarray | slice) -> None:
    """InputError where a block of the pumps in these compartments (indices) would have no effect."""
    wanted = np.zeros(system.size, bool)
    wanted[places] = True
    errors = []
    for label, one in system.cells.items():
        own = np.flatnonzero(wanted[system.part(label)])
        try:
            if len(own):
                pumps.check_block(one, own)
                return
        except InputError as error:
            errors.append(error)
    if errors:
        raise errors[0]
