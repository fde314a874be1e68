"""What is dissolved inside and outside a cell that does not pass its membrane, and what it does to charge and
water.

Electroneutrality inside, in every compartment and per volume it began with, F the Faraday constant:

    na + k - cl + valence impermeant = cm area v / (F volume)

and water is at rest where as much is dissolved inside as outside.
"""

import numpy as np

from .errors import BalanceError, InputError

WATER = 1e-6  # mM that inside and outside may differ by and still count as balanced


def inside(cell, na: float, k: float, cl: float, v: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ki, charge (mM of negative charge) and amount (mM) of the impermeants inside, per compartment.

    What the cell's file leaves out follows: from the charge and, with neither amount nor valence, from
    the osmotic balance with the bath.
    """
    given, path = cell.parameters.inside, cell.parameters.path
    ki = np.full(cell.size, k)
    anion = na + ki - cl - cell.charge_per_mv * v
    if given.impermeant is not None and given.impermeant_valence is not None:
        anion = np.full(cell.size, -float(given.impermeant * given.impermeant_valence))
        ki = anion + cl - na + cell.charge_per_mv * v  # K+ follows from the charge
        if np.abs(ki - k).max() > 0.01:
            raise InputError(
                f"{path}: inside: {given.impermeant:g} mM of impermeants of valence "
                f"{given.impermeant_valence:g} and the charge make ki {ki.mean():.4f} mM, but ki = {k:g} mM "
                "is given; change one"
            )
        return ki, anion, np.full(cell.size, float(given.impermeant))
    if given.impermeant is not None:
        return ki, anion, np.full(cell.size, float(given.impermeant))
    if given.impermeant_valence is not None:
        valence = float(given.impermeant_valence)
        if (anion * valence >= 0).any() and anion.any():
            raise InputError(
                f"{path}: inside: impermeant_valence = {valence:g} cannot balance {anion.mean():g} mM of "
                "positive charge; expected a negative valence"
            )
        return ki, anion, anion / -valence if valence else np.zeros(cell.size)
    amount = osmolarity_outside(cell) - na - ki - cl
    if cell.osmotic and (amount < 0).any():
        raise BalanceError(
            f"{cell.name}: water cannot be balanced: na, k and cl inside are {na + k + cl:g} mM, the bath "
            f"holds {osmolarity_outside(cell):g} mM in all; give the bath more impermeants or lower what is "
            "inside"
        )
    return ki, anion, np.maximum(amount, 0.0)


def osmolarity_outside(cell) -> float:
    """All that is dissolved in the bath (mM)."""
    return sum(cell.outside.values()) + cell.bath_impermeant()[0]


def check_water(cell) -> None:
    """BalanceError unless water is at rest in the start state of a cell that can swell."""
    if not cell.osmotic:
        return
    inside_all = sum(cell.start[ion] for ion in cell.ions) + cell.impermeant
    outside_all = osmolarity_outside(cell)
    if np.abs(inside_all - outside_all).max() > WATER:
        raise BalanceError(
            f"{cell.name}: water cannot be balanced: {inside_all.mean():.6g} mM are dissolved inside and "
            f"{outside_all:.6g} mM outside; leave impermeant and impermeant_valence out of [inside] to have "
            "them follow, or give the bath the impermeants that are missing"
        )
