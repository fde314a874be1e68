"""The equations of a user's model as a function, in a copy of the process: of V and all states their rates.

NEURON's own fixed step is asked for them: one step in which V stays where it is, because the membrane's
capacitance is made immense. What charges the membrane, NEURON's `i_cap`, is then the current that is left,
through mechanisms, electrodes and along the cell, in NEURON's own numbers. A state's rate is what the step
moved it by, over dt. Where that is 0 it stays, whatever the method by which the mechanism is solved: the
steady state of the steps is the same for cnexp, derivimplicit, sparse, and for gates that a PROCEDURE
advances by hand, of which NEURON's variable step knows nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ..axial.faces import elimination_order, faces_of
from ..simulator.runtime import NeuronSection, SegmentVariable, h
from ..solve.elimination import Elimination, layout
from .reading import Mechanism, Model

IMMENSE = 1e30  # uF/cm2: a capacitance that no current moves
NONE = 0.01  # uF/cm2, in place of 0, of membranes without any: V follows at once all the same
TO_NF = 1e-5  # uF/cm2 um2 -> nF
USUAL = 0.025  # ms, NEURON's own dt
SHORTEST, LONGEST = 1e-3, 0.1  # ms, of a dt that somebody means
V_NUDGE = 1e-3  # mV
SEEN = 1e-6  # 1/ms, or relative: a coupling that is more than round-off
ELSEWHERE = 1e-3  # of `scale`: how far off states are when it is seen whether a step remembers the last
NUDGE, LEAST = 1e-5, 1e-9  # relative and at least: by how much states are moved to see what follows


@dataclass(frozen=True, eq=False)
class States:
    """All that a model's rest is: V and the states of a compartment together, leaves of the tree first.

    kinds: names, "v" first, then "hh.m", "Exp2Syn.A", "cai"
    owner, kind: of each state its compartment and its number in `kinds`, (states,)
    slot: which of its compartment's states it is, V 0, (states,)
    scheme: number of the mechanism's place, or point process, that it belongs to, (states,)
    dissolved: whether it is a concentration or what a mechanism computes one from, (states,)
    raw: of each state its place among the variables as NEURON has them, kind by kind, (states,)
    """

    kinds: list[str]
    owner: np.ndarray
    kind: np.ndarray
    slot: np.ndarray
    scheme: np.ndarray
    dissolved: np.ndarray
    raw: np.ndarray

    @property
    def is_v(self) -> np.ndarray:
        """Which of the states are V, (states,)."""
        return np.asarray(self.kind == 0)

    def by_compartment(self, y: np.ndarray, kind: str, size: int) -> np.ndarray:
        """Of all states one kind, (compartments,), nan where there is none; of several point processes in one
        compartment the last."""
        found = np.full(size, np.nan)
        here = self.kind == self.kinds.index(kind)
        found[self.owner[here]] = y[here]
        return found


Parts = list[tuple[str, list, str, np.ndarray, bool]]  # kind, owners, NEURON's name, compartments, dissolved


def parts_of(model: Model) -> Parts:
    """Every kind of state: its name, NEURON's owners and name, the compartments, whether it is dissolved."""
    found: Parts = [("v", list(model.compartments.sections), "v", np.arange(model.size), False)]
    for one in model.mechanisms.values():
        pool = any(one.said.concentrations(ion) for ion in one.said.ions)
        for name in one.states:
            base, bracket, index = name.partition("[")
            full = name if one.point else f"{base}_{one.name}{bracket}{index}"
            found.append((f"{one.name}.{name}", _whole(one), full, one.at, pool))
    for ion in model.ions.values():
        for name, writers in ((f"{ion.name}i", ion.inside_by), (f"{ion.name}o", ion.outside_by)):
            at = np.unique(np.concatenate([model.mechanisms[w].at for w in writers] or [np.zeros(0, int)]))
            if at.size:
                owners = [model.compartments.segments[i] for i in at]
                found.append((name, owners, name, at.astype(int), True))
    return found


def _whole(one: Mechanism) -> list:
    """The owners of a mechanism's variables, of a density mechanism its sections: NEURON looks these up
    faster."""
    return list(one.owners if one.point else dict.fromkeys(owner.sec for owner in one.owners))


def charged(model: Model) -> np.ndarray:
    """The capacitance (uF/cm2) that counts in the equations, (compartments,)."""
    return np.where(model.capacitance > 0, model.capacitance, NONE)


def variables_of(parts: Parts) -> SegmentVariable:
    """All states as NEURON has them, kind by kind, as one array."""
    return SegmentVariable.of_several((owners, name) for _, owners, name, _, _ in parts)


def states_of(model: Model, parts: Parts, rank: np.ndarray) -> States:
    """Their order. rank: of each compartment in the elimination, (compartments,)."""
    owner = np.concatenate([at for _, _, _, at, _ in parts])
    kind = np.repeat(np.arange(len(parts)), [len(at) for _, _, _, at, _ in parts])
    dissolved = np.repeat([pool for *_, pool in parts], [len(at) for _, _, _, at, _ in parts])
    order = np.lexsort((kind, rank[owner]))
    owner, kind = owner[order], kind[order]
    begins = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    slot = np.arange(len(owner)) - np.repeat(begins, np.diff(np.append(begins, len(owner))))
    schemes: dict[tuple[str, int], int] = {}
    of = [(name.partition(".")[0], i) for name, _, _, at, _ in parts for i in range(len(at))]
    scheme = np.array([schemes.setdefault(key, len(schemes)) for key in of])
    return States([name for name, *_ in parts], owner, kind, slot, scheme[order], dissolved[order], order)


class Equations:
    """V and states of a model, their rates and how these depend on each other. In a copy of the process only:
    the model's capacitance is taken over; `release` gives it back, `take` takes it again.

    states: what there is; lags: whether currents are computed from what a mechanism found the step before
    """

    def __init__(self, model: Model) -> None:
        """NEURON must have set up its tree (finitialize does)."""
        self.model, parts = model, parts_of(model)
        self._dt = float(h.dt) if SHORTEST <= h.dt <= LONGEST else USUAL
        sections = model.compartments.sections
        self._variables = variables_of(parts)
        self._charging = SegmentVariable(sections, "i_cap")
        self._capacitance = SegmentVariable(sections, "cm")
        self._given = self._capacitance.get().copy()
        self._cm = np.where(self._given > 0, self._given, NONE)
        start = self._variables.get().copy()
        self.take(h.t)
        self._axial(sections)
        self._variables.set(start)
        self.states = states_of(model, parts, self._rank)
        self._pattern()
        self.lags = False
        self.lags = self._remembers()

    def _axial(self, sections: Sequence[NeuronSection]) -> None:
        """What passes from compartment to compartment: dV'/dV (1/ms) off the diagonal."""
        model = self.model
        numbers = {segment.node_index(): i for i, segment in enumerate(model.compartments.segments)}
        faces = faces_of(sections, numbers, model.volume)
        to, of = np.append(faces.a, faces.b), np.append(faces.b, faces.a)
        conductance = np.tile(1 / faces.resistance, 2)
        charge = TO_NF * charged(model) * model.area
        between = sp.coo_matrix((conductance / charge[to], (to, of)), (model.size, model.size)).tocsr()
        self._between = between + self._pointed(between)
        to, of = self._between.nonzero()
        self._rank = elimination_order(to, of, model.size)
        self._pairs = list(zip(to.tolist(), of.tolist(), strict=True))

    def _pointed(self, between: sp.csr_matrix) -> sp.csr_matrix:
        """The same of what POINTERs couple, as gap junctions do: V of each compartment with such a mechanism
        is moved by itself."""
        model = self.model
        at = [one.at for one in model.mechanisms.values() if one.said.pointers]
        found = sp.lil_matrix((model.size, model.size))
        v = SegmentVariable(model.compartments.sections, "v")
        here = v.get().copy()
        for i in np.unique(np.concatenate(at)) if at else ():
            rates = []
            for nudge in (0.0, V_NUDGE):
                moved = here.copy()
                moved[i] += nudge
                v.set(moved)
                h.t = self.t
                h.fadvance()
                rates.append(1e3 * self._charging.get() / self._cm)
            slope = (rates[1] - rates[0]) / V_NUDGE - between[:, [i]].toarray().ravel()
            slope[i] = 0.0
            there = np.abs(slope) > SEEN * np.abs(slope).max() + SEEN
            found[there, i] = slope[there][:, None]
        v.set(here)
        return found.tocsr()

    def _pattern(self) -> None:
        """Where the Jacobian has entries: all of a compartment's own, and V by neighbours' V."""
        states, size = self.states, len(self.states.owner)
        begins = np.flatnonzero(states.is_v)
        first = np.full(self.model.size, -1)
        first[states.owner[begins]] = begins
        count = np.bincount(states.owner, minlength=self.model.size)
        repeats = count[states.owner]
        columns = np.repeat(np.arange(size), repeats)
        ends = np.cumsum(repeats)
        rows = np.arange(ends[-1]) - np.repeat(ends - repeats, repeats) + first[states.owner][columns]
        between = self._between.tocoo()
        rows = np.concatenate([rows, first[between.row]])
        columns = np.concatenate([columns, first[between.col]])
        own = np.arange(len(rows)) + 1.0
        pattern = sp.csc_matrix((own, (rows, columns)), (size, size))
        pattern.sort_indices()
        self._order = pattern.data.astype(int) - 1
        self._rows, self._columns = rows[: ends[-1]], columns[: ends[-1]]
        self._off = between.data
        leaving = np.asarray(self._between.sum(axis=1)).ravel()
        self._leaving, self._at_v = leaving[states.owner[begins]], begins
        self._diagonal = (self._rows == self._columns) & states.is_v[self._columns]
        self.pattern = pattern
        ranks = self._rank[states.owner]
        pairs = [(self._rank[a], self._rank[b]) for a, b in self._pairs]
        self.elimination = Elimination(layout(ranks, states.is_v, pairs), pattern.indptr, pattern.indices)

    def _remembers(self) -> bool:
        """Whether currents are computed from what a mechanism found the step before, as those are that take
        products of gates from the DERIVATIVE block of NeuroML's converter: after other states the first step
        then tells another current than the second."""
        y = self.now()
        self.rates(y + ELSEWHERE * self.scale(y))
        first, second = (self.rates(y)[self._at_v] for _ in range(2))
        self.put(y)
        return bool((np.abs(second - first) > SEEN * (np.abs(first) + 1)).any())

    def now(self) -> np.ndarray:
        """All states as the model has them, (states,)."""
        return self._variables.get()[self.states.raw]

    def put(self, y: np.ndarray) -> None:
        """Give the model these states."""
        raw = np.empty(len(y))
        raw[self.states.raw] = y
        self._variables.set(raw)

    def rates(self, y: np.ndarray) -> np.ndarray:
        """Rates of all states (per ms), (states,)."""
        for _ in range(1 + self.lags):
            self.put(y)
            h.t = self.t
            h.fadvance()
        raw = self._variables.get()
        found = (raw[self.states.raw] - y) / self._dt
        charging = 1e3 * self._charging.get() / self._cm
        found[self._at_v] = charging[self.states.owner[self._at_v]]
        return found

    def scale(self, y: np.ndarray) -> np.ndarray:
        """What counts as a change of 1 of each state at y: 25 mV, a whole gate, a concentration itself."""
        found = np.ones(len(y))
        found[self.states.is_v] = 25.0
        pools = self.states.dissolved
        found[pools] = np.maximum(np.abs(y[pools]), 1e-9)
        return found

    def jacobian(self, y: np.ndarray, rates: np.ndarray) -> sp.csc_matrix:
        """d rates/dy (1/ms), (states, states), where `rates` are those at y: by differences, all compartments
        at once, one evaluation for each of the states that a compartment can have."""
        nudges = np.maximum(NUDGE * np.abs(y), LEAST)
        nudges[self.states.is_v] = V_NUDGE
        own = np.zeros(len(self._rows))
        for slot in range(int(self.states.slot.max()) + 1):
            moved = self.states.slot == slot
            there = y + np.where(moved, nudges, 0.0)
            change = self.rates(there) - rates
            entries = moved[self._columns]
            rows, columns = self._rows[entries], self._columns[entries]
            own[entries] = change[rows] / (there - y)[columns]
        # V moved everywhere at once, so that no current flowed along the cell for it
        own[self._diagonal] -= self._leaving
        data = np.append(own, self._off)[self._order]
        return sp.csc_matrix((data, self.pattern.indices, self.pattern.indptr), self.pattern.shape)

    @contextmanager
    def step_of(self, dt: float) -> Iterator[None]:
        """Steps of this dt (ms) meanwhile."""
        before, self._dt, h.dt = self._dt, dt, dt
        try:
            yield
        finally:
            self._dt = h.dt = before

    def take(self, t: float) -> None:
        """Hold V from now on, and time at t (ms)."""
        self.t = float(t)
        h.CVode().active(0)
        h.secondorder, h.dt = 0, self._dt
        self._capacitance.set(IMMENSE)

    def release(self) -> None:
        """Give the membrane its capacitance back."""
        self._capacitance.set(self._given)
        h.t = self.t
