"""Where in a cell: names of regions, sections and compartments as users write them."""

import re

import numpy as np

from ..errors import InputError, unknown_name

POSITION = r"\d+\.?\d*|\.\d+"  # on a section, 0 to 1


def region_of(section_name: str) -> str:
    """Region by a section's name: "Cell[0].dend[3]" is in "dend"."""
    return re.sub(r"\[.*", "", section_name.rsplit(".", 1)[-1])


def _section(cell, name: str, place: str) -> str:
    """The full name of the section meant by `name`: its own or, where only one fits, without the cell's.

    A section of a template or class is called Cell[0].dend[1]. InputError where several are called so.
    """
    if name in cell.section_name or name in cell.region:
        return name
    fitting = [sec.name() for sec in cell.sections if sec.name().endswith("." + name)]
    if len(fitting) > 1:
        few = ", ".join(fitting[:6]) + (f" and {len(fitting) - 6} more" if len(fitting) > 6 else "")
        raise InputError(
            f"where={place!r}: {len(fitting)} sections are called so: {few}; give the full name of one"
        )
    return fitting[0] if fitting else name


def find(cell, place) -> np.ndarray:
    """Indices of the compartments of `cell` meant by `place`; see `Cell.where`."""
    if not isinstance(place, str):
        chosen = np.asarray(place)
        if chosen.dtype.kind == "U":
            return np.unique(np.concatenate([find(cell, str(name)) for name in chosen]))
        if chosen.dtype == bool and chosen.shape == (cell.size,):
            return np.flatnonzero(chosen)
        if chosen.dtype.kind not in "iu" or not ((chosen >= 0) & (chosen < cell.size)).all():
            raise InputError(
                f"where: expected a name, {cell.size} booleans, or indices from 0 to {cell.size - 1}"
            )
        return np.unique(chosen)
    if place == "all":
        return np.arange(cell.size)
    part = re.fullmatch(rf"(.+)\(({POSITION})(?::({POSITION}))?\)", place)
    name, low, high = place, 0.0, 1.0
    if part:
        name, low = part[1], float(part[2])
        high = float(part[3]) if part[3] else low
        if not 0 <= low <= high <= 1:
            raise InputError(f"where={place!r}: positions on a section go from 0 to 1")
    chosen = (cell.region == name) | (cell.section_name == _section(cell, name, place))
    if name == "dend":
        chosen |= cell.region == "apic"
    elif name == "basal":
        chosen = cell.region == "dend"
    if part and not part[3]:  # dend[3](0.7), as NEURON writes it: the compartment that holds it
        count = np.array([segment.sec.nseg for segment in cell.segments])
        chosen &= np.minimum(np.floor(low * count), count - 1) == np.floor(cell.x * count)
    else:
        chosen &= (cell.x >= low) & (cell.x < high)
    if not chosen.any():
        regions = {"all", "dend", "basal", *cell.region}
        known = regions | set(cell.section_name)
        if name in known:
            raise InputError(f"where={place!r}: no compartment's centre lies in that part of {name}")
        near = any(place.lower()[:3] == str(k).lower()[:3] for k in known)
        raise unknown_name("region or section", place, known if near else regions)
    return np.flatnonzero(chosen)
