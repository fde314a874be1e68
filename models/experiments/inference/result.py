"""What was found of a cell's numbers, as plain data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dataset import measured, text
from ..layout import Layout
from ..result import Result
from .fit import Fit
from .known import TWO_SIDED, Known
from .next_one import Next
from .sample import Sample
from .situations import Value
from .sought import Sought

if TYPE_CHECKING:
    from xarray import Dataset

QUANTILES = {"low_95": 0.025, "low_68": 0.16, "median": 0.5, "high_68": 0.84, "high_95": 0.975}


@dataclass(frozen=True)
class Measurement:
    """A measured value as results tell of it. words: which, "v (ko=8, at once)"; unit: of value and error."""

    words: str
    what: str
    unit: str
    value: float
    error: float
    source: str

    @classmethod
    def of(cls, value: Value) -> "Measurement":
        """Without the places of a cell."""
        record = value.record
        return cls(value.words, record.name, record.unit, value.value, value.error, value.source)


@dataclass(repr=False)
class InferResult(Result):
    """Numbers of a cell from what was measured of it.

    sought: the numbers, and what was held possible of each beforehand
    measured: the values
    fit: the most probable numbers, `fit.u` in spreads of their priors, and what would be measured there
    best: the most probable numbers, each in its own unit, (numbers,)
    draws: a sample of the posterior, each in its own unit, (draws, numbers); without draws where none was
    wanted
    predicted: what would be measured in each, (draws, values)
    sample: how it was drawn, None where none was wanted
    known: what is known of the numbers, and what is not
    next_ones: which further measurements would tell most
    summary: scalars, the unit in every key or beside it
    """

    layout: Layout
    name: str
    sought: list[Sought]
    measured: list[Measurement]
    fit: Fit
    best: np.ndarray
    draws: np.ndarray
    predicted: np.ndarray
    sample: Sample | None
    known: Known
    next_ones: list[Next]
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        first = ", ".join(
            f"{one.label} {value:.3g}" for one, value in zip(self.sought, self.best, strict=True)
        )
        fits = "" if self.summary["fits"] else ", which does not fit"
        return f"{self.layout.name} from {len(self.measured)} measured values: {first}{fits}"

    def interval(self, number: int) -> dict[str, float]:
        """Median and limits of 68 and 95 % of a number, by its place, in its own unit: of the sample or,
        where none was drawn, of the normal approximation."""
        if len(self.draws):
            found = np.quantile(self.draws[:, number], list(QUANTILES.values()))
            return dict(zip(QUANTILES, map(float, found), strict=True))
        deviation = float(np.sqrt(self.fit.covariance[number, number])) * self.sought[number].spread
        sides = {"low_95": -TWO_SIDED, "low_68": -1.0, "median": 0.0, "high_68": 1.0, "high_95": TWO_SIDED}
        return {key: float(self.best[number] * np.exp(side * deviation)) for key, side in sides.items()}

    def predicted_interval(self, value: int) -> tuple[float, float]:
        """The limits of 95 % of what a value, by its place, would be."""
        if len(self.predicted):
            low, high = np.quantile(self.predicted[:, value], (0.025, 0.975))
            return float(low), float(high)
        slopes = self.fit.slopes[value] * self.measured[value].error
        deviation = TWO_SIDED * float(np.sqrt(slopes @ self.fit.covariance @ slopes))
        return float(self.fit.predicted[value] - deviation), float(self.fit.predicted[value] + deviation)

    def overview(self) -> list[tuple[str, str, Any]]:
        """Every number with its limits."""
        rows: list[tuple[str, str, Any]] = []
        for one, own in zip(self.sought, self.summary["numbers"], strict=True):
            unit = "" if one.unit == "1" else f" {one.unit}"
            said = f"{own['best']:.3g}{unit} ({own['low_95']:.3g} to {own['high_95']:.3g})"
            rows.append((f"{one.label} ", "value", said))
        return rows + [("", "p_value", self.summary["p_value"])] * (self.summary["p_value"] is not None)

    def to_xarray(self) -> "Dataset":
        """The sample (draw, parameter), what it predicts (draw, measurement), the most probable numbers, what
        was measured, and the Fisher information's directions."""
        each = [self.interval(i) for i in range(len(self.sought))]
        beside = "each in its own unit, see unit"
        variables = {
            "sample": measured(("draw", "parameter"), self.draws, beside),
            "prediction": measured(("draw", "measurement"), self.predicted, "see unit_measured"),
            "best": measured("parameter", self.best, beside),
            "unit": text("parameter", [one.unit for one in self.sought]),
            "label": text("parameter", [one.label for one in self.sought]),
            "prior_median": measured("parameter", np.exp([one.centre for one in self.sought]), beside),
            "prior_spread": measured("parameter", np.exp([one.spread for one in self.sought]), "1", "factor"),
            "covariance": measured(
                ("parameter", "parameter_2"), self._covariance(), "1", "of the logarithms, at the best"
            ),
            "measured": measured("measurement", [one.value for one in self.measured], "see unit_measured"),
            "standard_error": measured(
                "measurement", [one.error for one in self.measured], "see unit_measured"
            ),
            "unit_measured": text("measurement", [one.unit for one in self.measured]),
            "fitted": measured("measurement", self.fit.predicted, "see unit_measured", "at the best"),
            "information": measured("direction", self.known.information, "1", "over that of the prior"),
            "direction": measured(
                ("direction", "parameter"), self.known.directions, "1", "of the logarithms"
            ),
        }
        for key in QUANTILES:
            variables[key] = measured("parameter", [one[key] for one in each], beside)
        names = [one.name for one in self.sought]
        coords = {"parameter": names, "parameter_2": names, "measurement": [m.words for m in self.measured]}
        return self._dataset(variables, coords)

    def _covariance(self) -> np.ndarray:
        spread = np.array([one.spread for one in self.sought])
        return self.fit.covariance * np.outer(spread, spread)
