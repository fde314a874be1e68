"""The kinds of value that a parameter file holds: each a quantity with its unit and its range."""

import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from ..errors import InputError, unknown_name
from .units import GIVEN, NOUN, STRONGEST, Quantity, check_range, convert, doubt


class Table(BaseModel):
    """A table of a parameter file."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class MechanismValue(Table):
    """What a parameter of a mechanism is set to, a text with its unit ("1 mS/cm2") that is converted to the
    parameter's own."""

    value: str
    source: str = GIVEN


def value_and_source(given: Any) -> tuple[Any, str]:
    """A value as a file holds it, `"12 mM"` or `{ value = "12 mM", source = "..." }`; ValueError for a table
    of other keys."""
    if not isinstance(given, dict):
        return given, GIVEN
    if not set(given) <= {"value", "source"} or "value" not in given:
        raise ValueError(f"expected {{ value, source }}, got the keys {', '.join(given)}")
    return given["value"], str(given.get("source", GIVEN))


def is_number(given: Any) -> bool:
    """Whether it is a bare number, Python's or NumPy's: neither true or false, nor one that has its unit."""
    return isinstance(given, numbers.Real) and not isinstance(given, bool | Quantity)


def _mechanism_value(given: Any) -> Any:
    if isinstance(given, MechanismValue):
        return given
    value, source = value_and_source(given)
    if not isinstance(value, str):
        raise ValueError(f'expected a string with its unit such as "1 mS/cm2" or "3", got {value!r}')
    return {"value": value, "source": source}


MechanismParameter = Annotated[MechanismValue, BeforeValidator(_mechanism_value)]


@dataclass(frozen=True)
class Kind:
    """What a value must be: a quantity in `unit` from `low` (above it, if `above`) to `high` or, where there
    is one, the word instead."""

    unit: str
    low: float
    high: float
    above: bool = False
    word: str | None = None

    def parse(self, given: Any) -> Quantity | str:
        """The quantity that a file's value means; ValueError with one sentence where it is none."""
        given, source = value_and_source(given)
        if isinstance(given, Quantity) or (self.word is not None and given == self.word):
            return given
        if self.unit == "1" and is_number(given):
            given = str(given)  # a pure number needs no unit, and so no quotes
        if not isinstance(given, str):
            with_unit = "" if self.unit == "1" else " with its unit"
            raise ValueError(f"expected {NOUN[self.unit]} as a string{with_unit}, got {given!r}")
        value = convert(given, self.unit)
        try:
            check_range(value, self.low, self.high, self.above)
        except ValueError as error:
            raise ValueError(f"{error}{doubt(value, self.high, self.unit)}") from None
        return Quantity(value, self.unit, source)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)


LEAST_RESISTANCE = 1e-3  # ohm cm2; below it the currents of rest are larger than a sum of them can be exact

# more than water can hold of NaCl or KCl
Concentration = Annotated[Quantity, Kind("mM", 0, 6e3)]
PositiveConcentration = Annotated[Quantity, Kind("mM", 0, 1e4, above=True)]
HalfEffect = Annotated[Quantity, Kind("mM", 0, 1e12, above=True)]
Voltage = Annotated[Quantity, Kind("mV", -500, 500)]
Temperature = Annotated[Quantity, Kind("degC", -273.15, 150, above=True)]
Capacitance = Annotated[Quantity, Kind("uF/cm2", 0, 1e3, above=True)]
Resistivity = Annotated[Quantity | str, Kind("ohm cm", 1e-3, 1e6, word="ions")]
# wider than any membrane or solution is by orders of magnitude, and narrow enough to be computed with
SpecificResistance = Annotated[Quantity, Kind("ohm cm2", LEAST_RESISTANCE, 1e12)]
# no membrane's: an opening's may be next to nothing
AccessResistance = Annotated[Quantity, Kind("ohm cm2", 0, 1e12, above=True)]
Conductance = Annotated[Quantity, Kind("S/cm2", 0, STRONGEST["S/cm2"])]
Permeability = Annotated[Quantity, Kind("cm/s", 0, STRONGEST["cm/s"])]
WaterPermeability = Annotated[Quantity, Kind("cm/s", 0, STRONGEST["cm/s"], above=True)]
CurrentDensity = Annotated[Quantity, Kind("mA/cm2", 0, STRONGEST["mA/cm2"])]
CycleCurrent = Annotated[Quantity, Kind("mA/cm2", 0, STRONGEST["mA/cm2"], above=True)]
Diffusion = Annotated[Quantity, Kind("um2/ms", 0, 1e6)]
Length = Annotated[Quantity, Kind("um", 1e-6, 1e7)]  # less has no meaning for what is made of molecules
Coordinate = Annotated[Quantity, Kind("um", -1e7, 1e7)]
Conducting = Annotated[Quantity, Kind("nS", 0, 1e9)]  # of a whole junction, or of one channel
Many = Annotated[Quantity, Kind("1", 0, 1e9)]
ActivityCoefficient = Annotated[Quantity, Kind("1", 0.01, 10)]
Share = Annotated[Quantity, Kind("1", 0, 1)]
PositiveShare = Annotated[Quantity, Kind("1", 1e-3, 1)]
Equilibrium = Annotated[Quantity, Kind("1", 1e-6, 1e6)]
ChlorideShare = Annotated[Quantity, Kind("1", 0, 0.999)]
AreaPower = Annotated[Quantity, Kind("1", 0, 1, above=True)]
Fraction = Annotated[Quantity, Kind("1", 0.01, 0.99)]
SmallFraction = Annotated[Quantity, Kind("1", 1e-5, 0.2)]
RingCount = Annotated[Quantity, Kind("1", 2, 100)]
Count = Annotated[Quantity, Kind("1", 0, 100, above=True)]
Valence = Annotated[Quantity, Kind("1", -100, 100)]
Tortuosity = Annotated[Quantity, Kind("1", 1, 100)]
Rate = Annotated[Quantity, Kind("1/s", 0, 1e6, above=True)]
OwnRate = Annotated[Quantity, Kind("1/s", 0, 1e6)]
Uptake = Annotated[Quantity, Kind("mM/s", 0, 1e6, above=True)]
Ratio = Annotated[Quantity, Kind("1", 1e-3, 1e3)]
Factor = Annotated[Quantity, Kind("1", 0, 1e3)]
TemperatureFactor = Annotated[Quantity, Kind("1", 1e-3, 1e3)]  # what 10 degC make of a strength
Energy = Annotated[Quantity, Kind("kJ/mol", -200, 0)]


def kind_of(info: FieldInfo) -> Kind | None:
    """What a field's value must be; None for one that is no quantity."""
    inner = (m for kind in get_args(info.annotation) for m in getattr(kind, "__metadata__", ()))
    return next((m for m in (*info.metadata, *inner) if isinstance(m, Kind)), None)  # inner: of an optional


def table_in(annotation: Any) -> type[Table] | None:
    """The table that a key holds, alone, one by name or one of several; None for a key that holds a value."""
    options = (annotation, *get_args(annotation))
    return next((one for one in options if isinstance(one, type) and issubclass(one, Table)), None)


def table_at(kind: type[Table], location: Sequence[str | int]) -> type[Table]:
    """The table, of `kind` or within it, that the key named by a validation error's location belongs to."""
    for part in location[:-1]:
        if isinstance(part, str) and part in kind.model_fields:
            kind = table_in(kind.model_fields[part].annotation) or kind
    return kind


def checked(kind: type[Any], data: dict[str, Any], where: str) -> Any:
    """A table of these values; InputError with one sentence that begins with `where`."""
    try:
        return kind(**data)
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            known = table_at(kind, problem["loc"]).model_fields.keys() - {"path"}
            raise unknown_name("key", str(problem["loc"][-1]), known, f"{where}: {name}") from None
        if problem["type"] == "missing":
            raise InputError(f"{where}: {name} is missing") from None
        words = problem["msg"].removeprefix("Value error, ")
        raise InputError(f"{where}: {name}: {words}") from None


def explained(kind: type[Table], problem: Any, where: str) -> InputError:
    """The sentence for what a schema refuses of a file of `kind`, beginning with `where`; tables of a list
    are counted from 1, "change 1.at"."""
    location = problem["loc"]
    name = _named(location)
    if problem["type"] == "extra_forbidden":
        table, within = table_at(kind, location), _named(location[:-1])
        place = f"{where}: [{within}]" if within else where
        return unknown_name("key", str(location[-1]), table.model_fields, place)
    if problem["type"] == "missing":
        return InputError(f"{where}: {name} is missing")
    return InputError(f"{where}: {name}: {problem['msg'].removeprefix('Value error, ')}")


def _named(location: tuple[Any, ...]) -> str:
    name = ""
    for part in location:
        name += f" {part + 1}" if isinstance(part, int) else f".{part}"
    return name.removeprefix(".").removesuffix(".str").removesuffix(".float")
