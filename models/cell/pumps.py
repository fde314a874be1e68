"""The pumps of a cell: which mechanisms, where, with which parameters in NEURON, and what they carry."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..errors import InputError
from ..parameters import Parameters, Pump
from ..parameters.pump_laws import PUMP_LAWS
from ..parameters.pumps import CYCLE, DRUGS, HORMONES, ISOFORMS, SITES, binding, hormone_factor, library
from ..physics.theory import FARADAY
from .admission import Further
from .conditions import Conditions
from .energy import LEVELS, levels
from .geometry import Compartments
from .own_pump import units_per_current_density

if TYPE_CHECKING:
    from .cell import Cell


@dataclass(frozen=True)
class Pumped:
    """What the pumps carry, (compartments,) each.

    na, k: currents of the two ions (mA/cm2, outward positive)
    cycle: F times their cycles (mA/cm2)
    net: na and k together (mA/cm2)
    atp: what they spend (mol/cm2/s)
    """

    na: np.ndarray
    k: np.ndarray
    cycle: np.ndarray
    net: np.ndarray
    atp: np.ndarray


def isoform_of(mechanism: str) -> str | None:
    """ "alpha2" of "pl_nakalpha2"; None for the pumps that have no isoforms."""
    name = mechanism.removeprefix("pl_nak")
    return name if name in ISOFORMS else None


def values(parameters: Parameters) -> dict[str, float]:
    """Every number of the pump that may be changed later, by name and in its own unit; no drug, no hormone,
    no mutation."""
    found = {name: float(value) for name, value in parameters.pump.quantities().items()}
    for alpha in parameters.pump.isoform:
        found[f"{alpha}_activity"] = 1.0
    if parameters.pump.isoform:
        found |= dict.fromkeys((*DRUGS, *HORMONES), 0.0)
    return found


def mutated(pump: Pump) -> dict[str, float]:
    """What the mutations of a cell's file leave of its isoforms' activities (shares of 1), by the name of
    each."""
    found = {}
    for alpha, isoform in pump.isoform.items():
        if isoform.mutation is not None:
            share = 0.5 if isoform.mutated_share is None else float(isoform.mutated_share)
            left = float(library("mutations")[isoform.mutation]["activity"])
            found[f"{alpha}_activity"] = 1 - share + share * left
    return found


def shares(parameters: Parameters, compartments: Compartments) -> dict[str, np.ndarray]:
    """Share of each of the cell's pump mechanisms in the pumps of every compartment, (compartments,) each;
    InputError where a region's do not add up to 1."""
    pump, size = parameters.pump, compartments.size
    if not pump.isoform:
        return {pump.mechanisms[0]: np.ones(size)}
    whole: dict[str, np.ndarray] = {
        alpha: np.full(size, float(isoform.share)) for alpha, isoform in pump.isoform.items()
    }
    for name, own in parameters.region.items():
        here = np.flatnonzero(compartments.region == name)
        given = {alpha: float(getattr(own, alpha)) for alpha in whole if getattr(own, alpha) is not None}
        if not given:
            continue
        rest = sum(values[here[0]] for alpha, values in whole.items() if alpha not in given)
        left = 1 - sum(given.values())
        if left < -1e-9 or (rest == 0 and left > 1e-9):
            raise InputError(
                f"{parameters.path}: [region.{name}]: the isoforms' shares there add up to "
                f"{sum(given.values()):g}, expected 1"
            )
        for alpha, values in whole.items():
            values[here] = given.get(alpha, values[here] * (left / rest if rest else 0.0))
    return {f"pl_nak{alpha}": values for alpha, values in whole.items()}


def neurons_values(
    mechanism: str, parameters: Parameters, strength: np.ndarray, conditions: Conditions, name: str
) -> dict[str, float | np.ndarray]:
    """The RANGE parameters of one of a cell's pump mechanisms, as NEURON takes them.

    strength: its maximal current (mA/cm2), (compartments,); name: of the cell. InputError for two glycosides
    at once.
    """
    alpha, numbers, pump = isoform_of(mechanism), conditions.pump, parameters.pump
    if mechanism == pump.mechanism:
        maximal = str(pump.maximal_current)
        unit = units_per_current_density(mechanism, maximal) or 1.0
        return {maximal: strength * unit * (1 - conditions.block)}
    found: dict[str, float | np.ndarray] = {"imax": strength, "block": conditions.block}
    found |= {key: numbers[key] for key in ("n_na", "n_k", "q10")}
    if alpha is None:
        return found | {key: numbers[key] for key in PUMP_LAWS[pump.law].asks}
    found |= {key: numbers[key] for key in CYCLE}
    left = levels(parameters, conditions)
    found |= {key: float(getattr(left, what)) for key, what in LEVELS.items()}
    found |= {key: numbers[f"{alpha}_{key}"] for key in SITES}
    found["km_na"] = found["km_na"] * hormone_factor({key: numbers[key] for key in HORMONES})
    found["activity"] = numbers[f"{alpha}_activity"]
    drugs = [key for key in DRUGS if numbers[key] > 0]
    if len(drugs) > 1:
        raise InputError(f"{name}: {' and '.join(drugs)} at once; expected one glycoside at a time")
    drug = drugs[0] if drugs else conditions.glycoside
    return found | binding(drug, conditions.species, alpha) | {"dose": numbers[drug]}


def check_block(cell: "Cell", places: np.ndarray | slice) -> None:
    """InputError where a block of the pumps in these compartments (indices) would have no effect."""
    working = sum(
        share * cell.conditions.pump.get(f"{isoform_of(mechanism)}_activity", 1.0)
        for mechanism, share in cell.membrane.pump_share.items()
    )
    if (cell.strength["pump"] * working)[places].any():
        return
    further = cell.membrane
    hint = f"; if {channel_as_pump(further)}" if carriers_of_both(further) else ""
    raise InputError(
        f"{cell.name}: a block has no effect: the pump that the cell knows of has a maximal current of 0 "
        f"there{hint}"
    )


def carriers_of_both(further: Further) -> list[str]:
    """The channels of a cell that carry Na+ and K+, of which one may be a pump."""
    return [name for name in further.channels if name in further.writes["na"] and name in further.writes["k"]]


def channel_as_pump(further: Further) -> str:
    """How to say that one of those is the cell's pump, as the end of a sentence."""
    names = carriers_of_both(further)
    return (
        f"{' or '.join(names)} is its pump, take it out of the channels and write [pump] mechanism = "
        f'"{names[0]}" and maximal_current = the name of its parameter'
    )


class Evaluated(Protocol):
    """The equations of a cell."""

    cell: "Cell"

    def full_rates(self, y: np.ndarray) -> np.ndarray: ...


def pumped(system: Evaluated, y: np.ndarray, of: "Cell | None" = None) -> Pumped:
    """What the pumps of a system's cell carry in state y, (states,); NEURON is left evaluated there.

    of: its glia, where that is asked for.

    Of a mechanism of the user's it is the difference that its maximal current makes.
    """
    cell = system.cell if of is None else of
    n_na, n_k = cell.conditions.pump["n_na"], cell.conditions.pump["n_k"]
    if cell.parameters.pump.mechanism is None:
        system.full_rates(y)
        parts = {
            name: np.sum([cell.variables[f"{name}_{one}"].get() for one in cell.membrane.pump_share], axis=0)
            for name in ("icycle", "inet", "atpase")
        }
        cycle = parts["icycle"]
        return Pumped(n_na * cycle, -n_k * cycle, cycle, parts["inet"], parts["atpase"])
    maximal = cell.variables[f"{cell.parameters.pump.maximal_current}_{cell.parameters.pump.mechanism}"]
    strength = maximal.get().copy()
    try:
        maximal.set(0.0)
        without = _currents(system, y, cell)
    finally:
        maximal.set(strength)
    na, k = _currents(system, y, cell) - without
    return Pumped(na, k, na / n_na, na + k, 1e-3 * na / n_na / FARADAY)


def _currents(system: Evaluated, y: np.ndarray, cell: "Cell") -> np.ndarray:
    system.full_rates(y)
    return np.array([cell.variables[f"i{ion}"].get() for ion in ("na", "k")])
