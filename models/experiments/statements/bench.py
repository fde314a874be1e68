"""The cells that statements are tried on: made once, and let go when others are needed."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from ...cell.cell import Cell
from ...cell.changes import is_strong
from ...cells import make_cell
from ...words import silent
from ..block import BlockResult, block
from ..rest import rest
from ..rest_result import RestResult

KEPT = 3  # cells at a time: NEURON evaluates every cell that there is
# shipped cells with a pump-leak balance of their own; published models and variants of one are left out
NATIVE = (
    "neuron",
    "muscle",
    "muscle_fast",
    "ventricle",
    "purkinje",
    "astrocyte",
    "hek293",
    "red_cell",
    "epithelium",
)
EXCITABLE = ("excitable", "excitable_muscle", "human_ventricle")
SHAPE: dict[str, dict[str, Any]] = {
    "neuron": {"morphology": "stylised"},
    "neuron_kcc2": {"morphology": "stylised"},
    "muscle_fast": {"max_compartment_length": 500.0},
}


class Bench:
    """Where statements are tried.

    set, scale, of_file: settings, factors and file values of every cell, of a model that is wrong on purpose;
    none of the right one
    blocked: share of the pump that a block takes, 1 of the right one
    only: cells that are looked at (default: all)
    told: hears how far a statement is
    """

    def __init__(
        self,
        set: dict[str, Any] | None = None,
        scale: dict[str, float] | None = None,
        of_file: dict[str, Any] | None = None,
        blocked: float = 1.0,
        only: tuple[str, ...] = (),
        told: Callable[[float, str], object] = silent,
    ) -> None:
        self.set, self.scale, self.of_file, self.told = set or {}, scale or {}, of_file or {}, told
        self.blocked, self.only = blocked, only
        self._cells: OrderedDict[str, Cell] = OrderedDict()
        self._found: dict[str, tuple[Cell, RestResult]] = {}

    def cell(self, name: str, of_file: dict[str, Any] | None = None, **options: Any) -> Cell:
        """A shipped cell; the neuron in its stylised shape. of_file: values in place of its file's."""
        options, of_file = SHAPE.get(name, {}) | options, self.of_file | (of_file or {})
        key = f"{name} {sorted(options.items())} {sorted(of_file.items())}"
        if key not in self._cells:
            while len(self._cells) >= KEPT:
                _, gone = self._cells.popitem(last=False)
                self._found = {own: kept for own, kept in self._found.items() if kept[0] is not gone}
            self._cells[key] = make_cell(name, set=of_file or None, **options)
        self._cells.move_to_end(key)
        return self._cells[key]

    def rest(
        self, name: str, set: dict[str, Any] | None = None, scale: dict[str, Any] | None = None, **more: Any
    ) -> RestResult:
        """A shipped cell's rest; see `rest`. more: start, hold, and options of the cell. Concentrations that
        are held are those of the cell's rest without the changes."""
        how = {key: more.pop(key) for key in ("start", "hold", "max_spikes") if key in more}
        cell = self.cell(name, **more)
        if how.get("hold") and "start" not in how:
            how["start"] = self._usual(name, cell)
        return rest(cell, **self.changes(cell, set, scale), **how)

    def _usual(self, name: str, cell: Cell) -> RestResult:
        """A cell's rest without changes of an experiment, found once."""
        if self._found.get(name, (None, None))[0] is not cell:
            self._found[name] = (cell, rest(cell, **self.changes(cell)))
        return self._found[name][1]

    def block(
        self, name: str, hours: float, scale: dict[str, float] | None = None, **options: Any
    ) -> BlockResult:
        """A shipped cell whose pump is blocked."""
        cell = self.cell(name, **options)
        return block(cell, self.blocked, hours, **self.changes(cell, scale=scale))

    def names(self, every: Sequence[str]) -> list[str]:
        """Those of the cells that are looked at."""
        return [name for name in every if not self.only or name in self.only]

    def changes(
        self, cell: Cell, set: dict[str, Any] | None = None, scale: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Settings and factors of a cell, those of a wrong model with others."""
        factors = {name: value for name, value in self.scale.items() if is_strong(cell, name)}
        for name, value in (scale or {}).items():
            factors[name] = factors.get(name, 1.0) * value
        return {"set": self.set | (set or {}), "scale": factors}
