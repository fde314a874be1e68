"""What happens in a time course and when: changes of the experiment, and how long a course may be."""

from dataclasses import dataclass, field
from typing import Any

from ..cell.cell import Cell
from ..errors import InputError
from ..parameters.arguments import named, plain, shown

SHORTEST, LONGEST = 1e-7, 1e7  # hours


@dataclass
class Event:
    """A change of the experiment in the middle of a course. Checked where the course begins (InputError).

    at_hours: when, from 0 (at once) to below the end; a number of hours or "30 min"
    set: settings by name, as `rest` takes them: {"ko": 8} in the setting's own unit (mM, degC, ...) or
    {"ko": "8 mM"}
    block: blocked fraction of the pump from then on, 0 to 1; None leaves it as it is
    where: of which compartments, as `Cell.where` takes it
    """

    at_hours: float
    set: dict[str, Any] = field(default_factory=dict)
    block: float | None = None
    where: Any = "all"


def check_hours(hours: object) -> float:
    """How long a course is, in hours; InputError where no course can be that long."""
    found = plain("hours", hours, "h")
    if not SHORTEST <= found <= LONGEST:
        raise InputError(f"hours={found:g}: must be from {SHORTEST:g} (0.36 ms) to {LONGEST:g}")
    return found


def check_fraction(name: str, fraction: object) -> float:
    """The blocked fraction of a pump; InputError outside of 0 to 1."""
    found = plain(name, fraction, "1")
    if not 0 <= found <= 1:
        raise InputError(f"{name}={found:g}: the blocked fraction must lie between 0 and 1")
    return found


def check_within(name: str, at: object, hours: float) -> float | None:
    """When something happens in a course of `hours`, None if it does not; InputError outside of it."""
    if at is None:
        return None
    found = plain(name, at, "h")
    if not 0 < found < hours:
        raise InputError(f"{name}={found:g} h: must lie between 0 and the end, {hours:g} h")
    return found


def check_events(events: object, hours: float) -> list[Event]:
    """The events, given as one or as a list, with plain numbers; InputError where one is none, or outside of
    a course of `hours`."""
    if isinstance(events, Event):
        return [_checked(events, hours)]
    if not isinstance(events, list | tuple):
        raise InputError(f"events: expected a list of Event(at_hours, ...), got {shown(events)}")
    return [_checked(event, hours) for event in events]


def _checked(event: object, hours: float) -> Event:
    if not isinstance(event, Event):
        raise InputError(f"events: expected Event(at_hours, set=..., block=...), got {shown(event)}")
    at_hours = plain("event at", event.at_hours, "h")
    if not 0 <= at_hours < hours:
        raise InputError(f"event at {at_hours:g} h: must lie between 0 and the end, {hours:g} h")
    block = event.block if event.block is None else check_fraction("block", event.block)
    return Event(at_hours, named("set", event.set), block, event.where)


def apply(cell: Cell, event: Event) -> None:
    """Make the change of an event in the cell.

    InputError where the cell has no such setting or place, no pump to block, or where a closed space, which
    has no bath, would have to change what is in it later than at 0.
    """
    for name, value in event.set.items():
        outer = (*(ion + "o" for ion in cell.ions), "impermeant", "impermeant_valence", "volume_fraction")
        if cell.surroundings.keeps_ions and event.at_hours > 0 and name in outer:
            raise InputError(
                f"event: set {name}={value}: a closed space has no bath, and what it began with cannot "
                "change later"
            )
        cell.set(name, value)
    if event.block is not None:
        if event.block > 0:
            if cell.glia is not None and isinstance(event.where, str) and event.where == "glia":
                cell.glia.check_block(slice(None))
            else:
                cell.check_block(cell.where(event.where))
        cell.block_pump(event.block, event.where)
