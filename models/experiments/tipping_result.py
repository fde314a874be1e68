"""What `tipping` finds: which change of a parameter, and how fast, takes a cell from its rest for ever."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .dataset import measured, text
from .follow_result import Number
from .layout import Layout
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class Trial:
    """One change that was tried.

    name: what it is, "within 1 h"
    tipped: whether the cell does not come back to the branch that it came from
    outcome: the same in words, "tips", "keeps its rest"
    t: times (ms), (times,); v: mean V (mV) of the membrane at these, (times,)
    v_end: V (mV) where it goes, nan where it never rests
    """

    name: str
    tipped: bool
    outcome: str
    t: np.ndarray
    v: np.ndarray
    v_end: float

    def __repr__(self) -> str:
        return f"<{self.name}: {self.outcome}, ends at {self.v_end:.4g} mV>"


@dataclass(repr=False)
class TippingResult(Result):
    """Which change tips a cell.

    along: what is changed; its range is where the branch was looked for, from the first value on
    last: to which value
    value, v: the branch of rests from the first value on, (points,), and mean V (mV) of each, (points,)
    fold: value and V (mV) where the branch ends; None where it does not within the range that was looked at
    hopf: the same of where it begins to oscillate before; None where it does not
    basin_edge: value to which a sudden change just does not tip the cell, None where every one up to the end
    of the branch does not
    ramps: changes to `last` within the times that were asked for
    pauses: of the pump: the longest from which the cell comes back, the shortest from which it does not, and
    the latter with the pump as much stronger afterwards as rescues the cell; none where it always comes back
    summary: scalars, the unit in every key
    """

    layout: Layout
    along: Number
    last: float
    value: np.ndarray
    v: np.ndarray
    fold: tuple[float, float] | None
    hopf: tuple[float, float] | None
    basin_edge: float | None
    ramps: list[Trial]
    pauses: list[Trial]
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        tipped = [one.name for one in self.ramps if one.tipped]
        what = f"tips {', '.join(tipped)}" if tipped else "keeps its rest"
        return f"{self.layout.name}, {self.said()}: {what}"

    def said(self) -> str:
        """What is changed, in words: "ko from 4 to 1.2 mM"."""
        unit = "" if self.along.unit == "1" else f" {self.along.unit}"
        return f"{self.along.name} from {self.along.range.low:g} to {self.last:g}{unit}"

    def to_xarray(self) -> "Dataset":
        """The branch, and V over time of everything that was tried; nan after the end of the shorter ones."""
        trials = [*self.ramps, *self.pauses]
        longest = max((len(one.t) for one in trials), default=0)

        def traces(key: str) -> np.ndarray:
            rows = [getattr(one, key) for one in trials]
            rows = [np.pad(row, (0, longest - len(row)), constant_values=np.nan) for row in rows]
            return np.array(rows).reshape(len(trials), longest)

        variables = {
            "v_rest": measured("point", self.v, "mV", "mean V of the branch of rests"),
            "tipped": measured("trial", [one.tipped for one in trials], "1"),
            "v_end": measured("trial", [one.v_end for one in trials], "mV"),
            "v": measured(("trial", "sample"), traces("v"), "mV", "mean V"),
        }
        coords = {
            self.along.name: measured("point", self.value, self.along.unit),
            "trial": text("trial", [one.name for one in trials]),
            "time": measured(("trial", "sample"), traces("t"), "ms"),
        }
        return self._dataset(variables, coords)
