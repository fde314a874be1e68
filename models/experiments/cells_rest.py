"""The resting state of several cells in one system: a rest of each, and what passes the junctions."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..axial.joined import JoinedFlow
from ..cell.several import SeveralCells
from ..physics.flux import CHARGE
from ..physics.ions import VALENCE
from .dataset import Variable, measured, text
from .layout import Layout
from .rest_result import RestResult

if TYPE_CHECKING:
    from xarray import Dataset

Passing = dict[str, dict[str, float]]  # nA by junction and ion, from its first end to its second
PROCESS = "junction"  # the process of a cell's ions that passes its junctions


@dataclass(repr=False)
class CellsRest(RestResult):
    """The resting state of several cells. What a rest has of compartments it has of all of them, one cell
    after the other; nan of an ion that a cell has not.

    cells: the rest of each by name; among its processes is "junction", what leaves it through junctions
    passing: current of each ion through each junction (nA, from its first end to its second)
    """

    cells: dict[str, RestResult] = field(default_factory=dict)
    passing: Passing = field(default_factory=dict)

    def line(self) -> str:
        """What it is, on one line."""
        said = ", ".join(f"{name} {one.summary['v_rest_mV']:.4g} mV" for name, one in self.cells.items())
        return f"rest of {self.layout.name}: {said}"

    def mean(self, ion: str) -> tuple[float, float]:
        """Mean concentration (mM), weighted by volume, of an ion in the cells that have it and outside."""
        having = [one for one in self.cells.values() if ion in one.layout.ions]
        weights = np.array([one.layout.volume.sum() for one in having])
        inside, outside = (weights @ np.array([one.mean(ion) for one in having]) / weights.sum()).tolist()
        return inside, outside

    def state(self) -> dict[str, np.ndarray]:
        """The state as a start for the same cells."""
        return {name: np.nan_to_num(values) for name, values in super().state().items()}

    def to_xarray(self) -> "Dataset":
        """Per compartment (segment) of all cells, whose names are a coordinate, and ion; currents by process
        too, through junctions per ion; nan where a cell has no such ion or process."""
        layout, ions = self.layout, list(self.layout.ions)
        found = super().to_xarray()
        more, coords = cells_variables({name: one.layout for name, one in self.cells.items()})
        if self.passing:
            each = [[parts.get(ion, np.nan) for ion in ions] for parts in self.passing.values()]
            words = "through a junction, from its first end to its second"
            more["passing"] = measured(("junction", "ion"), np.array(each), "nA", words)
            coords["junction"] = list(self.passing)
        assert layout.size == found.sizes["segment"]
        return found.assign(more).assign_coords(coords)


def cells_variables(cells: dict[str, Layout]) -> tuple[dict[str, Variable], dict[str, Any]]:
    """Variables of a dataset beside those of a cell's, none, and coordinates: which cell each compartment
    belongs to."""
    names = np.repeat(list(cells), [layout.size for layout in cells.values()])
    return {}, {"cell": text("segment", names)}


def passing(cell: SeveralCells) -> Passing:
    """Current of each ion through each junction (nA), as last evaluated."""
    found: Passing = {joint.name: {} for joint in cell.joints}
    assert isinstance(cell.axial, JoinedFlow)
    for (name, ion), flux in zip(cell.axial.counted, cell.axial.passing, strict=True):
        if name:
            found[name][ion] = CHARGE * VALENCE[ion] * float(flux)
    return found


def leaving(cell: SeveralCells, label: str, through: Passing) -> dict[str, np.ndarray]:
    """What leaves one of the cells through its junctions, by ion (mA/cm2, outward), (compartments,)."""
    one, own = cell.cells[label], cell.part(label)
    found: dict[str, np.ndarray] = {}
    for joint in cell.joints:
        for sign, at in ((1.0, joint.a), (-1.0, joint.b)):
            if own.start <= at < own.stop:
                for ion, current in through[joint.name].items():
                    density = found.setdefault(ion, np.zeros(one.size))
                    density[at - own.start] += sign * 100 * current / one.area[at - own.start]
    return found


def whole(
    layout: Layout, cells: dict[str, RestResult], through: Passing, solver: dict[str, Any]
) -> CellsRest:
    """The rest of all, whose summary is still empty."""
    every, ions = list(cells.values()), layout.ions

    def joined(parts: list[np.ndarray | None], fill: float) -> np.ndarray:
        each = zip(parts, every, strict=True)
        return np.concatenate([np.full(one.layout.size, fill) if a is None else a for a, one in each])

    def by_ion(name: str, fill: float) -> dict[str, np.ndarray]:
        return {ion: joined([getattr(one, name).get(ion) for one in every], fill) for ion in ions}

    currents: dict[str, dict[str, np.ndarray]] = {}
    for ion in ions:
        names = dict.fromkeys(name for one in every for name in one.currents.get(ion, ()))
        currents[ion] = {
            name: joined([one.currents.get(ion, {}).get(name) for one in every], 0.0) for name in names
        }
    return CellsRest(
        layout=layout,
        leak={},
        v=joined([one.v for one in every], 0.0),
        inside=by_ion("inside", np.nan),
        outside=by_ion("outside", np.nan),
        relative_volume=joined([one.relative_volume for one in every], 1.0),
        currents=currents,
        net=by_ion("net", 0.0),
        leak_strength={},
        pump_net=joined([one.pump_net for one in every], 0.0),
        slope=joined([one.slope for one in every], 0.0),
        solver=solver,
        summary={},
        bonds=joined([one.bonds for one in every], 0.0)
        if any(one.bonds is not None for one in every)
        else None,
        cells=cells,
        passing=through,
    )


def junction_rows(cell: SeveralCells, v: np.ndarray, through: Passing) -> list[dict[str, Any]]:
    """Of each junction: its name, what it conducts as said, the difference of V and the currents through
    it. v: (compartments,), mV."""
    return [
        {
            "junction": joint.name,
            "conductance_nS": joint.conductance,
            "v_difference_mV": float(v[joint.a] - v[joint.b]),
            "current_nA": float(sum(through[joint.name].values())),
            **{f"{ion}_nA": current for ion, current in through[joint.name].items()},
        }
        for joint in cell.joints
    ]
