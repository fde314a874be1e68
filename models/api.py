"""What a user of pumpleak imports from it."""

from .cells import Muscle, Neuron, make_cell
from .errors import (
    BalanceError,
    ConvergenceError,
    EngineError,
    InputError,
    NoRestError,
    PumpleakError,
    PumpleakWarning,
)
from .existing.adopt import adopt
from .existing.audit import audit
from .existing.settle import settle
from .experiments.anoxia import anoxia
from .experiments.block import block
from .experiments.compare import compare
from .experiments.determinants import determinants
from .experiments.excite import excite
from .experiments.follow import follow
from .experiments.glycoside import glycoside
from .experiments.infer import infer
from .experiments.inspect import inspect
from .experiments.iv import iv
from .experiments.rest import rest
from .experiments.run import run
from .experiments.statements.tried import statements
from .experiments.tipping import tipping
from .simulator.library import load_mechanisms
from .solve.events import Event
from .solve.time_course import evolve
from .studies.study import study
from .systems import Cells

__all__ = [
    "BalanceError",
    "Cells",
    "ConvergenceError",
    "EngineError",
    "Event",
    "InputError",
    "Muscle",
    "Neuron",
    "NoRestError",
    "PumpleakError",
    "PumpleakWarning",
    "adopt",
    "anoxia",
    "audit",
    "block",
    "compare",
    "determinants",
    "evolve",
    "excite",
    "follow",
    "glycoside",
    "infer",
    "inspect",
    "iv",
    "load_mechanisms",
    "make_cell",
    "rest",
    "run",
    "settle",
    "statements",
    "study",
    "tipping",
]
