"""What `excite` finds: thresholds and spikes of a cell, and of others beside it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .dataset import measured, text
from .keys import name_and_unit, unit_of
from .layout import Layout
from .result import Result
from .threshold import Excitability

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class ExciteResult(Result):
    """Thresholds and spikes.

    points: an Excitability per condition
    varied: what is varied, its unit in its name ("ko_mM"), or None
    place: what was stimulated
    duration_ms: of the pulse
    summary: scalars, the unit in every key
    beside: the same of other cells, at the same values
    """

    layout: Layout
    points: list[Excitability]
    varied: str | None
    place: str
    duration_ms: float
    summary: dict[str, Any]
    beside: list["ExciteResult"] = field(default_factory=list)

    @property
    def cells(self) -> list["ExciteResult"]:
        """This one and those beside it."""
        return [self, *self.beside]

    def line(self) -> str:
        """What it is, on one line."""
        found = self.points[0] if len(self.points) == 1 else f"{len(self.points)} values of {self.varied}"
        names = ", ".join(one.layout.name for one in self.cells)
        return f"excitability of {names}: {str(found).strip('<>')}"

    def overview(self) -> list[tuple[str, str, Any]]:
        """Rest and threshold of each condition; where nothing makes a spike, what there is instead."""
        found: list[tuple[str, str, Any]] = []
        for one, point in ((cell, point) for cell in self.cells for point in cell.points):
            at = f"{one.layout.name}: " if self.beside else ""
            at += f"{self.condition(point)}: " if self.varied else ""
            if not np.isnan(point.v_rest):
                found.append((at, "v_rest_mV", point.v_rest))
            fires = not np.isnan(point.threshold)
            found.append((at, "threshold_nA", point.threshold) if fires else (at, "outcome", point.outcome))
        return found

    def condition(self, point: Excitability) -> str:
        """What is varied and the value that it has there, "ko = 3 mM"; "" where nothing is varied."""
        if self.varied is None:
            return ""
        name, *unit = name_and_unit(self.varied)
        return " ".join([name, "=", f"{point.value:g}", *unit])

    def to_xarray(self) -> "Dataset":
        """Per condition, and per cell where there are others beside it, and over time the recorded V of each;
        nan after the end of the shorter ones."""
        points = [one.points for one in self.cells]
        longest = max(len(point.t) for some in points for point in some)
        each: tuple[str, ...] = ("cell", "condition") if self.beside else ("condition",)

        def shaped(values: list[list[Any]]) -> Any:
            return np.array(values if self.beside else values[0])

        def traces(key: str) -> np.ndarray:
            def whole(row: np.ndarray) -> np.ndarray:
                return np.pad(row, (0, longest - len(row)), constant_values=np.nan)

            return shaped([[whole(getattr(point, key)) for point in some] for some in points])

        def scalar(key: str, unit: str) -> Any:
            return measured(each, shaped([[getattr(point, key) for point in some] for some in points]), unit)

        place = "the stimulated place" if self.beside else self.place
        variables = {
            "v_rest": scalar("v_rest", "mV"),
            "threshold": scalar("threshold", "nA"),
            "peak": scalar("peak", "mV"),
            "height": scalar("height", "mV"),
            "outcome": text(each, shaped([[point.outcome for point in some] for some in points])),
            "v": measured((*each, "sample"), traces("v"), "mV", f"membrane potential in {place}"),
        }
        coords: dict[str, Any] = {"time": measured((*each, "sample"), traces("t"), "ms")}
        if self.beside:
            coords["cell"] = [one.layout.name for one in self.cells]
        if self.varied:
            values = [point.value for point in self.points]
            coords[self.varied] = measured("condition", values, str(unit_of(self.varied)))
        return self._dataset(variables, coords)
