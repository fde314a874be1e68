"""What goes between a study and those who compute its members: plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KILLED, LATE, NOT_KEPT = "killed", "time limit", "not stored"
Job = Mapping[str, Any]  # what a member is computed from, beside its own values; see `Definition.job`


@dataclass(frozen=True)
class Row:
    """What became of a member.

    number: which one
    found: its numbers by name; empty where there are none
    reason: why there are none, in a word or two; "" where there are some
    why: the same in a sentence
    """

    number: int
    found: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    why: str = ""
