"""A cell as y' = f(y): NEURON's own equations as a function, with their exact sparse Jacobian.

NEURON evaluates f. Its Jacobian has two parts. The membrane part couples a compartment only with itself, so
shifting one kind of state (V, nai, ..., m_hh) in all compartments at once, with the axial ion flow frozen,
gives a column of every compartment's block in two evaluations, however many compartments there are; a
uniform shift of V drives no axial current. The axial part is known in closed form (electrodiffusion.py).

With electrodiffusion each compartment keeps its own charge: ki = anion + cli - nai + Cm A V/(F vol) + (the
charge it started with). K+ is then not a free unknown. It is taken from that relation, which makes charge
exact and removes the directions in which the Jacobian would be singular.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from . import engine
from .engine import SegmentVariable, h
from .errors import ConvergenceError, EngineError, InputError

CONCENTRATION = {"nai": "na", "ki": "k", "cli": "cl"}
# step of the central difference by kind: small against RT/F, far above NEURON's round-off
V_STEP = 1e-2  # mV
RELATIVE_STEP = 1e-4
LEAST_STEP = 1e-7  # mM
GATE_STEP = 1e-4
MARK = {"v": -60.0, "nai": 10.0, "ki": 100.0, "cli": 10.0}


class System:
    """The equations of one cell from one start state.

    cell: a Cell; what it holds (strengths, bath, block, temperature, start) is written to NEURON once, here.
    hold: which states are kept as they are: None; "concentrations" (V and gates are free); "membrane" (only
    gates are free). start: y to start from, gates included, instead of the cell's start state. x is the
    vector of the free states, y of all the cell's states.
    """

    def __init__(self, cell, hold: str | None = None, start: np.ndarray | None = None):
        cell.check_unchanged()
        self.cell = cell
        self._integrator = engine.reset(cell.celsius)
        cell.write()
        cell.variables["v"].set(cell.start["v"])
        # finitialize starts the gates; a uniform v is only its argument's limitation
        engine.initialise(float(np.mean(cell.start["v"])))
        cell.variables["v"].set(cell.start["v"])
        self._map_states()
        if start is not None:
            self.start = start.copy()
        self.evaluations = 0
        self._check_currents()
        self._choose_free(hold)

    def _map_states(self) -> None:
        """Find where NEURON keeps each of this cell's states, by marking them one kind at a time."""
        cell, integrator = self.cell, self._integrator
        self._all, self._rate = h.Vector(), h.Vector()
        kinds = {kind: list(range(cell.size)) for kind in ("v", *CONCENTRATION)}
        for channel, having in cell.channels.items():
            kinds |= {kind: having for kind in engine.mechanism_variables(channel, 3)}
        self.kinds: list[str] = []
        self._variables: dict[str, SegmentVariable] = {}
        owners: list[np.ndarray] = []
        places: list[np.ndarray] = []
        for kind, having in kinds.items():
            variable = cell.variables.get(kind) or SegmentVariable([cell.segments[i] for i in having], kind)
            before = variable.get().copy()
            # values that the equations bear and that no state has by chance
            marks = MARK.get(kind, 0.6) * (1.0123456789 + 1e-7 * np.arange(len(having)))
            variable.set(marks)
            integrator.re_init()  # NEURON's state vector follows the segments only now
            integrator.states(self._all)
            variable.set(before)
            values = np.array(self._all)
            order = np.argsort(values)
            found = order[np.minimum(np.searchsorted(values, marks, sorter=order), len(values) - 1)]
            right = values[found] == marks
            if kind != "v" and not right.any():
                continue  # declared, but nothing integrates it
            if not right.all():
                raise EngineError(
                    f"NEURON integrates {right.sum()} of {len(having)} values of {kind}; this cell's "
                    "equations cannot be read"
                )
            self.kinds.append(kind)
            self._variables[kind] = variable
            owners.append(np.array(having))
            places.append(found)
        integrator.re_init()
        integrator.states(self._all)
        self._rate.resize(len(self._all))
        # all states of a compartment together, so that the Jacobian is a tree of small blocks
        owner = np.concatenate(owners)
        kind = np.repeat(np.arange(len(owners)), [len(o) for o in owners])
        order = np.lexsort((kind, owner))
        self._place = np.concatenate(places)[order]
        self.owner, self.kind = owner[order], kind[order]
        self.size = len(order)
        # kind -> positions in y (one per owning compartment, in order)
        self.at = {name: np.flatnonzero(self.kind == i) for i, name in enumerate(self.kinds)}
        self._y_all, self._f_all = self._all.as_numpy(), self._rate.as_numpy()
        self.start = self._y_all[self._place].copy()

    def _choose_free(self, hold: str | None) -> None:
        cell = self.cell
        present = {f"{ion}i" for ion in cell.ions}
        free = np.ones(self.size, bool)
        for kind, at in self.at.items():
            is_membrane = kind == "v" or kind in CONCENTRATION
            held = (hold == "membrane" and is_membrane) or (
                hold == "concentrations" and kind in CONCENTRATION
            )
            if held or (kind in CONCENTRATION and kind not in present):
                free[at] = False
        self.keeps_charge = hold is None and cell.axial.mode == "electrodiffusion"
        if self.keeps_charge:
            free[self.at["ki"]] = False
        self.free = np.flatnonzero(free)
        self.is_v = self.kind[self.free] == self.kinds.index("v")
        self.is_concentration = np.isin(
            self.kind[self.free], [self.kinds.index(k) for k in CONCENTRATION if k in self.kinds]
        )
        # y = base + lift x
        rows, columns, values = [self.free], [np.arange(len(self.free))], [np.ones(len(self.free))]
        if self.keeps_charge:
            column = np.full(self.size, -1)
            column[self.free] = np.arange(len(self.free))
            for kind, factor in self._charge_terms():
                rows.append(self.at["ki"])
                columns.append(column[self.at[kind]])
                values.append(np.broadcast_to(factor, cell.size))
            state = self.state(self.start)
            self._charge_kept = state["k"] - sum(f * self.start[self.at[k]] for k, f in self._charge_terms())
        self._lift = sp.csc_matrix(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
            shape=(self.size, len(self.free)),
        )

    def _charge_terms(self):
        """ki = constant + sum of factor * state, from the compartment's charge."""
        terms = [("v", self.cell.charge_per_mv), ("nai", -1.0)]
        return [*terms, ("cli", 1.0)] if "cl" in self.cell.ions else terms

    # ------------------------------------------------------------------ states

    def expand(self, x: np.ndarray) -> np.ndarray:
        """All states y from the free ones."""
        y = self.start.copy()
        y[self.free] = x
        if self.keeps_charge:
            y[self.at["ki"]] = self._charge_kept + sum(f * y[self.at[k]] for k, f in self._charge_terms())
        return y

    def state(self, y: np.ndarray) -> dict[str, np.ndarray]:
        """v (mV), na, k, cl (mM) per compartment."""
        state = {"v": y[self.at["v"]]}
        state |= {ion: y[self.at[kind]] for kind, ion in CONCENTRATION.items()}
        return state

    # ------------------------------------------------------------------ equations

    def full_rates(self, y: np.ndarray) -> np.ndarray:
        """dy/dt (mV/ms, mM/ms, 1/ms) of all states, by NEURON."""
        self._y_all[self._place] = y
        try:
            self._integrator.f(0, self._all, self._rate)
        except RuntimeError as error:
            raise EngineError(
                f"NEURON cannot evaluate {self.cell.name} ({str(error).split('::')[-1]}); were sections "
                "made or deleted while it was being solved?"
            ) from None
        self.evaluations += 1
        rates = np.take(self._f_all, self._place)
        at = self.at["v"]
        rates[at] = self._voltage_rate(np.take(y, at))
        return rates

    def _check_currents(self) -> None:
        """InputError where a current flows that belongs to no ion of the cell (electrode, synapse, ...)."""
        at = self.at["v"]
        for shift in (0.0, 7.3):  # at another voltage too: a current may be 0 at the first
            y = self.start.copy()
            y[at] += shift
            ours = self.full_rates(y)[at]
            theirs = self._f_all[self._place[at]]
            spread = max(1.0, abs(self.cell.axial.voltage_coupling(self.cell.capacitance)).max())
            wrong = np.abs(ours - theirs) > 1e-10 * (np.abs(theirs).max() + 100 * spread)
            if wrong.any():
                worst = int(np.argmax(np.abs(ours - theirs)))
                current = 1e-3 * self.cell.capacitance[worst] * (ours - theirs)[worst]
                raise InputError(
                    f"{self.cell.name}: in {self.cell.section_name[worst]}({self.cell.x[worst]:.3g}) a "
                    f"current of {current:.3g} mA/cm2 belongs to none of its ions; an electrode, a "
                    "synapse or a mechanism was put there after the cell was made"
                )

    def _voltage_rate(self, v: np.ndarray) -> np.ndarray:
        """dV/dt (mV/ms) from the currents that NEURON has just computed.

        NEURON's own sum is the same, but it passes through the voltages of its branch nodes, whose last
        digit (1e-14 mV) times a conductance of some uS is a current that belongs to nobody: 1e-9 mV of
        error in the rest of a tight cell. From differences between compartments charge is kept to the bit.
        """
        axial, variables = self.cell.axial, self.cell.variables
        membrane = axial.density.copy()
        for ion in self.cell.ions:
            membrane += variables["i" + ion].get()
        return axial.voltage_spread(v, self.cell.capacitance) - 1e3 * membrane / self.cell.capacitance

    def rates(self, t: float, x: np.ndarray) -> np.ndarray:
        """dx/dt of the free states. The equations do not depend on t."""
        return self.full_rates(self.expand(x))[self.free]

    def jacobian(self, t: float, x: np.ndarray) -> sp.csc_matrix:
        """d(dx/dt)/dx, sparse, (free, free)."""
        y = self.expand(x)
        full = self._membrane_jacobian(y) + self._axial_jacobian(y)
        return (full.tocsr()[self.free] @ self._lift).tocsc()

    def _membrane_jacobian(self, y: np.ndarray) -> sp.csr_matrix:
        rows, columns, values = [], [], []
        axial = self.cell.axial
        self.full_rates(y)  # leaves the axial ion flow of y in place
        axial.frozen = True
        try:
            for kind, at in self.at.items():
                if kind == "v":
                    step = np.full(len(at), V_STEP)
                elif kind in CONCENTRATION:
                    step = np.maximum(np.abs(y[at]) * RELATIVE_STEP, LEAST_STEP)
                else:
                    step = np.full(len(at), GATE_STEP)
                shift = np.zeros(self.size)
                shift[at] = step
                slope = self.full_rates(y + shift) - self.full_rates(y - shift)
                by_owner = np.zeros(self.cell.size)
                by_owner[self.owner[at]] = step
                column = np.full(self.cell.size, -1)
                column[self.owner[at]] = at
                row = np.flatnonzero(column[self.owner] >= 0)
                rows.append(row)
                columns.append(column[self.owner[row]])
                values.append(slope[row] / (2 * by_owner[self.owner[row]]))
        finally:
            axial.frozen = False
        self.full_rates(y)
        return _sparse(rows, columns, values, self.size)

    def _axial_jacobian(self, y: np.ndarray) -> sp.csr_matrix:
        cell, axial = self.cell, self.cell.axial
        v_at = self.at["v"]
        coupling = axial.voltage_coupling(cell.capacitance).tocoo()
        rows, columns, values = [v_at[coupling.row]], [v_at[coupling.col]], [coupling.data]
        if axial.mode == "none" or not len(axial.a):
            return _sparse(rows, columns, values, self.size)
        state = self.state(y)
        concentration = np.array([state[ion] for ion in cell.ions])
        by_v, by_c = axial.derivatives(state["v"], concentration)
        # a flow a -> b lowers dc/dt in a and raises it in b; diffusion's current is -C dV/dt in a
        into = [(self.at[f"{ion}i"], 1 / cell.volume) for ion in cell.ions]
        into.append((v_at, 1e5 / (cell.capacitance * cell.area)))
        sources = [(v_at, by_v[:, :])] + [(self.at[f"{ion}i"], by_c[:, j]) for j, ion in enumerate(cell.ions)]
        for target, (at, factor) in enumerate(into):
            for source, slopes in sources:
                for end, ends in enumerate((axial.a, axial.b)):
                    slope = slopes[target, end]
                    for sign, receiver in ((-1.0, axial.a), (1.0, axial.b)):
                        rows.append(at[receiver])
                        columns.append(source[ends])
                        values.append(sign * slope * factor[receiver])
        return _sparse(rows, columns, values, self.size)

    def slope_conductance(self, y: np.ndarray) -> np.ndarray:
        """dI/dV (S/cm2) of the whole membrane per compartment, concentrations and gates as they are."""
        at, axial = self.at["v"], self.cell.axial
        shift = np.zeros(self.size)
        shift[at] = V_STEP
        self.full_rates(y)
        axial.frozen = True
        try:
            change = self.full_rates(y + shift)[at] - self.full_rates(y - shift)[at]
        finally:
            axial.frozen = False
        self.full_rates(y)
        # uA/cm2 / (uF/cm2) = mV/ms
        return -1e-3 * self.cell.capacitance * change / (2 * V_STEP)

    def check_positive(self, y: np.ndarray, when: str) -> None:
        """ConvergenceError where a concentration has fallen below 0: no cell ends like that."""
        for kind, ion in CONCENTRATION.items():
            if ion in self.cell.ions and (y[self.at[kind]] < 0).any():
                at = int(np.argmin(y[self.at[kind]]))
                raise ConvergenceError(
                    f"{self.cell.name}: {kind} in {self.cell.section_name[at]}({self.cell.x[at]:.3g}) "
                    f"falls below 0 mM {when}; some current goes on carrying {ion} where there is none left, "
                    "as one with a fixed reversal potential (pas, hh's il) does"
                )

    def load(self, x: np.ndarray) -> None:
        """Put state x into NEURON's segments, with every current evaluated there."""
        y = self.expand(x)
        self.full_rates(y)
        for kind, at in self.at.items():
            self._variables[kind].set(y[at])


def factorise(matrix: sp.csc_matrix):
    """LU factors of I/h - J. Ordered for a symmetric pattern, which a tree of compartments has: half the
    time of SuperLU's default order; the diagonal is taken as pivot unless it is ten times too small."""
    return splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.1, options={"SymmetricMode": True})


def _sparse(rows, columns, values, size: int) -> sp.csr_matrix:
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sp.csr_matrix(entries, shape=(size, size))
