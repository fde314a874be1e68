"""Parameter files as text: where they are, what a file that starts from another one holds."""

import os
import tomllib
from pathlib import Path
from typing import Any

from ..errors import InputError, unknown_name
from ..physics.ions import IONS
from .effect import DRAWN, OF_ION, OF_TEMPERATURE
from .fields import table_in
from .per_ion import NEEDED
from .reading import read_bytes
from .schema import Parameters
from .tables import Strengths
from .units import shown

SHIPPED = Path(__file__).resolve().parent / "cells"
Raw = dict[str, Any]  # tables as they stand in a file, nothing checked
LONGEST_CHAIN = 50  # of files that start from one another


def shipped_cells() -> list[str]:
    """Names of the cells that come with the package, sorted."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def called(path: Path) -> str:
    """What a user gives to have the cell of this file, as in Python: '"muscle"' or '"mine.toml"'."""
    return f'"{path.stem if path.parent == SHIPPED else path}"'


def find(cell: str | Path, relative_to: Path, where: str = "") -> Path:
    """The file of a shipped cell's name or of a path; InputError for a name that nothing has.

    where: the beginning of that sentence, "mine.toml: base".
    """
    if not isinstance(cell, str | Path) or not str(cell):
        known = ", ".join(shipped_cells())
        given = "the name is empty" if cell == "" else f"{shown(cell)} is no name"
        raise InputError(f"{where or 'cell'}: {given}; expected one of {known} or a TOML file")
    name = str(cell)
    if name in shipped_cells():
        return SHIPPED / f"{name}.toml"
    if name.lower().endswith((".swc", ".asc")):
        raise InputError(
            f"{name} is a morphology, not a cell: write Neuron(morphology={name!r}) or "
            f"make_cell('muscle', morphology={name!r}), on the command line --morphology {name}"
        )
    path = relative_to / name
    if path.suffix or "/" in name or os.path.lexists(path):
        return path
    raise unknown_name("cell", name, shipped_cells(), where)


def _is_leaf(value: object) -> bool:
    return not isinstance(value, dict) or "value" in value


def merge(base: Raw, child: Raw) -> Raw:
    """A file's tables over those of the file that it starts from."""
    merged = dict(base)
    for key, value in child.items():
        both_tables = key in base and not _is_leaf(base[key]) and not _is_leaf(value)
        merged[key] = merge(base[key], value) if both_tables else value
    return merged


# keys that hold a table, and those of them that are strengths
TABLES = {
    name for name, info in Parameters.model_fields.items() if table_in(info.annotation) and name != "channel"
}
STRENGTHS = {"leak": tuple(Strengths.model_fields), "pump": ("imax",)}


def _gives_strengths(data: Raw) -> bool:
    return any(key in data.get(table, {}) for table, keys in STRENGTHS.items() for key in keys)


def _pump_kind(pump: Raw) -> tuple[Any, Any]:
    return pump.get("mechanism"), None if "mechanism" in pump else pump.get("law", "hill")


def parse(path: Path, what: str = "parameter file (TOML)") -> Raw:
    """The tables of a TOML file as they stand there; InputError with the file's name. what: it is."""
    try:
        text = read_bytes(path, what).decode("utf-8-sig")
        return tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: is no text in UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None
    except ValueError as error:
        raise InputError(f"{path}: not valid TOML: {error}") from None
    except RecursionError:
        raise InputError(f"{path}: not valid TOML: its brackets are nested too deeply") from None


def load(path: Path, seen: tuple[Path, ...] = ()) -> Raw:
    """A file's tables over those of the file that it starts from; InputError with the file's name."""
    data = parse(path)
    if any(os.path.samefile(path, other) for other in seen):
        raise InputError(f"{path}: its 'base' leads back to itself")
    if len(seen) >= LONGEST_CHAIN:
        raise InputError(f"{seen[0]}: more than {LONGEST_CHAIN} files start from one another")
    for key, value in data.items():
        if key in TABLES and not isinstance(value, dict):
            raise InputError(f"{path}: {key}: expected a table [{key}], got {shown(value)}")
    shape = data.get("morphology", {}).get("shape")
    if isinstance(shape, str) and os.path.isfile(path.parent / shape):
        data["morphology"]["shape"] = str(path.parent / shape)
    glia = data.get("glia", {}).get("cell")
    if isinstance(glia, str) and os.path.isfile(path.parent / glia):
        data["glia"]["cell"] = str(path.parent / glia)
    base = data.get("base")
    if base is None:
        return data
    parent = load(find(base, path.parent, f"{path}: base"), (*seen, path))
    for key in ("name", "description"):  # a cell that differs is another cell
        parent.pop(key, None)
    give_way(parent, data)
    return merge(parent, data) | _channels(parent, data)


# what a key of a table, by this value, leaves another key of it without effect
VOIDS: tuple[tuple[str, str, object, str], ...] = (
    ("space", "diffusion", False, "tortuosity_outside"),
    ("water", "area", "constant", "area_power"),
)


def give_way(parent: Raw, data: Raw) -> None:
    """Take out of the base's tables what the file's own take the place of."""
    pump, own = parent.get("pump", {}), data.get("pump", {})
    if ("law" in own or "mechanism" in own) and _pump_kind(own) != _pump_kind(pump):
        # another law or mechanism asks for other parameters, and its imax means something else
        parent["pump"] = {key: value for key, value in pump.items() if key in ("n_na", "n_k")}
    for one, other in (("membrane_resistance", "pump_current"), ("pump_current", "membrane_resistance")):
        if one in data.get("balance", {}):  # one wish takes the place of the other
            parent.get("balance", {}).pop(other, None)
    if _gives_strengths(data) and "balance" not in data:  # strengths replace the base's balance
        parent.pop("balance", None)
    elif "balance" in data:
        for table, keys in STRENGTHS.items():
            for key in keys:
                parent.get(table, {}).pop(key, None)
    _without(parent, data.get("ions"))
    law = parent.get("leak", {}).get("law")
    if data.get("leak", {}).get("law", law) != law:
        kept = parent["leak"].items()  # but for strengths of another law
        parent["leak"] = {key: value for key, value in kept if key.startswith(OF_TEMPERATURE)}
    _void(parent, data)


def _void(parent: Raw, data: Raw) -> None:
    """Take out of the base's tables what a value of the file's own leaves without effect."""
    if data.get("morphology", {}).get("shape", "cylinder") not in DRAWN:
        for key in ("length", "diameter"):
            parent.get("morphology", {}).pop(key, None)
    for table, key, value, void in VOIDS:
        if data.get(table, {}).get(key) == value:
            parent.get(table, {}).pop(void, None)


def _without(parent: Raw, ions: Any) -> None:
    """Take out what a base says of the ions that the file's own list leaves out."""
    if not isinstance(ions, list):
        return
    names = ("inside", "outside", "activity", "diffusion", "balance", "leak")
    tables = [parent.get(name, {}) for name in names]
    tables += [table for table in parent.get("region", {}).values() if isinstance(table, dict)]
    for ion in {*IONS} - {*NEEDED} - {one for one in ions if isinstance(one, str)}:
        keys = [f"{ion}i", f"{ion}o", f"d{ion}", f"p{ion}", f"g{ion}", *OF_ION.get(ion, ())]
        keys += [name + ion for name in OF_TEMPERATURE]
        for table in tables:
            for key in keys:
                table.pop(key, None)
        if ion == "ca":
            parent.pop("calcium", None)
    for name, table in list(parent.get("region", {}).items()):
        if table == {}:  # it said something of these ions alone
            del parent["region"][name]


def _channels(parent: Raw, data: Raw) -> Raw:
    """The base's channels with this file's beside them; a mechanism that this file names is its own alone,
    and `channel = []` takes all of the base's out."""
    own = data.get("channel", [])
    if "channel" in data and own == []:
        return {"channel": []}
    if not isinstance(own, list) or not all(isinstance(table, dict) for table in own):
        return {}  # the schema says what is wrong with it
    named = [table.get("mechanism") for table in own]
    kept = [table for table in parent.get("channel", []) if table.get("mechanism") not in named]
    return {"channel": [*kept, *own]} if kept or own else {}
