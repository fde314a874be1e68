"""Numbers with units: what a text such as "12 mM" means in NEURON's unit for it. Units are converted here and
nowhere else."""

import math
import re
import sys
from functools import cache, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..errors import InputError
from ..words import HOUR

if TYPE_CHECKING:
    import pint

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
    "mM/s": "a rate of uptake",
    "um": "a length",
    "h": "a time",
    "ms": "a time",
    "kJ/mol": "an energy per mole",
    "g/l": "a concentration by mass",
    "nS": "a conductance",
    "Mohm": "a resistance",
    "1": "a plain number",
}


MOST_LETTERS = 8  # of a unit that another is looked for
GIVEN = "given by the user"  # the source of a value that comes without one


class Quantity(float):
    """A float in NEURON's unit for it that remembers `unit` and `source`."""

    unit: str
    source: str

    def __new__(cls, value: float, unit: str, source: str = GIVEN) -> Self:
        self = super().__new__(cls, value)
        self.unit, self.source = unit, source
        return self

    def __getnewargs__(self) -> tuple[float, str, str]:  # type: ignore[override]
        """What a copy, or one read from a pickle, is made from."""
        return float(self), self.unit, self.source


@cache
def _registry() -> "pint.UnitRegistry[float]":
    """All units that there are; to load them takes longer than a small cell to solve."""
    import pint

    def powers(text: str) -> str:  # "cm2" as physiologists write it
        return re.sub(r"([A-Za-zµΩ])(-?[1-9])", r"\1^\2", text)

    return pint.UnitRegistry(preprocessors=[powers])


# of units that our files are full of, how many of NEURON's they are: read without the registry
USUAL = {
    ("kohm cm2", "ohm cm2"): 1e3,
    ("mS/cm2", "S/cm2"): 1e-3,
    ("uA/cm2", "mA/cm2"): 1e-3,
    ("uM", "mM"): 1e-3,
    ("nM", "mM"): 1e-6,
    ("mm", "um"): 1e3,
    ("s", "ms"): 1e3,
    ("min", "ms"): HOUR / 60,
    ("h", "ms"): HOUR,
}
NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(.*?)\s*$")


@lru_cache(maxsize=1000)  # one cell's texts are mostly the next one's
def convert(text: str, unit: str) -> float:
    """The number in `text` ("12 mM") in `unit`. ValueError with one sentence where that cannot be."""
    examples = {"mM": "12 mM", "mV": "-70 mV", "degC": "37 degC", "1": "3", "1/s": "0.1 /s", "h": "30 min"}
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
    whole = "1" + given if given[0] == "/" else given
    if whole == unit or (whole, unit) in USUAL:
        return number * USUAL.get((whole, unit), 1.0)
    import pint

    registry = _registry()
    try:
        return float(registry.Quantity(number, registry.Unit(whole)).to(registry.Unit(unit)).magnitude)
    except pint.DimensionalityError:
        reason = f"{given} is not a unit of {noun.split(' ', 1)[1]}"
    except Exception:  # pint raises many kinds for text that is no unit
        reason = f"{given!r} is not a unit"
    meant = _in_other_case(given, unit)
    hint = f"; did you mean {meant}?" if meant else ""
    raise ValueError(f'expected {noun} such as "{example}", got "{text}": {reason}{hint}')


def _in_other_case(given: str, unit: str) -> str | None:
    """A unit that fits where `given` does not, of the same letters, few of them in the other case: "mV" for
    "mv"; None where there is none, or where it is no word as short as units are."""
    places = [i for i, letter in enumerate(given) if letter.isascii() and letter.isalpha()]
    if len(places) > MOST_LETTERS:
        return None
    for count in range(1, min(len(places), 3) + 1):
        for swapped in combinations(places, count):
            other = "".join(letter.swapcase() if i in swapped else letter for i, letter in enumerate(given))
            try:
                if _registry().Unit(other).is_compatible_with(_registry().Unit(unit)):
                    return other
            except Exception:  # pint raises many kinds for text that is no unit
                continue
    return None


# a process's strength is a conductance, a permeability, or the most that a pump or carrier can carry
STRENGTHS = ("S/cm2", "cm/s", "mA/cm2", "mol/cm2/s")
# no more than this of each: orders of magnitude beyond any membrane, and little enough to be computed with
STRONGEST = {"S/cm2": 1e3, "cm/s": 1e3, "mA/cm2": 1e3}


@cache
def _of_mechanism(unit: str) -> "pint.Unit | None":
    """A unit as an NMODL file writes it ("mho/cm2", "/ms", "ohm-cm"); None where it is none."""
    text = "1" + unit if unit.startswith("/") else unit
    if "/" not in text:
        text = re.sub(r"(?<=\w)-(?=[A-Za-z])", "*", text)  # NEURON multiplies with it
    try:
        return _registry().Unit(text)
    except Exception:  # pint raises many kinds for text that is no unit
        return None


def convert_for_mechanism(text: str, unit: str) -> float:
    """The number in `text` in a mechanism's own `unit`, as NEURON's `units()` gives it; ValueError with one
    sentence where that cannot be."""
    if unit in ("", "1"):
        try:
            return convert(text, "1")
        except ValueError as error:
            raise ValueError(f"{error}; its .mod file gives it no unit") from None
    known = _of_mechanism(unit)
    if known is not None:
        return convert(text, unit if unit in NOUN else str(known))
    match = NUMBER.match(text)
    if not match or match[2] != unit:
        raise ValueError(f'expected a value in {unit}, as its .mod file writes its unit, got "{text}"')
    return float(match[1])


@cache
def is_strength(unit: str) -> bool:
    """Whether what has this unit of a mechanism is a process's strength."""
    own = _of_mechanism(unit) if unit else None
    return own is not None and any(own.is_compatible_with(_registry().Unit(one)) for one in STRENGTHS)


def strongest(unit: str) -> float:
    """The most that a strength may be, in a mechanism's own `unit`; infinite where nothing is said of it."""
    own, registry = _of_mechanism(unit) if unit else None, _registry()
    for one, most in STRONGEST.items():
        if own is not None and own.is_compatible_with(registry.Unit(one)):
            return float(registry.Quantity(most, one).to(own).magnitude)
    return math.inf


def per_current_density(unit: str, faraday: float) -> float | None:
    """How many of a mechanism's `unit` a current density of 1 mA/cm2 is; of a molar flux, by Faraday's
    constant (C/mol). None where the unit is neither."""
    own, registry = _of_mechanism(unit) if unit else None, _registry()
    for one in (registry.Quantity(1, "mA/cm2"), registry.Quantity(1 / faraday, "mA mol/cm2/C")):
        if own is not None and own.is_compatible_with(one.units):
            return float(one.to(own).magnitude)
    return None


def doubt(value: float, high: float, unit: str) -> str:
    """Ends the sentence on a value out of its range where a wrong unit is a likely cause, " mM; is the unit
    right?"; "" elsewhere. value, high: in `unit`."""
    likely = unit in ("ohm cm2", *STRONGEST) or (unit == "mM" and value > high)
    return f" {unit}; is the unit right?" if likely else ""


def check_range(value: float, low: float, high: float, above: bool) -> None:
    """ValueError unless low <= value <= high (low < value where `above`), all three in one unit."""
    if value < low or value > high or (above and value == low):
        bound = f"above {low:g}" if above else f"at least {low:g}"
        limit = "" if math.isinf(high) else f" and at most {high:g}"
        raise ValueError(f"must be {bound}{limit}, got {float(value):g}")


def has_unit(value: object) -> bool:
    """Whether a value is a number with a unit of pint's, which whoever gives one has loaded."""
    return "pint" in sys.modules and isinstance(value, sys.modules["pint"].Quantity)


def shown(value: object) -> str:
    """A value as a sentence can hold it: short, on one line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def as_float(name: str, value: Any) -> float:
    """A number, Python's or NumPy's, as a float; InputError where it is none (true and false are none)."""
    try:
        if isinstance(value, bool | np.bool_ | str | bytes | bytearray) or np.ndim(value):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name}={shown(value)}: expected a number") from None


def parse_number(
    name: str, value: Any, unit: str, low: float = -math.inf, high: float = math.inf, above: bool = False
) -> float:
    """A number given by option or argument: bare in `unit`, or text with a unit; InputError otherwise."""
    if isinstance(value, str) or has_unit(value):
        try:
            if "_" in str(value) or not str(value).isascii():  # Python reads 1_000 as a number
                raise ValueError
            number = float(str(value))
        except ValueError:
            try:
                number = convert(str(value), unit)
            except ValueError as error:
                raise InputError(f"{name}={value}: {error}") from None
    else:
        number = as_float(name, value)
    if not math.isfinite(number):
        raise InputError(f"{name}={value}: expected a finite number")
    try:
        check_range(number, low, high, above)
    except ValueError as error:
        label = name if unit == "1" else f"{name} ({unit})"
        raise InputError(f"{name}={value}: {label} {error}{doubt(number, high, unit)}") from None
    return number
