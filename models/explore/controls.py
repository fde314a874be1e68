"""What can be turned on the page: one record a slider, its range and how its travel is spread over it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..errors import InputError, unknown_name
from ..parameters.units import parse_number
from ..physics.ions import IONS

Spread = Literal["log", "linear", "times"]
STEPS = 1000  # of a slider's travel
DIGITS = 4  # of a number on the page, and in a link
CHANNEL = re.compile(r"(glia\.)?[a-z][a-z0-9_]{0,39}")  # names of the strengths that only some cells have


@dataclass(frozen=True)
class Control:
    """One slider.

    name: as in `--set` or `--scale`; of_strength: whether it is a factor of a strength
    title: in words; unit: "" of a factor
    low, high: its range
    spread: "log" and "linear" of a value; "times" of a factor that is 1 in the middle and 0 at the left
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    spread: Spread
    of_strength: bool = False

    def value(self, position: float) -> float:
        """The value at a position of the slider, 0 to STEPS, in as many digits as are shown."""
        share = min(max(position / STEPS, 0.0), 1.0)
        if self.spread == "log":
            found = self.low * (self.high / self.low) ** share
        elif self.spread == "linear":
            found = self.low + (self.high - self.low) * share
        else:
            found = (2 * share) ** math.log2(self.high)
        return rounded(min(max(found, self.low), self.high))

    def position(self, value: float) -> float:
        """Where the slider stands at a value, 0 to STEPS."""
        if self.spread == "log":
            share = math.log(value / self.low) / math.log(self.high / self.low)
        elif self.spread == "linear":
            share = (value - self.low) / (self.high - self.low)
        else:
            share = 0.5 * value ** (1 / math.log2(self.high))
        return round(STEPS * min(max(share, 0.0), 1.0), 2)

    def parse(self, text: object) -> float:
        """The number meant by what was typed, "8" or "8 mM". InputError, in a sentence, for anything else."""
        unit = self.unit or "1"
        return rounded(parse_number(self.name, _number(text), unit, self.low, self.high))

    def said(self, value: float) -> str:
        """A value as it is read: "8 mM", "0.5 times"."""
        return f"{value:g} {_shown(self.unit) or 'times'}"


def _number(text: object) -> object:
    """What was typed, a decimal comma taken for a point; a text longer than any number as it begins."""
    if not isinstance(text, str):
        return text
    return text.strip().replace("×", "").removesuffix("times").strip().replace(",", ".")[:40]


def _shown(unit: str) -> str:
    return {"degC": "°C", "1": "of normal"}.get(unit, unit)


def rounded(value: float) -> float:
    """A number in as many digits as are shown."""
    return float(f"{value:.{DIGITS}g}")


def _bath(ion: str, low: float, high: float, spread: Spread) -> Control:
    return Control(f"{ion}o", f"{IONS[ion].printed} outside", "mM", low, high, spread)


def _leak(ion: str) -> Control:
    name = f"{ion}leak"
    return Control(name, f"permeability to {IONS[ion].printed}", "", 0.0, 128.0, "times", True)


CONTROLS: dict[str, Control] = {
    one.name: one
    for one in (
        _bath("k", 0.1, 150.0, "log"),
        _bath("na", 1.0, 200.0, "linear"),
        _bath("cl", 1.0, 200.0, "linear"),
        *(_leak(ion) for ion in ("k", "na", "cl", "ca", "hco3", "mg")),
        Control("pump", "pump", "", 0.0, 4.0, "times", True),
        Control("celsius", "temperature", "degC", 5.0, 45.0, "linear"),
        Control("energy", "energy (ATP that is left)", "1", 0.01, 1.0, "linear"),
        Control("oxygen", "energy (supply of oxygen)", "1", 0.0, 2.0, "linear"),
    )
}


def control(name: str) -> Control:
    """The record of a slider; of a channel's or carrier's strength, which only some cells have, one of its
    own. InputError for what is no name."""
    if name in CONTROLS:
        return CONTROLS[name]
    if not CHANNEL.fullmatch(name):
        raise unknown_name("value", name, CONTROLS)
    return Control(name, _plain(name), "", 0.0, 8.0, "times", True)


def _plain(name: str) -> str:
    """A strength that has no title of its own, by its name without what all have in common."""
    return name.replace("pl_", "").replace("glia.", "glia: ")


def check_values(values: Mapping[str, float]) -> dict[str, float]:
    """The values by name, each a number in the range of its slider, sorted. InputError, in a sentence."""
    found = {}
    for name in sorted(values):
        number = control(name).parse(values[name])
        if not math.isfinite(number):
            raise InputError(f"{name}={values[name]}: expected a number")
        found[name] = number
    return found
