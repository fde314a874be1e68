"""What a study has found."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.dataset import Variable, text
from ..experiments.keys import unit_of as unit_of_key
from ..experiments.keys import with_unit
from ..experiments.result import Result
from .computed import TOLD
from .definition import Definition
from .design import Design
from .spread import Explained, explained
from .store import Store
from .vary import SETTING, kind_of, unit_of

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class StudyResult(Result):
    """The members of a study.

    definition: what was asked
    design: its members
    numbers: which of them are here, (members,)
    given: what differs between them, by name, (members,) each
    found: their numbers by name, nan where a member has none, (members,) each
    reason: why a member has none, "" where it has, (members,)
    why: the same in a sentence, (members,)
    spread: what explains the spread of what was found, by name; empty of a grid
    summary: counts
    warnings: what the first member's cell warns of
    """

    definition: Definition
    design: Design
    numbers: np.ndarray
    given: dict[str, np.ndarray]
    found: dict[str, np.ndarray]
    reason: np.ndarray
    why: np.ndarray
    spread: dict[str, Explained]
    summary: dict[str, Any]
    warnings: list[str]
    _provenance: dict[str, str]

    @classmethod
    def read(
        cls,
        definition: Definition,
        design: Design,
        store: Store,
        provenance: dict[str, str],
        warnings: list[str],
    ) -> "StudyResult":
        """All that a store has."""
        rows = list(store.rows())
        names = list(dict.fromkeys(name for row in rows for name in row.found))
        numbers = np.array([row.number for row in rows], int)
        found = {name: np.array([row.found.get(name, np.nan) for row in rows]) for name in names}
        given = {name: np.array(values) for name, values in design.columns(numbers.tolist()).items()}
        reason = np.array([row.reason for row in rows], object)
        why = np.array([row.why for row in rows], object)
        made = cls(definition, design, numbers, given, found, reason, why, {}, {}, warnings, provenance)
        made.spread.update(explained(made.design, definition.tables, given, {k: found[k] for k in made.told}))
        failed = Counter(word for word in reason.tolist() if word)
        # a protocol has a cell of its own
        tables = definition.tables
        cell = tables.cell if "cell" in tables.model_fields_set else provenance.get("cell", tables.cell)
        made.summary.update(
            name=definition.tables.name,
            cell=cell,
            compute=definition.tables.compute,
            varied=design.names,
            members=len(rows),
            done=int((reason == "").sum()),
            failed=dict(sorted(failed.items())),
            found=names,
        )
        return made

    @property
    def told(self) -> list[str]:
        """What of the found is shown first."""
        keep = self.definition.tables.keep or TOLD[self.definition.tables.compute]
        return [name for name in keep if name in self.found] or list(self.found)[:3]

    @property
    def set(self) -> dict[str, float | str]:
        """Settings of all members."""
        return dict(self.definition.tables.set)

    @property
    def scale(self) -> dict[str, float]:
        """Factors of all members."""
        return dict(self.definition.tables.scale)

    @property
    def provenance(self) -> dict[str, str]:
        """Where the numbers came from."""
        return self._provenance

    @property
    def followed(self) -> list[str]:
        """Nothing: each member has a temperature of its own."""
        return []

    @property
    def of_cell(self) -> str:
        """ " of neuron", where all members are of one cell."""
        return "" if "cell" in self.given else f" of {self.summary['cell']}"

    def line(self) -> str:
        """What it is, on one line."""
        s = self.summary
        return f"{s['name']}: {s['done']} of {s['members']} members{self.of_cell}, {', '.join(s['varied'])}"

    def columns(self) -> dict[str, list]:
        """A row a member: number, what differs, what was found, the reason why nothing was."""
        head = {heading(name): values.tolist() for name, values in self.given.items()}
        # a result repeats some of it, ko_mM, where it has numbers at all
        found = {name: values.tolist() for name, values in self.found.items() if name not in head}
        return {
            "number": self.numbers.tolist(),
            **head,
            **found,
            "reason": self.reason.tolist(),
            "why": self.why.tolist(),
        }

    def to_xarray(self) -> "Dataset":
        """What was found, along what differs: the dimensions of a grid, or the members."""
        dims, shape = tuple(self.design.dimensions), [len(v) for v in self.design.dimensions.values()]
        coords: dict[str, Any] = {}
        if not dims or len(self.numbers) < self.design.count:
            dims, shape = ("member",), [len(self.numbers)]
            coords["member"] = self.numbers
            for name, values in self.given.items():
                coords[name] = (
                    text("member", values) if values.dtype.kind in "UO" else ("member", values, units(name))
                )
        else:
            for name, along in self.design.dimensions.items():
                words = any(isinstance(value, str) for value in along)
                coords[name] = (
                    text(name, [str(v) for v in along]) if words else (name, list(along), units(name))
                )
        variables: dict[str, Variable] = {
            name: (dims, values.reshape(shape), units(name)) for name, values in self.found.items()
        }
        variables["reason"] = text(dims, self.reason.reshape(shape))
        return self._dataset(variables, coords)


def heading(name: str) -> str:
    """The head of a column of what differs, with its unit."""
    unit = unit_of(name)
    return name if kind_of(name) != SETTING or unit == "1" else with_unit(name, unit)


def units(name: str) -> dict[str, str]:
    """The attributes of a variable: its unit, where its name says it."""
    if kind_of(name) == SETTING:
        return {"units": unit_of(name)}
    try:
        unit = unit_of_key(name)
    except KeyError:
        unit = None
    return {} if unit is None else {"units": unit}
