"""Every key of a parameter file as the schema has it, for whoever wants to know what may be written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from ..errors import unknown_name
from .fields import Kind, Table, kind_of, table_in
from .schema import NO_KEYS, Parameters
from .settings import SETTINGS
from .several import Junction, SystemCell
from .units import Quantity

NEEDED = "needed"
TOP, SET = "file", "set"  # what is called so: the keys of no table, and what --set may change


@dataclass(frozen=True)
class Key:
    """One key, in words.

    name: as in a file
    unit: "" where it is no quantity, "1" of pure numbers
    range: the values that it may have
    words: what it may be instead of a quantity
    default: what counts where it is left out, "needed" where it may not be, "" where nothing does
    meaning: with the default's source
    """

    name: str
    unit: str
    range: str
    words: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Keys:
    """One table.

    name: "inside", "region.NAME"
    heading: as it stands in a file, "[inside]"
    meaning: in words
    keys: those it may have
    """

    name: str
    heading: str
    meaning: str
    keys: tuple[Key, ...]


def tables(name: str | None = None) -> list[Keys]:
    """Every table of a parameter file, and what --set may change, or the one of that name ("region" for
    region.NAME), or one key alone, of a table ("inside.nai") or of each that has it ("ko"). InputError for a
    name that none has."""
    every = [*_tables(Parameters, "", TOP, "Keys of no table, at the top of a file.")]
    for table, own in (("cell", SystemCell), ("junction", Junction)):
        every += _tables(own, f"[[{table}]]", table, f"{own.__doc__} In a file of several cells.")
    every.append(_settings())
    if name is None:
        return every
    by_name = {keys.name.removesuffix(".NAME"): keys for keys in every}
    wanted = name.strip("[]").removesuffix(".NAME")
    if wanted in by_name:
        return [by_name[wanted]]
    above, _, key = wanted.rpartition(".")
    of_any = above.rpartition(".")[0]  # region, of region.soma
    within = by_name.get(above) or by_name.get(of_any)
    alone = {one.name: _alone(one, key) for one in ([within] if within else every)}
    if within and not alone[within.name].keys:
        raise unknown_name("key", key, [one.name for one in within.keys], within.heading)
    if (above and not within) or not any(one.keys for one in alone.values()):
        keys = [] if above else [key.name for one in every for key in one.keys]
        raise unknown_name("table" if above else "table or key", name, {*by_name, *keys})
    return [one for one in alone.values() if one.keys]


def _alone(table: Keys, key: str) -> Keys:
    """A table with the key of that name alone, or none."""
    return replace(table, keys=tuple(one for one in table.keys if one.name == key))


def _tables(table: type[Table], heading: str, name: str, meaning: str) -> Iterator[Keys]:
    """A table and, after it, those within."""
    inner, own = [], []
    for key, info in table.model_fields.items():
        if key in NO_KEYS:
            continue
        if table_in(info.annotation) is None:
            own.append(_key(key, info))
        else:
            inner.append((key, info))
    yield Keys(name, heading, meaning, tuple(own))
    for key, info in inner:
        within = table_in(info.annotation)
        assert within is not None
        full = key if name == TOP else f"{name}.{key}"
        origin = get_origin(info.annotation)
        full += ".NAME" if origin is dict else ""
        said = f"[[{full}]]" if origin is list else f"[{full}]"
        yield from _tables(within, said, full, " ".join((within.__doc__ or "").split()))


def _key(name: str, info: FieldInfo) -> Key:
    kind = kind_of(info)
    default = info.get_default(call_default_factory=True) if not info.is_required() else NEEDED
    meaning = info.description or ""
    if isinstance(default, Quantity):
        meaning += f" (default: {default.source})"
    if kind is None:
        return Key(name, "", "", _words(info.annotation), _said(default), meaning)
    word = "" if kind.word is None else f'or "{kind.word}"'
    return Key(name, kind.unit, _range(kind), word, _said(default), meaning)


def _range(kind: Kind) -> str:
    return f"above {kind.low:g}, at most {kind.high:g}" if kind.above else f"{kind.low:g} to {kind.high:g}"


def _words(annotation: Any) -> str:
    """What a key that is no quantity may hold."""
    if get_origin(annotation) is Literal:
        return ", ".join(f'"{word}"' for word in get_args(annotation))
    if get_origin(annotation) is list:
        return "list of texts"
    if get_origin(annotation) is dict:
        return "name = value"
    return "true or false" if annotation is bool else "text"


def _said(default: Any) -> str:
    if default is None or default in ({}, ""):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return f"[{', '.join(_said(one) for one in default)}]"
    if isinstance(default, float):
        return f"{default:g}"
    return default if default == NEEDED else f'"{default}"'


def _settings() -> Keys:
    keys = []
    for record in SETTINGS.values():
        kind = Kind(record.unit, record.low, record.high, record.above)
        needs = "".join(f"; needs {need.words}" for need in record.needs)
        keys.append(Key(record.name, record.unit, _range(kind), "", "", record.meaning + needs))
    meaning = (
        "What an experiment may change in a cell that has been made, in Python set={NAME: value}. "
        "TABLE.KEY=VALUE changes any key of the file before the cell is made."
    )
    return Keys(SET, "--set NAME=VALUE", meaning, tuple(keys))
