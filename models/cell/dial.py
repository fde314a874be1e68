"""A number of a cell that is turned while its equations stay, by the name that `--set` or `--scale` has.

What is turned is the cell that has been balanced: leaks and pump stay as they were found. The system of its
equations takes in what has changed by `System.renew`, in milliseconds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError, unknown_name
from ..interrupts import held
from ..parameters.files import called
from ..parameters.settings import SETTINGS, Setting, setting
from ..parameters.units import parse_number
from . import changes
from .several import SeveralCells
from .several_changes import JUNCTIONS

if TYPE_CHECKING:
    from .cell import Cell

IMPERMEANT = "impermeant_inside"
MEANING = "factor on what cannot leave the cell and its charge, the other amounts but K+ as they start"
STEP = 1e-4  # of a dial, by which derivatives are found: relative, or of 1 below it
LARGEST = 1e6  # of a factor


@dataclass(frozen=True)
class Dial:
    """One number of a cell.

    name: as users write it
    unit: of its values
    low, high: its range; above: whether `low` itself is left out
    first: its value when the dial was made
    put: gives the cell another value
    strength: whether it is a strength of one cell, of which NEURON is told by `transfer.write_strengths`
    """

    name: str
    unit: str
    low: float
    high: float
    above: bool
    first: float
    put: Callable[[float], None]
    strength: bool = False

    def turn(self, value: float) -> None:
        """Give the cell this value; InputError for an impossible one. A system of the cell has it after
        `renew`."""
        self.put(self.parse(value))

    def parse(self, value: object) -> float:
        """The number meant: in the dial's own unit, or with a unit ("8 mM"). InputError."""
        return parse_number(self.name, value, self.unit, self.low, self.high, self.above)

    def around(self, value: float, step: float | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Values near this one, and the weights by which a function of them makes its derivative there, to
        second order; all on one side where the dial goes no further. step: between them (default: STEP of
        the value)."""
        if step is None:
            step = STEP * max(abs(value), 1.0 if self.low < 0 or not self.above else 0.0)
        if value - step < self.low:
            return value + step * np.arange(3), np.array([-1.5, 2.0, -0.5]) / step
        if value + step > self.high:
            return value - step * np.arange(3), np.array([1.5, -2.0, 0.5]) / step
        return value + step * np.array([-1.0, 1.0]), np.array([-0.5, 0.5]) / step


@contextmanager
def turning(cell: "Cell", *names: str) -> Iterator[list[Dial]]:
    """Dials of a cell by these names, within a `with`; the cell is as before afterwards.

    Raises InputError for an unknown name, or one that has no effect on this cell.
    """
    if len(set(names)) < len(names):
        raise InputError(f"{names[0]} is given twice; expected two different parameters")
    with cell.changed():
        dials: list[Dial] = []
        try:
            for name in names:
                dials.append(dial_of(cell, name))
            yield dials
        finally:
            with held():
                for dial in dials:
                    dial.put(dial.first)


def dial_of(cell: "Cell", name: str) -> Dial:
    """The dial of a cell's setting or strength, or "impermeant_inside"; InputError for an unknown name, or
    one that has no effect on this cell. Who turns it turns it back; `turning` does."""
    if isinstance(cell, SeveralCells):
        return _of_several(cell, name)
    if name == IMPERMEANT:
        return _of_impermeant(cell)
    if name in SETTINGS:
        return _of_setting(cell, setting(name, called(cell.parameters.path)))
    if "." in name and not name.startswith(changes.GLIA):
        raise InputError(
            f"{name} is a value of the cell's file, from which the cell is made and balanced anew; expected "
            "what changes a cell that stays: run.py keys set, keys scale"
        )
    strengths = changes.strengths(cell)
    if name not in strengths:
        if changes.has_process(cell, name):
            changes.scale(cell, name, 1.0)  # says why it cannot be
        raise unknown_name("parameter", name, [*SETTINGS, *strengths, IMPERMEANT])
    return Dial(name, "1", 0.0, LARGEST, False, 1.0, changes.factor_of(cell, name), True)


def dial_names(cell: "Cell") -> list[str]:
    """Every dial that a cell has: settings, strengths and what cannot leave it."""
    names = []
    for name in [*SETTINGS, *changes.strengths(cell), IMPERMEANT]:
        try:
            dial_of(cell, name)
        except InputError:
            continue
        names.append(name)
    return names


def _of_several(system: SeveralCells, name: str) -> Dial:
    """The dial of all cells of a system that have it, of one, "CELL.NAME", or of "junctions"."""
    if name == JUNCTIONS:
        return _of_junctions(system)
    label, dot, own = name.partition(".")
    cells = {label: system.named(label, name)} if dot else system.cells
    if dot and own in SETTINGS and changes.shared(setting(own)):
        raise InputError(f"{name}: cells of one system share it; expected {own}")
    dials: dict[str, Dial] = {}
    errors: list[InputError] = []
    for one, cell in cells.items():
        try:
            dials[one] = dial_of(cell, own if dot else name)
        except InputError as error:
            errors.append(error)
    if not dials:
        raise errors[0]
    found = next(iter(dials.values()))
    if len({dial.first for dial in dials.values()}) > 1:
        said = ", ".join(f"{dial.first:g} of {one}" for one, dial in dials.items())
        raise InputError(f"{name} is {said}; turn it in one of them, {next(iter(dials))}.{name}")

    def put(value: float) -> None:
        for dial in dials.values():
            dial.put(value)
        system.take_over()

    return replace(found, name=name, put=put, strength=False)


def _of_junctions(system: SeveralCells) -> Dial:
    before = [flow.factor for flow in system.between]

    def put(factor: float) -> None:
        for flow, own in zip(system.between, before, strict=True):
            flow.factor = own * factor

    return Dial(JUNCTIONS, "1", 0.0, LARGEST, False, 1.0, put)


def _of_setting(cell: "Cell", record: Setting) -> Dial:
    why = changes.refused(cell, record, 1.0)
    if why:
        raise InputError(f"{record.name}: {why}")
    conditions = cell.conditions
    held_there = getattr(conditions, record.attribute)
    first = held_there if record.key is None else held_there[record.key]
    if first is None:  # it follows from others
        first = _followed(cell, record)

    def put(value: float) -> None:
        changes.change(cell, record.name, value)

    limit = record.attribute == "outside"  # a bath has some of each of its ions
    return Dial(record.name, record.unit, record.low, record.high, record.above or limit, float(first), put)


def _followed(cell: "Cell", record: Setting) -> float:
    """A setting that is not given, as it follows from the others."""
    if record.attribute == "rates":
        return cell.conditions.exchange_rate
    return cell.bath_impermeant()[record.attribute == "impermeant_valence"]


def _of_impermeant(cell: "Cell") -> Dial:
    anion, impermeant, k = cell.anion, cell.impermeant, cell.start["k"]
    grown = cell.start.get("relative_volume", np.ones(cell.size))
    if not anion.any():
        raise InputError(f"{IMPERMEANT}: has no effect: nothing with a charge is kept in {cell.name}")

    def put(factor: float) -> None:
        cell.anion, cell.impermeant = factor * anion, factor * impermeant
        cell.start = cell.start | {"k": k + (factor - 1) * anion / grown}

    return Dial(IMPERMEANT, "1", 0.0, LARGEST, True, 1.0, put)
