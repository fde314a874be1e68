"""Elimination on a tree of blocks: against dense solutions, on any tree, and where it must refuse."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from models.solve.elimination import Elimination, layout


def factorise(where, matrix, one, c):
    return Elimination(where, matrix.indptr, matrix.indices).factorise(matrix.data, one, c)


@st.composite
def blocks(draw):
    """Random compartments, leaves first: states, which of them others see, and which pairs are coupled."""
    count = draw(st.integers(1, 8))
    sizes = draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    seen = [draw(st.integers(0, size)) for size in sizes]
    parents = [draw(st.integers(i + 1, count - 1)) for i in range(count - 1)]
    pairs = set(enumerate(parents))
    for parent in range(count):  # at a branch point every arm meets every other
        arms = [i for i, p in enumerate(parents) if p == parent]
        if draw(st.booleans()):
            pairs |= {(a, b) for a in arms for b in arms if a < b}
    return sizes, seen, sorted(pairs), draw(st.integers(0, 2**32 - 1))


def matrix_of(sizes, seen, pairs, seed):
    """A matrix of that structure, its owners and which states are seen."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    at = np.arange(len(owner)) - np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    visible = at < np.array(seen)[owner]
    coupled = owner[:, None] == owner
    for a, b in pairs:
        both = np.isin(owner, (a, b)) & visible
        coupled |= both[:, None] & both
    return sp.csc_matrix(np.where(coupled, rng.standard_normal((len(owner),) * 2), 0)), owner, visible


@given(blocks(), st.sampled_from([1e-3, 1.0, 1e6]))
@settings(deadline=None)
def test_solves_what_a_dense_solver_solves(shape, c):
    jacobian, owner, visible = matrix_of(*shape)
    # diagonal as heavy as a membrane makes it: exchanges of rows between blocks are then not needed
    heavy = 2 + np.asarray(abs(jacobian).sum(axis=0)).ravel()
    jacobian = (jacobian - sp.diags(heavy)).tocsc()
    where = layout(owner, visible, shape[2])
    right = np.random.default_rng(shape[3]).standard_normal((len(owner), 2))
    found = factorise(where, jacobian, 1.0, c).solve(right)
    dense = np.eye(len(owner)) - c * jacobian.toarray()
    assert found == pytest.approx(np.linalg.solve(dense, right), rel=1e-11, abs=1e-13 / (1 + c))


def test_exchanges_rows_within_a_block():
    """V and a gate that drive each other and hold nothing themselves: 0 on the diagonal."""
    jacobian = sp.csc_matrix(np.array([[0.0, 2.0, 0.0], [3.0, 0.0, 1.0], [0.0, 1.0, -1.0]]))
    where = layout(np.array([0, 0, 1]), np.array([True, True, True]), [(0, 1)])
    found = factorise(where, jacobian, 0.0, -1.0).solve(np.array([2.0, 4.0, 0.0]))
    assert found == pytest.approx([1.0, 1.0, 1.0], rel=1e-15)


def test_a_singular_matrix_is_refused():
    jacobian = sp.csc_matrix(np.array([[1.0, 1.0], [1.0, 1.0]]))
    for owner in ([0, 0], [0, 1]):
        where = layout(np.array(owner), np.array([True, True]), [(0, 1)])
        with pytest.raises(ArithmeticError):
            factorise(where, jacobian, 0.0, 1.0)


def test_cost_is_in_proportion_to_the_tree():
    """A star of chains: what is stored grows with the compartments, not with their square."""
    stored = []
    for length in (10, 100):
        chain = np.arange(3 * length).reshape(3, length)
        pairs = [pair for row in chain for pair in pairwise(row)]
        pairs += [(row[-1], 3 * length) for row in chain]
        owner = np.repeat(np.arange(3 * length + 1), 4)
        where = layout(owner, np.tile([True, True, False, False], 3 * length + 1), pairs)
        stored.append(where.lower[-1])
    assert stored[1] == pytest.approx(10 * stored[0], rel=0.05)


def test_whole_numbers_are_numbers():
    where = layout(np.array([0]), np.array([True]), [])
    assert factorise(where, sp.csc_matrix(np.array([[-1.0]])), 1.0, 1.0).solve(np.array([1])) == [0.5]
