"""What all results have in common."""

from abc import ABC, abstractmethod

from .layout import Layout, pairs


class Result(ABC):
    """What an experiment returns: plain data, and by what the cell was changed.

    set: by name, settings and values of the cell's file ("inside.nai"), each in its own unit; scale: factors
    of strengths by name.
    """

    layout: Layout

    @property
    def set(self) -> dict[str, float | str]:
        return self.layout.set

    @property
    def scale(self) -> dict[str, float]:
        return self.layout.scale

    @abstractmethod
    def line(self) -> str:
        """What it is, on one line."""

    def __repr__(self) -> str:
        changes = "".join(
            f", {what} {pairs(given)}" for what, given in (("set", self.set), ("scale", self.scale)) if given
        )
        return f"<{self.line()}{changes}>"
