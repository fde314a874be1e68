"""Currents of a cell's mechanisms that belong to none of its ions, given to the ions that carry them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InputError, unknown_name
from ..parameters.units import parse_number
from ..physics.ions import IONS
from ..simulator.library import CARRIERS, load_carrier
from ..simulator.nmodl import declarations, order
from ..simulator.runtime import NeuronProcess, NeuronSegment, h

BALANCE = "balance"  # the shares follow from the current's reversal potential
NOBODY = "nobody"  # of what carries nothing at rest, a point process's or one of strength 0: none has to
PAIR = ("k", "na")  # between which
CHORDS = ("na", "k", "cl")  # the ions that mod/pl_chords.mod knows


@dataclass(frozen=True, eq=False)
class Chords:
    """A linear current G (v - e) as its ions carry it, each from its own Nernst potential; see
    mod/pl_chords.mod.

    shares: of G by ion, (compartments that have it,) each; all 0 where the current is only taken away
    conductance: what of G is constant, (compartments that have it,)
    factors: the mechanism's variables that G is proportional to ("m_hd"), each with its power; two at most
    """

    shares: Mapping[str, np.ndarray]
    conductance: np.ndarray
    factors: tuple[tuple[str, float], ...] = ()


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

    def told(self, ion: str) -> tuple[str, float]:
        """The process's variable that is the ion's current (nA), and the factor on it."""
        return "total", self.share(ion)


@dataclass(frozen=True, eq=False)
class ChordCarrier(Carrier):
    """What carries one linear current of one compartment, see `Chords`. factors: names of what its
    conductance is proportional to."""

    factors: tuple[str, ...] = ()

    def share(self, ion: str) -> float:
        """The ion's share of the conductance."""
        return getattr(self.process, f"share_{ion}") if ion in CHORDS else 0.0

    def density(self, ion: str, area: float) -> float:
        """The ion's current (mA/cm2) as NEURON last computed it, over a membrane of `area` (um2)."""
        return 100 * getattr(self.process, f"i{ion}") / area

    def told(self, ion: str) -> tuple[str, float]:
        """The process's variable that is the ion's current (nA), and the factor on it."""
        return f"i{ion}", 1.0


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
    carries: Mapping[str, "str | Mapping[str, float] | Chords"],
) -> list[Carrier]:
    """A carrier for each current of each compartment that belongs to none of the cell's ions. InputError for
    a current that nobody carries, and for a name that no current has."""
    found: set[str] = set()
    carriers: list[Carrier] = []
    for variable, (owners, after) in _without_ion(channels, ions, carries).items():
        found.add(variable)
        given = carries[variable]
        if given == NOBODY:
            continue
        if isinstance(given, Chords):
            carriers += _chords(variable, given, [segments[at] for at in owners], owners, after)
            continue
        parts = shares(variable, given, tuple(ion for ion in ions if not IONS[ion].further))
        make = getattr(h, load_carrier(after))
        for index in owners:
            process = make(segments[index])
            process._ref_current = getattr(segments[index], f"_ref_{variable}")
            carriers.append(Carrier(variable, index, process, parts is None))
            carriers[-1].give(parts or {PAIR[0]: 1.0})  # until the cell is there to say more
    for variable in {name for name, given in carries.items() if given != NOBODY} - found:
        raise unknown_name("non-specific current", variable, found or {"(the cell has none)"})
    return carriers


def _without_ion(
    channels: Mapping[str, list[int]], ions: tuple[str, ...], carries: Mapping[str, object]
) -> dict[str, tuple[list[int], int]]:
    """The currents that belong to none of the ions, as NEURON names them: the compartments that have each,
    and NEURON's number of the last mechanism that makes it."""
    found: dict[str, tuple[list[int], int]] = {}
    for mechanism, owners in channels.items():
        said = declarations(mechanism)
        for current in said.nonspecific:
            variable = f"{current}_{mechanism}"
            if variable not in carries:
                raise _uncarried(mechanism, current)
            found[variable] = owners, order(mechanism)
        for ion in said.ions:
            if ion not in ions and said.carries(ion):
                others, after = found.get(f"i{ion}", ([], 0))
                found[f"i{ion}"] = sorted({*others, *owners}), max(after, order(mechanism))
    return found


def _chords(
    variable: str, given: Chords, segments: Sequence[NeuronSegment], owners: list[int], after: int
) -> list[Carrier]:
    make = getattr(h, load_carrier(after, CARRIERS[1]))
    carriers: list[Carrier] = []
    for number, (segment, index) in enumerate(zip(segments, owners, strict=True)):
        process = make(segment)
        process._ref_current = getattr(segment, f"_ref_{variable}")
        process.g = given.conductance[number]
        for pointer, (name, power) in zip(("first", "second"), given.factors, strict=False):
            setattr(process, f"_ref_{pointer}", getattr(segment, f"_ref_{name}"))
            setattr(process, f"power{1 if pointer == 'first' else 2}", power)
        for ion, values in given.shares.items():
            setattr(process, f"share_{ion}", values[number])
        names = tuple(name for name, _ in given.factors)
        carriers.append(ChordCarrier(variable, index, process, False, names))
    return carriers


def _uncarried(mechanism: str, current: str) -> InputError:
    return InputError(
        f"mechanism {mechanism} has the non-specific current {current}, which no ion carries, so "
        f'no ion could balance it; say which does, e.g. carries = {{ {current} = "k" }} '
        f"in its [[channel]] table or carries={{'{current}_{mechanism}': 'k'}} in Python; several "
        f"share it as {{ {current} = {{ k = 0.65, na = 0.35 }} }} or, as its reversal potential "
        f'says, {{ {current} = "{BALANCE}" }}'
    )
