"""A stand-in for the model while samples are drawn: polynomials of the numbers, found from the model itself.

A walk on the posterior that the stand-in has is a proposal; the model says whether it is accepted, with the
stand-in's own probabilities taken out of the ratio, so that what is sampled is the model's posterior, however
good the stand-in is. Where it is good nearly every proposal is accepted, and far from where it began.

Liu JS (2001) Monte Carlo Strategies in Scientific Computing, 9.4.3 (Springer); Christen JA, Fox C (2005)
J Comput Graph Stat 14:795, doi:10.1198/106186005X76983.
"""

from itertools import combinations_with_replacement

import numpy as np

from .fit import Problem

DEGREE, TERMS = 5, 90  # of a polynomial, and how many terms it has, at most
STEEP = 20.0  # how fast trust ends beyond that, in the root of a sum of squares
LARGEST = 200.0  # logarithm of what is measured
INNER = 60  # steps of a walk
TAILS = 8.0  # degrees of freedom of a Student distribution, the longer tails the fewer
LONELY = 1.3  # times the farthest state that it was found from: beyond that it is not trusted
TRUSTED = 8.0  # logarithm of the probability below the best, from which a state counts less and less
STEP = 2.4  # of a walk, over the root of how many numbers there are


class StandIn:
    """Polynomials for what would be measured.

    u: states at which the model has been asked, (states, numbers); predicted: what it said, (states, values);
    log_probability: (states,)
    """

    def __init__(
        self, problem: Problem, u: np.ndarray, predicted: np.ndarray, log_probability: np.ndarray
    ) -> None:
        self._problem = problem
        self.numbers = count = u.shape[1]
        # states that are hardly possible count less, but say where the posterior ends
        weight = 1 / (1 + np.maximum(log_probability.max() - log_probability - TRUSTED, 0.0))
        self._centre = np.average(u, axis=0, weights=weight)
        covariance = np.cov(u.T, aweights=weight).reshape(count, count) + 1e-12 * np.eye(count)
        self._whiten = np.linalg.inv(np.linalg.cholesky(covariance))
        z = self._white(u)
        self._far = LONELY * np.sqrt(np.sum(z**2, axis=1)[weight > 0.5].max())
        degree = _degree(count, min(TERMS, int(len(u) / 1.5)))
        self._levels = _levels(count, degree)
        # what is always positive is smoother in its logarithm
        self._log = (predicted > 0).all(axis=0)
        wanted = np.where(self._log, np.log(np.where(self._log, predicted, 1.0)), predicted)
        root = np.sqrt(weight)[:, None]
        self._terms = np.linalg.lstsq(root * self._features(z), root * wanted, rcond=1e-10)[0]
        self._root = np.linalg.cholesky(covariance)
        self._least = -2 * float(log_probability.max())

    def _white(self, u: np.ndarray) -> np.ndarray:
        return (u - self._centre) @ self._whiten.T

    def _features(self, z: np.ndarray) -> np.ndarray:
        """Every product of so many of the columns of z at most, (states, terms)."""
        levels = [np.ones((len(z), 1))]
        for lower, column in self._levels:
            levels.append(levels[-1][:, lower] * z[:, column])
        return np.concatenate(levels, axis=1)

    def log_probability(self, u: np.ndarray) -> np.ndarray:
        """That of the posterior but for a constant, of (states, numbers), with longer tails: a walker must
        not be held where the model finds it likelier than the stand-in does."""
        prior, z = self._problem.prior, self._white(u)
        found = self._features(z) @ self._terms
        found = np.where(self._log, np.exp(np.clip(found, -LARGEST, LARGEST)), found)
        squares = np.sum(((found - self._problem.measured) / self._problem.errors) ** 2, axis=1)
        squares += np.sum(prior.penalty(u) ** 2, axis=1)
        beyond = np.maximum(np.sqrt(np.sum(z**2, axis=1)) / self._far - 1, 0.0)
        above = np.maximum(squares - self._least, 0.0) + (STEEP * beyond) ** 2
        found = -0.5 * (TAILS + u.shape[1]) * np.log1p(above / TAILS)
        return np.where(((u >= prior.low) & (u <= prior.high)).all(axis=1), found, -np.inf)

    def walk(self, u: np.ndarray, random: np.random.RandomState, steps: int = INNER) -> np.ndarray:
        """Where walkers, (walkers, numbers), are after so many steps of Metropolis's on its posterior."""
        here, last = u.copy(), self.log_probability(u)
        for _ in range(steps):
            size = STEP / np.sqrt(u.shape[1]) * np.exp(random.standard_normal((len(u), 1)))
            new = here + size * (random.standard_normal(u.shape) @ self._root.T)
            there = self.log_probability(new)
            taken = np.log(random.random_sample(len(u))) < there - last
            here[taken], last[taken] = new[taken], there[taken]
        return here

    def propose(self, u: np.ndarray, random: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
        """New places for walkers, and the logarithm of by how much more often the way back is proposed."""
        new = self.walk(u, random)
        before, after = self.log_probability(u), self.log_probability(new)
        return new, np.where(np.isfinite(before), before - after, 0.0)


def _levels(count: int, degree: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """How the products of each degree are made: which of the degree below, and times which number."""
    found = []
    products: list[tuple[int, ...]] = [()]
    for d in range(1, degree + 1):
        at = {product: i for i, product in enumerate(products)}
        products = list(combinations_with_replacement(range(count), d))
        found.append((np.array([at[one[:-1]] for one in products]), np.array([one[-1] for one in products])))
    return found


def _terms(count: int, degree: int) -> int:
    """How many terms a polynomial has."""
    found = 1
    for d in range(degree):
        found = found * (count + d + 1) // (d + 1)
    return found


def _degree(count: int, most: int) -> int:
    """The highest degree of which a polynomial has no more terms than `most`."""
    return next((d for d in range(DEGREE, 1, -1) if _terms(count, d) <= most), 1)


def terms(count: int) -> int:
    """How many terms the stand-in of so many numbers has, once enough states are known."""
    return _terms(count, _degree(count, TERMS))
