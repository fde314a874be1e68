"""What moves ions and current in several cells at once: along each of them, and between them."""

from collections.abc import Mapping, Sequence

import numpy as np

from .electrodiffusion import AxialFlow
from .faces import elimination_order
from .junctions import JunctionFlow


class JoinedFlow(AxialFlow):
    """The flows along several cells, whose compartments are numbered one cell after the other, and those
    between them; as an `AxialFlow` for who solves the equations.

    cells: along each; between: of ways with the same ions
    passing: what has last passed the ways inside, of each of `between` (ions, ways), one after the other
    (mM um3/ms, a to b); counted: junction ("" of what is none) and ion of each
    """

    def __init__(self, cells: Sequence[AxialFlow], between: Sequence[JunctionFlow]) -> None:
        self.cells, self.between = list(cells), list(between)
        self.mode, self.written, self.detached = cells[0].mode, False, False
        self.lateral = cells[0].lateral
        sizes = [len(flow.volume) for flow in cells]
        self.first = np.concatenate([[0], np.cumsum(sizes)])
        self.entering = np.zeros(self.first[-1])
        self.charging = np.concatenate([flow.charging for flow in cells])
        self._begin = self._lay_out(sizes)
        along = [(flow.a + first, flow.b + first) for flow, first in zip(cells, self.first, strict=False)]
        pairs = [*map(np.array, along), *(flow.ways.ends for flow in between)]
        self.a, self.b = np.concatenate(pairs, axis=1).astype(int)
        self.elimination_order = elimination_order(self.a, self.b, int(self.first[-1]))
        self.passing = np.zeros(sum(len(flow.ions) * len(flow.ways.names) for flow in between))
        self.counted = [
            (name if strength > 0 else "", ion)
            for flow in between
            for ion in flow.ions
            for name, strength in zip(flow.ways.names, flow.ways.strength, strict=True)
        ]
        for flow in between:
            self._place(flow)

    def _lay_out(self, sizes: Sequence[int]) -> list[tuple[int, int]]:
        """Give each cell its part of what arrives and of the current; where in all states, and in all that
        arrives, those of each begin."""
        begins, states, rows = [], 0, 0
        for flow, size in zip(self.cells, sizes, strict=True):
            begins.append((states, rows))
            states, rows = states + len(flow.kinds) * size, rows + flow.arriving.size
        self._arriving = np.zeros(rows)
        for flow, size, (_, begin), first in zip(self.cells, sizes, begins, self.first, strict=False):
            flow.arriving = self._arriving[begin : begin + flow.arriving.size].reshape(-1, size)
            flow.entering = self.entering[first : first + size]
            flow.written = True  # it is this that NEURON calls
        return begins

    def _place(self, flow: JunctionFlow) -> None:
        """Where the ends of ways are in all states and in all that arrives."""
        pick = np.empty((2, len(flow.kinds), len(flow.ways.names)), int)
        put = np.empty((2, flow.flows + 1, len(flow.ways.names)), int)
        for end, way in np.ndindex(2, len(flow.ways.names)):
            at = int(flow.ways.ends[end, way])
            which = int(np.searchsorted(self.first, at, side="right")) - 1
            cell, size, (states, rows) = self.cells[which], len(self.cells[which].volume), self._begin[which]
            here = at - int(self.first[which])
            pick[end, :, way] = [states + cell.kinds.index(kind) * size + here for kind in flow.kinds]
            inside = [cell.ions.index(ion) for ion in flow.ions]
            outside = [len(cell.ions) + row for row in inside] if flow.lateral else []
            put[end, :, way] = [
                rows + row * size + here for row in (*inside, *outside, len(cell.arriving) - 1)
            ]
        flow.pick, flow.put = pick, put

    def positions(self, where: Sequence[Mapping[str, np.ndarray]]) -> np.ndarray:
        """Where in y the states of all cells are that the flow depends on, one cell after the other. where:
        by kind, of each."""
        own = [flow.positions([at]).ravel() for flow, at in zip(self.cells, where, strict=True)]
        return np.concatenate(own)

    def arrive(self, state: np.ndarray) -> None:
        """Write to NEURON what ions and current bring to compartments in a `state`, as `positions` has it."""
        own = self._states(state)
        for flow, values in zip(self.cells, own, strict=True):
            flow.gather(values)
        self._between(state)
        for flow, values in zip(self.cells, own, strict=True):
            flow.scatter(values)

    def _states(self, state: np.ndarray) -> list[np.ndarray]:
        parts = []
        for flow, (begin, _) in zip(self.cells, self._begin, strict=True):
            size = len(flow.volume)
            parts.append(state[begin : begin + len(flow.kinds) * size].reshape(len(flow.kinds), size))
        return parts

    def _between(self, state: np.ndarray) -> None:
        done = 0
        for flow in self.between:
            flux, current = flow.at(state[flow.pick])
            both = np.vstack([flux, current])
            for sign, end in ((-1.0, 0), (1.0, 1)):
                np.add.at(self._arriving, flow.put[end], sign * both)
                np.add.at(self.entering, flow.ways.ends[end], sign * current)
            inside = flux[: len(flow.ions)]
            self.passing[done : done + inside.size] = inside.ravel()
            done += inside.size

    def __call__(self) -> None:
        """Read the state from NEURON, write what arrives back."""
        if self.written:
            return
        try:
            self.arrive(np.concatenate([flow.reading.get().ravel() for flow in self.cells]))
        except RuntimeError:
            if not self.detached:
                raise

    def stiffness(self) -> float:
        """Fastest rate (1/ms) at which NEURON's axial current levels V between two compartments."""
        return max(flow.stiffness() for flow in self.cells)
