"""The shipped cells and their runs, each made once."""

from functools import cache
from typing import Any

from ...cells import make_cell
from ..glycoside import glycoside
from ..rest import rest

Numbers = dict[str, float]  # by the keys of validation.toml


class Lab:
    """What is measured more than once, made once.

    cell: by name
    rest: the summary of its rest, by name
    ouabain: a GlycosideResult by name, dose and hours, on rat's isoforms
    """

    def __init__(self) -> None:
        self.cell = cache(make_cell)
        self.rest = cache(self._rest)
        self.ouabain = cache(
            lambda name, dose, hours: glycoside(self.cell(name), "ouabain", dose, "rat", hours)
        )

    def _rest(self, name: str) -> dict[str, Any]:
        return rest(self.cell(name)).summary

    def clear(self) -> None:
        """Let the cells go, not what was found: NEURON evaluates every cell that there is."""
        self.cell.cache_clear()
