"""Whether a cell comes back to the branch of rests that it has left: after a change, slow or sudden, or after
a pause of its pump.

The branch is followed from the cell's rest by continuation, as far as it goes one way, so that it is known
what the cell would come back to wherever its dial stops, and from where on there is nothing. Where the cell
goes is found by following it through time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..cell.cell import Cell
from ..cell.dial import Dial
from ..errors import ConvergenceError, GivenUpError
from ..simulator.runtime import quiet_neuron, undisturbed
from .along import Along, Range
from .drive import Seen, driven
from .equations import System
from .path import Lost, begin, follow, settle
from .steady_state import find_steady_state
from .turns import FOLD, HOPF, growing, turns_between

STEP = 1 / 60  # along the branch, in units of its length
ALIKE = 1e-3  # of the scale: states that are the same


@dataclass(frozen=True)
class End:
    """Where a cell goes. x: its rest, (free,), or where it was last followed to; back: whether it is on the
    branch that it came from; rests: whether it rests at all; spikes: on the way there."""

    x: np.ndarray
    back: bool
    rests: bool = True
    spikes: int = 0


class Homecoming:
    """A cell at rest at one end of a range of a dial, and the branch from there.

    x: its rest, (free,), where the range begins, u = 0
    branch: the rests along it, each (u, free states), to the fold or as far as it goes
    fold: the same of where it turns round; None where it does not before the range ends
    hopf: the same of where it begins to oscillate before, and is followed no further
    """

    def __init__(self, cell: Cell, dial: Dial, over: Range, max_spikes: int | None = None) -> None:
        dial.turn(over.high or over.low)  # a drug that comes is bound: a state of the cell
        system = System(cell)
        dial.turn(over.low)
        system.renew()
        x = system.pack(system.start)
        self.along, self._max_spikes = Along(system, dial, over, x, 0.0), max_spikes
        if over.low != dial.first:
            x, _ = find_steady_state(system, max_spikes=max_spikes, x=x, in_time=True)
        self.x = x
        self.branch: list[tuple[float, np.ndarray]] = [(0.0, x)]
        self.fold: tuple[float, np.ndarray] | None = None
        self.hopf: tuple[float, np.ndarray] | None = None
        self._weights = cell.area / cell.area.sum()
        self._follow()

    @undisturbed()
    def _follow(self) -> None:
        here, grow = begin(self.along, self.x, 0.0, 1.0), 0
        for there in follow(self.along, here, STEP):
            then = growing(there)
            for turn in turns_between(self.along, here, there, (grow, then)):
                if turn.kind == FOLD:
                    self.fold = turn.point.u, turn.point.x
                    self.branch.append(self.fold)
                    return
                if turn.kind == HOPF and grow == 0:
                    self.hopf = turn.point.u, turn.point.x
                    self.branch.append(self.hopf)
                    return
            if there.direction[-1] < 0:
                return
            self.branch.append((there.u, there.x))
            here, grow = there, then

    @property
    def last(self) -> float:
        """How far the branch goes, u."""
        return self.branch[-1][0]

    @property
    def stops(self) -> bool:
        """Whether no more of the branch was found though nothing ends it."""
        return not (self.fold or self.hopf) and self.last < 1 - 1e-9

    def mean_v(self, x: np.ndarray) -> float:
        """V (mV), the mean of the membrane."""
        system = self.along.system
        return float(system.state(system.expand(x))["v"] @ self._weights)

    def rest(self, u: float) -> np.ndarray | None:
        """The rest of the branch at u, (free,); None where it goes no further."""
        if u > self.last:
            return None
        _, near = min(self.branch, key=lambda one: abs(one[0] - u))
        try:
            with quiet_neuron():
                return settle(self.along, near, u)
        except Lost:
            return None

    def turn(self, dial: Dial, value: float) -> None:
        """Give the cell another value of a dial, this range's or another."""
        dial.turn(value)
        self.along.forget()

    def moved(
        self, x: np.ndarray, ms: float, dial: Dial, value: Callable[[float], float], see: Seen | None = None
    ) -> np.ndarray:
        """The states, (free,), after `ms` from x, where the range begins, with a dial of the cell, this
        range's or another, at value(t); see `driven`."""
        self.along.turn(0.0)
        with quiet_neuron():  # which prints what exp cannot bear of a trial state
            found = driven(self.along.system, x, ms, dial, value, see=see)
        self.along.forget()
        return found

    def end(self, x: np.ndarray, u: float) -> End:
        """Where the cell goes from x with the dial at u."""
        home = self.rest(u)
        self.along.turn(u)
        try:
            with quiet_neuron():
                found, how = find_steady_state(
                    self.along.system, max_spikes=self._max_spikes, x=x, in_time=True
                )
        except GivenUpError:
            raise
        except ConvergenceError:
            return End(x, False, False)
        return End(found, home is not None and self._same(found, home), True, how["spikes"])

    def _same(self, one: np.ndarray, other: np.ndarray) -> bool:
        return bool(np.abs((one - other) / self.along.scale(other)).max() <= ALIKE)


def boundary(
    values: np.ndarray | Sequence[float], test: Callable[[float], bool], accuracy: float
) -> float | None:
    """The last value at which a test still holds: where it fails first on the way through `values`, by
    halving what is between (evenly, or by factors where all are above 0) until it is as small as `accuracy`.

    The test is taken to hold at the first value; None where it holds at all of them.
    """
    by_factors = min(values) > 0
    holds = float(values[0])
    for fails in map(float, values[1:]):
        if not test(fails):
            break
        holds = fails
    else:
        return None
    while abs(np.log(fails / holds) if by_factors else fails - holds) > accuracy:
        middle = float(np.sqrt(holds * fails)) if by_factors else (holds + fails) / 2
        if test(middle):
            holds = middle
        else:
            fails = middle
    return holds
