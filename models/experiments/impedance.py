"""How a cell answers small currents that swing: its impedance, from its equations beside a rest.

A small current into compartments adds b to their rates, d' = J d + b exp(i w t), so that all states swing
with (i w - J)^-1 b: V, gates, and the ions that the current brings and moves. It is carried by K+.
Koch C (1984) Cable theory in neurons with active, linearized membranes. Biol Cybern 50:15-33,
doi:10.1007/BF00317936.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from ..cell.cell import Cell
from ..errors import InputError
from .rest_result import RestResult
from .stability import Beside


def impedance(
    cell: Cell, found: RestResult, hertz: Sequence[float] | np.ndarray, where: str | None = None
) -> np.ndarray:
    """A cell's impedance beside a rest, complex, (frequencies,).

    cell: that of the rest.
    found: a rest of it; where its concentrations are held they are held here too.
    hertz: frequencies (Hz).
    where: a place, as for `Cell.where`: its V per current into it, in MOhm. None: mean V per current of one
    density through all of the membrane, in Ohm cm2.

    Raises InputError for a cell without a free V in every compartment or whose area follows its volume.
    """
    free = _free_v(cell, found.beside)
    if found.beside is None or free is None:
        raise InputError(f"the impedance of {cell.name}: expected a membrane of constant area with a free V")
    places = np.arange(cell.size) if where is None else cell.where(where)
    weights = np.zeros(cell.size)
    weights[places] = cell.area[places] / cell.area[places].sum()
    # mV/ms of 1 mA/cm2 everywhere, or of 1 nA shared by the place's membrane
    share = 1e3 if where is None else 1e5 * weights / cell.area
    jacobian = found.beside.linear.jacobian
    rates = np.zeros(jacobian.shape[0], complex)
    rates[free] = share / cell.geometry.capacitance
    one = sp.identity(len(rates), format="csc")
    answers = [splu((2e-3j * np.pi * f) * one - jacobian).solve(rates)[free] for f in np.asarray(hertz)]
    return np.array(answers) @ weights


def _free_v(cell: Cell, beside: Beside | None) -> np.ndarray | None:
    """Which of the free states are the V of each compartment, (compartments,), None where some are not."""
    if beside is None or cell.area_power:
        return None
    v = np.flatnonzero(beside.kind == list(beside.kinds).index("v"))
    rows = sp.csr_matrix(beside.departures)[v[np.argsort(beside.owner[v])]]
    return rows.indices if np.array_equal(np.diff(rows.indptr), np.ones(cell.size)) else None
