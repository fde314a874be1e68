"""A resting state: what there is in every compartment, and what each process carries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..physics.ions import VALENCE, told_of
from ..physics.leaks import Leak
from ..physics.theory import nernst
from .dataset import measured, of_glia, places, sizes, text
from .layout import Layout
from .result import Result
from .stability import Beside, mode_variables

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class RestResult(Result):
    """The resting state. Arrays have one value per compartment, (compartments,).

    v: membrane potential (mV)
    inside: free concentration (mM) by ion
    outside: concentration (mM) by ion
    relative_volume: of the volume that the compartment began with
    currents: mA/cm2, outward positive, by ion and process ("leak", "pump", mechanisms by name)
    net: mM/ms by ion, what is left of all membrane and axial flow
    leak: by ion, its law, symbol and unit
    leak_strength: by ion, in the leak's unit: a permeability (cm/s) or a conductance (S/cm2)
    pump_net: net current of the pump (mA/cm2, outward positive)
    slope: slope conductance of the whole membrane (S/cm2), gates as they are
    solver: how the state was found
    summary: scalars, the unit in every key
    glia: the same of the glia that faces the cell's spaces, or None
    bonds: energy-rich bonds (mM, see `physics.energy`), None where ATP is no state
    beside: the equations beside it, of which its modes are found when they are asked for, as `summary`'s
    stable, slowest_time_constant_s and modes are; None in a glia and where nothing is free
    """

    layout: Layout
    leak: dict[str, Leak]
    v: np.ndarray
    inside: dict[str, np.ndarray]
    outside: dict[str, np.ndarray]
    relative_volume: np.ndarray
    currents: dict[str, dict[str, np.ndarray]]
    net: dict[str, np.ndarray]
    leak_strength: dict[str, np.ndarray]
    pump_net: np.ndarray
    slope: np.ndarray
    solver: dict[str, Any]
    summary: dict[str, Any]
    glia: "RestResult | None" = None
    bonds: np.ndarray | None = None
    beside: Beside | None = None

    def line(self) -> str:
        """What it is, on one line."""
        held = ", concentrations held" if self.solver["hold"] else ""
        return f"rest of {self.layout.name}: {self.summary['v_rest_mV']:.4g} mV{held}"

    def to_xarray(self) -> "Dataset":
        """Per compartment (segment) and ion, currents by process too; nan where an ion has no such
        process."""
        layout, ions = self.layout, list(self.layout.ions)
        processes = list(dict.fromkeys(name for parts in self.currents.values() for name in parts))
        none = np.full(layout.size, np.nan)
        each = [[self.currents[ion].get(name, none) for name in processes] for ion in ions]

        def by_ion(values: dict[str, np.ndarray]) -> np.ndarray:
            return np.stack([values[ion] for ion in ions], axis=-1)

        pair = ("segment", "ion")
        variables = {
            "v": measured("segment", self.v, "mV", "membrane potential"),
            "inside": measured(pair, by_ion(self.inside), "mM", "concentration inside"),
            "outside": measured(pair, by_ion(self.outside), "mM", "concentration outside"),
            "relative_volume": measured("segment", self.relative_volume, "1", "relative volume"),
            **sizes(layout),
            "current": measured(("ion", "process", "segment"), np.array(each), "mA/cm2", "outward positive"),
            "net": measured(pair, by_ion(self.net), "mM/ms", "what is left of all flow"),
            "pump_net": measured("segment", self.pump_net, "mA/cm2", "net current of the pump"),
            "slope": measured("segment", self.slope, "S/cm2", "slope conductance of the membrane"),
        }
        if self.beside is not None:
            variables |= mode_variables(self.beside, ions, layout.size)
        if self.glia is not None:
            variables |= of_glia(self.glia.to_xarray())
        for ion, leak in self.leak.items():
            variables[leak.name] = measured("segment", self.leak_strength[ion], leak.unit, leak.quantity)
        coords = {
            "ion": ions,
            "process": processes,
            **places(layout),
            "region": text("segment", layout.region),
        }
        return self._dataset(variables, coords)

    def mean(self, ion: str) -> tuple[float, float]:
        """Mean concentration (mM), weighted by volume, of an ion in the cell and outside."""
        inside = self.layout.by_volume(self.inside[ion], self.relative_volume)
        return float(inside), float(self.layout.by_volume(self.outside[ion]))

    def nernst(self, ion: str) -> float:
        """Nernst potential (mV) of an ion, from its mean concentrations."""
        return float(nernst(*self.mean(ion), VALENCE[ion], self.layout.celsius))

    def states(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray] | None]:
        """The states of the cell and of its glia, as a start for both."""
        return self.state(), None if self.glia is None else self.glia.state()

    def state(self) -> dict[str, np.ndarray]:
        """The state as a start for the same cell: v (mV), na, k, ..., nao, ko, ... (mM), relative_volume,
        (compartments,) each."""
        none = np.zeros(self.layout.size)
        found = {"v": self.v, "relative_volume": self.relative_volume}
        found |= {} if self.bonds is None else {"bonds": self.bonds}
        told = told_of(self.layout.ions)
        found |= {ion: self.inside.get(ion, none) for ion in told}
        return found | {ion + "o": self.outside.get(ion, none) for ion in told}
