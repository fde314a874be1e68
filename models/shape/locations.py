"""Where in a cell: names of regions, sections and compartments as users write them."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ..errors import InputError, unknown_name

POSITION = r"\d+\.?\d*|\.\d+"  # on a section, 0 to 1


def region_of(section_name: str) -> str:
    """Region by a section's name: "Cell[0].dend[3]" is in "dend"."""
    return re.sub(r"\[.*", "", section_name.rsplit(".", 1)[-1])


class Places(Protocol):
    """What a cell tells of its compartments: segment, name of the section, region and position (0 to 1)."""

    @property
    def size(self) -> int: ...
    @property
    def segments(self) -> Sequence[Any]: ...
    @property
    def section_name(self) -> np.ndarray: ...
    @property
    def region(self) -> np.ndarray: ...
    @property
    def x(self) -> np.ndarray: ...


def _section(places: Places, name: str, place: str) -> str:
    """The full name of the section meant by `name`: its own or, where only one fits, without the cell's.

    A section of a template or class is called Cell[0].dend[1]. InputError where several are called so.
    """
    if name in places.section_name or name in places.region:
        return name
    fitting = [known for known in dict.fromkeys(places.section_name.tolist()) if known.endswith("." + name)]
    if len(fitting) > 1:
        few = ", ".join(fitting[:6]) + (f" and {len(fitting) - 6} more" if len(fitting) > 6 else "")
        raise InputError(
            f"where={place!r}: {len(fitting)} sections are called so: {few}; give the full name of one"
        )
    return fitting[0] if fitting else name


def find(places: Places, place: object) -> np.ndarray:
    """Indices, rising, of the compartments meant by `place`, see `Cell.where`; InputError where there are
    none."""
    if not isinstance(place, str):
        return _listed(places, np.asarray(place))
    if place == "all":
        return np.arange(places.size)
    part = re.fullmatch(rf"(.+)\(({POSITION})(?::({POSITION}))?\)", place)
    name, low, high = place, 0.0, 1.0
    if part:
        name, low = part[1], float(part[2])
        high = float(part[3]) if part[3] else low
        if not 0 <= low <= high <= 1:
            raise InputError(f"where={place!r}: positions on a section go from 0 to 1")
    chosen = _named(places, name, place)
    if part and not part[3]:  # dend[3](0.7), as NEURON writes it: the compartment that holds it
        count = np.array([segment.sec.nseg for segment in places.segments])
        chosen &= np.minimum(np.floor(low * count), count - 1) == np.floor(places.x * count)
    else:
        chosen &= (places.x >= low) & (places.x < high)
    if not chosen.any():
        raise _nowhere(places, name, place)
    return np.flatnonzero(chosen)


def _listed(places: Places, chosen: np.ndarray) -> np.ndarray:
    """Of a list of names, of booleans or of indices."""
    if chosen.dtype.kind == "U":
        return np.unique(np.concatenate([find(places, str(name)) for name in chosen]))
    if chosen.dtype == bool and chosen.shape == (places.size,):
        return np.flatnonzero(chosen)
    if chosen.dtype.kind not in "iu" or not ((chosen >= 0) & (chosen < places.size)).all():
        raise InputError(
            f"where: expected a name, {places.size} booleans, or indices from 0 to {places.size - 1}"
        )
    return np.unique(chosen)


def _named(places: Places, name: str, place: str) -> np.ndarray:
    """Whether each compartment is of the region or section of that name."""
    chosen = (places.region == name) | (places.section_name == _section(places, name, place))
    if name == "dend":
        chosen |= places.region == "apic"
    elif name == "basal":
        chosen = places.region == "dend"
    return chosen


def _nowhere(places: Places, name: str, place: str) -> InputError:
    """The error for a place that no compartment is at."""
    regions = {"all", "dend", "basal", *places.region}
    known = regions | set(places.section_name)
    if name in known:
        return InputError(f"where={place!r}: no compartment's centre lies in that part of {name}")
    near = any(place.lower()[:3] == str(k).lower()[:3] for k in known)
    return unknown_name("region or section", place, known if near else regions)
