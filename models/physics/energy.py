"""The pools that ATP stands in: adenylates, creatine and phosphate, at the equilibrium of their kinases.

    creatine kinase    ATP creatine = k_creatine ADP phosphocreatine
    adenylate kinase   ATP AMP = k_adenylate ADP^2

Both are fast, so that one number says all: ADP over ATP or, conserved but for what is spent and made, the
energy-rich bonds 2 ATP + ADP + phosphocreatine. Nothing leaves a pool. In mM of the volume at the beginning,
numbers or arrays of one shape.

Veech RL, Lawson JWR, Cornell NW, Krebs HA (1979) J Biol Chem 254:6538-6547 (near equilibrium in tissues)
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from .theory import GAS_CONSTANT, KELVIN

Values = float | np.ndarray
LEAST = 1e-9  # of bonds over adenylates, and mM of phosphate: nothing is ever used up
MOST_STEPS = 200  # of Newton's; some twenty are usual


def free_energy(dg0: float, atp: Values, adp: Values, phosphate: Values, celsius: float) -> Values:
    """Free energy of a mole of ATP (kJ), of which dg0 is the standard one. Concentrations in mM."""
    return dg0 + 1e-3 * GAS_CONSTANT * (celsius + KELVIN) * np.log(1e-3 * adp * phosphate / atp)


@dataclass(frozen=True)
class Levels:
    """What there is of each (mM)."""

    atp: Values
    adp: Values
    amp: Values
    phosphocreatine: Values
    phosphate: Values

    @property
    def bonds(self) -> Values:
        """Energy-rich bonds: what can be spent."""
        return 2 * self.atp + self.adp + self.phosphocreatine


@dataclass(frozen=True)
class Pool:
    """The totals of a cell, and the equilibria.

    adenylates: ATP, ADP and AMP
    creatine: with its phosphate
    phosphate: free and in energy-rich bonds
    k_creatine, k_adenylate: see above
    """

    adenylates: float
    creatine: float
    phosphate: float
    k_creatine: float
    k_adenylate: float

    @classmethod
    def at_rest(
        cls, atp: float, adp: float, phosphate: float, creatine: float, k_creatine: float, k_adenylate: float
    ) -> Self:
        """That of a cell with these concentrations of free ATP, ADP and phosphate at rest."""
        amp = k_adenylate * adp**2 / atp
        bonds = 2 * atp + adp + creatine / (1 + k_creatine * adp / atp)
        return cls(atp + adp + amp, creatine, phosphate + bonds, k_creatine, k_adenylate)

    def levels(self, ratio: Values) -> Levels:
        """What there is at a ratio of ADP to ATP."""
        atp = self.adenylates / (1 + ratio + self.k_adenylate * ratio**2)
        stored = self.creatine / (1 + self.k_creatine * ratio)
        bonds = 2 * atp + ratio * atp + stored
        left = np.maximum(self.phosphate - bonds, LEAST)
        return Levels(atp, ratio * atp, self.k_adenylate * ratio**2 * atp, stored, left)

    def with_atp(self, atp: float) -> Levels:
        """What there is beside so much ATP."""
        excess = self.adenylates / atp - 1
        root = np.sqrt(1 + 4 * self.k_adenylate * excess)
        return self.levels(2 * excess / (1 + root))

    def with_bonds(self, bonds: Values) -> Levels:
        """What there is where so many energy-rich bonds are left. As mod/pl_energy.mod: Newton's method on
        the cubic equation for the ratio, from above, where it is convex."""
        each = np.maximum(np.asarray(bonds, float) / self.adenylates, LEAST)
        stored, kc, ka = self.creatine / self.adenylates, self.k_creatine, self.k_adenylate
        a3 = each * ka * kc
        a2 = each * (ka + kc) - kc - stored * ka
        a1 = each * (1 + kc) - (1 + 2 * kc) - stored
        a0 = np.minimum(each - 2 - stored, -LEAST)
        ratio = 1 + np.maximum(np.maximum(np.abs(a2), np.abs(a1)), np.abs(a0)) / a3
        for _ in range(MOST_STEPS):
            value = ((a3 * ratio + a2) * ratio + a1) * ratio + a0
            step = value / ((3 * a3 * ratio + 2 * a2) * ratio + a1)
            ratio = ratio - step
            if np.all(np.abs(step) <= 1e-14 * ratio):
                break
        return self.levels(ratio)
