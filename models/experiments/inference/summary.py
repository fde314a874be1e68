"""What is said of an inference in numbers and sentences."""

from typing import Any

import numpy as np

from .fit import NO_FIT
from .known import listed, within
from .result import InferResult

FAR = 3.0  # errors, or spreads of a prior, from which it is named


def summary(result: InferResult) -> dict[str, Any]:
    """Everything but what it took."""
    fit = result.fit
    flat = np.array([one.flat for one in result.sought])
    p_value = fit.p_value(flat)
    fits = p_value is None or p_value >= NO_FIT
    return {
        "cell": result.layout.name,
        "measured": result.name,
        "numbers": [_number(result, i) for i in range(len(result.sought))],
        "values": [_value(result, i) for i in range(len(result.measured))],
        "chi_squared": fit.chi_squared,
        "prior_squared": fit.penalty,
        "p_value": p_value,
        "fits": fits,
        "misfit": None if fits else misfit(result),
        "other_solutions": [_other(result, u) for u in fit.others],
        "known": result.known.sentences,
        "next": [
            {"what": one.words, "error_of": one.error, "narrows_share": one.gain, "number": one.label}
            for one in result.next_ones
        ],
    }


def _number(result: InferResult, i: int) -> dict[str, Any]:
    one = result.sought[i]
    return {
        "parameter": one.name,
        "what": one.label,
        "unit": one.unit,
        "prior": "flat" if one.flat else "log-normal",
        "prior_median": float(np.exp(one.centre)),
        "whole": one.whole,
        "whole_unit": one.whole_unit,
        "prior_spread": None if one.flat else float(np.exp(one.spread)),
        "low_limit": float(np.exp(one.low)) if np.isfinite(one.low) else None,
        "high_limit": float(np.exp(one.high)) if np.isfinite(one.high) else None,
        "best": float(result.best[i]),
        **result.interval(i),
        "share_of_prior": float(result.known.share[i]),
        "source": one.source,
    }


def _value(result: InferResult, i: int) -> dict[str, Any]:
    one, (low, high) = result.measured[i], result.predicted_interval(i)
    return {
        "measurement": one.words,
        "unit": one.unit,
        "value": one.value,
        "standard_error": one.error,
        "fitted": float(result.fit.predicted[i]),
        "low_95": low,
        "high_95": high,
        "errors_off": float(result.fit.residual[i]),
        "source": one.source,
    }


def _other(result: InferResult, u: np.ndarray) -> dict[str, float]:
    """Another solution, by the numbers' names."""
    return {
        one.name: float(np.exp(one.centre + one.spread * x)) for one, x in zip(result.sought, u, strict=True)
    }


def misfit(result: InferResult) -> str:
    """Why the values do not fit, in a sentence."""
    fit = result.fit
    names = listed([one.label for one in result.sought])
    worst = int(np.argmax(np.abs(fit.residual)))
    if abs(fit.residual[worst]) >= FAR:
        one = result.measured[worst]
        unit = "" if one.unit == "1" else f" {one.unit}"
        return (
            f"no {names} give this: {one.words} is {one.value:.4g} ± {one.error:.2g}{unit}, and the best "
            f"that all values allow is {fit.predicted[worst]:.4g}{unit}, "
            f"{abs(fit.residual[worst]):.2g} errors off"
        )
    far = int(np.argmax(np.abs(np.where([own.flat for own in result.sought], 0.0, fit.u))))
    asked = result.sought[far]
    factor = float(np.exp(asked.spread * fit.u[far]))
    said = f"{factor:.2g} times" if factor >= 1 else f"1/{1 / factor:.2g} of"
    return (
        f"the values ask for {names} that were held hardly possible: {asked.label} {said} its prior's "
        f"median, which was known to {within(asked.spread)}"
    )
