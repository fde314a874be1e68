"""What decides a rest most."""

from collections.abc import Mapping
from typing import Any

from ...physics.ions import IONS
from ...words import count
from ..determinants import determinants
from .bench import NATIVE, Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

TIMES = ("1 s", "1 min", "1 h")
WHEN = ("held", *TIMES, "steady")
SAID = {"held": "at once", "steady": "for ever"}
# what makes the gradient of K+: how much is outside, and the anions that keep it inside
GRADIENT = ("ko", "impermeant_inside")
MAINTENANCE = ("pump", "n_na", "n_k", "energy", "oxygen")
KINDS = {"the K⁺ gradient": GRADIENT, "its maintenance": MAINTENANCE}


def try_it(bench: Bench) -> Finding:
    """Which number of each cell moves V most, at five times."""
    first: dict[str, dict[str, str]] = {when: {} for when in WHEN}
    names = bench.names(NATIVE)
    for i, name in enumerate(names):
        bench.told(i / len(names), name)
        cell = bench.cell(name)
        found = determinants(cell, TIMES, threshold=False, **bench.changes(cell))
        for when in WHEN:
            first[when][name] = found.names[found.ranked(when)[0]]
    share = {
        when: {
            **{kind: _share(own, words) for kind, words in KINDS.items()},
            "Na⁺ or Cl⁻": 1 - sum(_share(own, words) for words in KINDS.values()),
        }
        for when, own in first.items()
    }
    values: dict[str, Any] = {
        "share_of_gradient_for_ever": share["steady"]["the K⁺ gradient"],
        "share_of_gradient_at_once": share["held"]["the K⁺ gradient"],
        "share_of_maintenance_for_ever": share["steady"]["its maintenance"],
        "cells_n": len(names),
        "first": first,
    }
    others = [f"{name} ({_plain(what)})" for name, what in first["steady"].items() if what not in GRADIENT]
    now = [f"{name} ({_plain(what)})" for name, what in first["held"].items() if what not in GRADIENT]
    limit = (
        f"for ever the K⁺ gradient in {count(len(names) - len(others), 'cell')}"
        + (f", but not in {', '.join(others)}" if others else "")
        + (f"; at once others come first in {', '.join(now)}" if now else "")
    )
    kinds = list(share["held"])
    lines = [
        Line(
            [SAID.get(when, when) for when in WHEN],
            [100 * share[when][kind] for when in WHEN],
            kind,
            colour,
            "bars",
        )
        for kind, colour in zip(kinds, ("k", "v", "na"), strict=True)
    ]
    title = "the longer, the more it is the K⁺ gradient"
    return Finding(values, limit, [Panel(title, "", "first in so many cells (%)", lines)])


def _plain(what: str) -> str:
    """A determinant in words, "Na⁺ outside" for nao."""
    ion = IONS.get(what.removesuffix("o"))
    return f"{ion.printed} outside" if ion else what.removeprefix("pl_")


def _share(first: Mapping[str, str], words: tuple[str, ...]) -> float:
    return sum(what in words for what in first.values()) / len(first)


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["share_of_gradient_for_ever"] < 0.5:
        return FAILS
    return (
        HOLDS
        if min(values["share_of_gradient_for_ever"], values["share_of_gradient_at_once"]) == 1
        else LIMITED
    )


STATEMENT = Statement(
    20,
    "The primary determinant is the K⁺ gradient, or its active maintenance",
    "how far V moves with every bath, leak, pump and content of every cell (per e-fold of each), at once, "
    "after 1 s, "
    "1 min, 1 h and for ever; which comes first",
    "holds where K⁺ outside, or the anions that keep K⁺ inside, come first in every cell at once and for "
    "ever; within "
    "limits where they do for ever in half of the cells or more; else not",
    try_it,
    judge,
    {"scale": {"naleak": 30.0}},
    "python run.py determinants --cell neuron",
)
