"""The states of a cell over time, as they are put together from stretches."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ..cell.cell import Cell
from ..words import HOUR
from .spikes import Spike


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
    moved: where asked for, by process and ion what it has brought into the cell (fmol; by process and "atp"
    what it has spent), (times,)
    flows: how fast it does so (fmol/ms), (times,) likewise
    peaks: when each spike was, where and how high
    end: the whole state at the end, by kind (of amounts, gates, ...), to go on from
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
    moved: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    flows: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    peaks: list[Spike] = field(default_factory=list)
    end: dict[str, np.ndarray] = field(default_factory=dict)

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
    """A course from one time to the next, in one piece or several. t: times (ms); state, gates: by name,
    (times, compartments);
    entered: (times and the end, ions); moved: (times and the end, rows of a tally), flows: (times, rows);
    pump: net current, (times, compartments); counts: of evaluations, Jacobians, factorisations; glia: of the
    cell's, or None."""

    t: np.ndarray
    state: dict[str, np.ndarray]
    gates: dict[str, np.ndarray]
    entered: np.ndarray
    moved: np.ndarray
    flows: np.ndarray
    pump: np.ndarray | None
    counts: tuple[int, int, int]
    glia: "Stretch | None" = None


def merged(stretches: list[Stretch]) -> Stretch:
    """Several stretches, one after the other, as one."""
    if len(stretches) == 1:
        return stretches[0]

    def whole(values: Iterable[np.ndarray]) -> np.ndarray:
        return np.concatenate(list(values))

    def named(values: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        return {name: whole(one[name] for one in values) for name in values[0]}

    kept = [len(part.t) for part in stretches]
    pumps = [part.pump for part in stretches if part.pump is not None]
    beside = [part.glia for part in stretches if part.glia is not None]
    return Stretch(
        whole(part.t for part in stretches),
        named([part.state for part in stretches]),
        named([part.gates for part in stretches]),
        _running([part.entered for part in stretches], kept),
        _running([part.moved for part in stretches], kept),
        whole(part.flows for part in stretches),
        whole(pumps) if pumps else None,
        tuple(np.sum([part.counts for part in stretches], axis=0).tolist()),
        merged(beside) if beside else None,
    )


def joined(
    cell: Cell, stretches: list[Stretch], spikes: list[Spike], keys: list[tuple[str, str]] | None = None
) -> Course:
    """One course of all stretches. keys: of a tally's rows."""
    one = merged(stretches)
    evaluations, jacobians, factorisations = one.counts
    return Course(
        one.t,
        one.state,
        one.gates,
        one.pump,
        dict(zip(cell.ions, one.entered[:-1].T, strict=True)),
        evaluations,
        jacobians,
        factorisations,
        len(spikes),
        glia=None if one.glia is None or cell.glia is None else joined(cell.glia, [one.glia], []),
        moved=dict(zip(keys or [], one.moved[:-1].T, strict=True)),
        flows=dict(zip(keys or [], one.flows.T, strict=True)),
        peaks=spikes,
    )


def _running(parts: list[np.ndarray], kept: list[int]) -> np.ndarray:
    """What has accumulated since the beginning, from what has within each stretch at the times that it keeps
    and, last, at its end; so it ends too."""
    before, found = np.zeros(parts[0].shape[1]), []
    for part, count in zip(parts, kept, strict=True):
        found.append(part[:count] + before)
        before = part[-1] + before
    return np.concatenate([*found, before[None]])
