"""Where a cell is when one of its numbers has come to another value, however slowly."""

from ..cell.cell import Cell
from ..cell.dial import turning
from ..solve.drive import driven
from ..solve.equations import System
from ..solve.meaning import glia_concentrations
from ..solve.spikes import Watch, highest
from ..words import HOUR
from .rest import Starts

SPIKES = 1000  # after which a cell that fires on the way is given up, unless told


def changed_within(
    cell: Cell, name: str, value: float, hours: float, max_spikes: int | None = None
) -> Starts:
    """The states of a cell, and of its glia, when a number of it has been brought evenly from what it is to
    `value` within `hours`, from the cell's start on; the cell is as before afterwards.

    name: of a setting or strength, as for `turning`. Raises InputError, ConvergenceError where the integrator
    gives up, GivenUpError (one of them) after `max_spikes`.
    """
    watch = Watch(cell.name, max_spikes or SPIKES)
    with turning(cell, name) as (dial,):
        system = System(cell)
        at_v, ms, first = system.unknowns.watched, hours * HOUR, dial.first
        x = driven(
            system,
            system.pack(system.start),
            ms,
            dial,
            lambda t: first + (value - first) * t / ms,
            see=lambda t, x: watch.see(t, *highest(x, at_v)),
        )
        y = system.expand(x)
        glia = None if cell.glia is None else glia_concentrations(cell, system.at, y)
        return system.state(y), glia
