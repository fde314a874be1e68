"""The integrator of time courses: backward differentiation of order 1 to 5 on steps of any length.

The formula is that of the polynomial through the last values where they lie, so a change of step costs
nothing: the past is kept as modified divided differences, predicted, and corrected by what Newton finds.
Newton uses factors of I - c J as long as they serve, scaled by 2/(1 + c/c_then), and mostly ends after one
evaluation, because how fast it converges is known from the steps before. Like every linear multistep method
this keeps linear invariants; J has them too, so it does so however roughly Newton ends.

How closely Newton must end, and for how long it may live on an old J, depends on what it leaves. Where the
equations are stiff, a process much faster than the step answers it: the next prediction, a polynomial through
the last values, brings it back up to 2**order times larger, as noise that shortens the steps and lowers the
order. Where they are not, in a spike, it stays as small as it is. Which of the two holds the solver sees: a
correction is much smaller than the residual that asked for it, or it is of the same size; and where few of
many equations are stiff, corrections change sign from step to step, and Newton ends closer too.

Brenan KE, Campbell SL, Petzold LR (1996) Numerical Solution of Initial-Value Problems in
Differential-Algebraic Equations, ch. 5 (differences on uneven steps); Cohen SD, Hindmarsh AC (1996) Comput
Phys 10:138-143 (CVODE: Newton's rate and scaling).
"""

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from .differences import (
    HIGHEST,
    SAFETY,
    best_order,
    between,
    correct,
    keep,
    most_opposite,
    predict,
    residual_of,
    size_of,
)

ITERATIONS = 4  # of Newton, at most
CLOSE = 0.1  # what Newton may leave of the tolerated error of a step
FRESH = 0.15  # rate of Newton's convergence that is expected of new factors, at best
STALE = 0.5  # rate of Newton's convergence above which the Jacobian is renewed
STIFF = 7.0  # size of a residual, in corrections, above which what is left counts as stiff; there
STIFF_CLOSE = 0.01  # Newton may leave less,
STIFF_STALE = 0.2  # its rate must be better,
STIFF_AGE = 300  # and after so many steps the Jacobian is renewed, though the rate, seldom seen, was good
OPPOSED_CLOSE = 0.05  # likewise where corrections change sign
OTHER_STEP = 0.15  # relative change of c up to which factors are kept
TIGHT = 0.1  # share of the tolerances that is used: errors of many steps add up
WORTHWHILE = 1.1  # factor below which a step is not lengthened
SOON = 2  # steps of one length after which, in the beginning, the next length is chosen
MOST, LEAST = 10.0, 0.2  # factors of the step
HELPED = 5  # steps for which a Jacobian must have served to be mended, else all of it is made anew
STEADY = 3  # highest order that damps nearly all that decays, oscillations too (86 degrees; 5: 52)
OPPOSITE = -0.5  # cosine between corrections from which they count as opposite
TURNS = 4  # steps with such corrections after which,
SHORTENED = 0.7  # where they have become so much shorter meanwhile,
LOW, LONGEST = 100, 3200  # so many steps are of low order; twice as many each time it comes back soon


class Equations(Protocol):
    """z' = f(z, t). moment: the time t that all else is asked at from now on; rates: f; jacobian: df/dz, as
    `solver` takes it; mended: the last of these, with what is known to change found anew; solver: a function
    that solves (I - c jacobian) d = r for d and may overwrite r, or ArithmeticError; possible: whether such a
    state can be."""

    def moment(self, t: float) -> None: ...

    def rates(self, z: np.ndarray) -> np.ndarray: ...
    def jacobian(self, z: np.ndarray) -> Any: ...
    def mended(self, z: np.ndarray) -> Any: ...
    def solver(self, jacobian: Any, c: float) -> Callable[[np.ndarray], np.ndarray]: ...
    def possible(self, z: np.ndarray) -> bool: ...


class BDF:
    """Equations from `z` at time 0 to `stop`, a step at a time.

    rtol, atol: tolerated error of a step, as root mean square over all of z. jacobian: to begin with, one
    that may be old (default: that at z); of the solver the one that it has. longest: of the steps. t, z: the
    time and state reached; refused: the last state that this step has led to and that is not possible, or
    None.
    """

    def __init__(
        self,
        equations: Equations,
        z: np.ndarray,
        stop: float,
        rtol: float,
        atol: np.ndarray,
        jacobian: Any = None,
    ) -> None:
        self.equations, self.stop, self.rtol, self.atol = equations, stop, TIGHT * rtol, TIGHT * atol
        self.t, self.z, self.order = 0.0, z, 1
        self.refused: np.ndarray | None = None
        self.longest = np.inf
        self._since = 0  # steps of this order and length
        self._beginning = True  # each choice so far has made the steps longer
        self._rate = 1.0  # of Newton's convergence
        self._stiff = False  # what Newton left last
        self._opposed = False  # the last correction to one before it
        self._corrections = np.zeros((2, len(z)))  # of the last two steps
        self._turning, self._low, self._begun = 0, 0, np.inf
        self._spell, self._rested = LOW, 3 * LOW  # how long the order was low last, and is not since
        self._whole = 0.0  # size of all that it has added to the predicted value
        equations.moment(0.0)
        slope = equations.rates(z)
        self.h = self._first_step(slope)
        self._past = -self.h * np.arange(HIGHEST + 3)  # times of the values behind the differences
        self._differences = np.zeros((HIGHEST + 3, len(z)))
        self._differences[0], self._differences[1] = z, self.h * slope
        self._scaled = np.empty_like(self._differences)  # to the step that is being tried
        # likewise of that step, see `predict`; and the residual. Memory that stays: to make it costs more
        self._leading, self._share = np.empty(HIGHEST + 2), np.empty(HIGHEST + 2)
        self._predicted, self._slope, self._weight, self._residual = np.empty((4, len(z)))
        self._change, self._trial = np.empty((2, len(z)))
        self.jacobian, self._c, self._fresh, self._stale = jacobian, np.inf, True, False
        self._age = self._served = 0  # steps since the Jacobian was made, and since it was made or mended
        if jacobian is None:
            self._new_jacobian(z)

    def _new_jacobian(self, z: np.ndarray) -> None:
        """That at z; the old one mended where steps are not stiff and it has served for a while: where they
        are, they are few and long, and there all changes."""
        mend = not self._stiff and self._served >= HELPED
        self.jacobian = self.equations.mended(z) if mend else self.equations.jacobian(z)
        self._c, self._fresh, self._stale = np.inf, not mend, False
        self._age, self._served = self._age if mend else 0, 0

    def _first_step(self, slope: np.ndarray) -> float:
        """So long that a step of order 1 would be in error by some hundredth of the tolerated."""
        weight, span = 1 / (self.atol + self.rtol * np.abs(self.z)), self.stop
        none = np.zeros_like(slope)
        speed = size_of(slope, none, 0.0, weight)
        if speed == 0:
            return span
        probe = min(0.01 * max(size_of(self.z, none, 0.0, weight), 1e-3) / speed, span)
        bend = size_of(self.equations.rates(self.z + probe * slope), slope, -1.0, weight) / probe
        return min(100 * probe, 0.1 / max(1e-3 * speed, bend) ** 0.5, span)

    def step(self) -> bool:
        """Make one step; False where no step, however short, succeeds."""
        self._fresh, order, begun = False, self.order, self.t
        predicted, share = self._predicted, self._share
        self._age, self._served = self._age + 1, self._served + 1
        self.refused = None
        self.h = min(self.h, self.longest)
        while True:
            if not self.h >= 10 * math.ulp(begun):
                return False
            t = begun + self.h if begun + 1.000001 * self.h < self.stop else self.stop
            self.equations.moment(t)
            predict(
                self._differences, self._past, t, order, self.atol, self.rtol, self._scaled, self._leading,
                share, predicted, self._slope, self._weight,
            )  # fmt: skip
            try:
                change = self._newton(1 / self._leading[order - 1], share[order - 1])
            except ArithmeticError:  # a Jacobian that is not finite, or one step for which all is singular
                self._can_be(predicted)
                self.h *= 0.25
                self._fresh, self._stale = False, True
                continue
            if change is None:
                self._can_be(predicted)
                if self._fresh:
                    self.h *= 0.25
                else:
                    self._new_jacobian(predicted)
                continue
            error = self._whole / share[order - 1]
            if error <= 1:
                if self._can_be(self._trial):
                    break
                self.h *= 0.25
                continue
            self.h = (t - begun) * max(LEAST, 0.9 * error ** (-1 / (order + 1)))
            self._rate = 1.0  # perhaps Newton ended too early: see again how fast it converges
        self._choose_next(t - begun, error, change)
        self.t, self._drawn = t, order
        keep(self._differences, self._past, t, order, self._scaled, change)
        self.z = self._differences[0].copy()
        return True

    def _can_be(self, state: np.ndarray) -> bool:
        """Whether a state is possible; one that is not is kept, as what the step may fail by."""
        if self.equations.possible(state):
            return True
        self.refused = state.copy()
        return False

    def _newton(self, c: float, share: float) -> np.ndarray | None:
        """What is to be added to the predicted value so that its rate is the formula's; None if not found.

        share: size of a correction whose step is in error by just what is tolerated.
        """
        predicted, slope, weight, residual = self._predicted, self._slope, self._weight, self._residual
        if (self._stale or (self._stiff and self._age > STIFF_AGE)) and not self._fresh:
            self._new_jacobian(predicted)
        if not abs(c / self._c - 1) < OTHER_STEP:
            self._solve, self._c = self.equations.solver(self.jacobian, c), c
            self._rate = max(self._rate, FRESH)
        change, trial = self._change, self._trial
        change[:], trial[:] = 0.0, predicted
        before, damping = 0.0, 2 / (1 + c / self._c)
        for _ in range(ITERATIONS):
            asked = residual_of(self.equations.rates(trial), slope, change, c, weight, residual)
            size, self._whole = correct(predicted, self._solve(residual), damping, weight, change, trial)
            if not math.isfinite(size):
                return None
            self._stiff = asked > STIFF * size
            close = STIFF_CLOSE if self._stiff else OPPOSED_CLOSE if self._opposed else CLOSE
            if before:
                rate = size / before
                self._stale = self._stale or rate > (STIFF_STALE if close < CLOSE else STALE)
                if not rate < 0.9:
                    return None
                self._rate = max(0.3 * self._rate, rate)
            if size * self._rate <= share * close:
                return change
            before = size
        return None

    def _choose_next(self, length: float, error: float, change: np.ndarray) -> None:
        """Order and length of the next step, from the errors that the neighbouring orders would have made.

        What is damped little while it oscillates within a few steps, as membranes of large conductance do in
        a spike, grows at orders 4 and 5 until the steps are so short that it is followed for its own sake
        (Hairer E, Wanner G (1996) Solving Ordinary Differential Equations II, V.2). There the order stays
        low.
        """
        self._since += 1
        steady = self._swings(change, length)
        if steady and self.order > STEADY:
            self.h, self.order, self._since = length, STEADY, 0
            return
        if self._since < (min(self.order, SOON) if self._beginning else self.order):
            return
        best, factor = best_order(self.order, error, change, self._scaled, self._weight, self._share)
        self._beginning &= factor > WORTHWHILE
        if steady and best > STEADY:
            best, factor = self.order, (SAFETY * max(error, 1e-10)) ** (-1 / (self.order + 1))
        if not 1 <= factor <= WORTHWHILE:
            self.h, self.order, self._since = length * min(max(factor, LEAST), MOST), best, 0

    def _swings(self, change: np.ndarray, length: float) -> bool:
        """Whether corrections have been changing sign of late, from step to step or every other one, while
        steps became shorter."""
        self._rested += not self._low
        self._opposed = most_opposite(change, self._weight, self._corrections) < OPPOSITE
        if self._low or self.order <= STEADY:
            self._low, self._turning = max(self._low - 1, 0), 0
            return self._low > 0
        self._turning = self._turning + 1 if self._opposed else 0
        if self._turning <= 1:
            self._begun = length
        if self._turning >= TURNS and length < SHORTENED * self._begun:
            self._spell = min(2 * self._spell, LONGEST) if self._rested < 2 * LOW else LOW
            self._low, self._rested = self._spell, 0
        return self._low > 0

    def at(self, times: np.ndarray) -> np.ndarray:
        """z at times (of t's unit) within the last step, (times, z)."""
        return between(self._differences, self._past, self._drawn, times)
