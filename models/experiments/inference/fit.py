"""The most probable values of the numbers, how well they are known beside them, and whether they fit at all.

With errors that are normal, and priors that are so on a logarithmic axis, the most probable values are the
solution of a nonlinear least-squares problem, whose Jacobian the model gives exactly. Beside them the
posterior is normal with the inverse of G'G + 1 as its covariance (Laplace), G the derivatives of what is
measured in units of its errors, by the numbers in units of their priors. Of a linear model the smallest
sum of squares, those of the prior included, is distributed as chi squared with a degree of freedom a value.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from ...errors import ConvergenceError
from .model import Model
from .sought import Sought

STARTS = 3  # beside the prior's median
CLOSE = 1e-10  # relative, of the sum of squares and of the numbers, when it is found
APART = 0.1  # standard deviations of the prior, from which two solutions are two
ALIKE = 4.0  # of the sum of squares, up to which another solution is nearly as good
LIKELIER = 0.1  # logarithm of a probability, from which it is worth to look for the best anew
NO_FIT = 0.01  # of such data a smaller share fits as badly


@dataclass(frozen=True)
class Prior:
    """What is held possible beforehand, in u, the logarithms less `centre` in units of `spread`.

    centre, spread: (numbers,); low, high: limits of u; flat: which have nothing else
    """

    centre: np.ndarray
    spread: np.ndarray
    low: np.ndarray
    high: np.ndarray
    flat: np.ndarray

    def logs(self, u: np.ndarray) -> np.ndarray:
        """The logarithms of the numbers, of one u or of several."""
        return self.centre + self.spread * u

    def penalty(self, u: np.ndarray) -> np.ndarray:
        """Square roots of what it adds to the sum of squares, (numbers,)."""
        return np.where(self.flat, 0.0, u)

    def allows(self, u: np.ndarray) -> bool:
        """Whether u is within the limits."""
        return bool(((u >= self.low) & (u <= self.high)).all())

    def draw(self, random: np.random.Generator) -> np.ndarray:
        """One u at random, well within the limits."""
        u = random.standard_normal(len(self.centre))
        where, limited = random.random(len(self.centre)), self.flat
        low, high = self.low[limited], self.high[limited]
        u[limited] = low + (high - low) * where[limited]
        return np.clip(u, *self.inner())

    def inner(self) -> tuple[np.ndarray, np.ndarray]:
        """Limits a little within these, for who starts between them."""
        with np.errstate(invalid="ignore"):
            room = np.where(np.isfinite(self.high - self.low), 1e-3 * (self.high - self.low), 0.0)
        return self.low + room, self.high - room


def prior_of(sought: Sequence[Sought]) -> Prior:
    """What is held possible of these numbers."""
    centre, spread, low, high = (
        np.array([getattr(one, key) for one in sought]) for key in ("centre", "spread", "low", "high")
    )
    flat = np.array([one.flat for one in sought])
    return Prior(centre, spread, (low - centre) / spread, (high - centre) / spread, flat)


@dataclass(frozen=True)
class Fit:
    """The most probable values.

    u: of the numbers, see `Prior`; predicted: what would be measured, (values,); residual: what was measured
    lies above that, in errors, (values,)
    slopes: of the prediction, in errors, by u, (values, numbers)
    chi_squared: of the values; penalty: of the prior
    covariance: of u beside it (Laplace), (numbers, numbers)
    others: u of other solutions that fit nearly as well
    """

    u: np.ndarray
    predicted: np.ndarray
    residual: np.ndarray
    slopes: np.ndarray
    chi_squared: float
    penalty: float
    covariance: np.ndarray
    others: list[np.ndarray]

    def p_value(self, flat: np.ndarray) -> float | None:
        """The share of such data that fits as badly or worse; None where there are as many free numbers of
        which nothing is known as values. flat: which those are."""
        degrees = len(self.residual) - int(np.sum(flat))
        return float(chdtrc(degrees, self.chi_squared + self.penalty)) if degrees > 0 else None


class Problem:
    """The least-squares problem of a model, its prior and what was measured, in u."""

    def __init__(self, model: Model, prior: Prior, measured: np.ndarray, errors: np.ndarray) -> None:
        self.model, self.prior, self.measured, self.errors = model, prior, measured, errors

    def residuals(self, u: np.ndarray) -> np.ndarray:
        """(values + numbers,); infinite where there is no rest."""
        found = self.model.predict(self.prior.logs(u))
        if found is None:
            return np.full(len(self.measured) + len(u), np.inf)
        return np.concatenate([(found - self.measured) / self.errors, self.prior.penalty(u)])

    def slopes(self, u: np.ndarray) -> np.ndarray:
        """Their derivatives by u, (values + numbers, numbers)."""
        return np.vstack([self.looked(u)[1], np.diag(np.where(self.prior.flat, 0.0, 1.0))])

    def looked(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What would be measured at u, and its derivatives in errors by u. ConvergenceError where there is no
        rest."""
        found = self.model.differentiate(self.prior.logs(u))
        if found is None:
            raise ConvergenceError(self.model.why)
        return found[0], found[1] * self.prior.spread / self.errors[:, None]

    def log_probability(self, u: np.ndarray) -> tuple[float, np.ndarray]:
        """Logarithm of the posterior density but for a constant, and what would be measured; minus infinity
        where there is no rest, or beyond the limits."""
        nothing = np.full(len(self.measured), np.nan)
        if not self.prior.allows(u):
            return -np.inf, nothing
        found = self.model.predict(self.prior.logs(u))
        if found is None:
            return -np.inf, nothing
        squares = np.sum(((found - self.measured) / self.errors) ** 2) + np.sum(self.prior.penalty(u) ** 2)
        return -0.5 * float(squares), found


def best(
    problem: Problem,
    random: np.random.Generator,
    starts: int = STARTS,
    report: Callable[[float], None] | None = None,
) -> Fit:
    """The most probable values, from the prior's median and from `starts` others, drawn from it.

    report: called with the share that is done. ConvergenceError where no start has a rest.
    """
    prior, solutions = problem.prior, []
    first = np.clip(np.zeros(len(prior.centre)), *prior.inner())
    why = ""
    for done, start in enumerate([first, *(prior.draw(random) for _ in range(starts))]):
        if report:
            report(done / (starts + 1))
        if not np.isfinite(problem.residuals(start)).all():
            why = why or problem.model.why
            continue
        solutions.append(solved(problem, start))
    if not solutions:
        raise ConvergenceError(why)
    solutions.sort(key=lambda one: one[0])
    least, u = solutions[0]
    others: list[np.ndarray] = []
    for cost, other in solutions[1:]:
        apart = all(np.abs(other - known).max() > APART for known in (u, *others))
        between = np.sum(problem.residuals((other + u) / 2) ** 2)
        if apart and cost < least + ALIKE < between:  # no other place in the same valley
            others.append(other)
    return fit_at(problem, u, others)


def better(problem: Problem, fit: Fit, u: np.ndarray, log_probability: float) -> Fit:
    """The most probable values where a sample's likeliest, u, is likelier than those found before."""
    if log_probability <= -0.5 * (fit.chi_squared + fit.penalty) + LIKELIER:
        return fit
    found = solved(problem, u)
    return fit_at(problem, found[1], [*fit.others])


def solved(problem: Problem, start: np.ndarray) -> tuple[float, np.ndarray]:
    """The least sum of squares from a start, and where it is."""
    from scipy.optimize import least_squares  # takes a third of a second, which no other command should

    limits = problem.prior.low, problem.prior.high
    close = {"ftol": CLOSE, "xtol": CLOSE, "gtol": CLOSE}
    found = least_squares(problem.residuals, start, problem.slopes, limits, x_scale=1.0, **close)
    return 2 * float(found.cost), found.x


def fit_at(problem: Problem, u: np.ndarray, others: list[np.ndarray]) -> Fit:
    """What is so at the most probable values u."""
    predicted, slopes = problem.looked(u)
    residual = (problem.measured - predicted) / problem.errors
    penalty = float(np.sum(problem.prior.penalty(u) ** 2))
    covariance = np.linalg.inv(slopes.T @ slopes + np.eye(len(u)))
    return Fit(u, predicted, residual, slopes, float(residual @ residual), penalty, covariance, others)
