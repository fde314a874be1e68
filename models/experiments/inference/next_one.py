"""Which further measurement would tell most: how much each would narrow what is still open."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...cell.cell import Cell
from ...errors import ConvergenceError, InputError
from .fit import Fit, Prior
from .model import Model
from .situations import Value, values
from .sought import Sought
from .tables import Measured

LEAST = 0.1  # of what is open (variances over the prior's, of all numbers), from which it is worth a word
MOST = 3  # that are named
# what an electrophysiologist can do, with usual errors: (what, error, more); values are put in
USUAL: tuple[tuple[str, str, dict], ...] = (
    ("v", "1 mV", {}),
    ("nai", "2 mM", {}),
    ("cli", "2 mM", {}),
    ("membrane_resistance", "10 %", {}),
    ("pump_current", "20 %", {}),
    ("ouabain_step", "0.5 mV", {}),
    ("step", "0.5 mV", {"set": "ko", "factor": 2.0, "hold": "concentrations"}),
    ("step", "0.5 mV", {"set": "nao", "factor": 0.5, "hold": "concentrations"}),
    ("step", "0.5 mV", {"set": "clo", "factor": 0.5, "hold": "concentrations"}),
)


@dataclass(frozen=True)
class Next:
    """A measurement that has not been made.

    words: which; error: its standard error, with its unit, as it was taken
    gain: by which share it would narrow what is open; label: of the number that it tells most of
    before, after: standard deviations of that number's logarithm
    """

    words: str
    error: str
    gain: float
    label: str
    before: float
    after: float


def next_ones(model: Model, fit: Fit, prior: Prior, usual: str) -> list[Next]:
    """The measurements that would narrow most, the best first, at the most probable values; a few at most.

    usual: the place where the cell is stimulated. The model is open, and its cell is not changed.
    """
    known = {value.words for value in model.values}
    candidates = [one for one in _possible(model.cell, usual) if one[0].words not in known]
    if not candidates:
        return []
    try:
        found = model.beside([value for value, _ in candidates], prior.logs(fit.u))
    except ConvergenceError:
        return []
    told = []
    for (value, error), number, slopes in zip(candidates, *found, strict=True):
        size = abs(number) * float(error.rstrip(" %")) / 100 if error.endswith("%") else value.error
        if size > 0:
            told.append(_narrowed(model.sought, fit, value.words, error, slopes * prior.spread / size))
    best = sorted((one for one in told if one.gain > LEAST), key=lambda one: -one.gain)
    return best[:MOST]


def _possible(cell: Cell, usual: str) -> list[tuple[Value, str]]:
    """What can be measured of this cell, and the error of each."""
    found = []
    for what, error, more in USUAL:
        own: dict = {}
        if "set" in more:
            ion = str(more["set"]).removesuffix("o")
            if ion not in cell.outside:
                continue
            own = {"set": {more["set"]: more["factor"] * cell.outside[ion]}, "hold": more["hold"]}
        given = Measured(what=what, value=1.0, error="1" if error.endswith("%") else error, **own)
        try:
            with cell.changed(own.get("set")):  # refuses a bath that is not electroneutral
                found += [(value, error) for value in values(cell, [given], usual, "next")]
        except InputError:
            continue
    return found


def _narrowed(sought: Sequence[Sought], fit: Fit, words: str, error: str, slopes: np.ndarray) -> Next:
    """What a value of these slopes, in errors by u, (numbers,), would do."""
    moved = fit.covariance @ slopes
    after = fit.covariance - np.outer(moved, moved) / (1 + slopes @ moved)
    before = np.diag(fit.covariance)
    gained = before - np.diag(after)
    most = int(np.argmax(gained))
    spread = sought[most].spread
    return Next(
        words,
        error,
        float(gained.sum() / before.sum()),
        sought[most].label,
        float(np.sqrt(before[most])) * spread,
        float(np.sqrt(max(after[most, most], 0.0))) * spread,
    )
