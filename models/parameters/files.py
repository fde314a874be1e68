"""Parameter files as text: where they are, what a file that starts from another one holds."""

import os
import tomllib
from pathlib import Path

from ..errors import InputError, unknown_name
from ..physics.ions import IONS
from ..physics.leaks import leak_of
from .effect import DRAWN
from .reading import read_bytes
from .units import shown

SHIPPED = Path(__file__).resolve().parent / "cells"
LONGEST_CHAIN = 50  # of files that start from one another


def shipped_cells() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


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


def _is_leaf(value) -> bool:
    return not isinstance(value, dict) or "value" in value


def _merge(base: dict, child: dict) -> dict:
    merged = dict(base)
    for key, value in child.items():
        both_tables = key in base and not _is_leaf(base[key]) and not _is_leaf(value)
        merged[key] = _merge(base[key], value) if both_tables else value
    return merged


TABLES = (
    *("morphology", "electrical", "outside", "inside", "balance", "leak", "pump", "diffusion"),
    *("water", "space", "calcium", "tubules", "region"),
)
LEAKS = dict.fromkeys(leak_of(ion, law).name for law in ("ghk", "ohmic") for ion in ("k", "na", *IONS))
STRENGTHS = {"leak": tuple(LEAKS), "pump": ("imax",)}


def _gives_strengths(data: dict) -> bool:
    return any(key in data.get(table, {}) for table, keys in STRENGTHS.items() for key in keys)


def _pump_kind(pump: dict) -> tuple:
    return pump.get("mechanism"), None if "mechanism" in pump else pump.get("law", "hill")


def _parse(path: Path) -> dict:
    try:
        text = read_bytes(path, "parameter file (TOML)").decode("utf-8-sig")
        return tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: is no text in UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None
    except ValueError as error:
        raise InputError(f"{path}: not valid TOML: {error}") from None
    except RecursionError:
        raise InputError(f"{path}: not valid TOML: its brackets are nested too deeply") from None


def load(path: Path, seen: tuple[Path, ...] = ()) -> dict:
    """A file's tables over those of the file that it starts from; InputError with the file's name."""
    data = _parse(path)
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
    base = data.pop("base", None)
    if base is None:
        return data
    parent = load(find(base, path.parent, f"{path}: base"), (*seen, path))
    _give_way(parent, data)
    return _merge(parent, data) | _channels(parent, data)


def _give_way(parent: dict, data: dict) -> None:
    """Take out of the base's tables what the file's own take the place of."""
    parent.pop("name", None)  # a cell that differs is another cell
    parent.pop("description", None)
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
    if data.get("leak", {}).get("law", parent.get("leak", {}).get("law")) != parent.get("leak", {}).get(
        "law"
    ):
        parent["leak"] = {}  # strengths of another law
    if data.get("morphology", {}).get("shape", "cylinder") not in DRAWN:
        for key in ("length", "diameter"):
            parent.get("morphology", {}).pop(key, None)
    if data.get("space", {}).get("diffusion") is False:
        parent.get("space", {}).pop("tortuosity_outside", None)


def _without(parent: dict, ions) -> None:
    """Take out what a base says of the ions that the file's own list leaves out."""
    if not isinstance(ions, list):
        return
    regions = [table for table in parent.get("region", {}).values() if isinstance(table, dict)]
    tables = [
        *(parent.get(name, {}) for name in ("inside", "outside", "diffusion", "balance", "leak")),
        *regions,
    ]
    for ion in IONS.keys() - {"na", "k"} - {one for one in ions if isinstance(one, str)}:
        keys = [f"{ion}i", f"{ion}o", f"d{ion}", f"p{ion}", f"g{ion}"]
        for table in tables:
            for key in [*keys, "chloride_share"] if ion == "cl" else keys:
                table.pop(key, None)
        if ion == "ca":
            parent.pop("calcium", None)


def _channels(parent: dict, data: dict) -> dict:
    """The base's channels with this file's beside them; a mechanism that this file names is its own alone."""
    own = data.get("channel", [])
    if not isinstance(own, list) or not all(isinstance(table, dict) for table in own):
        return {}  # the schema says what is wrong with it
    named = [table.get("mechanism") for table in own]
    kept = [table for table in parent.get("channel", []) if table.get("mechanism") not in named]
    return {"channel": [*kept, *own]} if kept or own else {}
