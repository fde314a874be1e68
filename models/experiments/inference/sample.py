"""Samples of the posterior by emcee's ensemble of walkers.

Most proposals are walks on the posterior of a stand-in (stand_in.py), so that the chain hardly remembers
where it was; the others are differences of two other walkers, which need none. How long the chain remembers
is its integrated autocorrelation time, and it goes on until it is long enough by that.

Foreman-Mackey D, Hogg DW, Lang D, Goodman J (2013) PASP 125:306, doi:10.1086/670067.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .fit import Fit, Problem
from .stand_in import TRUSTED, StandIn, terms

FREEDOM = 5.0  # of the Student distribution from which the first states are drawn
WALKS = 0.8  # share of proposals that are walks of the stand-in
LEARNING = 0.5  # share of them while it is looked for
ROUNDS, FEW = 6, 6  # how often it is found anew, and after how many steps
ASKED = 1.5  # states at which the model is asked first, over the terms of a polynomial
CHUNK = 10  # steps after which the chain is looked at
ENOUGH = 50  # autocorrelation times that a chain must last for its own to be known
BURN = 5  # autocorrelation times at its beginning that are left out
LONGEST = 3000  # steps
WALKERS = 16  # at least


@dataclass(frozen=True)
class Sample:
    """A sample of the posterior.

    u: (draws, numbers); predicted: what would be measured, (draws, values); log_probability: (draws,)
    walkers, steps: of the chain, its beginning included
    acceptance: share of the proposals that were accepted; autocorrelation: steps that it remembers
    effective: as how many independent draws it is worth
    long_enough: whether it lasts so long that this is known, and as many were wanted
    """

    u: np.ndarray
    predicted: np.ndarray
    log_probability: np.ndarray
    walkers: int
    steps: int
    acceptance: float
    autocorrelation: float
    effective: float
    long_enough: bool


def sampled(
    problem: Problem,
    fit: Fit,
    wanted: float,
    seed: int,
    report: Callable[[float], None] | None = None,
    longest: int = LONGEST,
) -> Sample:
    """A sample worth `wanted` independent draws, the same for the same seed. report: called with the share
    that is done; longest: steps at most."""
    from emcee.autocorr import integrated_time

    random = np.random.RandomState(seed)  # emcee's own kind
    stand_in, state = _found(problem, fit, random)
    walkers = len(state.coords)
    sampler = _sampler(problem.log_probability, stand_in, walkers, WALKS)
    steps, tau, effective, enough = 0, np.inf, 0.0, False
    while steps < longest and not enough:
        state = sampler.run_mcmc(state, CHUNK, skip_initial_state_check=True)
        steps += CHUNK
        with np.errstate(invalid="ignore"):  # of a walker that has not moved yet
            tau = float(max(integrated_time(sampler.get_chain(), tol=0, quiet=True).max(), 1.0))
        if not np.isfinite(tau):  # nothing has moved
            continue
        effective = max(steps - BURN * tau, 0.0) * walkers / tau
        enough = steps >= ENOUGH * tau and effective >= wanted
        if report:
            report(min(1.0, effective / wanted, steps / (ENOUGH * tau)))
    burn = min(int(BURN * tau), steps // 2) if np.isfinite(tau) else steps // 2
    return Sample(
        sampler.get_chain(discard=burn, flat=True),
        np.asarray(sampler.get_blobs(discard=burn, flat=True), float).reshape(-1, len(problem.measured)),
        sampler.get_log_prob(discard=burn, flat=True),
        walkers,
        steps,
        float(np.mean(sampler.acceptance_fraction)),
        tau,
        effective,
        enough,
    )


def _sampler(probability: Callable[..., Any], stand_in: StandIn, walkers: int, walks: float) -> Any:
    """An ensemble of walkers. walks: share of the proposals that are the stand-in's."""
    from emcee import EnsembleSampler
    from emcee.moves import DEMove, MHMove

    moves = [(MHMove(stand_in.propose), walks), (DEMove(), 1 - walks)]
    return EnsembleSampler(walkers, stand_in.numbers, probability, moves=moves)


def _found(problem: Problem, fit: Fit, random: np.random.RandomState) -> tuple[StandIn, Any]:
    """The stand-in, and the walkers where the posterior is: each is found with the help of the other."""
    from emcee import State

    count = len(fit.u)
    walkers = max(WALKERS, 2 * count + 2)
    root = np.linalg.cholesky(fit.covariance)
    normal = random.standard_normal((max(int(ASKED * terms(count)), walkers), count))
    stretch = np.sqrt(FREEDOM / random.chisquare(FREEDOM, (len(normal), 1)))
    asked = _Asked(problem)
    for u in np.clip(np.vstack([fit.u, fit.u + (normal * stretch) @ root.T]), *problem.prior.inner()):
        asked(u)
    u, _, log = asked.all()
    likely = np.exp(np.maximum(log - log.max(), -TRUSTED))
    first = u[random.choice(len(u), walkers, p=likely / likely.sum())]
    first = first + 1e-3 * random.standard_normal(first.shape) @ root.T
    state = State(np.clip(first, *problem.prior.inner()), random_state=random.get_state())
    for _ in range(ROUNDS):
        sampler = _sampler(asked, StandIn(problem, *asked.all()), walkers, LEARNING)
        state = sampler.run_mcmc(state, FEW, skip_initial_state_check=True)
    return StandIn(problem, *asked.all()), state


class _Asked:
    """The logarithm of the posterior's density, as `Problem.log_probability`, which is remembered."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: list[tuple[np.ndarray, np.ndarray, float]] = []

    def __call__(self, u: np.ndarray) -> tuple[float, np.ndarray]:
        log, predicted = self._problem.log_probability(u)
        if np.isfinite(log):
            self._known.append((u.copy(), predicted, log))
        return log, predicted

    def all(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """States that are possible, what would be measured there and the logarithms of their densities."""
        u, predicted, log = zip(*self._known, strict=True)
        return np.array(u), np.array(predicted), np.array(log)
