"""How far are the shipped cells from what was measured? Every number beside its source, every miss shown."""

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import unknown_name
from ..parameters.arguments import named
from ..parameters.units import parse_number
from .dataset import text
from .layout import Layout, layout_of
from .measured import measure
from .measured.lab import Lab
from .result import Result
from .shipped import shipped

if TYPE_CHECKING:
    from xarray import Dataset

READ_WITH = ("patch", "micro")  # what potentials of the list were read with
ROWS = Path(__file__).resolve().parent / "validation.toml"


@dataclass
class Check:
    """One number beside what its source allows.

    key: in validation.toml; row: of the reference list it belongs to.
    what: it is; unit: its unit.
    low, high: what the source allows; source: says so.
    got: the cells' number; nan where nothing computes it.
    put_in: why it is no test, being an input; "" where it is one.
    why: it misses, as far as known.
    """

    key: str
    row: str
    what: str
    unit: str
    low: float
    high: float
    source: str
    got: float
    put_in: str
    why: str

    @property
    def within(self) -> bool:
        """Whether the source allows it."""
        return self.low <= self.got <= self.high

    @property
    def verdict(self) -> str:
        """ "put in", "within" or "miss"."""
        return "put in" if self.put_in else "within" if self.within else "miss"


@dataclass(repr=False)
class ValidateResult(Result):
    """The shipped cells beside published numbers.

    checks: one a number, in the order of the list
    layout: of the neuron, for provenance
    summary: counts
    """

    layout: Layout
    checks: list[Check]
    summary: dict[str, Any]

    def line(self) -> str:
        """How many numbers are within what their sources allow, on one line."""
        within = sum(check.verdict == "within" for check in self.checks)
        return f"validation: {within} of {len(self.checks)} numbers within what their sources allow"

    def to_xarray(self) -> "Dataset":
        """Per number its bounds, what was got, and the words about it."""
        variables: dict[str, Any] = {
            name: ("key", [getattr(check, name) for check in self.checks], {"long_name": "in its own unit"})
            for name in ("low", "high", "got")
        }
        for name in ("row", "what", "unit", "verdict", "source", "put_in", "why"):
            variables[name] = text("key", [getattr(check, name) for check in self.checks])
        return self._dataset(variables, {"key": text("key", [check.key for check in self.checks])})


def read_rows() -> dict[str, dict[str, Any]]:
    """The list of numbers, by key."""
    return tomllib.loads(ROWS.read_text(encoding="utf-8"))


def _junctions(given: object) -> dict[str, float]:
    """Junction potentials (mV) by the kind of electrode; InputError for what is none."""
    found = named("junction", given)
    for name in found:
        if name not in READ_WITH:
            raise unknown_name("electrode", name, READ_WITH)
    return {name: parse_number(name, value, "mV", -50, 50) for name, value in found.items()}


def validate(
    progress: Callable[[int], None] | None = None, junction: dict[str, Any] | None = None
) -> ValidateResult:
    """Compute every number of the list.

    progress: called with how many are done.
    junction: by how much electrodes read above V where their authors did not correct it (mV), {"patch": 15,
    "micro": 3}; what potentials may be moves down by it. InputError for another electrode or no number.
    """
    above = _junctions(junction)
    began = time.perf_counter()
    lab = Lab()
    found = measure(lab, progress)
    layout = layout_of(lab.cell("neuron"))
    lab.clear()
    listed, checks = read_rows(), []
    assert found.keys() <= listed.keys(), f"measured, but not listed: {found.keys() - listed.keys()}"
    for key, row in listed.items():
        words = {name: row.get(name, "") for name in ("row", "what", "unit", "source", "put_in", "why")}
        moved = above.get(row.get("electrode", ""), 0.0)
        low, high, got = float(row["low"]) - moved, float(row["high"]) - moved, float(found.get(key, "nan"))
        checks.append(Check(key=key, low=low, high=high, got=got, **words))
    counted = [check for check in checks if not check.put_in]
    rows = {check.row: True for check in counted}
    for check in counted:
        rows[check.row] &= check.within
    within = sum(check.within for check in counted)
    summary = {
        "numbers": len(checks),
        "counted": len(counted),
        "within": within,
        "share_within": within / len(counted),
        "rows_counted": len(rows),
        "rows_all_within": sum(rows.values()),
        "junction": above,
        "misses": [check.key for check in counted if not check.within],
        **shipped(),
        "wall_s": time.perf_counter() - began,
    }
    return ValidateResult(layout, checks, summary)
