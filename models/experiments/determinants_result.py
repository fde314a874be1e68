"""What decides where a cell rests, as plain data: derivatives by every number, ranked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .dataset import measured, places, text
from .layout import Layout
from .rest_result import RestResult
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

HELD, STEADY, THRESHOLD = "held", "steady", "threshold"
EFFECT = 1e-9  # mV, mM, 1: what counts as no effect


@dataclass(repr=False)
class DeterminantsResult(Result):
    """How a rest depends on every number that may be changed while the cell stays.

    before: the rest
    names: of the numbers, as `--set` and `--scale` have them, and "impermeant_inside", (numbers,)
    labels, groups: what each is, in words, and of which group, (numbers,)
    values, units: what each is at this rest, and in which unit, (numbers,)
    times: "held", the stated times, "steady"
    change: by quantity, "v" (mV), "nai", ... (mM), "relative_volume", where a place is named "v_place" and,
    where the cell has one, "threshold" (nA), per e-fold of each number, (numbers, times)
    v: of every compartment (mV per e-fold), (numbers, times, compartments)
    place: where "v_place" is, or None
    summary: scalars, the unit in every key; `determinants`: by name and time, mV per e-fold
    """

    layout: Layout
    before: RestResult
    names: list[str]
    labels: list[str]
    groups: list[str]
    values: np.ndarray
    units: list[str]
    times: list[str]
    change: dict[str, np.ndarray]
    v: np.ndarray
    place: Any
    summary: dict[str, Any]

    def ranked(self, time: str = STEADY, quantity: str = "v") -> list[int]:
        """Which numbers matter for a quantity at a time, the most first; without those that have no effect
        and without temperature, of which an e-fold is some 500 K."""
        sizes = np.abs(self.change[quantity][:, self.times.index(time)])
        order = np.argsort(-sizes, kind="stable")
        return [int(i) for i in order if sizes[i] > EFFECT and self.groups[i] != "temperature"]

    def line(self) -> str:
        """What it is, on one line."""
        first = self.ranked()[0]
        return (
            f"determinants of {self.layout.name} at {self.summary['v_rest_mV']:.4g} mV: first "
            f"{self.labels[first]}, {self.change['v'][first, -1]:+.3g} mV per e-fold"
        )

    def to_xarray(self) -> "Dataset":
        """Derivatives per number (name) and time (when), those of V per compartment (segment) too."""
        each = ("name", "when")
        variables = {
            "value": measured("name", self.values, "each in its own unit, see unit", "of the number"),
            "unit": text("name", self.units),
            "label": text("name", self.labels),
            "group": text("name", self.groups),
            "v_segment": measured((*each, "segment"), self.v, "mV", "per e-fold of the number"),
        }
        for quantity, values in self.change.items():
            variables[quantity] = measured(each, values, unit_of_quantity(quantity), "per e-fold")
        coords = {"name": list(self.names), "when": list(self.times), **places(self.layout)}
        return self._dataset(variables, coords)


def unit_of_quantity(quantity: str) -> str:
    """Of a quantity that changes."""
    units = {THRESHOLD: "nA", "relative_volume": "1"}
    return units.get(quantity, "mV" if quantity.startswith("v") else "mM")
