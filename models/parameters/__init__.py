"""Parameter files: one TOML file a cell type, every value a string with its unit and its source.

A value is written `nai = "12 mM"` or, with its source, `nai = { value = "12 mM", source = "..." }`.
A file may start from another, `base = "neuron"` (a shipped cell) or `base = "other.toml"`, and give only
what differs. `read_parameters` returns plain numbers in NEURON's units; every one remembers its unit and
source.
"""

import hashlib
import math
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..errors import InputError, unknown_name
from ..solutes import IONS, bath_impermeant
from .files import find, load
from .units import NOUN, NUMBER, Quantity, check_range, convert, parse_number


def _field(unit: str, low: float, high: float, above: bool, word: str | None = None):
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
        check_range(value, low, high, above)
        return Quantity(value, unit, source)

    # the metadata carries the unit and the range to whoever changes a value later (`parse_setting`)
    kind = Quantity if word is None else Quantity | str
    return Annotated[kind, BeforeValidator(parse), (unit, low, high, above)]


Concentration = _field("mM", 0, 1e4, False)
Slope = _field("mM", 0, 1e4, True)
Voltage = _field("mV", -500, 500, False)
Temperature = _field("degC", -273.15, 150, True)
Capacitance = _field("uF/cm2", 0, 1e3, True)
Resistivity = _field("ohm cm", 0, 1e6, True, "ions")
SpecificResistance = _field("ohm cm2", 0, math.inf, True)
Conductance = _field("S/cm2", 0, math.inf, False)
Permeability = _field("cm/s", 0, math.inf, False)
WaterPermeability = _field("cm/s", 0, math.inf, True)
CurrentDensity = _field("mA/cm2", 0, math.inf, False)
Diffusion = _field("um2/ms", 0, math.inf, False)
Length = _field("um", 0, 1e7, True)
Share = _field("1", 0, 1, False)
Fraction = _field("1", 0.01, 0.99, False)
Count = _field("1", 0, 100, True)
Valence = _field("1", -100, 100, False)
Tortuosity = _field("1", 1, 100, False)
Rate = _field("1/s", 0, 1e6, True)


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Morphology(Section):
    """Where the shape comes from and how finely it is cut."""

    shape: str = "cylinder"
    length: Length | None = None
    diameter: Length | None = None
    max_compartment_length: Length


class Electrical(Section):
    """axial_resistivity "ions": the one that the ions inside imply, everywhere and at any time."""

    capacitance: Capacitance
    axial_resistivity: Resistivity
    celsius: Temperature


class Outside(Section):
    """The bath. impermeant: what else is dissolved, of mean valence impermeant_valence; what is left out
    follows from electroneutrality (with neither, an anion of valence -1)."""

    nao: Concentration
    ko: Concentration
    clo: Concentration = Quantity(0, "mM", "no chloride")
    impermeant: Concentration | None = None
    impermeant_valence: Valence | None = None


class Inside(Section):
    """The resting state that is wanted or, where the strengths are given, the state to start from.

    impermeant: what else is dissolved inside, of mean valence impermeant_valence, both of which stay in
    their compartment. With both given, K+ follows from the charge; what is left out follows from the charge
    and, with neither, from the osmotic balance with the bath.
    """

    v: Voltage
    nai: Concentration
    ki: Concentration
    cli: Concentration | None = None
    impermeant: Concentration | None = None
    impermeant_valence: Valence | None = None


class Balance(Section):
    membrane_resistance: SpecificResistance
    chloride_share: Share = Quantity(0, "1", "no chloride")


class Leak(Section):
    law: Literal["ghk", "ohmic"] = "ghk"
    pk: Permeability | None = None
    pna: Permeability | None = None
    pcl: Permeability | None = None
    gk: Conductance | None = None
    gna: Conductance | None = None
    gcl: Conductance | None = None


# rate law of the pump -> its mechanism in mod/ and the parameters it asks for
PUMP_LAWS = {
    "hill": ("nakpump", ("km_na", "km_k", "hill_na", "hill_k")),
    "sigmoid": ("nakpumpsigmoid", ("half_na", "slope_na", "half_k", "slope_k")),
    "cubic": ("nakpumpcubic", ()),
    "voltage": ("nakpumpvoltage", ("km_na", "km_k")),
}


class Pump(Section):
    """law: the rate law (mod/nakpump*.mod); n_na, n_k: ions a cycle; the rest as the law asks."""

    law: Literal["hill", "sigmoid", "cubic", "voltage"] = "hill"
    km_na: Concentration | None = None
    km_k: Concentration | None = None
    hill_na: Count | None = None
    hill_k: Count | None = None
    half_na: Concentration | None = None
    slope_na: Slope | None = None
    half_k: Concentration | None = None
    slope_k: Slope | None = None
    n_na: Count
    n_k: Count
    imax: CurrentDensity | None = None

    @property
    def mechanism(self) -> str:
        return PUMP_LAWS[self.law][0]

    def values(self) -> dict[str, float]:
        """What the law asks for and the ions a cycle."""
        return {name: float(getattr(self, name)) for name in (*PUMP_LAWS[self.law][1], "n_na", "n_k")}


class AxialIons(Section):
    """Diffusion coefficients in water; inside they are divided by the square of the tortuosity."""

    dna: Diffusion
    dk: Diffusion
    dcl: Diffusion
    tortuosity: Tortuosity = Quantity(1, "1", "assumed: as in water")


class Water(Section):
    water_permeability: WaterPermeability = Quantity(
        0.015, "cm/s", "0.0015 dm/s, Duesterwald et al. 2018 eLife 7:e39575 (plm_singlecomp.py)"
    )


class Space(Section):
    """The space outside each compartment, where there is one: its share of the tissue's volume (its own
    and the cell's), the rate at which it exchanges with the bath, and whether ions move between
    neighbouring spaces, through which tortuosity."""

    volume_fraction: Fraction = Quantity(0.2, "1", "brain, Nicholson & Sykova 1998 Trends Neurosci 21:207")
    exchange_rate: Rate = Quantity(0.1, "1/s", "assumed")
    diffusion: bool = True
    tortuosity_outside: Tortuosity = Quantity(
        1.6, "1", "Saetra et al. 2020, 2021, EDPR and edNEG models (ModelDB 267139)"
    )


class Setting(Section):
    """A parameter of a mechanism: "1 mS/cm2" is converted to its own unit, a bare number is in it."""

    value: float | str
    source: str = "given by the user"


def _setting(given):
    return given if isinstance(given, dict | Setting) else {"value": given}


class Channel(Section):
    """A further mechanism: where it sits, its parameters, which ion carries its non-specific current."""

    mechanism: str
    regions: list[str] = ["all"]
    set: dict[str, Annotated[Setting, BeforeValidator(_setting)]] = Field(default_factory=dict)
    carries: dict[str, Literal["na", "k", "cl"]] = Field(default_factory=dict)


class Parameters(Section):
    """A cell type, checked and in NEURON's units (mM, mV, cm/s, S/cm2, mA/cm2, um, um2/ms, degC)."""

    name: str
    description: str = ""
    ions: list[Literal["na", "k", "cl"]] = list(IONS)
    morphology: Morphology
    electrical: Electrical
    outside: Outside
    inside: Inside
    balance: Balance | None = None
    leak: Leak = Leak()
    pump: Pump
    diffusion: AxialIons
    water: Water = Water()
    space: Space = Space()
    channel: list[Channel] = []
    path: Path  # the file, against which a relative morphology path is read

    def strengths(self) -> dict[str, float]:
        """Leak strengths and pump current where the file gives them itself: "k", "na", "cl", "pump"."""
        prefix = "p" if self.leak.law == "ghk" else "g"
        found = {ion: getattr(self.leak, prefix + ion) for ion in self.ions}
        found["pump"] = self.pump.imax
        return {name: value for name, value in found.items() if value is not None}

    def sources(self) -> list[dict]:
        """Every value of the file with where it comes from: parameter, value, unit, source."""
        found = []
        for table in Parameters.model_fields:
            section = getattr(self, table)
            if isinstance(section, Section):
                for name in type(section).model_fields:
                    value = getattr(section, name)
                    if isinstance(value, Quantity):
                        row = (f"{table}.{name}", float(value), value.unit, value.source)
                        found.append(dict(zip(("parameter", "value", "unit", "source"), row, strict=True)))
        for channel in self.channel:
            for name, setting in channel.set.items():
                given = NUMBER.match(str(setting.value))
                found.append(
                    {
                        "parameter": f"{channel.mechanism}.{name}",
                        "value": float(given[1]) if given else math.nan,
                        "unit": given[2] if given else "",
                        "source": setting.source,
                    }
                )
        return found

    def digest(self) -> str:
        """Hash of every value, for the provenance of results."""
        text = self.model_dump_json(exclude={"path", "name", "description"})
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def settable() -> dict[str, tuple[str, str]]:
    """What `--set` may change after balancing: name -> (section, field)."""
    names = {name: ("outside", name) for name in Outside.model_fields}
    names["celsius"] = ("electrical", "celsius")
    names |= {name: ("pump", name) for name in Pump.model_fields if name not in ("imax", "law")}
    for table, section in (("diffusion", AxialIons), ("water", Water), ("space", Space)):
        names |= {name: (table, name) for name in section.model_fields if name != "diffusion"}
    return names


def _metadata(section: type[BaseModel], field: str):
    info = section.model_fields[field]
    kinds = (info, *getattr(info.annotation, "__args__", ()))  # of an optional value: its inner type
    found = [m for kind in kinds for m in getattr(kind, "metadata", getattr(kind, "__metadata__", ()))]
    return next(m for m in found if isinstance(m, tuple))


def parse_setting(name: str, value) -> float:
    """The number meant by `--set name=value`: in the parameter's own unit, or with a unit ("8 mM")."""
    if name not in settable():
        raise unknown_name("parameter", name, settable())
    section, field = settable()[name]
    unit, low, high, above = _metadata(Parameters.model_fields[section].annotation, field)
    return parse_number(name, value, unit, low, high, above)


def _section_at(location: tuple) -> type[BaseModel]:
    """The model class that the keys named by a validation error's location (less its last) belong to."""
    section = Parameters
    for part in location[:-1]:
        if isinstance(part, str) and part in section.model_fields:
            annotation = section.model_fields[part].annotation
            options = [annotation, *getattr(annotation, "__args__", ())]
            section = next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), section)
    return section


def _explain(path: Path, problem: dict) -> InputError:
    location = problem["loc"]
    name = ".".join(str(part) for part in location)
    if problem["type"] == "extra_forbidden":
        table = ".".join(str(part) for part in location[:-1])
        where = f"{path}: [{table}]" if table else str(path)
        return unknown_name(
            "key", str(location[-1]), _section_at(location).model_fields.keys() - {"path"}, where
        )
    if problem["type"] == "missing":
        return InputError(
            f'{path}: {name} is missing; give it, or start from a shipped cell with base = "neuron"'
        )
    message = problem["msg"].removeprefix("Value error, ")
    return InputError(f"{path}: {name}: {message}")


def _consistent(parameters: Parameters) -> None:
    """Rules between values; InputError with the file and the keys."""
    path, given = parameters.path, parameters.strengths()
    if not {"na", "k"} <= set(parameters.ions):
        raise InputError(f"{path}: ions: a cell needs at least na and k, got {parameters.ions}")
    if not re.fullmatch(r"[\w.+-][\w .+-]*", parameters.name):
        raise InputError(f"{path}: name {parameters.name!r}: expected letters, digits, spaces and . + - _")
    wanted = [*parameters.ions, "pump"]
    if parameters.balance is not None and given:
        raise InputError(f"{path}: [balance] and strengths ({', '.join(given)}) exclude each other; keep one")
    if parameters.balance is None and set(given) != set(wanted):
        lacking = ", ".join(name for name in wanted if name not in given)
        raise InputError(
            f"{path}: without [balance] every strength is needed, in the form of law = "
            f'"{parameters.leak.law}" (missing: {lacking})'
        )
    law, asked = parameters.pump.law, PUMP_LAWS[parameters.pump.law][1]
    for name in (name for _, names in PUMP_LAWS.values() for name in names):
        if (getattr(parameters.pump, name) is None) == (name in asked):
            wrong = "is missing" if name in asked else "belongs to another law"
            raise InputError(
                f'{path}: pump.{name} {wrong}; law = "{law}" asks for {", ".join(asked) or "nothing"}'
            )
    for ion in parameters.ions:
        for side, value in (
            ("o", getattr(parameters.outside, ion + "o")),
            ("i", getattr(parameters.inside, ion + "i")),
        ):
            if value is not None and value <= 0:
                raise InputError(
                    f"{path}: {ion}{side} must be above 0 mM in a cell that has {ion}, got {value:g}"
                )
    out = parameters.outside
    bath_impermeant(
        {ion: getattr(out, ion + "o") for ion in IONS if ion in parameters.ions},
        out.impermeant,
        out.impermeant_valence,
        f"{path}: outside",
    )


def read_parameters(cell: str | Path) -> Parameters:
    """Parameters of a shipped cell (its name) or of a user's TOML file (its path).

    Raises InputError, one sentence with the file and the key, for an unknown cell, unreadable or invalid
    TOML, an unknown key, a missing or impossible value or a wrong unit.
    """
    path = find(cell, Path.cwd())
    data = load(path)
    data.setdefault("name", path.stem)
    try:
        parameters = Parameters(**data, path=path)
    except ValidationError as error:
        raise _explain(path, error.errors()[0]) from None
    _consistent(parameters)
    return parameters
