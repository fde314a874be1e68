"""pumpleak: cells whose resting membrane potential is a result, not a parameter.

from models import Neuron, rest, block
cell = Neuron()
print(rest(cell).summary["v_rest_mV"])
print(block(cell, hours=2).summary["v_end_mV"])
"""

from .cells import Muscle, Neuron, make_cell
from .errors import BalanceError, ConvergenceError, EngineError, InputError, PumpleakError, PumpleakWarning
from .experiments.block import block
from .experiments.compare import compare
from .experiments.excite import excite
from .experiments.glycoside import glycoside
from .experiments.rest import rest
from .solve.time_course import Event, evolve
from .version import VERSION as __version__

__all__ = [
    "BalanceError",
    "ConvergenceError",
    "EngineError",
    "Event",
    "InputError",
    "Muscle",
    "Neuron",
    "PumpleakError",
    "PumpleakWarning",
    "__version__",
    "block",
    "compare",
    "evolve",
    "excite",
    "glycoside",
    "make_cell",
    "rest",
]
