"""The conditions of an experiment: what `--set` may change in a cell, and how far its pump is blocked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from ..parameters import Parameters
from ..parameters.activity_table import outside_over_inside
from ..parameters.pumps import DRUGS
from ..parameters.settings import SETTINGS
from ..physics.ions import IONS


@dataclass(frozen=True, eq=False)
class Conditions:
    """The conditions of an experiment. Others are made from them by `with_`; these never change.

    celsius: degC
    reference: the temperature of the cell's file (degC), at which strengths and diffusion are given
    outside: the bath, mM by ion
    activity: activity coefficient of an ion there over that inside, by ion
    impermeant: what else the bath holds (mM), None where it follows
    impermeant_valence: its mean valence, None where it follows
    pump: every number of the pump, of its drugs and of its hormones by name, in the units of `keys set`
    species: whose isoforms bind glycosides
    glycoside: the last one given
    diffusion: coefficients in water by ion (um2/ms)
    tortuosity: inside the cell, by whose square diffusion is slower
    tortuosity_outside: in the space outside
    water_permeability: cm/s
    volume_fraction: of the space outside in the tissue
    exchange_rate: of that space with the bath (1/s)
    energy: ATP that is left, of that at rest
    oxygen: supply of what makes ATP, of that at rest
    rates: of an ion alone in place of that (1/s), None where it has none, by ion
    block: blocked fraction of the pump, 0 to 1, (compartments,)
    """

    celsius: float
    reference: float
    outside: Mapping[str, float]
    activity: Mapping[str, float]
    impermeant: float | None
    impermeant_valence: float | None
    pump: Mapping[str, float]
    species: str
    glycoside: str
    diffusion: Mapping[str, float]
    tortuosity: float
    tortuosity_outside: float
    water_permeability: float
    volume_fraction: float
    exchange_rate: float
    energy: float
    oxygen: float
    rates: Mapping[str, float | None]
    block: np.ndarray

    def __post_init__(self) -> None:
        self.block.setflags(write=False)
        for name in ("outside", "activity", "pump", "diffusion", "rates"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def with_(self, **values: Any) -> Self:
        """These conditions with others in their place: attributes or settings, `with_(ko=8, dna=0)`.

        Raises TypeError for a name that is neither.
        """
        changed: dict[str, Any] = {}
        for name, value in values.items():
            table, key = self._place(name)
            if key is None:
                changed[table] = value
            else:
                changed[table] = {**changed.get(table, getattr(self, table)), key: value}
            if name in DRUGS and value > 0:
                changed["glycoside"] = name
        return replace(self, **changed)

    def _place(self, name: str) -> tuple[str, str | None]:
        """The attribute that holds what has this name and, in a mapping, its key there."""
        if name in {field.name for field in fields(self)}:
            return name, None
        record = SETTINGS.get(name)
        if record is None or record.key not in getattr(self, record.attribute):
            raise TypeError(f"{name}: these conditions have none")
        return record.attribute, record.key

    def blocked(self, places: np.ndarray | slice, fraction: float | np.ndarray) -> Self:
        """These conditions with another blocked fraction of the pump, 0 to 1, in these compartments: one
        number, or one for each of `places`."""
        block = self.block.copy()
        block[places] = fraction
        return self.with_(block=block)


def conditions_of(
    parameters: Parameters, ions: tuple[str, ...], pump: Mapping[str, float], size: int
) -> Conditions:
    """The conditions that a cell's file gives. pump: the numbers of its pump by name, in their own units;
    size: how many compartments it has."""
    bath, diffusion, space = parameters.outside, parameters.diffusion, parameters.space
    return Conditions(
        celsius=float(parameters.electrical.celsius),
        reference=float(parameters.electrical.celsius),
        outside={ion: float(getattr(bath, ion + "o")) for ion in ions},
        activity={ion: outside_over_inside(parameters.activity, ion) for ion in ions},
        impermeant=bath.impermeant,
        impermeant_valence=bath.impermeant_valence,
        pump=pump,
        species=parameters.pump.species,
        glycoside=DRUGS[0],
        diffusion={ion: float(getattr(diffusion, "d" + ion)) for ion in ions},
        tortuosity=float(diffusion.tortuosity),
        tortuosity_outside=float(space.tortuosity_outside),
        water_permeability=float(parameters.water.water_permeability),
        volume_fraction=float(space.volume_fraction),
        exchange_rate=common_rate(parameters),
        rates={ion: getattr(space, f"rate{ion}") for ion in ions if not IONS[ion].further},
        energy=1.0,
        oxygen=1.0,
        block=np.zeros(size),
    )


def exchanges_alone(parameters: Parameters) -> str:
    """By what of a file an ion comes to a space, or goes, alone, "space.ratek"; "" where none does."""
    if parameters.glial_sink is not None or parameters.glial_buffer is not None:
        return "glial_sink" if parameters.glial_buffer is None else "glial_buffer"
    own = sorted(name for name in parameters.space.model_fields_set if name.startswith("rate"))
    return f"space.{own[0]}" if own else ""


def common_rate(parameters: Parameters) -> float:
    """At which those ions exchange with the bath that have no rate of their own (1/s)."""
    if "exchange_rate" not in parameters.space.model_fields_set and exchanges_alone(parameters):
        return 0.0
    return float(parameters.space.exchange_rate)
