"""What all results have in common."""

from abc import ABC, abstractmethod
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..words import minus
from .dataset import Variable, dataset
from .keys import name_and_unit
from .layout import Layout, pairs

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import Dataset

MOST_ROWS = 12  # of a result in a notebook


class Result(ABC):
    """What an experiment returns: plain data, and by what the cell was changed.

    layout: the compartments, and where the numbers came from.
    summary: scalars by name, the unit in every name.
    """

    layout: Layout
    summary: dict[str, Any]

    @property
    def set(self) -> dict[str, float | str]:
        """Settings by name, each in its parameter's own unit; of the cell's file by dotted key."""
        return self.layout.set

    @property
    def scale(self) -> dict[str, float]:
        """Factors of strengths by name."""
        return self.layout.scale

    @property
    def provenance(self) -> dict[str, str]:
        """Where the numbers came from."""
        return self.layout.provenance

    @property
    def followed(self) -> list[str]:
        """Which processes followed a temperature that is not the file's, and how far, in words."""
        return [self.layout.followed] if self.layout.followed else []

    @abstractmethod
    def line(self) -> str:
        """What it is, on one line."""

    @abstractmethod
    def to_xarray(self) -> "Dataset":
        """All of it as an xarray dataset: units in the attributes of every variable, the summary's scalars
        and the provenance in its own."""

    def _dataset(self, variables: dict[str, Variable], coords: dict[str, Any]) -> "Dataset":
        return dataset(self.provenance, self.summary, variables, coords)

    def plot(self) -> "Figure":
        """The figure that the command line writes of it, a matplotlib Figure. InputError where it has
        none."""
        # show stands above the experiments: it is asked for by name, once a figure is wanted
        return import_module("..show.command", __package__).figure_of(self)

    def overview(self) -> list[tuple[str, str, Any]]:
        """What a reader wants to see first: of what ("" of the whole), a key that says its unit, a value."""
        return [
            ("", key, value) for key, value in self.summary.items() if isinstance(value, str | int | float)
        ]

    def __repr__(self) -> str:
        changes = "".join(
            f", {what} {pairs(given)}" for what, given in (("set", self.set), ("scale", self.scale)) if given
        )
        return f"<{self.line()}{changes}>"

    def _repr_html_(self) -> str:
        """A small table for notebooks."""
        every = self.overview()
        rows = "".join(_row(*row) for row in every[:MOST_ROWS])
        if len(every) > MOST_ROWS:
            left = len(every) - MOST_ROWS
            rows += f'<tr><td colspan="3">… and {left} more in .summary</td></tr>'
        return f"<table><caption>{escape(minus(repr(self)[1:-1]))}</caption>{rows}</table>"


def _row(of: str, key: str, value: Any) -> str:
    name, unit = [*name_and_unit(key), ""][:2]
    said = minus(f"{value:.5g}") if isinstance(value, float) else str(value)
    cells = "".join(f"<td>{escape(text)}</td>" for text in (said, unit))
    return f"<tr><th>{escape(of + name)}</th>{cells}</tr>"
