"""Several cells in one system: each with a file, membrane and conditions of its own, joined by gap junctions.

Its compartments are those of its cells, one cell after the other, so that who solves the equations sees one
cell that is not connected by sections but by junctions; what belongs to a membrane is asked of each cell.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np

from ..axial.joined import JoinedFlow
from ..errors import InputError, unknown_name
from ..physics.ions import IONS
from ..shape.branch import Branch
from ..simulator import runtime
from . import several_changes, transfer
from .cell import Cell
from .joining import check_alike, firsts, joined_geometry, joined_membrane
from .openings import Joint, Openings, connected


class SeveralCells(Cell):
    """Several cells in one system; attributes that are (compartments,) hold for all its compartments.

    cells: by name, in their order
    first: number of the first compartment of each and, last, how many there are
    joints: the junctions
    positions: of each cell by name (um), (3,); empty where none are given
    between: what passes from cell to cell
    """

    def __init__(
        self,
        name: str,
        cells: Mapping[str, Cell],
        joints: Sequence[Joint],
        positions: Mapping[str, np.ndarray],
    ) -> None:
        self.name, self.cells, self.joints, self.positions = name, dict(cells), list(joints), dict(positions)
        check_alike(name, cells)
        for one in self.members:
            one.check_unchanged()
        leader = self.members[0]
        self.parameters, self.conditions = leader.parameters, leader.conditions
        self.ions = tuple(ion for ion in IONS if any(ion in one.ions for one in self.members))
        self.osmotic, self.area_power = leader.osmotic, leader.area_power
        self.surroundings, self.glia, self.before_glia = leader.surroundings, None, None
        self.changes, self.system = {"set": {}, "scale": {}}, ""
        self.detached, self.structure = False, None
        self.first = firsts(cells)
        self.membrane = joined_membrane(cells, self.ions)
        self._openings = Openings(name, cells, positions)
        self.between = self._openings.of(joints)
        for label, one in self.cells.items():  # nothing can be wrong with it any more
            one.name, one.system = label, name
        geometry = joined_geometry(cells)
        components, self._spaces = connected(geometry.components, self.between)
        self.geometry = replace(geometry, components=components)
        self.sections, self.source = list(geometry.sections), f"{len(self.cells)} cells"
        self.warnings = [f"{label}: {words}" for label, one in self.cells.items() for words in one.warnings]
        self.axial: JoinedFlow = JoinedFlow([one.axial for one in self.members], self.between)
        self._attachment = runtime.Attachment(self)
        self._attachment.kept.append(self.members)
        self._attachment.call(self.axial)
        self._configure()

    def __repr__(self) -> str:
        names = ", ".join(self.cells)
        return f"<system {self.name}: {names}; {self.size} compartments, {len(self.joints)} junctions>"

    @property
    def spaces(self) -> np.ndarray:
        return self._spaces

    def part(self, label: str) -> slice:
        """The compartments of one of the cells."""
        at = list(self.cells).index(label)
        return slice(int(self.first[at]), int(self.first[at + 1]))

    # ------------------------------------------------------------------ states

    @property
    def members(self) -> list[Cell]:
        return list(self.cells.values())

    @property
    def start(self) -> dict[str, np.ndarray]:
        """The states that all start from; 0 (mM) of what a cell has not."""
        return self.joined([one.start for one in self.cells.values()])

    @start.setter
    def start(self, state: Mapping[str, np.ndarray]) -> None:
        for label, one in self.cells.items():
            own = self.part(label)
            one.start = {name: np.asarray(values)[own] for name, values in state.items()}

    def joined(self, states: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
        """One state, (..., compartments), of those of all cells; 0 of what one has not, 1 of its volume."""
        names = dict.fromkeys(name for state in states for name in state)
        sizes = [one.size for one in self.cells.values()]
        found = {}
        for name in names:
            shape = next(state[name].shape[:-1] for state in states if name in state)
            fill = 1.0 if name == "relative_volume" else 0.0
            parts = [
                state[name] if name in state else np.full((*shape, size), fill)
                for state, size in zip(states, sizes, strict=True)
            ]
            found[name] = np.concatenate(parts, axis=-1)
        return found

    def charge(self, state: Mapping[str, np.ndarray]) -> np.ndarray:
        parts = []
        for label, one in self.cells.items():
            own = self.part(label)
            parts.append(one.charge({name: values[..., own] for name, values in state.items()}))
        return np.concatenate(parts, axis=-1)

    @property
    def outside_volume(self) -> np.ndarray:
        return np.concatenate([one.outside_volume for one in self.cells.values()])

    @property
    def water_ratio(self) -> float:
        return max(one.water_ratio for one in self.cells.values())

    def room(self, relative_volume: np.ndarray, beside: np.ndarray | float = 1.0) -> np.ndarray:
        parts = [one.room(relative_volume[..., self.part(label)]) for label, one in self.cells.items()]
        return np.concatenate(parts, axis=-1)

    def bath_of(self, ion: str) -> np.ndarray:
        return np.concatenate([one.bath_of(ion) for one in self.cells.values()])

    def where(self, place: object) -> np.ndarray:
        """Indices, rising, of the compartments meant by `place`: "all", a cell's name, "CELL.PLACE" with what
        the cell calls its places, a list of these, booleans or indices. InputError."""
        self.check_unchanged()
        if not isinstance(place, str):
            listed = np.asarray(place)
            if listed.dtype.kind == "U":
                return np.unique(np.concatenate([self.where(str(one)) for one in listed]))
            return self.geometry.where(listed)
        if place == "all":
            return np.arange(self.size)
        label, _, rest = place.partition(".")
        one = self.named(label, f"where={place!r}")
        return self.part(label).start + one.geometry.where(rest or "all")

    def named(self, label: str, where: str) -> Cell:
        """The cell of this name; InputError, which begins with `where`, for an unknown one."""
        if label not in self.cells:
            raise unknown_name("cell", label, self.cells, where)
        return self.cells[label]

    def changed(
        self, set: dict | None = None, scale: dict | None = None
    ) -> AbstractContextManager["SeveralCells"]:
        self.check_unchanged()
        return several_changes.changed(self, set, scale)

    def set(self, name: str, value: object) -> None:
        """Change one parameter of the experiment in all cells that have it, or "CELL.NAME" in one, as far as
        it is no bath or temperature, which all share. InputError as of one cell."""
        self.check_unchanged()
        several_changes.change(self, name, value)

    def scale(self, name: str, factor: object) -> list:
        """Multiply a process's strength in all cells that have it, "CELL.NAME" in one of them, "junctions"
        of all junctions. InputError as of one cell."""
        self.check_unchanged()
        return several_changes.scale(self, name, factor)

    def block_pump(self, fraction: float | np.ndarray, where: object = "all") -> None:
        wanted = np.zeros(self.size, bool)
        wanted[self.where(where)] = True
        for label, one in self.cells.items():
            places = np.flatnonzero(wanted[self.part(label)])
            one.conditions = one.conditions.blocked(places, fraction)
        self.take_over()

    def check_block(self, places: np.ndarray | slice) -> None:
        several_changes.check_block(self, places)

    def take_over(self) -> None:
        """Follow what has changed in the cells."""
        self.conditions = next(iter(self.cells.values())).conditions
        self.membrane = joined_membrane(self.cells, self.ions)

    def write(self) -> None:
        self.check_unchanged()
        for one in self.cells.values():
            transfer.write(one)
        self._configure()

    def _configure(self) -> None:
        """Take over the cells' conditions in what passes between them."""
        self._openings.configure(self.between, self.conditions)

    def branches(self) -> list[Branch]:
        found = []
        for label, one in self.cells.items():
            moved = np.append(self.positions.get(label, np.zeros(3)), 0.0)
            found += [
                replace(branch, name=f"{label}.{branch.name}", points=branch.points + moved)
                for branch in one.branches()
            ]
        return found

    def detach(self) -> None:
        for one in self.cells.values():
            one.detach()
        self._attachment.detach()
        self.detached = True

    def check_unchanged(self) -> None:
        for one in self.cells.values():
            if one.detached:
                raise InputError(f"{self.name}: the sections of {one.name} have been made into another cell")
            one.geometry.check_unchanged(one.name)
