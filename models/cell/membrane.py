"""The membrane of a cell: leaks, pumps and further mechanisms, how strong they are and where."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from ..parameters import Parameters
from ..physics.ions import IONS
from ..physics.leaks import Leak, leak_of
from ..simulator.mechanisms import OWN, PUMPS
from ..simulator.runtime import NeuronSection, h
from . import carriers, channels, pumps, temperature
from .admission import Further, check_pointers
from .carriers import Carrier
from .energy import MECHANISM as ENERGY
from .energy import Rates, point
from .geometry import Compartments
from .surroundings import Surroundings


@dataclass(frozen=True, eq=False)
class Membrane(Further):
    """What ions pass, further mechanisms included.

    leak: what each ion's is
    strength: of the leaks by ion (cm/s, or S/cm2 of ohmic ones) and the pump's maximal current (mA/cm2) as
    "pump", (compartments,) each
    pump_share: of each pump mechanism in the pumps of every compartment, adding up to 1, (compartments,) each
    carriers: what carries non-specific currents, one a current and compartment
    energy: what makes and spends ATP beside the pumps, None where ATP is no state or its rest not yet found
    """

    leak: Mapping[str, Leak]
    strength: dict[str, np.ndarray]
    pump_share: Mapping[str, np.ndarray]
    carriers: list[Carrier]
    energy: Rates | None = None

    def scaled(self, process: str, factor: float) -> Self:
        """This membrane with a leak (by ion) or the pump ("pump") `factor` times as strong."""
        return replace(self, strength={**self.strength, process: self.strength[process] * factor})

    def with_strength(self, strength: Mapping[str, np.ndarray]) -> Self:
        """This membrane with other strengths, by the same names, (compartments,) each, in arrays of its
        own."""
        return replace(self, strength={name: np.array(values) for name, values in strength.items()})


def build_membrane(
    parameters: Parameters,
    ions: tuple[str, ...],
    compartments: Compartments,
    surroundings: Surroundings,
    carries: dict,
    former_pumps: Mapping[NeuronSection, str],
) -> tuple[Membrane, list[str]]:
    """Put a cell's membrane into its sections; return it and sentences about it.

    carries: which ion carries which non-specific current; former_pumps: mechanisms that sections had as
    their pump when they were other cells'. Raises InputError for what the cell cannot have.
    """
    leak = {ion: leak_of(ion, parameters.leak.law) for ion in ions}
    _insert(parameters, ions, leak, compartments, surroundings, former_pumps)
    carries = channels.insert(parameters, compartments, carries)
    if parameters.energy.followed:
        point(compartments.segments)
    temperature.set_references(parameters, compartments.sections)
    further, warnings = channels.admit(parameters, ions, compartments, surroundings, carries)
    carrying = carriers.attach(further.channels, ions, compartments.segments, carries)
    check_pointers()
    membrane = Membrane(
        **{field.name: getattr(further, field.name) for field in fields(Further)},
        leak=leak,
        strength=_given_strengths(parameters, leak, compartments),
        pump_share=pumps.shares(parameters, compartments),
        carriers=carrying,
    )
    return membrane, warnings


def _insert(
    parameters: Parameters,
    ions: tuple[str, ...],
    leak: Mapping[str, Leak],
    compartments: Compartments,
    surroundings: Surroundings,
    former_pumps: Mapping[NeuronSection, str],
) -> None:
    """Insert the cell's own mechanisms, and take out those of the cells that the sections were before."""
    space = [surroundings.mechanism] if surroundings.followed else []
    stores = dict.fromkeys(IONS[ion].inside.mechanism for ion in ions)
    further = [name for name in stores if name != "pl_ions"]
    leaks = [one.mechanism for one in leak.values()]
    stored = [ENERGY] if parameters.energy.followed else []
    wanted = ["pl_ions", *stored, *parameters.pump.mechanisms, *leaks, *space, *further]
    for sec in compartments.sections:
        if h.ismembrane(ENERGY, sec=sec):  # its pumps point to it
            for name in PUMPS & {one.name() for one in sec(0.5)}:
                sec.uninsert(name)
        for name in wanted:
            sec.insert(name)
        for name in (OWN | {former_pumps.get(sec, "pl_nakpump")}) - {*wanted}:
            if h.ismembrane(name, sec=sec):
                sec.uninsert(name)
    for segment in compartments.segments:
        for name in (*space, *further):
            h.setpointer(segment._ref_relative_volume_pl_ions, "relative_volume", getattr(segment, name))


def _given_strengths(
    parameters: Parameters, leak: Mapping[str, Leak], compartments: Compartments
) -> dict[str, np.ndarray]:
    """Strengths that the file gives itself, a region's over the cell's; 0 where it gives none."""
    cells, keys = parameters.strengths(), {ion: one.name for ion, one in leak.items()} | {"pump": "imax"}
    return {
        name: compartments.by_region(parameters.region, key, cells.get(name, 0.0))
        for name, key in keys.items()
    }
