"""Non-specific currents of a cell's mechanisms, given to the ions that carry them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import InputError, unknown_name
from ..parameters.units import parse_number
from ..physics.ions import IONS
from ..simulator.library import load_carrier
from ..simulator.nmodl import declarations, order
from ..simulator.runtime import NeuronProcess, NeuronSegment, h

BALANCE = "balance"  # the shares follow from the current's reversal potential
PAIR = ("k", "na")  # between which


@dataclass(frozen=True, eq=False)
class Carrier:
    """What carries one non-specific current of one compartment.

    current: its NEURON name ("i_pas")
    compartment: its index
    process: NEURON's point process, which takes the current away and puts the ions' in its place
    by_balance: whether the shares are to follow from the reversal potential
    """

    current: str
    compartment: int
    process: NeuronProcess
    by_balance: bool

    def give(self, shares: Mapping[str, float]) -> None:
        """Let ions carry the current in these shares, by ion, which add up to 1."""
        for ion, share in shares.items():
            setattr(self.process, f"fraction_{ion}", share)

    def share(self, ion: str) -> float:
        """The ion's share of the current."""
        return getattr(self.process, f"fraction_{ion}")

    def density(self, ion: str, area: float) -> float:
        """The ion's current (mA/cm2) as NEURON last computed it, over a membrane of `area` (um2)."""
        return 100 * self.share(ion) * self.process.total / area


def shares(name: str, given: object, ions: tuple[str, ...]) -> dict[str, float] | None:
    """The ions' shares in a current: from "k" or {"k": 0.65, "na": 0.35}; None for "balance".

    Raises InputError where an ion is unknown or the shares do not add up to 1.
    """
    known = (*ions, BALANCE)
    if isinstance(given, str):
        if given not in known:
            raise unknown_name("ion", given, known, f"carries {name}")
        return None if given == BALANCE else {given: 1.0}
    if not isinstance(given, dict) or not given:
        raise InputError(
            f'carries {name}: expected an ion ("k"), shares of several ({{ k = 0.65, na = 0.35 }}) or '
            f'"{BALANCE}", got {given!r}'
        )
    for ion in given:
        if ion not in ions:
            raise unknown_name("ion", ion, ions, f"carries {name}")
    found = {ion: parse_number(f"carries {name}.{ion}", share, "1", 0, 1) for ion, share in given.items()}
    total = sum(found.values())
    if abs(total - 1) > 1e-9:
        raise InputError(f"carries {name}: the shares add up to {total:g}, expected 1")
    return found


def attach(
    channels: Mapping[str, list[int]],
    ions: tuple[str, ...],
    segments: Sequence[NeuronSegment],
    carries: Mapping[str, str | Mapping[str, float]],
) -> list[Carrier]:
    """A carrier for each non-specific current of each compartment. InputError for a current that nobody
    carries, and for a name that no current has."""
    found: set[str] = set()
    carriers: list[Carrier] = []
    for mechanism, owners in channels.items():
        for current in declarations(mechanism).nonspecific:
            variable = f"{current}_{mechanism}"
            if variable not in carries:
                raise _uncarried(mechanism, current)
            found.add(variable)
            parts = shares(variable, carries[variable], tuple(ion for ion in ions if not IONS[ion].further))
            make = getattr(h, load_carrier(after=order(mechanism)))
            for index in owners:
                process = make(segments[index])
                process._ref_current = getattr(segments[index], f"_ref_{variable}")
                carriers.append(Carrier(variable, index, process, parts is None))
                carriers[-1].give(parts or {PAIR[0]: 1.0})  # until the cell is there to say more
    for variable in carries.keys() - found:
        raise unknown_name("non-specific current", variable, found or {"(the cell has none)"})
    return carriers


def _uncarried(mechanism: str, current: str) -> InputError:
    return InputError(
        f"mechanism {mechanism} has the non-specific current {current}, which no ion carries, so "
        f'no ion could balance it; say which does, e.g. carries = {{ {current} = "k" }} '
        f"in its [[channel]] table or carries={{'{current}_{mechanism}': 'k'}} in Python; several "
        f"share it as {{ {current} = {{ k = 0.65, na = 0.35 }} }} or, as its reversal potential "
        f'says, {{ {current} = "{BALANCE}" }}'
    )
