"""What is dissolved inside and outside a cell that does not pass its membrane, and what it does to charge and
water.

Electroneutrality inside, in every compartment and per volume it began with, F the Faraday constant:

    na + k - cl + 2 ca + valence impermeant = cm area v / (F volume)

(ca with what the buffer binds), and water is at rest where as much is dissolved inside as outside.
"""

import numpy as np

from ..errors import BalanceError, InputError

IONS = ("na", "k", "cl", "ca")
VALENCE = {"na": 1, "k": 1, "cl": -1, "ca": 2}
SYMBOL = {"na": "Na+", "k": "K+", "cl": "Cl-", "ca": "Ca2+"}
# NEURON's states, in mM of the volume that each compartment and each space began with
AMOUNT = {"na": "na_pl_ions", "k": "k_pl_ions", "cl": "cl_pl_ions", "ca": "ca_pl_calcium"}
OUTER = {ion: f"{ion}_pl_space" for ion in IONS}
WATER = 1e-6  # mM that inside and outside may differ by and still count as balanced


def all_calcium(free, swelling, buffer: float, kd: float):
    """Free and bound Ca2+ (mM of the initial volume) at `free` mM: `free_calcium` of flux.py inverted."""
    return free * (swelling + buffer / (free + kd))


def inside(cell, na: float, k: float, cl: float, v: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ki, charge (mM of negative charge) and amount (mM) of the impermeants inside, per compartment.

    What the cell's file leaves out follows: from the charge and, with neither amount nor valence, from
    the osmotic balance with the bath.
    """
    given, path = cell.parameters.inside, cell.parameters.path
    ki = np.full(cell.size, k)
    calcium = 2 * cell.amount("ca", float(cell.parameters.inside.cai or 0.0))
    anion = na + ki - cl + calcium - cell.charge_per_mv * v
    if given.impermeant is not None and given.impermeant_valence is not None:
        anion = np.full(cell.size, -float(given.impermeant * given.impermeant_valence))
        ki = anion + cl - na - calcium + cell.charge_per_mv * v  # K+ follows from the charge
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
    amount = osmolarity_outside(cell) - na - ki - cl - float(given.cai or 0.0)
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


def bath_impermeant(ions: dict, amount, valence, label: str, strict: bool = False) -> tuple[float, float]:
    """Impermeant osmolytes of a bath (mM) and their mean valence, so that it is electroneutral.

    ions: mM by ion. amount, valence: as far as they are given. Raises InputError where the bath cannot be;
    strict: also where only a cation that nobody mentions would make it so.
    """
    excess = sum(VALENCE[ion] * c for ion, c in ions.items())  # positive charge that needs an anion
    said = ", ".join(f"{ion}o = {c:g}" for ion, c in ions.items())
    if amount is not None and valence is not None:
        if abs(excess + valence * amount) > 1e-6:
            raise InputError(
                f"{label}: the bath is not electroneutral: {said} mM leave a charge of {excess:+g} mM and "
                f"{amount:g} mM of impermeants of valence {valence:g} bring {valence * amount:+g}; leave "
                "impermeant or impermeant_valence out to have it follow"
            )
        return float(amount), float(valence)
    if amount is not None:
        if amount == 0 and abs(excess) > 1e-6:
            raise InputError(
                f"{label}: the bath is not electroneutral: {said} mM leave a charge of {excess:+g} mM and "
                "there are no impermeants to bring the other"
            )
        return float(amount), -excess / amount if amount else 0.0
    if valence is None:
        valence = -1.0 if strict or excess >= 0 else 1.0
    if abs(excess) <= 1e-9:
        return 0.0, valence
    if excess * valence >= 0:
        raise InputError(
            f"{label}: the bath is not electroneutral: {said} mM leave a charge of {excess:+g} mM, which "
            f"impermeants of valence {valence:g} cannot balance; change clo or, where an impermeant cation "
            "takes the place of one that enters, say impermeant_valence = 1"
        )
    return -excess / valence, float(valence)
