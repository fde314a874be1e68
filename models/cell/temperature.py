"""What of a cell follows its temperature: the Q10 of every process, and by how much each is stronger than at
the temperature of the cell's file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..parameters import Parameters
from ..physics.leaks import leak_of
from ..physics.temperature import mobility, warmth
from ..simulator import nmodl
from ..simulator.mechanisms import PARAMETER
from ..simulator.runtime import NeuronSection

if TYPE_CHECKING:
    from .cell import Cell

MOST = 1000.0  # degC: no plateau


@dataclass(frozen=True)
class Followed:
    """How a process follows the cell's temperature.

    process: its name, as `scale` takes it
    strength: factor on its strength at this temperature, None where its own file alone knows
    gates: factor on the rate of its gates, None where it has none or its own file alone knows
    """

    process: str
    strength: float | None
    gates: float | None

    @property
    def follows(self) -> bool:
        """Whether the temperature is known to change it."""
        return any(factor not in (None, 1.0) for factor in (self.strength, self.gates))


def leak_law(parameters: Parameters, ion: str) -> tuple[float, float]:
    """Q10 of an ion's leak, and the temperature (degC) above which it stays as it is."""
    plateau = getattr(parameters.leak, f"plateau{ion}")
    return float(getattr(parameters.leak, f"q10{ion}")), MOST if plateau is None else float(plateau)


def set_references(parameters: Parameters, sections: Iterable[NeuronSection]) -> None:
    """Let the mechanisms of mod/ in these sections take their strengths as given at the file's temperature,
    where their own table does not say another, and the leaks have the file's Q10."""
    celsius = float(parameters.electrical.celsius)
    given = {channel.mechanism for channel in parameters.channel if "tref" in channel.set}
    for sec in sections:
        for mechanism in [one.name() for one in sec(0.5)]:
            if _has(mechanism, "tref") and mechanism not in given:
                setattr(sec, f"tref_{mechanism}", celsius)
        for ion in parameters.ions:
            mechanism = leak_of(ion, parameters.leak.law).mechanism
            for name, value in zip(("q10", "plateau"), leak_law(parameters, ion), strict=True):
                setattr(sec, f"{name}_{mechanism}", value)


def leak_warmth(cell: "Cell", ion: str) -> float:
    """Factor on an ion's leak at the cell's temperature."""
    q10, plateau = leak_law(cell.parameters, ion)
    return warmth(q10, cell.celsius, cell.conditions.reference, plateau)


def followed(cell: "Cell") -> Iterator[Followed]:
    """Every process of a cell, and what its temperature makes of it."""
    now, reference = cell.celsius, cell.conditions.reference
    for ion in cell.ions:
        yield Followed(f"{ion}leak", leak_warmth(cell, ion), None)
    own = cell.parameters.pump.mechanism
    yield Followed("pump", None if own else warmth(cell.conditions.pump["q10"], now, reference), None)
    for mechanism in cell.membrane.channels:
        segment = cell.segments[cell.membrane.first(mechanism)]
        strength = 1.0 if mechanism.startswith("pl_") else None
        gates = None
        if _has(mechanism, "tref"):
            q10, plateau = (getattr(segment, f"{name}_{mechanism}") for name in ("q10", "plateau"))
            strength = warmth(q10, now, reference, plateau)
        if _has(mechanism, "q10_gates"):
            gates = warmth(getattr(segment, f"q10_gates_{mechanism}"), now, reference)
        yield Followed(mechanism, strength, gates)
    yield from (Followed(point, None, None) for point in cell.membrane.points)
    if cell.axial.mode != "none":
        yield Followed("diffusion", mobility(now, reference), None)


def sentence(cell: "Cell") -> str:
    """Which processes followed the cell's temperature, and which did not; "" at that of its file."""
    if cell.celsius == cell.conditions.reference:
        return ""
    every = list(followed(cell))
    said = [f"followed by {', '.join(_factors(one) for one in every if one.follows) or 'nothing'}"]
    still = [one.process for one in every if not one.follows and one.strength is not None]
    alone = [one.process for one in every if one.strength is None and not one.follows]
    said += [f"no Q10 is known of {', '.join(still)}"] if still else []
    said += [f"{', '.join(alone)} as their own files say"] if alone else []
    return f"{cell.celsius:g} °C in place of {cell.conditions.reference:g}: {'; '.join(said)}"


def _factors(one: Followed) -> str:
    parts = [] if one.strength in (None, 1.0) else [f"×{one.strength:.3g}"]
    parts += [] if one.gates is None else [f"gates ×{one.gates:.3g}"]
    return f"{one.process} {', '.join(parts)}"


def _has(mechanism: str, name: str) -> bool:
    """Whether a mechanism of mod/ has a parameter of this name."""
    own = mechanism.startswith("pl_")
    return own and f"{name}_{mechanism}" in nmodl.mechanism_variables(mechanism, PARAMETER)
