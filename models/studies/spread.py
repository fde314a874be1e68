"""What explains the spread of what was found: Sobol indices and rank correlations.

Sobol indices (Saltelli 2010, doi:10.1016/j.cpc.2009.09.018) are SALib's. Of a Saltelli sample they are the
shares of the variance that each number explains alone and with all others; of a Latin hypercube, a Sobol
sequence or a cohort without correlations the first alone, by RBD-FAST (Tarantola 2006,
doi:10.1016/j.ress.2005.06.003).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .design import Design, problem
from .tables import Tables

LEAST = 20  # members, of which fewer say nothing
ROUGHLY = 65  # members that RBD-FAST needs at least, more than twice its harmonics


@dataclass(frozen=True)
class Explained:
    """What explains one number's spread.

    names: what differs
    rank: Spearman's rank correlation with each, (names,)
    first: share of the variance that each explains alone, (names,); nan where it cannot be said
    first_error: half the width of its 95 % interval, (names,)
    total: share that each explains alone or with others, (names,); nan where it cannot be said
    total_error: likewise, (names,)
    members: how many it is found from
    """

    names: list[str]
    rank: np.ndarray
    first: np.ndarray
    first_error: np.ndarray
    total: np.ndarray
    total_error: np.ndarray
    members: int

    def order(self) -> np.ndarray:
        """Places of the names, what explains most first."""
        for values in (self.total, self.first, np.abs(self.rank)):
            if not np.isnan(values).all():
                return np.argsort(-np.nan_to_num(values), kind="stable")
        return np.arange(len(self.names))


def explained(
    design: Design, tables: Tables, given: dict[str, np.ndarray], found: dict[str, np.ndarray]
) -> dict[str, Explained]:
    """What explains each number that was found; nothing of a grid, or of fewer than 20 members."""
    if design.dimensions:
        return {}
    names = [name for name, values in given.items() if values.dtype.kind == "f" and np.ptp(values) > 0]
    made = {}
    for key, values in found.items():
        there = np.isfinite(values)
        if names and there.sum() >= LEAST and np.ptp(values[there]) > 0:
            made[key] = _one(design, tables, names, given, values)
    return made


def _one(
    design: Design, tables: Tables, names: list[str], given: dict[str, np.ndarray], values: np.ndarray
) -> Explained:
    from scipy.stats import spearmanr

    there = np.isfinite(values)
    rank = np.array([spearmanr(given[name][there], values[there]).statistic for name in names])
    nothing = np.full(len(names), np.nan)
    indices: dict[str, Any] = {}
    method = None if tables.sample is None else tables.sample.method
    if method == "saltelli" and len(values) == design.count:
        indices, used = _saltelli(names, values, tables.seed)
    else:
        used = int(there.sum())
        if not tables.correlated and tables.rows is None and used >= ROUGHLY:
            x = np.column_stack([given[name][there] for name in names])
            indices = _rbd_fast(names, x, values[there], tables.seed)
    first, first_error, total, total_error = (
        np.array(indices.get(key, nothing)) for key in ("S1", "S1_conf", "ST", "ST_conf")
    )
    return Explained(names, rank, first, first_error, total, total_error, used)


def _saltelli(names: list[str], values: np.ndarray, seed: int) -> tuple[dict[str, Any], int]:
    """Indices of a Saltelli sample, of whose points each goes with its exchanged ones or not at all."""
    from SALib.analyze import sobol

    groups = values.reshape(-1, len(names) + 2)
    whole = groups[np.isfinite(groups).all(axis=1)]
    if len(whole) < LEAST or np.ptp(whole) == 0:
        return {}, whole.size
    found = sobol.analyze(problem(names), whole.ravel(), calc_second_order=False, seed=seed)
    return dict(found), whole.size


def _rbd_fast(names: list[str], x: np.ndarray, y: np.ndarray, seed: int) -> dict[str, Any]:
    from SALib.analyze import rbd_fast

    return dict(rbd_fast.analyze(problem(names), x, y, seed=seed))


def spread_columns(spread: dict[str, Explained]) -> dict[str, list[Any]]:
    """A row for each number that was found and each that differs."""
    found: dict[str, list[Any]] = {}
    for key, one in spread.items():
        for i, name in enumerate(one.names):
            row = {
                "found": key, "parameter": name, "rank_correlation": one.rank[i],
                "first_order_share": one.first[i], "first_order_error": one.first_error[i],
                "total_share": one.total[i], "total_error": one.total_error[i], "members": one.members,
            }  # fmt: skip
            for head, value in row.items():
                found.setdefault(head, []).append(value)
    return found
