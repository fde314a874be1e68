"""Samples of the posterior by emcee's ensemble of walkers.

Most proposals are walks on the posterior of a stand-in (stand_in.py), so that the chain hardly remembers
where it was; the others are differences of two other walkers, which need none. How long the chain remembers
is its integrated autocorrelation time, and it goes on until it is long enough by that.

Foreman-Mackey D, Hogg DW, Lang D, Goodman J (2013) PASP 125:306, doi:10.1086/670067.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .fit import Fit, Problem
from .stand_in import StandIn, terms

FREEDOM = 5.0  # of the Student distribution from which the first states are drawn
WALKS = 0.8  # share of proposals that are walks of the stand-in
ROUNDS = 6  # in which it is found, at most
GOOD = 0.8  # share of its proposals that are accepted, from which it is good enough
SETTLE = 300  # steps of its own until it is where its posterior is
ASKED = 2.5  # states at which the model is asked in each, over the terms of a polynomial
CHUNK = 10  # steps after which the chain is looked at
ENOUGH = 50  # autocorrelation times that a chain must last for its own to be known
BURN = 5  # autocorrelation times at its beginning that are left out
LONGEST = 3000  # steps
WALKERS = 16  # at least

Asked = tuple[np.ndarray, np.ndarray, np.ndarray]  # states, what would be measured, log probabilities


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
    from emcee import EnsembleSampler, State
    from emcee.autocorr import integrated_time
    from emcee.moves import DEMove, MHMove

    count = len(fit.u)
    walkers = max(WALKERS, 2 * count + 2)
    random = np.random.RandomState(seed)  # emcee's own kind
    stand_in, first = _found(problem, fit, walkers, random)
    moves = [(MHMove(stand_in.propose), WALKS), (DEMove(), 1 - WALKS)]
    sampler = EnsembleSampler(walkers, count, problem.log_probability, moves=moves)
    state = State(first, random_state=random.get_state())
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


def _found(
    problem: Problem, fit: Fit, walkers: int, random: np.random.RandomState
) -> tuple[StandIn, np.ndarray]:
    """The stand-in, and where walkers begin, (walkers, numbers)."""
    many = max(int(ASKED * terms(len(fit.u))), 2 * walkers)
    root = np.linalg.cholesky(fit.covariance)
    normal = random.standard_normal((many, len(fit.u)))
    u = fit.u + (normal * np.sqrt(FREEDOM / random.chisquare(FREEDOM, (many, 1)))) @ root.T
    known = _asked(problem, np.vstack([fit.u, np.clip(u, *problem.prior.inner())]))
    for _ in range(ROUNDS):
        stand_in = StandIn(problem, *known)
        likely = known[0][np.argsort(-known[2])[: max(many // 2, 1)]]
        new = _asked(problem, stand_in.walk(likely[random.randint(len(likely), size=many)], random, SETTLE))
        off = new[2] - stand_in.log_probability(new[0])  # the model's above the stand-in's
        known = _together(known, new)
        if np.mean(np.exp(np.minimum(0.0, off - random.permutation(off)))) > GOOD:
            break
    shares = np.exp(np.minimum(off - np.median(off), 2.0))
    return StandIn(problem, *known), new[0][random.choice(len(off), walkers, p=shares / shares.sum())]


def _together(one: Asked, other: Asked) -> Asked:
    """Both, one after the other."""
    u, predicted, log = (np.concatenate(pair) for pair in zip(one, other, strict=True))
    return u, predicted, log


def _asked(problem: Problem, u: np.ndarray) -> Asked:
    """Of states, (states, numbers), those that are possible, what would be measured there and the logarithms
    of their probabilities."""
    found = [problem.log_probability(one) for one in u]
    here = np.array([np.isfinite(log) for log, _ in found])
    return u[here], np.array([p for _, p in found])[here], np.array([log for log, _ in found])[here]
