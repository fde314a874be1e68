"""What differs between the members of a study: a name, what it is a name of, and its values."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..parameters import Parameters
from ..parameters.arguments import shown
from ..parameters.overrides import TABLES
from ..parameters.settings import SETTINGS, setting
from ..parameters.units import parse_number

CELL, PROTOCOL, FILE, SETTING, STRENGTH, ARGUMENT = (
    "cell", "protocol", "file value", "setting", "strength", "argument"
)  # fmt: skip
OF_PROTOCOL = "protocol."  # begins a value within a protocol's tables, protocol.change.0.set.ko
OF_ARGUMENT = "arguments."  # begins an argument of what is computed, arguments.dose
REBUILT = (CELL, FILE)  # of which another value is another cell
RANGE = re.compile(r"(?P<from>[^:]+):(?P<to>[^:]+?)(?::(?P<count>[0-9]+)?(?::?(?P<log>log))?)?", re.ASCII)
MOST_VALUES = 1_000_000  # of one name: they are held in memory
NAMES = ("cell", "protocol")

Value = float | str


@dataclass(frozen=True)
class Varied:
    """One number, or one choice, that differs between members.

    name: as users write it
    kind: what it is the name of
    values: of a grid, in their order; empty where it lies between limits
    low, high: limits of a sample, in the number's own unit
    log: whether it goes evenly in its logarithm
    """

    name: str
    kind: str
    values: tuple[Value, ...] = ()
    low: float = math.nan
    high: float = math.nan
    log: bool = False

    def between(self, share: np.ndarray) -> np.ndarray:
        """Values at shares, 0 to 1, of the way from one limit to the other."""
        if self.log:
            return self.low * (self.high / self.low) ** share
        return self.low + (self.high - self.low) * share


def kind_of(name: str) -> str:
    """What a name is of."""
    if name in NAMES:
        return name
    if name.startswith(OF_PROTOCOL):
        return PROTOCOL
    if name.startswith(OF_ARGUMENT):
        return ARGUMENT
    first, _, within = name.partition(".")
    if within and first not in Parameters.model_fields:  # of one of several cells
        first, within = within.partition(".")[::2]
    if within and first in Parameters.model_fields and (first != "glia" or within in TABLES[first]):
        return FILE  # glia.naleak is a strength
    return SETTING if _within_cell(name) in SETTINGS else STRENGTH


def _within_cell(name: str) -> str:
    """A name without the one of several cells that it is of, "ko" of "a.ko"."""
    return name.partition(".")[2] or name


def unit_of(name: str) -> str:
    """The unit of a varied number, "1" where its values have none or their own."""
    return setting(_within_cell(name)).unit if kind_of(name) == SETTING else "1"


def grid(given: Mapping[str, Any]) -> list[Varied]:
    """What varies over a grid, {"ko": "1:20:20", "pump": [0.5, 1, 2]}; what another cell is made for comes
    first, so that one is made as rarely as can be. InputError for what cannot be read, and for no value."""
    found = [_varied(name, values) for name, values in given.items()]
    return sorted(found, key=lambda one: one.kind not in REBUILT)


def limits(given: Mapping[str, Any]) -> list[Varied]:
    """What a sample varies, {"ko": "1:20", "pump": "0.1:2:log"}. InputError."""
    found = []
    for name, values in given.items():
        parts = _range(name, values, "NAME=FROM:TO, with :log after it where it goes by factors")
        if parts["count"]:
            raise InputError(f"vary {name}={values}: a sample has no steps; expected FROM:TO")
        low, high = _ends(name, parts)
        found.append(Varied(name, kind_of(name), (), low, high, bool(parts["log"])))
    return found


def _varied(name: str, given: Any) -> Varied:
    kind = kind_of(name)
    if isinstance(given, str) and ":" in given and kind not in NAMES:
        parts = _range(name, given, "NAME=FROM:TO:COUNT, with log after it where it goes by factors")
        if not parts["count"]:
            raise InputError(f"vary {name}={given}: expected FROM:TO:COUNT; the count of values is missing")
        count = int(parts["count"])
        low, high = _ends(name, parts)
        if count < 1 or (count > 1 and low == high):
            raise InputError(f"vary {name}={given}: expected at least one value, and limits that differ")
        if count > MOST_VALUES:
            raise InputError(f"vary {name}={given}: expected at most {MOST_VALUES:,} values of one name")
        values = np.geomspace(low, high, count) if parts["log"] else np.linspace(low, high, count)
        return Varied(name, kind, tuple(values.tolist()), log=bool(parts["log"]))
    if isinstance(given, str):
        given = [word.strip() for word in given.split(",") if word.strip()]
    if isinstance(given, Mapping) and given:
        raise InputError(
            f'vary {name}: a name with dots stands in quotes, "{name}.{next(iter(given))}" = ...'
        )
    if isinstance(given, Mapping | bytes) or not isinstance(given, Sequence | np.ndarray) or not len(given):
        raise InputError(f"vary {name}={shown(given)}: expected one value or more, a list or FROM:TO:COUNT")
    found = tuple(value_of(name, one) for one in given)
    if len(set(found)) < len(found):
        raise InputError(f"vary {name}={shown(given)}: a value is given twice")
    return Varied(name, kind, found)


def value_of(name: str, given: Any) -> Value:
    """A value as members have it: a number in its setting's own unit, a word of what is none. It may still be
    out of its range, which is that member's reason to fail. InputError for no number where one is needed."""
    kind = kind_of(name)
    if kind in (SETTING, STRENGTH):
        return parse_number(name, given, unit_of(name))
    if isinstance(given, str):
        try:
            return float(given)
        except ValueError:
            return given
    return parse_number(name, given, "1")


def _range(name: str, given: Any, expected: str) -> dict[str, str | None]:
    match = RANGE.fullmatch(given.strip()) if isinstance(given, str) else None
    if match is None:
        raise InputError(f"vary {name}={shown(given)}: expected {expected}")
    return match.groupdict()


def _ends(name: str, parts: Mapping[str, str | None]) -> tuple[float, float]:
    low, high = (value_of(name, str(parts[end]).strip()) for end in ("from", "to"))
    if isinstance(low, str) or isinstance(high, str):
        raise InputError(f"vary {name}: expected two numbers, got {low} and {high}")
    if parts["log"] and not (low > 0 and high > 0):
        raise InputError(f"vary {name}: a logarithmic way needs limits above 0, got {low:g} and {high:g}")
    return low, high
