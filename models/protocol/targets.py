"""What a protocol can change in a cell, each as a number that is put into it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..cell import changes
from ..cell.cell import Cell
from ..cell.contents import Buffer, change_buffer
from ..cell.dial import Dial, dial_of
from ..cell.several import SeveralCells
from ..errors import InputError, unknown_name
from ..parameters.units import is_strength, parse_number
from ..simulator import nmodl
from ..simulator.mechanisms import GLOBAL, PARAMETER, name_of, parameter_value, unit_of
from ..simulator.runtime import SegmentVariable
from ..solve.plan import Level

BUFFER = {"calcium.buffer": "sites", "calcium.kd": "kd"}


@dataclass(frozen=True)
class Target:
    """One number of a cell, or one of every compartment of some.

    name: as the protocol has it; place: of which compartments, in words, "" of the whole
    unit: of its values
    first: what it is at the beginning
    parse: reads a value, InputError
    put: gives it to the cell
    plain: whether the equations take it in without being made anew
    numbers: what of it another turns as well that has some of these; parts: where, compartments or cells
    """

    name: str
    place: str
    unit: str
    first: Level
    parse: Callable[[object], float]
    put: Callable[[Level], None]
    plain: bool = False
    numbers: frozenset[str] = frozenset()
    parts: frozenset[Any] = frozenset()

    @property
    def key(self) -> tuple[str, str]:
        """What two of the same have in common."""
        return self.name, self.place


def setting_target(cell: Cell, name: str) -> Target:
    """A setting, as `--set` takes it."""
    if "." in name and not isinstance(cell, SeveralCells):
        raise InputError(
            f"set {name}: is a value of the cell's file, from which it is made; give it in [options] set, or "
            "parameters of mechanisms in parameter"
        )
    dial = dial_of(cell, name)
    outer = (*(ion + "o" for ion in cell.ions), "impermeant", "impermeant_valence", "volume_fraction")
    if cell.surroundings.keeps_ions and name in outer:
        raise InputError(
            f"set {name}: a closed space has no bath, and what it began with cannot change later; give it in "
            "[set], before the beginning"
        )
    return _of_dial(cell, name, dial)


def _of_dial(cell: Cell, name: str, dial: Dial, kind: str = "") -> Target:
    """A target that is one number for the whole cell or, of several cells, for all or one. kind: ends its
    name."""

    def put(value: Level) -> None:
        dial.turn(float(value))

    made = Target(name + kind, "", dial.unit, dial.first, dial.parse, put, numbers=frozenset([name]))
    if not isinstance(cell, SeveralCells):
        return made
    label, dot, own = name.partition(".")
    own, labels = (own, [label]) if dot else (name, cell.cells)
    return replace(made, numbers=frozenset([own]), parts=frozenset(labels))


def strength_target(cell: Cell, name: str) -> Target:
    """A factor on a strength, as `--scale` takes it."""
    several = isinstance(cell, SeveralCells)
    if not (several or name in changes.strengths(cell) or changes.has_process(cell, name)):
        raise unknown_name("process", name, changes.strengths(cell))
    made = _of_dial(cell, name, dial_of(cell, name), ", factor")
    if several or name not in cell.membrane.channels:
        return made
    own = nmodl.mechanism_variables(name, PARAMETER)  # which a parameter may turn, too
    strong = frozenset(one for one in own if is_strength(unit_of(name, one.removesuffix(f"_{name}"))))
    return replace(made, numbers=strong, parts=frozenset(range(cell.size)))


def _blocked(cell: Cell) -> np.ndarray:
    """Blocked fraction of the pump, (compartments,)."""
    return np.concatenate([one.conditions.block for one in cell.members])


def block_target(cell: Cell, where: object) -> Target:
    """The blocked fraction of the pumps in some compartments."""
    of_glia = cell.glia is not None and isinstance(where, str) and where == "glia"
    if cell.glia is not None and of_glia:
        cell.glia.check_block(slice(None))
    else:
        cell.check_block(cell.where(where))
    whole = isinstance(where, str) and where == "all"
    places = np.zeros(0, int) if of_glia else cell.where(where)
    before = np.zeros(cell.size) if of_glia else _blocked(cell)[places]

    def put(fraction: Level) -> None:
        cell.block_pump(float(np.max(fraction)), where)

    def parse(value: object) -> float:
        return parse_number("block", value, "1", 0, 1)

    place, parts = "" if whole else str(where), frozenset(places.tolist())
    parts |= {"glia"} if of_glia or whole else frozenset()
    return Target(
        "block", place, "1", float(before.max()), parse, put, numbers=frozenset(["block"]), parts=parts
    )


def parameter_target(cell: Cell, name: str, where: object) -> Target:
    """A parameter of a mechanism in some compartments, "kcc2.u", be it of density or of point processes that
    the sections had, or one of the fast Ca2+ buffer."""
    if name in BUFFER:
        return _buffer_target(cell, name, where)
    mechanism, dot, parameter = name.partition(".")
    if not dot:
        raise InputError(f"parameter {name}: expected MECHANISM.PARAMETER, such as kcc2.u")
    names = [*cell.membrane.channels, *cell.membrane.points]
    known = {one.removeprefix("pl_"): one for one in names} | {one: one for one in names}
    if mechanism not in known:
        raise unknown_name("mechanism", mechanism, known or {"(the cell has none)"}, f"parameter {name}")
    mechanism = known[mechanism]
    variable = name_of(mechanism, parameter)
    if variable in nmodl.mechanism_variables(mechanism, GLOBAL):
        raise InputError(f"parameter {name}: is GLOBAL in its .mod file, one value for every cell")
    parameters = nmodl.mechanism_variables(mechanism, PARAMETER)
    if variable not in parameters:
        own = [one.removesuffix(f"_{mechanism}") for one in parameters]
        raise unknown_name("parameter", parameter, own or {"(it has none)"}, f"parameter {name}")
    places = frozenset(int(i) for i in cell.where(where))
    owners = _owners(cell, mechanism, places)
    if not owners:
        raise InputError(f"parameter {name}: no compartment of {where} has {mechanism}")
    values, unit = SegmentVariable(owners, variable), unit_of(mechanism, parameter)

    def parse(value: object) -> float:
        text = value if isinstance(value, str) else f"{value!r}"
        if not isinstance(value, str) and unit not in ("", "1"):
            text = f"{text} {unit}"
        return parameter_value(mechanism, parameter, text, f"parameter {name}")

    whole = isinstance(where, str) and where == "all"
    place = "" if whole else str(where)
    first = values.get().copy()
    return Target(name, place, unit or "1", first, parse, values.set, True, frozenset([variable]), places)


def _owners(cell: Cell, mechanism: str, places: frozenset[int]) -> list:
    """The segments, or the point processes, that a mechanism has in these compartments."""
    points = cell.membrane.points
    if mechanism in points:
        return [process for at, process in points[mechanism] if at in places]
    return [cell.segments[i] for i in cell.membrane.channels[mechanism] if i in places]


def _buffer_target(cell: Cell, name: str, where: object) -> Target:
    if isinstance(cell, SeveralCells):
        raise InputError(f"parameter {name}: of several cells it stays as their files have it")
    if "ca" not in cell.ions:
        raise InputError(f"parameter {name}: this cell has no ca")
    if not (isinstance(where, str) and where == "all"):
        raise InputError(f"parameter {name}: is one for the whole cell; leave out where")
    place = list(BUFFER).index(name)
    first = cell.buffer

    def put(value: Level) -> None:
        both = list(cell.buffer)
        both[place] = float(np.max(value))
        change_buffer(cell, Buffer(*both))

    def parse(value: object) -> float:
        return parse_number(name, value, "mM", 0, 6e3, above=place == 1)

    return Target(name, "", "mM", float(first[place]), parse, put)
