"""The kinds of value that a parameter file holds: each a quantity with its unit and its range."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from .units import NOUN, STRONGEST, Quantity, check_range, convert


class Section(BaseModel):
    """A table of a parameter file."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Setting(Section):
    """A parameter of a mechanism, a text with its unit ("1 mS/cm2") that is converted to its own."""

    value: str
    source: str = "given by the user"


def _setting(given):
    value = given.value if isinstance(given, Setting) else given
    source = "given by the user"
    if isinstance(given, dict):
        if not set(given) <= {"value", "source"} or "value" not in given:
            raise ValueError(f"expected {{ value, source }}, got the keys {', '.join(given)}")
        value, source = given["value"], str(given.get("source", source))
    if not isinstance(value, str):
        raise ValueError(f'expected a string with its unit such as "1 mS/cm2" or "3", got {value!r}')
    return given if isinstance(given, Setting) else {"value": value, "source": source}


MechanismParameter = Annotated[Setting, BeforeValidator(_setting)]


def field(unit: str, low: float, high: float, above: bool, word: str | None = None):
    """A field's type: a quantity in `unit` within a range or, where there is one, the word instead."""

    def parse(given) -> Quantity | str:
        source = "given by the user"
        if isinstance(given, dict):
            if not set(given) <= {"value", "source"} or "value" not in given:
                raise ValueError(f"expected {{ value, source }}, got the keys {', '.join(given)}")
            given, source = given["value"], str(given.get("source", source))
        if isinstance(given, Quantity) or (word is not None and given == word):
            return given
        if not isinstance(given, str):
            with_unit = "" if unit == "1" else " with its unit"
            raise ValueError(f"expected {NOUN[unit]} as a string{with_unit}, got {given!r}")
        value = convert(given, unit)
        try:
            check_range(value, low, high, above)
        except ValueError as error:
            hint = f" {unit}; is the unit right?" if unit in ("ohm cm2", *STRONGEST) else ""
            raise ValueError(f"{error}{hint}") from None
        return Quantity(value, unit, source)

    # the metadata carries the unit and the range to whoever changes a value later (`parse_setting`)
    kind = Quantity if word is None else Quantity | str
    return Annotated[kind, BeforeValidator(parse), (unit, low, high, above)]


LEAST_RESISTANCE = 1e-3  # ohm cm2; below it the currents of rest are larger than a sum of them can be exact

Concentration = field("mM", 0, 1e4, False)
Slope = field("mM", 0, 1e4, True)
HalfEffect = field("mM", 0, 1e12, True)
Voltage = field("mV", -500, 500, False)
Temperature = field("degC", -273.15, 150, True)
Capacitance = field("uF/cm2", 0, 1e3, True)
Resistivity = field("ohm cm", 1e-3, 1e6, False, "ions")
# wider than any membrane or solution is by orders of magnitude, and narrow enough to be computed with
SpecificResistance = field("ohm cm2", LEAST_RESISTANCE, 1e12, False)
AccessResistance = field("ohm cm2", 0, 1e12, True)  # no membrane's: an opening's may be next to nothing
Conductance = field("S/cm2", 0, STRONGEST["S/cm2"], False)
Permeability = field("cm/s", 0, STRONGEST["cm/s"], False)
WaterPermeability = field("cm/s", 0, STRONGEST["cm/s"], True)
CurrentDensity = field("mA/cm2", 0, STRONGEST["mA/cm2"], False)
CycleCurrent = field("mA/cm2", 0, STRONGEST["mA/cm2"], True)
Diffusion = field("um2/ms", 0, 1e6, False)
Length = field("um", 1e-6, 1e7, False)  # less has no meaning for what is made of molecules
Share = field("1", 0, 1, False)
ChlorideShare = field("1", 0, 0.999, False)
Fraction = field("1", 0.01, 0.99, False)
Sliver = field("1", 1e-5, 0.2, False)
Rings = field("1", 2, 100, False)
Count = field("1", 0, 100, True)
Valence = field("1", -100, 100, False)
Tortuosity = field("1", 1, 100, False)
Rate = field("1/s", 0, 1e6, True)
Factor = field("1", 0, 1e3, False)
Celsius = field("degC", -50, 100, False)
Energy = field("kJ/mol", -200, 0, False)


def specification(section: type[BaseModel], name: str) -> tuple:
    """Unit, lowest and highest value of a field, and whether it must lie above the lowest."""
    info = section.model_fields[name]
    kinds = (info, *getattr(info.annotation, "__args__", ()))  # of an optional value: its inner type
    found = [m for kind in kinds for m in getattr(kind, "metadata", getattr(kind, "__metadata__", ()))]
    return next(m for m in found if isinstance(m, tuple))
