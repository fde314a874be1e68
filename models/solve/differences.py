"""What a step of the integrator does to numbers, compiled: divided differences predicted, corrected and kept.

See bdf.py for the formulas, which are those of uneven steps.
"""

import numpy as np

from ..compiled import compiled

HIGHEST = 5  # order
SHIFT = 10.0  # ms; an error is tolerated too that is a shift in time by a share `rtol` of it
SAFETY = 5.0  # by which the next step is to stay below the tolerated error


@compiled
def predict(
    differences: np.ndarray, past: np.ndarray, t: float, order: int, atol: np.ndarray, rtol: float,
    scaled: np.ndarray, leading: np.ndarray, share: np.ndarray, predicted: np.ndarray, slope: np.ndarray,
    weight: np.ndarray,
) -> None:  # fmt: skip
    """Fill in what a step to t starts from: the divided differences scaled to the step; dz'/dz of the
    formulas of order 1, 2, ...; by how much a correction of 1 exceeds the error of the step, likewise; the
    predicted value; its slope; one over the tolerated error."""
    n = differences.shape[1]
    scales = np.ones(order + 2)
    total = 0.0
    for i in range(order + 2):
        gap = t - past[i]
        total += 1 / gap
        leading[i] = total
        share[i] = total * (t - past[i + 1]) if i <= order else np.inf
        if i:
            scales[i] = scales[i - 1] * ((t - past[i - 1]) / (past[0] - past[i]))
    for j in range(n):
        scaled[0, j] = predicted[j] = differences[0, j]
        slope[j] = 0.0
    for i in range(1, order + 1):
        scale, lead = scales[i], leading[i - 1]
        for j in range(n):
            value = differences[i, j] * scale
            scaled[i, j] = value
            predicted[j] += value
            slope[j] += lead * value
    for j in range(n):
        scaled[order + 1, j] = differences[order + 1, j] * scales[order + 1]
        weight[j] = 1 / (atol[j] + rtol * (abs(predicted[j]) + SHIFT * abs(slope[j])))


@compiled
def residual_of(
    rates: np.ndarray, slope: np.ndarray, change: np.ndarray, c: float, weight: np.ndarray,
    residual: np.ndarray,
) -> float:  # fmt: skip
    """Fill in c (z' - the formula's derivative), which Newton brings to 0; its size in tolerated errors."""
    total = 0.0
    for j in range(len(rates)):
        residual[j] = c * (rates[j] - slope[j]) - change[j]
        total += (residual[j] * weight[j]) ** 2
    return np.sqrt(total / len(rates))


@compiled
def correct(
    predicted: np.ndarray,
    more: np.ndarray,
    damping: float,
    weight: np.ndarray,
    change: np.ndarray,
    trial: np.ndarray,
) -> tuple[float, float]:
    """Add a correction to the change and to the trial value; the sizes of both in tolerated errors."""
    total = whole = 0.0
    for j in range(len(more)):
        step = damping * more[j]
        change[j] += step
        trial[j] = predicted[j] + change[j]
        total += (step * weight[j]) ** 2
        whole += (change[j] * weight[j]) ** 2
    return np.sqrt(total / len(more)), np.sqrt(whole / len(more))


@compiled
def size_of(change: np.ndarray, difference: np.ndarray, factor: float, weight: np.ndarray) -> float:
    """Size of change + factor difference in tolerated errors."""
    total = 0.0
    for j in range(len(change)):
        total += ((change[j] + factor * difference[j]) * weight[j]) ** 2
    return np.sqrt(total / len(change))


@compiled
def most_opposite(change: np.ndarray, weight: np.ndarray, before: np.ndarray) -> float:
    """The least cosine of the angles between a correction, in tolerated errors, and the two before it, whose
    earlier one it replaces, (2, z)."""
    products, squares, own = np.zeros(2), np.zeros(2), 0.0
    for j in range(len(change)):
        now = change[j] * weight[j]
        own += now**2
        for i in range(2):
            products[i] += now * before[i, j]
            squares[i] += before[i, j] ** 2
        before[1, j], before[0, j] = before[0, j], now
    least = 0.0
    for i in range(2):
        if own > 0 and squares[i] > 0:
            least = min(least, products[i] / np.sqrt(own * squares[i]))
    return least


@compiled
def between(differences: np.ndarray, past: np.ndarray, order: int, times: np.ndarray) -> np.ndarray:
    """The polynomial of a step at times within it, (times, z)."""
    found = np.empty((len(times), differences.shape[1]))
    for row in range(len(times)):
        found[row] = differences[0]
        weight = 1.0
        for i in range(order):
            weight *= (times[row] - past[i]) / (past[0] - past[i + 1])
            for j in range(found.shape[1]):
                found[row, j] += weight * differences[i + 1, j]
    return found


@compiled
def best_order(
    order: int,
    error: float,
    change: np.ndarray,
    differences: np.ndarray,
    weight: np.ndarray,
    share: np.ndarray,
) -> tuple[int, float]:
    """The order, this one or a neighbour, whose next step may be longest, and by which factor."""
    best, factor = order, (SAFETY * max(error, 1e-10)) ** (-1 / (order + 1))
    for other, at, sign in ((order - 1, order, 1.0), (order + 1, order + 1, -1.0)):
        if 1 <= other <= HIGHEST:
            found = size_of(change, differences[at], sign, weight) / share[other - 1]
            longer = (SAFETY * max(found, 1e-10)) ** (-1 / (other + 1))
            if longer > factor:
                best, factor = other, longer
    return best, factor


@compiled
def keep(
    differences: np.ndarray, past: np.ndarray, t: float, order: int, scaled: np.ndarray, change: np.ndarray
) -> None:
    """Take over a step's end: t into the past, the change into the divided differences."""
    for i in range(len(past) - 1, 0, -1):
        past[i] = past[i - 1]
    past[0] = t
    for j in range(len(change)):
        differences[order + 2, j] = change[j] - scaled[order + 1, j]
        differences[order + 1, j] = change[j]
    for i in range(order, -1, -1):
        for j in range(len(change)):
            differences[i, j] = scaled[i, j] + differences[i + 1, j]
