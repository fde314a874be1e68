"""A cell as y' = f(y): NEURON's own equations as a function, with their exact sparse Jacobian.

NEURON evaluates f; its derivatives come from jacobian.py, what y is made of from states.py, and what of it
follows from the rest from charge_relations.py.
"""

import numpy as np

from ..cell.cell import Cell
from ..cell.transfer import write_strengths
from ..errors import EngineError, InputError
from ..interrupts import held, raise_pending_interrupt
from ..simulator import runtime
from ..simulator.runtime import h
from .charge_relations import Followers, charge_relations, find_followers, lift_of
from .differentiated import Differentiated
from .growth import Growth
from .meaning import settled
from .of_part import by_cell, whole_state
from .possible import dry, emptied, impossible
from .states import GLIA, RELATIVE_VOLUME, find_states, parts_of
from .tally import NOTHING, Counts
from .together import currents_of, together
from .unknowns import among, choose_unknowns
from .vectors import expanded, put, rates_of


class System(Differentiated):
    """The equations of one cell from one start state. x is the vector of the free states, (free,), y of all,
    (states,): V (mV), amounts (mM), relative volumes, gates; rates are per ms.

    cell: what it holds (strengths, bath, block, temperature, start) is written to NEURON once, here.
    InputError for a current that none of its ions carries, EngineError where NEURON cannot evaluate it.
    hold: which states are kept as they are: None; "concentrations" (V and gates are free); "membrane" (only
    gates are free, with mechanisms' own concentrations), "dissolved" (only gates); volumes are kept with all.
    start: y to start from, gates included, instead of the cell's start state.
    tally: counts what each process carries, beside the ions' fluxes.
    states: what y is made of; at: by kind, positions in y.
    unknowns: what x is made of; free: positions of x in y; follows: what follows from the charge, by kind;
    lift: the matrix of y = lift x + constant.
    evaluations, jacobians, factorisations: how often each was done since; a Jacobian's own evaluations count.
    """

    @held()  # NEURON calls back from nearly every call
    def __init__(
        self, cell: Cell, hold: str | None = None, start: np.ndarray | None = None, tally: Counts = NOTHING
    ) -> None:
        self.cell, self.tally = cell, tally
        self._integrator = runtime.reset(cell.celsius)
        cell.write()
        # whatever section there is must stay while this is in use: NEURON dies in an evaluation after one has
        # gone, as sections do that only the traceback of an error still holds
        self._sections = list(runtime.h.allsec())
        runtime.initialise()  # starts every gate at the voltage of its compartment
        self._all, self._rate = h.Vector(), h.Vector()
        self.states = find_states(cell, self._integrator, self._all)
        self.at, self._place, self.parts = self.states.at, self.states.place, parts_of(cell)
        self._flow_place = self._place[cell.axial.positions(by_cell(self))]
        self._growth = Growth(self.at["v"], self.at[RELATIVE_VOLUME], cell.area_power)
        self._volume_place = self._place[self._growth.volumes]
        self._rate.resize(len(self._all))
        self._y_all, self._f_all = runtime.values_of(self._all), runtime.values_of(self._rate)
        self._together = together(cell)
        self._all_v = np.concatenate([self.at[kind] for kind in ("v", GLIA + "v") if kind in self.at])
        self._passing, self._rows = len(cell.axial.passing), tally.rows
        self._more = self._passing + self._rows  # that is counted beside the ions
        self.counted = len(self._together.ion) + self._more
        self._may_dry = bool(cell.water_ratio)
        self.evaluations = self.jacobians = self.factorisations = 0
        self.start = self._y_all[self._place] if start is None else settled(cell, self.at, start)
        _check_currents(self)
        self.begin(self.start, hold)

    def begin(self, start: np.ndarray, hold: str | None = None) -> None:
        """Start from y, (states,): choose what is free and what follows from there on; hold as at first."""
        self.start, self.follows = start, charge_relations(self.cell, self.states) if hold is None else {}
        self.unknowns = choose_unknowns(self.cell, self.states, start, hold, self.follows)
        self.free = self.unknowns.index
        self._follow()

    @held()
    def renew(self) -> None:
        """Take in what has changed in the cell since, its start state too; what is free stays so."""
        runtime.h.celsius = self.cell.celsius
        self.cell.write()
        self.tally.renew()
        runtime.initialise()
        self._integrator.states(self._all)
        self.start = self._y_all[self._place]
        self.follows = charge_relations(self.cell, self.states) if self.follows else {}
        self._follow(self._followers)

    def turned(self, strength: bool) -> None:
        """Take in that a number of the cell has been turned. strength: that it was one of `Dial.strength`."""
        if strength:
            write_strengths(self.cell)
            self.refresh()
        else:
            self.renew()

    def restart(self, y: np.ndarray) -> None:
        """Start from another state y, (states,), of the same cell; what is free stays so."""
        self.start = settled(self.cell, self.at, y)
        self._follow(self._followers)

    def _follow(self, before: Followers | None = None) -> None:
        self._followers: Followers = find_followers(self.follows, self.start, self._growth)
        self.refresh()
        found = self._followers
        self._y_all[self._place] = self.start
        self._terms = self._place[found.at], found.kept, self._place[found.sources], found.factors
        if before is not None and np.array_equal(found.factors, before.factors):
            return  # all else is as it was
        self.lift = lift_of(found, self.states.size, self.free)
        self._jacobian = None  # made when it is asked for
        self._free_place, self._positive_place = self._place[self.free], self._place[self.unknowns.positive]
        self._free_v = among(self.free, self._all_v)
        grows = len(self._free_v) and self._growth.power
        v, volumes = (self._growth.v, self._growth.volumes) if grows else (self.free[:0], self.free[:0])
        self._charged = v, volumes, self._growth.power
        self._charged_place = self._place[v], self._place[volumes], self._growth.power

    # ------------------------------------------------------------------ states
    def pack(self, y: np.ndarray) -> np.ndarray:
        """The free states x of all states y, (states,); `expand` inverted."""
        return (self._growth.charged(y) if len(self._charged[0]) else y)[self.free]

    def expand(self, x: np.ndarray) -> np.ndarray:
        """All states y from the free ones, (free,) or (times, free)."""
        follow, shape = self._followers, (*x.shape[:-1], len(self.start))
        terms = follow.at, follow.kept, follow.sources, follow.factors, *self._charged
        return expanded(np.atleast_2d(x), self.start, self.free, *terms).reshape(shape)

    def state(self, y: np.ndarray) -> dict[str, np.ndarray]:
        """v, concentrations and relative volume of y by name; see `states.concentrations`."""
        return whole_state(self, y)

    def load(self, x: np.ndarray) -> None:
        """Put state x into NEURON's segments, with every current evaluated there."""
        self.full_rates(y := self.expand(x))
        for kind, at in self.at.items():
            self.states.variables[kind].set(y[at])

    def possible(self, x: np.ndarray) -> bool:
        """Whether at x every amount and volume is at least 0 and no closed space has run dry."""
        if not put(
            x, self._free_place, *self._terms, *self._charged_place, self._positive_place, self._y_all
        ):
            return False
        return not self._may_dry or not dry(self.cell, self.at, self.expand(x)).any()

    def check_possible(self, x: np.ndarray, when: str, last: bool = False) -> None:
        """ConvergenceError unless `possible` at x, or where, of a course that cannot go on from x (`last`),
        next to nothing of an ion is left; `when` ends its sentence, "after 2 h"."""
        y, positive = self.expand(x), self.unknowns.positive
        if not self.possible(x) or (last and emptied(self.states, positive, y)):
            raise impossible(self.cell, self.states, positive, y, when)

    # ------------------------------------------------------------------ equations
    def full_rates(self, y: np.ndarray, flow: bool = True) -> np.ndarray:
        """dy/dt (mV/ms, mM/ms, 1/ms), (states,), by NEURON. flow: False keeps what flows along the cell as
        it was in the state before."""
        return self._growth.spread(self.charging_rates(y, flow), y)

    def charging_rates(self, y: np.ndarray, flow: bool = True) -> np.ndarray:
        """Likewise, with dq/dt of growth.py in the place of dV/dt."""
        self._y_all[self._place] = y
        self._evaluate(flow)
        return self._read(self._place, self._all_v)[: len(y)]

    def rates(self, x: np.ndarray) -> np.ndarray:
        """dx/dt, (free,); it depends on nothing else, not on time either."""
        return self.rates_and_entering(x)[: len(self.free)]

    def rates_and_entering(self, x: np.ndarray) -> np.ndarray:
        """dx/dt of the free states and, after them, the flux of each ion through the whole membrane (mM of
        the volume that the cell began with per ms, into the cell), likewise of its glia or of each of several
        cells, what passes from cell to cell (mM um3/ms), and what the tally counts (fmol/ms), (free +
        counted,). As `full_rates` of `expand(x)`, without writing what does not change.
        """
        put(x, self._free_place, *self._terms, *self._charged_place, self._positive_place, self._y_all)
        self._evaluate()
        found = self._read(self._free_place, self._free_v, self._more)
        if self._passing:
            found[-self._more : len(found) - self._rows] = self.cell.axial.passing
        if self._rows:
            self.tally.put(found, self._y_all, self._volume_place)
        return found

    def flowing(self) -> np.ndarray:
        """What the tally counts, value by value, as NEURON has just evaluated it."""
        return self.tally.values(self._y_all[self._volume_place])

    def charging_and_counted(self, y: np.ndarray, flow: bool = True) -> np.ndarray:
        """`charging_rates` and, after them, what the tally counts, value by value."""
        return np.append(self.charging_rates(y, flow), self.flowing())

    def _evaluate(self, flow: bool = True) -> None:
        """Let NEURON evaluate f of what stands in its vector, what flows along the cell written before."""
        axial = self.cell.axial
        try:
            with held():  # it calls back
                if flow:
                    axial.arrive(self._y_all[self._flow_place])
                axial.written = True
                self._integrator.f(0, self._all, self._rate)
        except RuntimeError as error:
            raise EngineError(
                f"NEURON cannot evaluate {self.cell.name} ({str(error).split('::')[-1]}); were sections "
                "made or deleted while it was being solved?"
            ) from None
        finally:
            axial.written = False
        raise_pending_interrupt()
        self.evaluations += 1
        self._currents = currents_of(self.cell)

    def _read(self, place: np.ndarray, at_v: np.ndarray, more: int = 0) -> np.ndarray:
        """The rates that NEURON has just found at `place` and, after them, each ion's flux through the
        membrane and `more` free places; those `at_v` are dq/dt (mV/ms, growth.py; dV/dt where the area stays)
        from the currents.
        """
        into = self._currents, self._together.ion, self._together.into
        axial, capacitance = self.cell.axial, self._together.capacitance
        along, now = (axial.entering, axial.charging, capacitance), (self._y_all, self._volume_place)
        return rates_of(self._f_all, place, *into, at_v, *along, *now, self._growth.power, more)


def _leaking(cell: Cell) -> np.ndarray:
    """What leaks in a cell, all ions without their signs (mA/cm2), (compartments,)."""
    leaks = (cell.variables[f"i_{leak.mechanism}"].get() for leak in cell.membrane.leak.values())
    return sum((np.abs(leak) for leak in leaks), np.zeros(cell.size))


def _check_currents(system: System) -> None:
    """InputError where a current flows that belongs to no ion of the cell (electrode, synapse, ...)."""
    at, cell = system.at["v"], system.cell
    for shift in (0.0, 7.3):  # at another voltage too: a current may be 0 at the first
        y = system.start.copy()
        y[at] += shift
        ours = system.full_rates(y)[at]
        _check_voltage_rates(cell, ours, system._f_all[system._place[at]], currents_of(cell)[:, : cell.size])


def _check_voltage_rates(cell: Cell, ours: np.ndarray, theirs: np.ndarray, currents: np.ndarray) -> None:
    """InputError where dV/dt from the ions' currents is not NEURON's own, per compartment: a current
    flows that belongs to no ion of the cell (electrode, synapse, ...)."""
    spread = max(1.0, cell.axial.stiffness())
    # what cancels in a sum leaves its last digits: of large currents those are large
    leaks = np.concatenate([_leaking(one) for one in cell.members])
    parts = np.abs(currents).sum(axis=0) + leaks
    cancelled = 1e3 * parts / cell.geometry.capacitance
    apart = np.abs(ours - theirs)
    if (apart > 1e-10 * (np.abs(theirs).max() + 100 * spread + cancelled)).any():
        worst = int(np.argmax(apart))
        current = 1e-3 * cell.geometry.capacitance[worst] * (ours - theirs)[worst]
        raise InputError(
            f"{cell.name}: in {cell.geometry.name_of(worst)} a "
            f"current of {current:.3g} mA/cm2 belongs to none of its ions; an electrode, a "
            "synapse or a mechanism was put there after the cell was made"
        )
