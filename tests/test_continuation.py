"""Branches of made-up equations whose folds and Hopf points are known: continuation by itself."""

import numpy as np
import pytest
import scipy.sparse as sp

from models.cell.dial import Dial
from models.solve.along import Beside, Range
from models.solve.branches import Search, Start
from models.solve.curves import Second, curve_of
from models.solve.elimination import Elimination, layout
from models.solve.linear import Linear
from models.solve.modes import count_growing
from models.solve.path import begin, follow
from models.solve.turns import FOLD, HOPF

OMEGA = 0.6  # 1/ms


class MadeUp:
    """Equations dx/dt = f(x, p) in the place of a cell's, one block of states."""

    def __init__(self, f, jacobian, by_p, low, high):
        self.f, self._jacobian, self._by_p, self.range = f, jacobian, by_p, Range(low, high, False)
        self.system = type("", (), {"cell": type("", (), {"name": "made up"})})
        self.count = 0

    def renew(self):
        """Nothing is kept that another number would change."""

    def possible(self, x, u):
        return True

    def said(self, u):
        return f"p = {self.range.value(u):g}"

    def scale(self, x):
        return np.ones(len(x))

    def rates(self, x, u):
        self.count += 1
        return np.array(self.f(x, self.range.value(u)), float)

    def lacking(self, x, u):
        return np.zeros(0)

    def beside(self, x, u):
        p, n = self.range.value(u), len(x)
        jacobian = sp.csc_matrix(np.ones((n, n)))
        jacobian.data = np.array(self._jacobian(x, p), float).ravel(order="F")
        where = layout(np.zeros(n, int), np.ones(n, bool), [])
        linear = Linear(
            jacobian, Elimination(where, jacobian.indptr, jacobian.indices), np.zeros((0, n)), self.scale(x)
        )
        by_p = self.range.slope(u) * np.array(self._by_p(x, p), float)
        return Beside(linear, by_p, np.zeros(0), 1 / n)


def s_shaped(low=-3.0, high=3.0):
    """x' = p + 3 x - x^3, with folds at x = -1, p = 2 and x = 1, p = -2, and beside it two states that swing,
    growing where x > 1.5 or x < -1.5: Hopf points at x = 1.5, p = -1.125 and x = -1.5, p = 1.125."""

    def f(state, p):
        x, y, z = state
        mu = x * x - 2.25
        return p + 3 * x - x**3, mu * y - OMEGA * z, OMEGA * y + mu * z

    def jacobian(state, p):
        x, y, z = state
        mu = x * x - 2.25
        return [[3 - 3 * x * x, 0, 0], [2 * x * y, mu, -OMEGA], [2 * x * z, OMEGA, mu]]

    return MadeUp(f, jacobian, lambda state, p: (1, 0, 0), low, high)


def searched(along, start):
    search = Search(along, 0.01, lambda done, words: None)
    search._follow(start)
    return search


def followed(along, start):
    return searched(along, start).found[0]


def cusped():
    """x' = p + q x - x^3: folds at x^2 = q / 3, p = -+ 2 (q / 3)^1.5, up to the cusp at q = 0; and beside it
    two states that swing, growing where x < -q: a Hopf point at x = -q, p = q^2 - q^3. q is `box["q"]`."""
    box = {"q": 3.0}

    def f(state, p):
        x, y, z = state
        mu = -(x + box["q"])
        return p + box["q"] * x - x**3, mu * y - OMEGA * z, OMEGA * y + mu * z

    def jacobian(state, p):
        x, y, z = state
        mu = -(x + box["q"])
        return [[box["q"] - 3 * x * x, 0, 0], [-y, mu, -OMEGA], [-z, OMEGA, mu]]

    return MadeUp(f, jacobian, lambda state, p: (1, 0, 0), -25, 25), box


def test_folds_and_hopf_points_in_two_numbers_and_the_cusp():
    along, box = cusped()
    x = float(np.real(next(r for r in np.roots([-1, 0, 3, -25.0]) if abs(r.imag) < 1e-9)))
    search = searched(along, Start(np.array([x, 0, 0]), 0.0))
    assert [turn.kind for turn in search.turns] == [HOPF, FOLD, FOLD]
    dial = Dial("q", "1", -10.0, 10.0, False, 3.0, lambda value: box.update(q=value))
    second = Second(dial, Range(-1.0, 4.0, False))
    for turn in search.turns:
        for way in (1.0, -1.0):
            found = curve_of(along, second, second.began, turn, way, 0.05)
            q = np.array([second.range.value(at) for at, _ in found])
            x = np.array([one.point.x[0] for _, one in found])
            p = np.array([along.range.value(one.point.u) for _, one in found])
            if turn.kind == FOLD:
                sign = np.sign(turn.point.x[0])
                np.testing.assert_allclose(x, sign * np.sqrt(q / 3), atol=2e-6)
                np.testing.assert_allclose(p, -sign * 2 * (q / 3) ** 1.5, atol=1e-8)
                assert q[-1] == 4 if way > 0 else 0 < q[-1] < 0.01  # as near the cusp as the shortest step
            else:
                np.testing.assert_allclose(x, -q, atol=1e-7)
                np.testing.assert_allclose(p, q**2 - q**3, atol=1e-5)
                np.testing.assert_allclose([one.period for _, one in found], 2 * np.pi / OMEGA)
    assert box["q"] == 3.0


def test_folds_and_hopf_points_are_where_they_are():
    along = s_shaped()
    x = np.roots([-1, 0, 3, -3.0])
    x = float(x[np.isreal(x)].real[0])
    branch = followed(along, Start(np.array([x, 0, 0]), 0.0))
    turns = [(stop.kind, along.range.value(stop.u), stop.x[0], stop.period) for stop in branch if stop.kind]
    assert [kind for kind, *_ in turns] == [HOPF, FOLD, FOLD, HOPF]
    np.testing.assert_allclose([p for _, p, _, _ in turns], [1.125, 2, -2, -1.125], rtol=1e-9)
    np.testing.assert_allclose([at for _, _, at, _ in turns], [-1.5, -1, 1, 1.5], rtol=1e-7)
    for kind, _, _, period in turns:
        if kind == HOPF:
            assert period == pytest.approx(2 * np.pi / OMEGA, rel=1e-9)


def test_stability_is_counted_along_the_branch():
    along = s_shaped()
    branch = followed(along, Start(np.array([-2.1038034027355357, 0, 0]), 0.0))
    for stop in (stop for stop in branch if not stop.kind):
        x = stop.x[0]
        assert stop.growing == (abs(x) < 1) + 2 * (abs(x) > 1.5)


def test_a_pair_that_grows_between_two_points_at_which_modes_are_counted():
    """x' = p - x, and two states that swing, growing where 0.53 < p < 0.56: of steps of 0.01 only every
    fourth is counted, and as many grow at both ends."""

    def growth(p):
        return 100 * (p - 0.53) * (0.56 - p)

    def f(state, p):
        x, y, z = state
        return p - x, growth(p) * y - OMEGA * z, OMEGA * y + growth(p) * z

    def jacobian(state, p):
        return [[-1, 0, 0], [0, growth(p), -OMEGA], [0, OMEGA, growth(p)]]

    found = []
    for low in np.linspace(0, 0.04, 5):  # wherever the fourths lie
        along = MadeUp(f, jacobian, lambda state, p: (1, 0, 0), low, low + 1)
        branch = followed(along, Start(np.array([low, 0, 0]), 0.0))
        hopfs = [along.range.value(stop.u) for stop in branch if stop.kind == HOPF]
        found.append(len(hopfs))
        assert all((stop.growing == 2) == (0.53 < stop.x[0] < 0.56) for stop in branch if not stop.kind)
        np.testing.assert_allclose(hopfs, [0.53, 0.56], rtol=1e-7)
    assert found == [2] * 5


def test_every_point_is_a_steady_state_and_the_limits_are_met_exactly():
    along = s_shaped()
    branch = followed(along, Start(np.array([-2.1038034027355357, 0, 0]), 0.0))
    assert branch[0].u == 0 and branch[-1].u == 1
    for stop in branch:
        assert np.abs(along.rates(stop.x, stop.u)).max() < 1e-9
    u = np.array([stop.u for stop in branch])
    assert np.abs(np.diff(u)).max() <= 0.0101


@pytest.mark.parametrize("angle", [-0.21, -0.19, -1e-3, 1e-3, 0.14, 0.16, 0.195, 0.199, 0.201, 0.205, 0.5])
def test_modes_that_grow_are_counted_wherever_they_lie(angle):
    """Pairs at an angle to the imaginary axis (radians, to the right), beside modes that decay."""
    rng = np.random.default_rng(1)
    values = [1j * np.exp(-1j * angle), 2.7j * np.exp(-1j * angle), -1e-6, -3e-4, -0.5, -40]
    n = 8
    jacobian, at = np.zeros((n, n)), 0
    for value in values:
        if isinstance(value, complex):
            a, b = value.real, value.imag
            jacobian[at : at + 2, at : at + 2] = [[a, -b], [b, a]]
            at += 2
        else:
            jacobian[at, at] = value
            at += 1
    turned = np.linalg.qr(rng.standard_normal((n, n)))[0]
    along = MadeUp(
        lambda s, p: jacobian @ s, lambda s, p: turned @ jacobian @ turned.T, lambda s, p: 0 * s, 0, 1
    )
    assert count_growing(along.beside(np.zeros(n), 0.5).linear) == (4 if angle > 0 else 0)


def test_a_closed_branch_is_gone_round_once():
    """x' = 1 - x^2 - p^2 with dx/dx of both signs: a circle, folds at p = -1 and 1."""
    along = MadeUp(
        lambda s, p: (1 - s[0] ** 2 - p**2,), lambda s, p: [[-2 * s[0]]], lambda s, p: (-2 * p,), -2, 2
    )
    branch = followed(along, Start(np.array([1.0]), 0.5))
    folds = sorted(along.range.value(stop.u) for stop in branch if stop.kind == FOLD)
    np.testing.assert_allclose(folds, [-1, 1], rtol=1e-9)
    x, p = np.array([(stop.x[0], along.range.value(stop.u)) for stop in branch]).T
    turned = np.unwrap(np.arctan2(x, p))
    assert 2 * np.pi * 0.97 < abs(turned[-1] - turned[0]) < 2 * np.pi * 1.03


def test_a_vertical_piece_of_a_branch_is_followed():
    """p = tanh-like in x: the branch is all but upright between its folds."""
    along = MadeUp(
        lambda s, p: (p - s[0] * (s[0] ** 2 - 1e-4),),
        lambda s, p: [[-(3 * s[0] ** 2 - 1e-4)]],
        lambda s, p: (1,),
        -1,
        1,
    )
    first = begin(along, np.array([-1.000033]), 0.0, 1.0)
    first = begin(along, np.real(np.roots([1, 0, -1e-4, 1])[:1]), 0.0, 1.0)
    last = list(follow(along, first, 0.02))[-1]
    assert last.u == 1 and last.x[0] == pytest.approx(1.0000333, rel=1e-6)


def test_derivatives_are_solved_with_at_a_fold_itself():
    """The bordered matrix is regular where the steady state's own is singular."""
    along = s_shaped()
    beside = along.beside(np.array([1 + 1e-13, 0.0, 0.0]), along.range.place(-2.0))
    way = beside.direction(np.array([1.0, 0, 0, 0]))
    assert abs(way[-1]) < 1e-10 and way[0] == pytest.approx(1 / np.sqrt(beside.weights[0]), rel=1e-9)


def test_ranges_are_even_on_their_axis():
    log, linear = Range(0.5, 20, True), Range(2, 0, False)
    assert log.value(0) == 0.5 and log.value(1) == 20 and log.value(0.5) == pytest.approx(np.sqrt(10))
    assert linear.value(0.25) == 1.5 and linear.place(1.5) == 0.25 and linear.slope(0.3) == -2
    for over in (log, linear):
        assert over.place(over.value(0.3)) == pytest.approx(0.3)
        slope = (over.value(0.3 + 1e-6) - over.value(0.3 - 1e-6)) / 2e-6
        assert over.slope(0.3) == pytest.approx(slope, rel=1e-6)
