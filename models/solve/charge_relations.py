"""What follows from the charge of a compartment and of its space outside, in place of an equation of its own.

With electrodiffusion each compartment keeps its own charge: k = anion + cl - na - 2 ca + Cm A V/(F vol) +
(the charge it started with), A the membrane's area, which may follow the volume (growth.py). K+ is then not a
free unknown. It is taken from that relation, which makes charge exact and removes the directions in which the
Jacobian would be singular. A closed space keeps its charge too,
and there it is Na+ that follows: of each there is the most where it follows.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from ..cell.cell import Cell
from ..physics.ions import AMOUNT, OUTER, VALENCE
from .growth import Growth
from .states import GLIA, States, parts_of

INSIDE_FOLLOWS, OUTSIDE_FOLLOWS = "k", "na"
# kind that follows -> terms (kind, factor): it is a constant + the sum of factor * state; a factor is one for
# all compartments or one each
Terms = list[tuple[str, np.ndarray | float]]


class Relation(NamedTuple):
    """What follows from the charge in one cell: at: positions in y; terms: positions and factor of each, the
    first that of V."""

    at: np.ndarray
    terms: list[tuple[np.ndarray, np.ndarray | float]]


Relations = dict[str, list[Relation]]  # by the kind that follows, of each cell


@dataclass(frozen=True)
class Followers:
    """Every state that follows from others.

    at: positions in y, (following,)
    kept: the constants, (following,)
    sources, factors: of which states they are the sum, in which shares, (terms, following); the first is V,
    which counts by what the membrane's area has grown to
    """

    at: np.ndarray
    kept: np.ndarray
    sources: np.ndarray
    factors: np.ndarray


def charge_relations(cell: Cell, states: States) -> Relations:
    """What follows from the charge in a cell, or several, of which nothing is held."""
    found: Relations = {}
    several = len(cell.members) > 1
    for part in [part for part in parts_of(cell) if not part.mark]:
        at = states.of(part) if several else states.at
        for kind, terms in _of_one(part.cell, several).items():
            relation = Relation(at[kind], [(at[source], factor) for source, factor in terms])
            found.setdefault(kind, []).append(relation)
    return found


def _of_one(cell: Cell, several: bool) -> dict[str, Terms]:
    """What follows in one cell; several: whether it is one of several, whose spaces may be joined."""
    found: dict[str, Terms] = {}
    if cell.glia is not None:  # each of its compartments keeps its own, whatever moves along the cell
        terms = _neutral(cell.glia, INSIDE_FOLLOWS, AMOUNT, cell.glia.geometry.charge_per_mv)
        found[GLIA + AMOUNT[INSIDE_FOLLOWS]] = [(GLIA + kind, factor) for kind, factor in terms]
    if cell.axial.mode != "electrodiffusion":
        return found
    per_mv = cell.geometry.charge_per_mv
    found |= {AMOUNT[INSIDE_FOLLOWS]: _neutral(cell, INSIDE_FOLLOWS, AMOUNT, per_mv)}
    outside, alone = cell.surroundings, not len(cell.axial.a) and not several
    if (outside.returns_current and (cell.axial.lateral or alone)) or outside.keeps_charge(cell.conditions):
        outer = -per_mv * cell.volume / cell.outside_volume
        found[OUTER[OUTSIDE_FOLLOWS]] = _neutral(cell, OUTSIDE_FOLLOWS, OUTER, outer)
        if cell.glia is not None:  # the charge on its membrane is another part of the space's
            beside = -cell.glia.geometry.charge_per_mv * cell.glia.volume / cell.outside_volume
            found[OUTER[OUTSIDE_FOLLOWS]].append((GLIA + "v", beside / VALENCE[OUTSIDE_FOLLOWS]))
    return found


def _neutral(cell: Cell, follows: str, amount: dict[str, str], per_mv: np.ndarray) -> Terms:
    """The terms of the ion that `follows` from the others' amounts and the charge that V holds (mM/mV)."""
    own = VALENCE[follows]
    others = [(amount[ion], -VALENCE[ion] / own) for ion in cell.ions if ion != follows]
    return [("v", per_mv / own), *others]


def find_followers(relations: Relations, start: np.ndarray, growth: Growth) -> Followers:
    """Where the states of relations are, with the constants that the state `start`, (states,), has."""
    start = growth.charged(start)
    if not relations:
        none = np.zeros(0)
        return Followers(none.astype(int), none, np.zeros((0, 0), int), np.zeros((0, 0)))
    every = [relation for some in relations.values() for relation in some]
    parts, most = [], max(len(terms) for _, terms in every)
    for at, terms in every:
        terms = [*terms, *([(terms[0][0], 0.0)] * (most - len(terms)))]
        sources = np.array([source for source, _ in terms])
        parts.append((at, sources, np.array([np.broadcast_to(factor, len(at)) for _, factor in terms])))
    at, sources, factors = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
    return Followers(at, start[at] - (factors * start[sources]).sum(axis=0), sources, factors)


def lift_of(followers: Followers, size: int, free: np.ndarray) -> sp.csr_matrix:
    """The matrix, (size, free), of y = lift x + constant, where x are the states at `free` of y."""
    column = np.full(size, -1)
    column[free] = np.arange(len(free))
    columns = column[followers.sources]
    there = (columns >= 0) & (followers.factors != 0)  # what is neither free nor follows is constant
    at = np.broadcast_to(followers.at, columns.shape)
    rows = np.concatenate([free, at[there]])
    values = np.concatenate([np.ones(len(free)), followers.factors[there]])
    return sp.csr_matrix((values, (rows, np.concatenate([column[free], columns[there]]))), (size, len(free)))
