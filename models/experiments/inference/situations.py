"""The experiments in which values were measured, and the values themselves, checked."""

from dataclasses import dataclass
from typing import Any

from ...cell.cell import Cell
from ...cell.changes import numbers
from ...errors import InputError
from ...parameters.files import called
from ...parameters.units import parse_number
from .quantities import Place, Quantity, place_of, quantity
from .tables import Measured

INSIDE = ("nai", "ki", "cli", "mgi", "hco3i")  # what does not change while concentrations are held


@dataclass(frozen=True)
class Situation:
    """What is done to the cell.

    settings, factors: by name, over those under which all was measured
    stopped: whether the pump stands still
    before: the situation whose concentrations are held, None where the cell has come to rest
    """

    settings: tuple[tuple[str, float], ...] = ()
    factors: tuple[tuple[str, float], ...] = ()
    stopped: bool = False
    before: "Situation | None" = None

    @property
    def words(self) -> str:
        """In words, "" of the cell as it is: "ko=8, at once"."""
        said = [f"{name}={value:g}" for name, value in (*self.settings, *self.factors)]
        said += ["pump stopped"] if self.stopped else []
        return ", ".join([*said, *(["at once"] if self.before is not None else [])])


AS_IT_IS = Situation()


@dataclass(frozen=True)
class Value:
    """A measured value.

    record: which quantity; place: where; where: that in words, "" of the whole cell
    situation: in which; before: the one from which V moved, of what is measured as a step
    value, error: in the quantity's unit
    """

    record: Quantity
    place: Place
    where: str
    situation: Situation
    before: Situation | None
    value: float
    error: float
    source: str

    @property
    def words(self) -> str:
        """Which value it is: "v (ko=8, at once)"."""
        doing = "" if self.record.stops else self.situation.words
        if self.record.stops and self.before is not None:
            doing = self.before.words
        said = ", ".join(part for part in (self.where, doing) if part)
        return f"{self.record.name} ({said})" if said else self.record.name


def values(cell: Cell, measured: list[Measured], usual: str, path: str) -> list[Value]:
    """The measured values of a cell. usual: the place where it is stimulated unless told; path: of the file.
    InputError with the number of the value for what cannot be."""
    if not measured:
        raise InputError(f"{path}: nothing is measured; expected [[measured]] tables with what, value, error")
    return [_value(cell, one, usual, f"{path}: measured {i}") for i, one in enumerate(measured, 1)]


def _value(cell: Cell, given: Measured, usual: str, where: str) -> Value:
    record = quantity(given.what, where)
    where = f"{where} ({record.name})"
    if record.name in INSIDE and record.name[:-1] not in cell.ions:
        raise InputError(f"{where}: {cell.name} has no {record.name[:-1]} ({', '.join(cell.ions)})")
    value = parsed(f"{where}: value", given.value, record)
    error = _error(f"{where}: error", given.error, value, record)
    situation, before = _situation(cell, given, record, where)
    place = place_of(cell, record, given.where, usual, where)
    words = given.where if isinstance(given.where, str) else ", ".join(given.where or ())
    words = words or (usual if record.held else "")
    return Value(record, place, words, situation, before, value, error, given.source)


def parsed(name: str, given: Any, record: Quantity) -> float:
    """A value in the quantity's unit; InputError for what is none."""
    try:
        return parse_number(record.name, given, record.unit, record.low, record.high)
    except InputError as error:
        raise InputError(f"{name}: {str(error).split(': ', 1)[-1]}") from None


def _error(name: str, given: Any, value: float, record: Quantity) -> float:
    """The standard error in the quantity's unit, of a share of the value too; InputError unless above 0."""
    try:
        if isinstance(given, str) and given.strip().endswith("%"):
            found = abs(value) * parse_number("error", given, "1")
        else:
            found = parse_number("error", given, record.unit)
    except InputError as error:
        raise InputError(f"{name}: {str(error).split(': ', 1)[-1]}") from None
    if found <= 0:
        raise InputError(f"{name}: must be above 0 {record.unit}, got {given}")
    return found


def _situation(
    cell: Cell, given: Measured, record: Quantity, where: str
) -> tuple[Situation, Situation | None]:
    """In which situation it is, and from which V moved."""
    try:
        now = numbers(given.set, given.scale, called(cell.parameters.path))
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    settings, factors = tuple(now["set"].items()), tuple(now["scale"].items())
    held = given.hold is not None
    if record.stops:
        if held:
            raise InputError(f"{where}: hold has no effect: it is measured at once; take it out")
        before = Situation(settings, factors)
        return Situation(settings, factors, True, before), before
    changed = bool(settings or factors)
    if record.moves and not changed:
        raise InputError(f"{where}: expected what changes, set.NAME or scale.NAME")
    if held and not changed:
        raise InputError(f"{where}: hold has no effect where nothing changes; expected set.NAME")
    if held and record.name in INSIDE:
        raise InputError(f"{where}: stays as it was while concentrations are held; take hold out")
    situation = Situation(settings, factors, False, AS_IT_IS if held else None)
    return situation, AS_IT_IS if record.moves else None


def in_order(found: list[Value]) -> list[Situation]:
    """Every situation that values need, each after the one before it, the cell as it is first."""
    order = [AS_IT_IS]
    for value in found:
        for one in (value.before, value.situation.before, value.situation):
            if one is not None and one not in order:
                order.append(one)
    return order
