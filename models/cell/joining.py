"""What several cells in one system are together: compartments and membranes, and whether they can be."""

from collections.abc import Mapping
from dataclasses import fields
from itertools import combinations
from typing import Any

import numpy as np

from ..errors import InputError
from .cell import Cell
from .geometry import Geometry
from .membrane import Membrane

Cells = Mapping[str, Cell]  # by name, in their order


def firsts(cells: Cells) -> np.ndarray:
    """Number of the first compartment of each cell and, last, how many there are, (cells + 1,)."""
    return np.concatenate([[0], np.cumsum([one.size for one in cells.values()])])


def check_alike(name: str, cells: Cells) -> None:
    """InputError where cells cannot stand in one system. name: of the system."""
    for label, one in cells.items():
        if one.glia is not None or one.parameters.tubules or one.parameters.epithelium:
            kind = "glia" if one.glia is not None else "T-tubules or an epithelium"
            raise InputError(f"{name}: {label} has {kind}; expected cells of one membrane")
        if one.axial.mode != "electrodiffusion":
            raise InputError(
                f"{name}: {label} has axial={one.axial.mode!r}; junctions move ions by electrodiffusion, "
                "expected axial='electrodiffusion'"
            )
    for first, second in combinations(cells, 2):
        ours, theirs = _shared(cells[first]), _shared(cells[second])
        for key, value in ours.items():
            if key in theirs and theirs[key] != value:
                raise InputError(
                    f"{name}: {key} is {value} of {first} and {theirs[key]} of {second}; cells of one system "
                    "share bath, temperature and kind of space, so give what counts for all: [outside], "
                    "celsius, or options"
                )


def _shared(cell: Cell) -> dict[str, Any]:
    """What cells of one system have in common."""
    conditions = cell.conditions
    found: dict[str, Any] = {
        "outside": cell.surroundings.name,
        "volume": "osmotic" if cell.osmotic else "fixed",
        "celsius": conditions.celsius,
        "water.area_power": cell.area_power,
        **{f"{ion}o": value for ion, value in conditions.outside.items()},
        "impermeant": conditions.impermeant,
        **{f"activity of {ion}": value for ion, value in conditions.activity.items()},
    }
    if cell.surroundings.exchanges:
        found |= {"exchange_rate": conditions.exchange_rate, "rates": dict(conditions.rates)}
    return found


def joined_geometry(cells: Cells) -> Geometry:
    """The compartments of all cells, one cell after the other; of sections and regions the cell's name comes
    first, "a.soma"."""
    found: dict[str, Any] = {"tubules": None}
    for name in (field.name for field in fields(Geometry) if field.name != "tubules"):
        parts = {label: getattr(one.geometry, name) for label, one in cells.items()}
        if name in ("sections", "segments"):
            found[name] = [one for part in parts.values() for one in part]
        elif name in ("section_name", "region"):
            found[name] = np.array([f"{label}.{own}" for label, part in parts.items() for own in part])
        else:
            found[name] = np.concatenate(list(parts.values()))
    first = firsts(cells)  # more than a cell has of connected parts
    found["components"] = found["components"] + np.repeat(first[:-1], np.diff(first))
    return Geometry(**found)


def joined_membrane(cells: Cells, ions: tuple[str, ...]) -> Membrane:
    """The membranes of all cells as one: mechanisms where they are, strengths 0 where a cell has none."""
    first = firsts(cells)
    channels: dict[str, list[int]] = {}
    points: dict[str, list] = {}
    nodes: dict[str, list] = {}
    writes: dict[str, list[str]] = {ion: [] for ion in ions}
    shares: dict[str, np.ndarray] = {}
    strength = {key: np.zeros(first[-1]) for key in (*ions, "pump")}
    for begin, one in zip(first.tolist(), cells.values(), strict=False):
        own, here = one.membrane, slice(begin, begin + one.size)
        for name, owners in own.channels.items():
            channels.setdefault(name, []).extend(begin + at for at in owners)
        for name, processes in own.points.items():
            points.setdefault(name, []).extend((begin + at, made) for at, made in processes)
        for name, some in own.species_nodes.items():
            nodes.setdefault(name, []).extend(some)
        for ion, names in own.writes.items():
            writes[ion] += [name for name in names if name not in writes[ion]]
        for name, share in own.pump_share.items():
            shares.setdefault(name, np.zeros(first[-1]))[here] = share
        for name, values in own.strength.items():
            strength[name][here] = values
    return Membrane(channels, points, nodes, writes, {}, strength, shares, [])
