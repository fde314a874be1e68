"""A user's model as it stands: its compartments, what is inserted in them, and what it does with ions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cell.geometry import Compartments, connected
from ..cell.sections import drawn_branches
from ..shape.branch import Branch
from ..shape.locations import region_of
from ..simulator.apart import in_a_copy
from ..simulator.mechanisms import STATE
from ..simulator.nmodl import Declarations, declarations, mechanism_variables, order
from ..simulator.runtime import SegmentVariable, h
from .sections import sections_of

NEURONS = {"capacitance", "morphology", "extracellular", "fastpas"}  # parts of NEURON: no channels
NOT_READ, PARAMETER, ASSIGNED, WRITTEN = range(4)  # of ion_style: what concentrations and potentials are
CONSTANT, AT_START, ALWAYS, BY_MECHANISM = "constant", "at the start", "always", "by a mechanism"


@dataclass(frozen=True, eq=False)
class Mechanism:
    """A mechanism of the model and where it is.

    name: NEURON's; point: whether it is a point process
    owners: what has its variables: segments, or point processes
    at: the compartment of each of them, (owners,); of a point process at a section's end the nearest
    said: what its NMODL text declares; nothing of what NEURON is built with
    states: names of its states in NEURON, an array's one by one, without those that are concentrations of
    ions
    """

    name: str
    point: bool
    owners: Sequence[Any]
    at: np.ndarray
    said: Declarations
    states: tuple[str, ...]

    def values(self, name: str) -> np.ndarray:
        """One of its variables ("gbar", "m[0]") now, (owners,)."""
        variable = self.variable(name)
        return variable.get().copy()

    def variable(self, name: str) -> SegmentVariable:
        """The same to be read and written many times."""
        base, bracket, index = name.partition("[")
        return SegmentVariable(self.owners, name if self.point else f"{base}_{self.name}{bracket}{index}")


@dataclass(frozen=True, eq=False)
class Ion:
    """What the model does with an ion, (compartments,) each; nan where it has none.

    name: NEURON's, "na"; valence
    inside, outside: concentrations (mM); potential: its E (mV)
    present: where it is
    read_inside, read_outside: where the model gives the concentrations a meaning: somebody reads or writes
    them
    potential_is: how E is set: "constant", "at the start" (from the concentrations at finitialize), "always"
    (from them at every step) or "by a mechanism"; "" where there is none
    carried_by: mechanisms that write its current
    inside_by, outside_by, potential_by: mechanisms that write its concentrations, or E
    """

    name: str
    valence: float
    present: np.ndarray
    inside: np.ndarray
    outside: np.ndarray
    potential: np.ndarray
    read_inside: np.ndarray
    read_outside: np.ndarray
    potential_is: np.ndarray
    carried_by: tuple[str, ...]
    inside_by: tuple[str, ...]
    outside_by: tuple[str, ...]
    potential_by: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Model:
    """A user's model as it stands. Only `compartments` and `mechanisms` know NEURON's objects.

    compartments: in the sections' order
    area: membrane (um2); volume: cytoplasm (um3); capacitance (uF/cm2); distance: along the cell from the
    soma's centre or the root's beginning (um); cell: which connected one it belongs to, 0, 1, ...; all
    (compartments,)
    mechanisms: by name, in the order in which NEURON evaluates them
    ions: by name
    celsius: degC
    """

    compartments: Compartments
    area: np.ndarray
    volume: np.ndarray
    capacitance: np.ndarray
    distance: np.ndarray
    cell: np.ndarray
    mechanisms: dict[str, Mechanism]
    ions: dict[str, Ion]
    celsius: float

    @property
    def size(self) -> int:
        """How many compartments there are."""
        return self.compartments.size

    def v(self) -> np.ndarray:
        """V of every compartment now (mV)."""
        return values_now(self.compartments.sections, "v")

    def branches(self) -> list[Branch]:
        """3-D points by section, for pictures; those that NEURON would draw where the model has none."""

        def shaped(_: object) -> list[Branch]:
            h.define_shape()
            return drawn_branches(self.compartments.sections)

        return in_a_copy(shaped)


def read_model(given: Any = None) -> Model:
    """Read the user's model: these sections or cells, or all that there are (`sections_of`). Changes nothing
    of it. InputError where they are no whole cells."""
    compartments = Compartments.of(sections_of(given))
    sections, segments = compartments.sections, compartments.segments
    mechanisms = {one.name: one for one in _mechanisms(compartments)}
    cell = connected(sections)
    return Model(
        compartments=compartments,
        area=np.array([segment.area() for segment in segments]),
        volume=np.array([segment.volume() for segment in segments]),
        capacitance=np.array([segment.cm for segment in segments]),
        distance=_distances(compartments),
        cell=cell,
        mechanisms=mechanisms,
        ions={name: _ion(name, compartments, mechanisms) for name in _ions(compartments)},
        celsius=float(h.celsius),
    )


def values_now(owners: Sequence[Any], name: str) -> np.ndarray:
    """A variable of sections or segments now, one value a segment."""
    variable = SegmentVariable(owners, name)
    return variable.get().copy()


def _distances(compartments: Compartments) -> np.ndarray:
    """Along each cell from its soma's centre, or its root's beginning (um)."""
    found: list[float] = []
    centre: Any = None
    for sec in compartments.sections:
        root = sec
        while root.parentseg() is not None:
            root = root.parentseg().sec
        centre = root(0.5) if region_of(root.name()) == "soma" else root(0)
        found += [h.distance(centre, segment) for segment in sec]
    return np.array(found)


def _mechanisms(compartments: Compartments) -> Iterator[Mechanism]:
    density: dict[str, list[int]] = {}
    points: dict[str, dict[str, tuple[Any, int]]] = {}
    sections, first = compartments.sections, 0
    counts = np.cumsum([0, *(sec.nseg for sec in sections)])
    begins = {sec: int(begin) for sec, begin in zip(sections, counts, strict=False)}
    for sec in compartments.sections:
        for inserted in sec(0.5):
            if not inserted.is_ion() and inserted.name() not in NEURONS:
                density.setdefault(inserted.name(), []).extend(range(first, first + sec.nseg))
        for point in (p for x in (0, *(s.x for s in sec), 1) for p in sec(x).point_processes()):
            there = point.get_segment()  # what is at a branch point is at the end of several sections
            nearest = min(int(there.x * there.sec.nseg), there.sec.nseg - 1)
            found = begins[there.sec] + nearest if there.sec in begins else first
            points.setdefault(_kind(point), {}).setdefault(point.hname(), (point, found))
        first += sec.nseg
    for name in sorted({*density, *points}, key=order):
        own = [(compartments.segments[at], at) for at in density.get(name, [])] or list(points[name].values())
        owners, at = [owner for owner, _ in own], np.array([at for _, at in own])
        said, point = declarations(name), name in points
        yield Mechanism(name, point, owners, at, said, _states(name, said, point))


def _kind(point: Any) -> str:
    """The name of a point process's mechanism."""
    return str(point.hname()).partition("[")[0]


def _states(name: str, said: Declarations, point: bool) -> tuple[str, ...]:
    suffix = "" if point else f"_{name}"
    names = []
    for full in mechanism_variables(name, STATE):
        base, bracket, index = full.partition("[")
        base = base.removesuffix(suffix) if suffix else base
        if base not in said.concentration_states:
            names.append(f"{base}{bracket}{index}")
    return tuple(names)


def _ions(compartments: Compartments) -> list[str]:
    names = {m.name() for sec in compartments.sections for m in sec(0.5) if m.is_ion()}
    return sorted((name.removesuffix("_ion") for name in names), key=lambda name: order(f"{name}_ion"))


def _ion(name: str, compartments: Compartments, mechanisms: dict[str, Mechanism]) -> Ion:
    has = [bool(h.ismembrane(f"{name}_ion", sec=sec)) for sec in compartments.sections]
    counts = [sec.nseg for sec in compartments.sections]
    present = np.repeat(has, counts)
    styles = [
        int(h.ion_style(f"{name}_ion", sec=sec)) if here else 0
        for sec, here in zip(compartments.sections, has, strict=True)
    ]

    def values(variable: str) -> np.ndarray:
        found = np.full(compartments.size, np.nan)
        own = [sec for sec, here in zip(compartments.sections, has, strict=True) if here]
        found[present] = values_now(own, variable)
        return found

    def writing(variable: str) -> tuple[str, ...]:
        return tuple(one.name for one in mechanisms.values() if variable in one.said.writes.get(name, []))

    def touched(variable: str) -> np.ndarray:
        found = np.zeros(compartments.size, bool)
        for one in mechanisms.values():
            if variable in (*one.said.reads.get(name, []), *one.said.writes.get(name, [])):
                found[one.at] = True
        return found

    return Ion(
        name=name,
        valence=float(h.ion_charge(f"{name}_ion")),
        present=present,
        inside=values(f"{name}i"),
        outside=values(f"{name}o"),
        potential=values(f"e{name}"),
        read_inside=touched(f"{name}i"),
        read_outside=touched(f"{name}o"),
        potential_is=np.repeat([_potential_is(style) for style in styles], counts),
        carried_by=writing(f"i{name}"),
        inside_by=writing(f"{name}i"),
        outside_by=writing(f"{name}o"),
        potential_by=writing(f"e{name}"),
    )


def _potential_is(style: int) -> str:
    """How E is set, of NEURON's ion_style: c_style + 4 cinit + 8 e_style + 32 einit + 64 eadvance."""
    kind = (style >> 3) & 3
    if kind == WRITTEN:
        return BY_MECHANISM
    if kind == NOT_READ:
        return ""
    return ALWAYS if style & 64 else AT_START if style & 32 else CONSTANT
