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
from typing import Literal

from pydantic import BaseModel, Field, StrictBool, ValidationError, create_model

from ..errors import InputError, unknown_name
from ..physics.electroneutrality import bath_impermeant
from ..physics.ions import IONS
from ..physics.leaks import leak_of
from .effect import check_effect
from .fields import (
    AccessResistance,
    Capacitance,
    ChlorideShare,
    Concentration,
    Conductance,
    CurrentDensity,
    CycleCurrent,
    Diffusion,
    Fraction,
    Length,
    MechanismParameter,
    Permeability,
    Rate,
    Resistivity,
    Rings,
    Section,
    Setting,
    Share,
    Sliver,
    Slope,
    SpecificResistance,
    Temperature,
    Tortuosity,
    Valence,
    Voltage,
    WaterPermeability,
    specification,
)
from .files import STRENGTHS, find, load
from .pumps import ISOFORMS, Pump, check_pump
from .pumps import settings as pump_settings
from .units import NUMBER, Quantity, parse_number


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


NONE = Quantity(0, "mM", "none")


def further(form: str, kind, default=lambda ion: None):
    """A table with a field for each ion that has mechanisms of its own; form: of its name, "{}o"."""

    def extended(table):
        own = [ion for ion in IONS.values() if ion.further]
        fields = {form.format(ion.name): (kind, default(ion)) for ion in own}
        return create_model(table.__name__, __base__=table, __doc__=table.__doc__, **fields)

    return extended


@further("{}o", Concentration, lambda ion: NONE)
class Outside(Section):
    """The bath. impermeant: what else is dissolved, of mean valence impermeant_valence; what is left out
    follows from electroneutrality (with neither, an anion of valence -1)."""

    nao: Concentration
    ko: Concentration
    clo: Concentration = Quantity(0, "mM", "no chloride")
    cao: Concentration = Quantity(0, "mM", "no calcium")
    impermeant: Concentration | None = None
    impermeant_valence: Valence | None = None


@further("{}i", Concentration | None)
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
    cai: Concentration | None = None
    impermeant: Concentration | None = None
    impermeant_valence: Valence | None = None


class Balance(Section):
    """What the resting membrane is to be, beside at rest: its specific resistance or, instead, the current
    of the pump's cycles (F times their rate); and chloride's share of its conductance."""

    membrane_resistance: SpecificResistance | None = None
    pump_current: CycleCurrent | None = None
    chloride_share: ChlorideShare = Quantity(0, "1", "no chloride")


@further("p{}", Permeability | None)
class Strengths(Section):
    """Permeabilities or conductances of the leaks, as far as a table gives them."""

    pk: Permeability | None = None
    pna: Permeability | None = None
    pcl: Permeability | None = None
    pca: Permeability | None = None
    gk: Conductance | None = None
    gna: Conductance | None = None
    gcl: Conductance | None = None


class Leak(Strengths):
    law: Literal["ghk", "ohmic"] = "ghk"


class Calcium(Section):
    """The fast Ca2+ buffer inside: its sites (per volume at the beginning) and their dissociation
    constant."""

    buffer: Concentration = Quantity(0, "mM", "no buffer")
    kd: Slope = Quantity(1e-3, "mM", "of no effect without a buffer")


class Tubules(Section):
    """The T-tubules of a fibre, cut into rings of equal volume: what share of the fibre's volume their lumen
    is, its volume per membrane, what share of its value in water the radial diffusion has, and the resistance
    of the openings, per area of the fibre's surface."""

    volume_fraction: Sliver
    volume_per_area: Length
    diffusion_factor: Fraction
    access_resistance: AccessResistance
    rings: Rings = Quantity(5, "1", "assumed; with 40, V over 24 h of a block differs by 0.003 mV")


class Epithelium(Section):
    """Two unlike membranes in series, the regions apical and basolateral of the shape "epithelium"; the
    resistance of the way between the cells, per area of the apical membrane."""

    shunt_resistance: AccessResistance


@further("{}o", Concentration | None)
class Region(Strengths):
    """What one region of a cell has of its own: membrane, bath, isoforms. What is left out is the cell's."""

    capacitance: Capacitance | None = None
    membrane_resistance: SpecificResistance | None = None
    pump_current: CycleCurrent | None = None
    chloride_share: ChlorideShare | None = None
    nao: Concentration | None = None
    ko: Concentration | None = None
    clo: Concentration | None = None
    cao: Concentration | None = None
    imax: CurrentDensity | None = None
    alpha1: Share | None = None
    alpha2: Share | None = None
    alpha3: Share | None = None


@further("d{}", Diffusion, lambda ion: Quantity(ion.diffusion, "um2/ms", ion.source))
class AxialIons(Section):
    """Diffusion coefficients in water; inside they are divided by the square of the tortuosity."""

    dna: Diffusion
    dk: Diffusion
    dcl: Diffusion | None = None
    dca: Diffusion = Quantity(
        0.71, "um2/ms", "Saetra et al. 2020, 2021, EDPR and edNEG models (ModelDB 267139)"
    )
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
    diffusion: StrictBool = True
    tortuosity_outside: Tortuosity = Quantity(
        1.6, "1", "Saetra et al. 2020, 2021, EDPR and edNEG models (ModelDB 267139)"
    )


class Channel(Section):
    """A further mechanism: where it sits, its parameters, which ion carries its non-specific current, and
    whether the balance counts it; one that it does not is added to the balanced cell."""

    mechanism: str
    regions: list[str] = Field(default_factory=lambda: ["all"])
    set: dict[str, MechanismParameter] = Field(default_factory=dict)
    carries: dict[str, str | dict[str, float | str]] = Field(default_factory=dict)
    balanced: StrictBool = True


class Parameters(Section):
    """A cell type, checked and in NEURON's units (mM, mV, cm/s, S/cm2, mA/cm2, um, um2/ms, degC)."""

    name: str
    description: str = ""
    ions: list[Literal[*IONS]] = Field(default_factory=lambda: ["na", "k", "cl"])
    morphology: Morphology
    electrical: Electrical
    outside: Outside
    inside: Inside
    balance: Balance | None = None
    leak: Leak = Leak()
    pump: Pump
    diffusion: AxialIons
    calcium: Calcium = Calcium()
    water: Water = Water()
    space: Space = Space()
    tubules: Tubules | None = None
    epithelium: Epithelium | None = None
    region: dict[str, Region] = Field(default_factory=dict)
    channel: list[Channel] = Field(default_factory=list)
    path: Path  # the file, against which a relative morphology path is read

    def strengths(self) -> dict[str, float]:
        """Leak strengths and pump current where the file gives them itself: "k", "na", "cl", "pump"."""
        found = {ion: getattr(self.leak, leak_of(ion, self.leak.law).name) for ion in self.ions}
        found["pump"] = self.pump.imax
        return {name: value for name, value in found.items() if value is not None}

    def sources(self) -> list[dict]:
        """Every value of the file with where it comes from: parameter, value, unit, source."""
        found = []
        absent = {f"{ion.name}o" for ion in IONS.values() if ion.further and ion.name not in self.ions}
        absent |= {f"d{name[:-1]}" for name in absent}
        for table in Parameters.model_fields:
            section = getattr(self, table)
            if isinstance(section, Section):
                for name in type(section).model_fields:
                    value = getattr(section, name)
                    if isinstance(value, Quantity) and table != "pump" and name not in absent:
                        found.append(_row(f"{table}.{name}", value))
        numbers = self.pump.quantities() | {a: i.share for a, i in self.pump.isoform.items()}
        found += [_row(f"pump.{name}", value) for name, value in numbers.items()]
        for region, table in self.region.items():
            found += [_row(f"region.{region}.{name}", value) for name, value in table if value is not None]
        mechanisms = [(channel.mechanism, channel.set) for channel in self.channel]
        for mechanism, settings in [(self.pump.mechanism, self.pump.set), *mechanisms]:
            found += [_setting_row(f"{mechanism}.{name}", setting) for name, setting in settings.items()]
        return found

    def digest(self) -> str:
        """Hash of every value, for the provenance of results."""
        text = self.model_dump_json(exclude={"path", "name", "description"})
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _row(name: str, value: Quantity) -> dict:
    return {"parameter": name, "value": float(value), "unit": value.unit, "source": value.source}


def _setting_row(name: str, setting: Setting) -> dict:
    given = NUMBER.match(setting.value)
    value, unit = (float(given[1]), given[2]) if given else (math.nan, "")
    return {"parameter": name, "value": value, "unit": unit, "source": setting.source}


def settable() -> dict[str, tuple[str, str]]:
    """What `--set` may change after balancing: name -> (section, field)."""
    names = {name: ("outside", name) for name in Outside.model_fields}
    names["celsius"] = ("electrical", "celsius")
    names |= {name: ("pump", name) for name in pump_settings()}
    for table, section in (("diffusion", AxialIons), ("water", Water), ("space", Space)):
        names |= {name: (table, name) for name in section.model_fields if name != "diffusion"}
    return names


def setting(name: str) -> tuple[str, float, float, bool]:
    """Unit, lowest and highest value of what `--set` may change, and whether it must lie above the lowest."""
    if name not in settable():
        raise unknown_name("parameter", name, settable())
    section, field = settable()[name]
    if section == "pump":
        return pump_settings()[field]
    return specification(Parameters.model_fields[section].annotation, field)


def parse_setting(name: str, value) -> float:
    """The number meant by `--set name=value`: in the parameter's own unit, or with a unit ("8 mM")."""
    return parse_number(name, value, *setting(name))


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
    _check_ions(parameters)
    if parameters.tubules is not None and parameters.tubules.rings % 1:
        raise InputError(f"{path}: tubules.rings: expected a whole number, got {parameters.tubules.rings:g}")
    if parameters.epithelium is not None and parameters.morphology.shape != "epithelium":
        raise InputError(
            f'{path}: [epithelium] needs morphology.shape = "epithelium" with its two membranes, got '
            f"{parameters.morphology.shape!r}"
        )
    if parameters.tubules is not None and parameters.morphology.shape != "cylinder":
        raise InputError(
            f'{path}: [tubules] needs morphology.shape = "cylinder", got {parameters.morphology.shape!r}'
        )
    if len(set(parameters.ions)) < len(parameters.ions):
        raise InputError(f"{path}: ions: {parameters.ions} names one twice")
    _check_regions(parameters)
    _check_channels(parameters)
    check_pump(parameters.pump, path)
    _check_balance(parameters)
    check_effect(parameters, IONS, {leak_of(ion, parameters.leak.law).name for ion in parameters.ions})
    if "cl" in parameters.ions and parameters.diffusion.dcl is None:
        raise InputError(f"{path}: diffusion.dcl is missing; a cell that follows Cl- needs one")
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


def _check_ions(parameters: Parameters) -> None:
    """InputError where what a file says of an ion and whether the cell follows it do not go together."""
    path = parameters.path
    for ion in (ion for ion in IONS.values() if ion.name not in ("na", "k", "cl")):
        name, followed = ion.name, ion.name in parameters.ions
        if getattr(parameters.outside, f"{name}o") > 0 and not followed:
            raise InputError(
                f'{path}: outside.{name}o is given, and ions = {parameters.ions}; add "{name}" to ions'
            )
        if followed and getattr(parameters.inside, f"{name}i") is None and not ion.passive:
            raise InputError(
                f"{path}: inside.{name}i is missing; a cell that follows {ion.symbol} starts from one"
            )


def _check_regions(parameters: Parameters) -> None:
    """InputError where a region's table holds what has no effect in this cell."""
    path, law = parameters.path, parameters.leak.law
    leaks = {leak_of(ion, law).name for ion in parameters.ions}
    for name, own in parameters.region.items():
        for key, value in own:
            if value is None:
                continue
            where = f"{path}: [region.{name}]: {key}"
            if key in {f"{ion}o" for ion in IONS}:
                if parameters.epithelium is None:
                    raise InputError(
                        f"{where}: only the two membranes of an epithelium have baths of their own"
                    )
                if value <= 0 and key[:-1] in parameters.ions:
                    raise InputError(f"{where} must be above 0 mM")
            if key[:1] in "pg" and key[1:] in IONS and key not in leaks:
                raise InputError(
                    f'{where} has no effect in a cell of law = "{law}" and ions = {parameters.ions}'
                )


def _check_channels(parameters: Parameters) -> None:
    """InputError where a mechanism is asked for nowhere, or in two ways that exclude each other."""
    balanced: dict[str, bool] = {}
    carries: dict[tuple[str, str], object] = {}
    for channel in parameters.channel:
        where = f"{parameters.path}: channel {channel.mechanism}"
        if not channel.regions:
            raise InputError(
                f'{where}: regions is empty, so it would be nowhere; expected regions such as ["soma"], or '
                "none of it for the whole cell"
            )
        if balanced.setdefault(channel.mechanism, channel.balanced) != channel.balanced:
            raise InputError(f"{where}: balanced must be the same in all its tables")
        for current, ion in channel.carries.items():
            if carries.setdefault((channel.mechanism, current), ion) != ion:
                raise InputError(f"{where}: carries.{current} must be the same in all its tables")
        if channel.mechanism == parameters.pump.mechanism:
            raise InputError(f"{where}: it is the cell's pump ([pump] mechanism); take the table out")


def _check_balance(parameters: Parameters) -> None:
    """InputError unless the balance, everywhere, is asked for one thing: resistance or pump current."""
    path, balance = parameters.path, parameters.balance
    tables = {"balance": balance} | {f"region.{name}": table for name, table in parameters.region.items()}
    for name, table in tables.items():
        if table is None:
            continue
        both = table.membrane_resistance is not None and table.pump_current is not None
        neither = table.membrane_resistance is None and table.pump_current is None
        if both or (neither and name == "balance"):
            fault = "not both" if both else "and has neither"
            raise InputError(f"{path}: [{name}] takes membrane_resistance or pump_current, {fault}")
        strengths = [
            key for keys in STRENGTHS.values() for key in keys if getattr(table, key, None) is not None
        ]
        if balance is not None and strengths:
            raise InputError(f"{path}: [{name}]: {strengths[0]} and [balance] exclude each other; keep one")
        if (
            balance is None
            and name != "balance"
            and (both or not neither or table.chloride_share is not None)
        ):
            raise InputError(f"{path}: [{name}] asks for a balance, and there is no [balance]")
        for alpha in ISOFORMS:
            if (
                name != "balance"
                and getattr(table, alpha) is not None
                and alpha not in parameters.pump.isoform
            ):
                raise InputError(f"{path}: [{name}]: the pump has no isoform {alpha}")


def read_parameters(cell: str | Path) -> Parameters:
    """Parameters of a shipped cell (its name) or of a user's TOML file (its path).

    Raises InputError, one sentence with the file and the key, for an unknown cell, unreadable or invalid
    TOML, an unknown key, a missing or impossible value or a wrong unit.
    """
    path = find(cell, Path.cwd())
    data = load(path)
    data.setdefault("name", path.stem)
    if "path" in data:  # Parameters' own
        raise unknown_name("key", "path", Parameters.model_fields.keys() - {"path"}, str(path))
    try:
        parameters = Parameters(**data, path=path)
    except ValidationError as error:
        raise _explain(path, error.errors()[0]) from None
    _consistent(parameters)
    return parameters
