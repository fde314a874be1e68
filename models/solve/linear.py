"""A cell's equations beside a steady state: the rates at which it goes back there, or leaves.

A small departure d from a steady state follows d' = J d, so that it is a sum of modes, each growing or
decaying with an eigenvalue of J. Those near a shift s are found by Arnoldi's method on (s I - J)^-1, whose
eigenvalues mu are 1/(s - lambda): a few solutions with the factors of one matrix on the tree. What nothing
changes, a conserved total, has an eigenvalue 0 that is no mode: departures are taken that change no total.

Saad Y (2011) Numerical Methods for Large Eigenvalue Problems, 2nd ed., 6.2 and 8.1 (SIAM).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from .conserved import Keeping, Totals
from .elimination import Elimination
from .equations import System
from .growth import Growth
from .states import RELATIVE_VOLUME, plain

V_SCALE = 25.0  # mV, some kT/e: what counts as much as an amount's own size
LEAST, LEAST_TRACE = 1e-3, 1e-6  # mM, of an amount that is nearly none
NEAR_ZERO = 1e-10  # 1/ms, the shift where J itself is singular; a rate of once in 300 years
DIMENSIONS = 24  # of the first space that is searched, and
MOST = 400  # of the last
CONSTANT = 1e-7  # relative to its parts, the rate of a sum that nothing changes
ACCURATE = 1e-8  # what may be left of an eigenvalue, relative to its distance from the shift


@dataclass(frozen=True)
class Linear:
    """The equations beside a steady state: plain data, which outlives the cell.

    jacobian: (free, free), per ms
    elimination: what factorises it
    kept: weights of the conserved totals over the free states, (totals, free)
    scale: what counts as a departure of 1, (free,): 25 mV, an amount's own size, a whole gate
    """

    jacobian: sp.csc_matrix
    elimination: Elimination
    kept: np.ndarray
    scale: np.ndarray

    @property
    def modes(self) -> int:
        """How many there are."""
        return len(self.scale) - len(self.kept)

    def shifted(self, shift: complex) -> Keeping:
        """Solutions of (shift I - J) d = r that change no total; ArithmeticError where it is singular."""
        return Keeping(self.elimination.factorise(self.jacobian.data, shift, 1.0), self.kept)

    @property
    def at_zero(self) -> float:
        """The shift (1/ms) that stands for 0."""
        return NEAR_ZERO if len(self.kept) else 0.0


def linear(
    system: System, x: np.ndarray, totals: Totals | None = None, jacobian: sp.csc_matrix | None = None
) -> Linear:
    """The equations beside the free states x, (free,). totals, jacobian: `Totals(system, x)` and the system's
    own at x, where known."""
    totals = Totals(system, x) if totals is None else totals
    jacobian = system.jacobian(x) if jacobian is None else jacobian
    scale, amounts = np.ones(len(x)), system.unknowns.is_amount
    scale[system.unknowns.is_v] = V_SCALE
    least = np.where(system.unknowns.is_trace, LEAST_TRACE, LEAST)
    scale[amounts] = np.maximum(np.abs(x), least)[amounts]
    jacobian = _without_shares(system, jacobian)
    return Linear(jacobian, system.derivatives().elimination, totals.over_x, scale)


def _without_shares(system: System, jacobian: sp.csc_matrix) -> sp.csc_matrix:
    """The Jacobian without the eigenvalues 0 of kinetic schemes, whose states in a compartment have a sum
    that nothing changes, and of gates that stand still: they are made fast ones that decay, and all others
    stay (Wielandt's deflation)."""
    states, free = system.states, np.full(system.states.size, -1)
    free[system.free] = np.arange(len(system.free))
    of = {kind: _scheme(system, kind) for kind in states.gates}
    schemes = {scheme: i for i, scheme in enumerate(dict.fromkeys(of.values()))}
    if not schemes or not len(system.free):
        return jacobian
    at = np.concatenate([states.at[kind] for kind in states.gates])
    scheme = np.concatenate([np.full(len(states.at[kind]), schemes[of[kind]]) for kind in states.gates])
    at, scheme = at[free[at] >= 0], scheme[free[at] >= 0]
    _, row = np.unique(scheme * system.cell.size + states.owner[at], return_inverse=True)
    each = np.arange(len(at))  # every gate by itself, and then every scheme
    rows, columns = np.concatenate([each, len(at) + row]), np.tile(free[at], 2)
    shape = (len(at) + row.max(initial=-1) + 1, len(system.free))
    sums = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)
    size = (sums @ abs(jacobian)).max(axis=1).toarray().ravel()
    stays = abs(sums @ jacobian).max(axis=1).toarray().ravel() <= CONSTANT * size
    kept = sums[stays]
    if not kept.shape[0]:
        return jacobian
    more = (kept.T @ sp.diags(np.where(size > 0, size, 1.0)[stays]) @ kept).tocoo()
    numbers = np.arange(1, jacobian.nnz + 1)
    place = sp.csc_matrix((numbers, jacobian.indices, jacobian.indptr), jacobian.shape)
    entries = np.asarray(place[more.row, more.col]).ravel()
    found = jacobian.copy()
    found.data[entries[entries > 0] - 1] -= more.data[entries > 0]  # a compartment's own are all there
    return found


def _scheme(system: System, kind: str) -> str:
    """Of which mechanism or point process a state is: "c1_mkv" of mkv, "Exp2Syn[0].A" of Exp2Syn[0]."""
    own = plain(kind)
    known = (name for name in system.cell.membrane.channels if own.endswith(f"_{name}"))
    return kind.removesuffix(own) + (own.rpartition(".")[0] or next(known, own.partition("_")[2]))


def departures(system: System, x: np.ndarray) -> sp.csr_matrix:
    """dy/dx at the free states x, (states, free): what of all states goes with the free ones."""
    growth = Growth(system.at["v"], system.at[RELATIVE_VOLUME], system.cell.area_power)
    if not growth.power or not np.isin(growth.v, system.free).all():
        return system.lift
    size = system.states.size
    by_q, by_volume = growth.by_charge(system.expand(x))
    own = np.ones(size)
    own[growth.v] = by_q
    return (
        sp.diags(own) + sp.csr_matrix((by_volume, (growth.v, growth.volumes)), (size, size))
    ) @ system.lift


def free_part(system: System, y: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Of a change of all states at y, (states, ...), that of the free ones, (free, ...)."""
    growth = Growth(system.at["v"], system.at[RELATIVE_VOLUME], system.cell.area_power)
    if growth.power and np.isin(growth.v, system.free).all():
        by_q, by_volume = growth.by_charge(y)
        change = change.copy()
        change[growth.v] = ((change[growth.v].T - by_volume * change[growth.volumes].T) / by_q).T
    return change[system.free]


def near(beside: Linear, shift: complex, wanted: int, most: int = MOST) -> tuple[np.ndarray, np.ndarray]:
    """The eigenvalues (1/ms, complex) nearest to a shift, nearest first, and their vectors, (free,
    eigenvalues), of length 1 in units of `scale`.

    wanted: how many; fewer where there are no more, or no more are found in a space of `most` dimensions. An
    eigenvalue that several modes share is found once.
    """
    try:
        solve, scale = beside.shifted(shift).solve, beside.scale
    except ArithmeticError:  # it is an eigenvalue itself, as 0 is where a gate stands still
        return near(beside, shift + (abs(shift) * 1e-6 or NEAR_ZERO), wanted, most)
    most = min(most, max(beside.modes, 0))
    if not most:
        return np.zeros(0, complex), np.zeros((len(scale), 0), complex)
    first = solve(np.random.default_rng(0).standard_normal(len(scale)) * scale) / scale
    basis = np.zeros((most + 1, len(scale)), first.dtype)
    basis[0] = first / np.linalg.norm(first)
    hessenberg = np.zeros((most + 1, most), first.dtype)
    done, upto = 0, min(DIMENSIONS, most)
    while True:
        for j in range(done, upto):
            arriving = solve(basis[j] * scale) / scale
            size = np.linalg.norm(arriving)
            for _ in range(2):  # once more takes away what round-off has left
                shares = basis[: j + 1].conj() @ arriving
                arriving = arriving - shares @ basis[: j + 1]
                hessenberg[: j + 1, j] += shares
            left = np.linalg.norm(arriving)
            if left <= 1e-13 * size:  # all that can be reached is in the space
                upto = most = j + 1
                break
            hessenberg[j + 1, j] = left
            basis[j + 1] = arriving / left
        done = upto
        mu, inner = np.linalg.eig(hessenberg[:done, :done])
        order = np.argsort(-np.abs(mu))
        mu, inner = mu[order], inner[:, order]
        beyond = np.abs(hessenberg[done, done - 1] * inner[-1]) if done < beside.modes else 0.0 * mu.real
        good = beyond <= ACCURATE * np.abs(mu)
        found = int(np.argmin(good)) if not good.all() else len(good)
        if found >= wanted or done >= most:
            break
        upto = min(2 * done, most)
    found = max(min(found, wanted), 1)  # the nearest in any case, as well as it is known
    return shift - 1 / mu[:found], basis[:done].T @ inner[:, :found]
