"""The numbers of a cell that are to be found, and what is held possible of each beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...cell.cell import Cell
from ...cell.changes import PROCESS, strengths
from ...cell.dial import dial_of
from ...errors import InputError
from ...physics.ions import IONS
from .tables import Free

SPREAD = 3.0  # one standard deviation to either side, where nothing is said
TOGETHER = ("impermeant", "impermeant_valence")  # of which neither can be changed alone


@dataclass(frozen=True)
class Sought:
    """A number that is to be found, on a logarithmic axis.

    name: as --scale and --set have it; label: as readers do; unit: of its values
    first: its value in the cell as it is made
    centre: logarithm of the prior's median; spread: its standard deviation in logarithms, of a flat one that
    of the flat distribution
    low, high: logarithms of its limits, infinite where there are none; flat: whether nothing else is known
    whole, whole_unit: what 1 of it is, of a strength its mean over the membrane
    source: of what is known
    """

    name: str
    label: str
    unit: str
    first: float
    centre: float
    spread: float
    low: float
    high: float
    flat: bool
    whole: float
    whole_unit: str
    source: str

    def value(self, log: np.ndarray | float) -> np.ndarray:
        """The number, in its unit, of its logarithm."""
        return np.exp(log)


def sought(cell: Cell, free: Mapping[str, Free], path: str) -> list[Sought]:
    """What is to be found of a cell: what `free` names, else its leaks and its pump. InputError with the key
    for what cannot be."""
    names = list(free) or [name for name in strengths(cell) if name in PROCESS]
    if not names:
        raise InputError(f"{path}: {cell.name} has neither leaks nor a pump; expected free.NAME")
    return [_one(cell, name, free.get(name, Free()), path) for name in names]


def _one(cell: Cell, name: str, free: Free, path: str) -> Sought:
    where = f"{path}: free.{name}"
    try:
        dial = dial_of(cell, name)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if name in TOGETHER:
        raise InputError(f"{where}: follows from the charge of the bath's ions and cannot be free")
    if dial.low < 0 or dial.first <= 0:
        raise InputError(
            f"{where}: is {dial.first:g} and has no logarithm; expected a number that is always above 0"
        )

    def number(key: str) -> float | None:
        given = getattr(free, key)
        if given is None:
            return None
        try:
            found = dial.parse(given)
        except InputError as error:
            raise InputError(f"{path}: free.{key}: {error}") from None
        if found <= 0:
            raise InputError(f"{where}.{key}: must be above 0, got {given}")
        return float(np.log(found))

    low, high, median = number("low"), number("high"), number("median")
    _check(where, free, low, high, median)
    flat = low is not None and high is not None and free.spread is None and median is None
    least = -np.inf if dial.low <= 0 else np.log(dial.low)
    low, high = (least if low is None else low), (float(np.log(dial.high)) if high is None else high)
    if flat:
        centre, spread = (low + high) / 2, (high - low) / np.sqrt(12)
    else:
        centre = float(np.log(dial.first)) if median is None else median
        spread = float(np.log(SPREAD if free.spread is None else free.spread))
    known = centre, spread, low, high, flat
    return Sought(
        name, label_of(cell, name), dial.unit, dial.first, *known, *_whole(cell, name, dial.unit), free.source
    )


def _whole(cell: Cell, name: str, unit: str) -> tuple[float, str]:
    """What 1 of a number is: of a leak its mean permeability, of the pump its mean maximal current."""
    own = PROCESS.get(name, "")
    if own not in cell.strength:
        return 1.0, unit
    of_leak = own in cell.membrane.leak
    strength = cell.leak_strength(own) if of_leak else cell.strength[own]
    mean = float(strength @ cell.area / cell.area.sum())
    return mean, cell.membrane.leak[own].unit if of_leak else "mA/cm2"


def _check(where: str, free: Free, low: float | None, high: float | None, median: float | None) -> None:
    if free.spread is not None and not 1 < free.spread <= 1e6:
        raise InputError(f"{where}.spread: a factor above 1, got {free.spread:g}")
    if low is not None and high is not None and low >= high:
        raise InputError(f"{where}: low = {free.low} and high = {free.high}: expected the lower limit first")
    below = low is not None and median is not None and median <= low
    if below or (high is not None and median is not None and median >= high):
        raise InputError(f"{where}.median: {free.median} is not between its limits")


def label_of(cell: Cell, name: str) -> str:
    """A number as readers call it: "P_Na" of a leak that is a permeability, "pump", "km_na"."""
    own = PROCESS.get(name, "")
    if own not in cell.membrane.leak:
        return name.removeprefix("pl_")
    charge = abs(IONS[own].valence)
    plain = IONS[own].symbol.rstrip("+-").removesuffix(str(charge) if charge > 1 else "")
    return f"{'P' if cell.membrane.leak[own].symbol == 'p' else 'g'}_{plain}"
