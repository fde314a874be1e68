"""What is dissolved on both sides of a user's membrane, so that its Nernst potentials stay what they were.

A NEURON model gives E_K and E_Na as numbers, or concentrations that only they rest on. A cell whose ions move
needs the concentrations: E fixes the ratio of the two sides, and one side is to be known. Where nobody says,
it is
K+ inside and Na+ outside, of which a shipped cell's file has measured numbers; the other side follows from E.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError, unknown_name
from ..parameters import Parameters
from ..parameters.arguments import named
from ..parameters.units import parse_number
from ..physics.ions import SYMBOL, VALENCE
from ..physics.theory import nernst, thermal_voltage
from .reading import ALWAYS, AT_START, Ion, Model

KNOWN = {"k": "ki", "na": "nao"}  # of the two sides the one that is taken where nobody says
SETTABLE = ("nai", "nao", "ki", "ko", "clo")
MOST = 2000.0  # mM
SAME = 1e-3  # mV


@dataclass(frozen=True, eq=False)
class Dissolved:
    """Concentrations (mM): inside by ion ("k", "na"), (compartments,) each; outside by ion ("k", "na", "cl").

    own: the model's E (mV) by ion, (compartments,), nan where it has none
    sentences: what was kept and what was chosen
    """

    inside: dict[str, np.ndarray]
    outside: dict[str, float]
    own: dict[str, np.ndarray]
    sentences: list[str]

    def potential(self, ion: str, celsius: float) -> np.ndarray:
        """E (mV) of K+ or Na+, (compartments,)."""
        return nernst(self.inside[ion], self.outside[ion], VALENCE[ion], celsius)

    def shifted(self, shift: Mapping[str, float], celsius: float) -> "Dissolved":
        """The same with E of an ion shifted (mV), by the side that is not known (`KNOWN`)."""
        inside, outside = dict(self.inside), dict(self.outside)
        for ion, by in shift.items():
            factor = float(np.exp(VALENCE[ion] * by / thermal_voltage(celsius)))
            if KNOWN[ion].endswith("i"):
                outside[ion] = outside[ion] * factor
            else:
                inside[ion] = inside[ion] / factor
        return Dissolved(inside, outside, self.own, self.sentences)


def dissolved(model: Model, given: Mapping[str, Any] | None, base: Parameters) -> Dissolved:
    """What is dissolved in a model.

    given: concentrations that are known, {"ki": 140, "ko": "3 mM"}; where both sides of an ion are, E follows
    from them and is no longer the model's. base: the shipped cell whose numbers hold where nobody says.
    Raises InputError for a name or a number that is none.
    """
    numbers = {name: _number(name, value) for name, value in named("concentrations", given).items()}
    outside = {"cl": numbers.get("clo", float(base.outside.clo))}
    inside: dict[str, np.ndarray] = {}
    own: dict[str, np.ndarray] = {}
    sentences: list[str] = []
    for ion in ("k", "na"):
        own[ion] = _potential(model, ion)
        made = _sides(model, ion, own[ion], numbers, base)
        inside[ion], outside[ion], words = made
        sentences.append(words)
    return Dissolved(inside, outside, own, sentences)


def _number(name: str, value: Any) -> float:
    if name not in SETTABLE:
        raise unknown_name("concentration", name, SETTABLE)
    return parse_number(f"concentrations.{name}", value, "mM", 0, MOST, True)


def _potential(model: Model, ion: str) -> np.ndarray:
    """E of an ion where a mechanism reads it (mV), (compartments,), nan elsewhere."""
    own = model.ions.get(ion)
    if own is None:
        return np.full(model.size, np.nan)
    reads = np.zeros(model.size, bool)
    for one in model.mechanisms.values():
        if f"e{ion}" in one.said.reads.get(ion, []):
            reads[one.at] = True
    return np.where(reads & own.present, own.potential, np.nan)


def _sides(
    model: Model, ion: str, potential: np.ndarray, given: Mapping[str, float], base: Parameters
) -> tuple[np.ndarray, float, str]:
    """Concentrations of an ion inside, (compartments,), and outside (mM), and what was done, in words."""
    symbol, names = SYMBOL[ion], (f"{ion}i", f"{ion}o")
    rt = float(thermal_voltage(model.celsius)) / VALENCE[ion]
    usual = float(getattr(base.inside, names[0])), float(getattr(base.outside, names[1]))
    known = [given.get(name) for name in names]
    if np.isnan(potential).all():
        i, o = (number if number is not None else other for number, other in zip(known, usual, strict=True))
        return (
            np.full(model.size, i),
            o,
            f"{symbol}: {i:.4g} mM inside and {o:.4g} outside; the model has no E",
        )
    own = _owns(model.ions[ion], potential)
    e = np.where(np.isnan(potential), np.nanmedian(potential), potential)
    if known[0] is not None and known[1] is not None:
        i, o = float(known[0]), float(known[1])
        now = float(nernst(i, o, VALENCE[ion], model.celsius))
        moved = np.abs(e - now).max() > SAME
        words = f"E of {symbol} is {now:.2f} mV in place of {_range(e)}" if moved else f"E of {symbol} stays"
        return np.full(model.size, i), o, f"{words}, as {i:.4g} mM inside and {o:.4g} outside have it"
    if own is not None and known == [None, None]:
        return own[0], own[1], f"{symbol}: {_range(own[0])} mM inside, {own[1]:.4g} outside, the model's own"
    if known == [None, None]:
        known[0 if KNOWN[ion] == names[0] else 1] = usual[0 if KNOWN[ion] == names[0] else 1]
    if known[1] is not None:
        inside = known[1] * np.exp(-e / rt)
        outside = float(known[1])
    else:  # uniform outside, so that an E that is not uniform is the inside's
        outside = float(known[0] * np.exp(np.median(e) / rt))
        inside = outside * np.exp(-e / rt)
    if not ((inside > 0).all() and inside.max() <= MOST and 0 < outside <= MOST):
        raise InputError(
            f"E of {symbol} = {_range(e)} mV asks for {_range(inside)} mM inside and {outside:.4g} outside; "
            f'say one side, concentrations = {{"{names[0]}": ...}} or {{"{names[1]}": ...}}'
        )
    return (
        inside,
        outside,
        (f"E of {symbol} = {_range(e)} mV is kept: {_range(inside)} mM inside, {outside:.4g} outside"),
    )


def _owns(ion: Ion, potential: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The model's own concentrations inside and outside (mM), where its E follows from them everywhere."""
    here = ~np.isnan(potential)
    follows = np.isin(ion.potential_is[here], (ALWAYS, AT_START)).all()
    if not follows or np.ptp(ion.outside[here]) > 0:
        return None
    inside = np.where(here, ion.inside, np.median(ion.inside[here]))
    return inside, float(ion.outside[here][0])


def _range(values: np.ndarray) -> str:
    low, high = f"{np.min(values):.4g}", f"{np.max(values):.4g}"
    return low if low == high else f"{low} to {high}"
