"""What a user is told: numbers as a reader says them, and how much is done."""

import re
from collections.abc import Callable

HOUR = 3600e3  # ms
Progress = Callable[[float, str], object]  # told how much is done (0 to 1) and what is being done


def silent(done: float, label: str) -> None:
    """The progress that nobody watches."""


def duration(hours: float) -> str:
    """A time: "3.6 ms", "21 min", "7.3 h", "12 days"."""
    for unit, size, most in (("ms", HOUR, 1000), ("s", 3600, 90), ("min", 60, 90), ("h", 1, 96)):
        if hours * size < most:
            return f"{hours * size:.3g} {unit}"
    return f"{hours / 24:.3g} days"


def minus(text: str) -> str:
    """The text with a minus sign, "−", wherever one is meant; names and ranges keep their hyphens."""
    return re.sub(r"(?<![\w=-])-(?=\.?\d)|(?<=\de)-(?=\d)|(?<= )-(?= )", "−", text)


def count(number: int, what: str) -> str:
    """ "1 spike", "1,234 spikes"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
