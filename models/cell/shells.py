"""Shells: spaces outside that exchange ions with a bath, all at one rate or each at its own, and with glia
that is no cell of its own: a sink of K+, or sites that bind it.

Where one ion comes or goes alone its charge returns through the bath, by the bath's ions in the shares in
which they carry a current there, or, as in many published models, by nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..physics.ions import VALENCE
from .conditions import Conditions
from .surroundings import Space

TINY = 1e-300  # a divisor where nothing exchanges
ROUND_OFF = 1e-12  # of rates whose sum is 0


@dataclass(frozen=True)
class Shell(Space):
    """A space that exchanges its ions with a bath. balanced: whether what comes of one ion alone returns its
    charge through the bath."""

    balanced: bool = True

    name = "shell"
    meaning = "a thin space round each compartment, exchanging with the bath"
    place = "in the shells outside"
    exchanges = True

    def exchange(self, conditions: Conditions) -> dict[str, float]:
        return {"rate": conditions.exchange_rate}

    def alone(self, conditions: Conditions) -> dict[str, float]:
        shares = self._shares(conditions)
        faster = {f"alone{ion}": rate for ion, rate in self._faster(conditions).items()}
        return faster | {f"share{ion}": share for ion, share in shares.items()}

    def kept(self, ions: Sequence[str], conditions: Conditions) -> np.ndarray:
        faster, shares = self._faster(conditions), self._shares(conditions)
        valence = np.array([VALENCE[ion] for ion in ions], float)
        alone = np.array([faster.get(ion, 0.0) for ion in ions])
        passes = np.diag(alone + conditions.exchange_rate)
        passes = passes - np.outer([shares.get(ion, 0.0) for ion in ions], valence * alone)
        gone = np.array([ion == "k" for ion in ions], float) * self.takes_k
        gone -= np.array([shares.get(ion, 0.0) for ion in ions]) * (self.takes_k or bool(self.holds))
        moves = np.column_stack([passes / max(TINY, np.abs(passes).max()), gone])
        _, sizes, sums = np.linalg.svd(moves.T)
        return sums[np.count_nonzero(sizes > ROUND_OFF) :]

    def keeps_charge(self, conditions: Conditions) -> bool:
        return self.balanced and conditions.exchange_rate == 0

    def _faster(self, conditions: Conditions) -> dict[str, float]:
        """By how much faster each ion exchanges than all do (1/s)."""
        common = conditions.exchange_rate
        return {ion: 0.0 if rate is None else rate - common for ion, rate in conditions.rates.items()}

    def _shares(self, conditions: Conditions) -> dict[str, float]:
        """What a charge that returns through the bath takes along of each ion that may exchange alone."""
        ions = [*conditions.rates]
        carries = {ion: VALENCE[ion] * conditions.diffusion[ion] * conditions.outside[ion] for ion in ions}
        whole = sum(VALENCE[ion] * carried for ion, carried in carries.items())
        return {ion: carried / whole if self.balanced and whole else 0.0 for ion, carried in carries.items()}


@dataclass(frozen=True)
class GlialSinkShell(Shell):
    """A shell from which glia takes K+ up for ever. sink: by the mechanism's names."""

    sink: Mapping[str, float] = field(default_factory=dict)

    mechanism = "pl_spacesink"
    takes_k = True

    def alone(self, conditions: Conditions) -> dict[str, float]:
        return super().alone(conditions) | dict(self.sink)


@dataclass(frozen=True)
class GlialBufferShell(Shell):
    """A shell with sites that bind K+. sites: what they are by the mechanism's names."""

    sites: Mapping[str, float] = field(default_factory=dict)

    mechanism = "pl_spacebuffer"
    holds = "held_pl_spacebuffer"

    def alone(self, conditions: Conditions) -> dict[str, float]:
        return super().alone(conditions) | dict(self.sites)
