"""Sparse matrices whose entries are always made of the same values."""

import numpy as np
import scipy.sparse as sp


class Assembly:
    """A sparse matrix whose entries are sums of given values: value[source] times weight goes to `row` and,
    through that row of `lift`, to the columns. Rows below 0 are left out.

    rows, ends: of its compressed columns, the row of each entry and where each column's begin.
    """

    def __init__(
        self,
        source: np.ndarray,
        row: np.ndarray,
        column: np.ndarray,
        weight: np.ndarray,
        lift: sp.csr_matrix,
        shape: tuple[int, int],
        values: int,
    ) -> None:
        kept = np.flatnonzero(row >= 0)
        count = np.diff(lift.indptr)[column[kept]]
        entry = np.repeat(kept.astype(np.int32), count)
        within = np.arange(len(entry), dtype=np.int32) - np.repeat(np.cumsum(count) - count, count)
        at = lift.indptr[column[entry]] + within
        place, inverse = np.unique(lift.indices[at] * np.int64(shape[0]) + row[entry], return_inverse=True)
        self._sum = sp.csr_matrix(
            (weight[entry] * lift.data[at], (inverse.astype(np.int32), source[entry].astype(np.int32))),
            (len(place), values),
        )
        self.rows = place % shape[0]
        self.ends = np.searchsorted(place, np.arange(shape[1] + 1) * shape[0])
        self._shape = shape

    def __call__(self, values: np.ndarray) -> sp.csc_matrix:
        """The matrix of these values, (values,)."""
        return sp.csc_matrix((self._sum @ values, self.rows, self.ends), self._shape)
