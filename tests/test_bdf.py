"""The integrator alone, on equations with known answers: order, tolerance, stiffness, invariants, failure."""

from itertools import pairwise

import numpy as np
import pytest

from models.solve.bdf import BDF, HELPED


class Equations:
    """z' = f(z) with its Jacobian, solved densely; counts evaluations."""

    def __init__(self, f, jacobian):
        self.f, self.jacobian, self.mended, self.evaluations = f, jacobian, jacobian, 0
        self.possible, self.moment = lambda z: True, lambda t: None

    def rates(self, z):
        self.evaluations += 1
        return self.f(z)

    def solver(self, jacobian, c):
        matrix = np.eye(len(jacobian)) - c * jacobian
        return lambda right: np.linalg.solve(matrix, right)


def run(equations, z, stop, rtol, atol=None):
    """The integrator at the end, and the longest step that it made."""
    solver = BDF(equations, np.array(z, float), stop, rtol, np.full(len(z), atol or rtol))
    longest = 0.0
    while solver.t < stop:
        before = solver.t
        assert solver.step()
        longest = max(longest, solver.t - before)
    return solver, longest


ROTATION = np.array([[0.0, 1.0], [-1.0, 0.0]])
# reaction rates of Robertson (1966), as in Hairer & Wanner, Solving ODEs II, IV.1
ROBERTSON = Equations(
    lambda z: np.array(
        [
            -0.04 * z[0] + 1e4 * z[1] * z[2],
            0.04 * z[0] - 1e4 * z[1] * z[2] - 3e7 * z[1] ** 2,
            3e7 * z[1] ** 2,
        ]
    ),
    lambda z: np.array(
        [
            [-0.04, 1e4 * z[2], 1e4 * z[1]],
            [0.04, -1e4 * z[2] - 6e7 * z[1], -1e4 * z[1]],
            [0.0, 6e7 * z[1], 0.0],
        ]
    ),
)


def test_error_follows_the_tolerance():
    """A decay and a rotation: the error at the end falls with rtol, and is not far above it."""
    decay = Equations(lambda z: -z, lambda z: np.array([[-1.0]]))
    turn = Equations(lambda z: ROTATION @ z, lambda z: ROTATION)
    for equations, z, exact in ((decay, [1.0], [np.exp(-5)]), (turn, [1.0, 0.0], [np.cos(5), -np.sin(5)])):
        errors = [np.abs(run(equations, z, 5.0, rtol)[0].z - exact).max() for rtol in (1e-4, 1e-6, 1e-8)]
        # errors of some hundred steps add up; a tenth of the tolerance is used, and a shift in time allowed
        assert all(error < 30 * rtol for error, rtol in zip(errors, (1e-4, 1e-6, 1e-8), strict=True))
        # order 5 would make it 1e-4 ** (5 / 6) = 5e-4, and the last steps are of luck
        assert errors[2] < 2.5e-3 * errors[0] and errors[2] < errors[1] < errors[0]


def test_reaches_a_high_order():
    """Ten times the accuracy costs far fewer steps than a method of order 2 would need (a factor 3.2)."""
    turn = Equations(lambda z: ROTATION @ z, lambda z: ROTATION)
    counts = []
    for rtol in (1e-5, 1e-7):
        turn.evaluations = 0
        run(turn, [1.0, 0.0], 50.0, rtol)
        counts.append(turn.evaluations)
    assert counts[1] < 3.5 * counts[0]  # order 5: 100**(1/6) = 2.2; order 2: 4.6


def test_a_stiff_transient_does_not_hold_the_steps():
    """z' = -1e6 (z - cos t) - sin t, from off the solution: soon steps a million times the transient's."""
    fast = 1e6

    def rates(z):
        return np.array([-fast * (z[0] - np.cos(z[1])) - np.sin(z[1]), 1.0])

    def jacobian(z):
        return np.array([[-fast, -fast * np.sin(z[1]) - np.cos(z[1])], [0.0, 0.0]])

    solver, longest = run(Equations(rates, jacobian), [2.0, 0.0], 10.0, 1e-6)
    assert solver.z[0] == pytest.approx(np.cos(10), abs=1e-5)
    assert longest > 1e4 / fast


def test_robertson_over_eleven_decades():
    """Against the reference solution of Mazzia & Magherini (2008), Test Set for IVP Solvers, II-10."""
    solver = BDF(ROBERTSON, np.array([1.0, 0.0, 0.0]), 1e11, 1e-6, np.array([1e-12, 1e-16, 1e-8]))
    while solver.t < 1e11:
        assert solver.step()
        assert abs(solver.z.sum() - 1) < 1e-12  # a linear invariant, kept whatever the tolerance
    assert solver.z == pytest.approx(
        [2.083340149701255e-8, 8.333360770334713e-14, 0.9999999791665050], rel=1e-4
    )


def test_values_within_a_step():
    """Between its ends a step's polynomial is as good as they are."""
    turn = Equations(lambda z: ROTATION @ z, lambda z: ROTATION)
    solver, inside, at_ends = BDF(turn, np.array([1.0, 0.0]), 20.0, 1e-6, np.full(2, 1e-6)), 0.0, 0.0
    while solver.t < 20:
        before = solver.t
        assert solver.step()
        times = np.linspace(before, solver.t, 7)
        errors = np.abs(solver.at(times) - np.column_stack([np.cos(times), -np.sin(times)])).max(axis=1)
        inside, at_ends = max(inside, errors.max()), max(at_ends, errors[-1])
    assert 0 < inside < 1.2 * at_ends


def test_ends_exactly():
    still = Equations(lambda z: 0 * z, lambda z: np.zeros((1, 1)))
    solver, _ = run(still, [3.0], 1e11, 1e-4)
    assert solver.t == 1e11 and solver.z[0] == 3.0
    grows = Equations(lambda z: z, lambda z: np.array([[1.0]]))
    assert run(grows, [1.0], 1.0, 1e-8)[0].z[0] == pytest.approx(np.e, rel=1e-6)
    assert run(grows, [1.0], 1e-12, 1e-8)[0].t == 1e-12


def test_keeps_to_what_is_possible():
    """sqrt z = 1 - t/2 until z is 0: steps shorten before it, and what would be below is not handed out."""
    drains = Equations(lambda z: -np.sqrt(np.maximum(z, 0)) - 1e-3, lambda z: np.array([[0.0]]))
    drains.possible = lambda z: z[0] >= 0
    solver = BDF(drains, np.array([1.0]), 10.0, 1e-4, np.array([1e-2]))
    while solver.step():
        assert solver.z[0] >= 0
    assert solver.refused[0] < 0
    assert solver.t == pytest.approx(2, abs=0.05)


def test_gives_up_where_there_is_no_solution():
    """z' = z2 reaches infinity at t = 1: the steps shrink until none succeeds, about there."""
    bursts = Equations(lambda z: z**2, lambda z: np.array([[2 * z[0]]]))
    solver = BDF(bursts, np.array([1.0]), 2.0, 1e-6, np.array([1e-6]))
    with np.errstate(all="ignore"):
        for _ in range(100000):
            if not solver.step():
                break
    assert solver.t == pytest.approx(1.0, abs=1e-2)


def test_a_jacobian_that_is_wrong_costs_steps_not_accuracy():
    turn = Equations(lambda z: ROTATION @ z, lambda z: 0.7 * ROTATION)
    solver, _ = run(turn, [1.0, 0.0], 5.0, 1e-6)
    assert np.abs(solver.z - [np.cos(5), -np.sin(5)]).max() < 3e-5


def test_a_jacobian_that_has_served_is_mended_where_steps_are_not_stiff():
    """A rotation that is faster and faster, whose mended Jacobian is of no use: it is asked for where the one
    before has served for some steps, and else all of it is made anew."""
    asked, steps = [], [0]

    def rates(z):
        return np.array([-z[1] * z[2], z[0] * z[2], 2.0])

    def asking(how, use):
        def jacobian(z):
            asked.append((how, steps[0]))
            return use * np.array([[0.0, -z[2], -z[1]], [z[2], 0.0, z[0]], [0.0, 0.0, 0.0]])

        return jacobian

    turns = Equations(rates, asking("made", 1.0))
    turns.mended = asking("mended", -1.0)
    solver = BDF(turns, np.array([1.0, 0.0, 1.0]), 10.0, 1e-5, np.full(3, 1e-5))
    while solver.t < 10:
        assert solver.step()
        steps[0] += 1
    served = [now[1] - before[1] for before, now in pairwise(asked)]
    assert {"made", "mended"} == {how for how, _ in asked[1:]}
    for (how, _), since in zip(asked[1:], served, strict=True):
        assert (how == "mended") == (since >= HELPED)
    # z2 = 1 + 2t, and the angle its integral; 17 turns, of each 1e-3
    assert np.abs(solver.z[:2] - [np.cos(110), np.sin(110)]).max() < 2e-2


def test_a_jacobian_that_is_not_finite_shortens_the_step():
    """1/z at a predicted state beyond 0 has none; nearer there is one."""

    def jacobian(z):
        return np.array([[-1 / z[0] ** 2 if z[0] > 0 else np.nan]])

    def solver(matrix, c):
        if not np.isfinite(matrix).all():
            raise ArithmeticError
        return lambda right: right / (1 - c * matrix[0, 0])

    falls = Equations(lambda z: 1e3 * (0.5 - z), jacobian)
    falls.solver = solver
    assert run(falls, [1.0], 1.0, 1e-6)[0].z[0] == pytest.approx(0.5, abs=1e-5)


def test_what_depends_on_time():
    """z' = cos t, whose time the equations are only told: sin t at the end, by more than the first order."""
    now = [0.0]
    turning = Equations(lambda z: np.array([np.cos(now[0])]), lambda z: np.zeros((1, 1)))
    turning.moment = lambda t: now.__setitem__(0, t)
    solver, longest = run(turning, [0.0], 10.0, 1e-6)
    assert solver.z[0] == pytest.approx(np.sin(10.0), abs=1e-5)
    assert longest > 0.1  # steps of the first order would be shorter than 0.001


def test_what_is_stiff_in_one_of_many_equations_does_not_hold_the_steps():
    """z0' = -1000 (z0 - sin t) + cos t with a Jacobian of 700 beside 299 slow equations: a step's residual is
    theirs, and what Newton leaves in z0 comes back with the other sign, which is how it is seen. Measured:
    877 steps, 16620 where it is not looked for."""
    now, phase = [0.0], np.linspace(0, 1, 300)

    def rates(z):
        found = np.cos(now[0] + phase)
        found[0] -= 1e3 * (z[0] - np.sin(now[0]))
        return found

    wrong = np.zeros((300, 300))
    wrong[0, 0] = -700
    many, steps = Equations(rates, lambda z: wrong), 0
    many.solver = lambda matrix, c: lambda right: right / (1 - c * matrix.diagonal())
    many.moment = lambda t: now.__setitem__(0, t)
    solver = BDF(many, np.sin(phase), 50.0, 1e-5, np.full(300, 1e-5))
    while solver.t < 50:
        assert solver.step()
        steps += 1
    assert steps < 1500
    assert np.abs(solver.z - np.sin(50 + phase)).max() < 1e-3


def test_what_oscillates_while_it_decays_does_not_hold_the_steps_for_ever():
    """Eigenvalues -20 +- 200 i, about a slow course: orders 4 and 5 amplify them but in steps so short that
    the oscillation is followed (8,600 steps), order 3 damps it in twice as long ones."""
    matrix = np.array([[-20.0, -200.0], [200.0, -20.0]])
    slow = Equations(None, lambda z: matrix)
    at = [0.0]
    slow.moment = lambda t: at.__setitem__(0, t)
    course = lambda t: np.array([np.sin(t), np.cos(0.7 * t)])  # noqa: E731
    speed = lambda t: np.array([np.cos(t), -0.7 * np.sin(0.7 * t)])  # noqa: E731
    slow.f = lambda z: matrix @ (z - course(at[0])) + speed(at[0])
    found, _ = run(slow, course(0.0) + 1e-3, 40.0, 1e-4)
    assert slow.evaluations < 6000
    assert found.z == pytest.approx(course(40.0), abs=1e-4)
