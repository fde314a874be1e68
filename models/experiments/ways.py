"""Along which number of a cell, and from where to where: "ko=0.5:20"."""

from dataclasses import dataclass
from typing import Any

from ..cell.dial import Dial
from ..errors import InputError
from ..parameters.arguments import shown
from ..solve.along import Range

AXES = {"log": True, "linear": False}


@dataclass(frozen=True)
class Way:
    """What a user gives. name: of the number; low, high: its limits, in this order, as given; log: whether
    evenly on a logarithmic axis, None where it is not said."""

    option: str
    name: str
    low: Any
    high: Any
    log: bool | None

    def range_of(self, dial: Dial) -> Range:
        """The limits in the dial's unit; InputError for impossible ones."""
        low, high = dial.parse(self.low), dial.parse(self.high)
        said = f"{self.option} {self.name}={self.low}:{self.high}"
        if low == high:
            raise InputError(f"{said}: both limits are the same; expected two different values")
        log = dial.unit == "mM" and min(low, high) > 0 if self.log is None else self.log
        if log and min(low, high) <= 0:
            raise InputError(f"{said}: a logarithmic axis has no {min(low, high):g}; expected limits above 0")
        return Range(low, high, log)


def way_of(option: str, given: Any) -> Way:
    """The way that is meant by "ko=0.5:20", "pump=0:2:log" or {"ko": (0.5, 20)}; InputError for anything
    else. option: its name, for the sentence."""
    expected = f'{option}: expected a parameter and its limits, "ko=0.5:20", got {shown(given)}'
    if isinstance(given, dict) and len(given) == 1:
        name, limits = next(iter(given.items()))
        parts = list(limits) if isinstance(limits, tuple | list) else []
    elif isinstance(given, str):
        name, equals, rest = given.partition("=")
        parts = [part.strip() for part in rest.split(":")] if equals else []
    else:
        raise InputError(expected)
    if not isinstance(name, str) or not name.strip() or len(parts) not in (2, 3) or "" in parts:
        raise InputError(expected)
    log = None
    if len(parts) == 3:
        if parts[2] not in AXES:
            raise InputError(f"{option} {name}: {parts[2]}: expected log or linear after the limits")
        log = AXES[parts[2]]
    return Way(option, name.strip(), parts[0], parts[1], log)
