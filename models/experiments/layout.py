"""What a result keeps of the cell it came from: plain data, no NEURON objects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cell import temperature
from ..cell.cell import Cell
from ..cell.several import SeveralCells
from ..simulator import nmodl, runtime
from ..version import VERSION


@dataclass(repr=False)
class Layout:
    """The compartments of a cell, in order, and where the run's numbers came from.

    name: of the cell.
    ions: those that it has.
    osmotic: whether water flows.
    space: what is outside, "bath", "shell" or "closed".
    celsius: temperature (degC).
    section: name of each compartment's section, (compartments,).
    region: name of that section's region, (compartments,).
    x: position in the section, 0 to 1, (compartments,).
    distance: along the cell (um), (compartments,).
    area: membrane (um2), (compartments,).
    volume: cytoplasm at the beginning (um3), (compartments,).
    in_lumen: whether it faces the lumen of T-tubules, (compartments,).
    branches: 3-D points per section, for pictures.
    set, scale: by what the cell was changed, by name ("inside.nai" for a value of its file).
    provenance: strings for every file.
    warnings: sentences about shape and channels.
    followed: which processes followed the temperature and how far, in words; "" at that of the cell's file.
    """

    name: str
    ions: tuple[str, ...]
    osmotic: bool
    space: str
    celsius: float
    section: np.ndarray
    region: np.ndarray
    x: np.ndarray
    distance: np.ndarray
    area: np.ndarray
    volume: np.ndarray
    in_lumen: np.ndarray
    branches: list
    set: dict[str, float | str]
    scale: dict[str, float]
    provenance: dict[str, str]
    warnings: list[str]
    followed: str = ""

    def __repr__(self) -> str:
        return f"<layout of {self.name}: {self.size} compartments>"

    @property
    def follows_outside(self) -> bool:
        """Whether concentrations outside are a result anywhere."""
        return self.space != "bath" or bool(self.in_lumen.any())

    @property
    def size(self) -> int:
        """How many compartments there are."""
        return len(self.area)

    def by_area(self, values: Any) -> np.ndarray:
        """Area-weighted mean over the compartments (the last axis)."""
        return np.asarray(values) @ self.area / self.area.sum()

    def by_volume(self, values: Any, relative_volume: Any = 1.0) -> np.ndarray:
        """Mean over the compartments (the last axis), weighted by volume.

        relative_volume: relative volume of the compartments, where they are not those of `volume`.
        """
        weights = relative_volume * self.volume
        return np.sum(np.asarray(values) * weights, axis=-1) / np.sum(weights, axis=-1)


def pairs(given: Mapping[str, float | str]) -> str:
    """ "ko=8 nao=140": values by name, in their own units."""
    said = {name: v if isinstance(v, str) else f"{v:.12g}" for name, v in given.items()}
    return " ".join(f"{name}={value}" for name, value in said.items())


def layouts_of(cell: Cell) -> dict[str, Layout]:
    """The layouts of several cells by name; none of one alone."""
    return {one.name: layout_of(one) for one in cell.members} if isinstance(cell, SeveralCells) else {}


def layout_of(cell: Cell) -> Layout:
    """The layout of a cell as it is now (changed temperature included)."""
    several = isinstance(cell, SeveralCells)
    changed = [
        {f"{one.name}.{key}" if several else key: value for key, value in one.parameters.changed.items()}
        for one in cell.members
    ]
    set = {key: value for one in changed for key, value in one.items()} | cell.changes["set"]
    scale = cell.changes["scale"]
    said = [temperature.sentence(one) for one in cell.members]
    followed = "; ".join(
        f"{one.name}: {words}" if several else words
        for one, words in zip(cell.members, said, strict=True)
        if words
    )
    mechanisms = {mechanism.name() for sec in cell.sections for mechanism in sec(0.5)}
    return Layout(
        name=cell.name,
        ions=cell.ions,
        osmotic=cell.osmotic,
        space=cell.surroundings.name,
        celsius=cell.celsius,
        followed=followed,
        section=cell.geometry.section_name.copy(),
        region=cell.geometry.region.copy(),
        x=cell.x.copy(),
        distance=cell.geometry.distance.copy(),
        area=cell.area.copy(),
        volume=cell.volume.copy(),
        in_lumen=np.isfinite(cell.outside_volume) & (cell.geometry.region == "tubule"),
        branches=cell.branches(),
        set=set,
        scale=scale,
        provenance={
            "pumpleak": VERSION,
            "neuron": runtime.neuron_version(),
            "mechanisms": nmodl.digest(mechanisms),
            "cell": cell.name,
            "parameters": " ".join(one.parameters.digest() for one in cell.members),
            "morphology": cell.source,
            "axial": cell.axial.mode,
            "volume": "osmotic" if cell.osmotic else "fixed",
            "outside": cell.surroundings.name,
            **(
                {"cells": ", ".join(f"{one.name} {one.parameters.path.stem}" for one in cell.members)}
                if several
                else {}
            ),
            **({} if cell.glia is None else {"glia": f"{cell.glia.name} {cell.glia.parameters.digest()}"}),
            "set": pairs(set) or "nothing",
            "scale": pairs(scale) or "nothing",
            "temperature": followed or "as in the file",
        },
        warnings=list(cell.warnings),
    )
