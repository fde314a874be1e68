"""A cell as y' = f(y): NEURON's own equations as a function, with their exact sparse Jacobian.

The states are V, the amounts of the ions in each compartment (per volume it began with), where water flows
its relative volume, where it faces a space of its own the amounts in that, and the gates of channels. Amounts
make every balance of charge and ions linear, so that a linear method keeps it. NEURON evaluates f; its
derivatives come from jacobian.py.

With electrodiffusion each compartment keeps its own charge: k = anion + cl - na + Cm A V/(F vol) + (the
charge it started with). K+ is then not a free unknown. It is taken from that relation, which makes charge
exact and removes the directions in which the Jacobian would be singular. A closed space keeps its charge too,
and there it is Na+ that follows.
"""

import re

import numpy as np
import scipy.sparse as sp

from ..compiled import compiled
from ..errors import ConvergenceError, EngineError, InputError
from ..interrupts import heed, held
from ..parameters.pumps import DRUGS, ISOFORMS
from ..physics.ions import AMOUNT, IONS, OUTER, TRACES, VALENCE, told_of
from ..physics.theory import concentration_rate
from ..simulator import nmodl, runtime
from ..simulator.runtime import SegmentVariable, h
from .elimination import Factors, factorise, layout
from .jacobian import V_STEP, Jacobian

INSIDE = {kind: ion for ion, kind in AMOUNT.items()}
OUTSIDE = {kind: ion for ion, kind in OUTER.items()}
SWELLING = "swelling_pl_ions"
BOUND = {f"bound_pl_nak{alpha}" for alpha in ISOFORMS}  # what holds a glycoside
DRY = 1e-2  # share of its water that a closed space must keep
MARK = {  # of what order the states that every cell has are
    "v": -60.0,
    SWELLING: 1.0,
    **{ion.inside.amount: ion.usual_inside for ion in IONS.values()},
    **{ion.outside.amount: ion.usual_outside for ion in IONS.values()},
}


class System:
    """The equations of one cell from one start state.

    cell: a Cell; what it holds (strengths, bath, block, temperature, start) is written to NEURON once, here.
    hold: which states are kept as they are: None; "concentrations" (V and gates are free); "membrane" (only
    gates are free); volumes are kept with the concentrations. start: y to start from, gates included,
    instead of the cell's start state. x is the vector of the free states, y of all the cell's states.
    evaluations, jacobians, factorisations: how often each was done since; a Jacobian's own evaluations count.
    """

    @held()  # NEURON calls back from nearly every call
    def __init__(self, cell, hold: str | None = None, start: np.ndarray | None = None):
        self.cell = cell
        self._integrator = runtime.reset(cell.celsius)
        cell.write()
        # whatever section there is must stay while this is in use: NEURON dies in an evaluation after one has
        # gone, as sections do that only the traceback of an error still holds
        self._sections = list(runtime.h.allsec())
        runtime.initialise()  # starts every gate at the voltage of its compartment
        self._map_states()
        if start is not None:
            self.start = self._settled(start)
        # of a current (mA/cm2) what it brings in (mM/ms)
        to_volume = concentration_rate(1.0, cell.area, cell.volume.sum())
        self._into_cell = to_volume / -cell.axial.valence
        self.gates = [kind for kind in self.kinds if kind != "v" and kind not in MARK]
        along = (nmodl.diffusing_states(channel) for channel in cell.channels)
        # which users' mechanisms, and rxd, let diffuse
        self.diffusing = set().union(*along, cell.species_nodes) & set(self.kinds)
        # concentrations of users' mechanisms: small numbers, but no shares between 0 and 1
        self.dissolved = {kind for kind in self.gates if _is_concentration(kind)}
        self.evaluations = self.jacobians = self.factorisations = 0
        self._check_currents()
        self._choose_free(hold)

    def _map_states(self) -> None:
        """Find where NEURON keeps each of this cell's states, by marking them one kind at a time."""
        cell, integrator = self.cell, self._integrator
        self._all, self._rate = h.Vector(), h.Vector()
        self.kinds: list[str] = []
        self._variables: dict[str, SegmentVariable] = {}
        owners: list[np.ndarray] = []
        places: list[np.ndarray] = []
        for kind, (having, variable) in _declared(cell).items():
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
        # all states of a compartment together and leaves before their parents: the Jacobian is a tree of
        # small blocks whose elimination in this order fills nothing in
        owner = np.concatenate(owners)
        kind = np.repeat(np.arange(len(owners)), [len(o) for o in owners])
        order = np.lexsort((kind, cell.axial.elimination_order()[owner]))
        self._place = np.concatenate(places)[order]
        self.owner, self.kind = owner[order], kind[order]
        self.size = len(order)
        # kind -> positions in y (one per owning compartment, in order)
        places = [np.flatnonzero(self.kind == i) for i in range(len(self.kinds))]
        self.at = {name: at[np.argsort(self.owner[at])] for name, at in zip(self.kinds, places, strict=True)}
        self._y_all, self._f_all = self._all.as_numpy(), self._rate.as_numpy()
        self.start = self._y_all[self._place].copy()

    def _choose_free(self, hold: str | None) -> None:
        cell = self.cell
        free = np.ones(self.size, bool)
        for kind, at in self.at.items():
            ion = INSIDE.get(kind) or OUTSIDE.get(kind)
            absent = (ion is not None and ion not in cell.ions) or (kind == SWELLING and not cell.osmotic)
            book = ion is not None or kind == SWELLING
            if absent or (hold is not None and book) or (hold == "membrane" and kind == "v"):
                free[at] = False
            if kind in OUTSIDE:  # a bath stays as it is
                free[at[np.isinf(cell.outside_volume)]] = False
            if kind in BOUND and not self.start[at].any() and not self._dosed():
                free[at] = False  # no drug, nothing bound
        self.follows = self._charge_relations() if hold is None else {}
        for kind in self.follows:
            free[self.at[kind]] = False
        self.free = np.flatnonzero(free)
        kind = self.kind[self.free]
        self.is_v = kind == self.kinds.index("v")
        # what must stay positive: amounts and volumes
        positive = [k for k in self.kinds if k in INSIDE or k in OUTSIDE or k == SWELLING]
        self.is_amount = np.isin(kind, [self.kinds.index(k) for k in positive])
        small = [self.kinds.index(k) for k in (*TRACES, *self.dissolved) if k in self.kinds]
        self.is_calcium = np.isin(kind, small)
        self.positive = np.concatenate(
            [self.at[k] for k in positive if k == SWELLING or (INSIDE | OUTSIDE)[k] in cell.ions]
        )
        self._layout = self._jacobian = None  # made when they are asked for
        # y = lift x, and what follows from the charge has a constant besides
        rows, columns, values = [self.free], [np.arange(len(self.free))], [np.ones(len(self.free))]
        column = np.full(self.size, -1)
        column[self.free] = np.arange(len(self.free))
        lift = sp.csr_matrix((values[0], (rows[0], columns[0])), shape=(self.size, len(self.free)))
        followers = []
        for kind, terms in self.follows.items():
            at = self.at[kind]
            factors = np.array([np.broadcast_to(f, len(at)) for _, f in terms])
            followers.append((at, np.array([self.at[k] for k, _ in terms]), factors))
            place = sp.csr_matrix((np.ones(len(at)), (at, np.arange(len(at)))), shape=(self.size, len(at)))
            lift = lift + place @ sum(
                sp.diags(factor) @ lift[self.at[k]] for (k, _), factor in zip(terms, factors, strict=True)
            )
        self.lift = lift.tocsc()
        at, sources, factors = (
            [np.concatenate(parts, axis=-1) for parts in zip(*followers, strict=True)]
            if followers
            else (np.zeros(0, int), np.zeros((0, 0), int), np.zeros((0, 0)))
        )
        kept = self.start[at] - (factors * self.start[sources]).sum(axis=0)
        self._followers = at, kept, sources, factors
        # the same by NEURON's places, for `rates_and_entering`
        self._y_all[self._place] = self.start
        self._free_place, self._positive_place = self._place[self.free], self._place[self.positive]
        self._follower_terms = self._place[at], kept, self._place[sources], factors
        self._free_v = np.flatnonzero(self.is_v)[np.argsort(self.owner[self.free[self.is_v]])]

    def _dosed(self) -> bool:
        return any(self.cell.pump.get(drug, 0.0) > 0 for drug in DRUGS)

    def _charge_relations(self) -> dict[str, list]:
        """What follows from the charge: kind -> terms, kind = constant + sum of factor * state."""
        cell = self.cell
        if cell.axial.mode != "electrodiffusion":
            return {}
        others = [(AMOUNT[ion], -float(VALENCE[ion])) for ion in cell.ions if ion != "k"]
        found = {"k_pl_ions": [("v", cell.charge_per_mv), *others]}
        returns = cell.space == "closed" or (cell.faces_spaces and cell.space == "bath")
        if returns and (cell.axial.lateral or not len(cell.axial.a)):
            outer = cell.charge_per_mv * cell.volume / cell.outside_volume
            others = [(OUTER[ion], -float(VALENCE[ion])) for ion in cell.ions if ion != "na"]
            found["na_pl_space"] = [("v", -outer), *others]
        return found

    def _settled(self, y: np.ndarray) -> np.ndarray:
        """A state of another system of this cell, with the baths as they are now."""
        y = y.copy()
        if self.cell.faces_spaces and self.cell.space == "bath":
            outside = {ion: y[self.at[kind]] for kind, ion in OUTSIDE.items() if kind in self.at}
            for ion, values in self.cell.settle_outside(y[self.at["v"]], outside).items():
                y[self.at[OUTER[ion]]] = values
        return y

    def take_over(self, other: "System") -> None:
        """Start from the gates that another system of the same cell starts from and, where it is not closed,
        from what is in its spaces outside."""
        for kind in self.gates:
            self.start[self.at[kind]] = other.start[other.at[kind]]
        if self.cell.faces_spaces and self.cell.space != "closed":
            for kind in OUTSIDE.keys() & self.at.keys():
                self.start[self.at[kind]] = other.start[other.at[kind]]
        self.start = self._settled(self.start)
        self._choose_free(None)

    # ------------------------------------------------------------------ states

    def expand(self, x: np.ndarray) -> np.ndarray:
        """All states y from the free ones."""
        y = self.start.copy()
        y[self.free] = x
        at, kept, sources, factors = self._followers
        y[at] = kept + (factors * y[sources]).sum(axis=0)
        return y

    def state(self, y: np.ndarray) -> dict[str, np.ndarray]:
        """v (mV), na, k, ..., nao, ko, ... (mM, free), swelling (relative volume) per compartment.

        y: (states,) or (states, times).
        """
        cell = self.cell
        swelling = y[self.at[SWELLING]]
        state = {"v": y[self.at["v"]], "swelling": swelling}
        room = 1 - cell.water_ratio * (swelling - 1)
        for ion in told_of(cell.ions):
            inner, outer = AMOUNT[ion], OUTER[ion]
            held = inner in self.at
            state[ion] = cell.concentration(ion, y[self.at[inner]], swelling) if held else 0.0 * swelling
            if outer in self.at:
                state[ion + "o"] = y[self.at[outer]] / room
            else:
                state[ion + "o"] = np.full_like(swelling, cell.outside.get(ion, 0))
        return state

    # ------------------------------------------------------------------ equations

    def full_rates(self, y: np.ndarray) -> np.ndarray:
        """dy/dt (mV/ms, mM/ms, 1/ms) of all states, by NEURON."""
        self._y_all[self._place] = y
        self._evaluate()
        rates = np.take(self._f_all, self._place)
        self._voltage_rates(rates, self.at["v"])
        return rates

    def _evaluate(self) -> None:
        try:
            with held():  # it calls back
                self._integrator.f(0, self._all, self._rate)
        except RuntimeError as error:
            raise EngineError(
                f"NEURON cannot evaluate {self.cell.name} ({str(error).split('::')[-1]}); were sections "
                "made or deleted while it was being solved?"
            ) from None
        heed()
        self.evaluations += 1
        self._currents = self.cell.currents.get()

    def _check_currents(self) -> None:
        """InputError where a current flows that belongs to no ion of the cell (electrode, synapse, ...)."""
        at = self.at["v"]
        for shift in (0.0, 7.3):  # at another voltage too: a current may be 0 at the first
            y = self.start.copy()
            y[at] += shift
            ours = self.full_rates(y)[at]
            theirs = self._f_all[self._place[at]]
            spread = max(1.0, self.cell.axial.stiffness())
            # what cancels in a sum leaves its last digits: of large currents those are large
            leaks = (self.cell.variables[f"i_{leak.mechanism}"].get() for leak in self.cell.leak.values())
            parts = np.abs(self._currents).sum(axis=0) + sum(np.abs(leak) for leak in leaks)
            cancelled = 1e3 * parts / self.cell.capacitance
            wrong = np.abs(ours - theirs) > 1e-10 * (np.abs(theirs).max() + 100 * spread + cancelled)
            if wrong.any():
                worst = int(np.argmax(np.abs(ours - theirs)))
                current = 1e-3 * self.cell.capacitance[worst] * (ours - theirs)[worst]
                raise InputError(
                    f"{self.cell.name}: in {self.cell.section_name[worst]}({self.cell.x[worst]:.3g}) a "
                    f"current of {current:.3g} mA/cm2 belongs to none of its ions; an electrode, a "
                    "synapse or a mechanism was put there after the cell was made"
                )

    def _voltage_rates(self, rates: np.ndarray, at: np.ndarray) -> None:
        """Put dV/dt (mV/ms) from the currents that NEURON has just computed in its places.

        NEURON's own sum is the same, but it passes through the voltages of its branch nodes, whose last
        digit (1e-14 mV) times a conductance of some uS is a current that belongs to nobody: 1e-9 mV of
        error in the rest of a tight cell. From differences between compartments charge is kept to the bit.
        """
        axial = self.cell.axial
        _replace(rates, at, axial.entering, axial.charging, self._currents, self.cell.capacitance)

    def rates(self, x: np.ndarray) -> np.ndarray:
        """dx/dt of the free states; they depend on nothing else, not on time either."""
        return self.rates_and_entering(x)[: len(self.free)]

    def rates_and_entering(self, x: np.ndarray) -> np.ndarray:
        """dx/dt of the free states and, after them, the flux of each ion through the whole membrane (mM of
        the volume that the cell began with per ms, into the cell).

        As `full_rates` of `expand(x)`, without writing what does not change.
        """
        _write(x, self._free_place, *self._follower_terms, self._y_all)
        self._evaluate()
        rates = _read(self._f_all, self._free_place, self._currents, self._into_cell)
        if len(self._free_v):
            self._voltage_rates(rates, self._free_v)
        return rates

    def jacobian(self, x: np.ndarray) -> sp.csc_matrix:
        """d(dx/dt)/dx, sparse, (free, free)."""
        return self.jacobian_and_entering(x)[0]

    def jacobian_and_entering(self, x: np.ndarray) -> tuple[sp.csc_matrix, sp.csc_matrix]:
        """d(dx/dt)/dx, (free, free), and d(the ions' fluxes)/dx, (ions, free), both sparse."""
        self.jacobians += 1
        return self._derivatives().at(self, self.expand(x))

    def membrane_jacobian(self, y: np.ndarray) -> sp.csr_matrix:
        """d(dy/dt)/dy over all states, by the membrane alone, the axial ion flow frozen."""
        return self._derivatives().membrane(self, y)

    def _derivatives(self) -> Jacobian:
        if self._jacobian is None:
            self._jacobian = Jacobian(self)
        return self._jacobian

    def factors(self, jacobian: sp.csc_matrix, one: float, c: float) -> Factors:
        """Factors of one I - c jacobian; ArithmeticError where that is singular."""
        if self._layout is None:
            axial = self.cell.axial
            unseen = [self.kinds.index(k) for k in self.gates if k not in self.diffusing]
            seen = ~np.isin(self.kind[self.free], unseen)
            self._layout = layout(self.owner[self.free], seen, zip(axial.a, axial.b, strict=True))
        self.factorisations += 1
        return factorise(self._layout, jacobian, one, c)

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

    def possible(self, x: np.ndarray) -> bool:
        """Whether every amount and volume is at least 0 and no closed space has run dry."""
        _write(x, self._free_place, *self._follower_terms, self._y_all)
        if not _all_positive(self._y_all, self._positive_place):
            return False
        return not self.cell.water_ratio or not self.dry(self.expand(x)).any()

    def check_possible(self, x: np.ndarray, when: str) -> None:
        """ConvergenceError where an amount or a volume has fallen below 0: no cell ends like that."""
        if self.possible(x):
            return
        y = self.expand(x)
        dry = self.dry(y)
        if dry.any():
            at = int(np.argmax(dry))
            raise ConvergenceError(
                f"{self.cell.name}: the closed space outside {self.cell.section_name[at]}"
                f"({self.cell.x[at]:.3g}) runs dry {when}: the cell has taken up its water; expected "
                "impermeants outside that hold some back, or a larger volume_fraction"
            )
        worst = self.positive[int(np.argmin(y[self.positive]))]
        kind, at = self.kinds[self.kind[worst]], self.owner[worst]
        what = {SWELLING: "the volume"} | {k: f"{ion}i" for k, ion in INSIDE.items()}
        what |= {k: f"{ion}o" for k, ion in OUTSIDE.items()}
        raise ConvergenceError(
            f"{self.cell.name}: {what[kind]} in {self.cell.section_name[at]}({self.cell.x[at]:.3g}) "
            f"falls below 0 {when}; some current goes on carrying an ion where there is none left, "
            "as one with a fixed reversal potential (pas, hh's il) does"
        )

    def dry(self, y: np.ndarray) -> np.ndarray:
        """Which compartments have taken up all the water of their closed space."""
        return 1 - self.cell.water_ratio * (y[self.at[SWELLING]] - 1) < DRY

    def load(self, x: np.ndarray) -> None:
        """Put state x into NEURON's segments, with every current evaluated there."""
        y = self.expand(x)
        self.full_rates(y)
        for kind, at in self.at.items():
            self._variables[kind].set(y[at])


def _declared(cell) -> dict[str, tuple[list[int], SegmentVariable]]:
    """The states that a cell's mechanisms declare, by name: the compartments that have them, and where."""
    whole = list(range(cell.size))
    own = ["v", *(AMOUNT[ion] for ion in cell.booked), SWELLING, *(OUTSIDE if cell.faces_spaces else ())]
    found = {kind: (whole, cell.variables[kind]) for kind in own if kind in cell.variables}
    holders = dict.fromkeys(cell.pump_share, whole) | cell.channels
    place = {segment: index for index, segment in enumerate(cell.segments)} if cell.species_nodes else {}
    for kind, nodes in cell.species_nodes.items():
        found[kind] = [place[node.segment] for node in nodes], SegmentVariable(nodes, "concentration")
    # what other compartments see comes first
    for mechanism, having in sorted(holders.items(), key=lambda item: not nmodl.diffusing_states(item[0])):
        written = nmodl.declarations(mechanism).concentration_states
        for kind in (*nmodl.mechanism_variables(mechanism, 3), *written):
            found[kind] = having, SegmentVariable([cell.segments[i] for i in having], kind)
    for point, processes in cell.points.items():
        for number, together in enumerate(_one_each(processes)):
            having, objects = [i for i, _ in together], [process for _, process in together]
            for state in nmodl.mechanism_variables(point, 3):
                found[f"{point}[{number}].{state}"] = having, SegmentVariable(objects, state)
    return found


def _is_concentration(kind: str) -> bool:
    """Whether a state of a user's mechanism, or of rxd, is in mM."""
    return "_rxd" in kind or h.units(re.sub(r"\[\d+\]", "", kind)) == "mM"


def _one_each(processes: list[tuple[int, object]]) -> list[list[tuple[int, object]]]:
    """Point processes of one kind in groups in which every compartment has one at most."""
    groups: list[list[tuple[int, object]]] = []
    count: dict[int, int] = {}
    for index, process in processes:
        number = count.get(index, 0)
        count[index] = number + 1
        if number == len(groups):
            groups.append([])
        groups[number].append((index, process))
    return groups


@compiled
def _write(x, places, follower_places, kept, sources, factors, y):
    """Put free states and what follows from the charge where NEURON reads them."""
    for i in range(len(x)):
        y[places[i]] = x[i]
    for i in range(len(kept)):
        total = 0.0
        for j in range(len(factors)):
            total += factors[j, i] * y[sources[j, i]]
        y[follower_places[i]] = kept[i] + total


@compiled
def _all_positive(y, places):
    return (y[places] >= 0).all()


@compiled
def _read(f, places, currents, into_cell):
    """NEURON's rates of the free states and, after them, each ion's flux through the whole membrane."""
    n = len(places)
    rates = np.empty(n + len(currents))
    for i in range(n):
        rates[i] = f[places[i]]
    for k in range(len(currents)):
        rates[n + k] = np.sum(currents[k] * into_cell[k])
    return rates


@compiled
def _replace(rates, at, entering, charging, currents, capacitance):
    """dV/dt from the current along the cell (nA) and the currents through the membrane (mA/cm2)."""
    for i in range(len(at)):
        total = 0.0
        for k in range(len(currents)):
            total += currents[k, i]
        rates[at[i]] = entering[i] * charging[i] - 1e3 * total / capacitance[i]
