"""The states of a cell that may be shown beside V along a branch, by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import unknown_name
from .layout import Layout

VOLUME = "relative_volume"


@dataclass(frozen=True, eq=False)
class Gate:
    """A state of a channel or a pump, or of ATP. unit: "1" of a share, "mM"; at: the compartments that have
    it."""

    unit: str
    at: np.ndarray


def state_units(layout: Layout, gates: dict[str, Gate]) -> dict[str, str]:
    """The states beside V that a point of a branch has, by name, and the unit of each."""
    found = {f"{ion}i": "mM" for ion in layout.ions}
    if layout.follows_outside:
        found |= {f"{ion}o": "mM" for ion in layout.ions}
    if layout.osmotic:
        found[VOLUME] = "1"
    return found | {name: gate.unit for name, gate in gates.items()}


def chosen_states(given: Sequence[str] | str, known: Iterable[str]) -> list[str]:
    """Names of states, in a list or in one text with commas between them; InputError for one that no state
    has."""
    names = given.split(",") if isinstance(given, str) else given
    found = [name.strip() if isinstance(name, str) else name for name in names]
    for name in found:
        if name not in known:
            raise unknown_name("state", name, known)
    return list(dict.fromkeys(found))
