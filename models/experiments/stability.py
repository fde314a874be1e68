"""How a cell goes back to its rest, or leaves it: the modes of the state, in words and along the cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from ..cell.energy import BONDS
from ..physics.ions import IONS, SYMBOL
from ..solve.conserved import Totals
from ..solve.equations import System
from ..solve.linear import Linear, departures, linear
from ..solve.modes import Modes, modes_of
from ..solve.states import GLIA, INSIDE, OUTSIDE, RELATIVE_VOLUME, plain
from .dataset import Variable, measured

EVEN = 0.1  # relative difference between compartments up to which a mode is the same everywhere
OPPOSITE = 0.3  # of the largest departure, from which its opposite elsewhere counts


@dataclass(frozen=True)
class Beside:
    """The equations beside a state and what their states are: plain data, from which the modes are found
    when they are asked for.

    linear: the equations; departures: of all states with the free ones, (states, free)
    kinds: names of the states' kinds; kind: of each state its number in `kinds`; owner: its compartment;
    size: what counts as a departure of 1 of each, (states,)
    region: of each compartment
    """

    linear: Linear
    departures: sp.csr_matrix
    kinds: Sequence[str]
    kind: np.ndarray
    owner: np.ndarray
    size: np.ndarray
    region: np.ndarray

    @cached_property
    def modes(self) -> Modes:
        """The slowest modes, those that grow and those that oscillate."""
        return modes_of(self.linear)

    @cached_property
    def shapes(self) -> np.ndarray:
        """Departures of all states in each mode, (modes, states), complex, in the states' own units, the
        largest 1 in units of `size`."""
        found = np.array((self.departures @ (self.modes.shapes * self.linear.scale[:, None])).T)
        for row in found:
            most = np.argmax(np.abs(row / self.size))
            row /= row[most] / self.size[most]
        return found

    def told(self) -> dict[str, Any]:
        """The keys that a summary has of it."""
        modes = [self._mode(i) for i in range(len(self.modes.values))]
        return {
            "stable": self.modes.stable,
            "growing_modes": self.modes.growing,
            "slowest_time_constant_s": modes[0]["time_constant_s"] if modes else None,
            "modes": modes,
        }

    def _mode(self, i: int) -> dict[str, Any]:
        value, shape = self.modes.values[i], np.abs(self.shapes[i]) / self.size
        most = int(self.kind[np.argmax(shape)])
        turns = value.imag != 0
        return {
            "time_constant_s": float(1e-3 / abs(value.real)) if value.real else None,
            "grows": bool(value.real > 0),
            "period_s": float(2e-3 * np.pi / value.imag) if turns else None,
            "kind": "focus" if turns else "node",
            "moves": named(self.kinds[most]),
            "place": self._where(i, most),
        }

    def _where(self, i: int, kind: int) -> str:
        """Where a kind of state moves in a mode: "everywhere", "soma", "along axon", "soma against axon"."""
        here = self.kind == kind
        shape = (self.shapes[i] / self.size)[here]
        shape, region = shape.real, self.region[self.owner[here]]
        most, least = shape.max(), shape.min()
        if max(most, -least) == 0 or most - least <= EVEN * max(most, -least):
            return "everywhere"
        up, down = str(region[np.argmax(shape)]), str(region[np.argmin(shape)])
        if min(most, -least) > OPPOSITE * max(most, -least):
            return f"along {up}" if up == down else f"{up} against {down}"
        return up if most > -least else down


def beside(system: System, x: np.ndarray, totals: Totals, jacobian: sp.csc_matrix) -> Beside:
    """What is beside a system's free states x, of which the totals and the Jacobian are known."""
    own, states, y = linear(system, x, totals, jacobian), system.states, system.expand(x)
    size = np.ones(states.size)
    size[system.free] = own.scale
    for kind in system.follows:  # amounts of K+ and, outside, Na+
        size[system.at[kind]] = np.maximum(np.abs(y[system.at[kind]]), 1e-3)
    parts = departures(system, x), states.kinds, states.kind, states.owner
    return Beside(own, *parts, size, system.cell.geometry.region.copy())


def named(kind: str) -> str:
    """What a kind of state is, as a reader says it: "V", "Na+ inside", "K+ outside", "gate m_pl_nav"."""
    own = plain(kind)
    if own == "v":
        said = "V"
    elif own in INSIDE:
        said = f"{SYMBOL[INSIDE[own]]} inside"
    elif own in OUTSIDE:
        said = f"{SYMBOL[OUTSIDE[own]]} outside"
    elif own == RELATIVE_VOLUME:
        said = "volume"
    else:
        said = "ATP" if own == BONDS else own
    return f"{said} of the glia" if kind.startswith(GLIA) else said


def mode_variables(found: Beside, ions: Sequence[str], compartments: int) -> dict[str, Variable]:
    """The modes' shapes as variables of a dataset, (mode, quarter, segment) and, of ions, (mode, quarter,
    segment, ion)."""
    shapes = np.stack([found.shapes.real, found.shapes.imag], axis=1)

    def of(name: str) -> np.ndarray:
        values = np.zeros((*shapes.shape[:2], compartments))
        if name in found.kinds:
            here = found.kind == list(found.kinds).index(name)
            values[:, :, found.owner[here]] = shapes[:, :, here]
        return values

    each = ("mode", "quarter", "segment")
    unit, words = "mM", "amount in a mode, per volume at the beginning"
    inside = np.stack([of(IONS[ion].inside.amount) for ion in ions], axis=-1)
    outside = np.stack([of(IONS[ion].outside.amount) for ion in ions], axis=-1)
    values = found.modes.values
    return {
        "mode_rate": measured("mode", 1e3 * values.real, "1/s", "growth of a mode; it decays where below 0"),
        "mode_frequency": measured(
            "mode", 1e3 * values.imag / (2 * np.pi), "Hz", "of a mode that oscillates"
        ),
        "mode_v": measured(each, of("v"), "mV", "V in a mode, now and a quarter of a period later"),
        "mode_inside": measured((*each, "ion"), inside, unit, f"{words}, inside"),
        "mode_outside": measured((*each, "ion"), outside, unit, f"{words}, outside"),
        "mode_relative_volume": measured(each, of(RELATIVE_VOLUME), "1", "relative volume in a mode"),
    }
