"""What can be computed of a member: the experiments, by name, and the numbers of their summaries."""

import inspect
import math
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from ..experiments.result import Result

# each a function of a cell (of run: of a protocol and a cell) in a file of its name
COMPUTED = (
    "rest",
    "block",
    "run",
    "follow",
    "determinants",
    "glycoside",
    "anoxia",
    "excite",
    "iv",
    "tipping",
)
# what of a result is kept first, and shown
TOLD = {
    "rest": ("v_rest_mV", "nai_mM", "ki_mM"),
    "block": ("hours_to_10_mV", "v_end_mV", "nai_end_mM"),
    "run": ("v_end_mV", "v_highest_mV", "atp_molecules"),
    "follow": ("folds_0_value", "folds_0_v_mV", "hopfs_0_value"),
    "determinants": ("v_rest_mV",),
    "glycoside": ("v_end_mV", "pump_left_end", "nai_end_mM"),
    "anoxia": ("v_end_mV",),
    "excite": ("points_0_threshold_nA", "points_0_v_rest_mV", "points_0_spike_peak_mV"),
    "iv": ("roots_0_v_mV",),
    "tipping": ("fold", "basin_edge"),
}
OURS = ("cell", "protocol", "set", "scale", "progress", "options", "checkpoint", "see", "electrode")
NOT_FOUND = {"wall_s", "modes"}  # another time in every run; what the slowest of says enough
DEEPEST, LONGEST = 3, 50  # of lists within a summary that become columns


@cache
def function_of(name: str) -> Callable[..., Result]:
    """The experiment of a name. It is loaded here: with it comes NEURON."""
    return getattr(import_module(f"..experiments.{name}", __package__), name)


@cache
def arguments_of(name: str) -> list[str]:
    """What an experiment takes beside the cell and its changes."""
    return [one for one in inspect.signature(function_of(name)).parameters if one not in OURS]


@cache
def needed_of(name: str) -> list[str]:
    """Those of them that it cannot do without."""
    takes = inspect.signature(function_of(name)).parameters
    return [one for one in arguments_of(name) if takes[one].default is inspect.Parameter.empty]


def numbers_of(summary: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a summary by name; within lists and tables by the way there, "folds_0_value". Yes and no
    are 1 and 0; what is none, and what is not finite, is left out."""
    found: dict[str, float] = {}
    _gather(summary, "", found, 0)
    return found


def _gather(given: Any, name: str, found: dict[str, float], depth: int) -> None:
    if isinstance(given, Mapping):
        every = [(str(key), value) for key, value in given.items() if key not in NOT_FOUND]
    elif isinstance(given, list | tuple):
        every = [(str(i), value) for i, value in enumerate(given[:LONGEST])]
    else:
        if isinstance(given, int | float) and math.isfinite(given):
            found[name] = float(given)
        return
    if depth > DEEPEST:
        return
    for key, value in every:
        _gather(value, f"{name}_{key}" if name else key, found, depth + 1)
