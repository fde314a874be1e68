"""What is given from Python, checked where it comes in: one sentence in place of a traceback from within."""

import math
from typing import Any

import numpy as np

from ..errors import InputError
from .units import NUMBER, as_float, parse_number, shown

EXAMPLE = {
    "set": '{"ko": 8}',
    "scale": '{"pump": 0.5}',
    "start": '{"na": 30, "v": -40}',
    "carries": '{"i_pas": "k"}',
    "junction": '{"patch": 15}',
}


def number(
    name: str, value: Any, unit: str, low: float = -math.inf, high: float = math.inf, above: bool = False
) -> float:
    """A plain number (NumPy's count as well as Python's) in `unit`, from `low` to `high`; InputError else."""
    plain(name, value, unit)
    return parse_number(name, value, unit, low, high, above)


def plain(name: str, value: Any, unit: str) -> float:
    """A number in `unit`, or text with a unit of its own ("30 min"); InputError for anything else."""
    if not isinstance(value, str):
        return as_float(name, value)
    match = NUMBER.fullmatch(value)
    if match and not match[2]:
        of = "" if unit == "1" else f" ({unit})"
        raise InputError(f"{name}={shown(value)}: expected a number{of}, got text")
    return parse_number(name, value, unit)


def whole(name: str, value: Any, low: int) -> int:
    """A whole number, at least `low`; InputError else."""
    found = number(name, value, "1", low)
    if found != int(found):
        raise InputError(f"{name}={shown(value)}: expected a whole number")
    return int(found)


def named(name: str, given: object) -> dict[str, Any]:
    """{"ko": 8} or None as a dict of its own; InputError for anything else."""
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(key, str) for key in given):
        raise InputError(
            f"{name}: expected names with their values, {name}={EXAMPLE[name]}, got {shown(given)}"
        )
    return dict(given)


def check_cell(cell: Any) -> None:
    """InputError unless `cell` is a cell that has been made, whose sections are all there."""
    if not hasattr(cell, "check_unchanged"):
        hint = f"Neuron({cell!r})" if isinstance(cell, str) else "Neuron()"
        raise InputError(f"expected a cell, such as {hint} makes one, got {shown(cell)}")
    cell.check_unchanged()


def check_callable(name: str, given: object) -> None:
    """InputError unless `given` is a function or None."""
    if given is not None and not callable(given):
        raise InputError(f"{name}: expected a function or None, got {shown(given)}")


def rising(name: str, given: Any, end: float) -> np.ndarray:
    """Rising times (ms), (times,), from 0 to `end`; InputError else."""
    try:
        found = np.asarray(given, float)
        fit = found.ndim == 1 and found.size and (np.diff(found) > 0).all()
    except (TypeError, ValueError):
        fit = False
    if not fit or not 0 <= found[0] or not found[-1] <= end * (1 + 1e-12):
        raise InputError(f"{name}: expected rising times from 0 to the end, {end:g} ms, got {shown(given)}")
    return found
