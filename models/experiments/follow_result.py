"""What following a cell's rest finds: branches, folds, Hopf points."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..physics.ions import IONS
from ..solve.along import Range
from ..solve.turns import FOLD, HOPF
from .dataset import measured, places, sizes, text
from .follow_states import VOLUME, Gate, state_units
from .keys import with_unit
from .layout import Layout
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(frozen=True, eq=False)
class Branch:
    """Resting states along a number of a cell, in the order in which they follow each other.

    value: of that number, (points,)
    state: v (mV), relative_volume and, of each ion, the concentration inside and outside (mM), na, nao, ...,
    (points, compartments) each
    gates: the states of channels and pumps by name, (points, compartments that have them) each
    growing: how many modes grow, 0 where the state is stable, -1 at a turn, (points,)
    slowest: time constant of the slowest mode (s), inf at a fold, where one stands still, (points,)
    turn: "fold", "hopf", "crossing" or "" of each point
    period: of a Hopf point's oscillation (s), nan elsewhere, (points,)
    """

    value: np.ndarray
    state: dict[str, np.ndarray]
    gates: dict[str, np.ndarray]
    growing: np.ndarray
    slowest: np.ndarray
    turn: list[str]
    period: np.ndarray

    def __len__(self) -> int:
        return len(self.value)

    @property
    def stable(self) -> np.ndarray:
        """Where no mode grows, (points,)."""
        return self.growing == 0


@dataclass(frozen=True, eq=False)
class Curve:
    """Where a fold or a Hopf point is in two numbers of a cell.

    kind: "fold" or "hopf"
    value, second: of the one number and of the other, (points,)
    v: mean membrane potential (mV), (points,)
    period: of a Hopf point's oscillation (s), nan of a fold, (points,)
    """

    kind: str
    value: np.ndarray
    second: np.ndarray
    v: np.ndarray
    period: np.ndarray


@dataclass(frozen=True)
class Number:
    """A number of a cell that is turned. unit: of its values; range: from where to where."""

    name: str
    unit: str
    range: Range

    @property
    def key(self) -> str:
        """Its name with its unit, as columns are headed: "ko_mM"."""
        return with_unit(self.name, self.unit)


@dataclass(repr=False)
class FollowResult(Result):
    """Branches of resting states along one number of a cell.

    along: that number; second: another, in which folds and Hopf points are followed too, or None
    branches: all that were found
    curves: of each fold and Hopf point in both numbers
    gates: the states of channels and pumps, by name
    states: names of those that tables and figure show beside V
    summary: scalars, and lists of folds, Hopf points, branches and curves
    """

    layout: Layout
    along: Number
    second: Number | None
    branches: list[Branch]
    curves: list[Curve]
    gates: dict[str, Gate]
    states: list[str]
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        s, along = self.summary, self.along
        unit, over = "" if along.unit == "1" else f" {along.unit}", along.range
        return (
            f"rests of {self.layout.name} along {along.name} from {over.low:g} to {over.high:g}{unit}: "
            f"{len(self.branches)} branches, {len(s['folds'])} folds, {len(s['hopfs'])} Hopf points"
        )

    def mean(self, branch: Branch, name: str) -> np.ndarray:
        """A state at the points of a branch, its mean over the cell or over what has it, (points,).

        name: "v", "nai", "nao", "relative_volume" or that of a gate.
        """
        layout, grown = self.layout, branch.state["relative_volume"]
        if name == "v":
            return layout.by_area(branch.state["v"])
        if name == VOLUME:
            return layout.by_volume(grown)
        if name in self.gates:
            gate = self.gates[name]
            size = (layout.volume if gate.unit == "mM" else layout.area)[gate.at]
            return branch.gates[name] @ size / size.sum()
        if name.endswith("i"):
            return layout.by_volume(branch.state[name[:-1]], grown)
        return layout.by_volume(branch.state[name])

    def keys(self) -> dict[str, str]:
        """The states that are shown by name, and the head of the column of each: "nai_mM"."""
        units = state_units(self.layout, self.gates)
        share = {name: f"{name}_share" for name, gate in self.gates.items() if gate.unit == "1"}
        return {name: share.get(name, with_unit(name, units[name])) for name in self.states}

    def at(self, value: float) -> list[dict[str, Any]]:
        """The resting states at a value of the number, by linear interpolation: {"v_mV", "stable"} each, the
        lowest first."""
        found = []
        for branch in self.branches:
            v = self.layout.by_area(branch.state["v"])
            for i, (a, b) in enumerate(pairwise(branch.value)):
                if a != b and min(a, b) <= value <= max(a, b) and (value != b or i == len(branch) - 2):
                    share = (value - a) / (b - a)
                    growing = branch.growing[i : i + 2].max()
                    found.append({"v_mV": float(v[i] + share * (v[i + 1] - v[i])), "stable": growing == 0})
        return sorted(found, key=lambda one: one["v_mV"])

    def columns(self) -> dict[str, np.ndarray]:
        """A row a point of every branch, means over the cell: by heading, with the unit."""
        layout, parts = self.layout, self.branches
        found: dict[str, np.ndarray] = {
            "branch": np.concatenate([np.full(len(one), i) for i, one in enumerate(parts)]),
            self.along.key: np.concatenate([one.value for one in parts]),
            "v_mV": self._means("v"),
            "stable": np.concatenate([one.stable for one in parts]),
            "growing_modes": np.concatenate([one.growing for one in parts]),
            "slowest_s": np.concatenate([one.slowest for one in parts]),
            "turn": np.array([name for one in parts for name in one.turn], object),
            "period_s": np.concatenate([one.period for one in parts]),
        }
        for ion in layout.ions:
            found[f"{ion}i_mM"] = self._means(f"{ion}i")
            if layout.follows_outside:
                found[f"{ion}o_mM"] = self._means(f"{ion}o")
        if layout.osmotic:
            found[VOLUME] = self._means(VOLUME)
        return found | {key: self._means(name) for name, key in self.keys().items()}

    def _means(self, name: str) -> np.ndarray:
        """A state at all points of all branches, (points,)."""
        return np.concatenate([self.mean(one, name) for one in self.branches])

    def curve_columns(self) -> dict[str, np.ndarray]:
        """A row a point of every curve in two numbers: by heading, with the unit."""
        assert self.second is not None
        parts, none = self.curves, [np.zeros(0)]
        number = [np.full(len(one.value), i) for i, one in enumerate(parts)]
        return {
            "curve": np.concatenate(number or none),
            "turn": np.array([one.kind for one in parts for _ in one.value], object),
            self.along.key: np.concatenate([one.value for one in parts] or none),
            self.second.key: np.concatenate([one.second for one in parts] or none),
            "v_mV": np.concatenate([one.v for one in parts] or none),
            "period_s": np.concatenate([one.period for one in parts] or none),
        }

    def to_xarray(self) -> "Dataset":
        """Every state of every branch, by point and compartment (segment), and ion."""
        layout, columns, ions = self.layout, self.columns(), list(self.layout.ions)
        whole = {
            name: np.concatenate([one.state[name] for one in self.branches])
            for name in self.branches[0].state
        }
        each = ("point", "segment", "ion")
        variables = {
            "value": measured("point", columns[self.along.key], self.along.unit, self.along.name),
            "v": measured(each[:2], whole["v"], "mV", "membrane potential"),
            "inside": measured(each, np.stack([whole[ion] for ion in ions], -1), "mM", "inside"),
            "outside": measured(each, np.stack([whole[ion + "o"] for ion in ions], -1), "mM", "outside"),
            "relative_volume": measured(each[:2], whole["relative_volume"], "1", "relative volume"),
            "branch": measured("point", columns["branch"], "1", "number of the branch"),
            "growing_modes": measured("point", columns["growing_modes"], "1", "modes that grow, -1 at turns"),
            "slowest": measured("point", columns["slowest_s"], "s", "time constant of the slowest mode"),
            "period": measured("point", columns["period_s"], "s", "of a Hopf point's oscillation"),
            "turn": text("point", columns["turn"]),
            **sizes(layout),
        }
        coords: dict[str, Any] = {"ion": ions, **places(layout)}
        if self.gates:
            gates = np.full((*whole["v"].shape, len(self.gates)), np.nan)
            for i, (name, gate) in enumerate(self.gates.items()):
                gates[:, gate.at, i] = np.concatenate([one.gates[name] for one in self.branches])
            words = "states of channels and pumps, shares or mM; nan where there is none"
            variables["gates"] = ("point", "segment", "gate"), gates, {"long_name": words}
            coords["gate"] = list(self.gates)
        return self._dataset(variables, coords)


def summary(result: FollowResult) -> dict[str, Any]:
    """The scalars and lists of a result."""
    layout = result.layout
    folds: list[dict[str, Any]] = []
    hopfs: list[dict[str, Any]] = []
    branches: list[list[dict[str, Any]]] = []
    for branch in result.branches:
        v = layout.by_area(branch.state["v"])
        points: list[dict[str, Any]] = [
            {"value": float(a), "v_mV": float(b), "stable": bool(c)}
            for a, b, c in zip(branch.value, v, branch.stable, strict=True)
        ]
        for name, key in result.keys().items():
            for point, value in zip(points, result.mean(branch, name), strict=True):
                point[key] = float(value)
        branches.append(points)
        for kind, into, times in ((FOLD, folds, branch.slowest), (HOPF, hopfs, branch.period)):
            for i in (i for i, name in enumerate(branch.turn) if name == kind):
                seconds = float(times[i]) if np.isfinite(times[i]) else None
                into.append({**points[i], "slowest_or_period_s": seconds})
    for turns in (folds, hopfs):
        turns.sort(key=lambda turn: turn["value"])
        for turn in turns:
            del turn["stable"]
    return {
        "cell": layout.name,
        "along": result.along.name,
        "unit": result.along.unit,
        "low": result.along.range.low,
        "high": result.along.range.high,
        "folds": folds,
        "hopfs": hopfs,
        "branches": branches,
        **({} if result.second is None else _curves(result, result.second)),
        "compartments": layout.size,
    }


def _curves(result: FollowResult, second: Number) -> dict[str, Any]:
    """What the summary tells of the curves in two numbers."""
    found = []
    for curve in result.curves:
        period = [float(t) if np.isfinite(t) else None for t in curve.period]
        rows = zip(curve.value, curve.second, curve.v, period, strict=True)
        points = [
            {"value": float(a), "second": float(b), "v_mV": float(c), "slowest_or_period_s": d}
            for a, b, c, d in rows
        ]
        found.append({"turn": curve.kind, "points": points})
    return {"second": second.name, "second_unit": second.unit, "curves": found}


def shown_ions(layout: Layout) -> list[str]:
    """The ions whose concentrations are drawn: not traces."""
    return [ion for ion in layout.ions if not IONS[ion].trace]
