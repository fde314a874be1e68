"""The states of a cell: which of them NEURON integrates, and where it keeps each.

They are V, the amounts of the ions in each compartment (per volume it began with), where water flows its
relative volume, where it faces a space of its own the amounts in that, and the gates of channels. Amounts
make every balance of charge and ions linear, so that a linear method keeps it.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..axial.reading import VOLUME
from ..cell.cell import Cell
from ..cell.changes import GLIA
from ..cell.energy import BONDS
from ..errors import EngineError
from ..parameters.pumps import ISOFORMS
from ..physics.ions import AMOUNT, OUTER
from ..simulator import nmodl
from ..simulator.mechanisms import STATE
from ..simulator.runtime import SegmentVariable, h

INSIDE = {kind: ion for ion, kind in AMOUNT.items()}
OUTSIDE = {kind: ion for ion, kind in OUTER.items()}
RELATIVE_VOLUME = VOLUME
AMOUNTS = {*INSIDE, *OUTSIDE, RELATIVE_VOLUME, BONDS}  # what must stay positive
SEEN = (GLIA + "v", GLIA + RELATIVE_VOLUME)  # those of them that other compartments see
BOUND = {f"bound_pl_nak{alpha}" for alpha in ISOFORMS}  # what holds a glycoside
ODD, APART = 1.0123456789, 1e-7  # by which a state is marked: nothing has such a value by chance


class Joined:
    """A variable of several cells as one array, the cells' one after the other."""

    def __init__(self, parts: "list[SegmentVariable | Joined]", counts: list[int]) -> None:
        self._parts, self._ends = parts, np.cumsum(counts)[:-1]

    def get(self) -> np.ndarray:
        """The values now."""
        return np.concatenate([part.get() for part in self._parts])

    def set(self, values: np.ndarray | float) -> None:
        """Give each its value, or all of them one."""
        for i, part in enumerate(self._parts):
            part.set(np.split(values, self._ends)[i] if isinstance(values, np.ndarray) else values)


Variable = SegmentVariable | Joined
Declared = dict[str, tuple[list[int], Variable]]  # by kind: the compartments that have it, and where


@dataclass(frozen=True)
class States:
    """A cell's states y: a compartment's together, and leaves of the tree before their parents, so that the
    Jacobian is a tree of small blocks whose elimination in this order fills nothing in.

    kinds: their names, as NEURON calls them.
    owner, kind, place: of each state its compartment, its number in `kinds`, its index in NEURON's vector.
    at: by kind, positions in y, one per compartment that has it, in order of the compartments.
    variables: by kind, where NEURON's segments have it.
    gates: kinds that channels and pumps integrate, neither V nor amounts nor volumes.
    diffusing: those that users' mechanisms, or rxd, let diffuse along the cell.
    dissolved: those that are concentrations: small numbers, but no shares between 0 and 1.
    """

    kinds: list[str]
    owner: np.ndarray
    kind: np.ndarray
    place: np.ndarray
    at: dict[str, np.ndarray]
    variables: dict[str, Variable]
    gates: list[str]
    diffusing: set[str]
    dissolved: set[str]

    @property
    def size(self) -> int:
        """How many states there are."""
        return len(self.owner)

    @property
    def unseen(self) -> set[str]:
        """Kinds that no other compartment sees."""
        of_glia = {kind for kind in self.kinds if kind.startswith(GLIA)} - {*SEEN}
        return ({*self.gates} - self.diffusing) | of_glia

    def of(self, part: "Part") -> dict[str, np.ndarray]:
        """Positions in y of the states of a part of the system by kind, without its mark, (compartments of
        the part that have it,)."""
        found = {}
        for kind, at in self.at.items():
            here = (self.owner[at] >= part.first) & (self.owner[at] < part.first + part.cell.size)
            if kind.startswith(GLIA) == bool(part.mark) and here.any():
                found[kind.removeprefix(part.mark)] = at[here]
        return found

    def are(self, kinds: Container[str]) -> np.ndarray:
        """Which states are of one of these kinds, booleans, (states,)."""
        return np.array([kind in kinds for kind in self.kinds], bool)[self.kind]


class Part(NamedTuple):
    """A cell with a membrane of its own in a system: the number of its first compartment there, and with what
    the names of its states begin."""

    cell: Cell
    first: int
    mark: str


def parts_of(cell: Cell) -> list[Part]:
    """The parts of a system of a cell: itself and its glia, or each of several cells."""
    sizes = np.cumsum([0] + [one.size for one in cell.members])
    found = [Part(one, int(first), "") for one, first in zip(cell.members, sizes, strict=False)]
    return found if cell.glia is None else [*found, Part(cell.glia, 0, GLIA)]


def find_states(cell: Cell, integrator: Any, vector: Any) -> States:
    """Find where NEURON's integrator keeps each of a cell's states, by marking them; its state vector is left
    in `vector`. EngineError where it integrates only some of a kind."""
    variables: dict[str, Variable] = {}
    owners: list[np.ndarray] = []
    places: list[np.ndarray] = []
    declared = _declared_by_all(cell)
    for (kind, (having, variable)), found in zip(
        declared.items(), _places(declared, integrator, vector), strict=True
    ):
        if found is not None:
            variables[kind] = variable
            owners.append(np.array(having))
            places.append(found)
    integrator.re_init()
    integrator.states(vector)
    owner, place = np.concatenate(owners), np.concatenate(places)
    number = np.repeat(np.arange(len(owners)), [len(o) for o in owners])
    order = np.lexsort((number, cell.axial.elimination_order[owner]))
    owner, number = owner[order], number[order]
    kinds = list(variables)
    positions = [np.flatnonzero(number == i) for i in range(len(kinds))]
    gates = [kind for kind in kinds if plain(kind) not in ("v", *AMOUNTS)]
    along = (nmodl.diffusing_states(channel) for channel in cell.membrane.channels)
    return States(
        kinds,
        owner,
        number,
        place[order],
        {kind: at[np.argsort(owner[at])] for kind, at in zip(kinds, positions, strict=True)},
        variables,
        gates,
        set().union(*along, cell.membrane.species_nodes) & set(kinds),
        {kind for kind in gates if _is_concentration(plain(kind))},
    )


def plain(kind: str) -> str:
    """A kind of state without the mark of a glia."""
    return kind.removeprefix(GLIA)


def _places(declared: Declared, integrator: Any, vector: Any) -> list[np.ndarray | None]:
    """Where the values of each kind stand in NEURON's state vector; None where nothing integrates them."""
    before = [variable.get().copy() for _, variable in declared.values()]
    marks, count = [], 0
    for kind, (having, variable) in declared.items():
        marks.append(_mark(kind) * (ODD + APART * np.arange(count, count + len(having))))
        count += len(having)
        variable.set(marks[-1])
    integrator.re_init()  # NEURON's state vector follows the segments only now
    integrator.states(vector)
    for (_, variable), values in zip(declared.values(), before, strict=True):
        variable.set(values)
    values = np.array(vector)
    order = np.argsort(values)
    ranked = values[order]
    places: list[np.ndarray | None] = []
    for kind, mark in zip(declared, marks, strict=True):
        found = order[np.minimum(np.searchsorted(ranked, mark), len(values) - 1)]
        right = values[found] == mark
        if not right.all() and (kind == "v" or right.any()):
            raise EngineError(
                f"NEURON integrates {right.sum()} of {len(mark)} values of {kind}; this cell's equations "
                "cannot be read"
            )
        places.append(found if right.all() else None)
    return places


def _mark(kind: str) -> float:
    """A value that the equations bear: mV, mM, relative volume, and of gates a share."""
    kind = plain(kind)
    if kind == "v":
        return -60.0
    if kind == RELATIVE_VOLUME:
        return 1.0
    return 10.0 if kind in AMOUNTS else 0.6


def _declared_by_all(cell: Cell) -> Declared:
    """The states that are declared in a cell or in each of several, what compartments see of each other
    first."""
    if len(cell.members) == 1:
        return _declared(cell.members[0])
    parts: dict[str, list[tuple[list[int], Variable]]] = {}
    for part in parts_of(cell):
        for kind, (having, variable) in _declared(part.cell).items():
            parts.setdefault(kind, []).append(([part.first + at for at in having], variable))
    along = (nmodl.diffusing_states(channel) for channel in cell.membrane.channels)
    groups = {"v", *AMOUNTS}, set().union(*along, cell.membrane.species_nodes)
    return {
        kind: (
            [at for having, _ in parts[kind] for at in having],
            Joined([variable for _, variable in parts[kind]], [len(having) for having, _ in parts[kind]]),
        )
        for kind in sorted(parts, key=lambda kind: [kind not in group for group in groups])
    }


def _declared(cell: Cell) -> Declared:
    """The states that a cell's mechanisms declare, by name: the compartments that have them, and where."""
    whole = list(range(cell.size))
    own = ["v", *(AMOUNT[ion] for ion in cell.accumulated), RELATIVE_VOLUME]
    own += [BONDS, *(OUTSIDE if cell.surroundings.followed else ())]
    found: Declared = {kind: (whole, cell.variables[kind]) for kind in own if kind in cell.variables}
    if cell.glia is not None:  # they are in the spaces' charge and room, which others see
        found |= {kind: (whole, cell.glia.variables[plain(kind)]) for kind in SEEN}
    holders = dict.fromkeys(cell.membrane.pump_share, whole) | dict(cell.membrane.channels)
    place = (
        {segment: index for index, segment in enumerate(cell.segments)} if cell.membrane.species_nodes else {}
    )
    for kind, nodes in cell.membrane.species_nodes.items():
        found[kind] = [place[node.segment] for node in nodes], SegmentVariable(nodes, "concentration")
    # what other compartments see comes first
    for mechanism, having in sorted(holders.items(), key=lambda item: not nmodl.diffusing_states(item[0])):
        sections = cell.geometry.sections_of(having)
        written = nmodl.declarations(mechanism).concentration_states
        for kind in (*nmodl.mechanism_variables(mechanism, STATE), *written):
            found[kind] = having, SegmentVariable(sections, kind)
    for point, processes in cell.membrane.points.items():
        for number, together in enumerate(_one_each(processes)):
            having, objects = [i for i, _ in together], [process for _, process in together]
            for state in nmodl.mechanism_variables(point, STATE):
                found[f"{point}[{number}].{state}"] = having, SegmentVariable(objects, state)
    if cell.surroundings.holds:
        found[cell.surroundings.holds] = whole, SegmentVariable(cell.sections, cell.surroundings.holds)
    if cell.glia is not None:  # its compartments are numbered as the cell's, whose spaces they face
        found |= {GLIA + kind: declared for kind, declared in _declared(cell.glia).items()}
    return found


def _is_concentration(kind: str) -> bool:
    """Whether a state of a user's mechanism, or of rxd, is in mM."""
    return "_rxd" in kind or h.units(re.sub(r"\[\d+\]", "", kind)) == "mM"


def _one_each(processes: list[tuple[int, object]]) -> list[list[tuple[int, object]]]:
    """Point processes of one kind in groups in which every compartment has one at most."""
    groups: list[list[tuple[int, object]]] = []
    count: dict[int, int] = {}
    for index, process in processes:
        number = count.get(index, 0)
        count[index] = number + 1
        if number == len(groups):
            groups.append([])
        groups[number].append((index, process))
    return groups
