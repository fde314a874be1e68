"""The leaks, in a membrane at rest, of ions that the Na+/K+ pump does not move: Cl-, Ca2+, HCO3-, Mg2+.

What else transports the ion is balanced by its leak. Where nothing does, it is at rest only at equilibrium,
where any strength will do and is left open, or in a membrane that lets none of it through.
"""

from dataclasses import dataclass

import numpy as np

from .cell.cell import Cell
from .cell.sections import at_equilibrium
from .errors import BalanceError
from .physics.ions import IONS, SYMBOL, VALENCE
from .physics.theory import ghk_current, ghk_slope_conductance, nernst, thermal_voltage

# the largest distance of E_Cl from V that still counts as "at equilibrium": 1e-9 mV is round-off of a
# cli written by hand to all its digits, far below what the rest is promised to (1e-6 mV)
PASSIVE = 1e-9
NAME = {"cl": "chloride"}
Slopes = dict[str, tuple[np.ndarray, np.ndarray]]  # of leaks by ion, see `unit_leak`


def unit_leak(cell: Cell, ion: str, v: float) -> tuple[np.ndarray, np.ndarray]:
    """Leak current (mA/cm2) and slope conductance (S/cm2) of an ion at strength 1 in the start state at v
    (mV), (compartments,) each."""
    inside, outside = cell.start[ion], cell.bath_of(ion)
    if cell.membrane.leak[ion].symbol == "g":
        return v - nernst(inside, outside, VALENCE[ion], cell.celsius), np.ones(cell.size)
    args = (1.0, inside, outside, VALENCE[ion], v, cell.celsius)
    return ghk_current(*args), ghk_slope_conductance(*args)


def unpumped_leak(cell: Cell, ion: str, v: float, other: np.ndarray) -> np.ndarray:
    """Strength per compartment of the leak of an ion that no pump has to move (Cl-, HCO3-, Mg2+), so that it
    balances `other` (mA/cm2), the ion's current of everything else; nan where there is none, the ion is at
    equilibrium and any strength will do. Where it is not at equilibrium only a membrane that lets none
    through is at rest: 0, and a warning; of Cl-, which every membrane lets through, a BalanceError."""
    a, _ = unit_leak(cell, ion, v)
    symbol, e = SYMBOL[ion], nernst(cell.start[ion], cell.bath_of(ion), VALENCE[ion], cell.celsius)
    least = 1e-12 * thermal_voltage(cell.celsius) * 1e-4  # of a membrane of 10 kohm cm2
    alone, passive = np.abs(other) <= least, np.abs(e - v) <= PASSIVE
    if (alone & ~passive).any() and ion != "cl":
        at = int(np.argmax(alone & ~passive))
        cell.warnings.append(
            f"{symbol}: nothing transports it against a leak and {ion}i = {cell.start[ion][at]:g} mM is not "
            f"at equilibrium at {v:g} mV, so the balance gives it no leak"
        )
    elif (alone & ~passive).any():
        at = int(np.argmax(alone & ~passive))
        where = "" if alone.all() else f" in {cell.geometry.name_of(at)}"
        raise BalanceError(
            f"{cell.name}: Cl- cannot be balanced: nothing transports it against its leak{where}, so it "
            f"rests where E_Cl is the resting voltage, but cli = {cell.start['cl'][at]:g} mM gives "
            f"E_Cl = {e[at]:.3f} mV and the wanted rest is {v:g} mV; leave cli out to have it passive "
            f"({at_equilibrium(cell.parameters, 'cl', v):.4g} mM)"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        unsaid = np.nan if IONS[ion].per_chloride and "cl" in cell.ions else 0.0
        strength = np.where(alone, np.where(passive, unsaid, 0.0), -other / a)
    bad = ~alone & (passive | ~(strength >= 0))
    if bad.any():
        at = int(np.argmax(bad))
        raise BalanceError(
            f"{cell.name}: {symbol} cannot be balanced in {cell.geometry.name_of(at)}: the other "
            f"processes there carry a net {NAME.get(ion, symbol)} current of {other[at]:.3g} mA/cm2 at {v:g} "
            f"mV, and with E_{IONS[ion].formula} = {e[at]:.3f} mV its leak carries none the other way; "
            f"change {ion}i or those processes"
        )
    return strength


def leaks_without_pump(cell: Cell, v: float, other: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Strengths of the leaks (cm/s or S/cm2) of all ions but Na+ and K+, (compartments,) each; nan where an
    ion is passive and the leak still open. v: mV; other: by ion the current of all else (mA/cm2).
    BalanceError."""
    found: dict[str, np.ndarray] = {}
    for ion in sorted(set(cell.ions) - {"na", "k"}, key=lambda ion: (ion != "ca", cell.ions.index(ion))):
        leak = calcium_leak(cell, v, other[ion]) if ion == "ca" else unpumped_leak(cell, ion, v, other[ion])
        found[ion] = leak
    return found


def without_open(strength: np.ndarray) -> np.ndarray:
    """Strengths with 0 where they are left open (nan), of any shape."""
    return np.where(np.isnan(strength), 0.0, strength)


def calcium_leak(cell: Cell, v: float, other: np.ndarray) -> np.ndarray:
    """Strength of the Ca2+ leak, (compartments,), that balances `other` (mA/cm2), all other Ca2+ current, at
    v (mV); BalanceError where no Ca2+ leaves."""
    strength = -other / unit_leak(cell, "ca", v)[0]
    bad = ~(other > 0)
    if bad.any():
        at = int(np.argmax(bad))
        carried = f"the rest carries {other[at]:.3g} mA/cm2" if other[at] < 0 else "nothing takes it out"
        raise BalanceError(
            f"{cell.name}: Ca2+ cannot be balanced in {cell.geometry.name_of(at)}: it leaks in, and at "
            f"{v:g} mV and cai = {1e3 * cell.start['ca'][at]:g} uM {carried}"
            "; insert pmca or ncx, raise their strength or cai"
        )
    return strength


@dataclass(frozen=True, eq=False)
class OpenLeaks:
    """Leaks of ions at equilibrium, of which any strength is at rest: Cl-, and those that go with it.

    parts: by ion, their conductance over that of Cl-, 0 where the leak is not open
    of_chloride: share of the membrane's conductance that Cl- is to have
    chloride: conductance of Cl- (S/cm2) where it is known
    """

    parts: dict[str, np.ndarray]
    of_chloride: np.ndarray
    chloride: np.ndarray

    @property
    def fixed(self) -> np.ndarray:
        """What they have (S/cm2), (compartments,), where the conductance of Cl- is known."""
        return np.where(self.of_chloride > 0, 0.0, self.chloride * sum(self.parts.values()))

    @property
    def share(self) -> np.ndarray:
        """What they have elsewhere, as a share of the membrane's conductance, (compartments,)."""
        return self.of_chloride * sum(self.parts.values())

    def conductances(self, whole: np.ndarray) -> dict[str, np.ndarray]:
        """By ion (S/cm2) in a membrane of conductance `whole` (S/cm2), (compartments,)."""
        chloride = np.where(self.of_chloride > 0, self.of_chloride * whole, self.chloride)
        return {ion: part * chloride for ion, part in self.parts.items()}


def open_leaks(
    cell: Cell, v: float, found: dict[str, np.ndarray], slopes: Slopes, share: np.ndarray
) -> OpenLeaks:
    """The leaks that `found` leaves open (nan); BalanceError where they would have more than all.

    v: mV; share: of the conductance that Cl- is to have, (compartments,).
    """
    nothing = np.zeros(cell.size)
    if "cl" not in cell.ions:
        return OpenLeaks({}, nothing, nothing)
    parts: dict[str, np.ndarray] = {}
    for ion in (ion for ion in found if IONS[ion].per_chloride):
        slope, of_chloride = (
            ghk_slope_conductance(1.0, cell.start[i], cell.bath_of(i), VALENCE[i], v, cell.celsius)
            for i in (ion, "cl")
        )
        parts[ion] = np.isnan(found[ion]) * (IONS[ion].per_chloride * slope / of_chloride)
    passive = np.isnan(found["cl"])
    made = OpenLeaks(parts, np.where(passive, share, 0.0), without_open(found["cl"]) * slopes["cl"][1])
    if (made.share >= 1).any():
        others = " and ".join(SYMBOL[ion] for ion in parts if ion != "cl")
        raise BalanceError(
            f"{cell.name}: chloride_share = {share.max():g} of the conductance and what goes with it "
            f"({others}) are more than all of it; lower chloride_share"
        )
    return made
