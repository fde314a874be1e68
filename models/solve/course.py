"""States over time, of a cell or of each of several, put together from stretches between events."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..axial.joined import JoinedFlow
from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..words import HOUR
from .equations import System
from .meaning import columns
from .of_part import state_of
from .states import parts_of, plain


@dataclass(repr=False)
class Course:
    """States over time.

    t: times (ms), (times,)
    state: v (mV), relative_volume (of the volume at the beginning) and, of each ion, the free concentration
    inside, na, ..., and outside, nao, ... (mM), each (times, compartments) and an attribute of its name as
    well (`course.na`; AttributeError where there is none)
    gates: the states of channels and pumps by name, (times, compartments that have them)
    pump: net current of the pumps (mA/cm2, outward), (times, compartments), where asked for, else None
    entered: by ion, the time integral of its flux through the whole membrane (into the cell, mM of the volume
    it began with), (times,)
    evaluations: of NEURON's equations, those for the Jacobians among them
    jacobians: how many were made
    factorisations: of Newton's matrix
    spikes: how often the cell has fired
    glia: the same of the cell's glia, where it has one; its amounts are mM of the glia's own volume
    cells: the same of each of several cells, by name; theirs enter through their own membranes, per their own
    volumes
    passed: of each junction between them by name, what of each ion has passed it since the beginning, from
    its first end to its second (fmol), (times,)
    """

    t: np.ndarray
    state: dict[str, np.ndarray]
    gates: dict[str, np.ndarray]
    pump: np.ndarray | None
    entered: dict[str, np.ndarray]
    evaluations: int
    jacobians: int
    factorisations: int
    spikes: int
    glia: "Course | None" = None
    cells: "dict[str, Course]" = field(default_factory=dict)
    passed: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> np.ndarray:
        if name in self.__dict__.get("state", {}):
            return self.__dict__["state"][name]
        raise AttributeError(f"a course has no {name!r}")

    def last(self, index: int = -1) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray] | None]:
        """The states of the cell and of its glia at a time, the last unless said, as a start for both."""
        own = {name: values[index] for name, values in self.state.items()}
        return own, None if self.glia is None else self.glia.last(index)[0]

    def __repr__(self) -> str:
        times, compartments = self.v.shape
        return f"<course of {self.t[-1] / HOUR:.4g} h: {times} times, {compartments} compartments>"


@dataclass(frozen=True)
class Stretch:
    """A course from one event to the next. t: times (ms); state, gates: by name, (times, compartments);
    entered: (times and the end, ions); pump: net current, (times, compartments); counts: of evaluations,
    Jacobians, factorisations; others: of the cell's glia, or of each of several cells, in the order of the
    system's parts; passed: (times and the end, what is counted of junctions)."""

    t: np.ndarray
    state: dict[str, np.ndarray]
    gates: dict[str, np.ndarray]
    entered: np.ndarray
    pump: np.ndarray | None
    counts: tuple[int, int, int]
    others: "list[Stretch]" = field(default_factory=list)
    passed: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))


def stretch_of(system: System, t: np.ndarray, states: np.ndarray, entered: np.ndarray, pump: bool) -> Stretch:
    """A stretch of a system's course. t: times (ms); states: (times, states) and entered: (times and the end,
    counted) there; pump: whether to keep the pumps' net current."""
    counts = system.evaluations, system.jacobians, system.factorisations  # before the pumps are asked
    plainly = {plain(kind) for kind in system.states.gates}

    def net(cell: Cell) -> np.ndarray | None:
        found = [pumped(system, y, cell).net for y in states] if pump else []
        return np.array(found).reshape(len(states), cell.size) if pump else None

    parts, done = [], 0
    for part in system.parts:
        of_part = {kind: at for kind, at in system.states.of(part).items() if kind in plainly}
        gates = {kind: columns(states, at) for kind, at in of_part.items()}
        own = entered[:, done : done + len(part.cell.ions)]
        done += len(part.cell.ions)
        state = state_of(system, part.cell, states)
        parts.append(Stretch(t, state, gates, own, net(part.cell), counts))
    if len(system.cell.members) == 1:
        return replace(parts[0], others=parts[1:])
    whole = _together(system, states, parts)
    return replace(whole, others=parts, passed=1e-3 * entered[:, done:])  # of mM um3, 1e-18 mol


def _together(system: System, states: np.ndarray, parts: list[Stretch]) -> Stretch:
    """The stretch of all of several cells, whose amounts are per the volume of all."""
    cell = system.cell
    entered = np.zeros((len(parts[0].entered), len(cell.ions)))
    for one, part in zip(cell.members, parts, strict=True):
        columns_of = [cell.ions.index(ion) for ion in one.ions]
        entered[:, columns_of] += part.entered * one.volume.sum() / cell.volume.sum()
    gates = {kind: columns(states, system.at[kind]) for kind in system.states.gates}
    pumps = [part.pump for part in parts if part.pump is not None]
    current = np.hstack(pumps) if pumps else None
    return Stretch(parts[0].t, system.state(states), gates, entered, current, parts[0].counts)


def joined_course(cell: Cell, stretches: list[Stretch], spikes: int) -> Course:
    """One course of all stretches."""
    others = [part.cell for part in parts_of(cell)] if len(cell.members) > 1 else []
    others += [cell.glia] if cell.glia is not None else []
    courses = [
        joined_course(other, [part.others[i] for part in stretches], 0) for i, other in enumerate(others)
    ]

    def joined(values: list[np.ndarray]) -> np.ndarray:
        return values[0] if len(values) == 1 else np.concatenate(values)

    state = {name: joined([part.state[name] for part in stretches]) for name in stretches[0].state}
    before, entered = np.zeros(len(cell.ions)), []
    for part in stretches:
        entered.append(part.entered[: len(part.t)] + before)
        before = part.entered[-1] + before
    evaluations, jacobians, factorisations = np.sum([part.counts for part in stretches], axis=0).tolist()
    currents = [part.pump for part in stretches if part.pump is not None]
    return Course(
        np.concatenate([part.t for part in stretches]),
        state,
        gates={kind: joined([part.gates[kind] for part in stretches]) for kind in stretches[0].gates},
        pump=np.concatenate(currents) if currents else None,
        entered=dict(zip(cell.ions, np.concatenate(entered).T, strict=True)),
        evaluations=evaluations,
        jacobians=jacobians,
        factorisations=factorisations,
        spikes=spikes,
        glia=courses[0] if cell.glia is not None else None,
        cells={one.name: course for one, course in zip(others, courses, strict=True)}
        if cell.glia is None
        else {},
        passed=_passed(cell, stretches),
    )


def _passed(cell: Cell, stretches: list[Stretch]) -> dict[str, dict[str, np.ndarray]]:
    """What has passed each junction of several cells, by its name and ion, (times,)."""
    before, parts = np.zeros(stretches[0].passed.shape[1]), []
    for part in stretches:
        parts.append(part.passed[: len(part.t)] + before if len(before) else part.passed)
        before = part.passed[-1] + before if len(before) else before
    if not len(before):
        return {}
    every, done = np.concatenate(parts), 0
    found: dict[str, dict[str, np.ndarray]] = {}
    assert isinstance(cell.axial, JoinedFlow)
    for flow in cell.axial.between:
        for ion in flow.ions:
            for name, strength in zip(flow.ways.names, flow.ways.strength, strict=True):
                if strength > 0:
                    found.setdefault(name, {})[ion] = every[:, done]
                done += 1
    return found
