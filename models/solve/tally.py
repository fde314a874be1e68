"""What every process of a cell carries of each ion, and spends of ATP, counted while the cell is followed.

It is integrated with the cell's own states and by the same formula, so that what the processes have moved
adds up to what the cell has gained to round-off, at any tolerance.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..cell.cell import Cell
from ..cell.stimuli import Stimulus
from ..compiled import compiled
from ..physics.ions import VALENCE
from ..physics.theory import FARADAY
from ..simulator.mechanisms import PUMPS
from ..simulator.nmodl import declarations
from ..simulator.runtime import SegmentVariable
from .states import parts_of
from .told import spending, tells

ATP = "atp"
INTO = -10.0 / FARADAY  # 1 mA/cm2 outward x 1 um2 of a monovalent cation: fmol/ms into the cell
SPENT = 1e4  # 1 mol/cm2/s x 1 um2: fmol/ms
PER_POINT = 100.0  # 1 nA over 1 um2: mA/cm2


class Counts:
    """What is counted of a cell: nothing.

    keys: of each row the process and the ion, or "atp"; rows: how many there are
    at, row: of each value that makes them its compartment and its row, (values,)
    tolerated: of each row the error of a step (fmol) at the usual tolerance, (rows,); most are infinite
    """

    keys: Sequence[tuple[str, str]] = ()
    at = row = np.zeros(0, int)
    tolerated = np.zeros(0)

    @property
    def rows(self) -> int:
        """How many are counted."""
        return len(self.keys)

    def renew(self) -> None:
        """Take in what has changed in the cell's settings since."""

    def values(self, relative_volume: np.ndarray) -> np.ndarray:
        """What flows now (fmol/ms, into the cell), (values,), as NEURON has last computed it.

        relative_volume: with which the membrane's area may grow, (compartments,).
        """
        return np.zeros(0)

    def summed(self, values: np.ndarray) -> np.ndarray:
        """Of each row what these values, (values,), add up to."""
        return np.bincount(self.row, values, self.rows)

    def put(self, rates: np.ndarray, y: np.ndarray, volumes: np.ndarray) -> None:
        """Put what flows now (fmol/ms) into the last places of `rates`, a row each. y: NEURON's states, which
        has the relative volumes at `volumes`."""


NOTHING = Counts()


class _Source(NamedTuple):
    """Where NEURON tells something of a process: of owners (sections, point processes) a variable, in these
    compartments, and what of it is to be counted (a function: settings may change it)."""

    key: tuple[str, str]
    owners: list
    name: str
    at: np.ndarray
    factor: Callable[[], np.ndarray | float]


class Tally(Counts):
    """What the processes of a cell, and what an experiment has put into it, carry."""

    def __init__(self, cell: Cell, stimuli: Sequence[Stimulus] = ()) -> None:
        self._cell = cell
        of_cell = _sources(cell) if len(cell.members) == 1 else _of_several(cell)
        told = [*of_cell, *(own for stimulus in stimuli for own in _of(stimulus, cell))]
        self._sources = [*told, *_untold(cell, told)]
        self.keys = list(dict.fromkeys(source.key for source in self._sources))
        row = [np.full(len(source.at), self.keys.index(source.key)) for source in self._sources]
        self.at, self.row = np.concatenate([source.at for source in self._sources]), np.concatenate(row)
        least = {(one.label, ion): one.tolerated for one in stimuli for ion in cell.ions}
        self.tolerated = np.array([least.get(key, np.inf) for key in self.keys])
        self._variable = SegmentVariable.of_several((source.owners, source.name) for source in self._sources)
        self.renew()

    def renew(self) -> None:
        """Take in what has changed in the cell's settings since."""
        parts = [np.broadcast_to(source.factor(), len(source.at)) for source in self._sources]
        self._factor = np.concatenate(parts) * self._cell.area[self.at]

    def values(self, relative_volume: np.ndarray) -> np.ndarray:
        """What flows now (fmol/ms, into the cell), (values,), as NEURON has last computed it."""
        grown = np.asarray(self._cell.grown(relative_volume[self.at]))
        return self._variable.get() * self._factor * grown

    def put(self, rates: np.ndarray, y: np.ndarray, volumes: np.ndarray) -> None:
        """Put what flows now (fmol/ms) into the last places of `rates`, a row each."""
        if self._cell.area_power:
            rates[-self.rows :] = self.summed(self.values(y[volumes]))
        else:
            _put(rates, self._variable.get(), self._factor, self.row, self.rows)


@compiled
def _put(rates: np.ndarray, values: np.ndarray, factor: np.ndarray, row: np.ndarray, rows: int) -> None:
    first = len(rates) - rows
    rates[first:] = 0.0
    for i in range(len(values)):
        rates[first + row[i]] += values[i] * factor[i]


def _sources(cell: Cell) -> Iterator[_Source]:
    """Everything of the cell's processes that NEURON tells by itself."""
    whole, membrane = np.arange(cell.size), cell.membrane
    for ion in cell.ions:
        name = f"i_{membrane.leak[ion].mechanism}"
        yield _Source(("leak", ion), cell.sections, name, whole, _constant(INTO / VALENCE[ion]))
    if cell.parameters.pump.mechanism is None:
        for mechanism in membrane.pump_share:
            cycle = f"icycle_{mechanism}"
            yield _Source(("pump", "na"), cell.sections, cycle, whole, _pumped(cell, "n_na", INTO))
            yield _Source(("pump", "k"), cell.sections, cycle, whole, _pumped(cell, "n_k", -INTO))
    for mechanism in (one for one in membrane.pump_share if one in PUMPS):
        yield _Source(("pump", ATP), cell.sections, f"atpase_{mechanism}", whole, _constant(SPENT))
    for ion in cell.ions:
        for mechanism in membrane.writes[ion]:
            if tells(ion, mechanism):
                yield _of_mechanism(cell, ion, mechanism)
    for carrier in membrane.carriers:
        at = np.array([carrier.compartment])
        for ion in cell.ions:
            if carrier.share(ion):
                name, factor = carrier.told(ion)
                share = factor * PER_POINT * INTO / (VALENCE[ion] * cell.area[at])
                yield _Source((carrier.current, ion), [carrier.process], name, at, _constant(share))
    for mechanism in spending(cell):
        at = np.array(membrane.channels[mechanism])
        owners = cell.geometry.sections_of(membrane.channels[mechanism])
        yield _Source((mechanism, ATP), owners, f"atpase_{mechanism}", at, _constant(SPENT))


def _of_several(cell: Cell) -> Iterator[_Source]:
    """What each of several cells tells, with its name before the process's."""
    for part in parts_of(cell):
        for source in _sources(part.cell):
            process, ion = source.key
            yield source._replace(key=(f"{part.cell.name}.{process}", ion), at=part.first + source.at)


def _of_mechanism(cell: Cell, ion: str, mechanism: str) -> _Source:
    """The current of an ion that a mechanism, of density or in points, tells."""
    into, points = INTO / VALENCE[ion], cell.membrane.points
    if mechanism in points:
        at = np.array([place for place, _ in points[mechanism]])
        owners = [process for _, process in points[mechanism]]
        density = PER_POINT * into / cell.area[at]
        return _Source((mechanism, ion), owners, f"i{ion}", at, _constant(density))
    owners = cell.membrane.channels[mechanism]
    sections = cell.geometry.sections_of(owners)
    return _Source((mechanism, ion), sections, f"i{ion}_{mechanism}", np.array(owners), _constant(into))


def _untold(cell: Cell, told: Sequence[_Source]) -> Iterator[_Source]:
    """What is left of each ion's whole current, of the mechanisms that do not tell their own; a pump of the
    user's is one of these."""
    for part in (one for one in parts_of(cell) if one.cell in cell.members):
        whole, several = np.arange(part.first, part.first + part.cell.size), len(cell.members) > 1
        for ion, silent in _silent(part.cell).items():
            name = " + ".join(silent)
            key = f"{part.cell.name}.{name}" if several else name, ion
            all_of_it = _Source(key, part.cell.sections, f"i{ion}", whole, _constant(INTO / VALENCE[ion]))
            less = [one._replace(key=key, factor=_less(one, whole)) for one in told if one.key[1] == ion]
            found = [all_of_it, *less]
            yield from found
            if ion == "na" and silent == ["pump"]:
                yield from (one._replace(key=(key[0], ATP), factor=_spent(one, part.cell)) for one in found)


def _silent(cell: Cell) -> dict[str, list[str]]:
    """By ion, what carries it and does not tell how much; only where there is something."""
    writes = cell.membrane.writes
    silent = {ion: [name for name in names if not tells(ion, name)] for ion, names in writes.items()}
    if cell.parameters.pump.mechanism is not None:
        silent |= {ion: ["pump", *silent[ion]] for ion in ("na", "k")}
    return {ion: names for ion, names in silent.items() if names}


def _less(source: _Source, whole: np.ndarray) -> Callable[[], np.ndarray]:
    """The factors with which a source is taken off in these compartments."""
    inside = np.isin(source.at, whole)
    return lambda: np.where(inside, -np.asarray(source.factor()), 0.0)


def _spent(source: _Source, cell: Cell) -> Callable[[], np.ndarray | float]:
    """The factors that make ATP of the Na+ that a pump brings in, which is negative."""
    return lambda: -source.factor() / cell.conditions.pump["n_na"]


def _of(stimulus: Stimulus, cell: Cell) -> Iterator[_Source]:
    """What an experiment's point processes carry."""
    for ion in (ion for ion in cell.ions if declarations(stimulus.mechanism).carries(ion)):
        density = PER_POINT * INTO / (VALENCE[ion] * cell.area[stimulus.places])
        key = stimulus.label, ion
        yield _Source(key, stimulus.processes, f"i{ion}", stimulus.places, _constant(density))


def _constant(factor: np.ndarray | float) -> Callable[[], np.ndarray | float]:
    return lambda: factor


def _pumped(cell: Cell, number: str, factor: float) -> Callable[[], float]:
    return lambda: factor * cell.conditions.pump[number]
