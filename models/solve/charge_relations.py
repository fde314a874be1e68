"""What follows from the charge of a compartment and of its space outside, in place of an equation of its own.

With electrodiffusion each compartment keeps its own charge: k = anion + cl - na - 2 ca + Cm A V/(F vol) +
(the charge it started with), A the membrane's area, which may follow the volume (growth.py). K+ is then not a
free unknown. It is taken from that relation, which makes charge exact and removes the directions in which the
Jacobian would be singular. A closed space keeps its charge too,
and there it is Na+ that follows: of each there is the most where it follows.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ..cell.cell import Cell
from ..physics.ions import AMOUNT, OUTER, VALENCE
from .growth import Growth
from .states import GLIA, States

INSIDE_FOLLOWS, OUTSIDE_FOLLOWS = "k", "na"
# kind that follows -> terms (kind, factor): it is a constant + the sum of factor * state; a factor is one for
# all compartments or one each
Relations = dict[str, list[tuple[str, np.ndarray | float]]]


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


def charge_relations(cell: Cell) -> Relations:
    """What follows from the charge in a cell of which nothing is held."""
    found: Relations = {}
    if cell.glia is not None:  # each of its compartments keeps its own, whatever moves along the cell
        terms = _neutral(cell.glia, INSIDE_FOLLOWS, AMOUNT, cell.glia.geometry.charge_per_mv)
        found[GLIA + AMOUNT[INSIDE_FOLLOWS]] = [(GLIA + kind, factor) for kind, factor in terms]
    if cell.axial.mode != "electrodiffusion":
        return found
    per_mv = cell.geometry.charge_per_mv
    found |= {AMOUNT[INSIDE_FOLLOWS]: _neutral(cell, INSIDE_FOLLOWS, AMOUNT, per_mv)}
    outside, alone = cell.surroundings, not len(cell.axial.a)
    if (outside.returns_current and (cell.axial.lateral or alone)) or outside.keeps_charge(cell.conditions):
        outer = -per_mv * cell.volume / cell.outside_volume
        found[OUTER[OUTSIDE_FOLLOWS]] = _neutral(cell, OUTSIDE_FOLLOWS, OUTER, outer)
        if cell.glia is not None:  # the charge on its membrane is another part of the space's
            beside = -cell.glia.geometry.charge_per_mv * cell.glia.volume / cell.outside_volume
            found[OUTER[OUTSIDE_FOLLOWS]].append((GLIA + "v", beside / VALENCE[OUTSIDE_FOLLOWS]))
    return found


def _neutral(
    cell: Cell, follows: str, amount: dict[str, str], per_mv: np.ndarray
) -> list[tuple[str, np.ndarray | float]]:
    """The terms of the ion that `follows` from the others' amounts and the charge that V holds (mM/mV)."""
    own = VALENCE[follows]
    others = [(amount[ion], -VALENCE[ion] / own) for ion in cell.ions if ion != follows]
    return [("v", per_mv / own), *others]


def find_followers(relations: Relations, states: States, start: np.ndarray, growth: Growth) -> Followers:
    """Where the states of relations are, with the constants that the state `start`, (states,), has."""
    start = growth.charged(start)
    if not relations:
        none = np.zeros(0)
        return Followers(none.astype(int), none, np.zeros((0, 0), int), np.zeros((0, 0)))
    parts, most = [], max(len(terms) for terms in relations.values())
    for kind, terms in relations.items():
        at, terms = states.at[kind], [*terms, *([("v", 0.0)] * (most - len(terms)))]
        sources = np.array([states.at[source] for source, _ in terms])
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
