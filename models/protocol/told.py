"""What a protocol does, as results keep it: plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .shapes import Asked
from .targets import Target


@dataclass(frozen=True)
class Told:
    """What was done to one number, as results keep it.

    name, place, unit: as of its target
    events: each with what it was, when and how; times in s
    t, value: what it was over time (ms), (times,), as a line to draw
    """

    name: str
    place: str
    unit: str
    events: list[dict[str, Any]]
    t: np.ndarray
    value: np.ndarray


def told_of(target: Target, asked: Sequence[Asked], line: tuple[np.ndarray, np.ndarray]) -> Told:
    """What was asked of one number, and the line that it makes: times (ms) and values."""
    return Told(target.name, target.place, target.unit, [_event(one, target) for one in asked], *line)


def _event(asked: Asked, target: Target) -> dict[str, Any]:
    timing = asked.timing
    times = {name: getattr(timing, name) for name in ("at", "over", "duration", "every", "sine")}
    found: dict[str, Any] = {"what": asked.what}
    found |= {f"{name}_s": float(value) / 1e3 for name, value in times.items() if value is not None}
    found |= {} if timing.times is None else {"times": timing.times}
    to = "file" if asked.value is None else float(np.mean(asked.value))
    return found | {"to": to, "unit": target.unit}
