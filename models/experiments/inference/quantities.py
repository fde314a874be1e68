"""What can be measured of a cell: one record each, with its unit and how it is read from a state."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...cell.cell import Cell
from ...cell.pumps import pumped
from ...errors import InputError, unknown_name
from ...physics.ions import IONS, SYMBOL
from ...solve.currents import slope_conductance
from ...solve.equations import System
from ...solve.linear import departures


@dataclass(frozen=True)
class Place:
    """Where something is measured: the compartments, indices, and in which shares of the membrane."""

    here: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Looked:
    """A state that is looked at.

    system: NEURON has its cell's numbers; y: all states, (states,)
    held: the same with concentrations held, where it is asked for
    """

    system: System
    y: np.ndarray
    held: System | None = None


@dataclass(frozen=True)
class Quantity:
    """Something that is measured.

    name: in files; unit: in which it is; low, high: its range
    meaning: in words
    read: the number, of a state and a place
    moves: whether it is how far V moves from what it was before
    stops: whether that is when the pump stops
    equations: whether it is read from the equations, and not from the state alone; held: with concentrations
    held
    """

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    read: Callable[[Looked, Place], float]
    moves: bool = False
    stops: bool = False
    equations: bool = False
    held: bool = False


def _v(at: Looked, place: Place) -> float:
    return float(at.y[at.system.at["v"]][place.here] @ place.weights)


def _inside(ion: str) -> Callable[[Looked, Place], float]:
    def read(at: Looked, place: Place) -> float:
        state = at.system.state(at.y)
        water = at.system.cell.volume[place.here] * state["relative_volume"][place.here]
        return float(state[ion][place.here] @ water / water.sum())

    return read


def _membrane_resistance(at: Looked, place: Place) -> float:
    slope = slope_conductance(at.system, at.y)
    return 1 / float(slope[place.here] @ place.weights)


def _pump_current(at: Looked, place: Place) -> float:
    return 1e3 * float(pumped(at.system, at.y).net[place.here] @ place.weights)


def _input_resistance(at: Looked, place: Place) -> float:
    """A small current into the place, shared by the compartments' areas: V there when it and the gates have
    followed, over the current (Mohm)."""
    system, cell = at.held, at.system.cell
    assert system is not None
    x = system.pack(at.y)
    push = np.zeros(system.states.size)
    # nA/um2 = 100 mA/cm2, and that over uF/cm2 is 1e3 mV/ms
    density = 1e5 / cell.area[place.here].sum()
    push[system.at["v"][place.here]] = density / cell.geometry.capacitance[place.here]
    found = system.factors(system.jacobian(x), 0.0, 1.0).solve(push[system.free])
    change = departures(system, x) @ found
    return float(change[system.at["v"][place.here]] @ place.weights)


_RECORDS = (
    Quantity("v", "mV", -300, 300, "V", _v),
    Quantity("step", "mV", -300, 300, "how far V moves", _v, moves=True),
    Quantity("ouabain_step", "mV", -300, 300, "how far V moves at once when the pump stops", _v, True, True),
    *(
        Quantity(f"{ion}i", "mM", 0, 1e4, f"{SYMBOL[ion]} inside", _inside(ion))
        for ion in IONS
        if not IONS[ion].trace
    ),
    Quantity(
        "membrane_resistance", "ohm cm2", 1e-3, 1e12, "membrane resistance, gates as they are",
        _membrane_resistance, equations=True,
    ),
    Quantity(
        "input_resistance", "Mohm", 1e-9, 1e9, "input resistance, gates having followed", _input_resistance,
        equations=True, held=True,
    ),
    Quantity("pump_current", "uA/cm2", -1e6, 1e6, "net current of the pump", _pump_current, equations=True),
)  # fmt: skip
QUANTITIES = {record.name: record for record in _RECORDS}


def quantity(name: str, where: str) -> Quantity:
    """The record of this name; InputError with the nearest ones. where: begins the sentence."""
    if name not in QUANTITIES:
        raise unknown_name("quantity", name, QUANTITIES, where)
    return QUANTITIES[name]


def place_of(cell: Cell, record: Quantity, where: object, usual: str, sentence: str) -> Place:
    """The place that is meant, "all" where nothing is said but of what needs one. usual: that one; sentence:
    begins the error's."""
    if where is None:
        where = usual if record.held else "all"
    try:
        here = cell.where(where)
    except InputError as error:
        raise InputError(f"{sentence}: {error}") from None
    area = cell.area[here]
    return Place(here, area / area.sum())
