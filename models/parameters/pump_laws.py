"""The rate laws of the Na+/K+ pump, as pump/laws.toml has them: schema, solver, settings and pages read them
here."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import fields

LIBRARY = Path(__file__).resolve().parent / "pump"


@dataclass(frozen=True)
class PumpKey:
    """A key of [pump] that some laws have.

    kind: what its value must be, of fields.py
    meaning: in words
    laws: their names
    """

    kind: Any
    meaning: str
    laws: tuple[str, ...]


@dataclass(frozen=True)
class PumpLaw:
    """A law of the pump's rate.

    mechanisms: in mod/
    rate: how its cycles depend on what is inside and outside
    asks: the keys that a file has to give
    knows: those that have a value where it does not
    """

    mechanisms: tuple[str, ...]
    rate: str
    asks: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()


def _read() -> tuple[dict[str, PumpLaw], dict[str, PumpKey]]:
    """The laws, and the keys of them all, by name."""
    laws: dict[str, PumpLaw] = {}
    keys: dict[str, PumpKey] = {}
    for name, table in tomllib.loads((LIBRARY / "laws.toml").read_text(encoding="utf-8")).items():
        own = {"asks": table.get("asks", {}), "knows": table.get("knows", {})}
        for key, said in (item for found in own.values() for item in found.items()):
            if said:
                keys[key] = PumpKey(getattr(fields, said["kind"]), said["meaning"], (name,))
            else:
                keys[key] = PumpKey(keys[key].kind, keys[key].meaning, (*keys[key].laws, name))
        laws[name] = PumpLaw(
            tuple(table["mechanisms"]), table["rate"], tuple(own["asks"]), tuple(own["knows"])
        )
    return laws, keys


PUMP_LAWS, PUMP_KEYS = _read()
