"""ATP of a cell: what is left of it where it is given, and its mechanism where it is a state."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import EngineError
from ..parameters import Parameters
from ..physics.energy import Levels, Pool
from ..simulator import nmodl
from ..simulator.runtime import NeuronSegment, h

if TYPE_CHECKING:
    from .cell import Cell
    from .conditions import Conditions

MECHANISM = "pl_energy"
BONDS = f"bonds_{MECHANISM}"  # its state
LEVELS = {"atp": "atp", "adp": "adp", "pi": "phosphate"}  # what pumps read, and what it is called in a pool
KM_OTHER = 0.15  # mM, as pl_energy.mod has it


@dataclass(frozen=True, eq=False)
class Rates:
    """What makes and spends ATP in a cell at rest beside its pumps, mM/s of the volume at the beginning,
    (compartments,) each.

    capacity: the most that can be made
    other: the most that is spent elsewhere
    """

    capacity: np.ndarray
    other: np.ndarray


def pool_of(parameters: Parameters, pump: "Conditions | None" = None) -> Pool:
    """The pools of a cell whose pump knows ATP, as its file has them or, given those, its conditions."""
    numbers = parameters.pump.quantities() if pump is None else pump.pump
    energy = parameters.energy
    atp, adp, phosphate = (float(numbers[name]) for name in LEVELS)
    equilibria = float(energy.k_creatine), float(energy.k_adenylate)
    return Pool.at_rest(atp, adp, phosphate, float(energy.creatine), *equilibria)


def levels(parameters: Parameters, conditions: "Conditions") -> Levels:
    """What there is (mM) where so much of the ATP is left as the conditions say."""
    atp = conditions.energy * conditions.pump["atp"]
    return pool_of(parameters, conditions).with_atp(atp)


def bonds_at_rest(parameters: Parameters) -> float:
    """Energy-rich bonds (mM) of a cell at rest, as its file has it."""
    return float(pool_of(parameters).with_atp(float(parameters.pump.quantities()["atp"])).bonds)


def point(segments: Sequence[NeuronSegment]) -> None:
    """Let what spends ATP in these segments read it there, and what makes it read what is spent. EngineError
    where NEURON evaluates what reads it first."""
    for segment in segments:
        own = getattr(segment, MECHANISM)
        h.setpointer(segment._ref_relative_volume_pl_ions, "relative_volume", own)
        for number, pump in enumerate(_readers(one.name() for one in segment), start=1):
            if nmodl.order(pump) < nmodl.order(MECHANISM):
                raise EngineError(f"NEURON evaluates {pump} before {MECHANISM}, whose ATP it reads")
            h.setpointer(getattr(segment, f"_ref_atpase_{pump}"), f"pump{number}", own)
            for name in LEVELS:
                there = getattr(segment, f"_ref_{name}_{MECHANISM}")
                h.setpointer(there, f"state_{name}", getattr(segment, pump))


def _readers(mechanisms: Iterable[str]) -> list[str]:
    """The mechanisms that read ATP, which they spend: pumps."""
    return [name for name in mechanisms if "state_atp" in nmodl.declarations(name).pointers]


def given(cell: "Cell") -> Iterator[tuple[str, dict[str, float]]]:
    """The channels of a cell that spend ATP, and what its conditions give them of it (mM), where its pump
    knows ATP; what a channel's own table gives goes before."""
    if "atp" not in cell.conditions.pump:
        return
    left = levels(cell.parameters, cell.conditions)
    for mechanism in _readers(cell.membrane.channels):
        tables = [one.set for one in cell.parameters.channel if one.mechanism == mechanism]
        names = {key: what for key, what in LEVELS.items() if not any(key in table for table in tables)}
        yield mechanism, {key: float(getattr(left, what)) for key, what in names.items()}


def at_rest(parameters: Parameters, pumped: np.ndarray) -> Rates:
    """The rates for which ATP is at rest as the file has it. pumped: what the pumps spend there (mM/s)."""
    energy, there = (
        parameters.energy,
        pool_of(parameters).with_atp(float(parameters.pump.quantities()["atp"])),
    )
    spent = pumped / float(energy.pump_share)
    saturation = 1 + (float(energy.km_adp) / there.adp) ** float(energy.hill_adp)
    return Rates(spent * saturation, (spent - pumped) * (1 + KM_OTHER / there.atp))


def variables(cell: "Cell") -> dict[str, np.ndarray | float]:
    """What pl_energy takes in NEURON of a cell in which ATP is a state, by the names of its parameters."""
    pool, energy = pool_of(cell.parameters, cell.conditions), cell.parameters.energy
    found = {name: getattr(pool, name) for name in ("adenylates", "creatine", "phosphate")}
    found |= {
        name: float(getattr(energy, name)) for name in ("k_creatine", "k_adenylate", "km_adp", "hill_adp")
    }
    found |= {"bonds0": cell.start["bonds"], "oxygen": cell.conditions.oxygen, "volume": cell.volume}
    found["follow"] = cell.area_power
    rates = cell.membrane.energy
    return found if rates is None else found | {"capacity": rates.capacity, "other": rates.other}
