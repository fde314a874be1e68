"""When a course reaches a level."""

import numpy as np

from ..physics.theory import root


def crossing(t: np.ndarray, values: np.ndarray, level: float) -> float | None:
    """First time at which `values` has reached `level`, on a smooth curve through them; None if never."""
    from scipy.interpolate import PchipInterpolator  # which takes longer to load than a small cell to solve

    above = (values - level) * np.sign(level - values[0]) >= 0
    if not above.any():
        return None
    index = int(np.argmax(above))
    if index < 2:
        return float(t[index])
    # the times lie evenly on a logarithmic axis, on which the course is smooth; t[0] = 0 has no place there
    curve = PchipInterpolator(np.log(t[1:]), values[1:] - level)
    return float(np.exp(root(curve, np.log(t[index - 1]), np.log(t[index]))))
