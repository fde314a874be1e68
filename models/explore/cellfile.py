"""The cell of the page as a parameter file: its parts in TOML, and the command that asks the rest."""

from collections.abc import Mapping

import numpy as np

from ..cell.cell import Cell
from ..version import VERSION
from .controls import CONTROLS
from .state import State, query

EVEN = 1e-9  # relative spread of a strength up to which a region has one

SAID = """# A cell from the page of pumpleak {version} (explore), {base} with {changes}.
# It rests as on the page by
#   python run.py rest --cell {file}{options}
# and the page comes back to it by
#   python run.py explore --link "{link}"
"""


def file_name(state: State) -> str:
    """What its file is called."""
    return f"my_{state.cell}.toml"


def text_of(state: State, strengths: Mapping[str, Mapping[str, str]] | None) -> str:
    """The file. strengths: tables of strengths, "leak", "pump", "region.soma" (see `strengths_of`), with
    which the bath is the file's own; None where all changes are the command's."""
    bath = {name: value for name, value in state.values.items() if name in ("ko", "nao", "clo")}
    if strengths is None:
        bath = {}
    own = {*bath} | {name for name in state.values if strengths is not None and _in_file(name)}
    left = {name: value for name, value in state.values.items() if name not in own}
    options = "".join(f" {_option(name)} {name}={value:g}" for name, value in left.items())
    changes = ", ".join(f"{name}={value:g}" for name, value in state.values.items()) or "nothing changed"
    lines = [
        SAID.format(
            version=VERSION, base=state.cell, changes=changes, file=file_name(state), options=options,
            link=query(state),
        ),
        f'base = "{state.cell}"',
        f'name = "my_{state.cell}"',
    ]  # fmt: skip
    tables = {"outside": {name: f"{value:g} mM" for name, value in bath.items()}} | dict(strengths or {})
    for table, values in tables.items():
        if values:
            lines += ["", f"[{table}]", *(f'{key} = "{value}"' for key, value in values.items())]
    return "\n".join(lines) + "\n"


def needs_strengths(state: State) -> bool:
    """Whether a file has to say the strengths: where it would be balanced anew, for another bath."""
    return any(name in ("ko", "nao", "clo") or _in_file(name) for name in state.values)


def strengths_of(cell: Cell) -> dict[str, dict[str, str]] | None:
    """The strengths of a cell's leaks and pump as tables of its file, the whole cell's and what regions have
    instead; None where one differs within a region, which no file can say."""
    keys = {ion: (leak.name, leak.unit) for ion, leak in cell.membrane.leak.items()} | {
        "pump": ("imax", "mA/cm2")
    }
    found: dict[str, dict[str, str]] = {"leak": {}, "pump": {}}
    for name, (key, unit) in keys.items():
        values = cell.strength[name]
        each = {
            region: values[cell.geometry.region == region] for region in dict.fromkeys(cell.geometry.region)
        }
        if any(np.ptp(own) > EVEN * np.abs(own).max() for own in each.values()):
            return None
        first = next(iter(each.values()))[0]
        found["pump" if name == "pump" else "leak"][key] = f"{first:.12g} {unit}"
        for region, own in each.items():
            if abs(own[0] - first) > EVEN * abs(first):
                found.setdefault(f"region.{region}", {})[key] = f"{own[0]:.12g} {unit}"
    return found


def _in_file(name: str) -> bool:
    return name == "pump" or (name in CONTROLS and name.endswith("leak"))


def _option(name: str) -> str:
    return "--scale" if name not in CONTROLS or CONTROLS[name].of_strength else "--set"
