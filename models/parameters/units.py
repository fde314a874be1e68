"""Numbers with units: what a text such as "12 mM" means in NEURON's unit for it. Units are converted here and
nowhere else."""

import math
import re
from functools import cache

import numpy as np
import pint

from ..errors import InputError

# what a dimension is called in an error message, by the unit that NEURON uses for it
NOUN = {
    "mM": "a concentration",
    "mV": "a voltage",
    "degC": "a temperature",
    "uF/cm2": "a specific capacitance",
    "ohm cm": "a resistivity",
    "ohm cm2": "a specific resistance",
    "S/cm2": "a specific conductance",
    "cm/s": "a permeability",
    "mA/cm2": "a current density",
    "um2/ms": "a diffusion coefficient",
    "1/s": "a rate",
    "um": "a length",
    "kJ/mol": "an energy per mole",
    "g/l": "a concentration by mass",
    "1": "a plain number",
}


class Quantity(float):
    """A float in NEURON's unit for it that remembers `unit` and `source`."""

    unit: str
    source: str

    def __new__(cls, value: float, unit: str, source: str = "given by the user"):
        self = super().__new__(cls, value)
        self.unit, self.source = unit, source
        return self


@cache
def _registry() -> pint.UnitRegistry:
    def powers(text: str) -> str:  # "cm2" as physiologists write it
        return re.sub(r"([A-Za-zµΩ])(-?[1-9])", r"\1^\2", text)

    return pint.UnitRegistry(preprocessors=[powers])


NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$")


def convert(text: str, unit: str) -> float:
    """The number in `text` ("12 mM") in `unit`. ValueError with one sentence where that cannot be."""
    examples = {"mM": "12 mM", "mV": "-70 mV", "degC": "37 degC", "1": "3", "1/s": "0.1 /s"}
    example = examples.get(unit, f"1 {unit}")
    noun = NOUN.get(unit, f"a value in {unit}")
    match = NUMBER.match(text)
    if not match:
        raise ValueError(f'expected {noun} such as "{example}", got "{text}"')
    number, given = float(match[1]), match[2]
    if not math.isfinite(number):
        raise ValueError(f'expected a finite number, got "{text}"')
    if unit == "1":
        if given and given != "%":
            raise ValueError(f'expected a plain number such as "{example}", got "{text}"')
        return number / 100 if given else number
    if not given:
        raise ValueError(f'expected {noun} with its unit, such as "{example}", got "{text}"')
    registry = _registry()
    try:
        return (
            registry.Quantity(number, registry.Unit("1" + given if given[0] == "/" else given))
            .to(registry.Unit(unit))
            .magnitude
        )
    except pint.DimensionalityError:
        reason = f"{given} is not a unit of {noun.split(' ', 1)[1]}"
    except Exception:  # pint raises many kinds for text that is no unit
        reason = f"{given!r} is not a unit"
    raise ValueError(f'expected {noun} such as "{example}", got "{text}": {reason}')


def check_range(value: float, low: float, high: float, above: bool) -> None:
    """ValueError unless low <= value <= high (low < value where `above`)."""
    if value < low or value > high or (above and value == low):
        bound = f"above {low:g}" if above else f"at least {low:g}"
        limit = "" if math.isinf(high) else f" and at most {high:g}"
        raise ValueError(f"must be {bound}{limit}, got {float(value):g}")


def shown(value) -> str:
    """A value as a sentence can hold it: short, on one line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def as_float(name: str, value) -> float:
    """A number, Python's or NumPy's, as a float; InputError where it is none (true and false are none)."""
    try:
        if isinstance(value, bool | np.bool_ | str | bytes | bytearray) or np.ndim(value):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name}={shown(value)}: expected a number") from None


def parse_number(name, value, unit, low=-math.inf, high=math.inf, above=False) -> float:
    """A number given by option or argument: bare in `unit`, or text with a unit; InputError otherwise."""
    if isinstance(value, str | pint.Quantity):
        try:
            number = float(str(value))
        except ValueError:
            try:
                number = convert(str(value), unit)
            except ValueError as error:
                raise InputError(f"{name}={value}: {error}") from None
    else:
        number = as_float(name, value)
    try:
        if not math.isfinite(number):
            raise ValueError(f"expected a finite number, got {value}")
        check_range(number, low, high, above)
    except ValueError as error:
        label = name if unit == "1" else f"{name} ({unit})"
        raise InputError(f"{name}={value}: {label} {error}") from None
    return number
