"""Values that take the place of a file's, by dotted key: {"inside.nai": "12 mM"}.

A key is named as in the file, its tables before it: `outside.ko`, `region.apical.ko`,
`pump.isoform.alpha1.share`, `ions`. Of a further mechanism: `channel.pl_kir.gbar` for a parameter of it,
`channel.pl_kir.regions` for another key of its tables, `channel.0.regions` for one table alone. A number
without a unit is in the key's own, but for a parameter of a mechanism, whose unit its .mod file says.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_args, get_origin

import numpy as np
from pydantic.fields import FieldInfo

from ..errors import InputError, unknown_name
from .arguments import named
from .fields import Table, is_number, kind_of, table_in
from .files import Raw, give_way, merge
from .schema import NO_KEYS, Parameters
from .settings import SETTINGS
from .tables import Channel
from .units import NUMBER, has_unit

BY_USER = "set by the user"  # the source of a value that comes without one
NOT_SET = {*NO_KEYS, "base"}  # no values of the cell
# their keys, by what they are called
TABLES = {
    name: inner.model_fields.keys()
    for name, info in Parameters.model_fields.items()
    if (inner := table_in(info.annotation)) and get_origin(info.annotation) not in (dict, list)
}
Place = tuple[str | int, ...]  # where a value stands in a file's tables: ("channel", 0, "set", "gbar")


def split(given: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """{"inside.nai": "12 mM", "ko": 8} as what is meant for the cell's file, by dotted key, and the rest, by
    which an experiment changes the cell that is made of it."""
    every = named("set", given)
    of_file = {name: value for name, value in every.items() if "." in name and not _of_one_cell(name)}
    return of_file, {name: value for name, value in every.items() if name not in of_file}


def _of_one_cell(name: str) -> bool:
    """Whether it is "CELL.SETTING", by which an experiment changes one of several cells."""
    first, _, rest = name.partition(".")
    return first not in Parameters.model_fields and rest in SETTINGS


def override(data: Raw, given: object) -> tuple[Raw, dict[Place, str]]:
    """A file's tables with other values, and where each of them stands.

    They take the place of what they exclude, as those of a file that starts from this one do. Raises
    InputError for a key that no file has.
    """
    data, own = deepcopy(data), Raw()
    places: dict[Place, str] = {}
    for name, value in named("set", given).items():
        for place in places_of(name, data):
            places[place] = name
            tables, within = (data["channel"][place[1]], place[2:]) if place[0] == "channel" else (own, place)
            _put(tables, within, _as_in_file(name, place, value))
    give_way(data, own)
    return merge(data, own), places


def places_of(name: str, data: Raw) -> list[Place]:
    """Where a value stands in a file's tables: of a further mechanism in each of its tables."""
    first, *rest = name.split(".")
    if first != "channel":
        return [(first, *rest)]
    channels = data.get("channel", [])
    if not isinstance(channels, list) or not all(isinstance(table, dict) for table in channels):
        channels = []  # the schema says what is wrong with it
    return list(_channel_places(name, rest, channels))


def from_text(given: dict[str, str]) -> dict[str, Any]:
    """Dotted keys of a command line, after a cell's name or not: true, false and lists, which are written as
    words there, as what they are."""
    return {name: _from_text(_within_cell(name), text) for name, text in given.items()}


def _within_cell(name: str) -> str:
    """A key without the name of the one of several cells that it is of, "inside.nai" of "a.inside.nai"."""
    first, _, rest = name.partition(".")
    of_cell = first not in Parameters.model_fields and rest.partition(".")[0] in Parameters.model_fields
    return rest if of_cell else name


def _from_text(name: str, text: str) -> Any:
    first, *rest = name.split(".")
    if first == "channel" and rest[1:] and rest[1] in Channel.model_fields:
        info = Channel.model_fields[rest[1]]
    elif first == "channel":  # a parameter of the mechanism
        return text
    else:
        info = _field(name, (first, *rest))
    if info.annotation is bool and text in ("true", "false"):
        return text == "true"
    return [text] if get_origin(info.annotation) is list else text


def _channel_places(name: str, rest: list[str], channels: list[Raw]) -> Iterator[Place]:
    """Where a key of a further mechanism stands: in every table of it, or in the one of a number."""
    mechanisms = [str(table.get("mechanism")) for table in channels]
    if len(rest) < 2:
        raise InputError(f"set {name}: expected channel.MECHANISM.KEY, e.g. channel.pl_kir.gbar")
    which, *keys = rest
    if which.isdecimal():
        if int(which) >= len(channels):
            raise InputError(f"set {name}: the cell's file has {len(channels)} [[channel]] tables, from 0 on")
        indices = [int(which)]
    else:
        indices = [index for index, own in enumerate(mechanisms) if own == which]
    if not indices:
        raise unknown_name("mechanism", which, mechanisms or {"(it has none)"}, f"set {name}")
    keys = keys if keys[0] in Channel.model_fields else ["set", *keys]
    for index in indices:
        yield ("channel", index, *keys)


def _put(tables: Raw, place: Place, value: Any) -> None:
    *outer, last = place
    for part in outer:
        tables = tables.setdefault(str(part), {})
    tables[str(last)] = value


def _as_in_file(name: str, place: Place, value: Any) -> Any:
    """A value as a file would hold it, its source with it; InputError for a key that no file has."""
    info = _field(name, place)
    kind = kind_of(info)
    of_mechanism = len(place) > 1 and place[-2] == "set"
    if kind is None and not of_mechanism:
        return value
    source = BY_USER
    if isinstance(value, dict) and {*value} <= {"value", "source"} and "value" in value:
        value, source = value["value"], str(value.get("source", source))
    if has_unit(value):
        value = str(value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if is_number(value):
        value = f"{float(value)!r}"
    if kind is not None and kind.word is not None and value == kind.word:
        return value
    match = NUMBER.fullmatch(value) if kind is not None and isinstance(value, str) else None
    if kind is not None and kind.unit != "1" and match and not match[2]:
        value = f"{value} {kind.unit}"
    return {"value": value, "source": source}


def _field(name: str, place: Place, table: type[Table] = Parameters, above: Place = ()) -> FieldInfo:
    """The schema's field of the value at a place of a table; InputError with the nearest names where none is.

    above: the tables that it is in, for the sentence.
    """
    key, rest = str(place[0]), place[1:]
    known = table.model_fields.keys() - NOT_SET
    if key not in known:
        tables = [where for where, inner in TABLES.items() if not above and not rest and key in inner]
        if tables:
            said = " or ".join(f"{where}.{key}" for where in tables)
            raise InputError(f"set {name}: expected the key with its table, {said}")
        raise unknown_name("key", key, known, _said(name, above))
    info = table.model_fields[key]
    inner, many = table_in(info.annotation), get_origin(info.annotation) in (dict, list)
    above = (*above, key)
    if inner is not None and many and rest:  # a region, an isoform, one of the channels
        names = get_args(get_args(info.annotation)[0])
        if names and rest[0] not in names:
            raise unknown_name("key", rest[0], names, _said(name, above))
        above, rest = (*above, rest[0]), rest[1:]
    if inner is None and len(rest) == (get_origin(info.annotation) is dict):  # a mechanism's own names
        return info
    if inner is None and rest:
        raise InputError(f"{_said(name, above)} holds a value and no table")
    if not rest:
        keys = f" ({', '.join(sorted(inner.model_fields))})" if inner else ""
        raise InputError(f"set {name}: it is a table; give one of its keys{keys}")
    assert inner is not None
    return _field(name, rest, inner, above)


def _said(name: str, above: Place) -> str:
    return f"set {name}: [{'.'.join(map(str, above))}]" if above else f"set {name}"
