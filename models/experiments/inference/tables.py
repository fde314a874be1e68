"""The tables of a file of measured values: every key with its kind of value, default and meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from ...errors import InputError
from ...parameters.fields import Table, explained
from ...parameters.files import parse
from ...parameters.units import GIVEN, shown

Number = Annotated[str | float, Field(union_mode="left_to_right")]


class Free(Table):
    """What is known beforehand of a number that is to be found.

    Log-normal about `median`, within `low` and `high` where these are given too; flat on a logarithmic axis
    where they are given alone.
    """

    median: Number | None = Field(None, description="of what it may be; left out: the cell's own value")
    spread: float | None = Field(
        None, description="one standard deviation to either side, as a factor; left out: 3"
    )
    low: Number | None = Field(None, description="the least that it may be")
    high: Number | None = Field(None, description="the most that it may be")
    source: str = Field(GIVEN, description="where that is from")


class Measured(Table):
    """A measured value."""

    what: str = Field(description="which quantity: v, nai, membrane_resistance, ...")
    value: Number = Field(description="with its unit")
    error: Number = Field(description="its standard error, with its unit or in per cent of the value")
    where: str | list[str] | None = Field(
        None,
        description="of which place; left out: of the whole cell, the input resistance of where a cell is "
        "usually stimulated",
    )
    set: dict[str, Number] = Field(
        default_factory=dict, description="by which settings it was another experiment, as --set takes them"
    )
    scale: dict[str, Number] = Field(default_factory=dict, description="by which factors, as --scale")
    hold: Literal["concentrations"] | None = Field(
        None, description="concentrations: at once, before ions have moved; left out: in the end"
    )
    source: str = Field(GIVEN, description="where it is from")


class Tables(Table):
    """What was measured of a cell, and what is to be found of it."""

    name: str = Field("", description="what results call it; left out: the file's name")
    description: str = Field("", description="one line about it")
    source: str = Field("", description="the publication that it is from")
    cell: str = Field("neuron", description="the cell, where none is given")
    options: dict[str, Any] = Field(
        default_factory=dict, description="how the cell is made, as make_cell takes it: volume, outside, ..."
    )
    set: dict[str, Number] = Field(
        default_factory=dict, description="settings under which all was measured, as --set takes them"
    )
    scale: dict[str, Number] = Field(default_factory=dict, description="factors likewise, as --scale")
    start: dict[str, Number] = Field(
        default_factory=dict, description="where the way to its rest begins, as --start takes it"
    )
    free: dict[str, Free] = Field(
        default_factory=dict,
        description="what is to be found, by the names of --scale and --set; left out: leaks and pump",
    )
    measured: list[Measured] = Field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """What was given. path: its file, or "measured" of what came from Python; folder: of its files."""

    tables: Tables
    path: str
    folder: Path


def read_measured(given: str | Path | Mapping[str, Any] | Given) -> Given:
    """Measured values from the path of a TOML file, or its tables as a dict. InputError with the file and the
    key for what cannot be."""
    if isinstance(given, Given):
        return given
    if isinstance(given, Mapping):
        return Given(_checked(dict(given), "measured"), "measured", Path.cwd())
    if not isinstance(given, str | Path) or not str(given):
        raise InputError(f"measured: expected a TOML file or a dict of its tables, got {shown(given)}")
    path = Path(given)
    data = parse(path, "file of measured values (TOML)")
    data.setdefault("name", path.stem)
    return Given(_checked(data, str(path)), str(path), path.parent)


def _checked(data: dict[str, Any], path: str) -> Tables:
    try:
        return Tables(**data)
    except ValidationError as error:
        raise explained(Tables, error.errors()[0], path) from None
    except TypeError:
        raise InputError(f"{path}: expected tables by name, got {shown(data)}") from None
