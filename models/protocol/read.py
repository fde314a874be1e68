"""From a file, or a dict, to the checked tables of a protocol."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import InputError, unknown_name
from ..parameters.fields import Table, explained
from ..parameters.files import parse
from ..parameters.units import NUMBER, shown
from .tables import Given, Tables

SHIPPED = Path(__file__).resolve().parent / "shipped"


@dataclass(frozen=True)
class Protocol:
    """A protocol as it was given.

    tables: what it says
    path: its file, or "protocol" of what was given from Python
    folder: against which the names of its files are read
    """

    tables: Tables
    path: str
    folder: Path

    def file(self, name: str) -> Path:
        """A file that it names."""
        return self.folder / name

    @property
    def samples(self) -> list[str]:
        """The CSV files that it names."""
        return sorted(set(_samples(self.tables)))


def _samples(given: Any) -> Iterator[str]:
    """The CSV files that tables name, anywhere in them."""
    if isinstance(given, Given):
        if given.samples is not None:
            yield given.samples
    elif isinstance(given, Table):
        for name in type(given).model_fields:
            yield from _samples(getattr(given, name))
    elif isinstance(given, list | dict):
        for one in given.values() if isinstance(given, dict) else given:
            yield from _samples(one)


def shipped_protocols() -> list[str]:
    """Names of the protocols that come with the package, sorted."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def read_protocol(
    given: str | Path | Mapping[str, Any] | Protocol, values: Mapping[str, Any] | None = None
) -> Protocol:
    """A protocol from the name of a shipped one, the path of a TOML file, or its tables as a dict.

    values: in place of its own, by dotted key, {"change.0.set.ko": 8}, tables of a list counted from 0.
    InputError with the file and the key for what cannot be.
    """
    if isinstance(given, Protocol):
        return given
    if isinstance(given, Mapping):
        return Protocol(_checked(_with(dict(given), values, "protocol"), "protocol"), "protocol", Path.cwd())
    if not isinstance(given, str | Path) or not str(given):
        raise InputError(
            f"protocol: expected its name, a TOML file or a dict of its tables, got {shown(given)}"
        )
    path = _find(given)
    data = parse(path, "protocol (TOML)")
    data.setdefault("name", path.stem)
    return Protocol(_checked(_with(data, values, str(path)), str(path)), str(path), path.parent)


def _with(data: dict[str, Any], values: Mapping[str, Any] | None, path: str) -> dict[str, Any]:
    """A protocol's tables with other values."""
    data = deepcopy(data)
    for name, value in (values or {}).items():
        *outer, last = name.split(".")
        table: Any = data
        for i, part in enumerate(outer):
            if isinstance(table, list) and part.isdecimal() and int(part) < len(table):
                table = table[int(part)]
            elif isinstance(table, dict) and (part in table or i + 1 == len(outer)):
                table = table.setdefault(part, {})
            else:
                raise InputError(f"{path}: has no {'.'.join(outer[: i + 1])}; expected a table for {name}")
        if not isinstance(table, dict):
            raise InputError(f"{path}: {'.'.join(outer)} is no table; expected one for {name}")
        before = table.get(last)
        table[last] = _as_before(value, before["value"] if isinstance(before, dict) else before)
    return data


def _as_before(value: Any, before: Any) -> Any:
    """A bare number with the unit of the value whose place it takes: 8 for "4 mM" is "8 mM"."""
    match = NUMBER.fullmatch(before) if isinstance(before, str) else None
    if match is None or isinstance(value, str):
        return value
    return f"{float(value)!r} {match[2]}".strip()


def _find(given: str | Path) -> Path:
    if str(given) in shipped_protocols():
        return SHIPPED / f"{given}.toml"
    path = Path(given)
    if path.suffix or "/" in str(given) or path.exists():
        return path
    raise unknown_name("protocol", str(given), shipped_protocols())


def _checked(data: dict[str, Any], path: str) -> Tables:
    try:
        tables = Tables(**data)
    except ValidationError as error:
        raise explained(Tables, error.errors()[0], path) from None
    except TypeError:
        raise InputError(f"{path}: expected tables by name, got {shown(data)}") from None
    late = [time for time in tables.report if time > tables.duration]
    if late:
        raise InputError(f"{path}: report: {late[0]:g} ms is after the end, {float(tables.duration):g} ms")
    beside = sorted({"state", "values"} & tables.start.model_fields_set)
    if tables.start.run is not None and beside:
        raise InputError(f"{path}: start.{beside[0]} has no effect beside start.run, which says all of it")
    return tables
