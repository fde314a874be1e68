"""Electroneutrality and water: what else must be dissolved beside the ions, inside and outside a cell.

Inside, in every compartment and per volume it began with, F the Faraday constant,

    sum of z n + valence impermeant = cm area v / (F volume)

over all ions (n: what there is of an ion, Ca2+ with what the buffer binds), and water is at rest where as
much is dissolved inside as outside.
"""

from typing import NamedTuple

import numpy as np

from ..errors import BalanceError, InputError
from .ions import IONS
from .theory import ByIon, Values

WATER = 1e-6  # mM that inside and outside may differ by and still count as balanced
CLOSE = 1e-2  # mM that a ki given besides may differ from the one that follows


def all_calcium(free: Values, relative_volume: Values, buffer: float, kd: float) -> Values:
    """Free and bound Ca2+ (mM of the initial volume) at `free` mM: `free_calcium` of flux.py inverted.

    free, relative_volume: numbers or arrays of one shape. buffer: sites (mM of the initial volume). kd: their
    dissociation constant (mM).
    """
    return free * (relative_volume + buffer / (free + kd))


def charge(amounts: ByIon) -> Values:
    """Charge (mM) of `amounts` (mM by ion), numbers or arrays of one shape."""
    return sum(IONS[ion].valence * amount for ion, amount in amounts.items())


class Impermeant(NamedTuple):
    """What stays where it is: amount (mM) and mean valence, as far as a file gives them."""

    amount: float | None
    valence: float | None


def inside(
    free: dict[str, float],
    held: dict[str, float],
    membrane: np.ndarray,
    given: Impermeant,
    outside: float,
    osmotic: bool,
    labels: tuple[str, str],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ki (mM), charge (mM of negative charge) and amount (mM) of the impermeants inside, (compartments,)
    each.

    What is not given follows: from the charge and, with neither amount nor valence, from the osmotic balance
    with the bath. free: wanted concentrations (mM) by ion, K+ among them; held: the same with what a buffer
    binds; membrane: the charge on it at the wanted V (mM), (compartments,); outside: all that the bath holds
    (mM); labels: the file and the cell, for messages. Raises InputError where the numbers contradict each
    other, BalanceError where `osmotic` and no impermeants balance the water.
    """
    path, name = labels
    ki = np.full(len(membrane), free["k"])
    anion = charge({**held, "k": ki}) - membrane
    if given.amount is not None and given.valence is not None:
        anion = np.full(len(membrane), -float(given.amount * given.valence))
        others = {ion: amount for ion, amount in held.items() if ion != "k"}
        ki = anion - charge(others) + membrane  # K+ follows from the charge
        if np.abs(ki - free["k"]).max() > CLOSE:
            raise InputError(
                f"{path}: inside: {given.amount:g} mM of impermeants of valence {given.valence:g} and the "
                f"charge make ki {ki.mean():.4f} mM, but ki = {free['k']:g} mM is given; change one"
            )
        return ki, anion, np.full(len(membrane), float(given.amount))
    if given.amount is not None:
        return ki, anion, np.full(len(membrane), float(given.amount))
    if given.valence is not None:
        valence = float(given.valence)
        if (anion * valence >= 0).any() and anion.any():
            raise InputError(
                f"{path}: inside: impermeant_valence = {valence:g} cannot balance {anion.mean():g} mM of "
                "positive charge; expected a negative valence"
            )
        return ki, anion, anion / -valence if valence else np.zeros(len(membrane))
    amount = np.full(len(membrane), outside)
    for concentration in free.values():
        amount = amount - concentration
    if osmotic and (amount < 0).any():
        many = [ion for ion in free if not IONS[ion].trace]
        raise BalanceError(
            f"{name}: water cannot be balanced: {', '.join(many[:-1])} and {many[-1]} inside are "
            f"{sum(free[ion] for ion in many):g} mM, the bath holds {outside:g} mM in all; give the bath "
            "more impermeants or lower what is inside"
        )
    return ki, anion, np.maximum(amount, 0.0)


def check_water(inside: np.ndarray, outside: float, name: str) -> None:
    """BalanceError unless as much is dissolved inside (mM, (compartments,)) as outside (mM).

    name: of the cell, for the message.
    """
    if np.abs(inside - outside).max() > WATER:
        raise BalanceError(
            f"{name}: water cannot be balanced: {inside.mean():.6g} mM are dissolved inside and "
            f"{outside:.6g} mM outside; leave impermeant and impermeant_valence out of [inside] to have "
            "them follow, or give the bath the impermeants that are missing"
        )


def bath_impermeant(
    ions: dict, amount: float | None, valence: float | None, label: str, strict: bool = False
) -> tuple[float, float]:
    """Impermeant osmolytes of a bath (mM) and their mean valence, so that it is electroneutral.

    ions: mM by ion. amount (mM), valence: as far as they are given. label: begins the message. Raises
    InputError where the bath cannot be; strict: also where only a cation that nobody mentions would make it
    so.
    """
    excess = charge(ions)  # positive, needs an anion
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
